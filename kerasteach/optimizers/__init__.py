"""`keras.optimizers`: from gradients to better weights."""

from .. import left_out
from ..saving.identify import identify
from . import schedules
from .base import Optimizer
from .loss_scale import LossScaleOptimizer
from .more import Adadelta, Adamax, Ftrl, Lion, Nadam, ScheduleFreeAdamW
from .optimizers import SGD, Adagrad, Adam, AdamW, RMSprop
from .shaped import Adafactor, Lamb, Muon

_CLASSES = [
    SGD, RMSprop, Adam, AdamW, Adagrad, Adadelta, Adamax, Nadam, Ftrl, Lion, ScheduleFreeAdamW, Adafactor, Lamb, Muon,
    LossScaleOptimizer,
]  # fmt: skip
_KNOWN = {cls.__name__: cls for cls in _CLASSES} | {cls.__name__.lower(): cls for cls in _CLASSES}
__getattr__ = left_out.getattr_of("optimizers")


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

    if str(config["class_name"]).lower() in _KNOWN:  # "adam" is Adam
        config = config | {"class_name": _KNOWN[config["class_name"].lower()].__name__}
    return deserialize_keras_object(config, _KNOWN | (custom_objects or {}))
