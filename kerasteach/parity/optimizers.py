"""Optimizers: twenty steps with the same gradients; schedules of the learning rate."""

import numpy as np

from .. import backend
from .case import made
from .twins import assert_equal, our_keras, real_keras

SHAPES = [(4, 3), (3,), (3, 2)]


def steps(name, case, backend_name):
    """The same weights after each of 20 steps, and the same state under the same names at the end."""
    rng = np.random.default_rng(0)
    start = [rng.normal(size=shape).astype("float32") for shape in SHAPES]
    packages = our_keras(), real_keras()
    optimizers = [made(package, name, case) for package in packages]
    weights = [[package.Variable(x, name=f"w{i}") for i, x in enumerate(start)] for package in packages]
    convert = backend.get(backend_name).convert, packages[1].ops.convert_to_tensor
    for step in range(20):
        slopes = [rng.normal(size=shape).astype("float32") for shape in SHAPES]
        for optimizer, own, tensor in zip(optimizers, weights, convert):
            optimizer.apply([tensor(g) for g in slopes], own)
        assert_equal(*[[w.numpy() for w in own] for own in weights], case.tolerance, f"weights after step {step + 1}")
    names = [[v.path for v in optimizer.variables] for optimizer in optimizers]
    assert names[0] == names[1], f"state {names[0]}, Keras has {names[1]}"
    assert_equal(*[[v.numpy() for v in optimizer.variables] for optimizer in optimizers], 10 * case.tolerance, "state")


def schedule(name, case, backend_name):
    """A learning-rate schedule: the same rate at many steps."""
    ours, theirs = made(our_keras(), name, case), made(real_keras(), name, case)
    for step in (0, 1, 2, 3, 5, 8, 13, 21, 100, 1000):
        assert_equal(np.float32(ours(step)), np.float32(theirs(step).item()), case.tolerance, f"rate at step {step}")
