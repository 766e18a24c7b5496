"""Model files to read by hand: a few lines of Keras make each; those lines are also what a counterexample shows."""

import io
import json
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from ... import layers, models

NAME = "model.keras"
_FOLDER = None  # made when the first file is; gone when Python ends
_PATHS = {}  # the lines that make a model: where it is
_BYTES = {}  # where a model is: what is there


class _Keras:
    """What the lines need of `keras`."""

    Input, Sequential, Model = layers.Input, models.Sequential, models.Model


def saved(lines):
    """Return the path of a file with the model that some lines of Python make.

    Args:
        lines: a tuple of lines; they make `model`.
    """
    global _FOLDER
    _FOLDER = _FOLDER or tempfile.TemporaryDirectory()
    if lines not in _PATHS:
        path = str(Path(_FOLDER.name) / f"{len(_PATHS)}.keras")
        space = {"keras": _Keras, "layers": layers, "np": np}
        exec("\n".join(lines), space)
        space["model"].save(path)
        _PATHS[lines], _BYTES[path] = path, Path(path).read_bytes()
    return intact(_PATHS[lines])


def intact(path):
    """Return the path of a file, with what was written at first: an answer may have ruined it."""
    if path in _BYTES and not (Path(path).exists() and Path(path).read_bytes() == _BYTES[path]):
        Path(path).write_bytes(_BYTES[path])
    return path


def case(lines, **more):
    """The case of a file: its path, and the lines that make it."""
    return {"file": saved(lines), **more, "lines": lines}


def program(task, arrays=(), arguments=()):
    """The lines that make a case's file, its arrays, and call the answer."""
    return lambda case, differing: [
        *case["lines"],
        f'model.save("{NAME}")',
        *arrays(case),
        f"{task}({', '.join([repr(NAME), *arguments])})",
    ]


def plan_of(file):
    """The plan, as data."""
    with zipfile.ZipFile(intact(file)) as archive:
        return json.loads(archive.read("config.json"))


def numbers_of(file):
    """`{place: array}`, and `{place: name}` of the groups that have one."""
    import h5py

    numbers, names = {}, {}

    def keep(place, thing):
        if isinstance(thing, h5py.Dataset):
            numbers[place] = thing[()]
        elif "name" in thing.attrs:
            names[place] = thing.attrs["name"]

    with zipfile.ZipFile(intact(file)) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as h5:
        h5.visititems(keep)
    return numbers, names
