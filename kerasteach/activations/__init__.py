"""`keras.activations`: the bend after the matrix product. Without one, two layers are one layer."""

from .. import backend, lazy, ops
from ..saving.identify import identify

_WHERE = {
    ".ops": """celu elu exponential glu hard_shrink hard_sigmoid hard_silu hard_tanh leaky_relu log_sigmoid log_softmax mish
        relu6 selu sigmoid silu soft_shrink softplus softsign sparse_plus sparse_sigmoid sparsemax squareplus tanh
        tanh_shrink threshold hard_swish=hard_silu swish=silu""",
}
_OWN = ("gelu", "linear", "relu", "softmax")

__getattr__, __dir__, __all__ = lazy.names(__name__, _WHERE, more=(*_OWN, "deserialize", "get", "serialize"))


def linear(x):
    """`x` as it is.

    >>> linear(3.0)
    3.0
    """
    return x


def relu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    """Negative numbers become 0.

    Args:
        x: tensor.
        negative_slope: slope below the threshold.
        max_value: upper limit, if any.
        threshold: what counts as negative.

    >>> relu([-1.0, 2.0])
    array([0., 2.], dtype=float32)
    """
    if negative_slope == 0.0 and max_value is None and threshold == 0 and not backend.is_keras_tensor(x):
        return ops.relu(x)
    from ..ops.rare_activations import _re_lu

    return _re_lu(x, negative_slope=negative_slope, max_value=max_value, threshold=threshold)


def gelu(x, approximate=False):
    """`x` times the chance that a standard normal number is smaller than `x`; exact unless asked otherwise.

    >>> gelu([0.0])
    array([0.], dtype=float32)
    """
    return ops.gelu(x, approximate=approximate)


def softmax(x, axis=-1):
    """Numbers into probabilities that sum to 1 along an axis.

    >>> softmax([[0.0, 0.0]])
    array([[0.5, 0.5]], dtype=float32)
    """
    return ops.softmax(x, axis=axis)


_KNOWN = lazy.ByName(__name__, {name: name for name in __all__ if name not in ("deserialize", "get", "serialize")})


def get(identifier):
    """Return an activation by name, config or function; `None` is `linear`.

    Raises:
        ValueError: if there is none such.

    >>> get("relu")([-1.0, 1.0]).tolist()
    [0.0, 1.0]
    """
    return linear if identifier is None else identify(identifier, _KNOWN, "activation", deserialize)


def serialize(activation):
    """Return the activation as saved files hold it: its name, or a config of a custom one."""
    name = getattr(activation, "__name__", None)
    if _KNOWN.get(name) is activation:
        return name
    from ..saving.serialize import serialize_keras_object

    return serialize_keras_object(activation)


def deserialize(config, custom_objects=None):
    """Make an activation from what `serialize` gave."""
    if isinstance(config, str) and config in _KNOWN:
        return _KNOWN[config]
    from ..saving.serialize import deserialize_keras_object

    return deserialize_keras_object(config, custom_objects)
