"""Attention: what the layers promise, masks from wherever they come, blocks that train as Keras's do, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as kt

layers = kt.layers
RNG = np.random.default_rng(5)
QUERY, VALUE, KEY = [RNG.normal(size=shape).astype("float32") for shape in [(2, 3, 8), (2, 5, 8), (2, 5, 6)]]


@pytest.fixture
def twins(backend):
    """Function: a layer or model in both packages, with equal weights once `ready` has called it."""
    keras = pytest.importorskip("keras")

    def build(make, ready=lambda model: None):
        kt.utils.set_random_seed(0)
        ours, theirs = make(kt), make(keras)
        ready(ours), ready(theirs)
        theirs.set_weights(ours.get_weights())
        return [(kt, ours), (keras, theirs)]

    return build


def array(x):
    return np.array(kt.backend.to_numpy(x))


def close(ours, theirs, tolerance=1e-5):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(array(a), array(b), rtol=tolerance, atol=tolerance)


def weights_of(layer, *inputs, **kwargs):
    return array(layer(*inputs, return_attention_scores=True, **kwargs)[1])


# What they promise


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3), st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3))
def test_fused_and_plain_attention_agree(batch, time, heads, shared, features):
    """Without weights asked for, one op does it all; asked for, three do. Both give the same, for heads shared or not."""
    x = np.random.default_rng(0).normal(size=(batch, time, 4)).astype("float32")
    for name in ("numpy", "torch"):
        with kt.config.set_backend(name):
            for layer in (
                layers.MultiHeadAttention(heads, features, seed=1),
                layers.GroupQueryAttention(features, heads * shared, heads),
            ):
                fused = layer(x, x, use_causal_mask=True)
                plain, weights = layer(x, x, use_causal_mask=True, return_attention_scores=True)
                np.testing.assert_allclose(array(fused), array(plain), rtol=1e-4, atol=1e-5)
                np.testing.assert_allclose(array(weights).sum(-1), 1, atol=1e-5)
                assert not np.triu(array(weights), 1).any()  # nobody looks ahead


def test_attention_is_a_mean_of_values(backend):
    """Equal keys weigh equally; one hot key takes all."""
    value = np.eye(3, dtype="float32")[None]
    close([layers.Attention()([np.ones((1, 1, 2)), value, np.ones((1, 3, 2))])], [[[[1 / 3] * 3]]])
    keys = np.array([[[0, 0], [100, 0], [0, 0]]], "float32")
    close([layers.Attention()([np.ones((1, 1, 2)), value, keys])], [[[[0, 1, 0]]]])


def test_order_of_keys_does_not_matter(backend):
    """Attention is a set operation: keys and values in another order give the same."""
    layer = layers.MultiHeadAttention(2, 4)
    close([layer(QUERY, VALUE)], [layer(QUERY, VALUE[:, [3, 0, 4, 1, 2]])])


@pytest.mark.parametrize("window", [1, 2, 4])
def test_sliding_window(window, backend):
    """A query sees keys fewer than `window` steps away."""
    weights = weights_of(layers.MultiHeadAttention(2, 4, sliding_window=window), VALUE, VALUE)
    far = np.abs(np.subtract.outer(np.arange(5), np.arange(5))) >= window
    assert not weights[:, :, far].any() and (weights[:, :, ~far] > 0).all()


def test_attention_over_two_axes(backend):
    """Every place of a picture sees every other; along one axis only its own row."""
    picture = RNG.normal(size=(2, 3, 4, 6)).astype("float32")
    assert weights_of(layers.MultiHeadAttention(2, 4), picture, picture).shape == (2, 2, 3, 4, 3, 4)
    assert weights_of(layers.MultiHeadAttention(2, 4, attention_axes=2), picture, picture).shape == (2, 3, 2, 4, 4)
    changed = picture.copy()
    changed[:, 0] = 0
    row_by_row = layers.MultiHeadAttention(2, 4, attention_axes=2)
    close([row_by_row(picture, picture)[:, 1:]], [row_by_row(changed, changed)[:, 1:]])


def test_shapes_on_symbols(backend):
    """What symbols say is what comes out, with unknown lengths as with known ones."""
    query, value = kt.Input((None, 8)), kt.Input((5, 8))
    y, weights = layers.MultiHeadAttention(2, 4, output_shape=7)(query, value, return_attention_scores=True)
    assert (y.shape, weights.shape) == ((None, None, 7), (None, 2, None, 5))
    y, weights = layers.Attention()([query, value], return_attention_scores=True)
    assert (y.shape, weights.shape) == ((None, None, 8), (None, None, 5))
    y, weights = layers.GroupQueryAttention(4, 4, 2)(query=query, value=value, return_attention_scores=True)
    assert (y.shape, weights.shape) == ((None, None, 8), (None, 4, None, 5))
    model = kt.Model([query, value], layers.MultiHeadAttention(2, 4)(query, value, use_causal_mask=True))
    assert model([QUERY, VALUE]).shape == (2, 3, 8)


def test_dropout_drops_weights(backend):
    """In training a share of the weights is 0, the rest scaled up; the weights returned are those before."""
    x = 0.1 * RNG.normal(size=(4, 40, 8)).astype("float32")  # nearly equal: all weights are about 1 / 40
    layer = layers.MultiHeadAttention(2, 4, dropout=0.5, seed=3)
    close([layer(x, x)], [layer(x, x, return_attention_scores=True)[0]])
    a, b = array(layer(x, x, training=True)), array(layer(x, x))
    assert np.abs(a - b).max() > 1e-4
    weights = array(layers.Attention(dropout=0.5, seed=1)([x, x], training=True, return_attention_scores=True)[1])
    assert 0.4 < (weights == 0).mean() < 0.6
    assert abs(weights.sum(-1).mean() - 1) < 0.1


def test_both_backends_drop_the_same():
    outputs = []
    for name in ("numpy", "torch"):
        with kt.config.set_backend(name):
            kt.utils.set_random_seed(0)
            layer = layers.MultiHeadAttention(2, 4, dropout=0.3, seed=9)
            outputs.append(array(layer(VALUE, VALUE, training=True)))
    close(*[[y] for y in outputs])


# Masks


def masked(api):
    """Two sequences of numbers whose zeros are masked, embedded."""
    inputs = [api.Input((3,), dtype="int32", name="q"), api.Input((5,), dtype="int32", name="v")]
    embedded = [api.layers.Embedding(9, 8, mask_zero=True, name=f"embed_{i}")(x) for i, x in enumerate(inputs)]
    return inputs, embedded


TOKENS = [np.array([[1, 2, 0], [3, 0, 0]]), np.array([[4, 5, 6, 0, 0], [7, 8, 0, 0, 0]])]
MASKED = {
    "multi-head": lambda api, q, v: api.layers.MultiHeadAttention(2, 4, name="a")(q, v),
    "multi-head, with a key": lambda api, q, v: api.layers.MultiHeadAttention(2, 4, name="a")(q, v, v),
    "multi-head, by keyword": lambda api, q, v: api.layers.MultiHeadAttention(2, 4, name="a")(query=q, value=v, key=v),
    "multi-head, of itself": lambda api, q, v: api.layers.MultiHeadAttention(2, 4, name="a")(v, v, use_causal_mask=True),
    "multi-head, with weights": lambda api, q, v: api.layers.MultiHeadAttention(2, 4, name="a")(q, v, return_attention_scores=True)[1],
    "grouped": lambda api, q, v: api.layers.GroupQueryAttention(4, 4, 2, name="a")(q, v),
    "grouped, causal": lambda api, q, v: api.layers.GroupQueryAttention(4, 4, 2, name="a")(v, v, use_causal_mask=True),
    "dot": lambda api, q, v: api.layers.Attention(use_scale=True, name="a")([q, v]),
    "dot, causal": lambda api, q, v: api.layers.Attention(name="a")([v, v], use_causal_mask=True),
    "additive": lambda api, q, v: api.layers.AdditiveAttention(name="a")([q, v, v]),
}  # fmt: skip


@pytest.mark.parametrize("name", MASKED)
def test_masks_of_embeddings_reach_attention(name, twins):
    """As Keras's, also where a query is masked and where a query sees nothing."""

    def make(api):
        inputs, embedded = masked(api)
        return api.Model(inputs, MASKED[name](api, *embedded))

    found = [model.predict(TOKENS, verbose=0) for _, model in twins(make)]
    close([found[0]], [found[1]])


def test_the_mask_of_the_query_goes_on(twins):
    """What follows is told which steps count: a mean after attention leaves masked steps out."""

    def make(api):
        inputs, (q, v) = masked(api)
        x = api.layers.MultiHeadAttention(2, 4, name="a")(q, v)
        x = api.layers.LayerNormalization(name="n")(api.layers.Add(name="add")([q, x]))
        return api.Model(inputs, api.layers.GlobalAveragePooling1D(name="mean")(x))

    found = [model.predict(TOKENS, verbose=0) for _, model in twins(make)]
    close([found[0]], [found[1]])


@pytest.mark.parametrize("shape", [(2, 3, 5), (3, 5), (1, 1, 3, 5), (2, 2, 3, 5)], ids=str)
@pytest.mark.parametrize("asked", [False, True], ids=["output", "with weights"])
def test_an_attention_mask_hides_keys(shape, asked, backend):
    """What lies under a mask does not matter, however the mask is spread over batch and heads."""
    hidden = np.ones(shape, bool)
    hidden[..., 2:4] = False
    value = VALUE.copy()
    value[:, 2:4] = 99.0
    layer = layers.MultiHeadAttention(2, 4)
    a, b = (layer(QUERY, v, attention_mask=hidden, return_attention_scores=asked) for v in (VALUE, value))
    close(a if asked else [a], b if asked else [b])


def test_masks_given_by_hand(twins):
    """`[query_mask, value_mask]` of Attention: masked queries give 0, masked values are not seen."""
    masks = [np.array([[True, True, False]] * 2), np.array([[True, False, True, True, False]] * 2)]
    found = []
    for api, layer in twins(lambda api: api.layers.Attention(), lambda layer: layer([QUERY, VALUE])):
        found.append(list(map(array, layer([QUERY, VALUE], mask=[api.ops.convert_to_tensor(m) for m in masks], return_attention_scores=True))))
    close(*found)
    assert not found[0][0][:, 2].any() and found[0][1][..., [1, 4]].max() < 1e-9


# Training


def transformer(api):
    """A block of a Transformer that classifies sequences of tokens."""
    layers = api.layers
    tokens = api.Input((6,), dtype="int32")
    x = layers.Embedding(11, 8, mask_zero=True, name="embed")(tokens)
    attended = layers.MultiHeadAttention(2, 4, name="attend")(x, x)
    x = layers.LayerNormalization(epsilon=1e-6, name="norm_1")(layers.Add(name="add_1")([x, attended]))
    y = layers.Dense(16, activation="gelu", name="wide")(x)
    y = layers.Dense(8, name="narrow")(y)
    x = layers.LayerNormalization(epsilon=1e-6, name="norm_2")(layers.Add(name="add_2")([x, y]))
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    return api.Model(tokens, layers.Dense(3, activation="softmax", name="out")(x))


@pytest.mark.parametrize("run_eagerly", [False, True], ids=["program", "op by op"])
def test_masks_through_two_blocks(run_eagerly, twins):
    """Multi-head attention takes masks off its inputs, so that the block behind a residual sum sees every step: as in Keras."""

    def make(api):
        layers = api.layers
        tokens = api.Input((6,), dtype="int32")
        x = layers.Embedding(11, 8, mask_zero=True, name="embed")(tokens)
        for i in range(2):
            attended = layers.MultiHeadAttention(2, 4, name=f"attend_{i}")(x, x)
            x = layers.LayerNormalization(name=f"norm_{i}")(layers.Add(name=f"add_{i}")([x, attended]))
        x = layers.GroupQueryAttention(4, 4, 2, name="grouped")(x, x)
        x = layers.Attention(name="dot")([x, x])
        return api.Model(tokens, layers.Dense(1, name="out")(layers.GlobalAveragePooling1D(name="mean")(x)))

    tokens, labels = tokens_and_labels()
    found = []
    for api, model in twins(make):
        model.compile(api.optimizers.SGD(0.01), "mse", run_eagerly=run_eagerly)
        before = model.predict(tokens, verbose=0)
        found.append([before, model.fit(tokens, labels, batch_size=40, verbose=0).history["loss"]])
    close(*found)  # no further: of a query that sees nothing, Torch's kernel rounds the gradient


def decoder(api):
    """Causal attention to itself, then grouped attention to another sequence, with RMS normalization and a gate."""
    layers = api.layers
    inputs, memory = api.Input((6, 8), name="x"), api.Input((4, 8), name="memory")
    x = layers.RMSNormalization(name="norm_1")(inputs)
    x = layers.Add(name="add_1")([inputs, layers.MultiHeadAttention(2, 4, use_gate=True, name="own")(x, x, use_causal_mask=True)])
    y = layers.GroupQueryAttention(4, 4, 2, name="cross")(layers.RMSNormalization(name="norm_2")(x), memory)
    x = layers.Add(name="add_2")([x, y])
    return api.Model([inputs, memory], layers.EinsumDense("bte,eo->bo", 3, bias_axes="o", name="out")(x))


def tokens_and_labels():
    tokens = RNG.integers(1, 11, (40, 6))
    tokens[:, 4:] *= RNG.integers(0, 2, (40, 2))  # some are padding
    return tokens, RNG.integers(0, 3, 40)


@pytest.mark.parametrize("run_eagerly", [False, True], ids=["program", "op by op"])
def test_a_transformer_block_trains_as_in_keras(run_eagerly, twins):
    tokens, labels = tokens_and_labels()
    found = []
    for api, model in twins(transformer):
        model.compile(api.optimizers.Adam(0.01), "sparse_categorical_crossentropy", run_eagerly=run_eagerly)
        history = model.fit(tokens, labels, batch_size=8, shuffle=False, verbose=0).history
        found.append([history["loss"], model.predict(tokens, verbose=0), *model.get_weights()])
    close(*found, tolerance=1e-3)


def test_a_decoder_block_trains_as_in_keras(twins):
    data = [RNG.normal(size=(40, 6, 8)).astype("float32"), RNG.normal(size=(40, 4, 8)).astype("float32")]
    target = RNG.normal(size=(40, 3)).astype("float32")
    found = []
    for api, model in twins(decoder):
        model.compile(api.optimizers.SGD(0.005), "mse")
        losses = [model.train_on_batch([x[i : i + 8] for x in data], target[i : i + 8]) for i in range(0, 40, 8)]
        found.append([losses, model.predict(data, verbose=0), *model.get_weights()])
    assert np.isfinite(found[0][0]).all()
    close(*found, tolerance=1e-3)


def test_weights_are_named_as_in_keras(twins):
    def make(api):
        return api.layers.MultiHeadAttention(2, 4, value_dim=3, use_gate=True, name="a")

    told = []
    for _, layer in twins(make, lambda layer: layer(QUERY, VALUE, KEY)):
        told.append([(w.path, tuple(w.shape)) for w in layer.weights])
        assert layer.query_dense.name == "query" and layer.output_dense.name == "attention_output"
    assert told[0] == told[1]


# Einsum


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.integers(1, 4), st.integers(1, 4))
def test_einsum_dense_with_an_ellipsis_is_dense(passed, features, units):
    """`"...x,xy->...y"` is `Dense`, for any number of axes."""
    x = np.random.default_rng(2).normal(size=(*passed, features)).astype("float32")
    for name in ("numpy", "torch"):
        with kt.config.set_backend(name):
            einsum, dense = layers.EinsumDense("...x,xy->...y", units, bias_axes="y"), layers.Dense(units)
            y = einsum(x)
            dense.build(x.shape)
            dense.set_weights(einsum.get_weights())
            np.testing.assert_allclose(array(y), array(dense(x)), rtol=1e-4, atol=1e-5)


def test_einsum_dense_starts_as_wide_as_its_letters_say():
    """Glorot's limit counts the inputs and outputs that the equation joins, not the last two axes."""
    layer = layers.EinsumDense("abc,cde->abde", output_shape=(None, 50, 40))
    layer.build((None, 3, 30))
    limit = np.sqrt(6 / (30 + 2000))
    kernel = layer.kernel.numpy()
    assert 0.95 * limit < np.abs(kernel).max() <= limit


# Refusals: the same kind of error in both packages

X = np.ones((2, 3, 4), "float32")
WRONG = {
    "no heads": lambda k: k.layers.MultiHeadAttention(0, 4),
    "half a head": lambda k: k.layers.MultiHeadAttention(1.5, 4),
    "a key of 0": lambda k: k.layers.MultiHeadAttention(2, 0),
    "a value of -1": lambda k: k.layers.MultiHeadAttention(2, 4, value_dim=-1),
    "an axis as a word": lambda k: k.layers.MultiHeadAttention(2, 4, attention_axes="x"),
    "an open window": lambda k: k.layers.MultiHeadAttention(2, 4, sliding_window=0),
    "lengths of key and value": lambda k: k.layers.MultiHeadAttention(2, 4)(X, X, X[:, :2]),
    "uneven heads": lambda k: k.layers.GroupQueryAttention(4, 3, 2),
    "a window as a word": lambda k: k.layers.GroupQueryAttention(4, 4, 2, sliding_window="wide"),
    "a mode": lambda k: k.layers.Attention(score_mode="add"),
    "one tensor": lambda k: k.layers.Attention()(X),
    "a list of one": lambda k: k.layers.Attention()([X]),
    "a list of four": lambda k: k.layers.AdditiveAttention()([X, X, X, X]),
    "a mask alone": lambda k: k.layers.Attention()([X, X], mask=np.ones((2, 3), bool)),
    "one mask": lambda k: k.layers.Attention()([X, X], mask=[np.ones((2, 3), bool)]),
    "three axes": lambda k: k.ops.dot_product_attention(X, X, X),
    "mask and bias": lambda k: k.ops.dot_product_attention(*[X[None]] * 3, mask=np.ones((1, 3, 2, 2), bool), bias=X[None]),
    "an equation": lambda k: k.layers.EinsumDense("ab,bc", 3)(X[:, 0]),
    "an equation with two ellipses": lambda k: k.layers.EinsumDense("...a...,ab->...b...", 3)(X),
    "an output letter from nowhere": lambda k: k.layers.EinsumDense("ab,bc->ad", 3)(X[:, 0]),
    "a kernel letter from nowhere": lambda k: k.layers.EinsumDense("ab,cd->ad", 3)(X[:, 0]),
    "a bias letter from nowhere": lambda k: k.layers.EinsumDense("ab,bc->ac", 3, bias_axes="b")(X[:, 0]),
    "two lengths for a letter": lambda k: k.layers.EinsumDense("abc,cd->abd", (5, 3))(X),
    "adaptation": lambda k: k.layers.EinsumDense("ab,bc->ac", 3, lora_rank="x")(X[:, 0]),
    "a mask too wide": lambda k: k.layers.Softmax()(X, mask=np.ones((2, 2, 3, 4), bool)),
    "a mask too long": lambda k: k.layers.Softmax()(X, mask=np.ones((2, 5, 4), bool)),
}


@pytest.mark.parametrize("name", WRONG)
def test_same_errors(name, backend):
    keras = pytest.importorskip("keras")
    with pytest.raises(Exception) as theirs:
        WRONG[name](keras)
    expected = theirs.type if theirs.type in (ValueError, TypeError) else ValueError
    with pytest.raises(expected) as ours:
        WRONG[name](kt)
    assert len(str(ours.value)) > 20


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: layers.MultiHeadAttention(2, 4)(X[0], X[0]), "axis between batch and features"),
        (lambda: layers.Attention()([X, X[..., :2]]), "queries of 4 features with keys of 2"),
        (lambda: layers.EinsumDense("abc,cd->abd", (None, 3))(X[0]), "names 3 axes"),
        (lambda: layers.EinsumDense("ab,bc->ac", 3)(X), "names 2 axes"),
    ],
)
def test_shapes_that_do_not_fit_are_told_in_words(call, said, backend):
    """Keras leaves these to the library below it."""
    with pytest.raises(ValueError, match=said) as error:
        call()
    assert "Fix:" in str(error.value)


def test_flash_attention_is_torchs_own_choice():
    for make in (lambda: layers.MultiHeadAttention(2, 4, flash_attention=True), lambda: layers.GroupQueryAttention(4, 4, 2, flash_attention=True)):
        with pytest.raises(ValueError, match="flash_attention"):
            make()
    assert layers.MultiHeadAttention(2, 4, flash_attention=False)(QUERY, VALUE).shape == (2, 3, 8)
