"""`EinsumDense`: a Dense layer whose sum is written as an equation over named axes."""

import re
import string

from .. import ops
from ..initializers import VarianceScaling
from .input_spec import InputSpec
from .layer import Layer


class EinsumDense(Layer):
    """A sum of products of input and kernel, over axes named by letters.

    `"abc,cd->abd"` is `Dense` on each step of a sequence; `"...c,cd->...d"` the same for any number of axes.

    Args:
        equation: `"input,kernel->output"`; `...` stands for axes passed on, first or last.
        output_shape: shape of the output without batch and `...` axes; `None` where the input tells.
        activation: name or function; `None` for none.
        bias_axes: letters of the output that get a bias; `None` for no bias.
        kernel_initializer, bias_initializer: how weights start.
        kernel_regularizer, bias_regularizer, activity_regularizer: prices on weights and output.
        kernel_constraint, bias_constraint: where weights are put back to.
        lora_rank, lora_alpha, gptq_unpacked_column_size, quantization_config: must be `None`.

    Input shape: as the equation says. Output shape: as the equation says.

    Raises:
        ValueError: if the equation has another form, or does not fit the shapes.

    Source: https://keras.io/api/layers/core_layers/einsum_dense/

    >>> layer = EinsumDense("abc,cde->abde", output_shape=(None, 2, 4), bias_axes="e")
    >>> layer(np.ones((5, 7, 3))).shape, layer.kernel.shape, layer.bias.shape
    ((5, 7, 2, 4), (3, 2, 4), (4,))
    """

    def __init__(
        self,
        equation,
        output_shape,
        activation=None,
        bias_axes=None,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        lora_rank=None,
        lora_alpha=None,
        gptq_unpacked_column_size=None,
        quantization_config=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        output_shape = (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        self._keep(locals())

    def build(self, input_shape):
        self._plain, kernel, sizes = self._read(input_shape)
        out = self._plain.partition("->")[2]
        initializer = self.kernel_initializer
        if isinstance(initializer, VarianceScaling) and None in (initializer.input_axes, initializer.output_axes):
            # How many inputs and outputs a weight joins is said by the letters.
            axes = {
                "input_axes": [i for i, c in enumerate(kernel) if c not in out],
                "output_axes": [i for i, c in enumerate(kernel) if c in out],
            }
            initializer = type(initializer).from_config(initializer.get_config() | {"seed": initializer.seed} | axes)
        self.kernel = self._add_kept("kernel", [sizes[c] for c in kernel], initializer=initializer)
        self.bias = None
        if self.bias_axes is not None:
            first = min(out.find(c) for c in self.bias_axes)
            self.bias = self._add_kept("bias", [sizes[c] if c in self.bias_axes else 1 for c in out[first:]])
        self.input_spec = InputSpec(ndim=len(input_shape))
        self.built = True

    def _read(self, input_shape):
        """The equation without `...`, the kernel's letters, and the length of each axis."""
        found = re.fullmatch(r"(\.{3})?([a-zA-Z]+)(\.{3})?,([a-zA-Z]+)->(\.{3})?([a-zA-Z]+)(\.{3})?", self.equation)
        if not found or found.group(1, 3) != found.group(5, 7) or found.group(1) == found.group(3) == "...":
            raise ValueError(
                f"Invalid einsum equation '{self.equation}'. Equations must be in the form "
                "[X],[Y]->[Z], ...[X],[Y]->...[Z], or [X]...,[Y]->[Z]...."
            )
        left, kernel, out = found.group(2, 4, 6)
        if len(input_shape) < len(left) or (len(input_shape) > len(left) and not (found.group(1) or found.group(3))):
            raise ValueError(
                f"The equation '{self.equation}' names {len(left)} axes of the input. Received: input_shape={input_shape}\n"
                f"Fix: give layer '{self.name}' an input of that rank, or name the others by an ellipsis, as in '...x,xy->...y'."
            )
        free = [c for c in string.ascii_letters if c not in left + kernel + out]
        rest = "".join(free[: len(input_shape) - len(left)])  # letters for the axes that `...` stands for
        left, out = (rest + left, rest + out) if found.group(1) else (left + rest, out + rest)
        inputs, outputs = dict(zip(left, input_shape)), dict(zip(out, self.compute_output_shape(input_shape)))
        _check(left, kernel, out, self.bias_axes or "", inputs, outputs)
        known = {c: n for c, n in outputs.items() if n is not None}
        return f"{left},{kernel}->{out}", kernel, inputs | known

    def compute_output_shape(self, input_shape):
        left = self.equation.partition(",")[0]
        passed = len(input_shape) - len(left.replace(".", ""))  # axes that `...` stands for
        if left.startswith("..."):
            return (*input_shape[:passed], *self.output_shape)
        return (input_shape[0], *self.output_shape, *input_shape[len(input_shape) - passed :])

    def call(self, inputs, training=None):
        x = ops.einsum(self._plain, inputs, self.kernel)
        if self.bias is not None:
            x = ops.add(x, self.bias)
        return self.activation(x)


def _check(left, kernel, out, bias, inputs, outputs):
    """Raise unless every letter has its place, and one length."""
    for c in left:
        if outputs.get(c) not in (None, inputs[c]):
            raise ValueError(
                f"Input shape and output shape do not match at shared dimension '{c}'. Input shape is {inputs[c]}, and "
                f"output shape is {outputs[c]}."
            )
    for c in out:
        if c not in left + kernel:
            raise ValueError(
                f"Dimension '{c}' was specified in the output '{out}' but has no corresponding dim in the input spec "
                f"'{left}' or weight spec '{kernel}'"
            )
        if c not in outputs:
            raise ValueError(f"`output_shape` says nothing of dimension '{c}' of the output '{out}'. Fix: give it one number for each.")
    for c in kernel:
        if c not in left + out:
            raise ValueError(
                f"Weight dimension '{c}' did not have a match in either the input spec '{left}' or the output spec "
                f"'{out}'. For this layer, the weight must be fully specified."
            )
    for c in bias:
        if c not in out:
            raise ValueError(f"Bias dimension '{c}' was requested, but is not part of the output spec '{out}'")
