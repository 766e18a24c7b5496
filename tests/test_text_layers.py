"""Layers for text and tables give what Keras gives.

Keras needs TensorFlow for these layers, so what it gave is kept in text_layers_by_keras.json; run this file with Keras and
TensorFlow installed to write it anew: `KERAS_BACKEND=tensorflow python tests/test_text_layers.py`.
"""

import json
from pathlib import Path

import numpy as np
import pytest

STORED = Path(__file__).with_name("text_layers_by_keras.json")
TEXTS = ["the cat sat on the mat", "The DOG, it sat!", "", "Grüße   an die Katze", "cat cat cat"]
WORDS = np.array([["a", "b"], ["b", "c"], ["b", "d"]])
NUMBERS = np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]])
RNG = np.random.default_rng(0)
MANY, FEW = RNG.normal(size=500).astype("float32"), RNG.normal(size=(20, 3)).astype("float32")


def plain(x):
    """What a layer returned, as JSON holds it."""
    array = np.asarray(x.detach().cpu() if hasattr(x, "detach") else x)
    if array.dtype.kind in "OSU":
        return [w.decode() if isinstance(w, bytes) else str(w) for w in array.reshape(-1)]
    return {"dtype": str(array.dtype), "values": np.round(array.astype("float64"), 4).tolist()}


def vectorized(**settings):
    """A TextVectorization that has learned TEXTS: its vocabulary and its output."""

    def case(layers):
        layer = layers.TextVectorization(**settings)
        layer.adapt(TEXTS)
        return [list(map(str, layer.get_vocabulary())), plain(layer(TEXTS)), int(layer.vocabulary_size())]

    return case


def learned(name, data, **settings):
    """A lookup that has learned data: its vocabulary and its output."""

    def case(layers):
        layer = getattr(layers, name)(**settings)
        layer.adapt(data)
        return [list(map(str, layer.get_vocabulary())), plain(layer(data))]

    return case


def given(name, data, *args, **settings):
    """A layer that knows all it needs: its output."""
    return lambda layers: plain(getattr(layers, name)(*args, **settings)(data))


def bins(data, **settings):
    """The boundaries that a Discretization finds."""

    def case(layers):
        layer = layers.Discretization(**settings)
        layer.adapt(data)
        return np.round(layer.bin_boundaries, 4).tolist()

    return case


MISSING = [["a", "z", "y", "x"], ["b", "", "w", "q"]]
CASES = {
    "text": vectorized(),
    "text cut": vectorized(output_sequence_length=3),
    "text padded": vectorized(output_sequence_length=8),
    "text few tokens": vectorized(max_tokens=6),
    "text pairs": vectorized(ngrams=2),
    "text only pairs": vectorized(ngrams=(2,)),
    "text multi-hot": vectorized(output_mode="multi_hot"),
    "text counts": vectorized(output_mode="count"),
    "text tf-idf": vectorized(output_mode="tf_idf"),
    "text tf-idf padded": vectorized(output_mode="tf_idf", max_tokens=30, pad_to_max_tokens=True),
    "text characters": vectorized(split="character", output_sequence_length=5),
    "text lower": vectorized(standardize="lower"),
    "text as it is": vectorized(standardize=None),
    "text stripped": vectorized(standardize="strip_punctuation", max_tokens=4, output_mode="count"),
    "text known words": given("TextVectorization", TEXTS, vocabulary=["cat", "sat"]),
    "text whole": given("TextVectorization", ["cat", "dog"], vocabulary=["cat", "sat"], split=None),
    "text in a column": given("TextVectorization", [["cat sat"], ["x"]], vocabulary=["cat", "sat"]),
    "strings": given("StringLookup", [["a", "z"], ["b", ""]], vocabulary=["a", "b"]),
    "strings masked": given("StringLookup", [["a", "z"], ["b", ""]], vocabulary=["a", "b"], mask_token=""),
    "strings masked multi-hot": given(
        "StringLookup", [["a", "z"], ["b", ""]], vocabulary=["a", "b"], mask_token="", output_mode="multi_hot"
    ),
    "strings, three unknown": given("StringLookup", MISSING, vocabulary=["a", "b"], num_oov_indices=3),
    "strings, three unknown, salted": given("StringLookup", MISSING, vocabulary=["a", "b"], num_oov_indices=3, salt=7),
    "strings one-hot": given("StringLookup", ["a", "z"], vocabulary=["a", "b"], output_mode="one_hot"),
    "strings one-hot column": given("StringLookup", [["a"], ["z"]], vocabulary=["a", "b"], output_mode="one_hot"),
    "strings tf-idf": given("StringLookup", [["a", "z", "a"]], vocabulary=["a", "b"], idf_weights=[0.3, 0.7], output_mode="tf_idf"),
    "strings back": given("StringLookup", [0, 1, 2], vocabulary=["a", "b"], invert=True),
    "strings learned": learned("StringLookup", WORDS),
    "strings learned, few": learned("StringLookup", WORDS.reshape(-1), max_tokens=3),
    "strings learned tf-idf": learned("StringLookup", WORDS, output_mode="tf_idf"),
    "numbers": given("IntegerLookup", [[12, 1138, 42], [42, 1000, 36]], vocabulary=[12, 36, 1138, 42]),
    "numbers masked": given("IntegerLookup", [[12, 0, 5]], vocabulary=[12, 36], mask_token=0),
    "numbers, two unknown": given("IntegerLookup", [[12, 0, 5, 36]], vocabulary=[12, 36], num_oov_indices=2),
    "numbers, two unknown, hashed": given(
        "IntegerLookup", [[12, 0, 5, 36]], vocabulary=[12, 36], num_oov_indices=2, oov_method="farmhash"
    ),
    "numbers learned": learned("IntegerLookup", np.array([[1, 2], [2, 3], [2, 5]])),
    "numbers counted": given("IntegerLookup", [[12, 0, 5, 36], [12, 12, 12, 12]], vocabulary=[12, 36], output_mode="count"),
    "numbers back": given("IntegerLookup", [0, 1, 2], vocabulary=[12, 36], invert=True),
    "hashes": given("Hashing", [["A"], ["B"], ["C"], ["D"], ["E"]], 3),
    "hashes of long strings": given("Hashing", [["x" * n] for n in (0, 3, 7, 15, 20, 40, 63, 64, 65, 200)], 1000),
    "hashes masked": given("Hashing", [["A"], ["B"], [""], ["D"], ["E"]], 3, mask_value=""),
    "hashes salted": given("Hashing", [["A"], ["B"], [""], ["D"], ["E" * 30]], 30, salt=[133, 137]),
    "hashes of numbers": given("Hashing", [[1, 2], [3, 4]], 5),
    "hashes one-hot": given("Hashing", [[1], [3]], 5, output_mode="one_hot"),
    "hashes multi-hot": given("Hashing", [[1, 2], [3, 4]], 5, output_mode="multi_hot"),
    "hashes counted": given("Hashing", [[1, 2], [3, 4]], 5, output_mode="count"),
    "classes one-hot": given("CategoryEncoding", [3, 2, 0, 1], 4, "one_hot"),
    "classes multi-hot": given("CategoryEncoding", [[0, 1], [0, 0], [1, 2], [3, 1]], 4),
    "classes counted": given("CategoryEncoding", [[0, 1], [0, 0], [1, 2], [3, 1]], 4, "count"),
    "bins": given("Discretization", NUMBERS, bin_boundaries=[0.0, 1.0, 2.0]),
    **{
        f"bins {mode}": given("Discretization", NUMBERS, bin_boundaries=[0.0, 1.0, 2.0], output_mode=mode)
        for mode in ("one_hot", "multi_hot", "count")
    },
    "bins found": bins(MANY, num_bins=4),
    "bins found roughly": bins(FEW, num_bins=3, epsilon=0.1),
}


@pytest.mark.parametrize("name", CASES)
def test_as_keras(name, backend):
    from kerasteach import layers

    stored = json.loads(STORED.read_text("utf-8"))
    assert CASES[name](layers) == stored[name]


def test_classes_count_as_much_as_they_weigh(backend):
    from kerasteach import layers

    out = layers.CategoryEncoding(3, "count")(np.array([[0, 1, 1]]), count_weights=np.array([[0.5, 1.0, 2.0]]))
    np.testing.assert_allclose(plain(out)["values"], [[0.5, 3.0, 0.0]])


@pytest.mark.parametrize("name, data, settings", [
    ("TextVectorization", np.array(TEXTS * 3), {}), ("StringLookup", np.array([["a"], ["b"], ["a"], ["c"]]), {}),
    ("IntegerLookup", np.array([[5], [7], [5], [9]]), {}), ("Discretization", MANY[:, None], {"num_bins": 5}),
])  # fmt: skip
def test_learning_in_batches_is_learning_at_once(name, data, settings):
    from kerasteach import layers

    once, bit_by_bit = getattr(layers, name)(**settings), getattr(layers, name)(**settings)
    once.adapt(data)
    bit_by_bit.adapt(iter(np.array_split(data, 3)))
    if name == "Discretization":
        np.testing.assert_allclose(once.bin_boundaries, bit_by_bit.bin_boundaries, atol=0.1)
    else:
        assert once.get_vocabulary() == bit_by_bit.get_vocabulary()


def classifier(keras, vectorizer):
    layers = keras.layers
    return keras.Sequential([
        keras.Input((1,), dtype="string"), vectorizer, layers.Embedding(vectorizer.vocabulary_size(), 4, mask_zero=True),
        layers.GlobalAveragePooling1D(), layers.Dense(1, "sigmoid"),
    ])  # fmt: skip


@pytest.mark.parametrize("kind", [str, object, "S20"])
def test_a_model_learns_from_strings_and_is_saved_with_its_vocabulary(kind, backend, tmp_path):
    import kerasteach as keras

    x = np.array([["good film"], ["bad film"], ["very good"], ["very bad"]]).astype(kind)
    y = np.array([1, 0, 1, 0])
    vectorizer = keras.layers.TextVectorization(output_sequence_length=4)
    vectorizer.adapt(x)
    model = classifier(keras, vectorizer)
    model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy")
    model.fit(x, y, epochs=30, verbose=0)
    expected = model.predict(x, verbose=0)
    assert ((expected[:, 0] > 0.5) == y).all()
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.layers[0].get_vocabulary() == vectorizer.get_vocabulary()
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), expected)


def test_a_model_of_numbers_refuses_strings(backend):
    import kerasteach as keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    for use in (lambda x: model.fit(x, np.ones(2), verbose=0), lambda x: model.predict(x, verbose=0), model, model.layers[0]):
        with pytest.raises(ValueError, match=r"(?s)Expected numbers.*Fix"):
            use(np.array([["a"], ["b"]]))


BAD = {
    "input with two columns": lambda L: L.TextVectorization(vocabulary=["a"])([["a", "b"]]),
    "no vocabulary": lambda L: L.TextVectorization(output_mode="count")(["a"]),
    "unknown, and none allowed": lambda L: L.StringLookup(vocabulary=["a"], num_oov_indices=0)(["z"]),
    "a token twice": lambda L: L.StringLookup(vocabulary=["a", "a"]),
    "an empty vocabulary": lambda L: L.StringLookup(vocabulary=[]),
    "the mask in the middle": lambda L: L.StringLookup(vocabulary=["a", "", "b"], mask_token=""),
    "more tokens than allowed": lambda L: L.StringLookup(vocabulary=["a", "b", "c"], max_tokens=2),
    "no such file": lambda L: L.StringLookup(vocabulary="/no/such/file.txt"),
    "learning what is known": lambda L: L.StringLookup(vocabulary=["a"]).adapt(["b"]),
    "weights without tf-idf": lambda L: L.StringLookup(vocabulary=["a"], idf_weights=[1.0]),
    "tf-idf without weights": lambda L: L.StringLookup(vocabulary=["a"], output_mode="tf_idf"),
    "an unknown mode": lambda L: L.StringLookup(output_mode="two_hot"),
    "an unknown standard": lambda L: L.TextVectorization(standardize="upper"),
    "a length for bags of words": lambda L: L.TextVectorization(output_mode="count", output_sequence_length=3),
    "ragged": lambda L: L.TextVectorization(ragged=True),
    "sparse": lambda L: L.StringLookup(sparse=True, output_mode="count"),
    "padding to nothing": lambda L: L.StringLookup(pad_to_max_tokens=True),
    "no bins": lambda L: L.Hashing(0),
    "salt that is none": lambda L: L.Hashing(3, salt="salt"),
    "a class outside": lambda L: L.CategoryEncoding(3)([[0, 3]]),
    "no number of classes": lambda L: L.CategoryEncoding(),
    "weights that count nothing": lambda L: L.CategoryEncoding(3)([[0, 1]], count_weights=np.ones((1, 2))),
    "both kinds of bins": lambda L: L.Discretization(bin_boundaries=[0.0], num_bins=3),
    "neither kind of bins": lambda L: L.Discretization(),
    "bins that were never found": lambda L: L.Discretization(num_bins=3)([1.0]),
    "finding bins that are given": lambda L: L.Discretization(bin_boundaries=[0.0]).adapt([1.0]),
}


@pytest.mark.parametrize("use", BAD.values(), ids=BAD)
def test_wrong_use_says_what_to_do(use):
    from kerasteach import layers

    with pytest.raises((ValueError, RuntimeError)) as caught:
        use(layers)
    assert len(str(caught.value)) > 40


def test_a_file_in_an_archive_cannot_name_a_vocabulary_elsewhere(tmp_path):
    import kerasteach as keras

    (tmp_path / "words.txt").write_text("a\nb\n", "utf-8")
    layer = keras.layers.StringLookup(vocabulary=str(tmp_path / "words.txt"))
    assert layer.get_vocabulary() == ["[UNK]", "a", "b"]
    config = layer.get_config() | {"vocabulary": str(tmp_path / "words.txt")}
    model = keras.Sequential([keras.Input((1,), dtype="string"), keras.layers.StringLookup.from_config(config)])
    text = model.to_json().replace('"vocabulary": null', json.dumps({"vocabulary": config["vocabulary"]})[1:-1])
    with pytest.raises(ValueError, match="outside of the model archive"):
        keras.models.model_from_json(text)


if __name__ == "__main__":
    import keras as real

    STORED.write_text(json.dumps({name: case(real.layers) for name, case in CASES.items()}, indent=1, ensure_ascii=False), "utf-8")
