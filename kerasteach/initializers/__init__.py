"""`keras.initializers`: how weights start. Numbers come from NumPy on both backends."""

from ..saving.identify import identify
from .constant import Constant, Identity, Initializer, Ones, Zeros, values_of
from .drawn import (
    GlorotNormal, GlorotUniform, HeNormal, HeUniform, LecunNormal, LecunUniform, Orthogonal, RandomNormal,
    RandomUniform, TruncatedNormal, VarianceScaling,
)  # fmt: skip
from .stft import STFT

_CLASSES = [
    Constant, GlorotNormal, GlorotUniform, HeNormal, HeUniform, Identity, LecunNormal, LecunUniform, Ones, Orthogonal,
    RandomNormal, RandomUniform, STFT, TruncatedNormal, VarianceScaling, Zeros,
]  # fmt: skip

constant, zeros, ones, identity = Constant, Zeros, Ones, Identity
random_normal, random_uniform, truncated_normal = RandomNormal, RandomUniform, TruncatedNormal
glorot_normal, glorot_uniform, he_normal, he_uniform = GlorotNormal, GlorotUniform, HeNormal, HeUniform
lecun_normal, lecun_uniform, orthogonal, variance_scaling = LecunNormal, LecunUniform, Orthogonal, VarianceScaling
IdentityInitializer, OrthogonalInitializer, STFTInitializer, stft = Identity, Orthogonal, STFT, STFT

_KNOWN = {name: cls for name, cls in list(globals().items()) if cls in _CLASSES}
_KNOWN |= {"normal": RandomNormal, "uniform": RandomUniform, "one": Ones, "zero": Zeros}


def get(identifier):
    """Return an initializer by name, config, class, function or object; an array is its own initializer.

    Raises:
        ValueError: if there is none such.

    >>> get("zeros")((2,)).tolist()
    [0.0, 0.0]
    """
    if not isinstance(identifier, type) and hasattr(identifier, "shape") and hasattr(identifier, "dtype"):
        return values_of(identifier)
    return identify(identifier, _KNOWN, "initializer", deserialize)


def serialize(initializer):
    """Return the config of an initializer, as saved files hold it."""
    from ..saving.serialize import serialize_keras_object

    return serialize_keras_object(initializer)


def deserialize(config, custom_objects=None):
    """Make an initializer from its config."""
    from ..saving.serialize import deserialize_keras_object

    return deserialize_keras_object(config, custom_objects)
