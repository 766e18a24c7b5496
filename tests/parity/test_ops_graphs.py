"""Every op as a node of a functional model: shapes and dtypes as Keras says, and the file read by both, both ways."""

import importlib
import inspect

import keras
import numpy as np
import pytest

import kerasteach as kt
from kerasteach import tree
from kerasteach.ops import OPS
from kerasteach.ops.families import FAMILIES
from kerasteach.saving import op_nodes

PUBLIC = {name for names in FAMILIES.values() for name in names}

# No graph of plain numbers: functions as arguments, numbers only, lists of lists, data decides the shape, or no class in Keras.
NOT_IN_GRAPHS = set(
    """cond switch while_loop fori_loop scan associative_scan map vectorized_map select linspace logspace geomspace
    nonzero unique histogram bincount""".split()
)
SIGNS_ARE_FREE = {"eigh", "svd"}
KERAS_FAILS = {  # what goes wrong in Keras, not here
    "adaptive_average_pool": "no whole number as size", "adaptive_max_pool": "no whole number as size",
    "affine_transform": "does not divide by k", "argpartition": "right in several ways", "conv_transpose": "does not look the default data format up",
    "empty_like": "no numbers", "imag": "refuses real numbers",
}  # fmt: skip
KERAS_MISSTATES = {"corrcoef", "multi_hot"}  # the shape or dtype that comes out
LEFT_OPEN_HERE = {"view"}  # a shape rule here does not see types


def narrow(x):
    kind = {"float64": "float32", "int64": "int32"}.get(x.dtype.name)
    return x.astype(kind) if kind else x


def example_of(name):
    """The first example of arrays with axes: (op as a function of its tensors, arrays), for either package."""
    op = OPS[name]
    for inputs, params in op.example(np.random.default_rng(0)):  # noqa: B007 - the last one is used below
        arrays = [narrow(x) for x in inputs if isinstance(x, np.ndarray)]
        if arrays and all(x.ndim and x.size for x in arrays):
            break
    else:
        return None

    def call(ops, tensors):
        rest = iter(tensors)
        given = [next(rest) if isinstance(x, np.ndarray) else x for x in inputs]
        function = getattr(ops if hasattr(ops, name) else ops.image, name)
        return function(given, **params) if op.variadic else function(*given, **params)

    return call, arrays


NAMES = [
    n for n in OPS
    if n in PUBLIC and n not in NOT_IN_GRAPHS | KERAS_FAILS.keys() and example_of(n)
]  # fmt: skip
GROUPS = [NAMES[i : i + 40] for i in range(0, len(NAMES), 40)]  # a model for each: files take their time


def graph(package, names):
    """One model with every op of a group, the arrays for it, and how many outputs each op has."""
    package.utils.clear_session()
    inputs, outputs, arrays = [], [], []
    for name in names:
        call, mine = example_of(name)
        inputs.append([package.Input(batch_shape=x.shape, dtype=x.dtype.name) for x in mine])
        outputs.append(tree.flatten(call(package.ops, inputs[-1])))
        arrays += mine
    return package.Model(tree.flatten(inputs), tree.flatten(outputs)), arrays, [len(part) for part in outputs]


def assert_same(names, counts, ours, theirs):
    """Every op of the group gives the same, of eigenvectors up to their sign."""
    assert len(ours) == len(theirs) == sum(counts)
    of_op = [name for name, count in zip(names, counts) for _ in range(count)]
    for name, a, b in zip(of_op, ours, theirs):
        a, b = kt.backend.to_numpy(a), kt.backend.to_numpy(b)
        a, b = (np.abs(a), np.abs(b)) if name in SIGNS_ARE_FREE else (a, b)
        np.testing.assert_allclose(a, b, rtol=2e-4, atol=2e-5, err_msg=name)


@pytest.mark.parametrize("names", GROUPS, ids=lambda names: f"{names[0]}-{names[-1]}")
def test_graphs_saved_here_are_read_by_keras(names, tmp_path):
    model, arrays, counts = graph(kt, names)
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert_same(names, counts, model(arrays), loaded([x.copy() for x in arrays]))  # some of Keras write into their input


@pytest.mark.parametrize("names", GROUPS, ids=lambda names: f"{names[0]}-{names[-1]}")
def test_graphs_saved_by_keras_are_read_here(names, tmp_path):
    model, arrays, counts = graph(keras, names)
    model.save(tmp_path / "m.keras")
    assert_same(names, counts, kt.models.load_model(tmp_path / "m.keras")(arrays), model([x.copy() for x in arrays]))


@pytest.mark.parametrize("name", [n for n in OPS if n in PUBLIC])
def test_arguments_go_where_keras_has_them(name):
    """What Keras's class takes in its constructor is config here; what its call takes is an input."""
    op = OPS[name]
    cls = getattr(importlib.import_module(op_nodes.module_of(op)), op_nodes.class_of(op))
    config = [n for n in inspect.signature(cls.__init__).parameters if n not in ("self", "name", "kwargs")]
    assert op_nodes.config_names(op) == set(config) - {"rms_scaling"}  # that is one of the **kwargs
    call = [n for n in inspect.signature(op).parameters if n not in [*config, "kwargs"]]  # in this order
    assert call == [n for n in inspect.signature(cls.call).parameters if n != "self"]


@pytest.mark.parametrize("name", [n for n in NAMES if n not in KERAS_MISSTATES | LEFT_OPEN_HERE])
def test_symbols_have_keras_shapes_and_dtypes(name):
    call, arrays = example_of(name)
    ours, theirs = (
        tree.flatten(call(package.ops, [package.KerasTensor(x.shape, x.dtype.name) for x in arrays]))
        for package in (kt, keras)
    )
    assert [tuple(y.shape) for y in ours] == [tuple(y.shape) for y in theirs]
    assert [y.dtype for y in ours] == [y.dtype for y in theirs]


@pytest.mark.parametrize("name", [n for n in NAMES if n not in KERAS_MISSTATES and n not in {*FAMILIES["nn"], *FAMILIES["image"]}])
def test_an_open_batch_stays_open_as_in_keras(name):
    call, arrays = example_of(name)

    def shapes(package):
        symbols = [package.KerasTensor((None, *x.shape[1:]), x.dtype.name) for x in arrays]
        return [tuple(y.shape) for y in tree.flatten(call(package.ops, symbols))]

    try:
        theirs = shapes(keras)
    except Exception:
        pytest.skip("Keras needs to know the batch here")
    for mine, other in zip(shapes(kt), theirs):
        assert len(mine) == len(other)
        assert all(a == b or None in (a, b) for a, b in zip(mine, other))  # some know more than others
