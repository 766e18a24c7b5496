"""Transfer learning: a network learns one task, is frozen, grows a new head, and is then tuned gently."""

import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(9)


def settle(model):
    """The same weights in every package; variances stay positive."""
    values = [np.abs(rng.normal(1, 0.1, w.shape)) if (w == 1).all() else rng.normal(0, 0.3, w.shape) for w in model.get_weights()]
    model.set_weights([v.astype("float32") for v in values])
    return model


def show(title, history):
    print(title, " ".join(f"{v:.4f}" for v in history.history["loss"]))


layer = layers.BatchNormalization()
layer.build((None, 4))
print("weights", len(layer.weights), len(layer.trainable_weights), len(layer.non_trainable_weights))
layer.trainable = False
print("frozen", len(layer.weights), len(layer.trainable_weights), len(layer.non_trainable_weights))

inputs = keras.Input((12, 12, 3))
x = layers.Conv2D(6, 3, use_bias=False)(inputs)
x = layers.BatchNormalization()(x)
x = layers.ReLU()(x)
x = layers.SeparableConv2D(8, 3, padding="same", activation="relu")(x)
base = settle(keras.Model(inputs, layers.GlobalAveragePooling2D()(x), name="base"))
first = keras.Sequential([keras.Input((12, 12, 3)), base, layers.Dense(4, name="old_head")])
settle(first)
images = rng.normal(size=(24, 12, 12, 3)).astype("float32")
first.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
show("old task", first.fit(images, rng.integers(0, 4, 24), batch_size=8, epochs=2, shuffle=False, verbose=0))

base.trainable = False
print("frozen base", len(base.trainable_weights), [layer.trainable for layer in base.layers][:3])
inputs = keras.Input((12, 12, 3))
x = layers.Rescaling(scale=2.0, offset=-0.5)(inputs)
x = base(x, training=False)
x = layers.Dropout(0.0)(x)
model = keras.Model(inputs, layers.Dense(1, name="head")(x))
head = model.get_layer("head")
head.set_weights([rng.normal(0, 0.3, w.shape).astype("float32") for w in head.get_weights()])
model.summary(show_trainable=True)
labels = rng.integers(0, 2, (24, 1)).astype("float32")
before = [w.copy() for w in base.get_weights()]
model.compile(keras.optimizers.Adam(1e-2), keras.losses.BinaryCrossentropy(from_logits=True), metrics=[keras.metrics.BinaryAccuracy()])
show("new head", model.fit(images, labels, batch_size=8, epochs=3, shuffle=False, verbose=0))
print("base untouched", all(np.array_equal(a, b) for a, b in zip(before, base.get_weights())))

base.trainable = True
model.compile(keras.optimizers.Adam(1e-4), keras.losses.BinaryCrossentropy(from_logits=True), metrics=[keras.metrics.BinaryAccuracy()])
show("fine tuning", model.fit(images, labels, batch_size=8, epochs=2, shuffle=False, verbose=0))
moving = [i for i, w in enumerate(base.weights) if "moving" in w.path]
after = base.get_weights()
print("moving averages untouched", all(np.array_equal(before[i], after[i]) for i in moving))
print("kernels moved", not np.array_equal(before[0], after[0]))
