"""kerasteach: the Keras 3 API, opened up for teaching and learning.

    import kerasteach as keras

The same code runs as on Keras. Models compute on NumPy, where every op and its
gradient can be read, or on Torch, where they are fast: `model.to("torch")`.
"""

import importlib
import sys

from . import config, lazy, left_out

__version__ = "0.1.0"

# Room -> the names of it that Keras has at the top. All of it loads when it is first used.
_WHERE = {
    "": """activations backend callbacks constraints datasets distribution dtype_policies explain initializers layers
        learn losses metrics mixed_precision models ops optimizers preprocessing random regularizers saving tree utils widgets""",
    "backend": "GradientTape KerasTensor Operation StatelessScope Variable device name_scope",
    "dtype_policies": "DTypePolicy FloatDTypePolicy",
    "initializers": "Initializer",
    "layers": "Input InputSpec Layer",
    "losses": "Loss",
    "metrics": "Metric",
    "models": "Function Functional Model Sequential",
    "optimizers": "Optimizer",
    "regularizers": "Regularizer",
}

__getattr__, __dir__, __all__ = lazy.names(__name__, _WHERE, more=("config", "version"))

# What rooms on low floors ask of rooms above them.
config.HANDED_DOWN.update(
    policy=lambda identifier: importlib.import_module(f"{__name__}.dtype_policies").get(identifier),
    initializer=lambda identifier: importlib.import_module(f"{__name__}.initializers").get(identifier),
    coach=lambda error: importlib.import_module(f"{__name__}.explain.shapes").coach(error),
    picture=lambda: importlib.import_module(f"{__name__}.widgets.refusal").show_in_notebook(),
    tensor=lambda array: importlib.import_module(f"{__name__}.backend").api.at_home(array),
)


def version():
    """Return the version of kerasteach.

    >>> version() == __version__
    True
    """
    return __version__


class _LeftOut:
    """A finder (PEP 451), asked last when a module is imported that is not there: says why Keras has it and kerasteach has not."""

    def find_spec(self, fullname, path=None, target=None):
        package, _, room = fullname.partition(".")
        if package == __name__ and left_out.reason(room):
            raise ModuleNotFoundError(str(left_out.missing(*(room.rpartition(".")[::2]))), name=fullname)


sys.meta_path.append(_LeftOut())


def load_ipython_extension(ipython):
    """Make the cell magic `%%keras` known; called by `%load_ext kerasteach`."""
    importlib.import_module(f"{__name__}.compat.magic").register(ipython)
