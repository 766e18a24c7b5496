"""Backends: where numbers live and gradients are made.

`numpy` is the transparent reference, `torch` the fast path. `import kerasteach`
loads NumPy's only; Torch's loads when a model first asks for it.
"""

from ..config import backend, epsilon, floatx, set_floatx
from . import numpy as _numpy  # registers itself
from . import names, random, symbolic
from .api import get, to_numpy
from .names import name_scope
from .symbolic import KerasTensor, dtype_name, is_keras_tensor
from .tape import Tape, Tensor
from .variable import Variable

__all__ = [
    "KerasTensor", "Tape", "Tensor", "Variable", "backend", "clear_session", "dtype_name", "epsilon", "floatx", "get",
    "is_keras_tensor", "name_scope", "names", "random", "set_floatx", "symbolic", "to_numpy",
]  # fmt: skip


def clear_session(free_memory=True):
    """Forget all automatic names: the next Dense is `dense` again."""
    names.reset_names()
