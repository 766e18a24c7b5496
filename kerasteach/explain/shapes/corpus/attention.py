"""Attention, normalization, positions."""

import numpy as np

from .case import broken


@broken("stored", (r"units=8\b", {"units": 8, "width": 8}))
def query_and_value_differ(keras, units=6, width=8):
    """Query and value of a dot-product attention differ in length."""
    x = keras.Input((5, 8), name="steps")
    v = keras.layers.Dense(units, name="stored")(x)
    keras.Model(x, keras.layers.Attention(name="attend")([x, v]))(np.ones((1, 5, width)))


@broken("attend", (r"\[x, x\]|\(\[x1, x2\]\)|list", {"pair": True}))
def attention_on_one_tensor(keras, pair=False):
    """Attention wants a list of query and value."""
    x = keras.Input((5, 8), name="steps")
    keras.Model(x, keras.layers.Attention(name="attend")([x, x] if pair else x))(np.ones((1, 5, 8)))


@broken("heads", (r"heads\(x, x\)|\(x1, x2\)|one after the other", {"apart": True}))
def heads_on_a_list(keras, apart=False):
    """MultiHeadAttention is given a list, as Attention is."""
    x = keras.Input((5, 8), name="steps")
    layer = keras.layers.MultiHeadAttention(2, 4, name="heads")
    keras.Model(x, layer(x, x) if apart else layer([x, x]))(np.ones((1, 5, 8)))


@broken("flat", (r"leave out layer .flat\b|remove .*flat", {"flat": False}), (r"Reshape\(", {"flat": False}))
def heads_after_flatten(keras, flat=True):
    """Flatten has joined steps and features before self-attention with the sequence."""
    x = keras.Input((5, 8), name="steps")
    h = keras.layers.Flatten(name="flat")(x) if flat else x
    h = keras.layers.MultiHeadAttention(2, 4, name="heads")(h, x)
    keras.Model(x, keras.layers.Add(name="sum")([x, h]))(np.ones((1, 5, 8)))


@broken("back", (r"units=8\b", {"units": 8}))
def transformer_feed_forward(keras, units=16):
    """The feed-forward half of a block does not come back to the width it started from."""
    x = keras.Input((5, 8), name="steps")
    h = keras.layers.MultiHeadAttention(2, 4, name="heads")(x, x)
    x1 = keras.layers.LayerNormalization(name="calm")(keras.layers.Add(name="sum")([x, h]))
    h = keras.layers.Dense(32, activation="relu", name="out")(x1)
    h = keras.layers.Dense(units, name="back")(h)
    keras.Model(x, keras.layers.Add(name="again")([x1, h]))(np.ones((1, 5, 8)))


@broken("places", (r"input_dim=12\b|units=12\b|\(12\b|target_shape=\(12|length=12", {"length": 12}))
def positions_of_another_length(keras, length=10):
    """There are positions for 10 words, sentences have 12."""
    x = keras.Input((12, 6), name="words")
    table = keras.layers.Embedding(length, 6, name="places")(np.arange(12)[None])
    keras.Model(x, keras.layers.Add(name="sum")([x, table]))(np.ones((1, 12, 6)))


@broken("bands", (r"groups=[124]\b", {"groups": 2}))
def group_normalization_of_odd_groups(keras, groups=3):
    """Eight channels are normalized in groups of three."""
    x = keras.Input((6, 6, 8), name="picture")
    keras.Model(x, keras.layers.GroupNormalization(groups, name="bands")(x))(np.ones((1, 6, 6, 8)))


@broken("calm", (r"axis=(1|-1)\b", {"axis": -1}))
def normalization_of_a_missing_axis(keras, axis=3):
    """A vector has no axis 3 to normalize."""
    x = keras.Input((8,), name="start")
    keras.Model(x, keras.layers.BatchNormalization(axis=axis, name="calm")(x))(np.ones((2, 8)))


@broken("scores", (r"units=5\b", {"units": 5}), (r"Dense\(5|Dense\(units=5", {"units": 5}))
def attention_weights_by_hand(keras, units=4):
    """Scores for 4 steps are to weigh 5."""
    x = keras.Input((5, 3), name="steps")
    w = keras.layers.Dense(units, activation="softmax", name="scores")(keras.layers.Flatten(name="flat")(x))
    keras.Model(x, keras.layers.Dot(axes=1, name="weigh")([w, x]))(np.ones((1, 5, 3)))
