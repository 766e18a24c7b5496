"""Who looks at whom: weights worked out from the projections are those of the layer, of Torch and of Keras."""

import numpy as np
import pytest

import kerasteach as kt
from kerasteach.explain.attention import attended, token_names

L = kt.layers
X = np.random.default_rng(0).normal(size=(3, 5, 8)).astype("float32")  # (batch, tokens, features)
MEMORY = np.random.default_rng(1).normal(size=(3, 7, 8)).astype("float32")
MASK = np.array([[1, 1, 1, 1, 1, 0, 0], [1, 0, 1, 0, 1, 0, 1], [0, 0, 0, 0, 0, 0, 0]], bool)

SELF = {
    "heads": lambda x: L.MultiHeadAttention(3, 4, name="look")(x, x),
    "causal": lambda x: L.MultiHeadAttention(2, 4, name="look")(x, x, use_causal_mask=True),
    "window": lambda x: L.MultiHeadAttention(2, 4, sliding_window=2, name="look")(x, x),
    "no bias": lambda x: L.MultiHeadAttention(2, 4, use_bias=False, use_gate=True, dropout=0.5, name="look")(x, x),
    "grouped": lambda x: L.GroupQueryAttention(4, 4, 2, name="look")(x, x),
    "dot": lambda x: L.Attention(use_scale=True, name="look")([x, x], use_causal_mask=True),
    "concat": lambda x: L.Attention(use_scale=True, score_mode="concat", name="look")([x, x]),
    "additive": lambda x: L.AdditiveAttention(name="look")([x, x]),
}


@pytest.mark.parametrize("make", SELF.values(), ids=SELF)
def test_weights_are_the_layers(backend, fresh, make):
    """The layer asked for its own scores says the same, on another route through the model."""
    x = kt.Input((5, 8))
    model = kt.Model(x, make(x))
    found = attended(model, X, sample=1)
    layer = model.get_layer("look")
    given = ([X, X],) if isinstance(layer, L.Attention) else (X, X)
    causal = {"use_causal_mask": True} if found.is_causal else {}
    _, weights = layer(*given, return_attention_scores=True, **causal)
    expected = kt.ops.convert_to_numpy(weights)[1]
    np.testing.assert_allclose(found.weights, expected.reshape(found.weights.shape), atol=1e-6)
    assert found.distance < 1e-5 and found.weights.shape == found.scores.shape == found.seen.shape
    np.testing.assert_allclose(found.weights.sum(axis=-1), 1, atol=1e-5)
    assert np.all(found.weights[~found.seen] == 0)
    if found.is_causal:
        assert np.all(np.triu(found.weights, 1) == 0) and found.has_mask


def test_against_torch(fresh):
    """torch.nn.MultiheadAttention with the same weights, one causal mask."""
    torch = pytest.importorskip("torch")
    x = kt.Input((5, 8))
    model = kt.Model(x, L.MultiHeadAttention(2, 4, name="look", bias_initializer="glorot_uniform")(x, x, use_causal_mask=True))
    wq, bq, wk, bk, wv, bv, wo, bo = (torch.tensor(w) for w in model.get_weights())
    theirs = torch.nn.MultiheadAttention(8, 2, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([w.reshape(8, 8).T for w in (wq, wk, wv)]))
        theirs.in_proj_bias.copy_(torch.cat([b.reshape(8) for b in (bq, bk, bv)]))
        theirs.out_proj.weight.copy_(wo.reshape(8, 8).T)
        theirs.out_proj.bias.copy_(bo)
    later = torch.triu(torch.ones(5, 5, dtype=torch.bool), 1)
    _, weights = theirs(torch.tensor(X), torch.tensor(X), torch.tensor(X), attn_mask=later, average_attn_weights=False)
    np.testing.assert_allclose(attended(model, X, sample=2).weights, weights[2].detach(), atol=1e-5)


def test_against_keras(fresh):
    """Real Keras's layers with the same weights, masks and all."""
    keras = pytest.importorskip("keras")
    for make in (lambda k: k.layers.MultiHeadAttention(2, 4), lambda k: k.layers.GroupQueryAttention(4, 4, 2)):
        query, memory, mask = kt.Input((5, 8)), kt.Input((7, 8)), kt.Input((7,), dtype="bool")
        ours, theirs = make(kt), make(keras)
        model = kt.Model([query, memory, mask], ours(query, memory, value_mask=mask))
        theirs.build(X.shape, MEMORY.shape)
        theirs.set_weights(ours.get_weights())
        _, weights = theirs(X, MEMORY, value_mask=MASK, return_attention_scores=True)
        weights = keras.ops.convert_to_numpy(weights)
        for sample in range(2):  # where all is hidden, Keras on Torch and on its other backends differ
            found = attended(model, [X, MEMORY, MASK], sample=sample)
            np.testing.assert_allclose(found.weights, weights[sample], atol=1e-5)
            assert not found.seen[..., ~MASK[sample]].any() and found.seen[..., MASK[sample]].all()


def test_masks_of_embeddings_are_seen(backend, fresh):
    """Nobody passes a mask by hand: padding tokens of an Embedding are hidden, and the picture knows."""
    tokens = np.array([[3, 1, 2, 0, 0], [4, 4, 1, 1, 2]])
    x = kt.Input((5,), dtype="int32")
    e = L.Embedding(5, 8, mask_zero=True)(x)
    model = kt.Model(x, L.MultiHeadAttention(2, 4, name="look")(e, e))
    found = attended(model, tokens)
    np.testing.assert_array_equal(found.seen[0, 0], tokens[0] > 0)
    assert np.all(found.weights[..., 3:] == 0) and not attended(model, tokens, sample=1).has_mask
    one = kt.Model(x, L.Attention(name="one")([e, e]))
    assert np.all(attended(one, tokens).weights[..., 3:] == 0)


def test_inside_any_model(backend, fresh):
    """A class of one's own whose block attends twice, to itself and to a memory, by place and by name."""
    class Block(L.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.look = L.MultiHeadAttention(2, 4, name="look")

        def call(self, x, memory):
            return self.look(query=self.look(x, x, use_causal_mask=True), value=memory)

    class Net(kt.Model):
        def __init__(self):
            super().__init__()
            self.block, self.head = Block(name="block"), L.Dense(1)

        def call(self, inputs):
            return self.head(self.block(*inputs))

    model = Net()
    first, second = (attended(model, [X, MEMORY], "block/look", call=c) for c in (0, 1))
    assert first.is_causal and first.weights.shape == (2, 5, 5)
    assert not second.is_causal and second.weights.shape == (2, 5, 7)
    with pytest.raises(ValueError, match=r"called 2 time\(s\)"):
        attended(model, [X, MEMORY], call=2)


def test_attention_over_a_picture(backend, fresh):
    """Two axes at once: places in one row; one axis of two: a map for each place of the other."""
    picture = np.random.default_rng(2).normal(size=(2, 3, 4, 8)).astype("float32")
    x = kt.Input((3, 4, 8))
    both = attended(kt.Model(x, L.MultiHeadAttention(2, 4)(x, x)), picture)
    assert both.weights.shape == (2, 12, 12) and both.heads == ("0", "1")
    along = attended(kt.Model(x, L.MultiHeadAttention(2, 4, attention_axes=(2,))(x, x)), picture)
    assert along.weights.shape == (6, 4, 4) and along.heads[:3] == ("0 at 0", "1 at 0", "0 at 1")


def test_nothing_changes(backend, fresh):
    x = kt.Input((5, 8))
    model = kt.Model(x, L.MultiHeadAttention(2, 4, name="look")(x, x))
    before = model.predict(X, verbose=0)
    attended(model, X)
    np.testing.assert_array_equal(model.predict(X, verbose=0), before)
    assert "call" not in vars(model.get_layer("look"))


def test_names_of_tokens():
    ids = np.array([[1, 2, 0], [2, 2, 1]])
    words = {0: "-", 1: "sun", 2: "moon"}
    assert token_names(words, ids, 1, 3) == ["moon", "moon", "sun"]
    assert token_names(words, [np.zeros((2, 4)), ids], 0, 3) == ["sun", "moon", "-"]
    assert token_names([["a", "b"], ["c", "d"]], ids, 1, 2) == ["c", "d"]
    assert token_names(lambda row: [f"<{i}>" for i in row], ids, 0, 3) == ["<1>", "<2>", "<0>"]
    assert token_names(words, [[1, 2, 0]], 0, 3) == token_names(words, ids, 0, 3) == ["sun", "moon", "-"]
    assert token_names(["a"], ids, 0, 3) == ["0", "1", "2"]


def test_errors_say_what_to_do(fresh):
    x = kt.Input((5, 8))
    model = kt.Model(x, L.MultiHeadAttention(2, 4, name="look")(x, x))
    with pytest.raises(ValueError, match=r"no attention layer 'lok'.*Did you mean 'look'"):
        attended(model, X, "lok")
    with pytest.raises(ValueError, match="has no attention layer"):
        attended(kt.Sequential([kt.Input((2,)), L.Dense(1)]), np.ones((1, 2)))

    class Sharp(L.MultiHeadAttention):
        def _attend(self, query, *args):
            return super()._attend(query * 3, *args)

    with pytest.raises(ValueError, match="computes something else than its projections say"):
        attended(kt.Model(x, Sharp(2, 4)(x, x)), X)
