"""kerasteach: the Keras 3 API, opened up for teaching and learning.

    import kerasteach as keras

The same code runs as on Keras. Models compute on NumPy, where every op and its
gradient can be read, or on Torch, where they are fast: `model.to("torch")`.
"""

import importlib

from . import (
    activations, backend, callbacks, config, constraints, dtype_policies, initializers, layers, losses, metrics,
    mixed_precision, models, ops, optimizers, random, regularizers, tree, utils,
)  # fmt: skip
from .backend import KerasTensor, StatelessScope, Variable, name_scope
from .dtype_policies import DTypePolicy, FloatDTypePolicy
from .initializers import Initializer
from .layers import Input, InputSpec, Layer
from .losses import Loss
from .metrics import Metric
from .models import Functional, Model, Sequential
from .optimizers import Optimizer
from .regularizers import Regularizer

__version__ = "0.1.0"

__all__ = [
    "DTypePolicy", "FloatDTypePolicy", "Functional", "Initializer", "Input", "InputSpec", "KerasTensor", "Layer",
    "Loss", "Metric", "Model", "Optimizer", "Regularizer", "Sequential", "StatelessScope", "Variable",
    "activations", "backend", "callbacks", "config", "constraints", "datasets", "dtype_policies", "explain",
    "initializers", "layers", "learn", "losses", "metrics", "mixed_precision", "models", "name_scope", "ops",
    "optimizers", "random", "regularizers", "saving", "tree", "utils", "widgets",
]  # fmt: skip

# Loaded when first used: they bring h5py, plotly and the like.
_LAZY = ("datasets", "explain", "learn", "saving", "widgets")


def __getattr__(name):
    if name in _LAZY:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}. If Keras has it, this version of kerasteach does not yet."
    )


def load_ipython_extension(ipython):
    """Make the cell magic `%%keras` known; called by `%load_ext kerasteach`."""
    importlib.import_module(f"{__name__}.compat.magic").register(ipython)
