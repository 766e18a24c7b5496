"""Numbers of the wrong kind, and what is no number."""

import numpy as np

from .case import broken


@broken("y", (r"np\.unique\(y, return_inverse=True\)\[1\]", {"y": np.array([0, 1, 2, 0])}))
def labels_as_words(keras, y=("cat", "dog", "emu", "cat")):
    """Classes are given by their names."""
    model = keras.Sequential([keras.Input((2,), name="start"), keras.layers.Dense(3, activation="softmax", name="scores")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(np.ones((4, 2)), np.array(y), verbose=0)


@broken("x", (r'np\.asarray\(x, "?float32|x\.astype\("?float', {"dtype": "float32"}))
def table_of_objects(keras, dtype=object):
    """A table that was read with mixed columns has the dtype object."""
    model = keras.Sequential([keras.Input((2,), name="start"), keras.layers.Dense(1, name="out")])
    model.compile("sgd", "mse")
    model.fit(np.array([[1.0, 2], [3, 4]]).astype(dtype), np.ones((2, 1)), verbose=0)


@broken("x", (r"np\.unique\(x, return_inverse=True\)\[1\]", {"numbered": True}))
def colours_by_name(keras, numbered=False):
    """A column of words goes into a Dense."""
    x = np.array([["red"], ["blue"], ["red"]])
    model = keras.Sequential([keras.Input((1,), name="start"), keras.layers.Dense(1, name="out")])
    model.predict(np.unique(x, return_inverse=True)[1].reshape(3, 1) if numbered else x, verbose=0)


@broken("bitwise_and", (r'astype\("?int32|cast\([^)]*int', {"dtype": "int32"}))
def bits_of_floats(keras, dtype="float32"):
    """An op on bits is called on floats."""
    keras.ops.bitwise_and(np.ones(3, dtype), np.ones(3, dtype))


@broken("x", (r"x\['table'\]", {"bare": True}))
def dict_for_one_input(keras, bare=False):
    """A dict with a name of its own is given to a model of one input."""
    model = keras.Sequential([keras.Input((2,), name="start"), keras.layers.Dense(1, name="out")])
    model.compile("sgd", "mse")
    x = {"table": np.ones((4, 2))}
    model.fit(x["table"] if bare else x, np.ones((4, 1)), verbose=0)
