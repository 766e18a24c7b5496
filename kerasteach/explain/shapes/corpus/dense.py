"""Vectors: Dense layers, and what is fed to them."""

import numpy as np

from .case import broken

AXIS_AT_END = r"\[\.\.\., None\]|expand_dims\((\w+, )?(axis=)?-1|\(28, 28, 1\)"


@broken("wide", (r"units=16", {"units": 16}))
def residual_sum(keras, units=12):
    """A shortcut is 16 long, the branch 12."""
    x = keras.Input((16,), name="start")
    h = keras.layers.Dense(units, activation="relu", name="wide")(x)
    keras.Model(x, keras.layers.Add(name="sum")([x, h]))(np.ones((2, 16)))


@broken("second", (r"units=6", {"units": 6}))
def product_of_two_towers(keras, units=5):
    """Two towers end in vectors of 6 and 5."""
    a, b = keras.Input((3,), name="left"), keras.Input((4,), name="right")
    u = keras.layers.Dense(6, name="first")(a)
    v = keras.layers.Dense(units, name="second")(b)
    keras.Model([a, b], keras.layers.Multiply(name="meet")([u, v]))([np.ones((2, 3)), np.ones((2, 4))])


@broken("x", (r"x\[:, :8\]|x\[\.\.\., :8\]", {"features": 8}))
def other_features_than_built_for(keras, features=9):
    """A layer has weights for 8 features and gets 9."""
    layer = keras.layers.Dense(4, name="scores")
    layer(np.ones((2, 8)))
    layer(np.ones((2, features)))


@broken("x", (r"x\[None\]|x\[None, \.\.\.\]|expand_dims\(x, (axis=)?0", {"batch": (1,)}))
def one_sample_without_batch(keras, batch=()):
    """One sample is given where a batch is wanted."""
    model = keras.Sequential([keras.Input((5,), name="start"), keras.layers.Dense(3, name="hidden"), keras.layers.Dense(1, name="out")])
    model(np.ones((*batch, 5)))


@broken("x", (r"x\.T|x\.transpose\(|put samples first", {"shape": (100, 4)}))
def features_first(keras, shape=(4, 100)):
    """The table lies on its side: features are rows."""
    model = keras.Sequential([keras.Input((4,), name="start"), keras.layers.Dense(1, name="out")])
    model.predict(np.ones(shape), verbose=0)


@broken("x", (r"Flatten\(|x\.reshape\(|reshape\(x, \(", {"shape": (6, 784)}))
def images_into_vectors(keras, shape=(6, 28, 28)):
    """Pictures are given to a model of vectors."""
    model = keras.Sequential([keras.Input((784,), name="start"), keras.layers.Dense(10, name="scores")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(np.ones(shape), np.zeros(6, "int32"), verbose=0)


@broken("sizes|x", (r"Input\(\(3,\)|shape=\(3,\)", {"size": 3}), (r"x\[\.\.\., :2\]|x\[:, :2\]", {"columns": 2}))
def input_of_another_width(keras, size=2, columns=3):
    """The Input says 2 columns, the data has 3."""
    model = keras.Sequential([keras.Input((size,), name="sizes"), keras.layers.Dense(1, name="out")])
    model.compile("sgd", "mse")
    model.fit(np.ones((8, columns)), np.ones((8, 1)), verbose=0)


@broken("flat", (r"Flatten\(", {"flatten": True}), (r"Reshape\(", {"flatten": True}))
def picture_into_fixed_dense(keras, flatten=False):
    """A head with weights for vectors of 12 gets pictures."""
    head = keras.layers.Dense(2, name="flat")
    head(np.ones((1, 12)))
    x = keras.Input((2, 6), name="picture")
    h = keras.layers.Flatten(name="to_vector")(x) if flatten else x
    keras.Model(x, head(h))(np.ones((3, 2, 6)))


@broken("ready", (r"input_shape|build\(|units=4\b", {"units": 4}))
def shared_layer_on_two_widths(keras, units=3):
    """One layer is shared by a tensor of 4 and one of 3."""
    shared = keras.layers.Dense(2, name="shared")
    x = keras.Input((4,), name="start")
    h = keras.layers.Dense(units, name="ready")(x)
    keras.Model(x, keras.layers.Add(name="sum")([shared(x), shared(h)]))(np.ones((2, 4)))


@broken("x", (r'to numbers|np\.asarray\(x, "?float32|astype\("?float32|return_inverse', {"kind": "float32"}))
def numbers_as_text(keras, kind=str):
    """A column was read as text."""
    model = keras.Sequential([keras.Input((1,), name="start"), keras.layers.Dense(1, name="out")])
    model.compile("sgd", "mse")
    model.fit(np.array([["1.5"], ["2.5"]]).astype(kind), np.ones((2, 1)), verbose=0)


@broken("mix", (r"units=7", {"units": 7}), (r"output_dim=7", {"units": 7}))
def chain_of_three_sums(keras, units=6):
    """The middle of three branches has another width."""
    x = keras.Input((7,), name="start")
    a = keras.layers.Dense(7, name="low")(x)
    b = keras.layers.Dense(units, name="mix")(x)
    c = keras.layers.Dense(7, name="high")(x)
    keras.Model(x, keras.layers.Average(name="mean")([a, b, c]))(np.ones((2, 7)))
