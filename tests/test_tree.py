"""`keras.tree` beside Keras's own, on the same structures."""

from collections import OrderedDict, namedtuple

import pytest

keras = pytest.importorskip("keras")

from kerasteach import tree  # noqa: E402

Point = namedtuple("Point", "x y")
STRUCTURES = {
    "leaf": 1, "none": None, "list": [1, 2], "nested": [(1, 2), [3], {"a": 4}], "dict": {"a": [1, 2], "b": {"c": None}},
    "ordered": OrderedDict([("b", 1), ("a", 2)]), "named": Point(1, [2, 3]), "empty": [[], {}],
}  # fmt: skip


@pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)
def test_the_same_leaves_paths_and_packing(structure):
    theirs = keras.tree
    assert tree.flatten(structure) == theirs.flatten(structure)
    assert tree.flatten_with_path(structure) == theirs.flatten_with_path(structure)
    assert tree.lists_to_tuples(structure) == theirs.lists_to_tuples(structure)
    assert tree.is_nested(structure) == theirs.is_nested(structure)
    leaves = list(range(len(tree.flatten(structure))))
    assert tree.pack_sequence_as(structure, leaves) == theirs.pack_sequence_as(structure, leaves)
    for none_is_leaf in (True, False):
        packed = [t.map_structure(lambda x: [x], structure, none_is_leaf=none_is_leaf) for t in (tree, theirs)]
        assert packed[0] == packed[1]


@pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)
@pytest.mark.parametrize("top_down", [True, False])
def test_the_same_walk(structure, top_down):
    seen = [], []

    def visit(part, notes, package):
        notes.append(repr(part))
        return package.tree.MAP_TO_NONE if part == 2 else sum(part) if part == (1, 2) else None

    import kerasteach

    packages = kerasteach, keras
    done = [p.tree.traverse(lambda x, n=n, p=p: visit(x, n, p), structure, top_down) for p, n in zip(packages, seen)]
    assert done[0] == done[1] and seen[0] == seen[1]


PAIRS = [([1, 2], (1, 2)), ([1], [1, 2]), ({"a": 1}, {"b": 1}), ([1, [2]], [1, 2]), ([1, (2, 3)], [4, (5, 6)]), (1, 2), ([1], {"a": 1})]


@pytest.mark.parametrize("a, b", PAIRS, ids=map(str, PAIRS))
@pytest.mark.parametrize("check", ["assert_same_structure", "assert_same_paths"])
def test_the_same_differences(a, b, check):
    refused = []
    for module in (tree, keras.tree):
        try:
            getattr(module, check)(a, b)
            refused.append(False)
        except ValueError:
            refused.append(True)
    assert refused[0] == refused[1]


def test_the_same_maps_of_parts_and_shapes():
    for module in (tree, keras.tree):
        assert module.map_structure_up_to([None, [None, None]], str, [[1, 1], [2, 2]]) == ["[1, 1]", ["2", "2"]]
        assert module.map_shape_structure(lambda shape: shape[-1], [(1, 2), {"a": (None, 3)}]) == [2, {"a": 3}]
        with pytest.raises(ValueError):
            module.map_structure_up_to([None, None], len, [[1]])
