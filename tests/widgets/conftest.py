"""Models every panel must be able to show, in kerasteach and in real Keras alike."""

import importlib
import os

import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")  # real Keras reads it once, when first imported


@pytest.fixture(params=["kerasteach", "keras"])
def api(request):
    """The package whose models are read: the panels promise to work on both."""
    if request.param == "keras":
        pytest.importorskip("torch")
    module = pytest.importorskip(request.param)
    importlib.import_module(f"{request.param}.layers")
    return module


@pytest.fixture
def two_inputs(api):
    """Two inputs through one shared Dense: the model of the first lesson."""
    left, right = api.layers.Input((32,), name="left"), api.layers.Input((32,), name="right")
    dense = api.layers.Dense(64, activation="relu", name="dense")
    both = api.layers.Concatenate(name="both")([dense(left), dense(right)])
    return api.Model([left, right], api.layers.Dense(1, name="out")(both), name="pair")


@pytest.fixture
def siamese(api):
    """A model inside the model, called twice, with operators and two outputs."""
    encoder = api.Sequential(
        [
            api.layers.Input((16,), name="seen"),
            api.layers.Dense(8, activation="relu", name="wide"),
            api.layers.Dense(4, name="narrow"),
        ],
        name="encoder",
    )
    left, right = api.layers.Input((16,), name="left"), api.layers.Input((16,), name="right")
    a, b = encoder(left), encoder(right)
    near = api.layers.Dense(1, name="near")((a - b) + 1)
    kind = api.layers.Dense(3, name="kind")(api.layers.Concatenate(name="both")([a, b]))
    return api.Model([left, right], [near, kind], name="siamese")


@pytest.fixture
def own_tail(api):
    """A layer fed with what it made itself: the graph of boxes has a loop and a cycle."""
    start = api.layers.Input((8,), name="start")
    dense = api.layers.Dense(8, name="dense")
    again = dense(api.layers.ReLU(name="relu")(dense(dense(start))))
    return api.Model(start, again, name="own_tail")


@pytest.fixture
def subclassed(api):
    class Subclassed(api.Model):
        def __init__(self):
            super().__init__(name="free")
            self.first = api.layers.Dense(2, name="first")
            self.second = api.layers.Dropout(0.3, name="second")

        def call(self, x):
            return self.second(self.first(x))

    return Subclassed()
