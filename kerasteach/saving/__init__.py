"""`keras.saving`: the `.keras` format, weights files, and the objects they name."""

from .. import lazy

_WHERE = {
    "editor": "KerasFileEditor",
    "file": "load_model model_from_json save_model to_json",
    "registry": """CustomObjectScope custom_object_scope get_custom_objects get_registered_name get_registered_object
        register_keras_serializable""",
    "serialize": "deserialize_keras_object serialize_keras_object",
    "weights": "load_weights save_weights",
}

__getattr__, __dir__, __all__ = lazy.names(__name__, _WHERE)
