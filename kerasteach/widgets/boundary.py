"""The boundary panel: what a model says about every point of the plane, also while it trains."""

import numpy as np

from kerasteach import tree
from kerasteach.callbacks.callback import Callback
from kerasteach.explain.boundary import (
    Plane,
    answers_at,
    decision_map,
    inputs_of,
    labels_of,
    neuron_maps,
    target_like,
)
from kerasteach.widgets.boundary_scene import MAP, draw, tiles
from kerasteach.widgets.controls import Button, Choice, Number
from kerasteach.widgets.panel import Panel
from kerasteach.widgets.plots import axes
from kerasteach.widgets.words import count, number

SMALL = 24  # cells on each side of a neuron's map
EPOCHS = 10  # what the button trains


class DecisionBoundary(Panel, Callback):
    """The answer of a model with two inputs all over the plane, its data, and what each neuron gives.

    Given to `fit(callbacks=[panel])` it moves while the model trains. A click on the map adds a point of the chosen class; a
    click on a small map shows that neuron. `train` goes on with the points that were added.

    Args:
        model: A model that takes two numbers: one input of shape `(2,)`, or two of one number each.
        x: The data: points `(n, 2)`, or two columns.
        y: The targets, as for `fit`.
        neuron: `(layer, index)` of a neuron to show in place of the model's answer.
        added: Points added by hand: `((x1, x2, class), ...)`, or a number in place of the class.
        label: The class of the next point, or its number.
        at_x: Where the next point goes.
        at_y: Where the next point goes.
        kind: `"binary"`, `"classes"` or `"number"`; found from loss and outputs by default.
        output: Which output of several.
        size: Cells on each side of the map.

    Example:

    >>> DecisionBoundary.example()
    DecisionBoundary: 2 classes, 120 points, 118 right (98.3%); class 1 on 46.8% of the plane
    """

    options = {
        "neuron": None, "added": (), "label": 0, "at_x": 0.0, "at_y": 0.0, "kind": None, "output": 0, "size": 80,
    }  # fmt: skip
    css_class = "kt-boundary"
    source_name = "model, x, y"

    def __init__(self, model, x, y, **state):
        Callback.__init__(self)
        self._model, self.x, self.y = model, x, y
        self._given = points_of(x)
        if len(self._given) != len(np.asarray(y)):
            raise ValueError(f"Expected one target a point. Received: {len(self._given)} points and {len(np.asarray(y))} targets.")
        Panel.__init__(self, **state)

    @classmethod
    def example(cls, backend=None):
        from kerasteach.widgets.examples import classifier

        return cls(*classifier(backend, epochs=80)[:3])

    # What is shown

    @property
    def plane(self):
        """The part of the plane that is shown: where the data lies, and the points that were added."""
        return Plane.around(self._given, self._state["size"]).with_points([p[:2] for p in self._state["added"]])

    def map(self):
        """The model's answer as data: a `DecisionMap`."""
        return decision_map(self.model, self.plane, self._state["kind"], self._state["output"])

    def data(self):
        """All points and targets, those added by hand at the end: `(points (n, 2), targets)`."""
        y = np.asarray(self.y)
        added = self._state["added"]
        points = np.concatenate([self._given, *(np.array([p[:2]], "float32") for p in added)])
        return points, np.concatenate([y, *(target_like(p[2], y) for p in added)])

    def maps(self):
        """What the neurons of the hidden layers give: dict of layer -> `(neurons, size, size)`."""
        return self._hidden(self.plane._replace(size=SMALL))

    def _hidden(self, plane, layers=None):
        found = neuron_maps(self.model, plane, layers)
        if layers is None:
            found.pop(next(reversed(found), None), None)  # the last layer is the answer itself
        return found

    def _seen(self):
        found, (points, y) = self.map(), self.data()
        return found, points, labels_of(y, found), answers_at(self.model, points, found, self._state["output"])

    # In words

    @property
    def sentence(self):
        found, points, labels, answers = self._seen()
        if found.kind == "number":
            error = number(((labels - answers) ** 2).mean(), 3)
            return f"The model gives a number all over the plane; its mean squared error at {count(len(points), 'point')} is {error}."
        right = int((labels == answers).sum())
        return f"The model divides the plane among {found.classes} classes; {right} of {count(len(points), 'point')} lie on the right side."

    def _text(self):
        found, points, labels, answers = self._seen()
        told = count(len(points), "point")
        if found.kind == "number":
            low, high = number(found.values.min(), 3), number(found.values.max(), 3)
            parts = [f"a number from {low} to {high}, {told}, mean squared error {number(((labels - answers) ** 2).mean(), 3)}"]
        else:
            right = int((labels == answers).sum())
            share = f" ({right / len(points):.1%})" if len(points) else ""
            shares = [f"class {c} on {(found.winners == c).mean():.1%}" for c in range(1 if found.classes == 2 else 0, found.classes)]
            parts = [f"{found.classes} classes, {told}, {right} right{share}", f"{', '.join(shares)} of the plane"]
        if self._state["added"]:
            parts.append(f"{len(self._state['added'])} added")
        if self._state["neuron"]:
            layer, index = self._state["neuron"]
            values = self._neuron()
            parts.append(f"neuron {index} of {layer} from {number(values.min(), 3)} to {number(values.max(), 3)}")
        return "DecisionBoundary: " + "; ".join(parts)

    def _neuron(self):
        """The map of the neuron that is shown, `(size, size)`."""
        layer, index = self._state["neuron"]
        return self._hidden(self.plane, [layer])[layer][index]

    # The picture

    def _scene(self):
        found, points, labels, answers = self._seen()
        shown, title = None, {"number": "The model's number", "binary": "The model's answer", "classes": "The model's answer"}[found.kind]
        if self._state["neuron"]:
            shown = (*self._state["neuron"], self._neuron())
            title = "{}, neuron {}".format(*self._state["neuron"])
        return draw(found, points, labels, answers, self.maps(), shown, len(self._state["added"]), title, self.sentence)

    def controls(self):
        maps, state = self.maps(), self._state
        neurons = [(f"{layer}, neuron {n}", (layer, n)) for layer, values in maps.items() for n in range(len(values))]
        classes = self.map().classes
        label = Number("label", "Target", step=0.1) if not classes else Choice("label", "Class", tuple((f"class {c}", c) for c in range(classes)))
        return [
            Choice("neuron", "Show", (("the answer", None), *neurons)),
            label,
            Number("at_x", "x1", step=0.1),
            Number("at_y", "x2", step=0.1),
            Button("Add point", "add"),
            Button("Remove last point", "remove", locked=not state["added"]),
            Button(f"Train {EPOCHS} epochs", "train"),
        ]

    def pointed(self, x, y, kind):
        """A click on the map adds a point there; one on a small map shows that neuron, or the answer again."""
        if kind != "click":
            return
        for layer, index, box in tiles(self.maps()):
            if box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height:
                self.set(neuron=None if self._state["neuron"] == (layer, index) else (layer, index))
                return
        plane = self.plane
        found = axes(MAP, plane.xlim, plane.ylim)
        if found.inside(*found.under(x, y)):
            at = [round(v, 3) for v in found.under(x, y)]
            self.set(at_x=at[0], at_y=at[1])
            self.add()

    # What it does

    def add(self):
        """Adds a point of the chosen class at the chosen place."""
        state = self._state
        return self.set(added=(*state["added"], (state["at_x"], state["at_y"], state["label"])))

    def remove(self):
        """Takes the point away that was added last."""
        return self.set(added=self._state["added"][:-1])

    def train(self, epochs=EPOCHS, **settings):
        """Goes on training with all points, those added too; the picture moves.

        Args:
            epochs: How many.
            settings: More for `fit`.
        """
        points, y = self.data()
        self.model.fit(inputs_of(self.model, points), y, epochs=epochs, **{"verbose": 0, "callbacks": [self], **settings})
        return self

    def on_train_batch_end(self, batch, logs=None):
        self.changed()

    def on_train_end(self, logs=None):
        self.changed(last=True)

    def _check(self, state):
        if not (isinstance(state["size"], int) and 2 <= state["size"] <= 200):
            raise ValueError(f"Expected size to be a whole number from 2 to 200. Received: size={state['size']!r}.")
        for point in state["added"]:
            if len(point) != 3:
                raise ValueError(f"Expected points added as (x1, x2, class). Received: {point!r}.")
        plane = Plane.around(self._given, 2)
        found = decision_map(self.model, plane, state["kind"], state["output"])
        labels = [state["label"], *(p[2] for p in state["added"])]
        wrong = [v for v in labels if found.classes and v not in range(found.classes)]
        if wrong:
            raise ValueError(f"Expected a class from 0 to {found.classes - 1}. Received: {wrong[0]!r}.")
        if state["neuron"] is not None:
            layer, index = state["neuron"]
            maps = self._hidden(plane, [layer])
            if layer not in maps or not 0 <= index < len(maps[layer]):
                raise ValueError(f"Expected a neuron from 0 to {len(maps.get(layer, ())) - 1} of layer {layer!r}. Received: {index!r}.")


def points_of(x):
    """The data as points `(n, 2)`, whether it is one array or two columns.

    Raises:
        ValueError: if it is neither.

    >>> points_of([[1, 2], [3, 4], [5, 6]]).shape, points_of([np.ones((4, 1)), np.zeros(4)]).shape
    ((3, 2), (4, 2))
    """
    parts = tree.flatten(x) if isinstance(x, (list, tuple, dict)) and all(hasattr(p, "shape") for p in tree.flatten(x)) else [x]
    columns = [np.asarray(part, "float32") for part in parts]
    found = np.stack([c.reshape(len(c)) for c in columns], axis=1) if len(columns) == 2 and all(c.size == len(c) for c in columns) else columns[0]
    if found.ndim != 2 or found.shape[1] != 2:
        raise ValueError(f"Expected points of two numbers, an array (n, 2) or two columns. Received: shape {found.shape}.")
    return found
