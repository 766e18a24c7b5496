"""What all convolution layers share, whatever the number of axes they slide along."""

import inspect

from .. import ops
from ..backend import KerasTensor
from ..config import standardize_data_format
from ..ops.windows import ints, padding_name, split_shape
from .input_spec import InputSpec, check_input_spec
from .layer import Layer


def says(swapped=(), **defaults):
    """Decorator of a class that takes its base's constructor: what `inspect.signature` and `help` say of it.

    `Conv2D` says `strides=(1, 1)`; it means the 1 of its base.

    Args:
        swapped: names of two arguments that stand in each other's place.
        **defaults: values to say.
    """

    def mark(cls):
        signature = inspect.signature(cls.__base__.__init__)
        other = dict(zip(swapped, reversed(swapped)))
        names = [other.get(name, name) for name in signature.parameters if name != "self"]
        said = [signature.parameters[name] for name in names]
        cls.__signature__ = signature.replace(parameters=[p.replace(default=defaults.get(p.name, p.default)) for p in said])
        return cls

    return mark


class Convolution(Layer):
    """Base of the convolution layers: arguments, shapes, bias and activation; how they slide is their `_convolve`.

    Attributes:
        rank: number of axes to slide along: 1 for lines, 2 for images, 3 for volumes.
    """

    rank = None
    _paddings = ("valid", "same")

    def _settle(self, *counted):
        """Check the arguments, and say each in full.

        Args:
            *counted: names of the arguments that must be positive.

        Raises:
            ValueError: saying which argument is wrong.
        """
        for name in counted:
            if getattr(self, name) is not None and getattr(self, name) <= 0:
                raise ValueError(
                    f"Invalid value for argument `{name}`. Expected a strictly positive value. Received "
                    f"{name}={getattr(self, name)}."
                )
        for name in ("kernel_size", "strides", "dilation_rate"):
            setattr(self, name, ints(getattr(self, name), self.rank, name))
        self.padding = padding_name(self.padding, self._paddings)
        self.data_format = standardize_data_format(self.data_format)
        self.input_spec = InputSpec(min_ndim=self.rank + 2)

    def _refuse_strides_with_dilation(self):
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                "`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: "
                f"strides={self.strides} and dilation_rate={self.dilation_rate}"
            )

    def _channels(self, input_shape):
        return split_shape(input_shape, self.data_format)[2]

    def build(self, input_shape):
        check_input_spec(self.input_spec, KerasTensor(input_shape), self.name)
        channels = self._channels(input_shape)
        if channels is None:
            raise ValueError(
                f"Layer '{self.name}' cannot make its kernel: the number of channels of its input is unknown. Received: "
                f"input_shape={input_shape}, data_format={self.data_format!r}. Fix: give keras.Input the number of channels."
            )
        axis = -1 if self.data_format == "channels_last" else 1
        self.input_spec = InputSpec(min_ndim=self.rank + 2, axes={axis: channels})
        filters = self._channels(self.compute_output_shape(input_shape))
        self._make_kernels(channels)
        self.bias = self._add_kept("bias", (filters,)) if self.use_bias else None
        self.built = True

    def _add_like(self, kept, name, shape):
        """Make a weight with the initializer, regularizer and constraint whose names start with `kept`."""
        settings = {key: getattr(self, f"{kept}_{key}") for key in ("initializer", "regularizer", "constraint")}
        return self.add_weight(name=name, shape=shape, **settings)

    def call(self, inputs):
        y = self._convolve(inputs)
        if self.bias is not None:
            last = self.data_format == "channels_last"
            y = ops.add(y, self.bias if last else ops.reshape(self.bias, (-1, *[1] * self.rank)))
        return self.activation(y)

    def _where(self):
        """How to slide, as the ops take it."""
        return {
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
        }
