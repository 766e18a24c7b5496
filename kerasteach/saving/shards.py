"""Weights over several files, none larger than asked for, and a JSON file that says what is where."""

import json
import os

import numpy as np

from ..backend.api import to_numpy
from . import store
from .atomic import written_together


def save(groups, path, max_shard_size):
    """Write `x.weights.json`, `x_00000.weights.h5`, `x_00001.weights.h5`, ...

    Args:
        groups: list of (object path, name, arrays).
        path: of the JSON file.
        max_shard_size: in GB.

    Raises:
        ValueError: if one array alone is larger.
    """
    shards, weight_map, total = _divide(groups, max_shard_size * 1024**3)
    base = path.removesuffix(".weights.json").removesuffix(".json")
    names = [f"{base}_{number:05}.weights.h5" for number in range(len(shards))]
    index = {
        "metadata": {"total_size": total},
        "weight_map": {
            f"/{group}/vars" if group else "/vars": [os.path.basename(names[number]) for number in numbers]
            for group, numbers in weight_map.items()
        },
    }
    with written_together(*names, path) as (*files, index_file):
        for shard, opened in zip(shards, files, strict=True):
            opened.write(store.as_bytes((group, name, arrays) for group, (name, arrays) in shard.items()))
        index_file.write(json.dumps(index, indent=4).encode())


def _divide(groups, limit):
    """Fill one shard after the other: [{path: (name, arrays)}], {path: numbers of shards}, bytes in all."""
    shards, weight_map, total, filled = [{}], {}, 0, 0
    for path, name, arrays in groups:
        for key, value in arrays.items():
            array = np.asarray(to_numpy(value))
            if array.nbytes > limit:
                raise ValueError(
                    f"The size of {key} is {array.nbytes:,} bytes which exceeds the maximum shard size {limit:,.0f} "
                    "bytes. You can increase the `max_shard_size` parameter to accommodate the size.\n"
                    f"Where: object {path!r}. Received: max_shard_size={limit / 1024**3} (in GB)."
                )
            if filled + array.nbytes > limit:
                shards.append({})
                filled = 0
            filled, total = filled + array.nbytes, total + array.nbytes
            shards[-1].setdefault(path, (name, {}))[1][key] = array
            numbers = weight_map.setdefault(path, [])
            if len(shards) - 1 not in numbers:
                numbers.append(len(shards) - 1)
    return shards, weight_map, total


class ShardReader:
    """Reads groups from wherever the JSON file says they are.

    Raises:
        ValueError: if the JSON file is none, or names files outside its own folder.
    """

    def __init__(self, path):
        self.folder, self.files = os.path.dirname(path), {}
        try:
            with open(path, encoding="utf-8") as file:
                self.weight_map = dict(json.load(file)["weight_map"])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"Cannot read the list of shards {path}: {error!r}.\n"
                'Expected: JSON with a "weight_map". Fix: save the weights again.'
            ) from error

    def read(self, path):
        """Return the arrays of the object at `path`, from all its shards."""
        names = self.weight_map.get(f"/{path}/vars" if path else "/vars", [])
        arrays = {}
        for name in [names] if isinstance(names, str) else names:
            arrays.update(store.read_group(self._open(name), path))
        return arrays

    def _open(self, name):
        import h5py

        if os.path.basename(name) != name or "\\" in name:
            raise ValueError(
                f"Not allowed: a shard outside the folder of its list.\nReceived: {name!r}. Expected: a plain file name."
            )
        if name not in self.files:
            self.files[name] = h5py.File(os.path.join(self.folder, name), "r")
        return self.files[name]

    def close(self):
        """Close all shards."""
        for file in self.files.values():
            file.close()
