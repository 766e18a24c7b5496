"""`save_model` and `load_model`: a whole model in one `.keras` file.

The file is a ZIP: what the model is (`config.json`), what it has learned
(`model.weights.h5`), who wrote it when (`metadata.json`), and files that some
layers keep, as a vocabulary (`assets/`). Real Keras reads what is written here,
and the other way round.
"""

import datetime
import json
import os
import warnings
import zipfile

from . import archive, assets, sharing
from .atomic import written_together
from .serialize import deserialize_keras_object, serialize_keras_object
from .state import load_own_variables, own_variables
from .store import as_bytes
from .weights import open_h5

KERAS_VERSION = "3.15.1"  # whose format this is


def save_model(model, filepath, overwrite=True, zipped=None):
    """Save architecture, variables, and the optimizer's state if the model is compiled.

    Args:
        model: the model.
        filepath: ends in `.keras`; with `zipped=False`, the name of a folder.
        overwrite: whether an existing file is replaced.
        zipped: whether to write one archive (the default) or a folder.

    Raises:
        ValueError: for another ending.
        FileExistsError: if the file exists and `overwrite=False`.

    >>> import tempfile, kerasteach as keras
    >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    >>> path = tempfile.mkdtemp() + "/model.keras"
    >>> save_model(model, path)
    >>> bool((load_model(path).get_weights()[0] == model.get_weights()[0]).all())
    True
    """
    filepath = os.fspath(filepath)
    zipped = zipped is not False
    _check_ending(filepath, zipped)
    if not archive.may_write(filepath, overwrite):
        return
    if not model.built:
        warnings.warn(
            "You are saving a model that has not yet been built. It might not contain any weights yet. "
            "Consider building the model first by calling it on some data.",
            stacklevel=2,
        )
    members = _members(model)
    if zipped:
        with written_together(filepath) as (file,), zipfile.ZipFile(file, "w") as zip_file:
            for name, content in members.items():
                zip_file.writestr(name, content)
    else:
        for name in members:
            os.makedirs(os.path.dirname(os.path.join(filepath, name)), exist_ok=True)
        with written_together(*(os.path.join(filepath, name) for name in members)) as files:
            for file, content in zip(files, members.values(), strict=True):
                file.write(content)


def _check_ending(filepath, zipped):
    if zipped and not filepath.endswith(".keras"):
        raise ValueError(
            "Invalid filepath extension for saving. Please add a `.keras` extension for the native Keras format. Use `model.export(filepath)` if you want to export a SavedModel for use "
            f"with TFLite/TFServing/etc. Received: filepath={filepath}.\n"
            "Expected here: `.keras` (the old `.h5` format is not written). Fix: model.save('model.keras')"
        )
    if not zipped and filepath.endswith(".keras"):
        raise ValueError(
            "When using `zipped=False`, the `filepath` argument should not end in `.keras`. "
            f"Received: filepath={filepath}"
        )


def _members(model):
    """The members of the archive, in Keras's order: name -> bytes."""
    date = datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S")
    return {
        archive.METADATA: json.dumps({"keras_version": KERAS_VERSION, "date_saved": date}).encode(),
        archive.CONFIG: to_json(model).encode(),
        archive.WEIGHTS: as_bytes(own_variables(model)),
        **{f"{archive.ASSETS}/{name}": content for name, content in assets.collected(model).items()},
    }


def to_json(model, **kwargs):
    """Return a model's architecture as JSON.

    Args:
        model: the model.
        **kwargs: for `json.dumps`, e.g. `indent=2`.
    """
    with sharing.WritingScope():
        data = serialize_keras_object(model)
        sharing.drop_lonely_ids(data)
    return json.dumps(data, **kwargs)


def model_from_json(json_string, custom_objects=None):
    """Make a model, with fresh weights, from `model.to_json()`'s result."""
    return _from_json(json_string, "the JSON string", custom_objects, True, True)


def load_model(filepath, custom_objects=None, compile=True, safe_mode=True):
    """Load a model that `model.save` or real Keras wrote.

    Args:
        filepath: a `.keras` file, or a folder saved with `zipped=False`.
        custom_objects: dict of name -> class or function that the file may name.
        compile: whether to compile the model as it was when saved.
        safe_mode: refuse lambdas. With False, code from the file is run.

    Returns:
        The model, with its variables and its optimizer's state.

    Raises:
        ValueError: if the file is missing, damaged, unsafe, or does not fit its own architecture.
        TypeError: if it names a class that is not known here.
    """
    filepath = os.fspath(filepath)
    if not filepath.endswith(".keras") and not os.path.isfile(os.path.join(filepath, archive.CONFIG)):
        raise ValueError(
            f"File format not supported: filepath={filepath}. Keras 3 only supports V3 `.keras` files, legacy H5 format "
            "files (`.h5` extension). Note that the legacy SavedModel format is not supported by `load_model()` in "
            "Keras 3.\n"
            "Expected here: a `.keras` file, or a folder with a config.json (the old `.h5` format is not read). "
            "Fix: open the file in Keras and save it again with model.save('model.keras')."
        )
    with archive.opened(filepath) as members:
        model = _from_json(members.read(archive.CONFIG), filepath, custom_objects, compile, safe_mode)
        if not model.built:
            _warn_unbuilt(model)
        with open_h5(members.weights(), filepath) as read:
            load_own_variables(model, read)
        assets.given_back(model, members)
    return model


def _from_json(text, where, custom_objects, compile, safe_mode):
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"Cannot read {archive.CONFIG} of {where}: {error}.\nExpected: JSON.") from error
    if not isinstance(data, dict) or "class_name" not in data:
        raise ValueError(
            f"Cannot read {archive.CONFIG} of {where}: it does not describe a model.\n"
            f"Expected: an object with class_name and config. Received: {str(data)[:80]}"
        )
    if not compile:
        data["compile_config"] = None
    try:
        with sharing.ReadingScope():
            model = deserialize_keras_object(data, custom_objects, safe_mode)
    except (LookupError, AttributeError) as error:
        raise ValueError(
            f"Cannot make a model of {archive.CONFIG} of {where}: {type(error).__name__}: {error}.\n"
            "Fix: the file may be damaged, or a custom class may not take what its get_config() gave; "
            "the error above says where it happened."
        ) from error
    if not hasattr(model, "built"):
        raise ValueError(f"{archive.CONFIG} of {where} describes no model. Received: a {type(model).__name__}.")
    return model


def _warn_unbuilt(model):
    warnings.warn(
        f"The loaded model {model.name!r} is not built, because the file does not say for which input shape; "
        "its saved weights were not restored.\n"
        "Fix: call the model on data before saving it; or build it now and call `model.load_weights(path)`.",
        stacklevel=3,
    )
