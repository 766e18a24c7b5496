"""Training steps kept number by number."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import explain, layers


def fitted(backend, record=True, **settings):
    keras.utils.set_random_seed(0)
    with keras.config.set_backend(backend):
        model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu", name="a"), layers.Dense(1, name="b")])
    model.compile("adam", "mse", **settings)
    rng = np.random.default_rng(0)
    x, y = rng.random((96, 4), "float32"), rng.random((96, 1), "float32")
    if not record:
        return model.fit(x, y, verbose=0).history, model
    with explain.recording(model) as kept:
        history = model.fit(x, y, verbose=0).history
    return history, model, kept


def test_recorded_steps_train_as_others_do(backend):
    plain, model = fitted(backend, record=False)
    told, recorded, kept = fitted(backend)
    assert told == plain and len(kept.steps) == 3
    for a, b in zip(model.get_weights(), recorded.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_numbers_belong_together(backend):
    """The lines of the text hold between the numbers that were kept."""
    _, _, kept = fitted(backend)
    for step in kept.steps:
        hidden = np.maximum(step["data_0"] @ step["a_kernel"] + step["a_bias"], 0)
        outputs = [v for name, v in step.items() if name.startswith("v") and v.shape == (32, 8)]
        np.testing.assert_allclose(outputs[-1], hidden, rtol=1e-5, atol=1e-6)
    first, second = kept.steps[0]["a_kernel"], kept.steps[1]["a_kernel"]
    assert not np.array_equal(first, second), "weights are kept as they were, not as they are"


def test_gradients_are_those_of_finite_differences():
    _, _, kept = fitted("numpy")
    step = kept.steps[0]

    def loss(kernel):
        h = np.maximum(step["data_0"] @ kernel + step["a_bias"], 0)
        return float(np.mean((h @ step["b_kernel"] + step["b_bias"] - step["data_1"]) ** 2))

    kernel, nudge = step["a_kernel"].astype("float64"), np.zeros_like(step["a_kernel"], "float64")
    nudge[1, 2] = 1e-4
    assert step["g_a_kernel"][1, 2] == pytest.approx((loss(kernel + nudge) - loss(kernel - nudge)) / 2e-4, abs=1e-5)


def test_only_the_last_steps_and_the_names_asked_for_are_kept(backend):
    _, model, _ = fitted(backend)
    x, y = np.ones((320, 4), "float32"), np.ones((320, 1), "float32")
    with explain.recording(model, keep=2, names=["a_bias"]) as kept:
        model.fit(x, y, verbose=0)
    assert [list(step) for step in kept.steps] == [["a_bias"], ["a_bias"]]
    assert kept.nbytes == 2 * 8 * 4


def test_afterwards_nobody_listens(backend):
    _, model, kept = fitted(backend)
    model.fit(np.ones((64, 4)), np.ones((64, 1)), verbose=0)
    assert len(kept.steps) == 3


def test_steps_op_by_op_say_that_they_cannot_be_recorded(backend):
    with pytest.raises(ValueError, match="could be recorded: it runs op by op"):
        fitted(backend, run_eagerly=True)
