"""Settings of the whole library: float type, epsilon, default backend, logging.

Everything here is Keras's `keras.config`, plus `set_backend`, which picks the
backend of models made from now on. Models that exist keep theirs.
"""

import contextlib
import os

_FLOAT_TYPES = ("bfloat16", "float16", "float32", "float64")
_BACKENDS = ("numpy", "torch")

_settings = {
    "floatx": "float32",
    "epsilon": 1e-7,
    "image_data_format": "channels_last",
    "backend": os.environ.get("KERASTEACH_BACKEND", "numpy"),
    "interactive_logging": True,
    "traceback_filtering": True,
    "safe_deserialization": True,
}


def floatx():
    """Return the default float type, a string.

    >>> floatx()
    'float32'
    """
    return _settings["floatx"]


def set_floatx(value):
    """Set the default float type of new variables and converted data.

    Args:
        value: `"bfloat16"`, `"float16"`, `"float32"` or `"float64"`.

    Raises:
        ValueError: if `value` is not one of them.
    """
    if value not in _FLOAT_TYPES:
        raise ValueError(f"Unknown `floatx` value: {value}. Expected one of {set(_FLOAT_TYPES)}")
    _settings["floatx"] = str(value)


def epsilon():
    """Return the small number that keeps logarithms and divisions finite.

    >>> epsilon()
    1e-07
    """
    return _settings["epsilon"]


def set_epsilon(value):
    """Set the value `epsilon()` returns."""
    _settings["epsilon"] = float(value)


def image_data_format():
    """Return `"channels_last"` or `"channels_first"`."""
    return _settings["image_data_format"]


def set_image_data_format(data_format):
    """Set the default layout of images.

    Raises:
        ValueError: if it is neither `"channels_last"` nor `"channels_first"`.
    """
    if data_format not in ("channels_last", "channels_first"):
        raise ValueError(
            "The `data_format` argument must be one of {'channels_first', 'channels_last'}. "
            f"Received: data_format={data_format}"
        )
    _settings["image_data_format"] = data_format


def backend():
    """Return the name of the backend that new models get.

    >>> backend()
    'numpy'
    """
    name = _settings["backend"]
    return _known(name, "the environment variable KERASTEACH_BACKEND")


def _known(name, where):
    if name not in _BACKENDS:
        raise ValueError(
            f"Unknown backend {name!r} in {where}. Expected one of {', '.join(map(repr, _BACKENDS))}."
        )
    return name


class set_backend(contextlib.AbstractContextManager):
    """Pick the backend of models made from now on, or inside a `with` block.

    Args:
        name: `"numpy"` or `"torch"`.

    Raises:
        ValueError: if there is no such backend.

    >>> with set_backend("torch"):
    ...     backend()
    'torch'
    >>> backend()
    'numpy'
    """

    def __init__(self, name):
        self._before = _settings["backend"]
        _settings["backend"] = _known(name, "set_backend(...)")

    def __exit__(self, *exc):
        _settings["backend"] = self._before


def disable_interactive_logging():
    """Turn progress bars off where `verbose="auto"`: one line an epoch instead."""
    _settings["interactive_logging"] = False


def enable_interactive_logging():
    """Turn progress bars on where `verbose="auto"`."""
    _settings["interactive_logging"] = True


def is_interactive_logging_enabled():
    """Return whether `verbose="auto"` draws progress bars."""
    return _settings["interactive_logging"]


def enable_unsafe_deserialization():
    """Let every file that is loaded from now on run the lambdas in it. Better: `safe_mode=False`, once."""
    _settings["safe_deserialization"] = False


def is_safe_deserialization_enabled():
    """Return whether lambdas in files are refused, which is the rule."""
    return _settings["safe_deserialization"]
