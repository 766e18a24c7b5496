"""A window that slides over an image: what one cell of the output is made of, number by number.

Convolutions, depthwise convolutions and poolings along one axis or two, in one form: a line is an image one row high.
"""

from dataclasses import dataclass

import numpy as np

from .. import layers
from ..ops.windows import Windows, channels_last
from ..saving.identify import suggest
from .calls import array, calls_of, layers_of, one_batch

_SLIDING = (
    layers.Conv1D, layers.Conv2D, layers.DepthwiseConv1D, layers.DepthwiseConv2D,
    layers.MaxPooling1D, layers.MaxPooling2D, layers.AveragePooling1D, layers.AveragePooling2D,
)  # fmt: skip
_MAX = (layers.MaxPooling1D, layers.MaxPooling2D)
_AVERAGE = (layers.AveragePooling1D, layers.AveragePooling2D)
_DEPTHWISE = (layers.DepthwiseConv1D, layers.DepthwiseConv2D)


@dataclass(frozen=True)
class Cell:
    """One number of the output, and all that it comes from.

    Attributes:
        row, column, channel: where in the output.
        channels: the input channels that are seen, in order.
        rows, columns: where in the input each element of the window lies; outside of it where the border is.
        inside: `(height, width)`, False where the border is.
        patch: `(height, width, channels)`, what the window sees; 0 in the border.
        kernel: as `patch`; None for a pooling.
        products: `patch * kernel`; for a mean `patch / count`, for a maximum the largest number and zeros.
        total: the sum of the products.
        bias: what is added, 0 if there is none.
        value: `activation(total + bias)`.
        layers_own: the same number as the layer computed it.
    """

    row: int
    column: int
    channel: int
    channels: tuple
    rows: tuple
    columns: tuple
    inside: np.ndarray
    patch: np.ndarray
    kernel: np.ndarray | None
    products: np.ndarray
    total: float
    bias: float
    value: float
    layers_own: float


class Sliding:
    """One call of a layer whose window slides, on one sample.

    Attributes:
        name, layer: the layer.
        kind: `"convolution"`, `"depthwise"`, `"max"` or `"average"`.
        activation: name of the activation; `"linear"` for none.
        is_line: whether the window slides along one axis; the image is then one row high.
        input: `(height, width, channels)`.
        output: `(height, width, channels)`.
        windows: where the windows lie (`ops.windows.Windows`).
        calls: how often the model calls the layer.
    """

    def __init__(self, call, calls=1):
        layer, self.calls = call.layer, calls
        self.layer = layer
        self.name, self.is_line = call.name, layer.rank == 1
        self.kind = next(
            (kind for kind, classes in (("max", _MAX), ("average", _AVERAGE), ("depthwise", _DEPTHWISE)) if isinstance(layer, classes)),
            "convolution",
        )
        self.activation = activation_name(getattr(layer, "activation", None))
        self.input, self.output = self._image(call.args[0]), self._image(call.outputs)
        self._kernels, self._biases = self._weights()
        window = layer.pool_size if self.is_pooling else layer.kernel_size
        dilation = (1,) * layer.rank if self.is_pooling else layer.dilation_rate
        line = (1,) * (2 - layer.rank)  # a line slides in one place along its height
        pads = Windows(self.input.shape[-1 - layer.rank : -1], window, layer.strides, layer.padding, dilation).pads
        self.windows = Windows(
            self.input.shape[:2], (*line, *window), (*line, *layer.strides), [(0, 0)] * len(line) + list(pads), (*line, *dilation)
        )

    @property
    def is_pooling(self):
        """Whether there is no kernel."""
        return self.kind in ("max", "average")

    def _image(self, tensor):
        """The one sample of a batch, channels last, two axes high and wide."""
        image = channels_last(array(tensor), self.layer.data_format)[0]  # ([height,] width, channels)
        image = image if image.dtype.kind == "f" else image.astype("float32")
        return image[None] if self.is_line else image

    def _weights(self):
        """The kernel for two axes, `(height, width, channels, filters)`, or None; and a bias for each output channel."""
        kernel, bias = (getattr(self.layer, name, None) for name in ("kernel", "bias"))
        bias = np.zeros(self.output.shape[2], self.input.dtype) if bias is None else array(bias)
        kernel = None if kernel is None else array(kernel).astype(self.input.dtype)
        return (kernel[None] if kernel is not None and self.is_line else kernel), bias

    def seen_channels(self, channel):
        """The input channels that an output channel sees."""
        if self.is_pooling:
            return (channel,)
        if self.kind == "depthwise":
            return (channel // self.layer.depth_multiplier,)
        per_group, group = self.layer.filters // self.layer.groups, self.input.shape[2] // self.layer.groups
        return tuple(range(channel // per_group * group, (channel // per_group + 1) * group))

    def kernel_of(self, channel):
        """The kernel that makes an output channel, `(height, width, seen channels)`; None for a pooling."""
        if self.is_pooling:
            return None
        if self.kind == "depthwise":
            return self._kernels[..., [channel // self.layer.depth_multiplier], channel % self.layer.depth_multiplier]
        return self._kernels[..., channel]

    def cell(self, row, column, channel):
        """Work one number of the output out.

        Args:
            row, column, channel: where in the output; the row is 0 for a line.

        Raises:
            ValueError: for a place outside of the output, or a layer that computes something else than its class says.
        """
        for name, i, n in zip(("row", "column", "channel"), (row, column, channel), self.output.shape):
            if not 0 <= i < n:
                raise ValueError(f"The output of layer '{self.name}' has no {name} {i!r}: it has {n}, counted from 0. Fix: 0 <= {name} < {n}.")
        rows, columns = self._places(row, column)
        inside, patch = self._patch(rows, columns)
        channels = self.seen_channels(channel)
        products = self._products(patch, inside, channel)
        own = float(self.output[row, column, channel])
        value = self._activated(patch, inside, channel, own)
        self._compare(value, own, products)
        return Cell(
            row, column, channel, channels, rows, columns, inside, patch[..., list(channels)], self.kernel_of(channel),
            products, float(products.sum()), float(self._biases[channel]), value, own,
        )  # fmt: skip

    def _places(self, row, column):
        """Where in the input the elements of a window lie: rows and columns; below 0 and too far out in the border."""
        w = self.windows
        return (
            tuple(i * stride - before + k * step for k in range(size))
            for i, stride, (before, _), step, size in zip((row, column), w.strides, w.pads, w.dilation, w.window)
        )

    def _patch(self, rows, columns):
        """What a window sees: where it is inside `(height, width)`, and the numbers `(height, width, channels)`."""
        height, width, _ = self.input.shape
        inside = np.array([[0 <= r < height and 0 <= c < width for c in columns] for r in rows])
        patch = self.input[np.clip(rows, 0, height - 1)][:, np.clip(columns, 0, width - 1)]
        return inside, np.where(inside[..., None], patch, patch.dtype.type(0))

    def _products(self, patch, inside, channel):
        """The numbers whose sum makes one of an output channel."""
        seen = patch[..., list(self.seen_channels(channel))]
        if not self.is_pooling:
            return seen * self.kernel_of(channel)
        if self.kind == "average":
            return np.where(inside[..., None], seen / seen.dtype.type(inside.sum()), seen)  # the border does not count
        largest = np.where(inside[..., None], seen, -np.inf).argmax()
        return np.where(np.arange(seen.size).reshape(seen.shape) == largest, seen, seen.dtype.type(0))

    def _activated(self, patch, inside, channel, own):
        """The activation at one place; it is given all channels where one alone does not do, as for softmax."""
        def activated(*channels):
            sums = [self._products(patch, inside, c).sum() + self._biases[c] for c in channels]
            if self.activation == "linear":
                return sums
            sums = self.layer._backend.convert(np.array([sums], self.input.dtype), self.layer.compute_dtype)  # (1, channels)
            return array(self.layer.activation(sums))[0]

        value = float(activated(channel)[0])
        return value if self._is_near(value, own, self._products(patch, inside, channel)) else float(activated(*range(len(self._biases)))[channel])

    def _is_near(self, value, own, scale):
        near = 1e-2 if self.layer.compute_dtype in ("float16", "bfloat16") else 1e-4
        return abs(value - own) <= near * max(1.0, float(np.abs(scale).sum())) or not np.isfinite(own)

    def _compare(self, value, own, products):
        if not self._is_near(value, own, products):
            raise ValueError(
                f"Layer '{self.name}' ({type(self.layer).__name__}) computes something else than its class says: {own:.6g}, where "
                f"products, bias and activation give {value:.6g}. Does it override `call` or `convolution_op`? "
                "Fix: choose another layer to look into."
            )


def activation_name(activation):
    """What an activation is called; `"linear"` for none.

    >>> activation_name(None), activation_name(layers.ReLU(name="re_lu"))
    ('linear', 're_lu')
    """
    return "linear" if activation is None else getattr(activation, "__name__", None) or activation.name


def sliding_layers(model):
    """The layers of a model whose window slides along one axis or two: dict of name -> layer.

    Raises:
        ValueError: if there is none.
    """
    found = layers_of(model, *_SLIDING)
    if not found:
        kinds = ", ".join(sorted({type(layer).__name__ for layer in layers_of(model).values()})) or "none yet"
        raise ValueError(
            f"Model '{model.name}' has no layer whose window slides. Expected Conv1D, Conv2D, DepthwiseConv1D, DepthwiseConv2D, or a "
            f"max or average pooling of these. Received a model with layers of the classes: {kinds}. "
            "Fix: show a convolutional network; call it on data first if its layers are made there."
        )
    return found


def sliding(model, x, layer=None, sample=0, call=0):
    """Look into a convolution or pooling: what its window sees, and what each cell of its output is made of.

    Args:
        model: any model that holds such a layer.
        x: the batch, as for `model.predict`.
        layer: name of the layer; the first by default.
        sample: which sample of the batch.
        call: which call of the layer, if it is called more than once.

    Returns:
        A `Sliding`.

    Raises:
        ValueError: for a layer, sample or call that there is not.

    Source: Dumoulin and Visin, 2016, arXiv:1603.07285

    >>> from kerasteach import Sequential
    >>> model = Sequential([layers.Input((3, 3, 1)), layers.Conv2D(1, 2, kernel_initializer="ones", name="sum")])
    >>> cell = sliding(model, np.arange(9.0).reshape(1, 3, 3, 1)).cell(0, 1, 0)
    >>> cell.patch[..., 0], cell.value
    (array([[1., 2.],
           [4., 5.]], dtype=float32), 12.0)
    """
    batch = one_batch(model, x, sample)
    found = sliding_layers(model)
    name = next(iter(found)) if layer is None else layer
    if name not in found:
        raise ValueError(
            f"Model '{model.name}' has no layer {name!r} whose window slides. It has: {', '.join(found)}.{suggest(str(name), found)}"
        )
    calls = calls_of(model, batch, {name: found[name]})
    return Sliding(chosen_call(calls, name, call), len(calls))


def chosen_call(calls, name, number):
    """One of a layer's calls.

    Raises:
        ValueError: if the layer was not called so often.
    """
    if not 0 <= number < len(calls):
        raise ValueError(
            f"Layer '{name}' was called {len(calls)} time(s) on this batch. Received: call={number!r}. Fix: calls are counted from 0."
        )
    return calls[number]
