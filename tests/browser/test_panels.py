"""Every public panel in JupyterLab: it shows, a control moved by mouse and by keyboard changes it, and axe finds no fault.

One notebook and one kernel for all of them; a panel joins by its line in the table of kerasteach/widgets/__init__.py.
"""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from kerasteach.widgets import panels

from .lab import LabPage

pytestmark = pytest.mark.browser

NAMES = list(panels())
NOTEBOOK = "panels.ipynb"
METADATA = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}

# What a panel looks like right now: its picture (SVG or plotly's), its words, its details.
LOOK = """panel => [...panel.querySelectorAll('.kt-picture svg, .kt-words, .widget-html-content, .cartesianlayer')]
    .map(part => part.innerHTML.replace(/<path class="kt-cursor".*?<\\/path>/, '')).join()"""
SHOWN = "panel => panel.offsetParent !== null && panel.getBoundingClientRect().height > 50"


@pytest.fixture(scope="module")
def page(browser, server, copies, tmp_path_factory):
    """The notebook with a cell for each panel, all of them run."""
    cells = [new_code_cell("import kerasteach.widgets as w"), *(new_code_cell(f"w.{name}.example()") for name in NAMES)]
    nbformat.write(new_notebook(cells=cells, metadata=METADATA), copies / NOTEBOOK)
    lab = LabPage(browser, server, tmp_path_factory.mktemp("panels"))
    lab.open(NOTEBOOK)
    lab.run_all()
    lab.page.wait_for_function(f"() => document.querySelectorAll('.kt-panel').length === {len(NAMES)}", timeout=120_000)
    lab.wait_idle()
    yield lab
    lab.close()


@pytest.fixture
def panel(page, request):
    """The live face of a panel, scrolled into view."""
    shown = page.cell(1 + NAMES.index(request.param)).locator(".kt-panel")
    shown.scroll_into_view_if_needed()
    return shown


every_panel = pytest.mark.parametrize("panel", NAMES, indirect=True)


def wait_for_change(page, panel, before):
    """Until the panel looks different than before."""
    page.page.wait_for_function(f"([panel, before]) => ({LOOK})(panel) !== before", arg=[panel.element_handle(), before], timeout=15_000)


def control(panel, kinds):
    """The first control of these kinds that can be moved."""
    for kind in kinds:
        found = panel.locator(f"{kind}:not([disabled]):visible").first
        if found.count():
            return kind, found
    raise AssertionError(f"no control among {', '.join(kinds)}")


@every_panel
def test_it_shows_and_names_itself(page, panel):
    assert panel.evaluate(SHOWN)
    picture = panel.locator(".kt-picture[role=img], .js-plotly-plot").first
    assert picture.bounding_box()["width"] > 100
    assert panel.locator(".kt-words[role=status]").inner_text()
    assert picture.get_attribute("aria-label").endswith(".")
    assert page.errors() == []


@every_panel
def test_a_control_moved_by_the_mouse_changes_it(page, panel):
    before = panel.evaluate(LOOK)
    kind, found = control(panel, [".noUi-target", "input[type=checkbox]", "button.jupyter-button", "select"])
    if kind == ".noUi-target":
        found.scroll_into_view_if_needed()
        box = found.bounding_box()
        now, low, high = (float(found.locator("[role=slider]").get_attribute(f"aria-value{n}")) for n in ("now", "min", "max"))
        part = 0.8 if now < (low + high) / 2 else 0.2
        page.page.mouse.click(box["x"] + part * box["width"], box["y"] + box["height"] / 2)
    elif kind == "select":
        values = found.evaluate("list => [...list.options].map(o => o.value)")
        found.select_option(next(v for v in values if v != found.input_value()))
    else:
        found.click()
    wait_for_change(page, panel, before)


@every_panel
def test_a_control_moved_by_the_keyboard_changes_it(page, panel):
    before = panel.evaluate(LOOK)
    kind, found = control(panel, ["[role=slider]", "select", "input[type=checkbox]", "button.jupyter-button"])
    found.focus()
    assert found.evaluate("control => control === document.activeElement && control.tabIndex >= 0")
    if kind == "[role=slider]":
        at_the_end = found.get_attribute("aria-valuenow") == found.get_attribute("aria-valuemax")
        page.page.keyboard.press("ArrowLeft" if at_the_end else "ArrowRight")
    elif kind == "select":
        at_the_end = found.evaluate("list => list.selectedIndex === list.options.length - 1")
        page.page.keyboard.press("ArrowUp" if at_the_end else "ArrowDown")
    else:
        page.page.keyboard.press("Space")
    wait_for_change(page, panel, before)


def axe_faults(page, panel):
    """What axe-core finds wrong inside a panel."""
    axe = pytest.importorskip("axe_playwright_python.base")
    if page.page.evaluate("() => typeof window.axe") == "undefined":
        page.page.evaluate(axe.AXE_SCRIPT)
    found = panel.evaluate("panel => axe.run(panel, { resultTypes: ['violations'] })")["violations"]
    return [{v["id"]: [node["html"][:300] for node in v["nodes"][:3]]} for v in found]


@every_panel
def test_axe_finds_no_fault(page, panel):
    said = axe_faults(page, panel)
    assert not said, json.dumps(said, indent=1)


@pytest.mark.parametrize("panel", ["ShapeFlow"], indirect=True)
def test_a_picture_is_pointed_at_by_mouse_and_arrow_keys(page, panel):
    words, picture = panel.locator(".kt-words"), panel.locator(".kt-picture")
    picture.scroll_into_view_if_needed()
    picture.locator("svg text", has_text="Input").click()
    words.get_by_text("step 0 of").wait_for(timeout=15_000)
    picture.focus()
    page.page.keyboard.press("ArrowDown")
    words.get_by_text("step 1 of").wait_for(timeout=15_000)
    assert picture.evaluate("picture => picture === document.activeElement")  # the notebook left it alone
    assert panel.locator("[role=slider]").first.get_attribute("aria-valuenow").startswith("1")


@pytest.mark.parametrize("panel", ["Graph"], indirect=True)
def test_a_clicked_box_tells_its_formulas_and_code(page, panel):
    panel.locator(".kt-picture svg text", has_text="sigmoid").first.click()
    details = panel.locator(".kt-layer")
    details.get_by_text("kernel_initializer").wait_for(timeout=15_000)
    summary = details.locator("summary", has_text="Code of call")
    summary.focus()
    page.page.keyboard.press("Enter")
    assert "def call(self, inputs" in details.locator("details[open] pre").inner_text()


def test_in_the_dark_axe_finds_no_fault_either(page):
    """Contrast above all: words, controls and pictures change their colours."""
    page.page.click("text=Settings >> nth=0")
    page.page.hover("text=Theme >> nth=0")
    page.page.click("text=JupyterLab Dark")
    page.page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
    page.page.wait_for_timeout(1500)  # the theme's style sheet
    said = {}
    for number, name in enumerate(NAMES):
        shown = page.cell(1 + number).locator(".kt-panel")
        shown.scroll_into_view_if_needed()
        said[name] = axe_faults(page, shown)
    said = {name: faults for name, faults in said.items() if faults}
    assert not said, json.dumps(said, indent=1)


def test_the_page_stayed_quiet(page):
    """The last test of the file: whatever the others did, nothing failed and nothing asked another machine."""
    assert page.errors() == [] and page.problems == []
