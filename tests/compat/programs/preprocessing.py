"""Preprocessing as layers: numbers scaled, cut into bins and encoded; pictures scaled and cropped; kept with the model."""

import os
import tempfile

import keras
import numpy as np
from keras import layers, ops

rng = np.random.default_rng(11)


def numbers(x):
    return np.round(np.asarray(ops.convert_to_numpy(x), "float32"), 4).tolist()


data = np.array([[0.1, 0.2, 0.3], [0.8, 0.9, 1.0], [1.5, 1.6, 1.7]], "float32")
normalizer = layers.Normalization()
normalizer.adapt(data)
print("normalized", numbers(normalizer(data)), f"{float(np.mean(numbers(normalizer(data)))):.2f}")
undo = layers.Normalization(invert=True)
undo.adapt(data)
print("and back", numbers(undo(normalizer(data))))

bins = layers.Discretization(bin_boundaries=[0.0, 1.0, 2.0])
print("bins", numbers(bins(np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]]))))
for mode in ("one_hot", "multi_hot", "count"):
    layer = layers.CategoryEncoding(num_tokens=4, output_mode=mode)
    print(mode, numbers(layer(np.array([3, 2, 0]) if mode == "one_hot" else np.array([[0, 1], [0, 0], [1, 2], [3, 1]]))))

pictures = rng.uniform(0, 255, (2, 8, 8, 3)).astype("float32")
steps = keras.Sequential([keras.Input((8, 8, 3)), layers.Resizing(6, 6), layers.CenterCrop(4, 4), layers.Rescaling(1 / 127.5, offset=-1)])
print("pictures", steps.output_shape, numbers(steps(pictures)[0, :2, :2, 0]))
augment = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1), layers.RandomZoom(0.1)])
print("augmentation rests at inference", np.allclose(ops.convert_to_numpy(augment(pictures, training=False)), pictures))
print("and keeps shapes in training", tuple(augment(pictures, training=True).shape))

inputs = keras.Input((3,))
x = normalizer(inputs)
model = keras.Model(inputs, layers.Dense(1)(x))
weights = np.random.default_rng(0)
dense = model.layers[-1]
dense.set_weights([weights.normal(size=w.shape).astype("float32") for w in dense.get_weights()])
model.compile("adam", "mse")
history = model.fit(data, np.ones((3, 1)), epochs=3, shuffle=False, verbose=0)
print("loss", " ".join(f"{v:.4f}" for v in history.history["loss"]))
path = os.path.join(tempfile.mkdtemp(), "model.keras")
model.save(path)
print("saved with the model", np.allclose(keras.models.load_model(path).predict(data, verbose=0), model.predict(data, verbose=0)))
