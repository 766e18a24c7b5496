"""Masks beside Keras's: where they come from, what becomes of them, and that loss and metrics leave out what they say."""

import warnings

import numpy as np
import pytest

RNG = np.random.default_rng(0)
LENGTHS = RNG.integers(1, 8, 24)
WORDS = np.where(np.arange(7) < LENGTHS[:, None], RNG.integers(1, 20, (24, 7)), 0)  # (batch, time), padded with 0
STEPS = (RNG.normal(size=(24, 7, 2)) * (WORDS > 0)[:, :, None]).astype("float32")
ONE, CLASSES = RNG.integers(0, 2, (24, 1)).astype("float32"), RNG.integers(0, 3, (24, 7))
EACH = RNG.normal(size=(24, 7, 2)).astype("float32")


def one_answer(k):
    L = k.layers
    return k.Sequential([k.Input((7,), dtype="int32"), L.Embedding(20, 5, mask_zero=True), L.LSTM(4), L.Dense(1, "sigmoid")])


def without_input(k):
    L = k.layers
    return k.Sequential([L.Embedding(20, 5, mask_zero=True), L.GRU(4, return_sequences=True), L.Dense(3, "softmax")])


def both_directions(k):
    L, x = k.layers, k.Input((None,), dtype="int32")
    h = L.Bidirectional(L.LSTM(3, return_sequences=True))(L.Embedding(20, 5, mask_zero=True)(x))
    return k.Model(x, L.TimeDistributed(L.Dense(2))(h))


def two_outputs(k):
    L, x = k.layers, k.Input((None,), dtype="int32")
    e = L.Embedding(20, 5, mask_zero=True)(x)
    a, b = L.GRU(3, return_sequences=True, reset_after=False)(e), L.SimpleRNN(3, "relu", return_sequences=True)(e)
    y = L.Dense(2)(L.Concatenate()([a, b]))
    return k.Model(x, [y, L.LSTM(1)(y)])


def model_in_a_model(k):
    """The model inside was drawn on an input without a mask; it gets one all the same."""
    L, x = k.layers, k.Input((None,), dtype="int32")
    inner = k.Sequential([k.Input((None, 5)), L.Dense(4), L.LSTM(3, return_sequences=True)])
    h = L.GRU(3, return_sequences=True)(inner(L.Embedding(20, 5, mask_zero=True)(x)))
    return k.Model(x, L.Dense(2)(h))


def subclassed(k):
    class Tagger(k.Model):
        def __init__(self):
            super().__init__()
            self.table = k.layers.Embedding(20, 5, mask_zero=True)
            self.reader = k.layers.LSTM(4, return_sequences=True)
            self.tag = k.layers.Dense(2)

        def call(self, x):
            return self.tag(self.reader(self.table(x)))

    return Tagger()


def masked_steps(k):
    L, x = k.layers, k.Input((7, 2))
    return k.Model(x, L.Dense(2)(L.LSTM(4, return_sequences=True)(L.Dropout(0.0)(L.Masking()(x)))))


def explicit_mask(k):
    """The mask is another input of the model."""
    L, x, m = k.layers, k.Input((7, 2)), k.Input((7,), dtype="bool")
    return k.Model([x, m], L.Dense(2)(L.GRU(4, return_sequences=True)(x, mask=m)))


MODELS = [
    (one_answer, WORDS, ONE, "binary_crossentropy", ["accuracy"]),
    (without_input, WORDS, CLASSES, "sparse_categorical_crossentropy", ["accuracy"]),
    (both_directions, WORDS, EACH, "mse", ["mae"]),
    (two_outputs, WORDS, [EACH, ONE], ["mse", "mse"], [["mae"], ["mae"]]),
    (model_in_a_model, WORDS, EACH, "mae", ["mse"]),
    (subclassed, WORDS, EACH, "mse", ["mae"]),
    (masked_steps, STEPS, EACH, "mse", ["mae"]),
    (explicit_mask, [STEPS, WORDS > 0], EACH, "mse", ["mae"]),
]


@pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("make, x, y, loss, metrics", MODELS, ids=[m[0].__name__ for m in MODELS])
def test_training_on_sequences_of_unequal_length(twins, close, make, x, y, loss, metrics, weighted):
    """History, evaluation and predictions are Keras's: masked steps weigh nothing in loss and metrics."""

    def built(k):
        model = make(k)
        model.compile(k.optimizers.Adam(0.01), loss, metrics=metrics, weighted_metrics=[] if weighted else None)
        model.predict(x, verbose=0)
        return model

    weights = RNG.uniform(0.5, 2.0, np.shape(y)[:2]).astype("float32") if weighted and not isinstance(y, list) else None
    found = []
    for _, model in twins(built):
        history = model.fit(x, y, sample_weight=weights, epochs=2, batch_size=8, shuffle=False, verbose=0).history
        found.append([dict(sorted(history.items())), model.evaluate(x, y, verbose=0), model.predict(x, verbose=0)])
    close(*found, 2e-5)


# Where masks come from, and what becomes of them


def mask_of(x):
    mask = getattr(x, "_keras_mask", None)
    return None if mask is None else np.asarray(mask)


def embedded(k, words=WORDS[:3]):
    return k.layers.Embedding(20, 4, mask_zero=True)(words)


def inside(k):
    """A layer that says nothing of masks; the one inside it sees them."""

    class Inside(k.layers.Layer):
        def __init__(self):
            super().__init__()
            self.reader = k.layers.LSTM(2, return_sequences=True)

        def call(self, x):
            return self.reader(x)

    return Inside


FATES = {
    "embedding": embedded,
    "masking": lambda k: k.layers.Masking()(STEPS[:3]),
    "dense": lambda k: k.layers.Dense(2)(embedded(k)),
    "activation": lambda k: k.layers.Activation("relu")(embedded(k)),
    "dropout": lambda k: k.layers.Dropout(0.5)(embedded(k)),
    "identity": lambda k: k.layers.Identity()(embedded(k)),
    "normalization": lambda k: k.layers.LayerNormalization()(embedded(k)),
    "lstm": lambda k: k.layers.LSTM(2)(embedded(k)),
    "lstm_all_steps": lambda k: k.layers.LSTM(2, return_sequences=True)(embedded(k)),
    "lstm_with_states": lambda k: k.layers.LSTM(2, return_sequences=True, return_state=True)(embedded(k)),
    "bidirectional": lambda k: k.layers.Bidirectional(k.layers.GRU(2, return_sequences=True), merge_mode=None)(embedded(k)),
    "time_distributed": lambda k: k.layers.TimeDistributed(k.layers.Dense(2))(embedded(k)),
    "add": lambda k: k.layers.Add()([embedded(k), embedded(k, WORDS[3:6])]),
    "add_one_without": lambda k: k.layers.Add()([embedded(k), k.ops.ones((3, 7, 4))]),
    "concatenate_features": lambda k: k.layers.Concatenate()([embedded(k), embedded(k, WORDS[3:6])]),
    "concatenate_one_without": lambda k: k.layers.Concatenate()([embedded(k), k.ops.ones((3, 7, 4))]),
    "concatenate_steps": lambda k: k.layers.Concatenate(axis=1)([embedded(k), embedded(k, WORDS[3:6])]),
    "concatenate_steps_one_without": lambda k: k.layers.Concatenate(axis=1)([embedded(k), k.ops.ones((3, 7, 4))]),
    "multiply": lambda k: k.layers.Multiply()([embedded(k), embedded(k, WORDS[3:6])]),
    "dot": lambda k: k.layers.Dot(2)([embedded(k), embedded(k, WORDS[3:6])]),
    "flatten": lambda k: k.layers.Flatten()(embedded(k)),
    "reshape": lambda k: k.layers.Reshape((28,))(embedded(k)),
    "lambda": lambda k: k.layers.Lambda(lambda x: x * 2)(embedded(k)),
    "inside a layer": lambda k: inside(k)()(embedded(k)),
    "sequential": lambda k: k.Sequential([k.layers.Dense(3), k.layers.Dense(2)])(embedded(k)),
}


@pytest.mark.parametrize("fate", FATES.values(), ids=FATES)
def test_what_becomes_of_a_mask(both, fate):
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for out in both(fate):
            assert not isinstance(out, Exception), out
            found.append([mask_of(x) for x in (out if isinstance(out, (list, tuple)) else [out])])
    for ours, theirs in zip(*found):
        assert (ours is None) == (theirs is None)
        if theirs is not None:
            np.testing.assert_array_equal(ours, theirs)


USES = {
    "mean over time": lambda L, e: L.GlobalAveragePooling1D()(e),
    "largest over time": lambda L, e: L.GlobalMaxPooling1D()(e),
    "attention": lambda L, e: L.Attention()([e, e]),
    "additive attention": lambda L, e: L.AdditiveAttention(use_scale=False)([e, e]),
    "heads": lambda L, e: L.MultiHeadAttention(2, 3, kernel_initializer="ones")(e, e),
    "grouped heads": lambda L, e: L.GroupQueryAttention(3, 4, 2, kernel_initializer="ones")(e, e),
    "causal heads": lambda L, e: L.MultiHeadAttention(1, 3, kernel_initializer="ones")(e, e, use_causal_mask=True),
    "moments over the batch": lambda L, e: L.BatchNormalization()(e, training=True),
    "product": lambda L, e: L.Multiply()([e, e]),
    "two-way": lambda L, e: L.Bidirectional(L.GRU(2, kernel_initializer="ones", recurrent_initializer="ones"))(e),
    "conv": lambda L, e: L.Conv1D(2, 3, padding="same", kernel_initializer="ones")(e),
    "conv lstm": lambda L, e: L.ConvLSTM1D(2, 1, kernel_initializer="ones", recurrent_initializer="ones")(
        L.TimeDistributed(L.Reshape((4, 1)))(e)
    ),
    "in a functional model": lambda L, e: L.Lambda(lambda x: x)(e),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("as_model", [False, True], ids=["called", "model"])
def test_what_layers_do_with_a_mask(both, close, use, as_model):
    """Numbers and what is passed on, for layers of all rooms; by themselves and in a graph."""
    table = np.arange(80.0).reshape(20, 4) / 40 - 1

    def run(k):
        L = k.layers
        embedding = L.Embedding(20, 4, mask_zero=True, weights=[table])
        if not as_model:
            return use(L, embedding(WORDS[:3]))
        x = k.Input((7,), dtype="int32")
        return k.Model(x, use(L, embedding(x)))(WORDS[:3])

    ours, theirs = both(run)
    assert not isinstance(theirs, Exception), theirs
    close(ours, theirs)
    assert (mask_of(ours) is None) == (mask_of(theirs) is None)
    if mask_of(theirs) is not None:
        np.testing.assert_array_equal(mask_of(ours), mask_of(theirs))


@pytest.mark.parametrize("fate", ["flatten", "reshape", "dense", "lambda"])
def test_a_destroyed_mask_is_told_as_in_keras(both, fate):
    def told(k):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            FATES[fate](k)
        return [str(w.message).split(".")[0] for w in caught if "mask" in str(w.message)]

    ours, theirs = both(told)
    assert ours == theirs


@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM", "GRU"])
def test_a_mask_beside_an_initial_state(both, close, kind):
    """As in Keras, `mask` is passed on by itself only where the sequence is the only tensor; given by name it counts."""
    states = [np.ones((3, 2), "float32")] * (2 if kind == "LSTM" else 1)

    def run(k, **kwargs):
        k.utils.clear_session()
        x = embedded(k)
        layer = getattr(k.layers, kind)(2, return_sequences=True)
        layer.build((3, 7, 4))
        layer.set_weights([np.full(w.shape, 0.3, "float32") for w in layer.get_weights()])
        x = k.ops.zeros((3, 7, 4)) + k.ops.cast(WORDS[:3, :, None], "float32") if kwargs else x * 0 + 1.0
        return layer(x, initial_state=[k.ops.convert_to_tensor(s) for s in states], **kwargs)

    close(*both(run))
    close(*both(lambda k: run(k, mask=k.ops.convert_to_tensor(WORDS[:3] > 0))))


def test_a_functional_model_shows_where_its_mask_is_made(both):
    """The mask is an op of the graph and an input of the layers that take it, in summary and config."""

    def text(k):
        lines = []
        both_directions(k).summary(print_fn=lines.append)
        return "\n".join(lines).strip()

    ours, theirs = both(text)
    assert ours == theirs and "not_equal" in ours


@pytest.mark.parametrize("make", [one_answer, both_directions, two_outputs, masked_steps, explicit_mask])
def test_files_of_masked_models(twins, close, tmp_path, make):
    x = next(m[1] for m in MODELS if m[0] is make)
    (ours, a), (theirs, b) = twins(make)
    a.save(tmp_path / "a.keras")
    b.save(tmp_path / "b.keras")
    expected = b.predict(x, verbose=0)
    close(theirs.models.load_model(tmp_path / "a.keras").predict(x, verbose=0), expected)
    close(ours.models.load_model(tmp_path / "b.keras").predict(x, verbose=0), expected)
    close(ours.models.load_model(tmp_path / "a.keras").predict(x, verbose=0), expected)
