"""`keras.models`: Model in its three forms."""

from .. import lazy

_WHERE = {
    "clone": "clone_model",
    "function": "Function",
    "functional": "Functional",
    "model": "Model",
    "sequential": "Sequential",
}

__getattr__, __dir__, __all__ = lazy.names(__name__, _WHERE, more=("load_model", "model_from_json", "save_model"))


def load_model(filepath, custom_objects=None, compile=True, safe_mode=True):
    """Load a model that `save` wrote."""
    from ..saving import load_model as load

    return load(filepath, custom_objects=custom_objects, compile=compile, safe_mode=safe_mode)


def save_model(model, filepath, overwrite=True, zipped=None, **kwargs):
    """Save a model to a `.keras` file."""
    return model.save(filepath, overwrite=overwrite, zipped=zipped, **kwargs)


def model_from_json(json_string, custom_objects=None):
    """Make a model from what `to_json` gave; weights are new."""
    from ..saving import model_from_json as read

    return read(json_string, custom_objects)
