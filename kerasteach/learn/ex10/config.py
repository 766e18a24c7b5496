"""Question 4: a get_config that forgets nothing."""

import json

import numpy as np

from ... import layers, ops
from ..counterexample import arrays
from ..misconceptions import Misconception
from ..observe import NotAttempted, as_value, what_it_is
from ..task import Task

_SETTINGS = ({"low": -2.0, "high": 0.5, "leak": 0.25}, {"low": 1.0, "high": 3.0, "leak": 0.5}, {"low": 0.0, "high": 1.0, "leak": 0.0})
_KEYS = ("name", "trainable", "dtype", "low", "high", "leak")


def _cases():
    x = np.array([-3.0, 5.0])
    return [{**settings, "name": f"held{i}", "x": x} for i, settings in enumerate(_SETTINGS)]


def base(layer):
    """What `super().get_config()` gives: name, trainable, dtype."""
    return layers.Layer.get_config(layer)


def settings(layer):
    """The three arguments of its own."""
    return {"low": layer.low, "high": layer.high, "leak": layer.leak}


def between(config):
    """The question's layer, with this function for its `get_config`."""

    class Between(layers.Layer):
        def __init__(self, low, high=1.0, leak=0.0, **kwargs):
            super().__init__(**kwargs)
            self.low, self.high, self.leak = low, high, leak

        def call(self, x):
            held = ops.clip(x, self.low, self.high)
            return held + self.leak * (x - held)

        def get_config(self):
            return config(self)

    return Between


def _without(*names):
    return between(lambda layer: {**base(layer), **{name: value for name, value in settings(layer).items() if name not in names}})


def _look(returned, case):
    """Facts about the config of the answer's class, and about the layer that comes back from it."""
    if not isinstance(returned, layers.Layer):
        return what_it_is(returned)
    made = type(returned)(case["low"], case["high"], case["leak"], name=case["name"])
    config = made.get_config()
    if config is ...:
        raise NotAttempted
    if not isinstance(config, dict):
        return {"config": what_it_is(config)}
    facts = {"config": _keys(config), "in a file": _written(config)}
    try:
        again = type(returned).from_config(config)
    except Exception as error:  # the words differ from class to class
        return {**facts, "loaded": f"{type(error).__name__}, since __init__ does not get the arguments it knows"}
    named = "a layer of the same name" if again.name == case["name"] else "a layer of another name"
    return {**facts, "loaded": named, "output": as_value(again(case["x"]))}


def _keys(config):
    """The keys that there should be; of others, how many, since nobody knows their names."""
    known = sorted(key for key in config if key in _KEYS)
    others = [key for key in config if key not in _KEYS]
    return ", ".join([*known, *([f"and {len(others)} more"] if others else [])])


def _written(config):
    """Whether plain JSON can hold it."""
    try:
        json.dumps(config)
    except TypeError:
        return "no: JSON cannot hold it"
    return "yes"


def _reference(case):
    return _look(_RIGHT[0](case["low"], case["high"], case["leak"]), case)


def _program(case, differing):
    made = f"layer = Between({case['low']}, {case['high']}, {case['leak']}, name={case['name']!r})"
    asked = [made, "layer.get_config()"]
    if " output:" not in differing:
        return asked
    return [*arrays(case), *asked[: 1 + (len(differing) > 1)], "Between.from_config(layer.get_config())(x)"]


# Right answers, each written in another way.


def _updated(layer):
    config = base(layer)
    config.update(settings(layer))
    return config


def _by_names(layer):
    return base(layer) | {name: float(getattr(layer, name)) for name in ("low", "high", "leak")}


_RIGHT = (between(lambda layer: {**base(layer), **settings(layer)}), between(_updated), between(_by_names))

CONFIG = Task(
    name="Between",
    asks="a layer that comes back as it was",
    cell="q4-answer",
    arguments=("low", "high", "leak"),
    cases=_cases,
    reference=_reference,
    observe=_look,
    allowed=lambda case: False,  # the settings belong to the numbers
    program=_program,
    misconceptions=(
        Misconception(
            "leak forgotten", _without("leak"),
            "leak is not in the config. On loading it takes its default, 0.0: no error, and other answers.", 2,
        ),
        Misconception(
            "high forgotten", _without("high"),
            "high is not in the config. On loading it takes its default, 1.0: no error, and other answers.", 2,
        ),
        Misconception(
            "both with defaults forgotten", _without("high", "leak"),
            "Only low is in the config, the one without a default. The others fall back to their defaults when the layer is loaded, without a word.", 2,
        ),
        Misconception(
            "low forgotten", _without("low"),
            "low is not in the config, and it has no default: the file cannot be loaded.", 2,
        ),
        Misconception(
            "base config only", _without("low", "high", "leak"),
            "This is what every layer has: name, trainable, dtype. Add the three settings of this one.", 1,
        ),
        Misconception(
            "base config forgotten", between(settings),
            "name, trainable and dtype are lost: the layer comes back under another name. Start with super().get_config().", 1,
        ),
        Misconception(
            "update returned", between(lambda layer: base(layer).update(settings(layer))),
            "dict.update changes the dict and returns None. Update first, then return the dict.", 3,
        ),
        Misconception(
            "config inside the config", between(lambda layer: {"base": base(layer), **settings(layer)}),
            "The base config is one entry of yours, so from_config calls __init__(base=...). Unpack it: {**super().get_config(), ...}.", 3,
        ),
        Misconception(
            "other words than __init__", between(lambda layer: {**base(layer), "minimum": layer.low, "maximum": layer.high, "leak": layer.leak}),
            "The keys must be the words of __init__: from_config calls __init__(**config).", 2,
        ),
        Misconception(
            "low and high swapped", between(lambda layer: {**base(layer), "low": layer.high, "high": layer.low, "leak": layer.leak}),
            "low and high have each other's value.", 2,
        ),
        Misconception(
            "settings fixed", between(lambda layer: {**base(layer), "low": 0.0, "high": 1.0, "leak": 0.0}),
            "These are always the same numbers. Take this layer's own: self.low, self.high, self.leak.", 2,
        ),
        Misconception(
            "arrays in the config", between(lambda layer: {**base(layer), **{name: np.array(v) for name, v in settings(layer).items()}}),
            "A config is written as JSON, which knows numbers and texts, no arrays. Leave the settings as they came.", 1,
        ),
    ),
    hints=(
        "super().get_config() gives a dict with name, trainable and dtype. Yours has these and the layer's own settings.",
        "from_config calls __init__(**config). So there is a key for every argument of __init__: low, high, leak.",
        "return {**super().get_config(), 'low': self.low, ...}",
    ),
    praise="Every argument of __init__ is in it. Whoever loads this layer gets yours, not one with the defaults.",
    right_answers=_RIGHT,
)  # fmt: skip
