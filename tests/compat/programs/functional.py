"""Graphs of layers: several inputs and outputs, shared layers, residual blocks, a layer graph reused."""

import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(2)


def settle(model):
    """The same weights in every package."""
    model.set_weights([rng.normal(0, 0.2, w.shape).astype("float32") for w in model.get_weights()])


# A ticket: title, body and tags in, priority and department out
title = keras.Input(shape=(None,), name="title")
body = keras.Input(shape=(None,), name="body")
tags = keras.Input(shape=(12,), name="tags")
shared = layers.Embedding(100, 8, name="words")
features = layers.concatenate([layers.LSTM(8)(shared(title)), layers.LSTM(6)(shared(body)), tags])
priority = layers.Dense(1, name="priority")(features)
department = layers.Dense(4, name="department")(features)
model = keras.Model(inputs=[title, body, tags], outputs={"priority": priority, "department": department}, name="tickets")
settle(model)
model.summary()
model.compile(
    keras.optimizers.RMSprop(1e-2),
    loss={
        "priority": keras.losses.BinaryCrossentropy(from_logits=True),
        "department": keras.losses.CategoricalCrossentropy(from_logits=True),
    },
    loss_weights={"priority": 1.0, "department": 0.2},
)
n = 32
data = {
    "title": rng.integers(0, 100, (n, 5)), "body": rng.integers(0, 100, (n, 9)),
    "tags": rng.integers(0, 2, (n, 12)).astype("float32"),
}  # fmt: skip
targets = {
    "priority": rng.integers(0, 2, (n, 1)).astype("float32"),
    "department": np.eye(4, dtype="float32")[rng.integers(0, 4, n)],
}
history = model.fit(data, targets, epochs=2, batch_size=8, shuffle=False, verbose=0)
for name in sorted(history.history):
    print(name, " ".join(f"{v:.4f}" for v in history.history[name]))

# A small residual net
inputs = keras.Input(shape=(16, 16, 3), name="img")
x = layers.Conv2D(8, 3, activation="relu")(inputs)
block = layers.MaxPooling2D(3)(x)
x = layers.Conv2D(8, 3, activation="relu", padding="same")(block)
block = layers.add([x, block])
x = layers.GlobalAveragePooling2D()(block)
net = keras.Model(inputs, layers.Dense(5)(x), name="small_resnet")
settle(net)
images = rng.normal(size=(4, 16, 16, 3)).astype("float32")
print(np.round(net.predict(images, verbose=0).sum(axis=0), 3))

# An autoencoder whose decoder is a model of its own, called twice
encoder_in = keras.Input((6,), name="encoder_in")
encoder = keras.Model(encoder_in, layers.Dense(2, activation="tanh")(encoder_in), name="encoder")
decoder_in = keras.Input((2,), name="decoder_in")
decoder = keras.Model(decoder_in, layers.Dense(6)(decoder_in), name="decoder")
whole_in = keras.Input((6,))
once = decoder(encoder(whole_in))
twice = decoder(encoder(once))
both = keras.Model(whole_in, layers.average([once, twice]), name="autoencoder")
settle(both)
print([layer.name for layer in both.layers if layer.name in ("encoder", "decoder")], both.count_params())
print(f"{float(np.square(both.predict(rng.normal(size=(3, 6)), verbose=0)).sum()):.4f}")

# Ops in the graph
a, b = keras.Input((4,)), keras.Input((4,))
gate = keras.ops.sigmoid(a)
mixed = keras.Model([a, b], gate * b + (1.0 - gate) * keras.ops.tanh(a))
print(np.round(np.asarray(mixed.predict([np.ones((1, 4)), np.arange(4.0)[None]], verbose=0)), 4))
