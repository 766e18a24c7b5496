"""The panels one points into, in JupyterLab: what is clicked, dragged over or walked to with arrow keys is what is shown.

Where things lie is asked of the same panels made here; a picture's units are the page's pixels.
"""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from kerasteach import widgets
from kerasteach.widgets.attention_scene import _head_boxes, _map_box
from kerasteach.widgets.convolution_scene import places
from kerasteach.widgets.latent_scene import plane_box
from kerasteach.widgets.plots import Axes
from kerasteach.widgets.recurrent_scene import _blocks

from .lab import LabPage

pytestmark = pytest.mark.browser

NAMES = ["Convolution", "Recurrent", "Attention", "Latent"]
METADATA = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


@pytest.fixture(scope="module")
def page(browser, server, copies, tmp_path_factory):
    cells = [new_code_cell("import kerasteach.widgets as w"), *(new_code_cell(f"w.{name}.example()") for name in NAMES)]
    nbformat.write(new_notebook(cells=cells, metadata=METADATA), copies / "features.ipynb")
    lab = LabPage(browser, server, tmp_path_factory.mktemp("features"))
    lab.open("features.ipynb")
    lab.run_all()
    lab.page.wait_for_function(f"() => document.querySelectorAll('.kt-panel').length === {len(NAMES)}", timeout=120_000)
    lab.wait_idle()
    yield lab
    lab.close()


class Shown:
    """One panel on the page, and the same panel here."""

    def __init__(self, page, name):
        self.page, self.panel = page.page, getattr(widgets, name).example()
        self.live = page.cell(1 + NAMES.index(name)).locator(".kt-panel")
        self.picture, self.words = self.live.locator(".kt-picture"), self.live.locator(".kt-words")
        self.picture.scroll_into_view_if_needed()

    def _at(self, x, y):
        box = self.picture.bounding_box()
        return box["x"] + x, box["y"] + y

    def click(self, x, y):
        self.page.mouse.click(*self._at(x, y))

    def drag(self, *way):
        self.page.mouse.move(*self._at(*way[0]))
        self.page.mouse.down()
        for place in way[1:]:
            self.page.mouse.move(*self._at(*place), steps=5)
        self.page.mouse.up()

    def press(self, *keys):
        self.picture.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def says(self, **changes):
        """Waits until the page says what the panel here says after some changes."""
        self.panel.set(**changes)
        self.words.get_by_text(repr(self.panel), exact=True).wait_for(timeout=15_000)


def test_the_window_slides_where_one_points(page):
    shown = Shown(page, "Convolution")
    where, (rows, columns, _) = places(shown.panel.sliding), shown.panel.sliding.output.shape
    box = where.output
    shown.click(box.x + 5.5 * box.width / columns, box.y + 2.5 * box.height / rows)
    shown.says(row=2, column=5)
    shown.press("ArrowDown", "ArrowLeft")
    shown.says(row=3, column=4)
    shown.click(where.maps[1].x + 9, where.maps[1].y + 9)
    shown.says(filter=1)


def test_step_and_unit_are_chosen_in_any_field(page):
    shown = Shown(page, "Recurrent")
    found = shown.panel.unrolled
    blocks, _, _ = _blocks(found, shown.panel.gradient)
    box = blocks[3][-1]
    shown.click(box.x + 6.5 * box.width / found.steps, box.y + 2.5 * box.height / found.units)
    shown.says(step=6, unit=2)
    shown.press("ArrowRight", "ArrowUp")
    shown.says(step=7, unit=1)


def test_head_and_query_are_chosen_by_a_click(page):
    shown = Shown(page, "Attention")
    head, box = _head_boxes(shown.panel.attended)[0], _map_box(shown.panel.attended)
    shown.click(head.x + 9, head.y + 9)
    shown.says(head=0)
    shown.click(box.x + 9, box.y + 4.5 * box.height / 6)
    shown.says(query=4)
    shown.press("ArrowUp")
    shown.says(query=3)


def test_the_point_is_dragged_and_the_picture_follows(page):
    shown = Shown(page, "Latent")
    axes = Axes(plane_box(), *shown.panel.limits)
    before = shown.picture.locator("image").first.get_attribute("href")
    shown.drag(axes.at(-1.0, 1.0), axes.at(0.0, 0.5), axes.at(0.5, -0.5))
    shown.words.get_by_text("at z0 0.5, z1 -0.5:").wait_for(timeout=15_000)
    assert shown.picture.locator("image").first.get_attribute("href") != before
    words = shown.words.inner_text()
    shown.press("ArrowRight")
    page.page.wait_for_function("([words, before]) => words.innerText !== before", arg=[shown.words.element_handle(), words], timeout=15_000)


def test_nothing_failed(page):
    assert page.errors() == [] and page.problems == []
