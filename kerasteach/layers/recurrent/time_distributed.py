"""`TimeDistributed`: the same layer on every time step."""

from ... import ops
from ..layer import Layer
from ..wrapper import Wrapper


class TimeDistributed(Wrapper):
    """Calls a layer on every time step by itself.

    Args:
        layer: the layer.

    Input shape: `(batch, time, ...)`. Output shape: `(batch, time, ...)`, what the layer makes of a step.

    Raises:
        ValueError: if `layer` is no layer, or the input has no time axis.

    Source: https://keras.io/api/layers/recurrent_layers/time_distributed/

    >>> from kerasteach import layers
    >>> TimeDistributed(layers.Dense(3))(np.ones((2, 7, 5))).shape
    (2, 7, 3)
    """

    def __init__(self, layer, **kwargs):
        if not isinstance(layer, Layer):
            raise ValueError(
                f"Please initialize `TimeDistributed` layer with a `keras.layers.Layer` instance. Received: {layer}\n"
                "Fix: pass an object, as in TimeDistributed(Dense(8))."
            )
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    @property
    def static(self):
        """Whether all steps run at once, by the same few ops at every call."""
        return self._treats_samples_alone()

    def _step_shape(self, input_shape):
        if not isinstance(input_shape, (tuple, list)) or len(input_shape) < 3:
            raise ValueError(
                "`TimeDistributed` Layer should be passed an `input_shape` with at least 3 dimensions, received: "
                f"{input_shape}\nExpected: (batch, time, ...). Fix: add the missing axis, as in x[:, :, None]."
            )
        return (input_shape[0], *input_shape[2:])

    def build(self, input_shape):
        super().build(self._step_shape(input_shape))

    def compute_output_shape(self, input_shape):
        """Return the shape of the layer's output, with the time axis back in place."""
        batch, *rest = self.layer.compute_output_shape(self._step_shape(input_shape))
        return (batch, input_shape[1], *rest)

    def call(self, inputs, training=None, mask=None):
        if mask is not None:
            _check_mask(mask, inputs)
        takes = self.layer._signature
        kwargs = {"training": training} if takes.takes_training else {}
        with_mask = takes.takes_mask and mask is not None
        if self._treats_samples_alone() and not with_mask:
            batch, time = inputs.shape[:2]
            outputs = self.layer.call(ops.reshape(inputs, (batch * time, *inputs.shape[2:])), **kwargs)
            return ops.reshape(outputs, (batch, time, *outputs.shape[1:]))
        outputs = []
        for t, step in enumerate(ops.unstack(inputs, axis=1)):
            outputs.append(self.layer.call(step, **kwargs | ({"mask": mask[:, t]} if with_mask else {})))
        return ops.stack(outputs, axis=1)  # (batch, time, ...)

    def _treats_samples_alone(self):
        """Whether the layer makes the same of a sample whatever the others are: then steps can be samples.

        So it is for the library's layers, but for those that draw numbers or keep averages over the batch.
        """
        package = __package__.partition(".")[0]
        layers = self.layer._flatten_layers()
        return (
            all(layer.__class__.__module__.partition(".")[0] == package and layer.static for layer in layers)
            and not any(layer.activity_regularizer or getattr(layer, "stateful", False) for layer in layers)
            and not any(layer.__dict__.get("_non_trainable_variables") for layer in layers)
        )


def _check_mask(mask, inputs):
    if len(mask.shape) < 2:
        raise ValueError(
            "The `mask` passed to the `TimeDistributed` layer must be at least 2D (e.g., `(batch_size, timesteps)`), but it "
            f"has {len(mask.shape)} dimension(s) with shape {tuple(mask.shape)}."
        )
    if any(None not in (m, n) and m != n for m, n in zip(mask.shape[:2], inputs.shape[:2])):
        raise ValueError(
            f"The `mask` passed to the `TimeDistributed` layer has a shape {tuple(mask.shape)} that is incompatible with the "
            f"input shape {tuple(inputs.shape)}. The first two dimensions of the mask (batch size and timesteps) must match "
            f"the input's first two dimensions. Expected mask shape prefix: {tuple(inputs.shape[:2])}."
        )
