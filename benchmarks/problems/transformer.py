"""Sequences of 128 words: an Embedding, two Transformer encoder layers, the mean over time, one Dense."""

from dataclasses import dataclass

from .base import Draw, Problem, ones, zeros
from .lstm import phrases


@dataclass(frozen=True, kw_only=True)
class Transformer(Problem):
    """An encoder layer: attention, added and normalized; two Dense layers, added and normalized."""

    rows: int = 160
    batch: int = 32
    length: int = 128
    words: int = 1000
    width: int = 64
    heads: int = 4
    inner: int = 256
    depth: int = 2
    loss = "binary_crossentropy"
    tolerance = 0.3  # it learns all within the first epoch, so the order of the rows tells

    def data(self):
        return phrases(self.rows, self.length, self.words)

    def weights(self):
        draw, width, heads = Draw(1), self.width, self.heads
        each = width // heads

        def attention():
            into = [w for _ in "qkv" for w in (draw.glorot(width, heads, each, n_out=width), zeros(heads, each))]
            return [*into, draw.glorot(heads, each, width, n_in=width), zeros(width)]

        norm = [ones(width), zeros(width)]
        found = draw.embedding(self.words, width)
        for _ in range(self.depth):
            found += [*attention(), *norm, *draw.dense(width, self.inner), *draw.dense(self.inner, width), *norm]
        return found + draw.dense(width, 1)

    def flops(self):
        dense = 4 * self.width**2 + 2 * self.width * self.inner
        return self.depth * self.length * (dense + 2 * self.length * self.width)

    def model(self, keras):
        layers = keras.layers
        words = layers.Input(shape=(self.length,), dtype="int32")
        x = layers.Embedding(self.words, self.width)(words)
        for _ in range(self.depth):
            seen = layers.MultiHeadAttention(self.heads, self.width // self.heads)(x, x)
            x = layers.LayerNormalization()(layers.Add()([x, seen]))
            thought = layers.Dense(self.width)(layers.Dense(self.inner, activation="relu")(x))
            x = layers.LayerNormalization()(layers.Add()([x, thought]))
        x = layers.GlobalAveragePooling1D()(x)
        return keras.Model(words, layers.Dense(1, activation="sigmoid")(x))


problem = Transformer
