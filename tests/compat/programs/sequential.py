"""A chain of layers: built late and at once, grown and cut, looked into, trained."""

import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(1)


def settle(model):
    """The same weights in every package."""
    model.set_weights([rng.normal(0, 0.4, w.shape).astype("float32") for w in model.get_weights()])


model = keras.Sequential([layers.Dense(2, activation="relu", name="first"), layers.Dense(3, activation="relu"), layers.Dense(4)])
print("layers", len(model.layers), "built", model.built)
y = model(np.ones((1, 4)))
print("weights", len(model.weights), "shape", tuple(y.shape))
model.pop()
print("layers", [layer.name for layer in model.layers][:1], len(model.layers))

model = keras.Sequential(name="digits")
model.add(keras.Input(shape=(28, 28, 1)))
model.add(layers.Conv2D(4, 5, strides=2, activation="relu", name="conv"))
model.add(layers.Conv2D(4, 3, activation="relu", padding="same"))
model.add(layers.MaxPooling2D(3))
print("so far", model.output_shape)
model.add(layers.GlobalMaxPooling2D())
model.add(layers.Dense(10, activation="softmax", name="classes"))
settle(model)
model.summary()

x = rng.normal(size=(40, 28, 28, 1)).astype("float32")
y = rng.integers(0, 10, 40)
model.compile(keras.optimizers.Adam(1e-2), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0)
for name, values in history.history.items():
    print(name, " ".join(f"{v:.4f}" for v in values))

extractor = keras.Model(inputs=model.inputs, outputs=[layer.output for layer in model.layers])
for layer, feature in zip(model.layers, extractor(x[:2])):
    print(layer.name, tuple(feature.shape), f"{float(keras.ops.mean(feature)):.4f}")

model.trainable = False
print("trainable", len(model.trainable_weights), "of", len(model.weights))
