"""What the layout promises for every graph, found by trying many."""

import time
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerasteach.widgets.layout import layout

SIZES = st.tuples(st.integers(20, 240), st.integers(16, 140))
LABELS = st.none() | st.tuples(st.integers(10, 120), st.integers(10, 40))


@st.composite
def graphs(draw, acyclic=True):
    names = [f"n{i}" for i in range(draw(st.integers(1, 12)))]
    sizes = {name: draw(SIZES) for name in names}
    pairs = [(a, b) for a, b in combinations(names, 2)] or [(names[0], names[0])]
    if not acyclic:
        pairs = [(a, b) for a in names for b in names]
    edges = draw(st.lists(st.sampled_from(pairs), max_size=20)) if acyclic is False or len(names) > 1 else []
    return sizes, [(a, b, draw(LABELS)) for a, b in edges]


def overlap(a, b):
    apart_x = a.x + a.width <= b.x + 1e-6 or b.x + b.width <= a.x + 1e-6
    apart_y = a.y + a.height <= b.y + 1e-6 or b.y + b.height <= a.y + 1e-6
    return not (apart_x or apart_y)


@settings(deadline=None, max_examples=150)
@given(graphs(acyclic=False), st.sampled_from(["TB", "LR"]))
def test_no_two_boxes_or_labels_overlap(graph, rankdir):
    drawn = layout(*graph, rankdir)
    things = [*drawn.boxes.values(), *(r.label for r in drawn.routes if r.label)]
    assert not [(a, b) for a, b in combinations(things, 2) if overlap(a, b)]


@settings(deadline=None)
@given(graphs(), st.sampled_from(["TB", "LR"]))
def test_every_edge_of_an_acyclic_graph_runs_forward(graph, rankdir):
    sizes, edges = graph
    drawn = layout(sizes, edges, rankdir)
    for a, b, _ in edges:
        assert drawn.ranks[a] < drawn.ranks[b]
        source, target = drawn.boxes[a], drawn.boxes[b]
        if rankdir == "TB":
            assert source.y + source.height < target.y
        else:
            assert source.x + source.width < target.x


@settings(deadline=None)
@given(graphs(acyclic=False))
def test_edges_start_and_end_on_the_outline_of_their_boxes(graph):
    sizes, edges = graph
    drawn = layout(sizes, edges)
    for (a, b, _), route in zip(edges, drawn.routes, strict=True):
        for (x, y), box in ((route.points[0], drawn.boxes[a]), (route.points[-1], drawn.boxes[b])):
            assert box.x <= x <= box.x + box.width
            assert min(abs(y - box.y), abs(y - box.y - box.height)) < 1e-6


@settings(deadline=None)
@given(graphs(acyclic=False))
def test_no_edge_crosses_a_box_of_others(graph):
    sizes, edges = graph
    drawn = layout(sizes, edges)
    for (a, b, _), route in zip(edges, drawn.routes, strict=True):
        if a == b:
            continue
        for name in set(sizes) - {a, b}:
            box = drawn.boxes[name]
            for (x1, y1), (x2, y2) in zip(route.points, route.points[1:], strict=False):
                beside = max(x1, x2) <= box.x or min(x1, x2) >= box.x + box.width
                above = max(y1, y2) <= box.y + 1e-6 or min(y1, y2) >= box.y + box.height - 1e-6
                assert beside or above


@settings(deadline=None)
@given(graphs(acyclic=False))
def test_the_same_graph_is_drawn_the_same(graph):
    assert layout(*graph) == layout(*graph)


def test_a_long_edge_is_straight_between_its_ends():
    sizes = {f"n{i}": (80, 30) for i in range(6)}
    chain = [(f"n{i}", f"n{i + 1}", (50, 16)) for i in range(5)]
    drawn = layout(sizes, [*chain, ("n0", "n5", (50, 16))])
    inner = {round(x, 6) for x, _ in drawn.routes[-1].points[2:-2]}
    assert len(inner) == 1


def test_a_diamond_is_symmetric():
    sizes = {name: (80, 30) for name in "abcd"}
    boxes = layout(sizes, [("a", "b", None), ("a", "c", None), ("b", "d", None), ("c", "d", None)]).boxes
    assert boxes["a"].cx == boxes["d"].cx == (boxes["b"].cx + boxes["c"].cx) / 2
    assert boxes["b"].x < boxes["c"].x


def test_boxes_without_edges_stand_in_rows_of_four():
    boxes = layout({f"n{i}": (50, 20) for i in range(9)}, []).boxes
    assert len({box.y for box in boxes.values()}) == 3


def test_a_hundred_layers_in_a_line_take_no_time():
    sizes = {f"n{i}": (120, 60) for i in range(100)}
    start = time.perf_counter()
    drawn = layout(sizes, [(f"n{i}", f"n{i + 1}", (70, 16)) for i in range(99)])
    assert time.perf_counter() - start < 2
    assert len({box.cx for box in drawn.boxes.values()}) == 1


def test_nothing_makes_an_empty_drawing():
    assert layout({}, []).boxes == {}


def test_only_two_directions_are_known():
    with pytest.raises(ValueError, match=r'Expected rankdir "TB" or "LR".*\'BT\''):
        layout({"a": (1, 1)}, [], "BT")
