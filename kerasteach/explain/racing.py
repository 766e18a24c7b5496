"""Optimizers raced from one start: down a function of two numbers, or down the loss of a model.

The way of each is kept step by step. The model is as before afterwards.
"""

import ast
import inspect
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .. import backend, config, optimizers
from .gradients import loss_function

MOST_BYTES = 2**30


class Way(NamedTuple):
    """The way of one optimizer.

    Attributes:
        weights: all trained numbers at each step, `(steps + 1, numbers)`.
        losses: the loss there, `(steps + 1,)`.
    """

    weights: np.ndarray
    losses: np.ndarray


def rosenbrock(x, y):
    """A bent valley: easy to find, hard to follow."""
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def beale(x, y):
    """Flat ground, with steep walls in the corners."""
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def saddle(x, y):
    """Down along one axis, up along the other."""
    return x**2 - y**2


def himmelblau(x, y):
    """Four hollows of equal depth."""
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def ravine(x, y):
    """A bowl twenty-five times as steep one way as the other."""
    return 0.5 * x**2 + 12.5 * y**2


class Field(NamedTuple):
    """A function of two numbers and where to look at it.

    Attributes:
        function: function(x, y) -> height; of numbers, arrays or tensors.
        xlim, ylim: what is shown.
        start: where races begin.
        minima: the lowest places, if it has any.
        rates: learning rates that suit it, by name of optimizer.
    """

    function: Callable
    xlim: tuple = (-3.0, 3.0)
    ylim: tuple = (-3.0, 3.0)
    start: tuple = (-2.0, 2.0)
    minima: tuple = ()
    rates: dict = {"sgd": 0.01, "momentum": 0.01, "rmsprop": 0.05, "adam": 0.1}

    @property
    def formula(self):
        """The expression the function returns, out of its source; empty where there is none.

        >>> FIELDS["saddle"].formula
        'x ** 2 - y ** 2'
        """
        try:
            body = ast.parse(inspect.getsource(self.function).strip()).body[0]
        except (OSError, SyntaxError, TypeError):  # typed at a prompt, or a piece of a longer line
            return ""
        found = [node.value for node in ast.walk(body) if isinstance(node, ast.Return)]
        return ast.unparse(found[0]) if len(found) == 1 else ""


FIELDS = {
    "rosenbrock": Field(rosenbrock, (-2.0, 2.0), (-1.0, 3.0), (-1.2, 1.0), ((1.0, 1.0),),
                        {"sgd": 0.002, "momentum": 0.001, "rmsprop": 0.05, "adam": 0.2}),
    "beale": Field(beale, (-4.5, 4.5), (-4.5, 4.5), (1.0, 1.5), ((3.0, 0.5),),
                   {"sgd": 0.01, "momentum": 0.002, "rmsprop": 0.05, "adam": 0.2}),
    "saddle": Field(saddle, (-2.0, 2.0), (-2.0, 2.0), (-1.6, 0.02), (),
                    {"sgd": 0.03, "momentum": 0.01, "rmsprop": 0.02, "adam": 0.05}),
    "himmelblau": Field(himmelblau, (-5.0, 5.0), (-5.0, 5.0), (-0.3, -1.0),
                        ((3.0, 2.0), (-2.8051, 3.1313), (-3.7793, -3.2832), (3.5844, -1.8481)),
                        {"sgd": 0.004, "momentum": 0.002, "rmsprop": 0.05, "adam": 0.2}),
    "ravine": Field(ravine, (-4.0, 4.0), (-2.0, 2.0), (-3.5, 1.5), ((0.0, 0.0),),
                    {"sgd": 0.07, "momentum": 0.02, "rmsprop": 0.05, "adam": 0.15}),
}  # fmt: skip


def optimizer(name, learning_rate):
    """A fresh optimizer: any name that `compile` knows, and `"momentum"` and `"nesterov"` for SGD with momentum 0.9.

    Raises:
        ValueError: for a name that there is not.

    >>> optimizer("momentum", 0.1).momentum
    0.9
    """
    if name in ("momentum", "nesterov"):
        return optimizers.SGD(learning_rate, momentum=0.9, nesterov=name == "nesterov")
    made = optimizers.get(name)
    made.learning_rate = learning_rate
    return made


def race_on(function, rates, start, steps=100):
    """Race optimizers down a function of two numbers.

    Args:
        function: function(x, y) -> height, in plain arithmetic or `keras.ops`.
        rates: dict of optimizer name -> learning rate.
        start: where all begin, `(x, y)`.
        steps: how many steps each makes.

    Returns:
        Dict of name -> `Way`; its weights are `(steps + 1, 2)`.

    >>> way = race_on(lambda x, y: x**2 + y**2, {"sgd": 0.25}, (1.0, -2.0), steps=2)["sgd"]
    >>> way.weights.tolist(), way.losses.tolist()
    ([[1.0, -2.0], [0.5, -1.0], [0.25, -0.5]], [5.0, 1.25, 0.3125])
    """
    home = backend.get(config.backend())
    ways = {}
    for name, rate in rates.items():
        place = backend.Variable(np.asarray(start, "float64"), dtype="float64", name="place")

        def height(place=place):
            return function(place.value[0], place.value[1]), None

        def gradients(place=place, height=height):
            found, _, grads = home.value_and_gradients(height, [place])
            return float(backend.to_numpy(found)), grads

        ways[name] = _run(optimizer(name, rate), [place], gradients, steps)
    return ways


def race(model, x, y, rates, steps=100, start=None, batch_size=None, seed=0):
    """Race optimizers down the loss of a model, all from the same weights over the same batches.

    Dropout and its like are off, so that all run on the one surface that is drawn.

    Args:
        model: a compiled model; only its loss is used, and its weights are put back.
        x, y: the data.
        rates: dict of optimizer name -> learning rate.
        steps: how many steps each makes.
        start: weights to begin from, as one vector; the model's own by default.
        batch_size: samples a step; all of them by default.
        seed: of the order of the batches.

    Returns:
        Dict of name -> `Way`. The losses are those of the steps' batches; the last is of all the data.

    Raises:
        ValueError: before `compile`; where the ways would take more than 1 GiB.

    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((1,)), layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    >>> model.compile(loss="mse")
    >>> ways = race(model, np.ones((4, 1)), np.zeros((4, 1)), {"sgd": 0.25}, steps=2)
    >>> ways["sgd"].weights.ravel().tolist(), model.get_weights()[0].item()
    ([1.0, 0.5, 0.25], 1.0)
    """
    loss_of = loss_function(model, x, y, None)
    loss_of()  # now everything is built
    variables, home = model.trainable_variables, model._backend
    before = flat_weights(model)
    if before.nbytes * steps * len(rates) > MOST_BYTES:
        raise ValueError(
            f"The ways of {len(rates)} optimizers over {steps} steps through {before.size:,} weights would take "
            f"{before.nbytes * steps * len(rates) / 2**30:.1f} GiB; 1 GiB at most is meant to.\nFix: race fewer steps, or a smaller model."
        )
    batches = None if batch_size is None else _batches(x, y, batch_size, seed, steps)
    losses = None if batches is None else [loss_function(model, *batch, None) for batch in batches]
    ways = {}
    try:
        for name, rate in rates.items():
            set_flat_weights(model, before if start is None else start)
            runners = [_twin(v) for v in variables]
            count = iter(range(steps + 1))

            def gradients(runners=runners, count=count):
                n = next(count)
                for variable, runner in zip(variables, runners):
                    variable.assign(runner.value)
                here = loss_of if losses is None or n == steps else losses[n]
                found, _, grads = home.value_and_gradients(lambda: (here(), None), variables)
                return float(backend.to_numpy(found)), grads

            ways[name] = _run(optimizer(name, rate), runners, gradients, steps)
    finally:
        set_flat_weights(model, before)
    return ways


def flat_weights(model):
    """All trained weights of a model as one vector `(numbers,)`."""
    return _flat(model.trainable_variables)


def set_flat_weights(model, vector):
    """Puts a vector of `flat_weights` back."""
    start = 0
    for variable in model.trainable_variables:
        size = int(np.prod(variable.shape))
        variable.assign(np.asarray(vector[start : start + size]).reshape(variable.shape).astype(variable.dtype))
        start += size


def _run(chosen, variables, gradients, steps):
    """Lets one optimizer go: `gradients()` gives the loss and its gradients where the variables are."""
    weights, losses = [_flat(variables)], []
    with np.errstate(all="ignore"):  # who runs off to infinity is shown doing so
        for _ in range(steps):
            loss, found = gradients()
            losses.append(loss)
            chosen.apply(found, variables)
            weights.append(_flat(variables))
        losses.append(gradients()[0])
    return Way(np.stack(weights), np.array(losses))


def _twin(variable):
    """A variable like another, for an optimizer to lay out as it likes."""
    value = np.array(variable.numpy())
    with backend.name_scope("race"):
        return backend.Variable(value, dtype=variable.dtype, name=variable.name, backend=variable._backend.name)


def _flat(variables):
    return np.concatenate([np.ravel(v.numpy()) for v in variables]).astype("float64")  # (numbers,)


def _batches(x, y, size, seed, steps):
    """The first so many batches of shuffled epochs; arrays only."""
    x, y, rng = np.asarray(x), np.asarray(y), np.random.default_rng(seed)
    found = []
    while len(found) < steps:
        order = rng.permutation(len(x))
        found += [(x[rows], y[rows]) for rows in np.array_split(order, max(1, len(x) // size))]
    return found[:steps]
