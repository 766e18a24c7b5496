"""The playground panel: choose data, features and a network, train it, and watch every neuron."""

import dataclasses
from html import escape

from kerasteach import config
from kerasteach.explain.playground import ACTIVATIONS, OPTIMIZERS, REGULARIZATIONS, Recipe, Run
from kerasteach.explain.points import DATASETS, FEATURES
from kerasteach.widgets.controls import Button, Choice, Number, Play, Several, Slider, Toggle, locked
from kerasteach.widgets.panel import Panel
from kerasteach.widgets.playground_scene import MAP, draw, tiles
from kerasteach.widgets.words import number

RATES = (0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
MOST_EPOCHS = 20_000
RECIPE = {field.name: field.default for field in dataclasses.fields(Recipe)}


class Playground(Panel):
    """A small network on points of the plane, to be changed, trained and watched.

    The line that `code()` gives makes the same playground with the same weights anywhere; `model_code()` gives the plain
    Keras program that trains the same network. All settings of `explain.playground.Recipe` are settings here; when one of them
    changes, training starts again.

    Args:
        data: `"circle"`, `"xor"`, `"moons"`, `"spirals"`, `"blobs"`; or `"plane"`, `"hills"` for a regression.
        noise: How far points are off their places.
        features: Some of `"x1"`, `"x2"`, `"x1^2"`, `"x2^2"`, `"x1*x2"`, `"sin x1"`, `"sin x2"`.
        depth: How many hidden layers, up to 5.
        width: How many neurons each has, up to 8.
        activation: Of the hidden layers.
        optimizer: `"sgd"`, `"momentum"`, `"adagrad"`, `"rmsprop"` or `"adam"`.
        learning_rate: Its step size.
        regularization: `"none"`, `"l1"` or `"l2"` on the weights of the hidden layers.
        rate: How strong the regularization is.
        batch_size: Samples a step.
        seed: Of the points, the first weights and the order of the samples.
        epoch: How long it has trained.
        pace: Epochs a beat, while it plays.
        neuron: `(layer, index)` of a neuron to show large, as `("hidden_1", 0)`.
        show_test: Whether the points of the test are shown.
        show_code: Whether the live face shows line and program.
        backend: `"numpy"` or `"torch"`; the one in use by default.
        locked: Names of settings that cannot be changed, for a teacher to set.

    Example:

    >>> panel = Playground(data="xor", epoch=30)
    >>> panel
    Playground: xor, noise 0.1; x1, x2; 2 hidden layers of 4 tanh; adam 0.03; epoch 30: loss 0.0182, test loss 0.0146, test accuracy 99.5%
    >>> panel.code()
    "Playground(data='xor', epoch=30)"

    Source: the idea is TensorFlow Playground's, Smilkov et al., 2017, arXiv:1708.03788.
    """

    options = {
        **RECIPE, "epoch": 0, "pace": 1, "neuron": None, "show_test": False, "show_code": False, "backend": None, "locked": (),
    }  # fmt: skip
    css_class = "kt-playground"
    _run = None

    def __init__(self, **state):
        super().__init__(**state)
        self._locked = tuple(self._state["locked"])

    @classmethod
    def example(cls, backend=None):
        return cls(data="circle", epoch=40, backend=backend)

    # The network

    @property
    def recipe(self):
        """The settings of the network, as an `explain.playground.Recipe`."""
        return _recipe(self._state)

    @property
    def run(self):
        """The training so far, as an `explain.playground.Run`."""
        key = (self.recipe, self._state["backend"])
        if self._run is None or self._run[0] != key:
            self._run = (key, Run(*key))
        self._run[1].train_to(self._state["epoch"])
        return self._run[1]

    @property
    def model(self):
        """The network as it is at this epoch."""
        return self.run.at(self._state["epoch"])

    def model_code(self):
        """The plain Keras program that makes the same data and trains the same network.

        Run by kerasteach it ends in the same weights, bit for bit; Keras itself draws other first weights for a seed.

        >>> print(Playground(data="blobs", depth=0, epoch=3).model_code().splitlines()[-4])
        history = model.fit(
        """
        return self.recipe.code(self._state["epoch"])

    def train(self, epochs=1):
        """Trains on for some epochs."""
        return self.set(epoch=self._state["epoch"] + epochs)

    def reset(self):
        """Back to the first weights."""
        return self.set(epoch=0)

    # In words

    @property
    def sentence(self):
        recipe, curves, epoch = self.recipe, self.run.curves, self._state["epoch"]
        network = f"{recipe.depth} hidden layers of {recipe.width} {recipe.activation} neurons" if recipe.depth else "no hidden layer"
        share = f" and it is right on {curves['val_accuracy'][epoch]:.1%} of the test points" if "val_accuracy" in curves else ""
        return (
            f"A network with {network} learns {recipe.data}; after epoch {epoch} its loss is {number(curves['loss'][epoch], 3)} "
            f"in training and {number(curves['val_loss'][epoch], 3)} in the test{share}."
        )

    def _text(self):
        recipe, curves, epoch = self.recipe, self.run.curves, self._state["epoch"]
        network = f"{recipe.depth} hidden layer{'' if recipe.depth == 1 else 's'} of {recipe.width} {recipe.activation}"
        parts = [f"{recipe.data}, noise {number(recipe.noise)}", ", ".join(recipe.features), network if recipe.depth else "no hidden layer"]
        parts.append(f"{recipe.optimizer} {number(recipe.learning_rate)}")
        if recipe.regularization != "none":
            parts.append(f"{recipe.regularization} {number(recipe.rate)}")
        losses = [f"loss {number(curves['loss'][epoch], 3)}", f"test loss {number(curves['val_loss'][epoch], 3)}"]
        losses += [f"test accuracy {curves['val_accuracy'][epoch]:.1%}"] if "val_accuracy" in curves else []
        return "Playground: " + "; ".join([*parts, f"epoch {epoch}: " + ", ".join(losses)])

    # The picture

    def _scene(self):
        state = self._state
        return draw(self.recipe, self.run, state["epoch"], state["neuron"], state["show_test"], self.sentence)

    def controls(self):
        state, recipe = self._state, self.recipe
        neurons = [(f"hidden_{n + 1}", i) for n in range(recipe.depth) for i in range(recipe.width)]
        known = lambda key, values: tuple(sorted({*values, state[key]}))  # noqa: E731 - a value of one's own is a choice, too
        return locked([
            Play("epoch", "Train", 0, MOST_EPOCHS, state["pace"], interval=150),
            Button("One epoch", "train", locked="epoch" in self._locked),
            Button("Reset", "reset", locked="epoch" in self._locked),
            Slider("epoch", "Epoch", 0, max(1, self.run.epochs)),
            Choice("pace", "Epochs a beat", known("pace", (1, 5, 20))),
            Choice("data", "Data", tuple(DATASETS)),
            Slider("noise", "Noise", 0.0, 1.0, 0.05),
            Number("seed", "Seed", 0, whole=True),
            Several("features", "Features", tuple(FEATURES)),
            Slider("depth", "Hidden layers", 0, 5),
            Slider("width", "Neurons a layer", 1, 8),
            Choice("activation", "Activation", ACTIVATIONS),
            Choice("optimizer", "Optimizer", tuple(OPTIMIZERS)),
            Choice("learning_rate", "Learning rate", known("learning_rate", RATES)),
            Choice("batch_size", "Batch size", known("batch_size", (1, 5, 10, 20, 50, 200))),
            Choice("regularization", "Regularization", tuple(REGULARIZATIONS)),
            Choice("rate", "Its rate", known("rate", (0.0, *RATES[:6]))),
            Choice("neuron", "Show", (("the answer", None), *((f"{layer}, neuron {n}", (layer, n)) for layer, n in neurons))),
            Toggle("show_test", "Test points"),
            Toggle("show_code", "Code"),
        ], self._locked)  # fmt: skip

    def pointed(self, x, y, kind):
        """A click on a feature uses it or no longer, one on a neuron shows it large, one on the large map the answer again."""
        if kind != "click":
            return
        recipe = self.recipe
        for layer, index, box in tiles(recipe.depth, recipe.width):
            if box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height:
                if layer == "features":
                    used = tuple(f for f in FEATURES if (f in recipe.features) != (f == index))
                    if used and "features" not in self._locked:
                        self.set(features=used)
                elif "neuron" not in self._locked:
                    self.set(neuron=None if self._state["neuron"] == (layer, index) else (layer, index))
                return
        if MAP.x <= x <= MAP.x + MAP.width and MAP.y <= y <= MAP.y + MAP.height and self._state["neuron"]:
            self.set(neuron=None)

    def details(self):
        """Line and program, to be copied."""
        if not self._state["show_code"]:
            return ""
        look = "margin:4px 0 12px;padding:8px 12px;border:1px solid #8886;border-radius:6px;line-height:1.45;word-break:normal;overflow:auto;max-height:420px"
        parts = (("This playground", self.code()), ("The same in plain Keras", self.model_code()))
        return "".join(f'<div><b>{title}</b><pre style="{look}" tabindex="0">{escape(text)}</pre></div>' for title, text in parts)

    # The state

    _locked = ()

    def _change(self, changes):
        """Training starts again when the network changes, unless the same call says where it stands."""
        held = [key for key in changes if key in (*self._locked, *(("locked",) if self._locked else ())) and changes[key] != self._state[key]]
        if held:
            free = [key for key in self.options if key not in (*self._locked, "locked")]
            raise ValueError(
                f"{held[0]!r} is locked in this playground. Expected changes of: {', '.join(free)}. Received: {held[0]}={changes[held[0]]!r}.\n"
                f"Fix: make another one with {held[0]!r} left out of `locked`."
            )
        if "features" in changes and isinstance(changes["features"], (list, tuple)):
            changes = {**changes, "features": tuple(changes["features"])}
        if any(changes.get(key, self._state[key]) != self._state[key] for key in (*RECIPE, "backend")):
            changes = {"epoch": 0, **changes}
        neuron = changes.get("neuron", self._state["neuron"])
        if neuron and "neuron" not in changes and not _exists(neuron, {**self._state, **changes}):
            changes = {**changes, "neuron": None}  # it was in a layer that is gone
        super()._change(changes)

    def _check(self, state):
        _recipe(state)
        with config.set_backend(state["backend"] or config.backend()):  # says which there are
            pass
        for name, low, high in (("epoch", 0, MOST_EPOCHS), ("pace", 1, 1000)):
            if not (isinstance(state[name], int) and low <= state[name] <= high):
                raise ValueError(f"Expected {name} to be a whole number from {low} to {high}. Received: {name}={state[name]!r}.")
        if state["neuron"] is not None and not _exists(state["neuron"], state):
            raise ValueError(
                f"Expected a neuron of a hidden layer, as ('hidden_1', 0): {state['depth']} layers of {state['width']} neurons. "
                f"Received: neuron={state['neuron']!r}."
            )
        unknown = [name for name in state["locked"] if name not in self.options or name == "locked"]
        if unknown:
            raise ValueError(f"Expected names of settings in locked: {', '.join(self.options)}. Received: {unknown[0]!r}.")


def _recipe(state):
    return Recipe(**{name: state[name] for name in RECIPE})


def _exists(neuron, state):
    return neuron in [(f"hidden_{n + 1}", i) for n in range(state["depth"]) for i in range(state["width"])]
