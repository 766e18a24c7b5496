"""The landscape panel: optimizers raced down a function of two numbers, or down the loss of a model."""

import time

import numpy as np

from kerasteach import tree
from kerasteach.callbacks.callback import Callback
from kerasteach.explain.gradients import loss_function
from kerasteach.explain.landscape import field_surface, limits_around, pca_cut, random_cut, surface
from kerasteach.explain.racing import FIELDS, Field, flat_weights, optimizer, race, race_on
from kerasteach.explain.walk import Walk
from kerasteach.widgets.controls import Choice, Number, Play, Slider
from kerasteach.widgets.landscape_scene import draw, ground, place_under
from kerasteach.widgets.panel import Panel
from kerasteach.widgets.words import count, number

MODEL_RATES = {"sgd": 0.3, "momentum": 0.1, "rmsprop": 0.01, "adam": 0.03}
FACTORS = (0.125, 0.25, 0.5, 1, 2, 4, 8)
WAIT = 0.5  # seconds between two pictures of a training: each takes the loss at 169 places


class Landscape(Panel, Callback):
    """A loss from above, as a heat map with lines of equal height, and the ways of optimizers across it.

    Without a model the ground is a function of two numbers; click to start elsewhere. With a model it is the loss on a plane
    through the space of its weights, and the ways are their shadows on it. Given to `fit(callbacks=[panel])`, the panel
    shows the way of that training; then `rates` race from where it began.

    Args:
        model: A compiled model; its weights stay as they are.
        x: The data the loss is taken on.
        y: The targets.
        function: Without a model: a name of `explain.racing.FIELDS`, or a function(x, y) of two numbers.
        rates: Dict of optimizer name -> learning rate; ones that suit the function by default.
        factor: What all learning rates are multiplied by.
        steps: How many steps a race has.
        step: Which of them is shown; the last by default.
        start_x: Without a model: where the race begins.
        start_y: Without a model: where the race begins.
        plane: With a model: `"pca"`, the plane in which the ways move most, or `"random"`, directions as long as the
            weights, filter by filter.
        seed: Of random directions.
        span: How far the random plane reaches, in lengths of the weights.
        size: With a model: places on each side where the loss is computed.
        rows: With a model: how many rows of the data the loss is taken on, evenly chosen.

    Example:

    >>> Landscape(function="ravine", steps=50)
    Landscape: ravine from (-3.5, 1.5), step 50 of 50; sgd 0.004319, momentum 0.1737, rmsprop 0.4597, adam 0.0321; lowest sgd

    Source: Li et al., 2018, "Visualizing the Loss Landscape of Neural Nets", arXiv:1712.09913.
    """

    options = {
        "function": "rosenbrock", "rates": None, "factor": 1, "steps": 100, "step": None, "start_x": None, "start_y": None,
        "plane": "pca", "seed": 0, "span": 1.0, "size": 31, "rows": 1000,
    }  # fmt: skip
    css_class = "kt-landscape"
    _base = None

    def __init__(self, model=None, x=None, y=None, **state):
        Callback.__init__(self)
        self._model, self.x, self.y = model, x, y
        self._on_function = model is None
        if model is not None:
            self.source_name = "model, x, y"
        self._kept, self._walk, self._training, self._looked = {}, None, False, 0.0
        Panel.__init__(self, **{"function": self.options["function"], **state})
        if model is not None:
            loss_function(model, *self._data(), None)  # now it has its weights, or says what is missing

    @classmethod
    def example(cls, backend=None):
        from kerasteach.widgets.examples import setting

        with setting(backend):
            return cls(function="himmelblau", steps=60)

    # What is shown

    def ways(self):
        """The way of each optimizer, by name; that of a training watched is called `fit`."""
        state = self._state
        rates = {name: rate * state["factor"] for name, rate in state["rates"].items()}
        if self._on_function:
            start = (state["start_x"], state["start_y"])
            key = ("ways", state["function"], str(rates), state["steps"], start)
            return self._once(key, lambda: race_on(self._field().function, rates, start, state["steps"]))
        walked = {"fit": self._walk.way} if self._walk else {}
        if self._training:
            return walked
        start = self._walk.start if self._walk else flat_weights(self.model)
        key = ("ways", str(rates), state["steps"], state["rows"], start.tobytes())
        return walked | self._once(key, lambda: race(self.model, *self._data(), rates, state["steps"], start))

    def ground(self):
        """The surface, and where the ways run on it: `(surface, names of the axes, dict of name -> places, part kept)`."""
        state, ways = self._state, self.ways()
        if self._on_function:
            field = self._field()
            key = ("ground", state["function"])
            found = self._once(key, lambda: field_surface(field.function, field.xlim, field.ylim))
            return found, ("x", "y"), {name: way.weights for name, way in ways.items()}, None
        size = state["size"] if not self._training else min(state["size"], 13)
        key = ("cut", state["plane"], state["seed"], state["span"], state["rows"], size, *(w.weights.tobytes() for w in ways.values()), flat_weights(self.model).tobytes())
        return self._once(key, lambda: self._cut(ways, size))

    def _cut(self, ways, size):
        span = self._state["span"]
        along = [way.weights for way in ways.values()]
        if self._state["plane"] == "random" or sum(map(len, along)) < 2:
            cut = random_cut(self.model, self._state["seed"])
        else:
            cut = pca_cut(along)
        places = {name: cut.place(way.weights) for name, way in ways.items()}
        limits = ((-span, span), (-span, span)) if cut.kept is None else limits_around(np.concatenate(list(places.values())))
        return surface(self.model, *self._data(), cut, *limits, size), cut.names, places, cut.kept

    def _data(self):
        """The rows the loss is taken on."""
        total, rows = len(tree.flatten(self.x)[0]), self._state["rows"]
        if total <= rows:
            return self.x, self.y
        chosen = np.linspace(0, total - 1, rows).astype(int)
        return tree.map_structure(lambda a: np.asarray(a)[chosen], (self.x, self.y))

    def _field(self):
        return _field_of(self._state["function"])

    def _once(self, key, make):
        """What was made for a key, or made now; of each kind the last one is kept."""
        kept = self._kept.get(key[0])
        if kept is None or kept[0] != key:
            self._kept[key[0]] = kept = (key, make())
        return kept[1]

    # In words

    @property
    def sentence(self):
        ends = self._ends()
        best = self._lowest(ends)
        told = f"{best} is lowest, at {number(ends[best])}" if best else "no way has been walked yet"
        return f"From above, the loss of {self._name()}; after {count(self._state['step'], 'step')} {told}."

    def _text(self):
        state, ends = self._state, self._ends()
        if self._on_function:
            head = f"{self._name()} from ({number(state['start_x'])}, {number(state['start_y'])})"
        else:
            kept = self.ground()[3]
            head = self._name() + (", random plane" if kept is None else f", plane of {kept:.0%} of the movement")
        parts = [f"{head}, step {state['step']} of {state['steps']}"]
        if ends:
            parts.append(", ".join(f"{name} {number(value)}" for name, value in ends.items()))
        best = self._lowest(ends)
        return "Landscape: " + "; ".join(parts + ([f"lowest {best}"] if best and len(ends) > 1 else []))

    def _name(self):
        if self._on_function:
            function = self._state["function"]
            return function if isinstance(function, str) else getattr(function, "__name__", "a function")
        total, rows = len(tree.flatten(self.x)[0]), self._state["rows"]
        part = f", {rows:,} of {total:,} rows" if rows < total else ""
        return f"model '{self.model.name}' ({flat_weights(self.model).size:,} weights{part})"

    def _ends(self):
        return {name: float(way.losses[self._index(way)]) for name, way in self.ways().items()}

    def _index(self, way):
        """The shown step of a way; one that was watched has a number of places of its own."""
        return round(self._state["step"] / self._state["steps"] * (len(way.losses) - 1))

    def _lowest(self, ends):
        finite = {name: value for name, value in ends.items() if np.isfinite(value)}
        return min(finite, key=finite.get) if finite else None

    # The picture

    def _scene(self):
        found, names, places, _ = self.ground()
        if self._base is None or self._base[0] is not found:
            self._base = (found, ground(found, names))
        ways, state = self.ways(), self._state
        shown = {name: (places[name][: self._index(way) + 1], way.losses[: self._index(way) + 1]) for name, way in ways.items()}
        rates = {name: rate * state["factor"] for name, rate in state["rates"].items()}
        field = self._field() if self._on_function else None
        title = field.formula and f"{self._name()}: f(x, y) = {field.formula.replace(' ** ', '^')}" if field else self._name()
        longest = max((len(way.losses) for way in ways.values()), default=2)
        return draw(self._base[1], shown, rates, title or self._name(), field.minima if field else (), longest, self.sentence)

    def controls(self):
        state = self._state
        last = [Play("step", "Race", 0, state["steps"], max(1, state["steps"] // 50), interval=120), Slider("step", "Step", 0, state["steps"])]
        rate = Choice("factor", "Learning rates", tuple((f"times {f:g}", f) for f in sorted({*FACTORS, state["factor"]})))
        if self._on_function:
            (x0, x1), (y0, y1) = self._field()[1:3]
            known = tuple(FIELDS) if isinstance(state["function"], str) else ((self._name(), state["function"]), *FIELDS)
            return [Choice("function", "Function", known), *last, rate,
                    Number("start_x", "Start x", x0, x1, 0.1), Number("start_y", "Start y", y0, y1, 0.1)]  # fmt: skip
        planes = (("most movement (PCA)", "pca"), ("two random directions", "random"))
        more = [Number("seed", "Seed", 0, whole=True), Slider("span", "Reach", 0.1, 3.0, 0.1)] if state["plane"] == "random" else []
        return [*last, rate, Choice("plane", "Plane", planes), *more]

    def pointed(self, x, y, kind):
        """A click on the map of a function starts the race there."""
        if self._on_function and kind in ("click", "drag"):
            field = self._field()
            at = place_under(field.xlim, field.ylim, x, y)
            if at:
                self.set(start_x=round(at[0], 3), start_y=round(at[1], 3))

    @property
    def wants_pointing(self):
        return self._on_function

    # A training that is watched

    def on_train_begin(self, logs=None):
        if self._on_function:
            raise ValueError(
                "This Landscape shows a function of two numbers. Expected one of the model: Landscape(model, x, y). "
                f"Received: {self.code()} as a callback of model '{self.model.name}'."
            )
        self._training, self._walk = True, Walk(self.model, *self._data())

    def on_train_batch_end(self, batch, logs=None):
        if self._walk.step() and time.monotonic() - self._looked > WAIT:
            self.changed(last=True)
            self._looked = time.monotonic()

    def on_train_end(self, logs=None):
        self._training = False
        self.changed(last=True)

    # The state

    def _change(self, changes):
        """A function brings its own start and learning rates; a race shows its end unless told otherwise."""
        defaults = dict(self.options)
        function = changes.get("function", self._state.get("function"))
        if self._on_function:
            field = _field_of(function)
            defaults |= {"rates": dict(field.rates), "start_x": field.start[0], "start_y": field.start[1]}
            if "function" in changes:
                changes = {key: defaults[key] for key in ("rates", "start_x", "start_y")} | changes
        else:
            defaults["rates"] = dict(MODEL_RATES)
        before, steps = self._state, changes.get("steps", self._state["steps"])
        defaults["step"] = steps
        if before["step"] in (None, before["steps"]) or (isinstance(steps, int) and before["step"] > steps):
            changes = {"step": steps} | changes
        given = {key: defaults[key] if value is None else value for key, value in changes.items()}
        if before["rates"] is None:
            given = {"rates": defaults["rates"]} | given
        Panel._change(self, given)
        self.options = defaults

    def _check(self, state):
        for name in ("steps", "size", "rows"):
            if not (isinstance(state[name], int) and state[name] >= 2):
                raise ValueError(f"Expected {name} to be a whole number of at least 2. Received: {name}={state[name]!r}.")
        if not (isinstance(state["step"], int) and 0 <= state["step"] <= state["steps"]):
            raise ValueError(f"Expected step between 0 and {state['steps']}. Received: step={state['step']!r}.")
        if state["plane"] not in ("pca", "random"):
            raise ValueError(f'Expected plane to be "pca" or "random". Received: plane={state["plane"]!r}.')
        if not (state["span"] > 0 and state["factor"] > 0):
            raise ValueError(f"Expected span and factor above 0. Received: span={state['span']!r}, factor={state['factor']!r}.")
        for name, rate in state["rates"].items():
            optimizer(name, rate)


def _field_of(function):
    if callable(function):
        return Field(function)
    if function not in FIELDS:
        raise ValueError(f"Expected function to be a function(x, y) or one of: {', '.join(FIELDS)}. Received: function={function!r}.")
    return FIELDS[function]
