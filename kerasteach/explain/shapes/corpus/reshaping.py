"""Reshape, Permute and their kin."""

import numpy as np

from .case import broken


@broken("square", (r"target_shape=\((7, 7, 16|4, 7, 28|7, 4, 28)", {"target": (7, 7, 16)}), (r"units=1568\b", {"units": 1568}), (r"Dense\(units=1568\)", {"units": 1568}))
def product_does_not_fit(keras, target=(7, 7, 32), units=784):
    """784 numbers are to become 7 by 7 by 32."""
    x = keras.Input((10,), name="noise")
    h = keras.layers.Dense(units, name="grow")(x)
    keras.Model(x, keras.layers.Reshape(target, name="square")(h))(np.ones((1, 10)))


@broken("turn", (r"dims=\(\d(, \d)+\)", {"dims": (2, 1)}))
def permutation_of_too_many_axes(keras, dims=(3, 1, 2)):
    """Three axes are named, there are two."""
    x = keras.Input((5, 4), name="steps")
    keras.Model(x, keras.layers.Permute(dims, name="turn")(x))(np.ones((1, 5, 4)))


@broken("square", (r"target_shape=\((3, 4|4, 3|2, 6|6, 2)", {"target": (4, 3)}), (r"target_shape=\(-1, 3", {"target": (-1, 3)}))
def rows_of_a_matrix(keras, target=(4, 4)):
    """Twelve numbers are to become a matrix of four by four."""
    model = keras.Sequential([keras.Input((12,), name="start"), keras.layers.Reshape(target, name="square")])
    model(np.ones((1, 12)))


@broken("grow", (r"units=245\b", {"units": 245}), (r"target_shape=\(7, 7, (4|8)\)", {"target": (7, 7, 4)}))
def decoder_of_a_picture(keras, units=196, target=(7, 7, 5)):
    """A decoder's first layer does not fill its picture."""
    model = keras.Sequential([
        keras.Input((2,), name="code"), keras.layers.Dense(units, name="grow"), keras.layers.Reshape(target, name="picture"),
        keras.layers.Conv2DTranspose(1, 3, strides=2, padding="same", name="out"),
    ])  # fmt: skip
    model(np.ones((1, 2)))


@broken("pad", (r"\[\.\.\., None\]|expand_dims\([^)]*axis=-1|, 1\)\)", {"shape": (6, 6, 1)}))
def padding_of_a_matrix(keras, shape=(6, 6)):
    """ZeroPadding2D wants pictures with channels."""
    x = keras.Input(shape, name="matrix")
    keras.Model(x, keras.layers.ZeroPadding2D(1, name="pad")(x))(np.ones((1, *shape)))


@broken("larger", (r"Reshape\(|expand_dims", {"shape": (4, 4, 1)}), (r"Input\(\(4, 4, 1\)", {"shape": (4, 4, 1)}))
def upsampling_of_a_matrix(keras, shape=(4, 4)):
    """UpSampling2D wants pictures with channels."""
    x = keras.Input(shape, name="matrix")
    keras.Model(x, keras.layers.UpSampling2D(2, name="larger")(x))(np.ones((1, *shape)))


@broken("out", (r"units=784\b", {"units": 784}), (r"Dense\(units=784\)", {"units": 784}))
def autoencoder_of_other_size(keras, units=748):
    """An autoencoder gives 748 numbers for 784."""
    model = keras.Sequential([keras.Input((784,), name="picture"), keras.layers.Dense(16, name="code"), keras.layers.Dense(units, name="out")])
    model.compile("sgd", "mse")
    x = np.ones((4, 784))
    model.fit(x, x, verbose=0)


@broken("out", (r"padding=.same", {"padding": "same"}))
def autoencoder_of_pictures(keras, padding="valid"):
    """A convolutional autoencoder gives pictures that are too large."""
    model = keras.Sequential([
        keras.Input((8, 8, 1), name="picture"), keras.layers.Conv2D(2, 3, strides=2, padding="same", name="down"),
        keras.layers.Conv2DTranspose(1, 3, strides=2, padding=padding, name="out"),
    ])  # fmt: skip
    model.compile("sgd", "mse")
    x = np.ones((4, 8, 8, 1))
    model.fit(x, x, verbose=0)
