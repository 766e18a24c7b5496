"""The attention panel: the numbers are the layer's; any head and query can be pointed at; hidden places are told."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.widgets import Attention
from kerasteach.widgets.attention_scene import _head_boxes, _map_box
from kerasteach.widgets.feature_examples import backwards

L = keras.layers
X = np.random.default_rng(0).normal(size=(3, 5, 8)).astype("float32")


def model_of(make, shape=(5, 8)):
    x = keras.Input(shape)
    return keras.Model(x, make(x))


@pytest.fixture
def panel(backend, fresh):
    return Attention(model_of(lambda x: L.MultiHeadAttention(3, 4, name="look")(x, x)), X, tokens=list("abcde"), sample=1)


def test_the_words_say_the_weights(panel):
    panel.set(head=2, query=3)
    _, weights = panel.model.get_layer("look")(X, X, return_attention_scores=True)
    row = keras.ops.convert_to_numpy(weights)[1, 2, 3]
    best = int(row.argmax())
    assert f"query 3 (d) looks at {'abcde'[best]} {row[best]:.2g}" in repr(panel)
    assert panel.strongest(1)[0][2] == pytest.approx(row[best], abs=1e-6)
    assert "softmax of the scores" in panel.details()


def test_a_click_chooses_head_and_query(panel):
    boxes, box = _head_boxes(panel.attended), _map_box(panel.attended)
    panel.pointed(boxes[2].x + 3, boxes[2].y + 3, "click")
    panel.pointed(box.x + 3, box.y + 3.5 * box.height / 5, "drag")
    assert (panel.state["head"], panel.state["query"]) == (2, 3)
    panel.pointed(40, box.y + 0.5 * box.height / 5, "click")  # on the query's name
    assert panel.state["query"] == 0
    before = panel.state
    panel.pointed(2, 2, "click")
    assert panel.state == before


def test_arrow_keys_walk_over_queries_and_heads(panel):
    for key in ("up", "left", "down", "down", "right"):
        panel.pointed(0, 0, key)
    assert (panel.state["head"], panel.state["query"]) == (1, 2)


def test_causal_and_padding_are_told(backend, fresh):
    causal = Attention(model_of(lambda x: L.MultiHeadAttention(1, 4)(x, x, use_causal_mask=True)), X)
    assert "5 keys, causal;" in repr(causal) and "hidden" in causal.to_svg() and "query 0 (0) looks at 0 1" in repr(causal)
    x = keras.Input((5,), dtype="int32")
    e = L.Embedding(5, 8, mask_zero=True)(x)
    padded = Attention(keras.Model(x, L.Attention(name="one")([e, e])), np.array([[1, 2, 3, 0, 0]]), {0: "-", 1: "one"})
    assert "1 head, 5 queries, 5 keys, masked;" in repr(padded) and padded.names == (["one", "2", "3", "-", "-"],) * 2


def test_layers_of_different_sizes(backend, fresh):
    def two(x):
        wide = L.MultiHeadAttention(4, 4, name="wide")(x, x)
        return L.GroupQueryAttention(4, 2, 1, name="narrow")(wide, wide)

    panel = Attention(model_of(two), X, layer="wide", head=3)
    panel.set(layer="narrow")
    assert panel.state["head"] == 1 and "2 heads" in repr(panel)


def test_the_second_call_of_a_layer(backend, fresh):
    look = L.MultiHeadAttention(2, 4, name="look")
    panel = Attention(model_of(lambda x: look(look(x, x), x)), X)
    first = panel.attended.weights
    assert not np.allclose(panel.set(call=1).attended.weights, first)
    with pytest.raises(ValueError, match=r"called 2 time\(s\)"):
        panel.set(call=2)


def test_many_tokens_and_heads(fresh):
    panel = Attention(model_of(lambda x: L.MultiHeadAttention(32, 4)(x, x), (300, 8)), np.random.default_rng(0).normal(size=(1, 300, 8)))
    scene = panel.set(query=299)._scene()
    assert len(panel.to_svg()) < 300_000 and "24 of 32 heads" in panel.to_svg() and "14 of 300 keys" in panel.to_svg()
    assert all(box.x + box.width < scene.width - 20 for box in _head_boxes(panel.attended))


def test_what_it_refuses_changes_nothing(panel):
    before = panel.state
    for wrong, said in [({"head": 3}, "no head 3: it has 3"), ({"query": 5}, "no query 5"), ({"layer": "x"}, "no attention layer 'x'"), ({"sample": 3}, "no sample 3")]:
        with pytest.raises(ValueError, match=said):
            panel.set(**wrong)
        assert panel.state == before


def test_it_keeps_up_with_a_training(backend, fresh):
    pytest.importorskip("ipywidgets")
    model = model_of(lambda x: L.Dense(1)(L.Flatten()(L.MultiHeadAttention(2, 4)(x, x))))
    model.compile(keras.optimizers.SGD(0.5), "mse")
    panel = Attention(model, X)
    live = panel.widget()
    before = live.picture.svg
    model.fit(X, np.ones((3, 1)), epochs=2, verbose=0, callbacks=[panel])
    assert live.words.words == repr(panel) and live.picture.svg != before


def test_the_example_looks_at_its_mirror_image():
    """Each place of the word, written backwards, is read from the other end: both heads' maps lie across."""
    model, x, _ = backwards("numpy")
    assert np.mean(model.predict(x, verbose=0).argmax(axis=-1) == x[:, ::-1]) == 1
    weights = Attention(model, x).attended.weights.mean(axis=0)
    np.testing.assert_array_equal(weights.argmax(axis=-1), [5, 4, 3, 2, 1, 0])
