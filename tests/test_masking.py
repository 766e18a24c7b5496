"""Masks by themselves: as the guide "Masking and padding" prints them, and in layers of one's own."""

import warnings

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import layers, ops

WORDS = np.array([[711, 632, 71, 0, 0, 0], [73, 8, 3215, 55, 927, 0], [83, 91, 1, 645, 1253, 927]])


def arrays(x):
    return keras.backend.to_numpy(x)


def test_the_guide(backend):
    """https://keras.io/guides/understanding_masking_and_padding/"""
    embedding = layers.Embedding(input_dim=5000, output_dim=16, mask_zero=True)
    masked_output = embedding(WORDS)
    np.testing.assert_array_equal(arrays(masked_output._keras_mask), WORDS != 0)
    unmasked = ops.cast(ops.repeat(ops.expand_dims(WORDS, axis=-1), 10, axis=-1), "float32")
    np.testing.assert_array_equal(arrays(layers.Masking()(unmasked)._keras_mask), WORDS != 0)

    class MyLayer(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.embedding = layers.Embedding(input_dim=5000, output_dim=16, mask_zero=True)
            self.lstm = layers.LSTM(32)

        def call(self, inputs):
            x = self.embedding(inputs)
            return self.lstm(x, mask=self.embedding.compute_mask(inputs))

    class TemporalSplit(layers.Layer):
        def call(self, inputs):
            return ops.split(inputs, 2, axis=1)

        def compute_mask(self, inputs, mask=None):
            return None if mask is None else ops.split(mask, 2, axis=1)

    class TemporalSoftmax(layers.Layer):
        def call(self, inputs, mask=None):
            assert mask is not None
            kept = ops.expand_dims(ops.cast(mask, "float32"), -1)
            scores = ops.exp(inputs) * kept
            return scores / ops.sum(scores, axis=-1, keepdims=True)

    assert MyLayer()(WORDS).shape == (3, 32)
    first, second = TemporalSplit()(masked_output)
    np.testing.assert_array_equal(arrays(first._keras_mask), WORDS[:, :3] != 0)
    np.testing.assert_array_equal(arrays(second._keras_mask), WORDS[:, 3:] != 0)
    inputs = keras.Input(shape=(None,), dtype="int32")
    x = layers.Dense(1)(layers.Embedding(input_dim=5000, output_dim=16, mask_zero=True)(inputs))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the guide's TemporalSoftmax ends the mask
        model = keras.Model(inputs, TemporalSoftmax()(x))
        y = model(WORDS)
    assert y.shape == (3, 6, 1)


def test_a_masked_array_is_an_array(fresh):
    """On NumPy a mask needs a view that can hold it; what is computed from the view is plain."""
    y = layers.Embedding(5000, 2, mask_zero=True)(WORDS)
    assert isinstance(y, np.ndarray) and type(y + 1) is np.ndarray and type(ops.add(y, 1)) is np.ndarray
    assert repr(y) == repr(np.asarray(y)) and y[0]._keras_mask is None
    model = keras.Sequential([layers.Embedding(5000, 2, mask_zero=True)])
    assert type(model.predict(WORDS, verbose=0)) is np.ndarray


class PassesOn(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.seen = None

    def call(self, inputs, mask=None):
        self.seen = mask
        return inputs * 2.0


class Shortens(layers.Layer):
    """Every second step; the mask is cut alike."""

    def call(self, inputs):
        return inputs[:, ::2]

    def compute_mask(self, inputs, mask=None):
        return None if mask is None else mask[:, ::2]


class Two(layers.Layer):
    """Several tensors: each has its own mask argument."""

    def call(self, query, value, query_mask=None, value_mask=None):
        self.seen = query_mask, value_mask
        return query


def test_layers_of_ones_own(backend):
    x = layers.Embedding(5000, 2, mask_zero=True)(WORDS)
    layer = PassesOn()
    np.testing.assert_array_equal(arrays(Shortens()(layer(x))._keras_mask), WORDS[:, ::2] != 0)
    np.testing.assert_array_equal(arrays(layer.seen), WORDS != 0)
    assert Shortens().supports_masking and not layers.Layer().supports_masking
    two = Two()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        two(x, np.ones((3, 6, 2), "float32"))
    np.testing.assert_array_equal(arrays(two.seen[0]), WORDS != 0)
    assert two.seen[1] is None


def test_a_given_mask_goes_before_the_tensors_own(backend):
    layer, mine = PassesOn(), np.ones((3, 6), bool)
    y = layer(layers.Embedding(5000, 2, mask_zero=True)(WORDS), mask=mine)
    np.testing.assert_array_equal(arrays(layer.seen), mine)
    np.testing.assert_array_equal(arrays(y._keras_mask), mine)


def test_a_mask_that_ends_is_told(backend):
    x = layers.Embedding(5000, 2, mask_zero=True)(WORDS)
    with pytest.warns(UserWarning, match="Layer 'ends' .* destroy the mask"):
        layers.Flatten(name="ends")(x)
    with pytest.warns(UserWarning, match="Layer 'ends_too'"):
        layers.Flatten(name="ends_too")(layers.Embedding(10, 2, mask_zero=True)(keras.Input((3,), dtype="int32")))


@pytest.mark.parametrize("eagerly", [False, True])
def test_masked_steps_weigh_nothing(backend, eagerly):
    """Whatever the targets of masked steps are, loss, metrics and training stay the same."""
    found = []
    for garbage in (0.0, 1e3):
        keras.utils.set_random_seed(0)
        x = keras.Input((6,), dtype="int32")
        h = layers.GRU(3, return_sequences=True)(layers.Embedding(5000, 4, mask_zero=True)(x))
        model = keras.Model(x, layers.Dense(1)(h))
        model.compile("sgd", "mse", metrics=["mae"], run_eagerly=eagerly)
        y = np.where(WORDS > 0, np.arange(6) / 6, garbage)[..., None].astype("float32")
        history = model.fit(WORDS, y, epochs=3, shuffle=False, verbose=0).history
        found.append([*history["loss"], *history["mae"], *model.evaluate(WORDS, y, verbose=0)])
    np.testing.assert_array_equal(*found)


def test_masking_takes_numpys_numbers_to_file():
    layer = layers.Masking(np.float32(-1.0))
    assert layers.Masking.from_config(layer.get_config()).mask_value == -1.0
    np.testing.assert_array_equal(layer(np.array([[[-1.0, -1.0], [-1.0, 2.0]]]))._keras_mask, [[False, True]])
