"""The picture of an error of shape: what it shows, and that a notebook shows it by itself."""

import numpy as np
import pytest

import kerasteach as kt
from kerasteach import layers
from kerasteach.explain.shapes.corpus import CASES
from kerasteach.explain.shapes.judge import error_of
from kerasteach.explain.shapes.picture import graph_so_far
from kerasteach.widgets.refusal import Refusal


def skip_connection():
    x = kt.Input((8,), name="begin")
    layers.Add(name="join")([x, layers.Dense(4, name="narrow")(layers.Dense(6, name="wide")(x))])


def test_a_graph_is_drawn_as_far_as_it_got(fresh):
    graph, culprit = graph_so_far(error_of(skip_connection))
    assert culprit == "join"
    assert [node.name for node in graph.nodes] == ["begin", "wide", "narrow", "join"]
    assert [(edge.source, edge.target, edge.label) for edge in graph.edges] == [
        ("begin", "wide", "(batch, 8)"), ("wide", "narrow", "(batch, 6)"), ("begin", "join", "(batch, 8)"), ("narrow", "join", "(batch, 4)"),
    ]  # fmt: skip


def test_a_model_that_ran_is_drawn_whole(backend):
    model = kt.Sequential([kt.Input((3,), name="begin"), layers.Dense(2, name="hidden"), layers.Dense(4, activation="softmax", name="scores")])
    model.compile("sgd", "categorical_crossentropy")
    graph, culprit = graph_so_far(error_of(lambda: model.fit(np.ones((4, 3)), np.arange(4), verbose=0)))
    assert culprit == "scores" and {"begin", "hidden", "scores"} <= {node.name for node in graph.nodes}
    assert graph_so_far(error_of(lambda: model(np.ones((2, 5)))))[1] == "begin"  # data that the model refused


def test_an_error_that_is_about_no_layer_has_no_picture():
    error = error_of(lambda: kt.ops.matmul(np.ones((2, 3)), np.ones((2, 3))))
    assert graph_so_far(error) is None
    with pytest.raises(ValueError, match="no graph to draw"):
        Refusal(error)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_broken_model_has_its_picture(case):
    kt.utils.clear_session()
    found = graph_so_far(error := error_of(lambda: case.run(kt)))
    if found is None:
        assert case.room in ("custom", "dtypes") or "layer" in str(error) or "table" in error.__notes__[0]  # ops and single layers
        return
    graph, culprit = found
    assert graph.node(culprit).name == culprit
    html = Refusal(error)._repr_html_()
    assert 'role="img"' in html and culprit in html and " at 0x" not in html and len(html) < 300_000


def test_the_graph_and_the_names_stay_as_they_are(fresh):
    x = kt.Input((8,), name="begin")
    error = error_of(lambda: layers.Add(name="join")([x, layers.Dense(4, name="narrow")(x)]))
    names, nodes = dict(kt.backend.names._counts), len(x._keras_history.operation._outbound_nodes)
    Refusal(error)
    assert (names, nodes) == (dict(kt.backend.names._counts), len(x._keras_history.operation._outbound_nodes))


CELL = """
import kerasteach as keras
x = keras.Input((8,), name="begin")
keras.layers.Add(name="join")([x, keras.layers.Dense(4, name="narrow")(x)])
"""


def test_a_notebook_shows_it_under_the_traceback():
    pytest.importorskip("ipykernel")
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    cells = [nbformat.v4.new_code_cell(source) for source in (CELL, CELL, "1 / 0")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(notebook, timeout=60, allow_errors=True).execute()
    first, second, other = ([output.output_type for output in cell.outputs] for cell in notebook.cells)
    assert first == second == ["error", "display_data"]  # once each
    assert other == ["error"]
    assert "Shape coach" in "\n".join(notebook.cells[0].outputs[0].traceback)
    data = notebook.cells[0].outputs[1].data
    assert 'role="img"' in data["text/html"] and data["text/plain"] == "Refusal: the shapes do not fit at 'join'; 3 nodes drawn"
