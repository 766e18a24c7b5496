"""One policy: a name that stands for two dtypes."""

from .. import config, ops
from ..backend import dtype_name, get, is_float_dtype, is_keras_tensor, standardize_dtype

# Sums of many small numbers need float32; single products do not. So weights stay wide and layers compute narrow.
_MIXED = {"mixed_float16": ("float16", "float32"), "mixed_bfloat16": ("bfloat16", "float32")}
_QUANTIZATION_MODES = ("int8", "float8", "int4", "gptq", "awq")


class DTypePolicy:
    """In which dtype a layer computes, and in which it keeps its weights.

    Args:
        name: a dtype name for both; or `"mixed_float16"`, `"mixed_bfloat16"`: float32 weights, computed with in
            float16 or bfloat16. By default the policy that new layers get.

    Raises:
        TypeError: if the name is no string.
        ValueError: if there is no such policy.

    Source: https://keras.io/api/mixed_precision/policy/ and Micikevicius et al., Mixed Precision Training, 2018

    >>> policy = DTypePolicy("mixed_float16")
    >>> policy.compute_dtype, policy.variable_dtype
    ('float16', 'float32')
    """

    quantization_mode = None  # for Keras's sake

    def __init__(self, name=None):
        name = config.dtype_policy().name if name is None else name
        if not isinstance(name, str):
            raise TypeError(f"'name' must be a string, such as 'mixed_float16'. Received: name={name} (of type {type(name)})")
        self._name = name
        self._compute_dtype, self._variable_dtype = _MIXED.get(name) or (_dtype(name),) * 2

    @property
    def name(self):
        """Name of the policy."""
        return self._name

    @property
    def compute_dtype(self):
        """dtype name of what a layer computes with."""
        return self._compute_dtype

    @property
    def variable_dtype(self):
        """dtype name of the weights."""
        return self._variable_dtype

    def convert_input(self, x, autocast, dtype):
        """Return an array as a tensor, floats cast to `dtype` if `autocast`; integers and what is no array stay."""
        dtype = standardize_dtype(dtype)
        if not is_keras_tensor(x):
            if not hasattr(x, "__array__"):
                return x
            x = x if hasattr(x, "detach") else get().convert(x)
        has = dtype_name(x.dtype)
        return ops.cast(x, dtype=dtype) if autocast and is_float_dtype(has) and has != dtype else x

    def get_config(self):
        """Return the constructor's arguments."""
        return {"name": self.name}

    @classmethod
    def from_config(cls, config):
        """Make one from its config."""
        return cls(**config)

    def __eq__(self, other):
        plain = (DTypePolicy, FloatDTypePolicy)
        alike = type(other) in plain if type(self) in plain else type(other) is type(self)
        return alike and self.name == other.name

    def __hash__(self):
        return hash(self._name)

    def __repr__(self):
        kind = "DTypePolicy" if type(self) is FloatDTypePolicy else type(self).__name__
        return f'<{kind} "{self.name}">'


class FloatDTypePolicy(DTypePolicy):
    """Another name of `DTypePolicy`."""


def _dtype(name):
    check_not_quantized(name)
    try:
        return standardize_dtype(name)
    except ValueError:
        raise ValueError(
            f"Cannot convert '{name}' to a mixed precision DTypePolicy. Valid policies include 'mixed_float16', "
            "'mixed_bfloat16', and the name of any float dtype such as 'float32'."
        ) from None


def check_not_quantized(name):
    """Raise for the name of a quantized policy, as `"int8_from_float32"`."""
    if "_from_" in name and name.startswith(_QUANTIZATION_MODES):
        raise ValueError(
            f"Policy '{name}' quantizes, which is left out here. Expected 'mixed_float16', 'mixed_bfloat16' or a dtype "
            f"name. Fix: {name.rpartition('_from_')[2]!r}, and quantize the saved model with Keras."
        )
