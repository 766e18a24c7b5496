"""What is in a `.keras` file: its members, the plan layer by layer, and which arrays belong to which layer."""

import json
import math
import os
import tempfile
from dataclasses import dataclass

from ..backend.names import snake_case
from ..saving import archive

_QUIET = ("name", "trainable", "dtype", "layers", "build_input_shape", "input_layers", "output_layers")


@dataclass(frozen=True)
class Stored:
    """One array: where it is in the weights file, and its shape."""

    place: str
    shape: tuple

    @property
    def size(self):
        """How many numbers it has."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Part:
    """A layer, or the optimizer: what the plan says of it, and its arrays.

    Attributes:
        group: where its numbers are, as `"layers/dense_1"`; `""` if it has none.
        settings: what its config holds, as plain data.
    """

    name: str
    class_name: str
    settings: dict
    group: str = ""
    arrays: tuple = ()

    @property
    def size(self):
        """How many numbers it has in the file."""
        return sum(array.size for array in self.arrays)

    @property
    def title(self):
        """Class and name."""
        return f"{self.class_name} {self.name}".strip()

    @property
    def place(self):
        """The group that holds all of its arrays."""
        groups = {array.place.rpartition("/")[0] for array in self.arrays}
        return groups.pop() if len(groups) == 1 else self.group


@dataclass(frozen=True)
class Anatomy:
    """A file, read without making a model of it.

    Attributes:
        title: the file's name.
        members: `{name: bytes}` in the archive's order.
        version: of the Keras that wrote it; `""` if it does not say.
        model: the outermost object.
        layers: a `Part` for each layer of the plan; for a model without a list of layers, one for each group of arrays.
        optimizer: a `Part`, or `None`.
        loss: in one word; `""` if there is none.
    """

    title: str
    members: dict
    version: str
    model: Part
    layers: tuple
    optimizer: Part | None
    loss: str

    @property
    def size(self):
        """How many numbers the model has."""
        return sum(part.size for part in self.layers)


def anatomy(file):
    """Read a `.keras` file, or what would be in the file of a model.

    Args:
        file: a path, or a model.

    >>> from kerasteach import Sequential, layers
    >>> found = anatomy(Sequential([layers.Input((2,), name="x"), layers.Dense(3, name="d")], name="m"))
    >>> [(part.class_name, part.name, part.size) for part in found.layers]
    [('InputLayer', 'x', 0), ('Dense', 'd', 9)]
    """
    if not hasattr(file, "save"):
        return _read(os.fspath(file))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, f"{file.name}.keras")
        file.save(path)
        return _read(path)


def _read(path):
    import h5py

    with archive.opened(path) as members:
        names = [name for name in (archive.METADATA, archive.CONFIG, archive.WEIGHTS) if name in members.names]
        contents = {name: members.read(name) for name in [*names, *sorted(members.names - set(names))]}
        plan = json.loads(members.read(archive.CONFIG))
        if not (isinstance(plan, dict) and isinstance(plan.get("config"), dict) and "class_name" in plan):
            raise ValueError(f"{archive.CONFIG} of {path} describes no model. Received: {str(plan)[:80]}")
        try:
            with h5py.File(members.weights(), "r") as h5:
                arrays, titles = _arrays(h5, h5py.Dataset)
        except OSError as error:
            raise ValueError(f"Cannot read {archive.WEIGHTS} of {path}: {error}.") from error
    metadata = json.loads(contents.get(archive.METADATA, b"{}"))
    compiled = plan.get("compile_config") or {}
    own = plan["config"]
    boxes = own.get("layers")
    planned = isinstance(boxes, list) and all(isinstance(box, dict) and "class_name" in box for box in boxes)
    return Anatomy(
        title=os.path.basename(path),
        members={name: len(content) for name, content in contents.items()},
        version=str(metadata.get("keras_version", "")),
        model=Part(str(own.get("name", "")), plan["class_name"], _settings(own)),
        layers=tuple(_planned(boxes, arrays) if planned else _grouped(arrays, titles)),
        optimizer=_optimizer(compiled, arrays),
        loss=_word(compiled.get("loss")),
    )


def _arrays(h5, dataset):
    """All arrays by place, and the names that stand beside groups."""
    arrays, titles = [], {}

    def keep(place, thing):
        if isinstance(thing, dataset):
            arrays.append(Stored(place, tuple(thing.shape)))
        elif "name" in thing.attrs:
            titles[place] = str(thing.attrs["name"])

    h5.visititems(keep)
    return arrays, titles


def _planned(boxes, arrays):
    """The layers of the plan with their groups, which are named by class and counted, as `saving.walk` does."""
    counts = {}
    for box in boxes:
        group = ""
        if not str(box.get("module")).startswith("keras.src.ops"):  # an op is no layer
            word = snake_case(box["class_name"])
            counts[word] = counts.get(word, -1) + 1
            group = f"layers/{word}_{counts[word]}" if counts[word] else f"layers/{word}"
        own = tuple(array for array in arrays if group and array.place.startswith(f"{group}/"))
        yield Part(box["config"].get("name", box.get("name", "")), box["class_name"], _settings(box["config"]), group if own else "", own)


def _grouped(arrays, titles):
    """A part for each group of arrays, where the plan lists no layers."""
    groups = {}
    for array in arrays:
        if not array.place.startswith("optimizer/"):
            groups.setdefault(array.place.rpartition("/vars/")[0], []).append(array)
    for group, own in groups.items():
        yield Part(titles.get(f"{group}/vars", group), "", {}, group or "vars", tuple(own))


def _optimizer(compiled, arrays):
    described = compiled.get("optimizer")
    if not isinstance(described, dict):
        return None
    own = tuple(array for array in arrays if array.place.startswith("optimizer/"))
    config = described.get("config") or {}
    return Part(config.get("name", ""), described["class_name"], _settings(config), "optimizer" if own else "", own)


def _settings(config):
    return {key: _plain(value) for key, value in config.items() if key not in _QUIET and value is not None}


def _plain(value):
    """A setting; of a serialized object its class."""
    if isinstance(value, dict) and "class_name" in value:
        return value["config"] if isinstance(value.get("config"), str) else value["class_name"]
    if isinstance(value, float):
        return float(f"{value:.6g}")  # rates are kept in float32
    return value


def _word(loss):
    if isinstance(loss, dict):
        return _plain(loss) if "class_name" in loss else f"{len(loss)} losses"
    return f"{len(loss)} losses" if isinstance(loss, list) else str(loss or "")
