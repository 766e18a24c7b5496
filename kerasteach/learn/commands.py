"""What `python -m kerasteach exercises` can do."""

import contextlib
import sys
from pathlib import Path

from .course import next_question, progress
from .exercise import exercise, numbers
from .limit import TooSlow, time_limit
from .notebooks import dumps, read, write_text
from .observe import no_trace
from .result import Outcome
from .sheet import run_answers

_SECONDS = 120  # for all cells of a notebook, the checks left out


def main(verb, wanted=(), check=False):
    """Run a verb on exercises; return the exit code: 0 if all is well, 1 if not, 2 if it made no sense."""
    names = [f"{int(number):02}" if number.isdecimal() else number for number in wanted]
    unknown = [number for number in names if number not in numbers()]
    if unknown:
        return _refuse(f"There is no exercise {', '.join(unknown)}. There are: {', '.join(numbers())}.")
    if verb in ("check", "reset") and len(names) != 1:
        return _refuse(f"Say which: python -m kerasteach exercises {verb} {numbers()[0]}")
    if names and verb in ("list", "next", "make"):
        return _refuse(f"`{verb}` is about all exercises; it takes no number.")
    if check and verb != "make":
        return _refuse("--check belongs to `make`: is exercises/ what solutions/ makes?")
    return _VERBS[verb](names, check)


def _refuse(text):
    print(text, file=sys.stderr)
    return 2


def _list(names, check):
    print(progress())
    return 0


def _next(names, check):
    found = next_question()
    if found is None:
        print("All questions are answered. What will you build?")
        return 0
    ex, question = found
    print(f"Exercise {ex.number}, {ex.title}: {question.name}, {question.task.name}: {question.task.asks}")
    print(f"Open it: python -m kerasteach lab {_shown(_notebook(ex))}")
    return 0


def _check(names, check):
    """Run a student's notebook without its checks, then check every answer in it."""
    ex = exercise(names[0])
    path = _notebook(ex)
    if not path.is_file():
        return _refuse(f"There is no {path}. Run this in the folder that has exercises/.")
    failures = []
    try:
        nb = read(path)
        with no_trace(), time_limit(_SECONDS):
            space = run_answers(nb, failures)
    except (ValueError, KeyError, TypeError):
        print(f"✗ {_shown(path)} is no notebook.")
        return 1
    except TooSlow:
        print(f"✗ {_shown(path)}: its cells were stopped after {_SECONDS} seconds. Does a loop never end?")
        return 1
    for cell, error in failures:
        print(f"✗ the cell {cell} raises {type(error).__name__}: {error}")
    for question in ex:
        print(question.check(space.get(question.task.name)))
    print(ex)
    return 0 if all(question.result.outcome is Outcome.CORRECT for question in ex) else 1


def _reset(names, check):
    """Forget what was done in an exercise; its notebook starts again, the old one is kept beside it."""
    from .generate import repository, student_version

    ex = exercise(names[0]).reset()
    path, source = _notebook(ex), None
    with contextlib.suppress(FileNotFoundError):
        source = repository() / "solutions" / f"{ex.notebook}.ipynb"
    if source is None or not path.is_file():
        print(f"Exercise {ex.number} is as new. Its notebook was not found, and stays as it is.")
        return 0
    old, new = path.read_text("utf-8"), dumps(student_version(read(source), ex.notebook))
    if old == new:
        print(f"Exercise {ex.number} is as new.")
        return 0
    kept = next(p for i in range(1, 1000) if not (p := path.with_name(f"{path.stem}.old{i}.ipynb")).exists())
    write_text(kept, old)
    write_text(path, new)
    print(f"Exercise {ex.number} is as new. What was there is kept in {_shown(kept)}.")
    return 0


def _make(names, check):
    from .generate import generate

    return generate(check=check)


def _verify(names, check):
    from .proof import verify

    return verify(names or numbers())


def _notebook(ex):
    """A student's notebook: in exercises/ where we stand, else right here, else in the repository."""
    places = [Path("exercises"), Path(), Path(__file__).resolve().parents[2] / "exercises"]
    paths = [place / f"{ex.notebook}.ipynb" for place in places]
    return next((path for path in paths if path.is_file()), paths[0])


def _shown(path):
    with contextlib.suppress(ValueError):
        return path.resolve().relative_to(Path.cwd())
    return path


_VERBS = {"list": _list, "next": _next, "check": _check, "reset": _reset, "make": _make, "verify": _verify}
