"""`keras.utils`: data made ready, data sets, files, pictures, progress, names of classes."""

from .. import lazy

_WHERE = {
    ".widgets.keras_plots": "model_to_dot plot_model",  # drawing lives above this room
    ".backend": "clear_session",
    ".backend.dtypes": "standardize_dtype",
    ".backend.symbolic": "is_keras_tensor",
    ".config": "disable_interactive_logging enable_interactive_logging is_interactive_logging_enabled",
    ".saving.registry": """CustomObjectScope custom_object_scope get_custom_objects get_registered_name get_registered_object
        register_keras_serializable""",
    ".saving.serialize": "deserialize_keras_object serialize_keras_object",
    ".training.data": "PyDataset Sequence=PyDataset pack_x_y_sample_weight unpack_x_y_sample_weight",
    "arrays_to_dataset": "split_dataset timeseries_dataset_from_array",
    "audio": "audio_dataset_from_directory",
    "files": "get_file",
    "from_directory": "image_dataset_from_directory text_dataset_from_directory",
    "images": "array_to_img img_to_array load_img save_img",
    "numbers": "normalize pad_sequences to_categorical",
    "progbar": "Progbar",
    "session": "get_source_inputs set_random_seed",
    "settings": "Config",
}

__getattr__, __dir__, __all__ = lazy.names(__name__, _WHERE)
