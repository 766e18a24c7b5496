"""Normalization: what the layers promise, moving averages as Keras's in training, frozen layers, masks, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as kt

layers = kt.layers
RNG = np.random.default_rng(3)
X = RNG.normal(2.0, 3.0, (70, 6)).astype("float32")
Y = X[:, :1] * 0.3 - 1


@pytest.fixture
def twins(backend):
    """Function: a model in both packages, with equal weights."""
    keras = pytest.importorskip("keras")

    def build(make):
        kt.utils.set_random_seed(0)
        ours, theirs = make(kt), make(keras)
        theirs.set_weights(ours.get_weights())
        return [(kt, ours), (keras, theirs)]

    return build


def close(ours, theirs, tolerance=1e-5):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(kt.backend.to_numpy(a), kt.backend.to_numpy(b), rtol=tolerance, atol=tolerance)


def array(x):
    return np.array(kt.backend.to_numpy(x))


# What they promise


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=2, max_size=4), st.data())
def test_layer_normalization_of_any_axes(shape, data):
    """Mean 0 and variance 1 over any axes; both backends agree."""
    axes = data.draw(st.lists(st.integers(0, len(shape) - 1), min_size=1, unique=True))
    x = np.random.default_rng(0).normal(3.0, 2.0, shape).astype("float32")
    results = []
    for name in ("numpy", "torch"):
        with kt.config.set_backend(name):
            results.append(array(layers.LayerNormalization(axis=axes, epsilon=1e-12)(x)))
    y, many = results[0], np.prod([shape[a] for a in axes]) > 1
    np.testing.assert_allclose(y.mean(axis=tuple(axes)), 0, atol=1e-4)
    if many:
        np.testing.assert_allclose(y.var(axis=tuple(axes)), 1, atol=1e-3)
    np.testing.assert_allclose(results[0], results[1], rtol=1e-4, atol=1e-4)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3), st.integers(1, 3), st.lists(st.integers(1, 3), max_size=2), st.booleans())
def test_groups_are_normalized_each_by_itself(groups, size, rest, first):
    channels = groups * size
    shape = (2, channels, *rest) if first else (2, *rest, channels)
    x = np.random.default_rng(1).normal(1.0, 2.0, shape).astype("float32")
    y = array(layers.GroupNormalization(groups, axis=1 if first else -1, epsilon=1e-12)(x))
    y = y if first else np.moveaxis(y, -1, 1)
    y = y.reshape(2, groups, -1)
    np.testing.assert_allclose(y.mean(axis=-1), 0, atol=1e-4)
    if y.shape[-1] > 1:
        np.testing.assert_allclose(y.var(axis=-1), 1, atol=1e-3)


def test_one_axis_in_the_middle(backend):
    """Keras's Torch kernel refuses it; the formula is the same."""
    x = X[:24].reshape(4, 3, 12)
    y = array(layers.LayerNormalization(axis=1)(x))
    np.testing.assert_allclose(y, (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-3), rtol=1e-4, atol=1e-5)
    y = array(layers.RMSNormalization(axis=1)(x))
    np.testing.assert_allclose(y, x / np.sqrt((x**2).mean(1, keepdims=True) + 1e-6), rtol=1e-4, atol=1e-5)


def test_unit_normalization_leaves_zero_alone(backend):
    layer = layers.UnitNormalization()
    x = kt.Variable(np.zeros((2, 3)), backend=backend)
    with_gradient = kt.backend.get(backend).value_and_gradients(lambda: (kt.ops.sum(layer(x.value)), None), [x])
    assert float(with_gradient[0]) == 0 and np.isfinite(array(with_gradient[2][0])).all()


def test_float16_is_summed_in_float32():
    """300 squared does not fit into float16."""
    x = np.full((2, 8), 300.0, "float16") * np.array([1, -1] * 4, "float16")
    for layer in (layers.LayerNormalization(dtype="float16"), layers.RMSNormalization(dtype="float16"), layers.BatchNormalization(dtype="float16")):
        y = array(layer(x, training=True) if layer.name.startswith("batch") else layer(x))
        assert y.dtype == np.float16 and np.isfinite(y).all()


# Batch normalization in training


def batch_norms(keras, **kwargs):
    inputs = keras.Input((6,), name="x")
    x = keras.layers.Dense(5, name="dense")(inputs)
    x = keras.layers.BatchNormalization(name="norm", **kwargs)(x)
    x = keras.layers.Activation("tanh", name="tanh")(x)
    return keras.Model(inputs, keras.layers.Dense(1, name="out")(x))


@pytest.mark.parametrize("run_eagerly", [False, True], ids=["program", "op by op"])
@pytest.mark.parametrize("kwargs", [{}, {"momentum": 0.5}, {"scale": False, "epsilon": 0.1}, {"center": False}], ids=str)
def test_moving_averages_after_fit(kwargs, run_eagerly, twins):
    """Weights, averages, losses in training and in inference: all as Keras's after two epochs, the last batch a small one."""
    found = []
    for api, model in twins(lambda api: batch_norms(api, **kwargs)):
        model.compile(api.optimizers.SGD(0.05), "mse", run_eagerly=run_eagerly)
        history = model.fit(X, Y, batch_size=32, epochs=2, shuffle=False, verbose=0, validation_data=(X[:20], Y[:20])).history
        found.append([*model.get_weights(), history["loss"], history["val_loss"], model.predict(X, verbose=0)])
    close(*found)
    assert np.abs(found[0][4]).max() > 0  # the averages did move


def test_a_frozen_layer_is_in_inference(twins):
    """`trainable = False`: no averages move, and training runs on them."""
    found = []
    for api, model in twins(batch_norms):
        model.get_layer("norm").trainable = False
        model.compile(api.optimizers.SGD(0.05), "mse")
        norm = model.get_layer("norm")
        before = norm.get_weights()
        history = model.fit(X, Y, epochs=2, shuffle=False, verbose=0).history
        close(before, norm.get_weights())
        close([norm(X[:, :5], training=True)], [norm(X[:, :5], training=False)])
        assert len(norm.trainable_weights) == 0 and len(norm.non_trainable_weights) == 4
        norm.trainable = True
        assert [w.name for w in norm.trainable_weights] == ["gamma", "beta"]
        found.append([history["loss"], *model.get_weights()])
    close(*found)


def test_a_frozen_base_under_a_new_head(twins):
    """Transfer learning: the base, called with `training=False` and frozen, stays as it is to the last bit."""
    found = []
    for api, base in twins(batch_norms):
        base.trainable = False
        inputs = api.Input((6,))
        head = api.layers.Dense(1, kernel_initializer="ones", name="head")
        model = api.Model(inputs, head(base(inputs, training=False)))
        model.compile(api.optimizers.SGD(0.05), "mse")
        before = base.get_weights()
        model.fit(X, Y, epochs=2, shuffle=False, verbose=0)
        for a, b in zip(before, base.get_weights()):
            np.testing.assert_array_equal(a, b)
        base.trainable = True  # fine-tuning: weights move, averages do not, because the call said training=False
        model.compile(api.optimizers.SGD(0.01), "mse")
        model.fit(X, Y, epochs=1, shuffle=False, verbose=0)
        found.append(model.get_weights())
    close(*found)


def residual_net(keras):
    inputs = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(4, 3, padding="same", name="stem")(inputs)
    for i in range(2):
        y = keras.layers.BatchNormalization(name=f"norm_{i}")(x)
        y = keras.layers.ReLU(name=f"relu_{i}")(y)
        y = keras.layers.Conv2D(4, 3, padding="same", use_bias=False, name=f"conv_{i}")(y)
        x = keras.layers.Add(name=f"add_{i}")([x, y])
    x = keras.layers.GroupNormalization(2, name="groups")(x)
    x = keras.layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(inputs, keras.layers.Dense(3, activation="softmax", name="out")(x))


def test_a_residual_net_trains_as_in_keras(twins):
    """Five steps of Adam, step by step."""
    pictures, labels = RNG.normal(size=(40, 8, 8, 3)).astype("float32"), RNG.integers(0, 3, 40)
    found = []
    for api, model in twins(residual_net):
        model.compile(api.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
        losses = [model.train_on_batch(pictures[i : i + 8], labels[i : i + 8]) for i in range(0, 40, 8)]
        found.append([losses, model.predict(pictures[:4], verbose=0), *model.get_weights()])
    close(*found, tolerance=1e-3)


@pytest.mark.parametrize("masked", [1, 3])
def test_masked_steps_are_not_counted(masked, backend):
    """What lies under the mask changes neither output nor averages."""
    x, mask = X[:40].reshape(10, 4, 6).copy(), np.ones((10, 4), bool)
    mask[:, -masked:] = False
    outcomes = []
    for hidden in (0.0, 1e3):
        x[:, -masked:] = hidden
        layer = layers.BatchNormalization(momentum=0.0)
        y = array(layer(x, mask=mask, training=True))
        outcomes.append([y[:, :-masked], *layer.get_weights()])
    close(*outcomes)
    seen = x[:, :-masked].reshape(-1, 6)
    close(outcomes[0][3:], [seen.mean(0), seen.var(0)], tolerance=1e-4)


def test_spectral_normalization_trains_as_in_keras(twins):
    """Three steps: the kernel is put right before each, then trained."""
    found = []
    for api, model in twins(
        lambda api: api.Sequential([api.Input((6,)), api.layers.SpectralNormalization(api.layers.Dense(4)), api.layers.Dense(1)])
    ):
        model.compile(api.optimizers.SGD(0.05), "mse")
        losses = [model.train_on_batch(X[i : i + 10], Y[i : i + 10]) for i in (0, 10, 20)]
        found.append([losses, *model.get_weights()])
    close(*found, tolerance=1e-4)


def test_a_kernel_of_zeros_stays(backend):
    layer = layers.SpectralNormalization(layers.Dense(2, kernel_initializer="zeros"))
    assert not array(layer(X[:3], training=True)).any()


# Refusals: the same kind of error in both packages

WRONG = {
    "synchronized": lambda k: k.layers.BatchNormalization(synchronized=True),
    "a mask as wide as the input": lambda k: k.layers.BatchNormalization()(np.ones((2, 3, 4)), mask=np.ones((2, 3, 4), bool)),
    "another number of channels": lambda k: [n := k.layers.BatchNormalization(), n(np.ones((2, 3))), n(np.ones((2, 4)))],
    "an axis as a word": lambda k: k.layers.LayerNormalization(axis="-1"),
    "an axis that is not there": lambda k: k.layers.LayerNormalization(axis=3).compute_output_shape((2, 3)),
    "channels that are not there": lambda k: k.layers.BatchNormalization(axis=5)(X),
    "an axis that is not there, called": lambda k: k.layers.RMSNormalization(axis=2)(X),
    "groups along no axis": lambda k: k.layers.GroupNormalization(1, axis=3)(X),
    "unknown features": lambda k: k.layers.LayerNormalization()(k.Input((None,))),
    "no groups": lambda k: k.layers.GroupNormalization(0),
    "half a group": lambda k: k.layers.GroupNormalization(1.5),
    "more groups than channels": lambda k: k.layers.GroupNormalization(8)(np.ones((2, 4))),
    "uneven groups": lambda k: k.layers.GroupNormalization(3)(np.ones((2, 4))),
    "unknown channels": lambda k: k.layers.GroupNormalization(3)(k.Input((None,))),
    "a unit axis as a word": lambda k: k.layers.UnitNormalization(axis="x"),
    "no iterations": lambda k: k.layers.SpectralNormalization(k.layers.Dense(2), power_iterations=0),
    "nothing to normalize": lambda k: k.layers.SpectralNormalization(k.layers.ReLU())(np.ones((2, 3))),
    "no layer": lambda k: k.layers.SpectralNormalization("dense"),
    "order 0": lambda k: k.ops.normalize(np.ones((2, 3), "float32"), order=0),
    "order 1.5": lambda k: k.ops.normalize(np.ones((2, 3), "float32"), order=1.5),
}


@pytest.mark.parametrize("name", WRONG)
def test_same_errors(name, same_error):
    same_error(WRONG[name])


def test_what_is_left_out_says_so():
    with pytest.raises(ValueError, match="renorm=True is not supported"):
        layers.BatchNormalization(renorm=True)
