"""The lesson's two-input model, the cases it is tried on, and its arithmetic in NumPy."""

import functools

import numpy as np

from ... import config, layers, models, optimizers
from ..shrink import halves, smallest_first

WEIGHTS = ("kernel", "bias", "out_kernel", "out_bias")


def two_input_model(features, units):
    """Return the lesson's model: one Dense layer, used on both inputs."""
    first, second = layers.Input((features,)), layers.Input((features,))
    shared = layers.Dense(units, activation="relu")
    joined = layers.Concatenate()([shared(first), shared(second)])
    return models.Model([first, second], layers.Dense(1, activation="sigmoid")(joined))


def loaded_model(case):
    """Return the model with a case's weights, compiled so that one step subtracts exactly the gradient."""
    model = _compiled(*case["kernel"].shape, config.backend())
    model.set_weights([case[name] for name in WEIGHTS])
    return model


@functools.lru_cache
def _compiled(features, units, backend):
    model = two_input_model(features, units)
    model.compile(optimizers.SGD(learning_rate=1.0), loss="binary_crossentropy")
    return model


def draw(rng, batch, features, units):
    """Return inputs, labels and weights in halves between -1 and 1, the bias a quarter off."""

    return {
        "x1": halves(rng, batch, features),
        "x2": halves(rng, batch, features),
        "y": rng.integers(0, 2, (batch, 1)).astype(float),
        "kernel": halves(rng, features, units),
        "bias": halves(rng, units) + 0.25,
        "out_kernel": halves(rng, 2 * units, 1),
        "out_bias": halves(rng, 1),
    }


def draw_unlabeled(rng, batch, features, units):
    """Return the same without labels."""
    return {name: array for name, array in draw(rng, batch, features, units).items() if name != "y"}


def moderate(case):
    """Whether no score is so large that its sigmoid is almost 0 or 1, and mistakes hide behind it."""
    h = relu(sums(case["x1"], case["x2"], case["kernel"], case["bias"]))
    return bool((abs(h @ case["out_kernel"] + case["out_bias"]) < 6).all())


def smooth(case):
    """`moderate`, and no sum before a ReLU is 0, where its gradient is a convention."""
    return moderate(case) and bool((sums(case["x1"], case["x2"], case["kernel"], case["bias"]) != 0).all())


def model_cases(draw, allowed):
    """Return all small cases, the smallest first, and one that is larger."""
    # Many of the very smallest, so that most mistakes show there already.
    one = smallest_first(draw, allowed, each=16, batch=(1,), features=(1,), units=(1,))
    small = smallest_first(draw, allowed, batch=(1, 2, 3), features=(1, 2, 3), units=(1, 2, 3))
    return [*one, *small, *smallest_first(draw, allowed, each=1, batch=(5,), features=(8,), units=(4,))]


# The arithmetic, for the wrong answers to go wrong in. Shapes: x (batch, features), kernel (features, units).


def relu(z):
    """Negative numbers become 0."""
    return np.maximum(z, 0)


def sigmoid(score):
    """Any number becomes one between 0 and 1."""
    return 1 / (1 + np.exp(-score))


def join(h1, h2):
    """Side by side: `(batch, 2 * units)`."""
    return np.concatenate([h1, h2], axis=1)


def sums(x1, x2, kernel, bias):
    """What goes into the ReLU, of both branches side by side."""
    return join(x1 @ kernel + bias, x2 @ kernel + bias)
