"""Assets: files that layers keep beside their variables, as the vocabulary of a TextVectorization.

A layer with `save_assets(folder)` writes what it likes into a folder of its own; `load_assets(folder)` reads it
back. In a `.keras` file the folder is `assets/<path of the layer>`.
"""

import os
import tempfile

from . import archive
from .walk import walk


def collected(model):
    """Return the assets of all layers: name inside the file -> bytes."""
    found = {}
    for path, obj in walk(model):
        if not hasattr(type(obj), "save_assets"):
            continue
        with tempfile.TemporaryDirectory() as folder:
            obj.save_assets(folder)
            for here, _, names in os.walk(folder):
                for name in sorted(names):
                    full = os.path.join(here, name)
                    inside = os.path.relpath(full, folder).replace(os.sep, "/")
                    with open(full, "rb") as file:
                        found[f"{path}/{inside}" if path else inside] = file.read()
    return found


def given_back(model, members):
    """Let every layer read its assets again.

    Args:
        model: the model.
        members: the open archive; its names have been checked to stay inside.
    """
    for path, obj in walk(model):
        if not hasattr(type(obj), "load_assets"):
            continue
        start = f"{archive.ASSETS}/{path}/" if path else f"{archive.ASSETS}/"
        with tempfile.TemporaryDirectory() as folder:
            for name in members.names:
                if name.startswith(start) and not name.endswith("/"):
                    target = os.path.join(folder, *name.removeprefix(start).split("/"))
                    os.makedirs(os.path.dirname(target), exist_ok=True)
                    with open(target, "wb") as file:
                        file.write(members.read(name))
            obj.load_assets(folder)
