"""`keras.optimizers`: from gradients to better weights."""

from .. import lazy
from ..saving.identify import identify
from .base import Optimizer

_WHERE = {
    "": "schedules",
    "base": "Optimizer",
    "loss_scale": "LossScaleOptimizer",
    "more": "Adadelta Adamax Ftrl Lion Nadam ScheduleFreeAdamW",
    "optimizers": "SGD Adagrad Adam AdamW RMSprop",
    "shaped": "Adafactor Lamb Muon",
}

__getattr__, __dir__, __all__ = lazy.names(__name__, _WHERE, more=("deserialize", "get", "serialize"))

_CLASSES = [name for name in __all__ if name[0].isupper() and name != "Optimizer"]
_KNOWN = lazy.ByName(__name__, {name: name for name in _CLASSES} | {name.lower(): name for name in _CLASSES})


def get(identifier):
    """Return an optimizer by name, config or object.

    Raises:
        ValueError: if there is none such.

    >>> type(get("adam")).__name__
    'Adam'
    """
    if isinstance(identifier, str):
        identifier = identifier if identifier in _KNOWN else identifier.lower()
    elif isinstance(identifier, type):
        raise ValueError(
            f"Could not interpret optimizer identifier: {identifier}. Expected an optimizer. Received a class. "
            f"Fix: call it, {identifier.__name__}()."
        )
    found = identify(identifier, _KNOWN, "optimizer", deserialize)
    if found is None or isinstance(found, Optimizer):
        return found
    raise ValueError(
        f"Could not interpret optimizer identifier: {identifier}. Expected a name, a config or an optimizer. Received a "
        f"{type(identifier).__name__}. Fix: use one of keras.optimizers, as 'adam' or keras.optimizers.Adam(0.001)."
    )


def serialize(optimizer):
    """Return the config of an optimizer, as saved files hold it."""
    from ..saving.serialize import serialize_keras_object

    return serialize_keras_object(optimizer)


def deserialize(config, custom_objects=None):
    """Make an optimizer from its config."""
    from ..saving.serialize import deserialize_keras_object

    name = str(config["class_name"])
    found = _KNOWN.get(name) or _KNOWN.get(name.lower())  # "adam" is Adam
    if found is None:
        return deserialize_keras_object(config, custom_objects)
    return deserialize_keras_object(config | {"class_name": found.__name__}, {found.__name__: found} | (custom_objects or {}))
