"""Objects one calls: losses, metrics, initializers, regularizers, constraints."""

import numpy as np

from . import functions
from .case import drawn, made
from .functions import our_slopes, tensors, their_slopes, their_tensors
from .twins import assert_equal, assert_same_config, our_keras, real_keras


def forward(name, case, backend_name):
    """The same number, or tensor, for the same arguments."""
    ours, theirs = _pair(name, case)
    args, kwargs = drawn(case.on)
    assert_equal(ours(*tensors(args, backend_name), **kwargs), theirs(*their_tensors(args), **kwargs), case.tolerance)


def gradient(name, case, backend_name):
    """The same slopes towards the arguments."""
    ours, theirs = _pair(name, case)
    args, kwargs = drawn(case.on)
    a = our_slopes(lambda x: ours(*x, **kwargs), args, [], backend_name)
    b = their_slopes(lambda x: theirs(*x, **kwargs), args, [])
    assert_equal(a, b, 10 * case.tolerance, "gradient")


def config(name, case, backend_name):
    """The same config; each package makes the object again from the other's."""
    ours, theirs = _pair(name, case)
    a, b = ours.get_config(), theirs.get_config()
    assert_same_config(a, b)
    assert_same_config(type(ours).from_config(b).get_config(), a)
    assert_same_config(type(theirs).from_config(a).get_config(), b)


def updates(name, case, backend_name):
    """A metric: the same result after one batch and after two, and 0 again after a reset; weighted or not."""
    ours, theirs = _pair(name, case)
    for seed in (0, 1):
        args, kwargs = drawn(case.on, seed)
        ours.update_state(*tensors(args, backend_name), **kwargs)
        theirs.update_state(*their_tensors(args), **kwargs)
        assert_equal(ours.result(), theirs.result(), case.tolerance, f"result after batch {seed + 1}")
    assert_equal([v.numpy() for v in ours.variables], [v.numpy() for v in theirs.variables], case.tolerance, "state")
    ours.reset_state()
    theirs.reset_state()
    assert_equal([v.numpy() for v in ours.variables], [v.numpy() for v in theirs.variables], case.tolerance, "reset state")


def draws(name, case, backend_name):
    """An initializer: the same shape and dtype, and numbers of the same mean and spread."""
    ours, theirs = _pair(name, case)
    args, kwargs = case.on
    a, b = np.asarray(functions.numbers(ours(*args, **kwargs))), functions.numbers(theirs(*args, **kwargs))
    assert (a.shape, a.dtype) == (b.shape, b.dtype), f"{a.shape} {a.dtype}, Keras has {b.shape} {b.dtype}"
    spread = max(float(b.std()), 1e-6)
    assert abs(float(a.mean()) - float(b.mean())) < 0.25 * spread, f"mean {a.mean()}, Keras has {b.mean()}"
    assert abs(float(a.std()) / spread - float(b.std()) / spread) < 0.25, f"deviation {a.std()}, Keras has {b.std()}"


def _pair(name, case):
    return made(our_keras(), name, case), made(real_keras(), name, case)
