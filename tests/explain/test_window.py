"""Each cell of a convolution or pooling, from its patch: equal to the layer, and to Torch."""

import numpy as np
import pytest

import kerasteach as kt
from kerasteach.explain.window import sliding

L = kt.layers
IMAGE = np.random.default_rng(0).normal(size=(3, 7, 6, 4)).astype("float32")  # (batch, height, width, channels)
LINE = np.random.default_rng(1).normal(size=(3, 9, 4)).astype("float32")  # (batch, length, channels)

ON_IMAGES = {
    "plain": lambda: L.Conv2D(3, 3, bias_initializer="glorot_uniform"),
    "same": lambda: L.Conv2D(3, (3, 2), padding="same", activation="relu"),
    "strides": lambda: L.Conv2D(3, 3, strides=(2, 3), padding="same", activation="tanh"),
    "dilation": lambda: L.Conv2D(2, 2, dilation_rate=(2, 3), padding="same"),
    "groups": lambda: L.Conv2D(4, 2, groups=2),
    "no bias": lambda: L.Conv2D(3, 3, use_bias=False),
    "softmax": lambda: L.Conv2D(3, 2, activation="softmax"),
    "a layer as activation": lambda: L.Conv2D(3, 2, activation=L.LeakyReLU()),
    "depthwise": lambda: L.DepthwiseConv2D(3, depth_multiplier=2, padding="same", activation="sigmoid"),
    "max": lambda: L.MaxPooling2D(2),
    "max over the edge": lambda: L.MaxPooling2D(3, strides=2, padding="same"),
    "average": lambda: L.AveragePooling2D((2, 3)),
    "average over the edge": lambda: L.AveragePooling2D(3, strides=2, padding="same"),
}
ON_LINES = {
    "line": lambda: L.Conv1D(5, 3, activation="relu"),
    "causal": lambda: L.Conv1D(2, 3, padding="causal", dilation_rate=2),
    "line, depthwise": lambda: L.DepthwiseConv1D(3, strides=2),
    "line, max": lambda: L.MaxPooling1D(2),
    "line, average": lambda: L.AveragePooling1D(4, strides=2, padding="same"),
}


def check_every_cell(layer, x):
    model = kt.Sequential([kt.Input(x.shape[1:]), layer])
    found = sliding(model, x, sample=2)
    expected = model.predict(x, verbose=0)[2]
    expected = expected[None] if found.is_line else expected
    np.testing.assert_array_equal(found.output.shape, expected.shape)
    for place in np.ndindex(found.output.shape):
        cell = found.cell(*place)
        assert cell.value == pytest.approx(expected[place], rel=1e-4, abs=1e-5)
        assert cell.total == pytest.approx(cell.products.sum())
        assert cell.products.shape == cell.patch.shape == (*found.windows.window, len(cell.channels))
        if cell.kernel is not None:
            np.testing.assert_array_equal(cell.products, cell.patch * cell.kernel)


@pytest.mark.parametrize("make", ON_IMAGES.values(), ids=ON_IMAGES)
def test_every_cell_of_an_image(backend, make):
    check_every_cell(make(), IMAGE)


@pytest.mark.parametrize("make", ON_LINES.values(), ids=ON_LINES)
def test_every_cell_of_a_line(backend, make):
    check_every_cell(make(), LINE)


@pytest.mark.parametrize("make", [
    lambda: L.Conv2D(3, 3, padding="same", activation="relu", data_format="channels_first"),
    lambda: L.MaxPooling2D(2, data_format="channels_first"),
], ids=["convolution", "pooling"])  # fmt: skip
def test_channels_first(backend, make):
    """Both orders of axes show the same picture."""
    x = np.moveaxis(IMAGE, -1, 1)
    layer = make()
    model = kt.Sequential([kt.Input(x.shape[1:]), layer])
    found = sliding(model, x, sample=1)
    np.testing.assert_array_equal(found.input, IMAGE[1])
    expected = np.moveaxis(model.predict(x, verbose=0)[1], 0, -1)
    for place in np.ndindex(found.output.shape):
        assert found.cell(*place).value == pytest.approx(expected[place], rel=1e-4, abs=1e-5)


def test_the_border_is_marked(backend):
    model = kt.Sequential([kt.Input((7, 6, 4)), L.Conv2D(1, 3, padding="same")])
    cell = sliding(model, IMAGE).cell(0, 0, 0)
    assert cell.rows == cell.columns == (-1, 0, 1)
    np.testing.assert_array_equal(cell.inside, [[False, False, False], [False, True, True], [False, True, True]])
    assert not cell.patch[~cell.inside].any()


def test_against_torch():
    """Nothing of ours in it: the sum is that of torch.nn.functional.conv2d."""
    torch = pytest.importorskip("torch")
    model = kt.Sequential([kt.Input((7, 6, 4)), L.Conv2D(5, (2, 3), strides=2, name="conv")])
    kernel, bias = (torch.tensor(w) for w in model.get_weights())
    y = torch.nn.functional.conv2d(torch.tensor(IMAGE).permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1), bias, stride=2)
    found = sliding(model, IMAGE, sample=1)
    for row, column, channel in np.ndindex(found.output.shape):
        assert found.cell(row, column, channel).value == pytest.approx(float(y[1, channel, row, column]), abs=1e-5)


def test_inside_any_model(backend):
    class Net(kt.Model):
        def __init__(self):
            super().__init__()
            self.conv, self.head = L.Conv2D(2, 3, name="conv"), L.Dense(1)

        def call(self, x):
            x = self.conv(self.conv(x) if x.shape[-1] == 2 else x)
            return self.head(L.Flatten()(x))

    inner = kt.Sequential([kt.Input((7, 6, 4)), L.Conv2D(2, 3, name="conv")], name="inner")
    outer = kt.Sequential([kt.Input((7, 6, 4)), inner, L.Flatten(), L.Dense(1)])
    assert sliding(outer, IMAGE).name == "inner/conv"
    assert sliding(Net(), IMAGE, "conv").output.shape == (5, 4, 2)
    assert sliding(Net(), IMAGE[..., :2], "conv", call=1).input.shape == (5, 4, 2)


def test_mixed_precision():
    layer = L.Conv2D(2, 3, dtype="mixed_float16", activation="relu")
    found = sliding(kt.Sequential([kt.Input((7, 6, 4)), layer]), IMAGE)
    assert found.cell(1, 1, 1).value == pytest.approx(found.cell(1, 1, 1).layers_own, abs=1e-2)


def test_errors_say_what_to_do():
    model = kt.Sequential([kt.Input((7, 6, 4)), L.Conv2D(2, 3, name="conv"), L.Flatten(), L.Dense(1, name="head")])
    with pytest.raises(ValueError, match=r"no layer 'cnv'.*It has: conv.*Did you mean 'conv'"):
        sliding(model, IMAGE, "cnv")
    with pytest.raises(ValueError, match="no layer 'head' whose window slides"):
        sliding(model, IMAGE, "head")
    with pytest.raises(ValueError, match="no sample 3: it has 3"):
        sliding(model, IMAGE, sample=3)
    with pytest.raises(ValueError, match="no row 5: it has 5"):
        sliding(model, IMAGE).cell(5, 0, 0)
    with pytest.raises(ValueError, match=r"called 1 time\(s\)"):
        sliding(model, IMAGE, call=1)
    with pytest.raises(ValueError, match=r"no layer whose window slides.*Dense"):
        sliding(kt.Sequential([kt.Input((2,)), L.Dense(1)]), np.ones((1, 2)))


def test_a_layer_that_computes_something_else_is_told():
    class Doubled(L.Conv2D):
        def convolution_op(self, inputs, kernel):
            return 2 * super().convolution_op(inputs, kernel)

    with pytest.raises(ValueError, match="computes something else than its class says"):
        sliding(kt.Sequential([kt.Input((7, 6, 4)), Doubled(1, 3)]), IMAGE).cell(0, 0, 0)
