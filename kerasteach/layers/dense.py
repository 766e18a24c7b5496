"""`Dense`: the layer most networks are made of."""

from .. import ops
from .input_spec import InputSpec
from .layer import Layer


class Dense(Layer):
    """Every output looks at every input: `activation(inputs @ kernel + bias)`.

    Args:
        units: number of outputs.
        activation: name or function; `None` for none.
        use_bias: whether to add a bias.
        kernel_initializer, bias_initializer: how weights start.
        kernel_regularizer, bias_regularizer, activity_regularizer: prices on weights and output.
        kernel_constraint, bias_constraint: where weights are put back to.
        lora_rank, lora_alpha, quantization_config: must be `None`.

    Input shape: `(batch, ..., features)`. Output shape: `(batch, ..., units)`.

    Raises:
        ValueError: if `units` is not a positive whole number.

    Source: https://keras.io/api/layers/core_layers/dense/

    >>> Dense(2)(np.ones((5, 3))).shape
    (5, 2)
    """

    def __init__(
        self,
        units,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        lora_rank=None,
        lora_alpha=None,
        quantization_config=None,
        **kwargs,
    ):
        if not isinstance(units, int) or isinstance(units, bool) or units <= 0:
            raise ValueError(f"Received an invalid value for `units`, expected a positive integer. Received: units={units}")
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self._keep(locals())
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape):
        features = input_shape[-1]
        if features is None:
            raise ValueError(
                f"Layer '{self.name}' cannot make its kernel: the last axis of its input is unknown. Received input "
                f"shape {input_shape}. Fix: give keras.Input the number of features."
            )
        self.kernel = self._add_kept("kernel", (features, self.units))
        self.bias = self._add_kept("bias", (self.units,)) if self.use_bias else None
        self.input_spec = InputSpec(min_ndim=2, axes={-1: features})
        self.built = True

    def call(self, inputs, training=None):
        x = ops.matmul(inputs, self.kernel)  # (batch, units)
        if self.bias is not None:
            x = ops.add(x, self.bias)
        return self.activation(x)
