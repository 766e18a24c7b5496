"""What the reader of graphs understands."""

from types import SimpleNamespace

import pytest

from kerasteach.explain.graph import axis_names, model_graph, shape_label


def arrows(graph):
    return [(e.source, e.target, e.call, e.label) for e in graph.edges]


def test_a_shared_layer_is_one_node_with_numbered_calls(two_inputs):
    graph = model_graph(two_inputs)
    assert [n.id for n in graph.nodes if n.id == "dense"] == ["dense"]
    assert [c.number for c in graph.node("dense").calls] == [1, 2]
    assert ("left", "dense", 1, "(batch, 32)") in arrows(graph)
    assert ("right", "dense", 2, "(batch, 32)") in arrows(graph)
    assert ("dense", "both", 1, "(batch, 64)") in arrows(graph)
    assert ("dense", "both", 2, "(batch, 64)") in arrows(graph)


def test_counts_agree_with_the_model(two_inputs):
    graph = model_graph(two_inputs)
    assert graph.parameters == two_inputs.count_params() == 2241
    assert graph.layer_count == len(two_inputs.layers) == 5
    assert (len(graph.inputs), len(graph.outputs)) == (2, 1)


def test_a_node_tells_what_makes_its_layer_different(two_inputs):
    dense = model_graph(two_inputs).node("dense")
    assert dense.highlights == ("units=64", "relu")
    assert [(w.name, w.shape) for w in dense.weights] == [("kernel", (32, 64)), ("bias", (64,))]


def test_a_frozen_layer_counts_no_trainable_parameters(two_inputs):
    two_inputs.get_layer("dense").trainable = False
    graph = model_graph(two_inputs)
    assert not graph.node("dense").trainable
    assert graph.trainable_parameters == graph.parameters - 2112


def test_operators_are_nodes_that_spell_their_constants(siamese):
    graph = model_graph(siamese)
    assert [n.class_name for n in graph.operations] == ["Subtract", "Add"]
    assert graph.operations[1].highlights == ("x + 1",)


def test_operators_spell_slices_and_sides(api):
    start = api.layers.Input((6, 3), name="start")
    graph = model_graph(api.Model(start, (1 - start[:, 2:4])[..., 0] * start[:, 2:4, 1]))
    spelled = [h for n in graph.operations for h in n.highlights]
    assert sorted(spelled) == ["1 - x", "x[..., 0]", "x[:, 2:4, 1]", "x[:, 2:4]"]


def test_a_nested_model_is_one_box_until_expanded(siamese):
    closed, opened = model_graph(siamese), model_graph(siamese, expand_nested=True)
    assert closed.node("encoder").inner is None
    assert [n.id for n in opened.node("encoder").inner.nodes][1:3] == ["encoder/wide", "encoder/narrow"]
    assert len(opened.node("encoder").calls) == 2
    assert [w.name for w in closed.node("encoder").weights][:2] == ["wide/kernel", "wide/bias"]
    assert opened.edges == closed.edges


def test_a_layer_may_feed_itself(own_tail):
    edges = arrows(model_graph(own_tail))
    assert ("dense", "dense", 2, "(batch, 8)") in edges
    assert ("relu", "dense", 3, "(batch, 8)") in edges


def test_an_unbuilt_sequential_is_a_chain_without_shapes(api):
    graph = model_graph(api.Sequential([api.layers.Dense(3, name="a"), api.layers.Dense(2, name="b")]))
    assert arrows(graph) == [("a", "b", 0, "")]
    assert graph.parameters is None
    assert "build(input_shape)" in graph.note


def test_a_subclassed_model_says_why_it_has_no_edges(subclassed):
    graph = model_graph(subclassed)
    assert [n.id for n in graph.nodes] == ["first", "second"]
    assert graph.edges == ()
    assert "call()" in graph.note


def test_an_empty_model_is_an_empty_graph(api):
    assert model_graph(api.Sequential()).nodes == ()


def test_a_model_cut_out_of_another_shows_its_own_part(api):
    start = api.layers.Input((4,), name="start")
    middle = api.layers.Dense(3, name="middle")(start)
    api.Model(start, api.layers.Dense(2, name="end")(middle))
    graph = model_graph(api.Model(start, middle))
    assert [n.id for n in graph.nodes] == ["start", "middle", "#output_0"]


def test_a_very_deep_model_needs_no_recursion():
    """Made of plain objects, which also shows how little the reader asks of a model."""

    def apply(op, tensors):
        made = SimpleNamespace(shape=(None, 1), _keras_history=(op, 0, 0))
        op._inbound_nodes = [SimpleNamespace(input_tensors=tensors, outputs=[made])]
        return made

    x = start = apply(SimpleNamespace(name="start"), [])
    for i in range(5000):
        x = apply(SimpleNamespace(name=f"op{i}"), [x])
    graph = model_graph(SimpleNamespace(name="deep", inputs=[start], outputs=[x]))
    assert len(graph.edges) == 5001


def test_an_unknown_layer_is_named_with_the_known_ones(two_inputs):
    with pytest.raises(ValueError, match=r"No such layer: 'nope'.*'dense'"):
        model_graph(two_inputs).node("nope")


@pytest.mark.parametrize(
    ("shape", "first", "label"),
    [
        ((), False, "()"),
        ((None,), False, "(batch,)"),
        ((8, 3), False, "(8, 3)"),
        ((None, None, 5), False, "(batch, steps, 5)"),
        ((None, None, None, 3), False, "(batch, height, width, 3)"),
        ((None, 3, None, None), True, "(batch, 3, height, width)"),
        ((None, 1, 2, 3, 4, None), False, "(batch, 1, 2, 3, 4, axis 5)"),
    ],
)
def test_unknown_sizes_are_spelled_by_their_axis(shape, first, label):
    assert shape_label(shape, axis_names(shape, first)) == label
