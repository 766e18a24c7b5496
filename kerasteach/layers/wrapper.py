"""`Wrapper`: base of layers that hold another layer."""

from .. import saving
from .layer import Layer


class Wrapper(Layer):
    """A layer that holds another one, in `layer`, and changes what it does.

    Args:
        layer: the layer inside.

    Raises:
        ValueError: if it is no layer.

    Source: https://keras.io/api/layers/core_layers/ (`keras.layers.Wrapper`)
    """

    def __init__(self, layer, **kwargs):
        if not isinstance(layer, Layer):
            raise ValueError(
                f"Layer {layer} supplied to Wrapper isn't a supported layer type. Please ensure wrapped layer is a valid "
                "Keras layer.\nFix: pass an object, as in Dense(8) and not Dense."
            )
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape=None):
        self.layer._build(input_shape)

    def get_config(self):
        """Return the constructor's arguments."""
        return super().get_config() | {"layer": saving.serialize_keras_object(self.layer)}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Make a layer from its config."""
        config = dict(config)
        return cls(saving.deserialize_keras_object(config.pop("layer"), custom_objects), **config)
