"""Notebook files: read, run, and written so that the same content is the same bytes."""

import hashlib
import json
import os
from pathlib import Path

from ..progress import watched

_VIEW = "application/vnd.jupyter.widget-view+json"
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_LANGUAGE = {  # what ipykernel says, without the version
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


def loads(text):
    """Return a notebook as a dict, each source one string."""
    nb = json.loads(text)
    for cell in nb["cells"]:
        cell["source"] = "".join(cell["source"])
    return nb


def read(path):
    """Return the notebook in a file, as `loads` does."""
    return loads(Path(path).read_text("utf-8"))


def dumps(nb):
    """Return a notebook as the text Jupyter would write, keys in order and one line of source a line.

    >>> nb = {"cells": [{"source": "a = 1\\na", "cell_type": "code"}], "nbformat": 4}
    >>> json.loads(dumps(nb))["cells"][0]["source"]
    ['a = 1\\n', 'a']
    """
    cells = [{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in nb["cells"]]
    return json.dumps({**nb, "cells": cells}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write_text(path, text):
    """Write a file, whole or not at all; return whether it has changed."""
    path = Path(path)
    if path.exists() and path.read_text("utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.tmp")
    unfinished.write_text(text, "utf-8")
    os.replace(unfinished, path)
    return True


def normalize(nb):
    """Drop what differs from machine to machine or is of no use in a file; outputs stay.

    That is: widget state and views, run times, the Python version, how Jupyter shows a cell.

    Args:
        nb: a notebook as a dict; it is changed.

    Returns:
        The notebook.

    >>> nb = {"metadata": {"widgets": {}, "language_info": {"version": "3.11"}}, "cells": []}
    >>> sorted(normalize(nb)["metadata"])
    ['kernelspec', 'language_info']
    """
    nb["metadata"].pop("widgets", None)
    nb["metadata"] |= {"kernelspec": dict(_KERNEL), "language_info": dict(_LANGUAGE)}
    for cell in nb["cells"]:
        for key in ("execution", "collapsed", "scrolled", "trusted", "jupyter"):
            cell["metadata"].pop(key, None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(_VIEW, None)
            output.get("metadata", {}).pop(_VIEW, None)
    return nb


def execute(path, timeout=600):
    """Run a notebook from top to bottom in a new kernel, in its own folder, and store it with its outputs.

    Args:
        path: the notebook; it is replaced only if every cell has run.
        timeout: seconds a cell may take.

    Returns:
        Whether the file has changed.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell raises and has no tag `raises-exception`.
    """
    import nbformat
    from nbclient import NotebookClient

    path = Path(path)
    nb = nbformat.read(path, as_version=4)
    cells = watched(nb.cells, f"running {path.name}", "cells")
    NotebookClient(
        nb,
        on_cell_start=lambda cell, cell_index: next(cells, None),
        kernel_name="python3",
        timeout=timeout,
        record_timing=False,  # times would differ in every run
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent.resolve())}},
    ).execute()
    cells.close()
    ran = normalize(loads(nbformat.writes(nb)))
    ran["metadata"]["kerasteach"] = {"ran": fingerprint(ran)}
    return write_text(path, dumps(ran))


def fingerprint(nb):
    """A few letters that change when any code of a notebook does; text may change without."""
    code = [cell["source"] for cell in nb["cells"] if cell["cell_type"] == "code"]
    return hashlib.sha256(json.dumps(code).encode()).hexdigest()[:12]


def stale(path):
    """Say why a stored notebook is not what running it would store; empty if it is.

    Nothing is run: a notebook holds the fingerprint of the code it ran last. Whether its outputs are still what that code gives
    is what nbval finds out.
    """
    nb = read(path)
    if nb["metadata"].get("kerasteach", {}).get("ran") != fingerprint(nb):
        return "its code was changed after it ran"
    return "" if dumps(normalize(nb)) == Path(path).read_text("utf-8") else "not stored as the command stores it"
