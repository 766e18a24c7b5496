"""Where the random numbers of this process stand, as plain data: to go on later, or elsewhere, with the same ones."""

import random as python_random

import numpy as np

from . import api


def random_state():
    """Return the state of Python's, NumPy's and, if it is in use, Torch's global generators, fit for JSON.

    >>> state = random_state()
    >>> a = np.random.rand()
    >>> set_random_state(state)
    >>> a == np.random.rand()
    True
    """
    version, numbers, gauss = python_random.getstate()
    kind, keys, *rest = np.random.get_state()
    own = {home.name: home.random_state() for home in api.loaded()}
    return {
        "python": [version, list(numbers), gauss],
        "numpy": [kind, keys.tolist(), *rest],
        "backends": {name: numbers for name, numbers in own.items() if numbers is not None},
    }


def set_random_state(state):
    """Go on where `random_state` was called."""
    version, numbers, gauss = state["python"]
    python_random.setstate((version, tuple(numbers), gauss))
    kind, keys, *rest = state["numpy"]
    np.random.set_state((kind, np.array(keys, "uint32"), *rest))
    for home in api.loaded():
        if home.name in state["backends"]:
            home.set_random_state(state["backends"][home.name])
