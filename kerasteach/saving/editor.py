"""`KerasFileEditor`: look into a file of weights, change it, compare it with a model.

Weights are kept as nested dicts, as the file has them: `weights_dict["layers"]["dense"]["0"]` is the first
variable of the first Dense.
"""

import json
import os

import numpy as np

from . import archive, store
from .atomic import written_together
from .state import own_variables
from .weights import open_weights


class KerasFileEditor:
    """Inspect, edit and save again what is in a `.keras` or `.weights.h5` file.

    Args:
        filepath: the file; it is read at once, checked as when a model is loaded, and never changed.

    Attributes:
        weights_dict: nested dicts of arrays.
        config, metadata: of a `.keras` file, its architecture and when it was written; else None.

    Raises:
        ValueError: for another kind of file, or one that is damaged or unsafe.

    Source: https://keras.io/api/models/model_saving_apis/

    >>> import tempfile, kerasteach as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    >>> path = tempfile.mkdtemp() + "/model.weights.h5"
    >>> model.save_weights(path)
    >>> editor = KerasFileEditor(path)  # doctest: +ELLIPSIS
    Keras model file '...model.weights.h5'
    >>> editor.summary()
    Weights structure
      layers
        dense
          0: shape=(2, 3), dtype=float32
          1: shape=(3,), dtype=float32
    """

    def __init__(self, filepath):
        self.filepath = os.fspath(filepath)
        self.config = self.metadata = None
        if not self.filepath.endswith((".keras", ".weights.h5")):
            raise ValueError(
                f"Invalid filename: expected a `.keras` or `.weights.h5` extension. Received: filepath={self.filepath}"
            )
        if self.filepath.endswith(".keras"):
            with archive.opened(self.filepath) as members:
                self.config, self.metadata = json.loads(members.read(archive.CONFIG)), json.loads(members.read(archive.METADATA))
        with open_weights(self.filepath) as read:
            self.weights_dict = {}
            for path in read.paths():
                arrays = read(path)
                if arrays:
                    self._place(path, create=True).update(arrays)
        print(f"Keras model file '{self.filepath}'")
        if self.metadata is not None:
            print(f"Saved with Keras {self.metadata['keras_version']} - date: {self.metadata['date_saved']}")

    def summary(self):
        """Print the objects in the file and the shapes of their weights."""
        print("\n".join(["Weights structure", *_lines(self.weights_dict, "  ")]))

    def compare(self, reference_model):
        """Print what differs between the file and a model.

        Args:
            reference_model: the model the file shall be loaded into.

        Returns:
            dict with `status` (`"success"` or `"error"`), `error_count` and `match_count`.
        """
        print("Running comparison")
        wanted = {path: arrays for path, _, arrays in own_variables(reference_model) if arrays}
        saved = dict(_objects(self.weights_dict, ""))
        errors = [line for path in {**wanted, **saved} for line in _differences(path, wanted.get(path), saved.get(path))]
        matches = sum(
            _shape(arrays[key]) == _shape(saved[path][key])
            for path, arrays in wanted.items()
            for key in arrays
            if key in saved.get(path, {})
        )
        verdict = f"Found {len(errors)} error(s): saved file is not compatible with the reference model"
        if not errors:
            verdict = f"Comparison successful: saved file is compatible with the reference model\n    Found {matches} matching weight(s)"
        print("\n".join([*errors, verdict]))
        return {"status": "error" if errors else "success", "error_count": len(errors), "match_count": matches}

    def rename_object(self, object_name, new_name):
        """Give an object of the file, as `"dense_2"` or `"layers/dense_2"`, another last name."""
        if "/" in new_name:
            raise ValueError(f"Argument `target_name` should be a leaf name, not a full path name. Received: target_name='{new_name}'")
        parent, name = self._find(object_name)
        items = [(new_name if key == name else key, value) for key, value in parent.items()]
        parent.clear()
        parent.update(items)

    def delete_object(self, object_name):
        """Take an object out of the file."""
        parent, name = self._find(object_name)
        del parent[name]

    def add_object(self, object_path, weights):
        """Put an object into the file.

        Args:
            object_path: where, as `"layers/dense_2"`.
            weights: dict of weight name (`"0"`, `"1"`, ...) -> array.
        """
        folder, _, name = object_path.rpartition("/")
        self._place(folder)[name] = dict(_checked(weights))

    def delete_weight(self, object_name, weight_name):
        """Take one weight out of an object."""
        parent, name = self._find(object_name)
        if weight_name not in parent[name]:
            raise ValueError(f"Weight {weight_name} not found in object {object_name}. Weights found: {list(parent[name])}")
        del parent[name][weight_name]

    def add_weights(self, object_name, weights):
        """Put weights into an object; those of the same name are replaced."""
        parent, name = self._find(object_name)
        parent[name].update(_checked(weights))

    def save(self, filepath):
        """Write the weights as they are now to a `.weights.h5` file."""
        filepath = os.fspath(filepath)
        if not filepath.endswith(".weights.h5"):
            raise ValueError(f"Invalid `filepath` argument: expected a `.weights.h5` extension. Received: filepath={filepath}")
        content = store.as_bytes((path, None, arrays) for path, arrays in _objects(self.weights_dict, ""))
        with written_together(filepath) as (file,):
            file.write(content)

    resave_weights = save

    def _place(self, path, create=False):
        """The dict at a path."""
        place = self.weights_dict
        for part in filter(None, path.split("/")):
            if part not in place and not create:
                raise ValueError(f"Path '{path}' not found in model. There is: {[p for p, _ in _objects(self.weights_dict, '')]}")
            place = place.setdefault(part, {})
        return place

    def _find(self, name):
        """(dict that holds it, its last name) of an object, by path or, if there is one only, by name."""
        paths = [p for p in _folders(self.weights_dict, "") if p == name or ("/" not in name and p.rpartition("/")[2] == name)]
        if len(paths) > 1:
            raise ValueError(f"Name '{name}' occurs more than once in the model; try passing a complete path, one of {paths}")
        if not paths:
            raise ValueError(
                f"Source name '{name}' does not appear in the model. It has: {list(_folders(self.weights_dict, ''))}. "
                "Use `editor.summary()` to list all objects."
            )
        folder, _, last = paths[0].rpartition("/")
        return self._place(folder), last


def _folders(nested, path):
    """Paths of all objects."""
    for key, value in nested.items():
        if isinstance(value, dict):
            yield f"{path}{key}"
            yield from _folders(value, f"{path}{key}/")


def _objects(nested, path):
    """(path, own weights) of every object that has weights."""
    own = {key: value for key, value in nested.items() if not isinstance(value, dict)}
    if own:
        yield path.rstrip("/"), own
    for key, value in nested.items():
        if isinstance(value, dict):
            yield from _objects(value, f"{path}{key}/")


def _lines(nested, indent):
    for key, value in nested.items():
        if isinstance(value, dict):
            yield from [f"{indent}{key}", *_lines(value, indent + "  ")]
        else:
            yield f"{indent}{key}: shape={_shape(value)}, dtype={np.asarray(value).dtype.name}"


def _shape(value):
    return tuple(np.shape(value))


def _differences(path, wanted, saved):
    """What is wrong with one object, a line each."""
    if wanted is None or saved is None:
        there, missing = ("saved file", "reference model") if wanted is None else ("reference model", "saved file")
        return [f"...Object /{path} present in {there}, missing from {missing}"]
    lines = [f"...Weight /{path}/{key} missing from saved file" for key in wanted if key not in saved]
    lines += [f"...Weight /{path}/{key} missing from reference model" for key in saved if key not in wanted]
    for key in wanted:
        if key in saved and _shape(wanted[key]) != _shape(saved[key]):
            lines += [
                f"...Weight shape mismatch for /{path}/{key}", f"    In reference model: shape={_shape(wanted[key])}",
                f"    In saved file: shape={_shape(saved[key])}",
            ]  # fmt: skip
    return lines


def _checked(weights):
    if not isinstance(weights, dict):
        raise ValueError(
            "Argument `weights` should be a dict where keys are weight names (usually '0', '1', etc.) and values are NumPy "
            f"arrays. Received: type(weights)={type(weights)}"
        )
    return {str(key): np.asarray(value) for key, value in weights.items()}
