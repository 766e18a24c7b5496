"""Convolutions: the definition, written out; the VJPs, by what makes them VJPs; errors; a small network as a program."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as kt
from kerasteach import layers, ops
from kerasteach.ops import OPS


def borders(n, window, stride, dilation, padding):
    """(before, after), as TensorFlow's page on `tf.nn.convolution` says it."""
    extent = dilation * (window - 1) + 1
    if padding == "causal":
        return extent - 1, 0
    if padding == "valid":
        return 0, 0
    over = n % stride
    total = max(extent - (over if over else stride), 0)
    return total // 2, total - total // 2


def by_definition(x, kernel, strides, padding, dilation):
    """Every output is a sum of products, one by one; channels last."""
    rank, groups = x.ndim - 2, x.shape[-1] // kernel.shape[-2]
    edges = [borders(*axis, padding) for axis in zip(x.shape[1:-1], kernel.shape, strides, dilation)]
    x = np.pad(x, [(0, 0), *edges, (0, 0)])
    counts = [
        (n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(x.shape[1:-1], kernel.shape, strides, dilation)
    ]
    y = np.zeros((x.shape[0], *counts, kernel.shape[-1]))
    seen, made = kernel.shape[-2], kernel.shape[-1] // groups  # channels per group: in, out
    for stop in itertools.product(*map(range, counts)):
        for tap in itertools.product(*map(range, kernel.shape[:rank])):
            place = tuple(i * s + j * d for i, j, s, d in zip(stop, tap, strides, dilation))
            for group in range(groups):
                out = slice(group * made, (group + 1) * made)
                values = x[(slice(None), *place)][:, group * seen : (group + 1) * seen]
                y[(slice(None), *stop, out)] += values @ kernel[tap][:, out]
    return y


@st.composite
def convolutions(draw):
    """Inputs, kernel and settings of a small convolution of any rank."""
    rank = draw(st.integers(1, 3))
    window = [draw(st.integers(1, 3)) for _ in range(rank)]
    strides = tuple(draw(st.integers(1, 3)) for _ in range(rank))
    dilation = tuple(draw(st.integers(1, 2)) for _ in range(rank))
    sizes = [draw(st.integers(d * (k - 1) + 1, d * (k - 1) + 4)) for k, d in zip(window, dilation)]
    groups, channels, filters = (draw(st.integers(1, 2)) for _ in range(3))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    x = rng.normal(size=(draw(st.integers(0, 2)), *sizes, groups * channels))
    kernel = rng.normal(size=(*window, channels, groups * filters))
    paddings = ["valid", "same"] + (["causal"] if rank == 1 else [])
    return x, kernel, {"strides": strides, "padding": draw(st.sampled_from(paddings)), "dilation_rate": dilation}


@given(convolutions())
@settings(max_examples=60, deadline=None)
def test_conv_is_a_sum_of_products_at_every_stop(drawn):
    x, kernel, how = drawn
    expected = by_definition(x, kernel, how["strides"], how["padding"], how["dilation_rate"])
    np.testing.assert_allclose(ops.conv(x, kernel, **how), expected, atol=1e-12)
    first = ops.conv(np.moveaxis(x, -1, 1), kernel, **how, data_format="channels_first")
    np.testing.assert_allclose(np.moveaxis(first, 1, -1), expected, atol=1e-12)


@given(convolutions())
@settings(max_examples=30, deadline=None)
def test_torch_gives_the_same(drawn):
    torch = pytest.importorskip("torch")
    x, kernel, how = drawn
    for data_format, image in [("channels_last", x), ("channels_first", np.moveaxis(x, -1, 1))]:
        y = ops.conv(torch.as_tensor(image), torch.as_tensor(kernel), **how, data_format=data_format)
        np.testing.assert_allclose(y.numpy(), ops.conv(image, kernel, **how, data_format=data_format), atol=1e-12)


def weighs_the_same(op, x, kernel, how):
    """An op that is linear in each input is known by its VJPs: `g . op(x) = vjp(g) . x`, whatever x and g."""
    y = op.forward(x, kernel, **how)
    g = np.cos(np.arange(y.size)).reshape(y.shape)
    for value, vjp in zip((x, kernel), op.vjps):
        back = vjp(g, y, x, kernel, **how)
        assert back.shape == value.shape
        np.testing.assert_allclose(np.sum(back * value), np.sum(g * y), atol=1e-9)


@given(convolutions())
@settings(max_examples=30, deadline=None)
def test_gradients_of_conv_are_its_transpose(drawn):
    weighs_the_same(OPS["conv"], *drawn)


@given(convolutions())
@settings(max_examples=30, deadline=None)
def test_gradients_of_depthwise_conv_are_its_transpose(drawn):
    x, kernel, how = drawn
    kernel = kernel[..., :1, :].repeat(x.shape[-1], axis=-2)
    weighs_the_same(OPS["depthwise_conv"], x, kernel, how)


@st.composite
def transposed(draw):
    """Inputs, kernel and settings of a small transposed convolution."""
    rank = draw(st.integers(1, 3))
    strides = tuple(draw(st.integers(1, 3)) for _ in range(rank))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    channels, filters = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    x = rng.normal(size=(draw(st.integers(0, 2)), *[draw(st.integers(1, 3)) for _ in range(rank)], channels))
    kernel = rng.normal(size=(*[draw(st.integers(1, 4)) for _ in range(rank)], filters, channels))
    more = draw(st.sampled_from([None, tuple(draw(st.integers(0, s - 1)) for s in strides)]))
    return x, kernel, {
        "strides": strides, "padding": draw(st.sampled_from(["valid", "same"])), "output_padding": more,
        "dilation_rate": draw(st.integers(1, 2)),
    }  # fmt: skip


@given(transposed())
@settings(max_examples=30, deadline=None)
def test_gradients_of_conv_transpose_are_its_transpose(drawn):
    weighs_the_same(OPS["conv_transpose"], *drawn)


@given(transposed())
@settings(max_examples=40, deadline=None)
def test_conv_transpose_is_kerass(drawn):
    keras = pytest.importorskip("keras")
    x, kernel, how = drawn
    theirs = keras.ops.conv_transpose(keras.ops.convert_to_tensor(x), keras.ops.convert_to_tensor(kernel), **how)
    np.testing.assert_allclose(ops.conv_transpose(x, kernel, **how), theirs.detach().numpy(), atol=1e-12)


def test_conv_transpose_is_the_way_gradients_go_back_through_conv(rng):
    x, kernel = rng.normal(size=(2, 7, 8, 3)), rng.normal(size=(3, 2, 3, 4))
    y = ops.conv(x, kernel, strides=2)  # (2, 3, 4, 4)
    g = rng.normal(size=y.shape)
    back = OPS["conv"].vjps[0](g, y, x, kernel, strides=2)
    np.testing.assert_allclose(ops.conv_transpose(g, kernel, strides=2), back)


def test_causal_outputs_do_not_see_what_comes_later(backend, rng):
    layer = layers.Conv1D(2, 3, padding="causal", dilation_rate=2)
    x = rng.normal(size=(1, 10, 1)).astype("float32")
    later = x.copy()
    later[:, 6:] += 1
    a, b = (kt.backend.to_numpy(layer(v)) for v in (x, later))
    np.testing.assert_array_equal(a[:, :6], b[:, :6])
    assert (a[:, 6] != b[:, 6]).all()


def test_separable_conv_is_depthwise_then_pointwise(rng):
    x, along, across = rng.normal(size=(2, 6, 6, 3)), rng.normal(size=(3, 3, 3, 2)), rng.normal(size=(1, 1, 6, 4))
    apart = np.concatenate([ops.conv(x[..., i : i + 1], along[:, :, i : i + 1]) for i in range(3)], axis=-1)
    np.testing.assert_allclose(ops.separable_conv(x, along, across), apart @ across[0, 0])


def test_fold_adds_up_what_unfold_cut(rng):
    image = rng.normal(size=(2, 3, 5, 6))
    how = {"kernel_size": (2, 3), "stride": (1, 2), "padding": (1, 0)}
    seen = ops.fold(ops.unfold(np.ones_like(image), **how), (5, 6), **how)  # how often each element was cut
    np.testing.assert_allclose(ops.fold(ops.unfold(image, **how), (5, 6), **how), image * seen)


@pytest.mark.parametrize("make", [
    lambda: layers.Conv2D(4, 3, strides=2, padding="same"),
    lambda: layers.Conv2D(4, 3, dilation_rate=2),
    lambda: layers.Conv2DTranspose(4, 3, strides=2),
    lambda: layers.DepthwiseConv2D(3, depth_multiplier=2),
    lambda: layers.SeparableConv2D(4, 3),
], ids=["same", "dilated", "transposed", "depthwise", "separable"])  # fmt: skip
def test_sizes_may_be_unknown(backend, make):
    """One model for images of all sizes: what is unknown stays None, and fits when numbers come."""
    layer = make()
    inputs = kt.Input((None, None, 2))
    outputs = layer(inputs)
    assert outputs.shape == (None, None, None, outputs.shape[-1])
    model = kt.Model(inputs, outputs)
    for size in (7, 10):
        x = np.ones((2, size, size + 1, 2), "float32")
        assert model.predict(x, verbose=0).shape == layer.compute_output_shape(x.shape)


def test_whole_numbers_are_fine(backend):
    """Pictures are often bytes."""
    pixels = np.arange(50).reshape(1, 5, 5, 2).astype("uint8")
    layer = layers.Conv2D(3, 2)
    np.testing.assert_allclose(
        kt.backend.to_numpy(layer(pixels)), kt.backend.to_numpy(layer(pixels.astype("float32"))), rtol=1e-6
    )


zeros = np.zeros
WRONG = {
    "no filters": (lambda: layers.Conv2D(0, 3), "Expected a strictly positive value. Received filters=0"),
    "no kernel": (lambda: layers.Conv1D(2, 0), "`kernel_size` argument must be a tuple of 1 integers"),
    "two numbers for three axes": (lambda: layers.Conv3D(2, (3, 3)), "`kernel_size` argument must be a tuple of 3 integers"),
    "strides of 0": (lambda: layers.Conv2D(2, 3, strides=(1, 0)), "`strides` argument must be"),
    "unknown padding": (lambda: layers.Conv2D(2, 3, padding="full"), "`padding` must be either 'valid' or 'same'"),
    "causal images": (lambda: layers.Conv2D(2, 3, padding="causal"), "`padding` must be either 'valid' or 'same'"),
    "unknown layout": (lambda: layers.Conv2D(2, 3, data_format="last"), "`data_format` argument must be one of"),
    "filters in groups": (lambda: layers.Conv2D(3, 3, groups=2), "filters must be evenly divisible by the number of groups"),
    "no groups": (lambda: layers.Conv2D(3, 3, groups=0), "number of groups must be a positive integer"),
    "channels in groups": (lambda: layers.Conv2D(4, 3, groups=2)(zeros((1, 8, 8, 3))), "input channels must be evenly divisible"),
    "strides and dilation": (lambda: layers.Conv2D(4, 3, 2, dilation_rate=2), "`strides > 1` not supported in conjunction"),
    "kernel too large": (lambda: layers.Conv2D(4, 5)(zeros((1, 4, 8, 3))), "output size would be zero or negative"),
    "kernel too large, on symbols": (lambda: layers.Conv2D(4, 5)(kt.Input((4, 8, 3))), 'Fix: padding="same"'),
    "no batch axis": (lambda: layers.Conv2D(4, 5)(zeros((28, 28, 1))), "expected min_ndim=4, found ndim=3"),
    "one axis too many": (lambda: layers.Conv2D(4, 2)(zeros((1, 4, 8, 8, 3))), "Kernel shape must have the same length as input"),
    "unknown channels": (lambda: layers.Conv2D(4, 2)(kt.Input((8, 8, None))), "number of channels of its input is unknown"),
    "too much output padding": (lambda: layers.Conv2DTranspose(4, 2, 2, output_padding=2), "must be strictly less than `strides`"),
    "negative output padding": (lambda: layers.Conv1DTranspose(4, 2, output_padding=-1), "`output_padding` argument must be"),
    "low-rank adaptation": (lambda: layers.Conv2D(4, 2, lora_rank=1), "lora_rank"),
    "op: channels": (lambda: ops.conv(zeros((1, 4, 3)), zeros((2, 2, 1))), "Input channels .3. must be divisible by kernel input"),
    "op: filters": (lambda: ops.conv(zeros((1, 4, 4)), zeros((2, 2, 3))), "number of filters must be evenly divisible"),
    "op: ranks": (lambda: ops.conv(zeros((1, 4, 4, 3)), zeros((2, 3, 1))), "Kernel shape must have the same length as input"),
    "op: no line": (lambda: ops.conv(zeros((1, 4)), zeros((2, 1))), "Expected an input of rank 3, 4 or 5"),
    "op: list of borders": (lambda: ops.conv(zeros((1, 2, 1)), zeros((1, 1, 1)), padding=[1]), "`padding` must be either"),
    "op: transposed channels": (lambda: ops.conv_transpose(zeros((1, 2, 3)), zeros((1, 1, 1))), "must match the kernel's input channels"),
    "op: depthwise channels": (lambda: ops.depthwise_conv(zeros((1, 2, 3)), zeros((1, 1, 1))), "must match the kernel's input channels"),
    "op: patches of lines": (lambda: ops.unfold(zeros((1, 2, 3)), 2), "Input must be a 4D tensor"),
    "op: too many patches": (lambda: ops.fold(zeros((1, 4, 4)), 2, 2), "has 1 patches"),
}  # fmt: skip


@pytest.mark.parametrize("make, said", WRONG.values(), ids=WRONG)
def test_errors_say_what_is_wrong(backend, make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_torch_tensors_raise_the_same_errors():
    torch = pytest.importorskip("torch")
    with pytest.raises(ValueError, match="output size would be zero or negative"):
        ops.conv(torch.zeros(1, 2, 1), torch.zeros(3, 1, 1))
    with pytest.raises(ValueError, match="must be divisible by kernel input channels"):
        ops.conv(torch.zeros(1, 4, 3), torch.zeros(2, 2, 1))


def test_a_subclass_may_change_the_kernel(backend, rng):
    """As Keras says of `convolution_op`: here every filter's weights are made to sum to 0."""
    keras = pytest.importorskip("keras")
    x = rng.normal(size=(2, 6, 6, 3)).astype("float32")

    def centred(api):
        class Centred(api.layers.Conv2D):
            def convolution_op(self, inputs, kernel):
                return super().convolution_op(inputs, kernel - api.ops.mean(kernel, axis=(0, 1, 2), keepdims=True))

        return Centred(4, 3, use_bias=False)

    ours, theirs = centred(kt), centred(keras)
    expected = theirs(x)
    ours.build(x.shape)
    ours.set_weights(theirs.get_weights())
    np.testing.assert_allclose(kt.backend.to_numpy(ours(x)), expected.detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(kt.backend.to_numpy(ours(np.ones_like(x))), 0, atol=1e-5)


def network(api):
    """A small network for pictures, with every family of layers that slides."""
    inputs = api.Input((9, 8, 2))
    x = api.layers.Conv2D(4, 3, padding="same", activation="relu", kernel_regularizer="l2")(inputs)
    x = api.layers.MaxPooling2D()(x)
    x = api.layers.SeparableConv2D(4, (2, 3), padding="same", activation="tanh")(x)
    x = api.layers.Conv2DTranspose(3, 3, strides=2, padding="same")(x)
    x = api.layers.DepthwiseConv2D(2, dilation_rate=2)(x)
    x = api.layers.AveragePooling2D(2, strides=1, padding="same")(api.layers.ZeroPadding2D((0, 1))(x))
    x = api.layers.Conv2D(4, 2, strides=2, groups=1)(api.layers.Cropping2D(((1, 0), (0, 0)))(x))
    x = api.layers.UpSampling2D(2, interpolation="bilinear")(x)
    x = api.layers.AdaptiveAveragePooling2D((3, 2))(x)
    flat = api.layers.Flatten()(api.layers.Permute((3, 1, 2))(x))
    whole = api.layers.Concatenate()([flat, api.layers.GlobalMaxPooling2D()(x)])
    return api.Model(inputs, api.layers.Dense(3, activation="softmax")(whole))


def trained(api, weights, **how):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(40, 9, 8, 2)).astype("float32"), rng.integers(0, 3, 40)
    model = network(api)
    model.set_weights(weights)
    model.compile(api.optimizers.SGD(0.05, momentum=0.9), "sparse_categorical_crossentropy", **how)
    history = model.fit(x, y, batch_size=16, epochs=3, shuffle=False, verbose=0)
    return history.history["loss"], model.get_weights(), model


def test_a_network_trains_the_same_as_a_program_op_by_op_and_in_keras(backend):
    keras = pytest.importorskip("keras")
    kt.utils.set_random_seed(0)
    weights = network(kt).get_weights()
    losses, ended, model = trained(kt, weights)
    assert any(model._last_structure.programs.values()), "no program was written"
    for api, how in [(kt, {"run_eagerly": True}), (keras, {})]:
        other_losses, other_ended, _ = trained(api, weights, **how)
        np.testing.assert_allclose(losses, other_losses, rtol=1e-4)
        for a, b in zip(ended, other_ended):
            np.testing.assert_allclose(a, b, rtol=1e-3, atol=2e-5)
    assert losses[-1] < losses[0]
