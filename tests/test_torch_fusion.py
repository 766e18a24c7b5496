"""On Torch, groups of ops of a program become kernels; the step stays the step that its ops say, one by one."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import layers
from kerasteach.explain.program import step_program

pytest.importorskip("torch")


def dense():
    return [keras.Input((5,)), layers.Dense(4, "relu"), layers.Dense(3, "tanh", use_bias=False), layers.Dense(3, "softmax")]


def wide_dense():
    """Products large enough for oneDNN."""
    return [keras.Input((512,)), layers.Dense(700, "relu"), layers.Dense(3, "softmax")]


def over_time():
    return [keras.Input((6, 5)), layers.Dense(4, "relu"), layers.GlobalAveragePooling1D(), layers.Dense(3, "softmax")]


def images():
    return [
        keras.Input((9, 9, 1)), layers.Conv2D(4, 3, activation="relu"), layers.MaxPooling2D(), layers.Conv2D(3, 2, use_bias=False),
        layers.BatchNormalization(), layers.ReLU(), layers.AveragePooling2D(2, padding="same"), layers.Flatten(),
        layers.Dense(3, "softmax"),
    ]  # fmt: skip


def channels_first():
    return [
        keras.Input((2, 8, 8)), layers.Conv2D(3, 3, activation="relu", data_format="channels_first"),
        layers.BatchNormalization(axis=1, scale=False), layers.Flatten(), layers.Dense(3, "softmax"),
    ]  # fmt: skip


def residual():
    x = keras.Input((8, 8, 3))
    y = layers.BatchNormalization(momentum=0.8)(layers.Conv2D(3, 3, padding="same", use_bias=False)(x))
    y = layers.Activation("relu")(layers.Add()([x, y]))
    return keras.Model(x, layers.Dense(3, "softmax")(layers.GlobalAveragePooling2D()(y)))


def attention():
    x = keras.Input((5,), dtype="int32")
    y = layers.Embedding(7, 8)(x)
    y = layers.LayerNormalization()(y + layers.MultiHeadAttention(2, 4)(y, y))
    return keras.Model(x, layers.Dense(3, "softmax")(layers.GlobalAveragePooling1D()(y)))


def recurrent(kind):
    return [keras.Input((7, 4)), layers.Masking(), kind(5, return_sequences=True), kind(4), layers.Dense(3, "softmax")]


def model_of(make, loss="sparse_categorical_crossentropy", **compiled):
    keras.utils.set_random_seed(0)
    with keras.config.set_backend("torch"):
        made = make()
        model = keras.Sequential(made) if isinstance(made, list) else made
    model.compile(keras.optimizers.SGD(0.05, momentum=0.5), loss, **compiled)
    return model


def data_for(model, rows=40):
    rng = np.random.default_rng(0)
    shape = (rows, *model.inputs[0].shape[1:])
    x = rng.integers(0, 7, shape) if "int" in model.inputs[0].dtype else rng.normal(size=shape).astype("float32")
    return x, rng.integers(0, 3, rows)


MODELS = {
    "dense": (dense, ["linear", "surprise_at_class", "relu=True"]),
    "wide": (wide_dense, ["linear"]),
    "over time": (over_time, ["linear"]),
    "images": (images, ["conv", "relu=True", "batch_norm_training", "linear"]),
    "channels first": (channels_first, ["batch_norm_training"]),
    "residual": (residual, ["sum_relu", "batch_norm_training"]),
    "attention": (attention, ["linear_over", "dot_product_attention"]),
    "lstm": (lambda: recurrent(layers.LSTM), ["lstm"]),
    "gru": (lambda: recurrent(layers.GRU), ["gru"]),
}


@pytest.mark.parametrize("name", MODELS)
def test_kernels_are_used_and_change_nothing(name):
    make, kernels = MODELS[name]
    weights, losses = [], []
    for run_eagerly in (False, True):
        model = model_of(make, run_eagerly=run_eagerly)
        x, y = data_for(model)
        losses.append(model.fit(x, y, epochs=5, batch_size=16, verbose=0, shuffle=False).history["loss"])
        weights.append(model.get_weights())
    source = step_program(model, x, y).source
    assert all(kernel in source for kernel in kernels), source
    np.testing.assert_allclose(*losses, rtol=1e-5)
    for a, b in zip(*weights):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_probabilities_stay_held_away_from_0_and_1():
    """A softmax that is sure gets the loss, and no gradient, that Keras gives clipped probabilities."""
    model = model_of(lambda: [keras.Input((3,)), layers.Activation("softmax"), layers.Rescaling(1.0)])
    fused = model_of(lambda: [keras.Input((3,)), layers.Dense(3, "softmax", kernel_initializer="identity")])
    x, y = np.array([[0.0, 0.0, 60.0], [0.0, 60.0, 0.0]], "float32"), np.array([0, 1])
    before = fused.get_weights()
    assert "surprise_at_class" in step_program(fused, x, y).source
    expected = -np.log([1e-7, 1 - 1e-7]).mean()
    assert fused.fit(x, y, verbose=0).history["loss"][0] == pytest.approx(expected, rel=1e-5)
    assert model.evaluate(x, y, verbose=0) == pytest.approx(expected, rel=1e-5)
    for a, b in zip(before, fused.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_what_somebody_else_needs_is_not_changed_in_place():
    """The output before a relu is an output of the model as well."""

    def make():
        x = keras.Input((4,))
        y = layers.Dense(3)(x)
        return keras.Model(x, [y, layers.ReLU()(y)])

    model = model_of(make, loss=["mse", "mse"])
    x = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
    raw, positive = model.predict(x, verbose=0)
    model.fit(x, [raw, positive], verbose=0)
    assert model.history.history["loss"][0] == pytest.approx(0, abs=1e-12) and raw.min() < 0


def test_half_floats_keep_their_casts():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = model_of(dense)
    finally:
        keras.config.set_dtype_policy("float32")
    x, y = data_for(model)
    source = step_program(model, x, y).source
    assert "bfloat16" in source and "linear" in source
    assert np.isfinite(model.fit(x, y, verbose=0).history["loss"][0])


def test_ops_called_in_a_graph_as_one_likes():
    """Not only layers make groups: bare ops do as well, with other arguments."""

    def make():
        x = keras.Input((6, 6, 2))
        kernel = np.random.default_rng(0).normal(size=(3, 3, 2, 4)).astype("float32")
        y = keras.ops.relu(keras.ops.conv(x, kernel) + np.ones(4, "float32"))
        mean, variance = keras.ops.moments(y, axes=[0, 1, 2])
        y = keras.ops.batch_normalization(y, mean, variance, axis=-1)
        return keras.Model(x, layers.Dense(3, "softmax")(layers.Flatten()(y)))

    found = []
    for run_eagerly in (False, True):
        model = model_of(make, run_eagerly=run_eagerly)
        found.append(model.fit(*data_for(model), epochs=3, verbose=0, shuffle=False).history["loss"])
    np.testing.assert_allclose(*found, rtol=1e-5)


def test_a_vector_beside_channels_first_is_no_bias():
    def make():
        x = keras.Input((2, 6, 6))
        kernel = np.random.default_rng(0).normal(size=(3, 3, 2, 4)).astype("float32")
        with_row = keras.ops.conv(x, kernel) + np.arange(4.0, dtype="float32")
        return keras.Model(x, layers.Dense(3, "softmax")(layers.Flatten()(with_row)))

    found = []
    keras.config.set_image_data_format("channels_first")
    try:
        for run_eagerly in (False, True):
            model = model_of(make, run_eagerly=run_eagerly)
            found.append(model.fit(*data_for(model), epochs=2, verbose=0, shuffle=False).history["loss"])
    finally:
        keras.config.set_image_data_format("channels_last")
    np.testing.assert_allclose(*found, rtol=1e-5)


@pytest.mark.parametrize("activation", ["softmax", "linear"])
def test_a_class_for_each_pixel_is_learned(activation):
    """The gradient of a crossentropy over pictures needs its memory in one piece."""
    x, y = np.random.default_rng(0).random((2, 4, 4, 1), "float32"), np.random.default_rng(1).integers(0, 3, (2, 4, 4))
    losses = {}
    for name in ("numpy", "torch"):
        with keras.config.set_backend(name):
            keras.utils.set_random_seed(0)
            model = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Conv2D(3, 3, padding="same", activation=activation)])
            model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=activation == "linear"))
            losses[name] = model.fit(x, y, epochs=3, verbose=0).history["loss"]
    np.testing.assert_allclose(losses["numpy"], losses["torch"], rtol=1e-5)


@pytest.mark.parametrize("shape", [(1, 3), (1, 1, 1, 3)])
def test_batch_normalization_of_one_number_a_channel(shape):
    """A last batch of one row: Torch's own kernel refuses it, Keras trains."""
    weights = []
    for eagerly in (False, True):
        with keras.config.set_backend("torch"):
            keras.utils.set_random_seed(0)
            model = keras.Sequential([keras.Input(shape[1:]), keras.layers.BatchNormalization(), keras.layers.Flatten(), keras.layers.Dense(1)])
            model.compile("sgd", "mse", run_eagerly=eagerly)
        model.fit(np.arange(3, dtype="float32").reshape(shape), np.ones((1, 1)), epochs=3, verbose=0)
        weights.append(model.get_weights())
    for a, b in zip(*weights):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
