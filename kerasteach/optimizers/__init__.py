"""`keras.optimizers`: from gradients to better weights."""

from ..saving.identify import identify
from .base import Optimizer
from .optimizers import SGD, Adagrad, Adam, AdamW, RMSprop

_CLASSES = [SGD, RMSprop, Adam, AdamW, Adagrad]
_KNOWN = {cls.__name__: cls for cls in _CLASSES} | {cls.__name__.lower(): cls for cls in _CLASSES}


def get(identifier):
    """Return an optimizer by name, config, class or object.

    Raises:
        ValueError: if there is none such.

    >>> type(get("adam")).__name__
    'Adam'
    """
    return identify(identifier.lower() if isinstance(identifier, str) else identifier, _KNOWN, "optimizer", deserialize)


def serialize(optimizer):
    """Return the config of an optimizer, as saved files hold it."""
    from ..saving.serialize import serialize_keras_object

    return serialize_keras_object(optimizer)


def deserialize(config, custom_objects=None):
    """Make an optimizer from its config."""
    from ..saving.serialize import deserialize_keras_object

    return deserialize_keras_object(config, custom_objects)
