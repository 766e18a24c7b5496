"""Targets, losses and the last layer."""

import numpy as np

from .case import broken

CLASSES = np.array([0, 1, 2, 3, 0, 1, 2, 3])
ROWS = np.eye(4)[CLASSES]  # the same, one-hot


def classifier(keras, units=4, loss="categorical_crossentropy", activation="softmax"):
    model = keras.Sequential([keras.Input((3,), name="start"), keras.layers.Dense(5, name="hidden"), keras.layers.Dense(units, activation=activation, name="scores")])
    model.compile("sgd", loss)
    return model


@broken("loss|y", (r"sparse_categorical_crossentropy|SparseCategoricalCrossentropy", {"loss": "sparse_categorical_crossentropy"}), (r"to_categorical", {"y": ROWS}))
def class_numbers_for_one_hot_loss(keras, loss="categorical_crossentropy", y=CLASSES):
    """Class numbers are given to the loss for one-hot rows."""
    classifier(keras, loss=loss).fit(np.ones((8, 3)), y, verbose=0)


@broken("loss|y", (r"(?<!sparse_)categorical_crossentropy|(?<!Sparse)CategoricalCrossentropy", {"loss": "categorical_crossentropy"}), (r"argmax", {"y": CLASSES}))
def one_hot_rows_for_sparse_loss(keras, loss="sparse_categorical_crossentropy", y=ROWS):
    """One-hot rows are given to the loss for class numbers."""
    classifier(keras, loss=loss).fit(np.ones((8, 3)), y, verbose=0)


@broken("scores", (r"units=4\b|4 units", {"units": 4}))
def too_few_classes(keras, units=3):
    """There are four classes and three units."""
    classifier(keras, units, "sparse_categorical_crossentropy").fit(np.ones((8, 3)), CLASSES, verbose=0)


@broken("y", (r"y - y\.min\(\)|y - 1", {"start": 0}), (r"units=5\b", {"units": 5}))
def classes_counted_from_one(keras, start=1, units=4):
    """Classes are numbered from 1."""
    classifier(keras, units, "sparse_categorical_crossentropy").fit(np.ones((8, 3)), CLASSES + start, verbose=0)


@broken("scores", (r"units=4\b|4 units", {"units": 4}))
def one_hot_rows_of_more_classes(keras, units=3):
    """One-hot rows have four columns, the last layer three units."""
    classifier(keras, units).fit(np.ones((8, 3)), np.eye(4)[CLASSES], verbose=0)


@broken("scores|loss", (r"units=1\b|1 unit\b", {"units": 1, "activation": "sigmoid"}), (r"sparse_categorical_crossentropy", {"loss": "sparse_categorical_crossentropy"}))
def binary_loss_on_two_units(keras, units=2, activation="softmax", loss="binary_crossentropy"):
    """Yes or no is answered by two units."""
    classifier(keras, units, loss, activation).fit(np.ones((8, 3)), CLASSES % 2, verbose=0)


@broken("scores", (r"units=2\b|2 units", {"units": 2}))
def two_numbers_wanted_three_given(keras, units=3):
    """Two numbers a sample are wanted, the last layer gives three."""
    classifier(keras, units, "mse", "linear").fit(np.ones((8, 3)), np.ones((8, 2)), verbose=0)


@broken("y", (r"y\.T|transpose", {"shape": (8, 4)}))
def targets_on_their_side(keras, shape=(4, 8)):
    """One-hot rows lie on their side."""
    classifier(keras).fit(np.ones((8, 3)), np.ones(shape) / 4, verbose=0)


@broken("sample_weight", (r"sample_weight\[:8\]", {"count": 8}))
def weights_for_other_samples(keras, count=9):
    """There is one weight too many."""
    classifier(keras).fit(np.ones((8, 3)), np.eye(4)[CLASSES], sample_weight=np.ones(count), verbose=0)


@broken("y", (r"y\[:8\]", {"rows": 8}))
def more_targets_than_samples(keras, rows=10):
    """There are two targets too many."""
    classifier(keras).fit(np.ones((8, 3)), np.eye(4)[np.arange(rows) % 4], verbose=0)


@broken("x", (r"x\[:8\]", {"rows": 8}))
def more_samples_than_targets(keras, rows=10):
    """There are two samples too many."""
    classifier(keras).fit(np.ones((rows, 3)), np.eye(4)[CLASSES], verbose=0)


@broken("loss", (r"\['mse', 'mse'\]|2 entries", {"loss": ["mse", "mse"]}), (r"mse.{0,4}, .?mse", {"loss": ["mse", "mse"]}))
def too_many_losses(keras, loss=("mse", "mse", "mae")):
    """Three losses for two outputs."""
    x = keras.Input((3,), name="start")
    model = keras.Model(x, [keras.layers.Dense(1, name="price")(x), keras.layers.Dense(1, name="age")(x)])
    model.compile("sgd", list(loss))
    model.fit(np.ones((4, 3)), [np.ones((4, 1)), np.ones((4, 1))], verbose=0)


@broken("maps", (r"padding=.same", {"padding": "same"}))
def segmentation_of_other_size(keras, padding="valid"):
    """A label for each pixel is wanted, the border is missing."""
    model = keras.Sequential([keras.Input((8, 8, 1), name="picture"), keras.layers.Conv2D(3, 3, padding=padding, activation="softmax", name="maps")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(np.ones((2, 8, 8, 1)), np.zeros((2, 8, 8), "int32"), verbose=0)


@broken("scores", (r"GlobalAveragePooling2D\(|Flatten\(", {"pool": True}))
def classifier_without_flatten(keras, pool=False):
    """A classifier of pictures gives an answer for each pixel."""
    parts = [keras.Input((6, 6, 1), name="picture"), keras.layers.Conv2D(2, 3, name="edges")]
    parts += [keras.layers.GlobalAveragePooling2D(name="pool")] * pool
    model = keras.Sequential([*parts, keras.layers.Dense(3, activation="softmax", name="scores")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(np.ones((6, 6, 6, 1)), np.array([0, 1, 2, 0, 1, 2]), verbose=0)


@broken("validation_data", (r"validation_data\[0\]\[\.\.\., :3\]|validation_data\[0\]\[:, :3\]", {"columns": 3}))
def validation_data_of_other_width(keras, columns=4):
    """Validation data has a column more."""
    classifier(keras).fit(np.ones((8, 3)), np.eye(4)[CLASSES], validation_data=(np.ones((4, columns)), np.eye(4)), verbose=0)


@broken("validation_data", (r"to_categorical\(validation_data|validation_data\[1\]", {"y": np.eye(4)}))
def validation_targets_as_numbers(keras, y=CLASSES[:4]):
    """Validation targets are class numbers, the others one-hot rows."""
    classifier(keras).fit(np.ones((8, 3)), np.eye(4)[CLASSES], validation_data=(np.ones((4, 3)), y), verbose=0)
