"""`Embedding`: rows of a table, their gradients, their mask."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import layers


def arrays(x):
    return keras.backend.to_numpy(x)


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8", "float32"])
def test_numbers_of_any_kind_pick_rows(backend, dtype):
    layer = layers.Embedding(5, 3)
    y = layer(np.array([[1, 4], [0, 1]], dtype))
    table = arrays(layer.embeddings.value)
    np.testing.assert_array_equal(arrays(y), table[[[1, 4], [0, 1]]])
    assert keras.backend.dtype_name(y.dtype) == "float32"


def test_only_rows_that_came_up_are_trained(backend, fresh):
    model = keras.Sequential([keras.Input((3,), dtype="int32"), layers.Embedding(6, 2), layers.Flatten(), layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    before = model.get_weights()[0]
    model.fit(np.array([[1, 4, 4]]), np.array([[3.0]]), verbose=0)
    moved = np.abs(model.get_weights()[0] - before).max(axis=1) > 0
    np.testing.assert_array_equal(moved, [False, True, False, False, True, False])


def test_a_row_taken_twice_gets_both_gradients(backend):
    layer = layers.Embedding(4, 2)
    layer.build()
    words = np.array([[1, 2, 1]])
    _, _, (g,) = keras.backend.value_and_gradients(lambda: (keras.ops.sum(layer(words)), None), layer.trainable_variables)
    np.testing.assert_array_equal(arrays(g), [[0, 0], [2, 2], [1, 1], [0, 0]])


def test_zero_stands_for_nothing_only_if_asked(backend):
    words = np.array([[5, 0, 3]])
    assert not hasattr(layers.Embedding(6, 2)(words), "_keras_mask")
    y = layers.Embedding(6, 2, mask_zero=True)(words)
    np.testing.assert_array_equal(arrays(y._keras_mask), [[True, False, True]])
    np.testing.assert_array_equal(arrays(layers.Embedding(6, 2, mask_zero=True).compute_mask(words)), [[True, False, True]])


def test_a_table_to_start_from(backend):
    table = np.arange(6.0).reshape(3, 2)
    for weights in (table, [table]):
        np.testing.assert_array_equal(arrays(layers.Embedding(3, 2, weights=weights)(np.array([2, 0]))), table[[2, 0]])
    with pytest.raises(ValueError, match="not compatible with provided weight shape"):
        layers.Embedding(3, 3, weights=table)


def test_a_number_without_a_row_is_told(backend):
    layer = layers.Embedding(10, 2, name="words")
    with pytest.raises(IndexError) as caught:
        layer(np.array([[3, 12]]))
    assert any("rows 0 to 9; the input holds 3 to 12" in note for note in caught.value.__notes__)


def test_fit_tells_it_too(backend):
    """A step that runs as a program knows no layers; it is run again, layer by layer."""
    model = keras.Sequential([keras.Input((2,), dtype="int32"), layers.Embedding(10, 2), layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(IndexError) as caught:
        model.fit(np.array([[3, 12]]), np.array([[1.0]]), verbose=0)
    assert any("Fix: make input_dim the largest number plus 1" in note for note in caught.value.__notes__)


def test_there_and_back(backend, rng):
    tied, own = layers.ReversibleEmbedding(7, 3), layers.ReversibleEmbedding(7, 3, tie_weights=False, logit_soft_cap=0.1)
    for layer in (tied, own):
        layer.build()
    vectors = rng.normal(size=(2, 4, 3)).astype("float32")
    np.testing.assert_allclose(arrays(tied(vectors, reverse=True)), vectors @ arrays(tied.embeddings.value).T, atol=1e-6)
    assert [w.name for w in own.weights] == ["embeddings", "reverse_embeddings"]
    assert np.abs(arrays(own(vectors * 100, reverse=True))).max() <= 0.1 + 1e-6


def test_a_language_model_ties_its_table(backend, fresh):
    """One table reads words and scores them; it is trained from both ends."""
    words = keras.Input((4,), dtype="int32")
    table = layers.ReversibleEmbedding(5, 3, mask_zero=True)
    model = keras.Model(words, table(layers.GRU(3, return_sequences=True)(table(words)), reverse=True))
    model.compile(keras.optimizers.Adam(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x = np.array([[1, 2, 3, 4], [2, 3, 4, 0]])
    losses = model.fit(x, np.roll(x, -1, axis=1), epochs=20, verbose=0).history["loss"]
    assert losses[-1] < losses[0] and sum("embeddings" in w.path for w in model.weights) == 1


@pytest.mark.parametrize("sizes", [(0, 2), (3, 0), (True, 2), (3, 2.5), ("3", 2)])
def test_sizes_are_whole_numbers(sizes):
    with pytest.raises(ValueError, match="must be a positive integer"):
        layers.Embedding(*sizes)
