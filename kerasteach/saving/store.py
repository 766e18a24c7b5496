"""The HDF5 file of weights: a group per object, `P/vars`, with datasets "0", "1", ...

h5py is imported when a file is opened, not before: most programs never save.
"""

import io
import math

import numpy as np

from ..backend.api import to_numpy

MANY_BYTES = 1 << 28  # a declared size below 256 MiB is read without asking
MAX_EXPANSION = 1000  # genuine weights are stored at about their own size


def as_bytes(groups):
    """Return a whole HDF5 file of groups (path, name, arrays).

    It is made in memory: h5py gives no clean error on a disk that fills up.
    """
    import h5py

    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        for group in groups:
            write_group(file, *group)
    return content.getbuffer()


def write_group(file, path, name, arrays):
    """Write an object's own arrays.

    Args:
        file: open `h5py.File`.
        path: the object's path; `""` is the root model.
        name: the object's name, kept as an attribute for people to read.
        arrays: dict of key -> array, tensor or variable.
    """
    if not arrays and name is None:
        return
    group = file.create_group(f"{path}/vars" if path else "vars")
    if name is not None:
        group.attrs["name"] = name
    for key, value in arrays.items():
        array = np.asarray(to_numpy(value))
        if array.dtype.name == "bfloat16":
            group.create_dataset(str(key), data=array).attrs["dtype"] = "bfloat16"
        else:
            group[str(key)] = array


def read_group(file, path):
    """Return an object's own arrays as a dict; empty if the file has none.

    Raises:
        ValueError: if the group links out of the file, or declares far more data than it holds.
    """
    group = file
    for part in (f"{path}/vars" if path else "vars").split("/"):
        if part not in group:
            return {}
        group = _child(group, part, "Group")
    return {key: _array(group, key) for key in group}


def object_paths(file):
    """Return the paths of all objects that have arrays in a file, in its order.

    Raises:
        ValueError: if a group links out of the file.
    """
    found, folders = [], [("", file)]
    while folders:
        path, group = folders.pop()
        for key in group:
            if type(group.get(key, getlink=True)).__name__ != "HardLink":
                raise _refused(f"H5 file with {type(group.get(key, getlink=True)).__name__}", group, key)
        if "vars" in group:
            found.append(path)
        below = [key for key in group if key != "vars" and hasattr(group[key], "keys")]
        folders += [(f"{path}/{key}" if path else key, group[key]) for key in reversed(below)]
    return found


def _child(group, key, kind):
    """A member of a group that is what it should be: no link, no other type."""
    import h5py

    link = group.get(key, getlink=True)
    if not isinstance(link, h5py.HardLink):
        raise _refused(f"H5 file with {type(link).__name__}", group, key)
    child = group[key]
    if type(child).__name__ != kind:
        raise _refused(f"H5 file, expected {kind}, received {type(child).__name__}", group, key)
    return child


def _array(group, key):
    data = _child(group, key, "Dataset")
    if data.external or data.is_virtual:
        raise _refused("H5 file with data kept in another file", group, key)
    if data.dtype.hasobject:
        raise _refused(f"H5 file with data of type {data.dtype}", group, key)
    declared, stored = math.prod(data.shape) * data.dtype.itemsize, data.id.get_storage_size()
    if declared > MANY_BYTES and declared > MAX_EXPANSION * stored:
        raise _refused(f"H5 dataset that declares {declared:,} bytes and stores {stored:,}", group, key)
    array = np.array(data)
    return _from_bfloat16(array) if data.attrs.get("dtype") == "bfloat16" else array


def _from_bfloat16(array):
    """bfloat16 is the upper half of a float32."""
    if array.dtype.itemsize != 2:
        return array.astype("float32")
    return (np.ascontiguousarray(array).view("uint16").astype("uint32") << 16).view("float32")


def _refused(what, group, key):
    return ValueError(
        f"Not allowed: {what}.\nWhere: {group.name.rstrip('/')}/{key}. Expected: a plain array inside the file.\n"
        "Fix: do not load this file unless you know who wrote it; no weights file of Keras looks like this."
    )
