"""`Bidirectional`: a sequence read from both ends."""

from ... import ops, saving
from ..layer import Layer

_MERGES = {
    "concat": lambda y, back: ops.concatenate([y, back], axis=-1),
    "sum": ops.add,
    "ave": lambda y, back: ops.divide(ops.add(y, back), 2),
    "mul": ops.multiply,
    None: lambda y, back: (y, back),
}


class Bidirectional(Layer):
    """Reads a sequence with one layer from the start and with another from the end, and joins what both say.

    Args:
        layer: a recurrent layer; two copies of it are made.
        merge_mode: `"concat"`, `"sum"`, `"ave"` or `"mul"`; `None` gives both outputs.
        weights: weights to start from: the forward layer's, then the backward layer's.
        backward_layer: the layer that reads from the end; by default one like `layer`.

    Input shape: `(batch, time, features)`. Output shape: the layer's, its last axis doubled by `"concat"`.

    Raises:
        ValueError: if a layer is none, `merge_mode` is unknown, or the two layers do not fit together.

    Source: Schuster and Paliwal, 1997; https://keras.io/api/layers/recurrent_layers/bidirectional/

    >>> from kerasteach import layers
    >>> Bidirectional(layers.LSTM(4, return_sequences=True))(np.ones((2, 7, 3))).shape
    (2, 7, 8)
    """

    def __init__(self, layer, merge_mode="concat", weights=None, backward_layer=None, **kwargs):
        for name, given in (("layer", layer), ("backward_layer", backward_layer)):
            if not isinstance(given, Layer) and not (name == "backward_layer" and given is None):
                raise ValueError(
                    "Please initialize `Bidirectional` layer with a `keras.layers.Layer` instance. Received: "
                    f"{name}={given}\nFix: pass an object, as in Bidirectional(LSTM(8))."
                )
        if merge_mode not in _MERGES:
            raise ValueError(
                f"Invalid merge mode. Received: {merge_mode}. Merge mode should be one of {{'sum', 'mul', 'ave', 'concat', None}}"
            )
        super().__init__(**kwargs)
        self.forward_layer = _copy(layer, "forward_")
        self.backward_layer = backward_layer or _copy(layer, "backward_", go_backwards=True)
        _check_pair(self.forward_layer, self.backward_layer)
        for one in (self.forward_layer, self.backward_layer):
            one.zero_output_for_mask = one.return_sequences  # what a masked step says must not be joined
        self.merge_mode, self._start_weights = merge_mode, weights
        self.stateful, self.return_sequences, self.return_state = layer.stateful, layer.return_sequences, layer.return_state
        self.supports_masking = True
        self.input_spec = layer.input_spec

    def build(self, sequences_shape, initial_state_shape=None):
        self._build_shapes = tuple(sequences_shape)
        self.forward_layer._build(self._build_shapes)
        self.backward_layer._build(self._build_shapes)
        if self._start_weights is not None:
            self.set_weights(self._start_weights)
            self._start_weights = None

    def call(self, sequences, initial_state=None, mask=None, training=None):
        half = None if initial_state is None else len(initial_state) // 2
        starts = (None, None) if half is None else (initial_state[:half], initial_state[half:])
        y, back = (
            one(sequences, initial_state=start, mask=mask, training=training)
            for one, start in zip((self.forward_layer, self.backward_layer), starts)
        )
        states = ()
        if self.return_state:
            (y, *forward_states), (back, *backward_states) = y, back
            states = (*forward_states, *backward_states)
        if self.return_sequences:
            back = ops.flip(back, axis=1)  # outputs of one time step side by side
        output = _MERGES[self.merge_mode](y, back)
        if not self.return_state:
            return output
        return (*output, *states) if self.merge_mode is None else (output, *states)

    @property
    def states(self):
        """The states of a stateful layer: forward, then backward; None if there are none."""
        both = self.forward_layer.states, self.backward_layer.states
        return None if None in both else (*both[0], *both[1])

    def reset_state(self):
        """Forget: the next batch starts from zeros.

        Raises:
            AttributeError: if the layer is not stateful.
        """
        if not self.stateful:
            raise AttributeError("Layer must be stateful.")
        self.forward_layer.reset_state()
        self.backward_layer.reset_state()

    reset_states = reset_state

    def compute_mask(self, inputs, previous_mask):
        """Return the input's mask if all steps come out, else None."""
        mask = previous_mask[0] if isinstance(previous_mask, (list, tuple)) else previous_mask
        mask = mask if self.return_sequences else None
        return mask if self.merge_mode else (mask, mask)

    def compute_output_shape(self, sequences_shape, initial_state_shape=None):
        """Return the shape of the output, or of the output and all states."""
        output, states = self.forward_layer.compute_output_shape(sequences_shape), ()
        if self.return_state:
            output, *states = output
        if self.merge_mode == "concat":
            output = (*output[:-1], 2 * output[-1])
        outputs = (output, output) if self.merge_mode is None else (output,)
        return (*outputs, *states, *states) if self.return_state or self.merge_mode is None else output

    def get_config(self):
        """Return the constructor's arguments."""
        return super().get_config() | {
            "merge_mode": self.merge_mode,
            "layer": saving.serialize_keras_object(self.forward_layer),
            "backward_layer": saving.serialize_keras_object(self.backward_layer),
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Make a layer from its config."""
        config = dict(config)
        for name in {"layer", "backward_layer"} & set(config):
            config[name] = saving.deserialize_keras_object(config[name], custom_objects)
        return cls(**config)


def _copy(layer, prefix, **changes):
    """A layer of the same config, named after its direction."""
    name = prefix + layer.name.removeprefix(prefix)
    copy = layer.__class__.from_config(layer.get_config() | {"name": name} | changes)
    if hasattr(layer, "use_cudnn"):
        copy.use_cudnn = layer.use_cudnn
    return copy


def _check_pair(forward, backward):
    """Raise unless two layers read in different directions and give the same things."""
    if forward.go_backwards == backward.go_backwards:
        raise ValueError(
            "Forward layer and backward layer should have different `go_backwards` value. Received: "
            f"forward_layer.go_backwards {forward.go_backwards}, backward_layer.go_backwards={backward.go_backwards}\n"
            "Fix: give the backward layer go_backwards=True."
        )
    for name in ("stateful", "return_sequences", "return_state"):
        a, b = getattr(forward, name), getattr(backward, name)
        if a != b:
            raise ValueError(
                f'Forward layer and backward layer are expected to have the same value for attribute "{name}", got "{a}" for '
                f'forward layer and "{b}" for backward layer'
            )
