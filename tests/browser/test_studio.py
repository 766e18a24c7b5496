"""Panels one works in: points added by mouse and by keyboard, a race started elsewhere, training while the kernel answers."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from .lab import LabPage

pytestmark = pytest.mark.browser

CELLS = ["import kerasteach.widgets as w", "boundary = w.DecisionBoundary.example(); boundary", "race = w.Landscape(function='ravine'); race",
         "play = w.Playground(data='xor'); play", "'the kernel answers'"]  # fmt: skip


@pytest.fixture(scope="module")
def page(browser, server, copies, tmp_path_factory):
    cells = [new_code_cell(text) for text in CELLS]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), copies / "studio.ipynb")
    lab = LabPage(browser, server, tmp_path_factory.mktemp("studio"))
    lab.open("studio.ipynb")
    lab.run_all()
    lab.page.wait_for_function("() => document.querySelectorAll('.kt-panel').length === 3", timeout=120_000)
    lab.wait_idle()
    yield lab
    assert lab.errors() == [] and lab.problems == []
    lab.close()


def says(page, panel, pattern):
    """Wait until the words of a panel match."""
    words = panel.locator(".kt-words")
    page.page.wait_for_function("([e, p]) => new RegExp(p).test(e.innerText)", arg=[words.element_handle(), pattern], timeout=15_000)
    return words.inner_text()


def click(page, panel, x, y):
    """Click on a place of the picture, in its own units."""
    picture = panel.locator(".kt-picture")  # the SVG inside is another one after each redraw
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.page.mouse.click(box["x"] + x, box["y"] + y)


def test_points_are_added_by_mouse_and_by_keyboard(page):
    panel = page.cell(1).locator(".kt-panel")
    click(page, panel, 120, 120)
    says(page, panel, "121 points.*; 1 added")
    page.page.keyboard.press("ArrowDown")  # the picture has the focus, the cross stands where it was clicked
    page.page.keyboard.press("Enter")
    says(page, panel, "122 points.*; 2 added")
    panel.get_by_role("button", name="Remove last point").press("Enter")
    says(page, panel, "121 points.*; 1 added")
    before = panel.locator(".kt-words").inner_text()
    panel.get_by_role("button", name="Train 10 epochs").click()
    says(page, panel, f"^(?!{re.escape(before)})")
    click(page, panel, 560, 100)
    says(page, panel, "neuron 0 of hidden")


def test_a_race_starts_where_one_clicks(page):
    panel = page.cell(2).locator(".kt-panel")
    click(page, panel, 275, 146)
    says(page, panel, r"ravine from \(-?0(\.0\d+)?, (1|0\.99\d*|1\.00\d*)\)")
    assert float(re.search(r"sgd (\S+),", panel.locator(".kt-words").inner_text())[1]) < 1e-3


def test_it_trains_while_the_kernel_answers(page):
    panel = page.cell(3).locator(".kt-panel")
    play = panel.locator(".widget-play button").first
    play.scroll_into_view_if_needed()
    play.click()
    says(page, panel, "epoch ([3-9]|[1-9][0-9]+):")
    page.run_cell(4)
    assert page.outputs(4) == ["'the kernel answers'"]
    before = int(re.search(r"epoch (\d+):", panel.locator(".kt-words").inner_text())[1])
    says(page, panel, f"epoch (?!{before}:)\\d+:")  # and it still trains
    play.click()
    panel.get_by_role("button", name="Reset").click()
    says(page, panel, "epoch 0:")
