"""What a student has done so far, in one small file that outlives the kernel.

It lies in the user's own data folder, or where the environment variable KERASTEACH_PROGRESS says; `off` keeps nothing.
The file is never needed: if it cannot be read or written, exercises work as ever.
"""

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
    return Path(said).expanduser() if said else _data_folder() / "kerasteach" / "progress.json"


def _data_folder():
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")


def load():
    """Return `{notebook: {question: {"outcome": ..., "attempts": ..., "hints": ...}}}`; empty if there is no such file."""
    place = path()
    try:
        kept = json.loads(place.read_text("utf-8")) if place else {}
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) and all(isinstance(own, dict) for own in kept.values()) else {}


def of(notebook, question):
    """Return what is kept of one question, as a dict."""
    return load().get(notebook, {}).get(question, {})


def note(notebook, question, **facts):
    """Keep facts of one question. Once correct, it stays so until it is reset."""

    def change(kept):
        own = kept.setdefault(notebook, {}).setdefault(question, {})
        if own.get("outcome") == "correct":
            facts.pop("outcome", None)
        own.update(facts)

    _change(change)


def forget(notebook, question=None):
    """Forget one question, or a whole notebook."""

    def change(kept):
        if question:
            kept.get(notebook, {}).pop(question, None)
        else:
            kept.pop(notebook, None)

    _change(change)


def _change(change):
    """Read, change, write whole or not at all: another kernel may read at any time."""
    place = path()
    if place is None:
        return
    kept = load()
    change(kept)
    unfinished = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")
        os.replace(unfinished, place)
    except OSError:
        unfinished.unlink(missing_ok=True)
