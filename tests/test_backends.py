"""Two backends in one process: the same seed, the same model, the same numbers."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import layers

pytest.importorskip("torch")
X = np.random.default_rng(1).random((96, 5), "float32")
Y = (X.sum(axis=1, keepdims=True) > 2.5).astype("float32")


def model(backend, dropout=0.0, optimizer="adam"):
    keras.utils.set_random_seed(5)
    with keras.config.set_backend(backend):
        made = keras.Sequential(
            [keras.Input((5,)), layers.Dense(16, activation="relu"), layers.Dropout(dropout), layers.Dense(1)]
        )
        made.compile(optimizer, "mse", metrics=["mae"])
    return made


def losses(made, steps=10):
    return [made.train_on_batch(X[i : i + 8], Y[i : i + 8])[0] for i in range(0, 8 * steps, 8)]


def test_the_same_seed_gives_the_same_first_weights():
    for a, b in zip(model("numpy").get_weights(), model("torch").get_weights()):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adam", "adamw", "adagrad"])
def test_ten_steps_have_the_same_losses(optimizer):
    assert losses(model("numpy", optimizer=optimizer)) == pytest.approx(losses(model("torch", optimizer=optimizer)), abs=1e-5)


def test_dropout_draws_the_same_masks():
    assert losses(model("numpy", dropout=0.5)) == pytest.approx(losses(model("torch", dropout=0.5)), abs=1e-5)
    by_fit = [model(home, 0.3).fit(X, Y, epochs=2, verbose=0).history["loss"] for home in ("numpy", "torch")]
    assert by_fit[0] == pytest.approx(by_fit[1], abs=1e-5)  # also the order of the samples


def test_moving_in_mid_training_keeps_the_path():
    stays, moves = model("numpy"), model("numpy")
    expected = [stays.fit(X, Y, epochs=2, shuffle=False, verbose=0).history["loss"] for _ in range(3)]
    got = []
    for home in ("torch", "numpy", "torch"):
        got.append(moves.fit(X, Y, epochs=2, shuffle=False, verbose=0).history["loss"])
        assert moves.to(home) is moves and moves.backend == home
    np.testing.assert_allclose(got, expected, atol=1e-5)
    assert int(moves.optimizer.iterations.numpy()) == int(stays.optimizer.iterations.numpy()) == 18


def test_predictions_are_arrays_on_either_backend():
    for home in ("numpy", "torch"):
        made = model(home)
        assert isinstance(made.predict(X, verbose=0), np.ndarray)
        assert keras.backend.get(home).is_tensor(made(X))


def test_a_backend_is_a_property_of_a_model_not_of_the_process():
    a, b = model("numpy"), model("torch")
    assert (a.backend, b.backend, keras.config.backend()) == ("numpy", "torch", "numpy")
    np.testing.assert_allclose(a.predict(X, verbose=0), b.predict(X, verbose=0), atol=1e-6)


def test_value_and_gradients_of_your_own(backend):
    w = keras.Variable([1.0, 2.0])
    loss, kept, (g,) = keras.backend.value_and_gradients(lambda: (keras.ops.sum(w * w), "kept"), [w])
    assert float(loss) == 5.0 and kept == "kept"
    np.testing.assert_array_equal(keras.backend.to_numpy(g), [2.0, 4.0])


def test_unknown_backends_say_what_there_is():
    with pytest.raises(ValueError, match=r"Expected .*'numpy'.*'torch'"):
        model("numpy").to("jax")
    with pytest.raises(ValueError, match="Expected one of 'numpy', 'torch'"):
        keras.config.set_backend("jax")
