"""Saving and loading: whole models, weights, configs, custom objects, architectures without weights."""

import json
import os
import tempfile

import keras
import numpy as np
from keras import layers, ops

rng = np.random.default_rng(8)
folder = tempfile.mkdtemp()
x, y = rng.normal(size=(32, 6)).astype("float32"), rng.normal(size=(32, 1)).astype("float32")


def settle(model):
    """The same weights in every package."""
    weights = np.random.default_rng(0)
    model.set_weights([weights.normal(0, 0.4, w.shape).astype("float32") for w in model.get_weights()])
    return model


def same(a, b):
    return bool(np.allclose(a.predict(x, verbose=0), b.predict(x, verbose=0), atol=1e-6))


@keras.saving.register_keras_serializable(package="MyLayers")
class Scaled(layers.Layer):
    def __init__(self, factor, inner=None, **kwargs):
        super().__init__(**kwargs)
        self.factor, self.inner = factor, inner or layers.Dense(3)

    def call(self, x):
        return self.inner(x) * self.factor

    def get_config(self):
        config = super().get_config()
        return {**config, "factor": self.factor, "inner": keras.saving.serialize_keras_object(self.inner)}

    @classmethod
    def from_config(cls, config):
        config["inner"] = keras.saving.deserialize_keras_object(config["inner"])
        return cls(**config)


@keras.saving.register_keras_serializable(package="my_package", name="custom_fn")
def custom_fn(x):
    return x**2


inputs = keras.Input((6,), name="inputs")
outputs = layers.Dense(1, activation=custom_fn, name="out")(Scaled(2.0, name="scaled")(inputs))
model = settle(keras.Model(inputs, outputs, name="custom"))
model.compile("adam", "mse", metrics=["mae"])
model.fit(x, y, batch_size=8, epochs=1, shuffle=False, verbose=0)
path = os.path.join(folder, "model.keras")
model.save(path)
again = keras.models.load_model(path)
print("loaded", same(model, again), again.name, type(again.get_layer("scaled")).__name__)
logs = [m.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0).history["loss"] for m in (model, again)]
print("training goes on equally", np.allclose(*logs), " ".join(f"{v:.4f}" for v in logs[0]))

model.save_weights(os.path.join(folder, "ckpt.weights.h5"))
fresh = keras.models.clone_model(model)
print("a clone has other weights", not same(model, fresh))
fresh.load_weights(os.path.join(folder, "ckpt.weights.h5"))
print("loaded weights", same(model, fresh))

text = model.to_json()
print("from json", [layer.name for layer in keras.models.model_from_json(text).layers], json.loads(text)["class_name"])
config = model.get_config()
print("from config", keras.Model.from_config(config).count_params())

layer = layers.Dense(3, activation="relu", name="d")
print(layers.Dense.from_config(layer.get_config()).get_config()["activation"])
print(keras.saving.get_registered_name(Scaled), keras.saving.get_registered_name(custom_fn))

# Part of the weights, by transfer
functional = settle(keras.Sequential([keras.Input((6,)), layers.Dense(4, name="dense_1"), layers.Dense(2, name="dense_2")]))
functional.save_weights(os.path.join(folder, "part.weights.h5"))
wider = keras.Sequential([keras.Input((6,)), layers.Dense(4, name="dense_1"), layers.Dense(5, name="predictions")])
with open(os.devnull, "w") as quiet:
    try:
        wider.load_weights(os.path.join(folder, "part.weights.h5"))
    except ValueError as error:
        print("does not fit:", type(error).__name__, file=quiet)
        print("does not fit")


class Plain(layers.Layer):
    def call(self, x):
        return ops.tanh(x)


plain = keras.Sequential([keras.Input((6,)), Plain()])
plain.save(os.path.join(folder, "plain.keras"))
try:
    keras.models.load_model(os.path.join(folder, "plain.keras"))
except TypeError as error:
    print("unregistered:", type(error).__name__)
with keras.saving.custom_object_scope({"Plain": Plain}):
    print("in a scope", same(plain, keras.models.load_model(os.path.join(folder, "plain.keras"))))
