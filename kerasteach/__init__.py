"""kerasteach: the Keras 3 API, opened up for teaching and learning.

    import kerasteach as keras

The same code runs as on Keras. Models compute on NumPy, where every op and its
gradient can be read, or on Torch, where they are fast: `model.to("torch")`.
"""

import importlib
import sys
from importlib.abc import MetaPathFinder

from . import (
    activations, backend, callbacks, config, constraints, dtype_policies, initializers, layers, left_out, losses,
    metrics, mixed_precision, models, ops, optimizers, random, regularizers, tree, utils,
)  # fmt: skip
from .backend import GradientTape, KerasTensor, Operation, StatelessScope, Variable, device, name_scope
from .dtype_policies import DTypePolicy, FloatDTypePolicy
from .initializers import Initializer
from .layers import Input, InputSpec, Layer
from .losses import Loss
from .metrics import Metric
from .models import Function, Functional, Model, Sequential
from .optimizers import Optimizer
from .regularizers import Regularizer

__version__ = "0.1.0"

__all__ = [
    "DTypePolicy", "FloatDTypePolicy", "Function", "Functional", "GradientTape", "Initializer", "Input",
    "InputSpec", "KerasTensor", "Layer", "Loss", "Metric", "Model", "Operation", "Optimizer", "Regularizer",
    "Sequential", "StatelessScope", "Variable", "activations", "backend", "callbacks", "config", "constraints",
    "datasets", "device", "distribution", "dtype_policies", "explain", "initializers", "layers", "learn", "losses", "metrics",
    "mixed_precision", "models", "name_scope", "ops", "optimizers", "preprocessing", "random", "regularizers",
    "saving", "tree", "utils", "version", "widgets",
]  # fmt: skip

# Loaded when first used: they bring h5py, plotly and the like.
_LAZY = ("datasets", "distribution", "explain", "learn", "preprocessing", "saving", "widgets")


def version():
    """Return the version of kerasteach.

    >>> version() == __version__
    True
    """
    return __version__


__getattr__ = left_out.getattr_of("", lambda name: importlib.import_module(f"{__name__}.{name}") if name in _LAZY else None)


class _LeftOut(MetaPathFinder):
    """Asked last when a module is imported that is not there: says why Keras has it and kerasteach has not."""

    def find_spec(self, fullname, path=None, target=None):
        package, _, room = fullname.partition(".")
        if package == __name__ and left_out.reason(room):
            raise ModuleNotFoundError(str(left_out.missing(*(room.rpartition(".")[::2]))), name=fullname)


sys.meta_path.append(_LeftOut())


def load_ipython_extension(ipython):
    """Make the cell magic `%%keras` known; called by `%load_ext kerasteach`."""
    importlib.import_module(f"{__name__}.compat.magic").register(ipython)
