"""What a student has done so far, in one small file that outlives the kernel.

It lies in the user's own data folder, or where the environment variable KERASTEACH_PROGRESS says; `off` keeps nothing.
Each deed is a line of JSON put at its end, so that several notebooks may write at once, and a broken line costs itself alone.
The file is never needed: if it cannot be read or written, exercises work as ever.
"""

import contextlib
import json
import os
import sys
from pathlib import Path

SETTING = "KERASTEACH_PROGRESS"


def path():
    """Return where progress is kept, or `None` if it is not."""
    said = os.environ.get(SETTING, "")
    if said.lower() == "off" or "NBGRADER_EXECUTION" in os.environ:  # a teacher's machine grades many students
        return None
    return Path(said).expanduser() if said else _data_folder() / "kerasteach" / "progress.jsonl"


def _data_folder():
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")


def load():
    """Return `{(notebook, question): {"outcome": ..., "attempts": ..., "hints": ...}}`; empty if there is no file."""
    kept = {}
    for line in _lines():
        with contextlib.suppress(ValueError, KeyError, TypeError):
            _apply(kept, **json.loads(line))
    return kept


def _lines():
    try:
        place = path()
        return place.read_text("utf-8", errors="replace").splitlines() if place else []
    except (OSError, RuntimeError):  # RuntimeError: no home
        return []


def _apply(kept, notebook, question, outcome=None, hints=0, reset=False):
    """One line's deed. Once correct, a question stays so until it is reset."""
    own = kept.setdefault((notebook, question), {"outcome": None, "attempts": 0, "hints": 0})
    if reset:
        del kept[notebook, question]
        return
    own["hints"] = max(own["hints"], hints)
    if outcome:
        own["attempts"] += 1
        own["outcome"] = "correct" if own["outcome"] == "correct" else outcome


def note(notebook, question, **deed):
    """Keep a deed: `outcome=` of a check, `hints=` shown so far, or `reset=True`."""
    line = json.dumps({"notebook": notebook, "question": question, **deed})
    with contextlib.suppress(OSError, RuntimeError):
        if place := path():
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")

