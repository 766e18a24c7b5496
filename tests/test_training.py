"""What `fit` promises beside Keras's numbers: every row once, any kind of data, exact metrics, models left usable."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import layers, ops
from kerasteach.training.data import arrays as data

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 4)).astype("float32")
Y = (X.sum(axis=1, keepdims=True) > 0).astype("float32")


def model(**compiling):
    made = keras.Sequential([keras.Input((4,)), layers.Dense(3, "tanh"), layers.Dense(1, "sigmoid")])
    made.compile(**{"optimizer": "adam", "loss": "binary_crossentropy", "metrics": ["accuracy"]} | compiling)
    return made


def seen_by(fit, shape=(1,)):
    """The rows that training steps got, batch by batch."""
    rows = []

    class Spy(keras.Model):
        def train_step(self, batch):
            rows.append([keras.backend.to_numpy(part).copy() for part in batch])
            return {"loss": 0.0}

    x = keras.Input(shape)
    spy = Spy(x, layers.Dense(1)(x))
    spy.compile("sgd", "mse")
    fit(spy)
    return rows


@pytest.mark.parametrize("block", [1 << 24, 64], ids=["one block", "many blocks"])
def test_shuffling_shows_every_row_once_with_its_target(backend, block, monkeypatch):
    monkeypatch.setattr(data, "_BLOCK_BYTES", block)
    numbers = np.arange(50, dtype="float32")[:, None]
    rows = seen_by(lambda m: m.fit(numbers, 10 * numbers, batch_size=8, epochs=2, verbose=0))
    x = np.concatenate([batch[0] for batch in rows])[:, 0]
    np.testing.assert_array_equal(np.concatenate([batch[1] for batch in rows])[:, 0], 10 * x)
    first, second = x[:50], x[50:]
    assert sorted(first) == sorted(second) == list(range(50))
    assert list(first) != list(second) and list(first) != sorted(first)
    assert [len(batch[0]) for batch in rows] == [8, 8, 8, 8, 8, 8, 2] * 2


def test_the_order_follows_from_the_seed(backend):
    def run():
        keras.utils.set_random_seed(3)
        return model().fit(X, Y, epochs=3, verbose=0).history

    assert run() == run()


def test_without_shuffling_rows_come_as_they_are(backend):
    numbers = np.arange(20, dtype="float32")[:, None]
    rows = seen_by(lambda m: m.fit(numbers, numbers, batch_size=8, shuffle=False, verbose=0))
    assert list(np.concatenate([batch[0] for batch in rows])[:, 0]) == list(range(20))


class Table:
    """What a pandas table looks like from here."""

    def __init__(self, array):
        self.array = array

    def to_numpy(self):
        return self.array


@pytest.mark.parametrize("form", [np.asarray, np.ndarray.tolist, Table, lambda a: a.astype("float64")],
                         ids=["array", "list", "table", "float64"])  # fmt: skip
def test_one_data_set_in_many_forms(form, backend):
    def run(x, y):
        keras.utils.set_random_seed(0)
        made = model()
        return made.fit(x, y, epochs=2, verbose=0).history, made.predict(x, verbose=0)

    (expected, predicted), (history, again) = run(X, Y), run(form(X), form(Y))
    assert history == expected
    np.testing.assert_array_equal(predicted, again)


def test_a_torch_tensor_is_data_too(backend):
    torch = pytest.importorskip("torch")
    made = model()
    made.fit(torch.tensor(X), torch.tensor(Y), verbose=0)
    assert made.predict(torch.tensor(X), verbose=0).shape == (50, 1)


def test_a_generator_may_fill_the_same_arrays_again(backend):
    """Metrics look at many batches at once, later: by then the generator has overwritten its arrays."""

    def refilled():
        x, y = np.zeros((10, 4), "float32"), np.zeros((10, 1), "float32")
        for i in range(0, 50, 10):
            x[:], y[:] = X[i : i + 10], Y[i : i + 10]
            yield x, y

    def run(*given, **settings):
        keras.utils.set_random_seed(0)
        return model(metrics=["accuracy", "mae"]).fit(*given, verbose=0, **settings).history

    expected = run(X, Y, batch_size=10, shuffle=False)
    assert run(refilled()) == {name: pytest.approx(values, rel=1e-6) for name, values in expected.items()}


def test_metrics_of_sequences_of_unequal_length(backend):
    """Each sample counts once, whatever its length, and batches of other lengths can follow."""

    def batches():
        for length in (2, 5, 3):
            x = np.ones((4, length, 4), "float32")
            yield x, np.zeros((4, length, 1), "float32")

    made = keras.Sequential([keras.Input((None, 4)), layers.Dense(1, kernel_initializer="ones")])
    made.compile(keras.optimizers.SGD(0.0), "mse", metrics=["mae", "mse"])
    history = made.fit(batches(), verbose=0).history
    assert history["mae"] == [4] and history["mse"] == history["loss"] == [16]


def test_logs_read_in_the_middle_of_an_epoch_change_nothing(backend):
    """A callback that looks at every batch forces the metrics to be added up; the epoch's numbers stay the same."""

    def run(callbacks):
        keras.utils.set_random_seed(0)
        return model().fit(X, Y, batch_size=7, epochs=2, verbose=0, callbacks=callbacks).history

    look = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)
    expected = run([])
    assert run([look]) == {name: pytest.approx(values, rel=1e-6) for name, values in expected.items()}


def test_predict_keeps_structure_and_order(backend):
    x = keras.Input((4,))
    made = keras.Model(x, {"double": x * 2.0, "parts": [x + 1.0, ops.sum(x, axis=-1)]})
    out = made.predict(X, batch_size=8, verbose=0)
    np.testing.assert_allclose(out["double"], 2 * X)
    np.testing.assert_allclose(out["parts"][0], X + 1)
    np.testing.assert_allclose(out["parts"][1], X.sum(axis=1), rtol=1e-5, atol=1e-6)


def test_after_an_error_the_model_trains_on(backend):
    made = model()

    def fail(batch, logs):
        if batch == 2:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        made.fit(X, Y, batch_size=8, verbose=0, callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=fail)])
    assert int(made.optimizer.iterations) == 3
    assert len(made.fit(X, Y, epochs=2, verbose=0).history["loss"]) == 2


def test_weights_set_between_two_fits_are_where_the_second_starts(backend):
    """Weights are views of the optimizer's long vector; setting them must not cut them loose."""
    made = model(optimizer="sgd")
    made.fit(X, Y, verbose=0)
    start = [np.full(w.shape, 0.1, "float32") for w in made.get_weights()]
    made.set_weights(start)
    made.fit(X, Y, batch_size=50, verbose=0)
    moved = [w - 0.1 for w in made.get_weights()]
    assert 0 < max(np.abs(m).max() for m in moved) < 0.05


def test_two_models_share_a_layer_and_both_train_it(backend):
    shared = layers.Dense(3, name="shared")
    made = []
    for _ in range(2):
        x = keras.Input((4,))
        made.append(keras.Model(x, layers.Dense(1)(shared(x))))
        made[-1].compile(keras.optimizers.SGD(0.1), "mse")
    for each in (*made, *made):
        before = shared.get_weights()[0].copy()
        each.fit(X, Y, batch_size=50, verbose=0)
        assert not np.array_equal(before, shared.get_weights()[0])
        np.testing.assert_array_equal(made[0].get_layer("shared").get_weights()[0], made[1].get_layer("shared").get_weights()[0])


def test_a_training_loop_of_ones_own(backend):
    """`value_and_gradients` and `optimizer.apply`: what `fit` does, by hand."""
    made, optimizer = model(), keras.optimizers.SGD(0.5)
    loss_of = keras.losses.BinaryCrossentropy()
    home = keras.backend.get(made.backend)
    x, y = home.convert(X), home.convert(Y)
    losses = []
    for _ in range(30):
        loss, _, gradients = home.value_and_gradients(lambda: (loss_of(y, made(x, training=True)), None), made.trainable_variables)
        optimizer.apply(gradients, made.trainable_variables)
        losses.append(float(loss))
    assert losses[-1] < 0.8 * losses[0]
