"""Graphs of classes of one's own, drawn from a run of their call; numbers in the boxes; a click on a box."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import layers, ops
from kerasteach.backend import names
from kerasteach.explain.graph import model_graph
from kerasteach.explain.layer_numbers import gradient_norms, output_facts
from kerasteach.widgets import Graph
from kerasteach.widgets.drawing import places


@pytest.fixture(params=["numpy", "torch"])
def backend(request):
    if request.param == "torch":
        pytest.importorskip("torch")
    with keras.config.set_backend(request.param):
        yield request.param


class Block(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = layers.Dense(6, name="inner")

    def call(self, x):
        return ops.relu(self.dense(x))


class Residual(keras.Model):
    def __init__(self):
        super().__init__(name="residual")
        self.first = layers.Dense(6, name="first")
        self.block = Block(name="block")
        self.out = layers.Dense(1, name="out")

    def call(self, x, training=False):
        y = self.first(x)
        return self.out(y + self.block(y))


class Joined(keras.Model):
    """Two inputs in a dict, one shared layer, two outputs."""

    def __init__(self):
        super().__init__(name="joined")
        self.shared = layers.Dense(3, name="shared")
        self.both = layers.Concatenate(name="both")

    def call(self, x):
        a, b = self.shared(x["a"]), self.shared(x["b"])
        return {"near": a - b, "all": self.both([a, b])}


class Deciding(keras.Model):
    def __init__(self):
        super().__init__(name="deciding")
        self.a, self.b = layers.Dense(4, name="a"), layers.Dense(1, name="b")

    def build(self, shape):
        self.a.build((None, 4))
        self.b.build((None, 4))
        self.built = True

    def call(self, x):
        y = self.a(x)
        return y if ops.convert_to_numpy(y).mean() > 100 else self.b(self.a(y)) + self.b(y * 2)


def edges(graph):
    return [(e.source, e.target, e.label) for e in graph.edges]


def test_who_was_called_on_what_is_observed(backend):
    model = Residual()
    model(np.ones((2, 4)))
    graph = model_graph(model)
    assert edges(graph) == [
        ("input", "first", "(batch, 4)"), ("first", "block", "(batch, 6)"), ("first", "add", "(batch, 6)"),
        ("block", "add", "(batch, 6)"), ("add", "out", "(batch, 6)"), ("out", "#output_0", "(batch, 1)"),
    ]  # fmt: skip
    assert not graph.note


def test_a_batch_is_enough_for_a_model_that_was_never_called(backend):
    assert edges(model_graph(Residual(), x=np.ones((2, 4)))) == edges(model_graph(Residual(), x=np.ones((7, 4))))


def test_layers_of_ones_own_open_too(backend):
    graph = model_graph(Residual(), ["block"], x=np.ones((2, 4)))
    inner = graph.node("block").inner
    assert [n.id for n in inner.nodes] == ["block/input", "block/inner", "block/relu", "block/#output_0"]
    assert graph.node("first").inner is None


def test_dicts_shared_layers_and_several_outputs(backend):
    graph = model_graph(Joined(), x={"a": np.ones((2, 5)), "b": np.ones((2, 5))})
    assert len(graph.node("shared").calls) == 2
    assert [n.class_name for n in graph.nodes if n.kind == "op"] == ["Subtract"]
    assert len(graph.outputs) == 2


def test_the_run_leaves_nothing_behind(backend):
    model = Residual()
    model(np.ones((2, 4)))
    before = [(len(one._inbound_nodes), len(one._outbound_nodes)) for one in model._flatten_layers()]
    weights, counts = [np.array(w) for w in model.get_weights()], dict(names._counts)
    model_graph(model, True)
    assert [(len(one._inbound_nodes), len(one._outbound_nodes)) for one in model._flatten_layers()] == before
    assert dict(names._counts) == counts
    assert all(np.array_equal(a, b) for a, b in zip(weights, model.get_weights()))


def test_a_call_that_decides_by_numbers_is_run_on_a_batch(backend):
    model = Deciding()
    model(np.ones((2, 4)))
    assert "Give a batch" in model_graph(model).note
    graph = model_graph(model, x=np.ones((2, 4)))
    assert edges(graph) == [("input", "a", "(batch, 4)"), ("a", "a", "(batch, 4)"), ("a", "b", "(batch, 4)")]
    assert len(graph.node("b").calls) == 2
    assert "Tensors that call() made itself have no edge" in graph.note
    Graph(model, np.ones((2, 4))).to_svg()


def trained(backend):
    model = Residual()
    model.compile("sgd", "mse")
    x, y = np.linspace(-1, 1, 24).reshape(6, 4), np.ones((6, 1))
    model.fit(x, y, verbose=0)
    return model, x, y


def test_values_and_gradients_are_those_of_explain(backend):
    model, x, y = trained(backend)
    values, norms = output_facts(model, x), gradient_norms(model, x, y)
    text = repr(Graph(model, x, numbers="values"))
    assert f"out {values['out'].low:.3g} to {values['out'].high:.3g}" in text
    _, found = keras_gradients(model, x, y)
    assert norms["out"] == pytest.approx(np.sqrt(sum((found[v.path] ** 2).sum() for v in model.out.weights)))
    assert norms["block"] == pytest.approx(norms["block/inner"])
    assert f"out {norms['out']:.3g}" in repr(Graph(model, x, y, numbers="gradients"))


def keras_gradients(model, x, y):
    from kerasteach.explain import gradients

    return gradients(model, x, y)


def test_numbers_that_cannot_be_had_are_refused(backend):
    model, x, y = trained(backend)
    with pytest.raises(ValueError, match=r"numbers='values' needs x: Graph\(model, x\)"):
        Graph(model, numbers="values")
    with pytest.raises(ValueError, match=r"numbers='gradients' needs x and y: Graph\(model, x, y\)"):
        Graph(model, x, numbers="gradients")
    assert Graph(model, x, y, numbers="values").code() == "Graph(model, x, y, numbers='values')"


def click(panel, name):
    box = next(box for node, box in places(panel.graph, panel._options()) if node.id == name)
    panel.pointed(box.x + box.width / 2, box.y + 6, "click")


def test_a_click_rings_a_box_and_another_opens_it(backend):
    pytest.importorskip("ipywidgets")
    model, _, _ = trained(backend)
    panel = Graph(model)
    live = panel.widget()
    click(panel, "block")
    assert panel.state["highlight"] == live.control["highlight"].value == "block"
    click(panel, "block")
    assert panel.state["expand_nested"] == ("block",)
    click(panel, "block/inner")
    assert panel.state["highlight"] == "block/inner"
    assert "def call(self, inputs, training=None)" in live.details.value
    assert r"$x_1 \, x_2$" in live.details.value and "kernel (6, 6)" in live.details.value
    click(panel, "add")
    assert r"$\bar{x}_1$" in live.details.value
    click(panel, "block")
    live.control["toggle()"].click()  # the keyboard's way to close it
    assert panel.state["expand_nested"] is False
    panel.pointed(1, 1, "click")
    assert panel.state["highlight"] is None and live.details.value == ""


def test_the_boxes_lie_where_they_are_drawn(backend):
    model, _, _ = trained(backend)
    panel = Graph(model, expand_nested=True)
    svg = panel.to_svg()
    for node, box in places(panel.graph, panel._options()):
        assert f'<rect x="{round(box.x, 1):g}" y="{round(box.y, 1):g}"' in svg, node.id


def test_it_follows_fit(backend):
    pytest.importorskip("ipywidgets")
    model, x, y = trained(backend)
    panel = Graph(model, x, y, numbers="gradients")
    before = panel.widget().words.words
    model.fit(x, y, verbose=0, epochs=3, callbacks=[panel])
    assert panel.widget().words.words == repr(panel) != before


def test_a_batch_builds_a_sequential_model_too(backend):
    model = keras.Sequential([layers.Dense(3, name="a"), layers.Dense(1, name="b")])
    assert [e.shape[-1] for e in model_graph(model, x=np.ones((2, 4))).edges] == [4, 3, 1]


def test_of_many_layers_the_first_are_told(backend):
    model = keras.Sequential([layers.Input((2,)), *(layers.Dense(2, name=f"d{n}") for n in range(20))])
    assert repr(Graph(model, np.ones((1, 2)), numbers="values")).endswith("and 8 more")
