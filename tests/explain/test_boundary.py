"""What a model says everywhere on the plane."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import config, layers
from kerasteach.explain.boundary import Plane, decision_map, inputs_of, neuron_maps

SQUARE = Plane((-2, 2), (-2, 2), 8)


def small(*stack, loss=None, **compile):
    model = keras.Sequential([layers.Input((2,)), *stack])
    model.compile(loss=loss, **compile)
    return model


@pytest.fixture(params=["numpy", "torch"])
def on(request):
    with config.set_backend(request.param):
        yield request.param


def test_a_linear_boundary_lies_where_its_equation_says(on):
    model = small(layers.Dense(1, "sigmoid", name="line"), loss="binary_crossentropy")
    model.set_weights([np.array([[2.0], [-1.0]]), np.array([0.5])])
    found = decision_map(model, SQUARE)
    x1, x2 = SQUARE.points.T
    np.testing.assert_array_equal(found.winners.ravel(), (2 * x1 - x2 + 0.5 >= 0).astype(int))
    assert found.kind == "binary" and found.classes == 2
    assert found.values[0, 0] == pytest.approx(1 / (1 + np.exp(-(2 * x1[0] - x2[0] + 0.5))), rel=1e-5)


def test_row_0_is_the_lowest_x2_and_column_0_the_lowest_x1():
    x1, x2 = Plane((0, 4), (10, 30), 2).points.T
    assert x1.tolist() == [1, 3, 1, 3] and x2.tolist() == [15, 15, 25, 25]


def test_logits_and_probabilities_show_the_same(on):
    weights = [np.array([[1.0, -1.0, 0.0], [0.0, 1.0, -2.0]]), np.array([0.1, 0.0, 0.3])]
    raw = small(layers.Dense(3), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    soft = small(layers.Dense(3, "softmax"), loss="sparse_categorical_crossentropy")
    for model in (raw, soft):
        model.set_weights(weights)
    a, b = decision_map(raw, SQUARE), decision_map(soft, SQUARE)
    np.testing.assert_allclose(a.values, b.values, atol=1e-6)
    assert a.kind == b.kind == "classes" and a.classes == 3

    raw = small(layers.Dense(1), loss=keras.losses.BinaryCrossentropy(from_logits=True))
    soft = small(layers.Dense(1, "sigmoid"), loss=keras.losses.BinaryCrossentropy())
    for model in (raw, soft):
        model.set_weights([np.array([[1.0], [3.0]]), np.array([0.1])])
    np.testing.assert_allclose(decision_map(raw, SQUARE).values, decision_map(soft, SQUARE).values, atol=1e-6)


def test_hinge_and_regression(on):
    hinge = small(layers.Dense(1, "tanh"), loss="hinge")
    hinge.set_weights([np.array([[1.0], [0.0]]), np.array([0.0])])
    x1 = SQUARE.points[:, 0]
    np.testing.assert_array_equal(decision_map(hinge, SQUARE).winners.ravel(), (x1 >= 0).astype(int))
    number = small(layers.Dense(1), loss="mse")
    number.set_weights([np.array([[3.0], [0.0]]), np.array([0.0])])
    found = decision_map(number, SQUARE)
    assert found.kind == "number" and found.classes == 0
    np.testing.assert_allclose(found.values.ravel(), 3 * x1, rtol=1e-6)


def test_neuron_maps_are_what_the_layers_give(on):
    model = small(layers.Dense(4, "relu", name="hidden"), layers.Dense(1, name="out"), loss="mse")
    maps = neuron_maps(model, SQUARE)
    kernel, bias = model.get_weights()[:2]
    expected = np.maximum(SQUARE.points @ kernel + bias, 0).T.reshape(4, 8, 8)
    np.testing.assert_allclose(maps["hidden"], expected, atol=1e-6)
    assert list(maps) == ["hidden", "out"] and list(neuron_maps(model, SQUARE, "hidden")) == ["hidden"]


def test_two_inputs_of_one_number_each_will_do(on):
    a, b = layers.Input((1,), name="a"), layers.Input((1,), name="b")
    model = keras.Model([a, b], layers.Subtract()([a, b]))
    model.compile(loss="mse")
    x1, x2 = SQUARE.points.T
    np.testing.assert_allclose(decision_map(model, SQUARE).values.ravel(), x1 - x2)
    model = keras.Model({"a": a, "b": b}, layers.Subtract()([a, b]))
    np.testing.assert_allclose(decision_map(model, SQUARE, "number").values.ravel(), x1 - x2)


def test_a_subclassed_model_and_one_of_several_outputs(on):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden, self.out = layers.Dense(3, "tanh", name="hidden"), layers.Dense(1, "sigmoid", name="out")

        def call(self, x):
            return self.out(self.hidden(x))

    own = Own()
    own.compile(loss="binary_crossentropy")
    assert decision_map(own, SQUARE).kind == "binary" and neuron_maps(own, SQUARE)["hidden"].shape == (3, 8, 8)
    x = layers.Input((2,))
    model = keras.Model(x, [layers.Dense(1, name="first")(x), layers.Dense(3, "softmax", name="second")(x)])
    model.compile(loss=["mse", "sparse_categorical_crossentropy"])
    assert decision_map(model, SQUARE).kind == "number"
    assert decision_map(model, SQUARE, output=1).classes == 3


def test_other_models_are_refused_with_a_way_out():
    model = keras.Sequential([layers.Input((3,)), layers.Dense(1)])
    with pytest.raises(ValueError, match=r"takes two numbers.*\(batch, 3\)"):
        inputs_of(model, SQUARE.points)
    picture = small(layers.Reshape((2, 1)))
    with pytest.raises(ValueError, match="row of numbers"):
        decision_map(picture, SQUARE)
    with pytest.raises(ValueError, match="one of: binary"):
        decision_map(small(layers.Dense(1)), SQUARE, "ternary")


def test_looking_changes_no_training(on):
    x = np.random.default_rng(0).normal(size=(40, 2)).astype("float32")
    y = (x[:, 0] > 0).astype("float32")

    class Wait(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            pass

    class Look(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            decision_map(self.model, SQUARE)
            neuron_maps(self.model, SQUARE)

    losses, weights = [], []
    for callbacks in ([Wait()], [Look()]):
        keras.utils.set_random_seed(1)
        model = small(layers.Dense(4), layers.Dropout(0.5), layers.BatchNormalization(), layers.Dense(1, "sigmoid"),
                      loss="binary_crossentropy", metrics=["accuracy"])  # fmt: skip
        losses.append(model.fit(x, y, epochs=3, batch_size=8, verbose=0, callbacks=callbacks).history)
        weights.append(np.concatenate([w.ravel() for w in model.get_weights()]))
    assert losses[0] == losses[1]
    np.testing.assert_array_equal(*weights)
