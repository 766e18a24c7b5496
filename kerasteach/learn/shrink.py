"""The smallest counterexample: cases come smallest first, then the numbers of the one that fails are made simple."""

import itertools

import numpy as np

SIMPLE = (0.0, 1.0, -1.0)  # simplest first
DRAWS = 10_000  # before a combination of sizes is given up


def halves(rng, *shape):
    """Return numbers from -1 to 1 in steps of a half: with a few of them every product and sum is exact, and short to read."""
    return rng.integers(-2, 3, shape) / 2


def smallest_first(draw, allowed=lambda case: True, each=2, **sizes):
    """Return cases of all combinations of sizes, the smallest first; the same ones every time.

    Args:
        draw: function(rng, **sizes) -> case, a dict of named arguments.
        allowed: function(case) -> whether to keep it; another is drawn if not.
        each: how many cases of each combination.
        sizes: for each name the sizes to take.

    Raises:
        ValueError: if no case of a combination is allowed.

    >>> cases = smallest_first(lambda rng, n: {"x": rng.integers(0, 9, n)}, n=(1, 3), each=1)
    >>> [case["x"].shape for case in cases]
    [(1,), (3,)]
    """
    cases = []
    for combination in sorted(itertools.product(*sizes.values()), key=lambda c: (sum(c), c)):
        for number in range(each):
            rng = np.random.default_rng([*combination, number])
            named = dict(zip(sizes, combination))
            case = next(filter(allowed, (draw(rng, **named) for _ in range(DRAWS))), None)
            if case is None:
                raise ValueError(f"None of {DRAWS:,} cases drawn with {named} is allowed. Leave this combination of sizes out.")
            cases.append(case)
    return cases


def simplify(case, fails, simple=None):
    """Return a failing case with one number after another replaced by a simpler one, as long as it still fails.

    Args:
        case: named arguments; only arrays are changed.
        fails: function(case) -> whether the answer is wrong there.
        simple: `{name: numbers to try in its place, simplest first}`; `SIMPLE` for names not in it.

    >>> simplify({"x": np.array([2.5, 1.5])}, lambda case: case["x"].sum() > 2)
    {'x': array([1. , 1.5])}
    """
    simple = simple or {}
    changed = True
    while changed:
        changed = False
        for name, place in _places(case):
            for number in _simpler(case[name][place], simple.get(name, SIMPLE)):
                candidate = {**case, name: _with(case[name], place, number)}
                if fails(candidate):
                    case, changed = candidate, True
                    break
    return case


def _places(case):
    return [(name, place) for name, x in case.items() if isinstance(x, np.ndarray) for place in np.ndindex(x.shape)]


def _simpler(number, simple):
    """The numbers that are simpler than this one."""
    return simple[: simple.index(number)] if number in simple else simple


def _with(array, place, number):
    array = array.copy()
    array[place] = number
    return array
