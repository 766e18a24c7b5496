"""Layers of one's own, by example: weights, sublayers, shapes, masks, randomness, state. Keras's are in parity/."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import layers, ops

X = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")


class Scale(layers.Layer):
    """One factor per feature."""

    def build(self, input_shape):
        self.factor = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="factor")

    def call(self, x):
        return x * self.factor


class TwoStreams(layers.Layer):
    """Several arguments, some of them by name; several outputs, in a dict."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.left, self.right = layers.Dense(3), layers.Dense(2)

    def call(self, a, b, factor=1.0):
        return {"sum": ops.sum(self.left(a), axis=-1) * factor, "right": self.right(b)}


def arrays(x):
    return keras.backend.to_numpy(x)


def test_weights_exist_after_the_first_call(backend, fresh):
    layer = Scale()
    assert not layer.built and layer.weights == []
    np.testing.assert_array_equal(arrays(layer(X)), X)
    assert layer.built and [w.path for w in layer.weights] == ["scale/factor"] and layer.count_params() == 4


def test_shapes_come_from_call_itself(backend):
    """No `compute_output_shape` is written: `call` runs on symbols, the batch left open."""
    assert Scale().compute_output_shape((None, 7)) == (None, 7)
    out = TwoStreams()(keras.Input((4,)), keras.Input((6,)))
    assert out["sum"].shape == (None,) and out["right"].shape == (None, 2)


def test_several_arguments_and_outputs(backend):
    layer = TwoStreams()
    out = layer(X, X[:, :2], factor=2.0)
    once = layer(X, X[:, :2])
    np.testing.assert_allclose(arrays(out["sum"]), 2 * arrays(once["sum"]), rtol=1e-6)
    a, b = keras.Input((4,)), keras.Input((2,))
    model = keras.Model([a, b], layer(a, b, factor=2.0))
    np.testing.assert_allclose(arrays(model([X, X[:, :2]])["sum"]), arrays(out["sum"]), rtol=1e-6)


def test_a_class_that_forgot_its_frame_is_told_so(backend):
    class Bare(keras.layers.Layer):
        def __init__(self, units):
            self.units = units

        def call(self, x):
            return x

    class Early(keras.layers.Layer):
        def __init__(self):
            self.w = self.add_weight(shape=(1,))

    with pytest.raises(RuntimeError, match="In layer 'Bare', you forgot to call `super"):
        Bare(3)(np.ones((1, 1)))
    with pytest.raises(RuntimeError, match="In layer 'Early', you forgot to call `super"):
        Early()


def test_sublayers_are_found_in_lists_and_dicts_even_later(backend):
    class Bag(layers.Layer):
        def __init__(self):
            super().__init__()
            self.listed, self.named = [layers.Dense(1)], {"a": Scale()}

        def call(self, x):
            return sum(layer(x) for layer in [*self.listed, *self.named.values()])

    bag = Bag()
    bag.listed.append(layers.Dense(1))
    bag.named["b"] = bag.named["a"]  # the same one again counts once
    bag(X)
    assert len(bag.weights) == 2 + 2 + 1
    bag.trainable = False
    assert bag.trainable_weights == [] and len(bag.non_trainable_weights) == 5


def test_metrics_are_found_in_lists_too(backend):
    class Watched(layers.Layer):
        def __init__(self):
            super().__init__()
            self.watchers = [keras.metrics.Mean(name="one"), keras.metrics.Mean(name="two")]

        def call(self, x):
            for watcher in self.watchers:
                watcher.update_state(ops.mean(x))
            return x

    model = keras.Sequential([keras.Input((4,)), Watched(), layers.Dense(1)])
    model.compile("sgd", "mse")
    history = model.fit(X, X[:, :1], verbose=0).history
    assert list(history) == ["loss", "one", "two"] and history["one"][0] == pytest.approx(X.mean(), abs=1e-6)


def test_state_kept_in_call(backend):
    """A counter moves with each call on numbers, and with no call on symbols."""

    class Counter(layers.Layer):
        def build(self, input_shape):
            self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False, name="calls")

        def call(self, x):
            self.calls.assign_add(1.0)
            return x * self.calls

    counter = Counter()
    model = keras.Sequential([keras.Input((4,)), counter])
    assert float(counter.calls) == 0
    np.testing.assert_allclose(arrays(model(X)), X)
    np.testing.assert_allclose(arrays(model(X)), 2 * X)


def test_a_gradient_is_that_of_the_value_read(backend):
    """A variable that changes after it was read, in the same call, leaves the gradient as it was."""

    class Moving(layers.Layer):
        def build(self, input_shape):
            self.factor = self.add_weight(shape=(4,), initializer="ones", name="factor")
            self.seen = self.add_weight(shape=(4,), initializer="ones", trainable=False, name="seen")

        def call(self, x):
            y = x * self.factor * self.seen
            self.seen.assign(self.seen * 0.0 + 100.0)
            return y

    layer = Moving()
    layer.build((None, 4))
    if backend == "torch":  # Torch itself refuses to differentiate what was changed in place
        pytest.skip("NumPy's tape only")
    loss, _, [gradient] = layer._backend.value_and_gradients(lambda: (ops.sum(layer(X)), None), [layer.factor])
    np.testing.assert_allclose(gradient, X.sum(axis=0), rtol=1e-5)
    assert float(loss) == pytest.approx(X.sum(), rel=1e-5) and float(layer.seen.numpy()[0]) == 100


def test_dropout_drops_its_share_and_keeps_the_mean(backend):
    layer = layers.Dropout(0.3, seed=1)
    ones = np.ones((100, 100), "float32")
    out = arrays(layer(ones, training=True))
    assert (out == 0).mean() == pytest.approx(0.3, abs=0.02) and out.mean() == pytest.approx(1, abs=0.02)
    assert set(np.unique(out.round(4))) == {0, np.float32(1 / 0.7).round(4)}
    np.testing.assert_array_equal(arrays(layer(ones)), ones)
    assert not np.array_equal(out, arrays(layer(ones, training=True)))  # the next mask is another one
    np.testing.assert_array_equal(arrays(layers.Dropout(1.0)(ones, training=True)), 0 * ones)


def test_dropout_repeats_itself_from_a_seed(backend):
    first, second = (arrays(layers.Dropout(0.5, seed=7)(X, training=True)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_dropout_of_whole_rows(backend):
    out = arrays(layers.Dropout(0.5, noise_shape=(None, 1), seed=3)(np.ones((50, 4), "float32"), training=True))
    assert set(out.sum(axis=1)) == {0, 8}


def test_a_mask_travels_to_the_layer_that_wants_it(backend):
    """`compute_mask` makes one, layers that support masking pass it on, `call(..., mask=None)` receives it."""

    class NotZero(layers.Layer):
        def compute_mask(self, inputs, mask=None):
            return ops.any(ops.not_equal(inputs, 0.0), axis=-1)

        def call(self, x):
            return x

    class MaskedMean(layers.Layer):
        def call(self, x, mask=None):
            weight = ops.expand_dims(ops.cast(mask, "float32"), -1)
            return ops.sum(x * weight, axis=1) / ops.sum(weight, axis=1)

        def compute_mask(self, inputs, mask=None):
            return None

    x = np.ones((2, 3, 4), "float32")
    x[0, 1:] = 0
    chain = [NotZero(), layers.Activation("linear"), layers.Dropout(0.5), MaskedMean()]
    model = keras.Sequential([keras.Input((3, 4)), *chain])
    np.testing.assert_allclose(arrays(model(x)), np.ones((2, 4)))
    np.testing.assert_allclose(model.predict(x, verbose=0), np.ones((2, 4)))


@pytest.mark.parametrize("data", [X.astype("float64"), X.tolist(), (X * 4).astype("int64"), X.astype("float16")], ids=str)
def test_inputs_become_the_layers_dtype(data, backend):
    out = layers.Dense(2)(np.asarray(data) if not isinstance(data, list) else data)
    assert keras.backend.dtype_name(out.dtype) == "float32" and tuple(out.shape) == (5, 2)


def test_a_layer_of_float64(backend):
    layer = layers.Dense(2, dtype="float64")
    out = layer(X)
    assert keras.backend.dtype_name(out.dtype) == "float64" and layer.kernel.dtype == "float64"


def test_the_innermost_layer_is_named_where_it_breaks(backend):
    class Broken(layers.Layer):
        def call(self, x):
            return ops.matmul(x, np.ones((3, 3), "float32"))

    class Outer(layers.Layer):
        def __init__(self):
            super().__init__(name="outer")
            self.inner = Broken(name="inner")

        def call(self, x):
            return self.inner(x)

    with pytest.raises(Exception) as caught:
        Outer()(X)
    assert any("'inner' (Broken)" in note and "(5, 4)" in note for note in caught.value.__notes__)


def test_weights_given_by_hand_are_checked_first(backend):
    layer = layers.Dense(2)
    layer.build((None, 4))
    before = layer.get_weights()
    with pytest.raises(ValueError, match=r"\(4, 2\).*\(2, 4\)"):
        layer.set_weights([np.ones((2, 4)), np.ones(2)])
    for a, b in zip(before, layer.get_weights()):
        np.testing.assert_array_equal(a, b)
