"""Padding and masks: made by Embedding and Masking, passed on by themselves, used by recurrent layers and by hand."""

import keras
import numpy as np
from keras import layers, ops

rng = np.random.default_rng(7)


def settle(model):
    """The same weights in every package."""
    model.set_weights([rng.normal(0, 0.4, w.shape).astype("float32") for w in model.get_weights()])
    return model


raw = [[711, 632, 71], [73, 8, 83, 91], [83, 91, 1, 645, 32, 57]]
padded = keras.utils.pad_sequences(raw, padding="post", maxlen=6)
print(padded)

embedding = layers.Embedding(input_dim=1000, output_dim=4, mask_zero=True)
masked = embedding(padded)
print(np.asarray(ops.convert_to_numpy(masked._keras_mask)).astype(int))
masking = layers.Masking()
unmasked = np.tile(np.expand_dims(padded, axis=-1), [1, 1, 3]).astype("float32")
print(np.asarray(ops.convert_to_numpy(masking(unmasked)._keras_mask)).astype(int).tolist())

model = settle(keras.Sequential([keras.Input((None,), dtype="int32"), layers.Embedding(1000, 4, mask_zero=True), layers.LSTM(5)]))
out = model.predict(padded, verbose=0)
print("whole", np.round(out, 4).tolist())
cut = [model.predict(np.array([row]), verbose=0)[0] for row in raw]
print("padding changes nothing:", np.allclose(out, cut, atol=1e-5))


class TemporalSplit(layers.Layer):
    """Two halves in time, and the mask with them."""

    def call(self, inputs):
        return ops.split(inputs, 2, axis=1)

    def compute_mask(self, inputs, mask=None):
        return None if mask is None else ops.split(mask, 2, axis=1)


first, second = TemporalSplit()(masked)
print(np.asarray(ops.convert_to_numpy(second._keras_mask)).astype(int).tolist())


class TemporalSoftmax(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs, mask=None):
        assert mask is not None
        weights = ops.exp(inputs) * ops.expand_dims(ops.cast(mask, "float32"), axis=-1)
        return weights / ops.sum(weights, axis=1, keepdims=True)


inputs = keras.Input(shape=(None,), dtype="int32")
x = layers.Embedding(1000, 4, mask_zero=True)(inputs)
x = layers.Dense(1)(x)
model = settle(keras.Model(inputs, TemporalSoftmax()(x)))
print(np.round(model.predict(padded, verbose=0)[..., 0], 4).tolist())

# The mask reaches the loss: padded steps do not count
inputs = keras.Input(shape=(None,), dtype="int32")
x = layers.Embedding(1000, 4, mask_zero=True)(inputs)
x = layers.GRU(5, return_sequences=True)(x)
tagger = settle(keras.Model(inputs, layers.Dense(3, activation="softmax")(x)))
tagger.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
tags = padded % 3
history = tagger.fit(padded, tags, epochs=3, batch_size=3, shuffle=False, verbose=0)
print("loss", " ".join(f"{v:.4f}" for v in history.history["loss"]))
