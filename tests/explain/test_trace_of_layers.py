"""Every layer, in every configuration of the parity tables, is traced and computed again, on both backends."""

import importlib
import pkgutil

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import tree
from kerasteach.explain import replay, trace
from kerasteach.parity import tables
from kerasteach.parity.case import drawn, made

CASES = {}
for file in pkgutil.iter_modules(tables.__path__):
    found = importlib.import_module(f"{tables.__name__}.{file.name}").CASES
    CASES |= {name: cases for name, cases in found.items() if name.startswith("layers.") and name[7].isupper()}
# Layers that make text, or need it, or whose output has no rows: nothing to train on.
WITHOUT = {
    "layers.TextVectorization", "layers.StringLookup", "layers.HashedCrossing", "layers.Hashing", "layers.IntegerLookup",
    "layers.CategoryEncoding", "layers.Discretization", "layers.Normalization", "layers.Wrapper",
}  # fmt: skip


class Around(keras.Model):
    """A model of one layer, whose output is summed up to a number a sample."""

    def __init__(self, layer, kwargs, many):
        super().__init__(name="around")
        self.layer, self.given, self.many = layer, kwargs, many

    def call(self, x):
        out = self.layer(*x, **self.given) if self.many else self.layer(x, **self.given)
        out = tree.flatten(out)[0]
        out = keras.ops.cast(out, "float32")
        return keras.ops.sum(keras.ops.reshape(out, (keras.ops.shape(out)[0], -1)), axis=-1, keepdims=True) * 0.01


def traced(name, case, backend):
    """The trace of a step; None if the layer cannot be trained this way."""
    keras.utils.clear_session()
    with keras.config.set_backend(backend):
        keras.utils.set_random_seed(0)
        args, kwargs = drawn(case.on)
        model = Around(made(keras, name, case), kwargs, len(args) > 1)
        model.compile("sgd", "mse")
    x = list(args) if len(args) > 1 else args[0]
    y = np.ones((len(tree.flatten(x)[0]), 1), "float32")
    try:
        model.train_on_batch(x, y)
    except (ValueError, TypeError, RuntimeError, AttributeError, IndexError, NotImplementedError):
        return None
    return trace(model, x, y)


@pytest.mark.parametrize("name", sorted(CASES.keys() - WITHOUT))
def test_every_layer(name):
    seen = 0
    for case in CASES[name]:
        for backend in ("numpy", "torch"):
            step = traced(name, case, backend)
            if step is None:
                continue
            again = replay(step)
            assert step.notes == [] and again.worst <= 1e-6, (case, backend, again)
            assert again.is_exact or backend == "torch", (case, again)
            seen += 1
    assert seen, "no configuration of this layer can be trained"
