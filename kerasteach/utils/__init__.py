"""`keras.utils`: data made ready, data sets, files, pictures, progress, names of classes."""

import importlib

from .. import left_out
from ..backend import clear_session
from ..backend.dtypes import standardize_dtype
from ..backend.symbolic import is_keras_tensor
from ..config import disable_interactive_logging, enable_interactive_logging, is_interactive_logging_enabled
from ..saving.registry import (
    CustomObjectScope, custom_object_scope, get_custom_objects, get_registered_name, get_registered_object,
    register_keras_serializable,
)  # fmt: skip
from ..saving.serialize import deserialize_keras_object, serialize_keras_object
from ..training.data import PyDataset, pack_x_y_sample_weight, unpack_x_y_sample_weight
from .arrays_to_dataset import split_dataset, timeseries_dataset_from_array
from .audio import audio_dataset_from_directory
from .dataset import Dataset
from .files import get_file
from .from_directory import image_dataset_from_directory, text_dataset_from_directory
from .images import array_to_img, img_to_array, load_img, save_img
from .numbers import normalize, pad_sequences, to_categorical
from .progbar import Progbar
from .session import get_source_inputs, set_random_seed
from .settings import Config

Sequence = PyDataset

__all__ = [
    "Config", "CustomObjectScope", "Progbar", "PyDataset", "Sequence", "array_to_img",
    "audio_dataset_from_directory", "clear_session",
    "custom_object_scope", "deserialize_keras_object", "disable_interactive_logging", "enable_interactive_logging",
    "get_custom_objects", "get_file", "get_registered_name", "get_registered_object", "get_source_inputs",
    "image_dataset_from_directory", "img_to_array", "is_interactive_logging_enabled", "is_keras_tensor", "load_img",
    "model_to_dot", "normalize", "pack_x_y_sample_weight", "pad_sequences", "plot_model", "register_keras_serializable",
    "save_img", "serialize_keras_object", "set_random_seed", "split_dataset", "standardize_dtype",
    "text_dataset_from_directory", "timeseries_dataset_from_array", "to_categorical", "unpack_x_y_sample_weight",
]  # fmt: skip

# Drawing lives above this package, in the widgets: looked up by name when it is first used.
_DRAWING = {"plot_model": "widgets.plot_model", "model_to_dot": "widgets.plot_model"}


def _drawing(name):
    package = __package__.rpartition(".")[0]
    return getattr(importlib.import_module(f"{package}.{_DRAWING[name]}"), name) if name in _DRAWING else None


__getattr__ = left_out.getattr_of("utils", _drawing)
