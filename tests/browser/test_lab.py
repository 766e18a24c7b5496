"""The browser harness itself, on a small notebook: it sees what works and, above all, what does not."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

pytestmark = pytest.mark.browser

GRAPH = """
import ipywidgets
ipywidgets.HTML('<figure class="kt-graph" role="img" aria-label="a box">'
                '<svg width="80" height="20"><rect width="80" height="20"/></svg></figure>')
"""
CHART = """
import time
import plotly.graph_objects as go
figure = go.FigureWidget(go.Scatter(x=[], y=[]))
box = ipywidgets.VBox([figure])
box.add_class("kt-history")
display(box)
for step in range(1, 41):
    time.sleep(0.1)
    with figure.batch_update():
        figure.data[0].x, figure.data[0].y = list(range(step)), [1 / (k + 1) for k in range(step)]
"""
LOST = """
display({"application/vnd.jupyter.widget-view+json": {"model_id": "0" * 32, "version_major": 2, "version_minor": 0}},
        raw=True)
"""
CONSOLE = "from IPython.display import Javascript\nJavascript('console.error(\"a fault on purpose\")')"
OUTWARDS = "from IPython.display import HTML\nHTML('<img src=\"http://example.invalid/far.png\">')"
CELLS = [GRAPH, CHART, "print('here')", "1 / 0", LOST, CONSOLE, OUTWARDS]


@pytest.fixture
def notebook(copies):
    cells = [new_markdown_cell("# A small notebook"), *map(new_code_cell, CELLS)]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), copies / "small.ipynb")
    return "small.ipynb"


def test_the_harness_sees(lab, notebook):
    lab.open(notebook)
    assert lab.cells.count() == 1 + len(CELLS)

    lab.run_cell(0)
    lab.run_cell(1)
    lab.page.wait_for_selector(".jp-OutputArea-output .kt-graph svg rect")
    assert lab.page.get_by_role("img", name="a box").count() == 1
    lab.watch_points(".kt-history .js-plotly-plot")
    lab.run_cell(2)
    seen = lab.points_seen()
    assert len(seen) > 1 and seen == sorted(seen) and seen[-1] == 40, seen  # on a busy machine few frames are drawn
    lab.run_cell(3)
    assert lab.outputs(3) == ["here"]
    assert lab.screenshot("small").stat().st_size > 10_000
    assert lab.errors() == [] and lab.problems == []

    lab.run_cell(4)
    (error,) = lab.errors()
    assert "ZeroDivisionError" in error
    lab.run_cell(5)
    lab.page.wait_for_selector("text=Error displaying widget")
    assert len(lab.errors()) == 2
    lab.problems.clear()  # the lost widget complains on the console too
    lab.run_cell(6)
    lab.run_cell(7)
    lab.page.wait_for_timeout(500)
    assert any("a fault on purpose" in p for p in lab.problems), lab.problems
    assert any("example.invalid" in p for p in lab.problems), lab.problems
