"""Backends: where numbers live and gradients are made.

`numpy` is the transparent reference, `torch` the fast path. `import kerasteach`
loads NumPy's only; Torch's loads when a model first asks for it.
"""

from ..config import (
    backend, epsilon, floatx, image_data_format, reset_session, set_epsilon, set_floatx, set_image_data_format,
)  # fmt: skip
from . import numpy as _numpy  # registers itself
from . import names, random, symbolic
from .api import get, to_numpy
from .dtypes import is_float_dtype, is_int_dtype, result_type, standardize_dtype
from .gradient_tape import GradientTape
from .names import get_uid, name_scope
from .scopes import StatelessScope
from .symbolic import KerasTensor, Operation, dtype_name, is_keras_tensor
from .tape import Tape, Tensor
from .variable import Variable

__all__ = [
    "GradientTape", "KerasTensor", "Operation", "StatelessScope", "Tape", "Tensor", "Variable", "backend",
    "clear_session", "device", "dtype_name", "epsilon", "floatx", "get", "get_uid", "image_data_format", "is_float_dtype", "is_int_dtype", "is_keras_tensor", "name_scope",
    "names", "random", "result_type", "set_epsilon", "set_floatx", "set_image_data_format", "standardize_dtype",
    "symbolic", "to_numpy", "value_and_gradients",
]  # fmt: skip


def value_and_gradients(function, variables):
    """Differentiate a computation of your own, on the backend of its variables.

    Args:
        function: takes nothing, returns (loss, anything else you want to keep).
        variables: variables to differentiate by, of one backend.

    Returns:
        (loss, what else was returned, list of gradients; `None` where the loss does not depend on a variable).

    >>> from kerasteach import ops
    >>> w = Variable([1.0, 2.0])
    >>> loss, _, (g,) = value_and_gradients(lambda: (ops.sum(w * w), None), [w])
    >>> g
    array([2., 4.], dtype=float32)
    """
    variables = list(variables)
    home = variables[0]._backend if variables else get("numpy")
    return home.value_and_gradients(function, variables)


def device(device_name):
    """Return a `with` block in which weights and tensors are made on a device.

    Args:
        device_name: `"cpu"`, or with Torch `"gpu:0"` and the like.

    Raises:
        ValueError: on NumPy, for anything but the CPU.

    >>> with device("cpu"):
    ...     Variable([1.0]).shape
    (1,)
    """
    return get().on_device(device_name)


def clear_session(free_memory=True):
    """Forget all automatic names: the next Dense is `dense` again."""
    names.reset_names()
    reset_session()
