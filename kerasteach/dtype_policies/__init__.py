"""`keras.dtype_policies`: in which dtype a layer keeps its weights, and in which it computes."""

from .. import left_out
from .policy import DTypePolicy, FloatDTypePolicy, check_not_quantized
from .policy_map import DTypePolicyMap

__all__ = ["DTypePolicy", "DTypePolicyMap", "FloatDTypePolicy", "deserialize", "get", "serialize"]


__getattr__ = left_out.getattr_of("dtype_policies")


def get(identifier):
    """Return a policy by name, config or object; for `None` the one that new layers get.

    Args:
        identifier: `"mixed_float16"`, a dtype of any library, a config dict, or a policy.

    Raises:
        ValueError: if it is none of them.

    >>> get("mixed_bfloat16").variable_dtype, get(np.float16)
    ('float32', <DTypePolicy "float16">)
    """
    from .. import config

    if identifier is None:
        return config.dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str):
        check_not_quantized(identifier)
        return DTypePolicy(identifier)
    return _of_dtype(identifier)


def _of_dtype(dtype):
    """The policy of a dtype of NumPy, Torch or Python."""
    from ..backend import standardize_dtype

    try:
        return DTypePolicy(standardize_dtype(dtype))
    except (TypeError, ValueError):
        raise ValueError(
            "Cannot interpret `dtype` argument. Expected a string or an instance of DTypePolicy. "
            f"Received: dtype={dtype}\nFix: write 'float32', 'mixed_float16' or the name of another dtype."
        ) from None


def serialize(dtype_policy):
    """Return the config of a policy, as saved files hold it.

    >>> serialize(DTypePolicy("float16"))["config"]
    {'name': 'float16'}
    """
    from ..saving.serialize import serialize_keras_object

    return serialize_keras_object(dtype_policy)


def deserialize(config, custom_objects=None):
    """Make a policy from its config."""
    from ..saving.serialize import deserialize_keras_object

    known = {cls.__name__: cls for cls in (DTypePolicy, FloatDTypePolicy, DTypePolicyMap)}
    if isinstance(config, dict) and config.get("class_name") in known:  # a short config need not say its module
        return known[config["class_name"]].from_config(dict(config["config"]))
    return deserialize_keras_object(config, custom_objects)
