"""Training by hand with `GradientTape`: on both backends the numbers of `fit`, alone and within a `train_step`."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import ops

RNG = np.random.default_rng(0)
X = RNG.normal(size=(32, 4)).astype("float32")
Y = RNG.normal(size=(32, 1)).astype("float32")


def model_of(cls=keras.Model, **layer):
    x = keras.Input((4,))
    h = keras.layers.Dense(8, activation="tanh", kernel_regularizer="l2", **layer)(x)
    model = cls(x, keras.layers.Dense(1, **layer)(h))
    draw = np.random.default_rng(1)
    model.set_weights([draw.normal(size=w.shape).astype("float32") for w in model.get_weights()])
    return model


def numbers(x):
    return np.array(keras.backend.to_numpy(x))


def fitted(**layer):
    model = model_of(**layer)
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    history = model.fit(X, Y, epochs=2, batch_size=8, shuffle=False, verbose=0).history
    return history, model.get_weights()


def assert_same_weights(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


# Loops by hand


def test_a_loop_by_hand_is_fit(backend):
    model, optimizer, loss_fn = model_of(), keras.optimizers.Adam(0.01), keras.losses.MeanSquaredError()
    losses = []
    for _ in range(2):
        mean = keras.metrics.Mean()
        for start in range(0, 32, 8):
            x, y = X[start : start + 8], Y[start : start + 8]
            with keras.GradientTape() as tape:
                loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
            optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
            mean.update_state(loss)
        losses.append(float(mean.result()))
    history, weights = fitted()
    np.testing.assert_allclose(losses, history["loss"], rtol=1e-4)
    assert_same_weights(model.get_weights(), weights)


def test_a_train_step_of_one_s_own_is_fit(backend):
    class Own(keras.Model):
        def train_step(self, data):
            x, y = data
            with keras.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compute_loss(y=y, y_pred=y_pred)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply(gradients, self.trainable_variables)
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
                else:
                    metric.update_state(y, y_pred)
            return {m.name: m.result() for m in self.metrics}

    model = model_of(Own)
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    history = model.fit(X, Y, epochs=2, batch_size=8, shuffle=False, verbose=0).history
    expected, weights = fitted()
    assert set(history) == set(expected)
    for name in expected:
        np.testing.assert_allclose(history[name], expected[name], rtol=1e-4)
    assert_same_weights(model.get_weights(), weights)


def test_losses_of_layers_do_not_pile_up(backend):
    """Each call of the model starts its list of added losses again, as in Keras."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activity_regularizer="l2")])
    for _ in range(3):
        with keras.GradientTape() as tape:
            loss = ops.sum(model(X)) + sum(model.losses)
        tape.gradient(loss, model.trainable_variables)
        assert len(model.losses) == 1


def test_mixed_precision_by_hand(backend):
    """The loop of Keras's guide: the optimizer scales the loss, and takes the scale off the gradients."""
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = model_of()
        model.compile("sgd", "mse")
        with keras.GradientTape() as tape:
            loss = model.compute_loss(y=Y, y_pred=model(X, training=True))
            scaled = model.optimizer.scale_loss(loss)
        gradients = tape.gradient(scaled, model.trainable_variables)
        assert all(str(g.dtype).endswith("float32") for g in gradients)
        before = model.get_weights()
        model.optimizer.apply(gradients, model.trainable_variables)
        assert all(np.isfinite(w).all() for w in model.get_weights()) and len(before) == 4
    finally:
        keras.config.set_dtype_policy("float32")


def test_two_tapes_at_once(backend):
    """As adversarial networks are trained: both tapes see what both blocks compute, each gives its own gradients."""
    maker, judge = keras.layers.Dense(4), keras.layers.Dense(1)
    maker.build((None, 2)), judge.build((None, 4))
    with keras.GradientTape() as first, keras.GradientTape() as second:
        fake = judge(maker(np.ones((3, 2), "float32")))
        maker_loss = ops.mean(ops.square(fake - 1.0))
        judge_loss = ops.mean(ops.square(fake)) + ops.mean(ops.square(judge(X) - 1.0))
    for_maker = first.gradient(maker_loss, maker.trainable_variables)
    for_judge = second.gradient(judge_loss, judge.trainable_variables)
    with keras.GradientTape() as alone:
        fake = judge(maker(np.ones((3, 2), "float32")))
        loss = ops.mean(ops.square(fake - 1.0))
    assert_same_weights(map(numbers, for_maker), map(numbers, alone.gradient(loss, maker.trainable_variables)))
    assert numbers(for_judge[0]).shape == (4, 1)


# The tape itself


def test_sources_keep_their_structure(backend):
    w, b, other = keras.Variable([1.0, 2.0]), keras.Variable(3.0), keras.Variable([1.0])
    with keras.GradientTape() as tape:
        loss = ops.sum(w * w) * b
    found = tape.gradient(loss, {"w": w, "rest": [b, (other,)]})
    assert numbers(found["w"]).tolist() == [6.0, 12.0] and float(found["rest"][0]) == 5.0 and found["rest"][1] == (None,)


def test_inputs_are_watched(backend):
    model = model_of()
    with keras.GradientTape() as tape:
        x = tape.watch(X.copy())
        total = ops.sum(ops.square(model(x)))
    slope = numbers(tape.gradient(total, x))
    nudged = []
    for sign in (1, -1):
        moved = X.copy()
        moved[3, 2] += sign * 1e-2
        nudged.append(float(np.square(model.predict(moved, verbose=0), dtype="float64").sum()))
    assert slope.shape == X.shape
    assert slope[3, 2] == pytest.approx((nudged[0] - nudged[1]) / 2e-2, rel=1e-2)


def test_only_what_is_trained_is_watched(backend):
    w, frozen = keras.Variable([2.0]), keras.Variable([3.0], trainable=False)
    with keras.GradientTape() as tape:
        loss = ops.sum(w * frozen)
    assert [v.path for v in tape.watched_variables()] == [w.path]
    assert tape.gradient(loss, [w, frozen])[1] is None
    with keras.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(frozen)
        loss = ops.sum(w * frozen)
    assert [g is None for g in tape.gradient(loss, [w, frozen])] == [True, False]
    with keras.GradientTape() as tape:
        loss = ops.sum(w * frozen)
    assert tape.gradient(loss, [w, frozen])[1] is None


def test_a_persistent_tape_is_asked_twice(backend):
    w = keras.Variable([1.0, 2.0])
    with keras.GradientTape(persistent=True) as tape:
        square = w * w
        loss, other = ops.sum(square), ops.sum(square * w)
    for _ in range(2):
        assert numbers(tape.gradient(loss, w)).tolist() == [2.0, 4.0]
        assert numbers(tape.gradient(other, w)).tolist() == [3.0, 12.0]
    start = np.array([1.0, 10.0], "float32")
    assert numbers(tape.gradient(square, w, output_gradients=start)).tolist() == [2.0, 40.0]


def test_a_second_question_needs_a_persistent_tape(backend):
    w = keras.Variable([1.0])
    with keras.GradientTape() as tape:
        loss = ops.sum(w * w)
    tape.gradient(loss, w)
    with pytest.raises(RuntimeError, match=r"(?s)only be used to compute one set of gradients.*persistent=True"):
        tape.gradient(loss, w)


def test_misuse_is_told(backend):
    w = keras.Variable([1.0, 2.0])
    outside = ops.sum(ops.convert_to_tensor(w.numpy()))
    with keras.GradientTape(persistent=True) as tape:
        many = w * 2.0
        with pytest.raises(ValueError, match="already recording"):
            tape.__enter__()
    with pytest.raises(ValueError, match=r"(?s)must be one number.*shape \(2,\).*ops\.mean"):
        tape.gradient(many, w)
    with pytest.raises(ValueError, match=r"(?s)computed outside.*inside the block"):
        tape.gradient(outside, w)
    with keras.GradientTape() as tape:
        loss = ops.sum(w * w)
    with pytest.raises(ValueError, match=r"(?s)does not follow this source.*tape\.watch"):
        tape.gradient(loss, np.ones(2))
    with pytest.raises(ValueError, match="outside of the tape's `with` block"):
        tape.watch(np.ones(2))
    with keras.GradientTape() as tape, pytest.raises(ValueError, match="Only floats"):
        tape.watch(np.ones(2, "int32"))


def test_a_gradient_of_a_gradient_needs_torch(backend):
    x = keras.Variable(2.0)
    with keras.GradientTape() as outer:
        with keras.GradientTape() as inner:
            y = x**3
        if backend == "numpy":
            with pytest.raises(NotImplementedError, match="set_backend"):
                inner.gradient(y, x)
            return
        first = inner.gradient(y, x)
    assert float(first.detach()) == 12.0 and float(outer.gradient(first, x)) == 12.0


def test_an_exception_closes_the_tape(backend):
    w = keras.Variable([1.0])
    with pytest.raises(KeyError), keras.GradientTape():
        raise KeyError
    assert type(numbers(w * 2.0)) is np.ndarray
    with keras.GradientTape() as tape:
        loss = ops.sum(w * w)
    assert numbers(tape.gradient(loss, w)).tolist() == [2.0]
