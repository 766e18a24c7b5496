"""A small network on points of the plane: the settings as data, the plain program they stand for, and its training.

`Recipe.code()` is the program; `Recipe.make()` builds the same model; `Run` trains it a few epochs at a time and keeps
the weights of each epoch, so that one can look back.
"""

import contextlib
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .. import config, layers, losses, optimizers, regularizers
from ..backend.names import keep_names
from ..backend.random_state import random_state, set_random_state
from ..models import Sequential
from ..utils import set_random_seed
from . import points
from .boundary import Plane
from .layer_outputs import activations

ACTIVATIONS = ("tanh", "relu", "sigmoid", "gelu", "leaky_relu", "linear")
OPTIMIZERS = {"sgd": "SGD", "momentum": "SGD", "adagrad": "Adagrad", "rmsprop": "RMSprop", "adam": "Adam"}
REGULARIZATIONS = {"none": None, "l1": "L1", "l2": "L2"}
DTYPE = "float64"  # a rounding in float32 grows to another training within a hundred epochs
SAMPLES = 400  # half to train on, half to test on


@dataclass(frozen=True)
class Recipe:
    """All that decides how a small network is trained.

    Args:
        data: a name of `points.DATASETS`.
        noise: how far points are off their places.
        features: names of `points.FEATURES`: what the network is given.
        depth: how many hidden layers.
        width: how many neurons each has.
        activation: of the hidden layers.
        optimizer: a name of `OPTIMIZERS`.
        learning_rate: its step size.
        regularization: `"none"`, `"l1"` or `"l2"` on the weights of the hidden layers.
        rate: how strong the regularization is.
        batch_size: samples a step.
        seed: of the points, the first weights and the order of the samples.

    Raises:
        ValueError: for a setting that cannot be.

    >>> recipe = Recipe(data="xor", depth=1, width=3, features=("x1", "x1*x2"))
    >>> [w.shape for w in recipe.make().weights]
    [(2, 3), (3,), (3, 1), (1,)]
    """

    data: str = "circle"
    noise: float = 0.1
    features: tuple = ("x1", "x2")
    depth: int = 2
    width: int = 4
    activation: str = "tanh"
    optimizer: str = "adam"
    learning_rate: float = 0.03
    regularization: str = "none"
    rate: float = 0.001
    batch_size: int = 20
    seed: int = 0

    def __post_init__(self):
        for name, table in _CHOICES.items():
            points.known(name, getattr(self, name), table)
        points.features_of(np.zeros((1, 2)), self.features)
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"Expected {name} between {low:g} and {high:g}. Received: {name}={value!r}.")
            if name in _WHOLE and value != int(value):
                raise ValueError(f"Expected {name} to be a whole number. Received: {name}={value!r}.")

    @property
    def is_regression(self):
        """Whether the network answers with a number instead of a probability."""
        return self.data in points.REGRESSION

    def arrays(self):
        """Training and test data: `(places, x, y), (places, x, y)`, the first half and the second of the points."""
        places, y = points.make_points(self.data, SAMPLES, self.noise, self.seed)
        x, half = points.features_of(places, self.features), SAMPLES // 2
        return (places[:half], x[:half], y[:half]), (places[half:], x[half:], y[half:])

    def make(self):
        """The compiled model; its first weights are drawn from the random numbers in use."""
        with keep_names():
            model = Sequential([layers.Input((len(self.features),)), *self._layers()], name="playground")
        kind, settings = self._optimizer()
        loss = getattr(losses, self._loss())(dtype=DTYPE)
        model.compile(getattr(optimizers, kind)(**settings), loss, metrics=self._metrics())
        return model

    def code(self, epochs):
        """The plain Keras program that trains this network for so many epochs: the same data, the same weights."""
        kind, settings = self._optimizer()
        half = SAMPLES // 2
        columns = ", ".join(points.FEATURES[name] for name in self.features)
        return "\n".join([
            "import kerasteach as keras  # or: import keras",
            "import numpy as np",
            "",
            "",
            points.source(self.data),
            "",
            f"points, y = {self.data}({SAMPLES}, {self.noise!r}, np.random.default_rng({self.seed}))",
            'x1, x2 = points.astype("float32").T  # each (samples,)',
            f'x = np.stack([{columns}], axis=1).astype("float32")  # (samples, {len(self.features)})',
            'y = y.astype("float32")  # (samples,)',
            "",
            f"keras.utils.set_random_seed({self.seed})",
            "model = keras.Sequential([  # in float64, so that every computer shows the same digits",
            f"    keras.Input(({len(self.features)},)),",
            *(f"    keras.layers.Dense({_spelled(d)})," for d in self._dense()),
            "])",
            "model.compile(",
            f"    optimizer=keras.optimizers.{kind}({_spelled(settings)}),",
            f"    loss=keras.losses.{self._loss()}(dtype={_quoted(DTYPE)}),",
            *([f"    metrics={_quoted(self._metrics())},"] if self._metrics() else []),
            ")",
            "history = model.fit(",
            f"    x[:{half}], y[:{half}], validation_data=(x[{half}:], y[{half}:]),",
            f"    batch_size={self.batch_size}, epochs={epochs}, verbose=0,",
            ")",
            "",
        ])  # fmt: skip

    def _dense(self):
        """The arguments of each Dense layer."""
        hidden = {"units": self.width, "activation": self.activation}
        kind = REGULARIZATIONS[self.regularization]
        if kind:
            hidden["kernel_regularizer"] = _Regularizer(kind, self.rate)
        last = {"units": 1} if self.is_regression else {"units": 1, "activation": "sigmoid"}
        every = [{**hidden, "name": f"hidden_{i + 1}"} for i in range(self.depth)] + [{**last, "name": "output"}]
        return [{**settings, "dtype": DTYPE} for settings in every]

    def _layers(self):
        for settings in self._dense():
            yield layers.Dense(**{k: v.make() if k == "kernel_regularizer" else v for k, v in settings.items()})

    def _optimizer(self):
        settings = {"learning_rate": self.learning_rate}
        if self.optimizer == "momentum":
            settings["momentum"] = 0.9
        return OPTIMIZERS[self.optimizer], settings

    def _loss(self):
        return "MeanSquaredError" if self.is_regression else "BinaryCrossentropy"

    def _metrics(self):
        return [] if self.is_regression else ["accuracy"]


class _Regularizer(NamedTuple):
    """A regularizer, as an object and as the text that makes it."""

    kind: str
    rate: float

    def make(self):
        return getattr(regularizers, self.kind)(self.rate)

    def __repr__(self):
        return f"keras.regularizers.{self.kind}({self.rate!r})"


def _spelled(arguments):
    return ", ".join(f"{name}={_quoted(value)}" for name, value in arguments.items())


def _quoted(value):
    """`repr`, with the quotes that most programs have."""
    return repr(value).replace("'", '"')


_CHOICES = {"data": points.DATASETS, "activation": ACTIVATIONS, "optimizer": OPTIMIZERS,
            "regularization": REGULARIZATIONS}  # fmt: skip
_WHOLE = ("depth", "width", "batch_size", "seed")
_RANGES = [("noise", 0, 1), ("depth", 0, 5), ("width", 1, 8), ("learning_rate", 0, 10), ("rate", 0, 1),
           ("batch_size", 1, SAMPLES // 2), ("seed", 0, 2**31 - 1)]  # fmt: skip


class Randomness(contextlib.AbstractContextManager):
    """A `with` block with random numbers of its own, which go on at the next block; those outside are as they were.

    Args:
        seed: as for `keras.utils.set_random_seed`.

    >>> own = Randomness(7)
    >>> with own:
    ...     first = np.random.rand()
    >>> with own:
    ...     second = np.random.rand()
    >>> set_random_seed(7)
    >>> (first, second) == (np.random.rand(), np.random.rand())
    True
    """

    def __init__(self, seed):
        self._seed, self._state = seed, None

    def __enter__(self):
        self._outside = random_state()
        if self._state is None:
            set_random_seed(self._seed)
        else:
            set_random_state(self._state)
        return self

    def __exit__(self, *exc):
        self._state = random_state()
        set_random_state(self._outside)


class Run:
    """A recipe in training, some epochs at a time: the same numbers as one `fit` over all of them.

    Args:
        recipe: a `Recipe`.
        on: `"numpy"` or `"torch"`; the backend in use by default.

    Attributes:
        epochs: how many epochs are done.
        curves: dict of name -> one number an epoch, from 0 on; `loss`, `val_loss` and for classes the accuracies.

    >>> run = Run(Recipe(data="blobs", depth=0))
    >>> run.train_to(5)
    >>> run.epochs, len(run.curves["loss"]), run.curves["val_loss"][5] < run.curves["val_loss"][0]
    (5, 6, True)
    """

    def __init__(self, recipe, on=None):
        self.recipe, self._random = recipe, Randomness(recipe.seed)
        with config.set_backend(on or config.backend()):
            with self._random:
                self.model = recipe.make()
            with Randomness(recipe.seed):
                self._viewer = recipe.make()
        self.train, self.test = recipe.arrays()
        self._weights = [self.model.get_weights()]
        self.curves = {}
        for prefix, data in (("", self.train), ("val_", self.test)):
            found = self.model.evaluate(*data[1:], batch_size=SAMPLES, verbose=0, return_dict=True)
            self.curves |= {prefix + name: [value] for name, value in found.items()}

    @property
    def epochs(self):
        return len(self._weights) - 1

    def train_to(self, epoch):
        """Train until so many epochs are done; what is done stays."""
        while self.epochs < epoch:
            self._one_epoch()

    def at(self, epoch):
        """The model as it was after an epoch; one model, which the next call changes."""
        self.train_to(epoch)
        self._viewer.set_weights(self._weights[epoch])
        return self._viewer

    def weights(self, epoch):
        """Kernel and bias of each Dense layer after an epoch: `[(kernel (inputs, units), bias (units,)), ...]`."""
        self.train_to(epoch)
        found = self._weights[epoch]
        return list(zip(found[::2], found[1::2]))

    def maps(self, epoch, size=60):
        """What everything in the network gives all over the plane after an epoch.

        Returns:
            Dict of `hidden_1`, ..., `output` -> array `(neurons, size, size)`; row 0 is the lowest x2.
        """
        plane = Plane((-points.LIMIT, points.LIMIT), (-points.LIMIT, points.LIMIT), size)
        found = activations(self.at(epoch), points.features_of(plane.points, self.recipe.features))
        return {name: array.reshape(size, size, -1).transpose(2, 0, 1) for name, array in found.items()}

    def _one_epoch(self):
        (_, x, y), (_, *test) = self.train, self.test
        with self._random, np.errstate(all="ignore"):  # who runs off to infinity is shown doing so
            logs = self.model.fit(x, y, validation_data=test, batch_size=self.recipe.batch_size, verbose=0).history
        for name, values in logs.items():
            self.curves[name].append(values[0])
        self._weights.append(self.model.get_weights())
