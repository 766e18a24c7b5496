"""What tests share: each backend in turn, and names and random numbers that start afresh."""

import os

# Read once, when NumPy and Torch are first imported: on small arrays threads that wait for each other cost more than
# they bring, and the tests run several workers side by side anyway.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("KERASTEACH_PROGRESS", "off")  # what tests answer is nobody's progress
os.environ.setdefault("KERAS_BACKEND", "torch")  # real Keras reads it once, when first imported

import numpy as np
import pytest

import kerasteach as kt
from kerasteach import errors

errors.strict = True  # a fault of the shape coach fails the test that meets it


@pytest.fixture(params=["numpy", "torch"])
def backend(request):
    """Name of the backend on which the test makes its models."""
    if request.param == "torch":
        pytest.importorskip("torch")
    with kt.config.set_backend(request.param):
        yield request.param


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def fresh():
    """Names start at `dense`, random numbers at seed 0."""
    kt.utils.clear_session()
    kt.utils.set_random_seed(0)


@pytest.fixture
def same_error(backend):
    """Function: assert that a recipe, a function of the package, raises here what it raises in Keras, and says something."""
    keras = pytest.importorskip("keras")

    def check(recipe):
        with pytest.raises(Exception) as theirs:
            recipe(keras)
        with pytest.raises(theirs.type) as ours:
            recipe(kt)
        assert len(str(ours.value)) > 20

    return check


def pytest_configure(config):
    """Real Keras's Torch tensors, read as arrays, warn at every turn."""
    config.addinivalue_line("filterwarnings", "ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


def pytest_terminal_summary(terminalreporter):
    """What proving the exercises has shown, as a table, whichever worker did it."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)]
    rows = sorted(text for report in reports if report.when == "call" for name, text in report.user_properties if name == "proof")
    if rows:
        from kerasteach.learn.proof import HEAD, line

        terminalreporter.section("exercises, proved by their named mistakes")
        terminalreporter.write_line("\n".join([line(HEAD), *rows]))
