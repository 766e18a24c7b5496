"""What `python -m kerasteach exercises` can do."""

import sys

from .exercise import numbers


def main(verb, wanted=(), check=False):
    """Run a verb on exercises; return the exit code: 0 if all is well, 1 if not, 2 if it made no sense."""
    names = [f"{int(number):02}" if number.isdecimal() else number for number in wanted]
    unknown = [number for number in names if number not in numbers()]
    if unknown:
        print(f"There is no exercise {', '.join(unknown)}. There are: {', '.join(numbers())}.", file=sys.stderr)
        return 2
    return _VERBS[verb](names, check)


def _make(names, check):
    from .generate import generate

    return generate(check=check)


def _verify(names, check):
    from .proof import verify

    return verify(names or numbers())


_VERBS = {"make": _make, "verify": _verify}
