"""Pooling: the definition, written out; borders that do not count; ties; masks; errors."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as kt
from kerasteach import layers, ops
from kerasteach.ops import OPS


def seen(n, size, stride, padding):
    """The elements that each window along an axis sees, without those of the border."""
    over = n % stride
    border = max(size - (over if over else stride), 0) // 2 if padding == "same" else 0
    starts = range(-border, n - border, stride) if padding == "same" else range(0, n - size + 1, stride)
    return [range(max(start, 0), min(start + size, n)) for start in starts]


def stretches(n, m):
    """`m` stretches of `n` elements, as equal as can be."""
    return [range(i * n // m, -(-(i + 1) * n // m)) for i in range(m)]


def by_definition(x, windows, fold):
    """`fold` of what each window sees; `windows` holds a list of ranges per axis."""
    y = np.zeros((x.shape[0], *map(len, windows), x.shape[-1]))
    for stop in itertools.product(*[range(len(w)) for w in windows]):
        box = np.ix_(range(x.shape[0]), *[w[i] for w, i in zip(windows, stop)], range(x.shape[-1]))
        y[(slice(None), *stop)] = fold(x[box].reshape(x.shape[0], -1, x.shape[-1]), axis=1)
    return y


@st.composite
def pools(draw):
    """Inputs and settings of a small pooling of any rank."""
    rank = draw(st.integers(1, 3))
    size = tuple(draw(st.integers(1, 4)) for _ in range(rank))
    shape = (draw(st.integers(1, 2)), *[draw(st.integers(k, 6)) for k in size], draw(st.integers(1, 2)))
    x = np.random.default_rng(draw(st.integers(0, 99))).normal(size=shape)
    strides = draw(st.sampled_from([None, tuple(draw(st.integers(1, 3)) for _ in range(rank))]))
    return x, {"pool_size": size, "strides": strides, "padding": draw(st.sampled_from(["valid", "same"]))}


FOLDS = {"max_pool": np.max, "average_pool": np.mean}


@pytest.mark.parametrize("name", FOLDS)
@given(pools())
@settings(max_examples=50, deadline=None)
def test_pools_fold_what_windows_see(name, drawn):
    x, how = drawn
    strides = how["strides"] or how["pool_size"]
    windows = [seen(*axis, how["padding"]) for axis in zip(x.shape[1:-1], how["pool_size"], strides)]
    expected = by_definition(x, windows, FOLDS[name])
    op = OPS[name]
    np.testing.assert_allclose(op(x, **how), expected, atol=1e-12)
    first = op(np.moveaxis(x, -1, 1), **how, data_format="channels_first")
    np.testing.assert_allclose(np.moveaxis(first, 1, -1), expected, atol=1e-12)
    torch = pytest.importorskip("torch")
    np.testing.assert_allclose(op(torch.as_tensor(x), **how).numpy(), expected, atol=1e-12)


@pytest.mark.parametrize("name", FOLDS)
@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 4)), min_size=1, max_size=3))
@settings(max_examples=30, deadline=None)
def test_adaptive_pools_fold_stretches(name, axes):
    """Sizes need not divide; an output may even be larger than its input."""
    x = np.random.default_rng(0).normal(size=(2, *[n for n, _ in axes], 2))
    sizes = tuple(m for _, m in axes)
    expected = by_definition(x, [stretches(*axis) for axis in axes], FOLDS[name])
    op = OPS[f"adaptive_{name}"]
    np.testing.assert_allclose(op(x, sizes), expected, atol=1e-12)
    torch = pytest.importorskip("torch")
    np.testing.assert_allclose(op(torch.as_tensor(x), sizes).numpy(), expected, atol=1e-12)


@given(pools())
@settings(max_examples=30, deadline=None)
def test_gradients_are_those_of_torch(drawn):
    torch = pytest.importorskip("torch")
    x, how = drawn
    for name in FOLDS:
        y = OPS[name](x, **how)
        g = np.cos(np.arange(y.size)).reshape(y.shape)
        leaf = torch.tensor(x, requires_grad=True)
        (expected,) = torch.autograd.grad(OPS[name](leaf, **how), leaf, torch.as_tensor(g))
        np.testing.assert_allclose(OPS[name].vjps[0](g, y, x, **how), expected.numpy(), atol=1e-12)


def test_a_border_does_not_count_in_a_mean(backend):
    """As in TensorFlow and JAX: the last window sees 5 and 6 only, and its mean is 5.5."""
    x = np.arange(1.0, 7.0, dtype="float32").reshape(1, 6, 1)
    y = kt.backend.to_numpy(layers.AveragePooling1D(3, strides=2, padding="same")(x))
    np.testing.assert_allclose(y[0, :, 0], [2.0, 4.0, 5.5])


@pytest.mark.parametrize("op, how", [(ops.max_pool, {"pool_size": 3}), (ops.adaptive_max_pool, {"output_size": 1})])
def test_of_equal_numbers_the_first_gets_the_gradient(backend, op, how):
    x = kt.Variable(np.array([[[2.0], [5.0], [5.0]]], "float32"), backend=backend)
    *_, (slope,) = kt.backend.get(backend).value_and_gradients(lambda: (ops.sum(op(x, **how)), None), [x])
    assert kt.backend.to_numpy(slope)[0, :, 0].tolist() == [0.0, 1.0, 0.0]


def test_max_pooling_of_whole_numbers(backend):
    """The border is lower than any number, of any kind."""
    for dtype in ("uint8", "int32"):
        x = kt.backend.get(backend).convert(np.array([[[3], [0], [7]]], dtype))
        y = kt.backend.to_numpy(ops.max_pool(x, 2, padding="same"))
        assert y[0, :, 0].tolist() == [3, 7] and y.dtype == dtype


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("keepdims", [False, True])
def test_masked_steps_do_not_count_in_a_mean(backend, data_format, keepdims):
    keras = pytest.importorskip("keras")
    x = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
    mask = np.array([[True, True, False, False], [True, False, False, False]])
    x = x if data_format == "channels_last" else np.moveaxis(x, 2, 1)
    y = [
        kt.backend.to_numpy(api.layers.GlobalAveragePooling1D(data_format, keepdims)(x, mask=mask)) for api in (kt, keras)
    ]
    np.testing.assert_allclose(*y, rtol=1e-6)


def test_only_global_average_pooling_takes_a_mask():
    """The others drop it: their steps are no longer the steps it speaks of."""
    inputs = kt.Input((4,), dtype="int32")
    steps = layers.Embedding(5, 3, mask_zero=True)(inputs)
    assert layers.GlobalAveragePooling1D()(steps)._keras_mask is None
    for layer in (layers.MaxPooling1D(), layers.GlobalMaxPooling1D(), layers.Conv1D(2, 2), layers.Flatten()):
        with pytest.warns(UserWarning, match="does not support masking"):
            assert layer(steps)._keras_mask is None
    x = np.array([[1, 2, 0, 0]])
    model = kt.Model(inputs, layers.GlobalAveragePooling1D()(steps))
    table = model.layers[1].get_weights()[0]
    np.testing.assert_allclose(model.predict(x, verbose=0)[0], table[[1, 2]].mean(axis=0), rtol=1e-6)


@pytest.mark.parametrize("make", [
    lambda: layers.MaxPooling2D(3, 2, "same"), lambda: layers.AveragePooling2D(2), lambda: layers.AdaptiveMaxPooling2D((2, 3)),
    lambda: layers.GlobalMaxPooling2D(), lambda: layers.GlobalAveragePooling2D(keepdims=True),
], ids=["max", "average", "adaptive", "global max", "global average"])  # fmt: skip
def test_sizes_may_be_unknown(backend, make):
    """One model for images of all sizes."""
    layer = make()
    inputs = kt.Input((None, None, 2))
    model = kt.Model(inputs, layer(inputs))
    for size in (4, 7):
        x = np.ones((2, size, size + 1, 2), "float32")
        assert model.predict(x, verbose=0).shape == layer.compute_output_shape(x.shape)


zeros = np.zeros
WRONG = {
    "no pool": (lambda: layers.MaxPooling2D(0), ValueError, "`pool_size` argument must be a tuple of 2 integers"),
    "three numbers for two axes": (lambda: layers.MaxPooling2D((1, 2, 3)), ValueError, "`pool_size` argument must be"),
    "negative strides": (lambda: layers.MaxPooling2D(2, strides=-1), ValueError, "`strides` argument must be"),
    "unknown padding": (lambda: layers.MaxPooling2D(padding="full")(zeros((1, 4, 4, 1))), ValueError, "`padding` must be either"),
    "pool too large": (lambda: layers.MaxPooling2D(5)(zeros((1, 4, 4, 1))), ValueError, "output size would be zero or negative"),
    "pool too large, on symbols": (lambda: layers.AveragePooling2D(5)(kt.Input((4, 4, 1))), ValueError, "zero or negative"),
    "no batch axis": (lambda: layers.MaxPooling2D()(zeros((4, 4, 1))), ValueError, "expected ndim=4, found ndim=3"),
    "no size for a mean": (lambda: layers.AveragePooling2D(), TypeError, "pool_size"),
    "unknown layout": (lambda: layers.GlobalMaxPooling1D("last"), ValueError, "`data_format` argument must be one of"),
    "a word as size": (lambda: layers.AdaptiveMaxPooling1D("a"), TypeError, "`output_size` must be an integer"),
    "two sizes for a line": (lambda: layers.AdaptiveMaxPooling1D((1, 2)), ValueError, "`output_size` must be an integer"),
    "three sizes for an image": (lambda: layers.AdaptiveMaxPooling2D((1, 2, 3)), TypeError, "`output_size` must be an integer"),
    "size 0": (lambda: layers.AdaptiveAveragePooling2D(0)(zeros((1, 4, 4, 1))), ValueError, "`output_size` argument must be"),
    "op: no size": (lambda: ops.max_pool(zeros((1, 4, 1))), TypeError, "pool_size"),
    "op: no channels": (lambda: ops.average_pool(zeros((1, 4)), 2), ValueError, "Expected an input of rank 3, 4 or 5"),
}  # fmt: skip


@pytest.mark.parametrize("make, kind, said", WRONG.values(), ids=WRONG)
def test_errors_say_what_is_wrong(backend, make, kind, said):
    with pytest.raises(kind, match=said):
        make()
