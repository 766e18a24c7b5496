"""The first lesson as a student meets it: the graph appears, and the history chart grows while `fit` runs."""

import pytest

pytestmark = pytest.mark.browser

LESSON = "01_the_model_class.ipynb"
GRAPH = ".jp-OutputArea-output .kt-graph svg"
CHART = ".jp-OutputArea-output .kt-history .js-plotly-plot"


def run_until(lab, selector, start):
    """Run cells one by one from `start` until an output matches `selector`; the number of the cell after it."""
    for number in range(start, lab.cells.count()):
        lab.run_cell(number)
        assert lab.errors() == [], f"cell {number}"
        if lab.page.locator(selector).count():
            return number + 1
    raise AssertionError(f"no cell from {start} on shows {selector}")


def test_graph_appears_and_history_grows(lab):
    lab.open(LESSON)
    after_graph = run_until(lab, GRAPH, 0)
    graph = lab.page.locator(GRAPH).first
    graph.scroll_into_view_if_needed()
    box = graph.bounding_box()
    assert box["width"] > 100 and box["height"] > 50, f"the graph is drawn {box['width']} by {box['height']} pixels"
    figure = lab.page.locator(".kt-graph[role=img]").first
    assert figure.get_attribute("aria-label"), "the graph needs a label that a screen reader can speak"
    lab.screenshot("graph")

    lab.watch_points(CHART)
    after_chart = run_until(lab, CHART, after_graph)
    lab.run_cell(after_chart)  # the training draws in the chart above it
    seen = lab.points_seen()
    assert seen, "the history chart never showed a point"
    assert len(seen) > 1 and seen == sorted(seen), f"the history chart did not grow during fit: points seen {seen}"
    lab.page.locator(CHART).first.scroll_into_view_if_needed()
    lab.screenshot("history")
    assert lab.errors() == [] and lab.problems == []
