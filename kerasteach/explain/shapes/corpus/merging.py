"""Several inputs, several outputs, and where they meet."""

import numpy as np

from .case import broken


def two_inputs(keras):
    a, b = keras.Input((3,), name="left"), keras.Input((4,), name="right")
    h = keras.layers.Concatenate(name="join")([a, b])
    model = keras.Model([a, b], keras.layers.Dense(1, name="out")(h))
    model.compile("sgd", "mse")
    return model


@broken("join", (r"axis=(-1|2)\b", {"axis": -1}))
def concatenate_along_the_wrong_axis(keras, axis=1):
    """Two sequences of other widths are joined along time."""
    a, b = keras.Input((5, 3), name="left"), keras.Input((5, 4), name="right")
    keras.Model([a, b], keras.layers.Concatenate(axis=axis, name="join")([a, b]))([np.ones((1, 5, 3)), np.ones((1, 5, 4))])


@broken("join", (r"Flatten\(", {"flat": True}), (r"RepeatVector\(|GlobalAveragePooling2D\(", {"flat": True}))
def concatenate_picture_and_table(keras, flat=False):
    """A picture is joined with a row of a table."""
    a, b = keras.Input((6, 6, 2), name="picture"), keras.Input((4,), name="row")
    h = keras.layers.Flatten(name="flat")(a) if flat else a
    keras.Model([a, b], keras.layers.Concatenate(name="join")([h, b]))([np.ones((1, 6, 6, 2)), np.ones((1, 4))])


@broken("x", (r"\[x\[1\], x\[0\]\]", {"order": (1, 0)}))
def inputs_in_the_wrong_order(keras, order=(0, 1)):
    """Two inputs are given the wrong way round."""
    data = [np.ones((6, 4)), np.ones((6, 3))]
    two_inputs(keras).fit([data[i] for i in order], np.ones((6, 1)), verbose=0)


@broken("x", (r"x\[:, :3\], x\[:, 3:\]", {"split": True}), (r"\{'left': \.\.\., 'right': \.\.\.\}", {"split": True}))
def one_table_for_two_inputs(keras, split=False):
    """One table is given to a model of two inputs."""
    x = np.ones((6, 7))
    two_inputs(keras).fit([x[:, :3], x[:, 3:]] if split else x, np.ones((6, 1)), verbose=0)


@broken("x", (r"'left'", {"names": ("left", "right")}))
def inputs_by_wrong_names(keras, names=("links", "rechts")):
    """A dict of inputs has other names than the model."""
    two_inputs(keras).predict(dict(zip(names, [np.ones((2, 3)), np.ones((2, 4))])), verbose=0)


@broken("x", (r"np\.concatenate|x\[0\]", {"joined": True}))
def two_arrays_for_one_input(keras, joined=False):
    """A list of two tables is given to a model of one input."""
    model = keras.Sequential([keras.Input((7,), name="start"), keras.layers.Dense(1, name="out")])
    x = [np.ones((5, 3)), np.ones((5, 4))]
    model.predict(np.concatenate(x, axis=-1) if joined else x, verbose=0)


@broken("sum", (r"on one list|\[x1, x2\]|list of", {"listed": True}))
def merge_of_loose_tensors(keras, listed=False):
    """Add is called with two tensors instead of one list."""
    x = keras.Input((4,), name="start")
    h = keras.layers.Dense(4, name="hidden")(x)
    layer = keras.layers.Add(name="sum")
    keras.Model(x, layer([x, h]) if listed else layer(x, h))(np.ones((1, 4)))


@broken("second", (r"units=6\b", {"units": 6}), (r"Dense\(units=6\)", {"units": 6}))
def cosine_of_unequal_vectors(keras, units=5):
    """Two embeddings that are compared differ in length."""
    a, b = keras.Input((3,), name="left"), keras.Input((3,), name="right")
    u = keras.layers.Dense(6, name="first")(a)
    v = keras.layers.Dense(units, name="second")(b)
    keras.Model([a, b], keras.layers.Dot(axes=1, normalize=True, name="cosine")([u, v]))([np.ones((1, 3)), np.ones((1, 3))])


@broken("match", (r"axes=(\(|\[)1, 2|axes=(\(|\[)2, 1|axes=(2|-1)\b|Permute|transpose", {"axes": (2, 2)}))
def dot_along_other_axes(keras, axes=(1, 1)):
    """Sequences of other lengths are multiplied along time."""
    a, b = keras.Input((5, 4), name="left"), keras.Input((6, 4), name="right")
    keras.Model([a, b], keras.layers.Dot(axes=axes, name="match")([a, b]))([np.ones((1, 5, 4)), np.ones((1, 6, 4))])


@broken("minus", (r"leave out|two|2 inputs|exactly 2", {"three": False}))
def difference_of_three(keras, three=True):
    """Subtract is called on three tensors."""
    x = keras.Input((4,), name="start")
    keras.Model(x, keras.layers.Subtract(name="minus")([x, x, x] if three else [x, x]))(np.ones((1, 4)))


def two_outputs(keras, left=1, right=3):
    x = keras.Input((4,), name="start")
    a = keras.layers.Dense(left, name="price")(x)
    b = keras.layers.Dense(right, activation="softmax", name="kind")(x)
    model = keras.Model(x, [a, b])
    model.compile("sgd", ["mse", "categorical_crossentropy"])
    return model


@broken("y", (r"\[y\[1\], y\[0\]\]", {"order": (1, 0)}))
def targets_in_the_wrong_order(keras, order=(0, 1)):
    """Two targets are given the wrong way round."""
    data = [np.eye(3)[[0, 1, 2, 0]], np.ones((4, 1))]
    two_outputs(keras).fit(np.ones((4, 4)), [data[i] for i in order], verbose=0)


@broken("y", (r"one array per output|\[y\[:, |y, y|y\[:, :1\]", {"split": True}))
def one_target_for_two_outputs(keras, split=False):
    """Targets of two outputs are given as one table."""
    y = np.concatenate([np.ones((4, 1)), np.eye(3)[[0, 1, 2, 0]]], axis=1)
    two_outputs(keras).fit(np.ones((4, 4)), [y[:, :1], y[:, 1:]] if split else y, verbose=0)


@broken("kind", (r"units=5\b", {"right": 5}))
def one_output_too_narrow(keras, right=3):
    """There are five classes, the second output has three units."""
    two_outputs(keras, right=right).fit(np.ones((5, 4)), [np.ones((5, 1)), np.eye(5)], verbose=0)


@broken("y", (r"'price'|'kind'", {"names": ("price", "kind")}))
def targets_by_wrong_names(keras, names=("price", "sort")):
    """A dict of targets has a name the model has not."""
    y = dict(zip(names, [np.ones((4, 1)), np.eye(3)[[0, 1, 2, 0]]]))
    two_outputs(keras).fit(np.ones((4, 4)), y, verbose=0)
