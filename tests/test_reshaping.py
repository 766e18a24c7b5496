"""Reshaping layers: what undoes what, unknown sizes, straight lines between elements, errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as kt
from kerasteach import layers
from kerasteach.ops.image_resize import resize_matrix

pairs = st.tuples(st.integers(0, 2), st.integers(0, 2))
formats = st.sampled_from(["channels_last", "channels_first"])


@given(st.lists(pairs, min_size=2, max_size=3), formats)
@settings(max_examples=40, deadline=None)
def test_cropping_undoes_padding(widths, data_format):
    pad, crop = {
        2: (layers.ZeroPadding2D, layers.Cropping2D), 3: (layers.ZeroPadding3D, layers.Cropping3D),
    }[len(widths)]  # fmt: skip
    x = np.random.default_rng(0).normal(size=(2, 2, 3, 4, 2)[: len(widths) + 2]).astype("float32")
    wide = pad(tuple(widths), data_format)(x)
    assert np.sum(wide != 0) == x.size  # the border is zeros
    np.testing.assert_array_equal(crop(tuple(widths), data_format)(wide), x)


def test_permute_and_its_inverse(backend):
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 5)).astype("float32")
    y = layers.Permute((3, 1, 2))(x)
    assert tuple(y.shape) == (2, 5, 3, 4)
    np.testing.assert_array_equal(kt.backend.to_numpy(layers.Permute((2, 3, 1))(y)), x)


@given(st.integers(1, 5), st.integers(1, 4))
@settings(max_examples=30, deadline=None)
def test_bilinear_lines_are_torchs(n, times):
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(n).normal(size=n)
    expected = torch.nn.functional.interpolate(torch.as_tensor(x)[None, None], scale_factor=times, mode="linear")
    np.testing.assert_allclose(resize_matrix(n, n * times) @ x, expected[0, 0], atol=1e-12)


@pytest.mark.parametrize("sizes, told", [
    ((3, 4), (None, 12)), ((None, 4), (None, None)), ((), (None, 1)), ((0, 2), (None, 0)),
], ids=str)  # fmt: skip
def test_flatten_knows_what_can_be_known(sizes, told):
    assert layers.Flatten()(kt.Input(sizes)).shape == told
    assert layers.Flatten().compute_output_shape((7, *sizes)) == (7, *told[1:])


@pytest.mark.parametrize("target, told, filled", [
    ((3, -1), (None, 3, None), (2, 3, 12)), ((-1, 6), (None, None, 6), (2, 6, 6)), ((None, 6), (None, None, 6), (2, 6, 6)),
], ids=str)  # fmt: skip
def test_reshape_of_unknown_sizes(backend, target, told, filled):
    """What symbols do not know, numbers do: -1 and None are filled in when they come."""
    inputs = kt.Input((None, 4))
    outputs = layers.Reshape(target)(inputs)
    assert outputs.shape == told
    assert kt.Model(inputs, outputs).predict(np.ones((2, 9, 4), "float32"), verbose=0).shape == filled


@pytest.mark.parametrize("make, told", [
    (lambda: layers.Cropping2D(((1, 0), (0, 0))), (None, None, None, 3)),
    (lambda: layers.ZeroPadding2D(1), (None, None, 10, 3)),
    (lambda: layers.UpSampling2D((2, 3), interpolation="bilinear"), (None, None, 24, 3)),
], ids=["cropping", "padding", "upsampling"])  # fmt: skip
def test_borders_and_copies_of_unknown_sizes(backend, make, told):
    inputs = kt.Input((None, 8, 3))
    outputs = make()(inputs)
    assert outputs.shape[:2] == told[:2] and outputs.shape[3] == told[3]
    y = kt.Model(inputs, outputs).predict(np.ones((2, 5, 8, 3), "float32"), verbose=0)
    assert y.shape == make().compute_output_shape((2, 5, 8, 3))


@pytest.mark.parametrize("make", [
    lambda: layers.Flatten(), lambda: layers.Reshape((6,)), lambda: layers.Permute((2, 1)),
], ids=["Flatten", "Reshape", "Permute"])  # fmt: skip
def test_numbers_keep_their_kind(backend, make):
    x = np.arange(12, dtype="int32").reshape(2, 2, 3)
    assert "int32" in str(make()(x).dtype)
    assert make()(kt.Input((2, 3), dtype="int32")).dtype == "int32"


zeros = np.zeros
WRONG = {
    "shape of another size": (lambda: layers.Reshape((5,))(zeros((1, 6))), ValueError, "total size of the tensor must be unchanged"),
    "shape that does not divide": (lambda: layers.Reshape((4, -1))(kt.Input((6,))), ValueError, "total size of the tensor"),
    "two unknown axes": (lambda: layers.Reshape((-1, -1)), ValueError, "at most one unknown dimension"),
    "negative axis": (lambda: layers.Reshape((-2, 3)), ValueError, "must be a non-negative integer"),
    "axes from 0": (lambda: layers.Permute((0, 1)), ValueError, "must be consecutive and start from 1"),
    "axes of another rank": (lambda: layers.Permute((2, 1))(zeros((1, 2, 3, 4))), ValueError, "expected ndim=3"),
    "no copies": (lambda: layers.RepeatVector(0), ValueError, "`n` should be a positive integer"),
    "half a copy": (lambda: layers.RepeatVector(1.5), TypeError, "integer value for `n`"),
    "copies of a matrix": (lambda: layers.RepeatVector(2)(zeros((1, 2, 3))), ValueError, "expected ndim=2"),
    "negative cut": (lambda: layers.Cropping1D(-1), ValueError, "`cropping` argument must be"),
    "three cuts for two axes": (lambda: layers.Cropping2D((1, 2, 3)), ValueError, "`cropping` should be either an int"),
    "all cut off": (lambda: layers.Cropping2D(((1, 1), (0, 4)))(zeros((1, 4, 4, 1))), ValueError, "must be smaller than the input"),
    "all cut off, on symbols": (lambda: layers.Cropping1D(2)(kt.Input((4, 1))), ValueError, "must be smaller than the input"),
    "three borders for two ends": (lambda: layers.ZeroPadding1D((1, 2, 3)), ValueError, "`padding` argument must be"),
    "negative border": (lambda: layers.ZeroPadding2D((1, -1)), ValueError, "entry 2 of padding"),
    "no border": (lambda: layers.ZeroPadding3D(None), ValueError, "`padding` should be either an int"),
    "size 1.5": (lambda: layers.UpSampling1D(1.5), TypeError, "integer value for `size`"),
    "size 0": (lambda: layers.UpSampling2D((0, 1)), ValueError, "`size` argument must be"),
    "unknown lines": (lambda: layers.UpSampling2D(2, interpolation="straight"), ValueError, "Expected one of"),
}  # fmt: skip


@pytest.mark.parametrize("make, kind, said", WRONG.values(), ids=WRONG)
def test_errors_say_what_is_wrong(backend, make, kind, said):
    with pytest.raises(kind, match=said):
        make()
