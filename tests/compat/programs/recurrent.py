"""Recurrent networks: sequences or states out, encoder and decoder, statefulness, both directions, a cell of one's own."""

import keras
import numpy as np
from keras import layers, ops

rng = np.random.default_rng(10)


def settle(model):
    """The same weights in every package."""
    model.set_weights([rng.normal(0, 0.4, w.shape).astype("float32") for w in model.get_weights()])
    return model


def show(title, x):
    print(title, tuple(x.shape), np.round(np.asarray(x).reshape(-1)[:4], 4).tolist())


x = rng.normal(size=(4, 6, 5)).astype("float32")
model = settle(
    keras.Sequential(
        [keras.Input((None, 5)), layers.GRU(7, return_sequences=True), layers.SimpleRNN(6), layers.Dense(3)], name="stacked"
    )
)
model.summary()
show("stacked", model.predict(x, verbose=0))

encoder_in, decoder_in = keras.Input((None,), name="source"), keras.Input((None,), name="target")
embedded = layers.Embedding(50, 4)(encoder_in)
output, state_h, state_c = layers.LSTM(6, return_state=True, name="encoder")(embedded)
decoded = layers.LSTM(6, name="decoder")(layers.Embedding(60, 4)(decoder_in), initial_state=[state_h, state_c])
seq2seq = settle(keras.Model([encoder_in, decoder_in], layers.Dense(3)(decoded)))
source, target = rng.integers(0, 50, (4, 5)), rng.integers(0, 60, (4, 3))
show("seq2seq", seq2seq.predict([source, target], verbose=0))
seq2seq.compile(keras.optimizers.Adam(0.01), "mse")
history = seq2seq.fit([source, target], np.zeros((4, 3)), epochs=3, shuffle=False, verbose=0)
print("loss", " ".join(f"{v:.4f}" for v in history.history["loss"]))

lstm = layers.LSTM(5, stateful=True)
lstm.build((4, 6, 5))
lstm.set_weights([rng.normal(0, 0.4, w.shape).astype("float32") for w in lstm.get_weights()])
once = ops.convert_to_numpy(lstm(x[:, :3]))
twice = ops.convert_to_numpy(lstm(x[:, 3:]))
lstm.reset_state()
whole = ops.convert_to_numpy(lstm(x))
print("two halves are the whole", np.allclose(twice, whole, atol=1e-5), not np.allclose(once, whole, atol=1e-3))
show("stateful", whole)

model = settle(
    keras.Sequential([keras.Input((6, 5)), layers.Bidirectional(layers.LSTM(4, return_sequences=True)), layers.Bidirectional(layers.GRU(3)), layers.Dense(2)])
)
show("both directions", model.predict(x, verbose=0))


class MinimalCell(layers.Layer):
    """h = tanh(x W + h U)."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = self.output_size = units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer="uniform", name="kernel")
        self.recurrent_kernel = self.add_weight(shape=(self.units, self.units), initializer="uniform", name="recurrent_kernel")

    def call(self, inputs, states):
        output = ops.tanh(ops.matmul(inputs, self.kernel) + ops.matmul(states[0], self.recurrent_kernel))
        return output, [output]


model = settle(keras.Sequential([keras.Input((None, 5)), layers.RNN([MinimalCell(4), MinimalCell(3)]), layers.Dense(1)]))
show("own cells", model.predict(x, verbose=0))
model.compile(keras.optimizers.SGD(0.1), "mse")
history = model.fit(x, np.ones((4, 1)), epochs=3, batch_size=2, shuffle=False, verbose=0)
print("loss", " ".join(f"{v:.4f}" for v in history.history["loss"]))
distributed = settle(keras.Sequential([keras.Input((6, 5)), layers.TimeDistributed(layers.Dense(2, activation="tanh"))]))
show("at every step", distributed.predict(x, verbose=0))
