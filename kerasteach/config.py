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
    "safe_deserialization": True,
    "max_epochs": int(os.environ["KERAS_MAX_EPOCHS"]) if "KERAS_MAX_EPOCHS" in os.environ else None,
    "max_steps_per_epoch": int(os.environ["KERAS_MAX_STEPS_PER_EPOCH"]) if "KERAS_MAX_STEPS_PER_EPOCH" in os.environ else None,
}
# What `clear_session` sets back.
_SESSION = {"dtype_policy": None, "interactive_logging": True, "traceback_filtering": True, "flash_attention": None}
_settings |= _SESSION

# What low floors ask of high ones, put here by the package: "policy" and "initializer" -> function(name, config or object)
# -> object; "tensor" -> function(array) -> a tensor of the backend in use; "coach" -> function(error), which adds a note to
# an error of shape; "picture" -> function(), which makes notebooks draw them.
HANDED_DOWN = {}


def floatx():
    """Return the default float type, a string.

    >>> floatx()
    'float32'
    """
    return _settings["floatx"]


def set_floatx(value):
    """Set the default float type of new variables and converted data.

    Layers take theirs from `dtype_policy()`, which is made of it when the first layer is made.

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
    _settings["epsilon"] = value


def image_data_format():
    """Return `"channels_last"` or `"channels_first"`."""
    return _settings["image_data_format"]


def set_image_data_format(data_format):
    """Set the default layout of images.

    Raises:
        ValueError: if it is neither `"channels_last"` nor `"channels_first"`.
    """
    _settings["image_data_format"] = standardize_data_format(data_format)


def standardize_data_format(data_format):
    """Return the layout of images that is meant; the default one for `None`.

    >>> standardize_data_format(None), standardize_data_format("Channels_First")
    ('channels_last', 'channels_first')
    """
    name = image_data_format() if data_format is None else str(data_format).lower()
    if name not in ("channels_last", "channels_first"):
        raise ValueError(
            "The `data_format` argument must be one of {'channels_first', 'channels_last'}. "
            f"Received: data_format={data_format}"
        )
    return name


def dtype_policy():
    """Return the policy that new layers get: in which dtypes they keep weights and compute.

    >>> dtype_policy()
    <DTypePolicy "float32">
    """
    if _settings["dtype_policy"] is None:
        _settings["dtype_policy"] = HANDED_DOWN["policy"](floatx())
    return _settings["dtype_policy"]


def set_dtype_policy(policy):
    """Set the policy that new layers get.

    Args:
        policy: a policy, or its name: `"mixed_float16"`, `"mixed_bfloat16"` or a dtype name.

    Raises:
        ValueError: if it is neither.

    Source: https://keras.io/api/mixed_precision/

    >>> set_dtype_policy("mixed_float16")
    >>> dtype_policy().compute_dtype, dtype_policy().variable_dtype
    ('float16', 'float32')
    >>> set_dtype_policy("float32")
    """
    if not isinstance(policy, str) and not hasattr(policy, "compute_dtype"):
        raise ValueError(
            "Invalid `policy` argument. Expected the string name of a policy (such as 'mixed_float16') or a "
            f"`DTypePolicy` instance. Received: policy={policy} (of type {type(policy)})"
        )
    _settings["dtype_policy"] = HANDED_DOWN["policy"](policy)


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
        backend: `"numpy"` or `"torch"`.

    Raises:
        ValueError: if there is no such backend.

    >>> with set_backend("torch"):
    ...     backend()
    'torch'
    >>> backend()
    'numpy'
    """

    def __init__(self, backend):
        self._before = _settings["backend"]
        _settings["backend"] = _known(backend, "set_backend(...)")

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


def enable_traceback_filtering():
    """Kept for Keras's sake: tracebacks are short here, and nothing is cut from them."""
    _settings["traceback_filtering"] = True


def disable_traceback_filtering():
    """Kept for Keras's sake: tracebacks are whole either way."""
    _settings["traceback_filtering"] = False


def is_traceback_filtering_enabled():
    """Return what was last set; True by default."""
    return _settings["traceback_filtering"]


def enable_flash_attention():
    """Let Torch choose the quickest attention kernel, which is the rule."""
    _settings["flash_attention"] = None


def disable_flash_attention():
    """Let attention be computed by its formula."""
    _settings["flash_attention"] = False


def is_flash_attention_enabled():
    """Return False if it was disabled, else None: it is used where it can be."""
    return _settings["flash_attention"]


def is_nnx_enabled():
    """Return False: NNX belongs to JAX, and there is no JAX backend."""
    return False


def max_epochs():
    """Return the most epochs any `fit` may run; None for no limit."""
    return _settings["max_epochs"]


def set_max_epochs(max_epochs):
    """Limit the epochs of every `fit`, to try a script out; also by the environment variable KERAS_MAX_EPOCHS."""
    _settings["max_epochs"] = max_epochs


def max_steps_per_epoch():
    """Return the most batches an epoch, `evaluate` or `predict` may take; None for no limit."""
    return _settings["max_steps_per_epoch"]


def set_max_steps_per_epoch(max_steps_per_epoch):
    """Limit the batches of every epoch; also by the environment variable KERAS_MAX_STEPS_PER_EPOCH."""
    _settings["max_steps_per_epoch"] = max_steps_per_epoch


def reset_session():
    """Set back what belongs to a session: the policy of new layers, the progress bars."""
    _settings.update(_SESSION)
