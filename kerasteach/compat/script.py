"""`python -m kerasteach run`: a script, as `python script.py` would run it."""

import ast
import builtins
import contextlib
import sys
import types
from pathlib import Path

from .. import config
from ..backend.replicas import PeerLost
from . import job
from .translate import translate_tree


class NotAScript(Exception):
    """There is no such script; the message says what to do."""


def run_script(path, args=(), backend=None):
    """Run a Python file whose Keras is kerasteach.

    `sys.argv`, `sys.path[0]`, `__name__` and `__file__` are as `python script.py` sets
    them. An error is reported with the script's own lines only. Where torchrun has started several processes, they
    train together.

    Args:
        path: the file.
        args: its arguments, strings.
        backend: `"numpy"` or `"torch"`; the default backend if not given.

    Returns:
        The exit code: 0, or 1 after an error. `sys.exit` in the script passes through.

    Raises:
        NotAScript: if the file cannot be read.
        NotForNumPy: if several processes were started, for the NumPy backend.
    """
    file = Path(path).resolve()
    source = _read(path)
    if job.is_job():
        choice = job.as_one_of_many(backend or "torch")
    else:
        choice = config.set_backend(backend) if backend else contextlib.nullcontext()
    with choice, _as_main(file, [str(path), *args]) as main:
        try:
            tree = translate_tree(ast.parse(source, str(file)))
            exec(compile(tree, str(file), "exec", dont_inherit=True), main.__dict__)
        except PeerLost:
            raise
        except Exception as error:
            _report(error, file)
            return 1
        except KeyboardInterrupt as error:
            _report(error, file)
            return 130
    return 0


def _read(path):
    file = Path(path)
    if file.suffix == ".ipynb":
        raise NotAScript(
            f"{path} is a notebook, `run` takes Python scripts.\n"
            "Fix: open it with `python -m kerasteach lab`, run `%load_ext kerasteach`, and put %%keras on top of its cells."
        )
    try:
        return file.read_bytes()
    except OSError as error:
        reason = "is a folder" if file.is_dir() else (error.strerror or str(error)).lower()
        near = sorted(file.parent.glob("*.py")) if file.parent.is_dir() else []
        there = f" Scripts there: {', '.join(p.name for p in near[:8])}." if near else ""
        raise NotAScript(f"Cannot read {path}: {reason}.{there}\nFix: give the path of a .py file, seen from {Path.cwd()}.") from None


@contextlib.contextmanager
def _as_main(file, argv):
    """Let a fresh module be `__main__` and the command line be the script's; afterwards all is as it was."""
    main = types.ModuleType("__main__")
    main.__file__ = str(file)
    main.__builtins__ = builtins
    before = sys.argv, sys.path[:], sys.modules["__main__"]
    sys.argv, sys.path[0], sys.modules["__main__"] = argv, str(file.parent), main
    try:
        yield main
    finally:
        sys.argv, sys.path[:], sys.modules["__main__"] = before


def _report(error, file):
    """Show an error as Python does, from the script's first line on."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename != str(file):
        frames = frames.tb_next
    sys.stdout.flush()
    sys.excepthook(type(error), error.with_traceback(frames), frames)
