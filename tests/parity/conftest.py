"""Twins: one model in kerasteach and in real Keras, with the same names and the same weights.

A test says once what it does, as a function of the package (`kerasteach` or `keras`), and compares what came out.
"""

import os

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")  # real Keras reads it once, when first imported
pytest.importorskip("torch")
keras = pytest.importorskip("keras")

import kerasteach as kt  # noqa: E402


@pytest.fixture(autouse=True)
def same_names():
    """Automatic names start at `dense` in both packages, and random numbers at one seed, whatever ran before."""
    kt.utils.clear_session()
    kt.utils.set_random_seed(1)
    keras.utils.clear_session(free_memory=False)


@pytest.fixture
def twins(backend):
    """Function: make one model in both packages, with the weights of the first; [(package, model)] twice."""

    def build(make):
        ours, theirs = make(kt), make(keras)
        theirs.set_weights(ours.get_weights())
        return [(kt, ours), (keras, theirs)]

    return build


@pytest.fixture
def both(backend):
    """Function: what a recipe gives, or raises, in kerasteach and in Keras."""

    def run(recipe):
        return [outcome(recipe, api) for api in (kt, keras)]

    return run


def outcome(recipe, api):
    try:
        return recipe(api)
    except Exception as error:
        return error


def numbers(x):
    """Any tensor, of either package, as an array."""
    return np.asarray(x.detach().cpu() if hasattr(x, "detach") else kt.backend.to_numpy(x))


@pytest.fixture
def close():
    """Function: assert that two structures of numbers agree to 1e-5, with the same keys in the same order."""
    return assert_close


def assert_close(ours, theirs, tolerance=1e-5):
    if isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        ours, theirs = list(ours.values()), list(theirs.values())
    if isinstance(theirs, (list, tuple)):
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs):
            assert_close(a, b, tolerance)
    else:
        np.testing.assert_allclose(numbers(ours), numbers(theirs), rtol=tolerance, atol=tolerance)
