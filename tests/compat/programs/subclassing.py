"""Layers and models as classes: weights in build, losses and metrics from layers, layers within layers, a VAE without its noise."""

import keras
import numpy as np
from keras import layers, ops

rng = np.random.default_rng(3)


def settle(model):
    """The same weights in every package."""
    model.set_weights([rng.normal(0, 0.3, w.shape).astype("float32") for w in model.get_weights()])


class Linear(layers.Layer):
    def __init__(self, units=4, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="random_normal", trainable=True, name="w")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", trainable=True, name="b")

    def call(self, inputs):
        return ops.matmul(inputs, self.w) + self.b

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class ComputeSum(layers.Layer):
    def __init__(self, input_dim):
        super().__init__()
        self.total = self.add_weight(initializer="zeros", shape=(input_dim,), trainable=False)

    def call(self, inputs):
        self.total.assign_add(ops.sum(inputs, axis=0))
        return self.total


total = ComputeSum(2)
print("sum", np.asarray(ops.convert_to_numpy(total(np.ones((2, 2))))), np.asarray(ops.convert_to_numpy(total(np.ones((2, 2))))))
print("trainable", total.trainable_weights, "all", len(total.weights))


class Block(layers.Layer):
    def __init__(self):
        super().__init__()
        self.parts = [Linear(8), Linear(8)]
        self.last = Linear(1)

    def call(self, inputs):
        for part in self.parts:
            inputs = ops.relu(part(inputs))
        return self.last(inputs)


block = Block()
print("output", tuple(block(np.ones((3, 5))).shape), "weights", len(block.weights), "trainable", len(block.trainable_weights))
print([w.name for w in block.weights])


class Encoder(layers.Layer):
    def __init__(self, latent_dim=3, **kwargs):
        super().__init__(**kwargs)
        self.proj, self.mean, self.log_var = layers.Dense(8, activation="relu"), layers.Dense(latent_dim), layers.Dense(latent_dim)

    def call(self, inputs):
        x = self.proj(inputs)
        return self.mean(x), self.log_var(x)


class Decoder(layers.Layer):
    def __init__(self, original_dim, **kwargs):
        super().__init__(**kwargs)
        self.proj, self.out = layers.Dense(8, activation="relu"), layers.Dense(original_dim, activation="sigmoid")

    def call(self, inputs):
        return self.out(self.proj(inputs))


class AutoEncoder(keras.Model):
    def __init__(self, original_dim, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.decoder = Encoder(), Decoder(original_dim)

    def call(self, inputs):
        mean, log_var = self.encoder(inputs)
        kl = -0.5 * ops.mean(log_var - ops.square(mean) - ops.exp(log_var) + 1)
        self.add_loss(kl)
        return self.decoder(mean)


model = AutoEncoder(10, name="autoencoder")
x = rng.random((24, 10)).astype("float32")
model(x[:1])
settle(model)
model.compile(keras.optimizers.Adam(1e-2), loss="mse")
history = model.fit(x, x, epochs=3, batch_size=6, shuffle=False, verbose=0)
print("loss", " ".join(f"{v:.4f}" for v in history.history["loss"]))
print("losses", len(model.losses), f"{float(model.losses[0]):.4f}")
print(sorted(layer.name for layer in model.layers))
print(Linear.from_config(Linear(7).get_config()).units)


class NotBuilt(layers.Layer):
    def call(self, x, training=False):
        return x * 2 if training else x


layer = NotBuilt()
print(float(ops.sum(layer(np.ones(3), training=True))), float(ops.sum(layer(np.ones(3)))))
