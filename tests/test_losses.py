"""Losses by themselves: what they do at the edges, what one writes oneself, what errors say."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as keras
from kerasteach import backend, losses, ops

RNG = np.random.default_rng(3)
LOGITS = np.array([[-1000.0, 1000.0], [1000.0, -1000.0], [0.0, 0.0]], "float32")
EDGES = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]], "float32")
TRUTH = np.array([[0.0, 1.0], [0.0, 1.0], [1.0, 0.0]], "float32")


def tensor(x, name):
    return backend.get(name).convert(x)


def numbers(x):
    return backend.to_numpy(x)


def slopes(function, x, name):
    """Gradient of a loss in its predictions."""
    v = backend.Variable(x, backend=name)
    return numbers(backend.value_and_gradients(lambda: (ops.sum(function(v.value)), None), [v])[2][0])


SURE = ["binary_crossentropy", "categorical_crossentropy", "binary_focal_crossentropy", "categorical_focal_crossentropy"]


@pytest.mark.parametrize("name", SURE)
def test_certain_and_wrong_is_dear_but_finite(name, backend):
    """Probabilities of 0 and 1 and scores in the thousands give finite losses and slopes, without a warning."""
    loss = getattr(losses, name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for guess, settings_ in ((EDGES, {}), (LOGITS, {"from_logits": True})):
            assert np.isfinite(numbers(loss(tensor(TRUTH, backend), tensor(guess, backend), **settings_))).all()
            found = slopes(lambda p, s=settings_: loss(tensor(TRUTH, backend), p, **s), guess, backend)
            assert np.isfinite(found).all()


def test_logits_and_probabilities_agree(backend):
    scores = RNG.normal(size=(8, 3)).astype("float32")
    classes = RNG.integers(0, 3, 8)
    hot, soft = np.eye(3, dtype="float32")[classes], ops.softmax(scores)
    for name, truth in (("categorical_crossentropy", hot), ("sparse_categorical_crossentropy", classes)):
        loss = getattr(losses, name)
        from_scores = loss(truth, tensor(scores, backend), from_logits=True)
        np.testing.assert_allclose(numbers(from_scores), numbers(loss(truth, tensor(soft, backend))), rtol=1e-5)
    np.testing.assert_allclose(
        losses.categorical_crossentropy(hot, soft), losses.sparse_categorical_crossentropy(classes, soft), rtol=1e-6
    )


def test_focal_without_focus_is_the_crossentropy():
    guess = RNG.uniform(0.1, 0.9, (5, 3)).astype("float32")
    bits = RNG.integers(0, 2, (5, 3)).astype("float32")
    np.testing.assert_allclose(
        losses.binary_focal_crossentropy(bits, guess, gamma=0.0), losses.binary_crossentropy(bits, guess), rtol=1e-5
    )
    np.testing.assert_allclose(
        losses.categorical_focal_crossentropy(bits, guess, alpha=1.0, gamma=0.0),
        losses.categorical_crossentropy(bits, guess),
        rtol=1e-5,
    )


def test_tversky_with_equal_prices_is_dice():
    a, b = RNG.uniform(size=(2, 4, 4)).astype("float32")
    np.testing.assert_allclose(losses.tversky(a, b, axis=1), losses.dice(a, b, axis=1), rtol=1e-5)


def test_huber_lies_between_square_and_distance():
    near, far = np.array([[0.1]]), np.array([[10.0]])
    zero = np.zeros((1, 1))
    assert float(losses.huber(zero, near)[0]) == pytest.approx(0.5 * float(losses.mean_squared_error(zero, near)[0]))
    assert float(losses.huber(zero, far)[0]) == pytest.approx(float(losses.mean_absolute_error(zero, far)[0]) - 0.5)


def test_a_sample_alone_has_no_circle():
    """Nothing of its class to be near to: loss 0, which does not count in the mean."""
    guess = np.eye(3, dtype="float32")
    assert losses.circle([0, 1, 2], guess).tolist() == [0, 0, 0]
    alone, pair = losses.Circle()([0, 1, 1], guess), losses.circle([0, 1, 1], guess)
    assert float(alone) == pytest.approx(float(pair[pair > 0].mean()))


# CTC by counting all paths


def spelled(path):
    return [c for i, c in enumerate(path) if c and (i == 0 or path[i - 1] != c)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 2), max_size=3), st.integers(1, 5), st.integers(0, 99), st.sampled_from(["numpy", "torch"]))
def test_ctc_adds_up_all_paths(text, steps, seed, name):
    scores = np.random.default_rng(seed).normal(size=(steps, 3))
    p = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    chance = sum(
        np.prod([p[t, c] for t, c in enumerate(path)]) for path in np.ndindex(*[3] * steps) if spelled(path) == text
    )
    padded = np.array([text + [0] * (3 - len(text))])
    found = float(numbers(losses.ctc(tensor(padded, name), tensor(scores[None].astype("float32"), name)))[0])
    assert found == pytest.approx(-np.log(chance), rel=1e-3, abs=1e-4) if chance else np.isinf(found)


# Written by oneself


def test_predictions_may_be_a_dict(backend):
    class Both(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return sum(ops.mean(ops.abs(y_true[k] - y_pred[k]), axis=-1) for k in y_true)

    x = {"a": np.ones((3, 2)), "b": np.zeros((3, 1), int)}
    y = {"a": np.zeros((3, 2)), "b": np.ones((3, 1), int)}
    found = Both()(x, {k: tensor(v, backend) for k, v in y.items()})
    assert float(found) == 2.0 and backend_dtype(found) == "float32"


def backend_dtype(x):
    return backend.dtype_name(x.dtype)


@pytest.mark.parametrize("given, dtype", [("float64", "float64"), ("mixed_float16", "float16"), (None, "float32")])
def test_call_gets_numbers_of_the_losss_dtype(given, dtype):
    """Also whole numbers and truth values, as in Keras."""

    class Looks(keras.losses.Loss):
        def call(self, y_true, y_pred):
            self.seen = backend_dtype(y_true), backend_dtype(y_pred)
            return y_pred

    loss = Looks(dtype=given)
    assert backend_dtype(loss(np.array([True, False]), np.array([1, 2]))) == dtype
    assert loss.seen == (dtype, dtype)


def test_settings_are_attributes_and_come_back():
    loss = losses.BinaryFocalCrossentropy(gamma=3.0, from_logits=True, name="focal", reduction="sum")
    again = losses.deserialize(losses.serialize(loss))
    assert (again.gamma, again.from_logits, again.name, again.reduction) == (3.0, True, "focal", "sum")
    huber = losses.Huber(delta=0.3)
    assert losses.deserialize(losses.serialize(huber)).delta == 0.3


def test_a_function_of_ones_own_comes_back():
    def twice(y_true, y_pred, factor=2.0):
        return factor * abs(y_true - y_pred)

    wrapped = losses.LossFunctionWrapper(twice, name="twice", factor=3.0)
    with keras.saving.CustomObjectScope({"twice": twice}):
        again = losses.deserialize(losses.serialize(wrapped))
    assert float(again(np.zeros(2), np.ones(2))) == 3.0


# What errors say


def said(call):
    with pytest.raises(ValueError) as error:
        call()
    return str(error.value)


def test_errors_say_what_to_do(backend):
    guess = tensor(np.full((4, 3), 1 / 3, "float32"), backend)
    assert "use sparse_categorical_crossentropy" in said(lambda: losses.categorical_crossentropy(np.arange(4), guess))
    assert "number the classes from 0" in said(lambda: losses.sparse_categorical_crossentropy(np.array([0, 1, 2, 3]), guess))
    assert "(batch, 1)" in said(lambda: losses.MeanSquaredError(reduction="sum")(guess[:, :, None], guess[:, :, None], np.ones(4)))
    assert "Did you mean 'mse'" in said(lambda: losses.get("msee"))


def test_one_class_of_one_is_warned_of():
    with pytest.warns(SyntaxWarning, match="binary_crossentropy"):
        losses.categorical_crossentropy(np.ones((2, 1)), np.ones((2, 1)))


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_share_of_exactly_zero_gives_no_gradient_and_no_nan(backend):
    """As where columns are far apart in size: softmax says 0 for the true class, the loss is held at 16.1."""
    if backend == "torch":
        pytest.importorskip("torch")
    with keras.config.set_backend(backend):
        shares = keras.Variable(np.array([[1.0, 0.0], [0.25, 0.75]], "float32"))
    with keras.GradientTape() as tape:
        loss = keras.ops.sum(losses.sparse_categorical_crossentropy(np.array([1, 1]), shares))
    gradient = keras.ops.convert_to_numpy(tape.gradient(loss, shares))
    np.testing.assert_allclose(gradient, [[0, 0], [1, 1 - 1 / 0.75]], atol=1e-6)
