"""A training that has blown up can be looked at, too: weights that are no numbers are shown as such."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.widgets import Attention, Convolution, Latent, Recurrent

L = keras.layers
RNG = np.random.default_rng(0)


def convolution():
    model = keras.Sequential([keras.Input((6, 6, 1)), L.Conv2D(2, 3, activation="relu"), L.GlobalMaxPooling2D(), L.Dense(2, "softmax")])
    return Convolution(model, RNG.random((2, 6, 6, 1))), model, [{"view": "saliency"}, {"view": "cell", "filter": 1}]


def recurrent():
    model = keras.Sequential([keras.Input((5, 2)), L.LSTM(3), L.Dense(1)])
    model.compile("sgd", "mse")
    return Recurrent(model, RNG.random((2, 5, 2)), np.ones((2, 1))), model, [{"step": 2}, {"sample": 1}]


def attention():
    x = keras.Input((4, 3))
    model = keras.Model(x, L.MultiHeadAttention(2, 3)(x, x, use_causal_mask=True))
    return Attention(model, RNG.random((2, 4, 3))), model, [{"query": 2}, {"head": 1}]


def latent():
    x, z = keras.Input((16,)), keras.Input((3,))
    model = keras.Model(x, keras.Model(z, L.Dense(16)(z), name="decoder")(keras.Model(x, L.Dense(3)(x), name="encoder")(x)))
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
    return Latent((encoder, decoder), RNG.random((5, 16)), list("abcde")), model, [{"z1": 1.0}, {"view": "grid"}]


@pytest.mark.parametrize("make", [convolution, recurrent, attention, latent])
@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_weights_that_are_no_numbers(backend, fresh, make, wrong):
    panel, model, moves = make()
    model.set_weights([np.full_like(w, wrong) for w in model.get_weights()])
    for move in ({}, *moves):
        panel.set(**move)
        assert "nan" in repr(panel) or "inf" in repr(panel), repr(panel)
        assert panel.to_svg().startswith("<svg") and panel.sentence.endswith(".") and panel.details() is not None
