"""`keras.saving`: the `.keras` format, weights files, and the objects they name."""

import importlib

from .registry import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from .serialize import deserialize_keras_object, serialize_keras_object

__all__ = [
    "CustomObjectScope", "KerasFileEditor", "custom_object_scope", "deserialize_keras_object", "get_custom_objects", "get_registered_name",
    "get_registered_object", "load_model", "load_weights", "register_keras_serializable", "save_model", "save_weights",
    "serialize_keras_object",
]  # fmt: skip

# Files are read and written by few programs: loaded when first used, they cost the others nothing.
_LAZY = {
    "load_model": "file", "model_from_json": "file", "save_model": "file", "to_json": "file", "load_weights": "weights",
    "save_weights": "weights", "KerasFileEditor": "editor",
}  # fmt: skip


def __getattr__(name):
    if name in _LAZY:
        return getattr(importlib.import_module(f"{__name__}.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
