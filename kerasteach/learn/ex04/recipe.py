"""Question 4: a layer that can be made again."""

import json

import numpy as np

from ... import layers, ops
from ..counterexample import arrays
from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task
from .look import refused

NAME = "mine"


def _cases():
    numbers = ((50, 0.0), (25, 0.0), (50, 0.5), (75, -1.0), (25, 0.25))
    return [{"percent": p, "floor": f, "x": np.array(x)} for p, f in numbers for x in ([4.0], [4.0, -4.0])]


def _look(returned, case):
    """What a layer says of itself, and whether its twin is like it."""
    if wrong := refused(returned):
        return wrong
    layer = type(returned)(case["percent"], floor=case["floor"], name=NAME)
    config = layer.get_config()
    if config is ... or not isinstance(config, dict):
        return as_value(config)
    twin = type(layer).from_config(dict(config))
    return {"plain values": _is_plain(config), "name kept": twin.name == NAME, "output of its twin": as_value(twin(case["x"]))}


def _is_plain(config):
    try:
        json.dumps(config)
    except TypeError:
        return False
    return True


def _program(case, differing):
    make = f"layer = Dim({case['percent']}, floor={case['floor']}, name={NAME!r})"
    ends = {" plain values:": "json.dumps(layer.get_config())", " name kept:": "twin.name"}
    end = ends.get(differing[0], "twin(x)") if differing else "twin(x)"
    return [*arrays(case), make, "twin = Dim.from_config(layer.get_config())", end]


class _Dim(layers.Layer):
    def __init__(self, percent, floor=0.0, **kwargs):
        super().__init__(**kwargs)
        self.share = percent / 100
        self.lowest = floor

    def call(self, x):
        return ops.maximum(x * (1 - self.share), self.lowest)


def _variant(own, frame=True):
    """A Dim whose config is the frame's and what `own` says."""

    class Dim(_Dim):
        def get_config(self):
            return {**(super().get_config() if frame else {}), **own(self)}

    return Dim


def _right(self):
    return {"percent": 100 * self.share, "floor": self.lowest}


class _Nested(_Dim):
    def get_config(self):
        return {"frame": super().get_config(), **_right(self)}


class _Lost(_Dim):
    def get_config(self):
        super().get_config().update(_right(self))


class _AsSet(_Dim):
    def get_config(self):
        config = super().get_config()
        config.update(percent=100 * self.share, floor=self.lowest)
        return list(config)


# Right answers, each written in another way.


class DimUpdated(_Dim):
    def get_config(self):
        config = super().get_config()
        config.update({"percent": self.share * 100, "floor": self.lowest})
        return config


class DimRemembering(_Dim):
    def __init__(self, percent, floor=0.0, **kwargs):
        super().__init__(percent, floor, **kwargs)
        self.percent = percent

    def get_config(self):
        return super().get_config() | {"percent": self.percent, "floor": self.lowest}


RECIPE = Task(
    name="Dim",
    asks="a layer that can be made again",
    cell="q4-answer",
    arguments=("percent", "floor"),
    cases=_cases,
    reference=lambda case: _look(_variant(_right)(case["percent"], case["floor"]), case),
    observe=_look,
    allowed=lambda case: bool((case["x"] != 0).any()),
    simple={"x": (1.0, -1.0)},
    program=_program,
    misconceptions=(
        Misconception(
            "frame forgotten", _variant(_right, frame=False),
            "The frame's own settings are missing: the twin has lost its name. Begin with super().get_config().", 2,
        ),
        Misconception(
            "own settings forgotten", _variant(lambda self: {}),
            "Only the frame's settings are there. __init__ also wants percent, and floor.", 1,
        ),
        Misconception(
            "share as percent", _variant(lambda self: {"percent": self.share, "floor": self.lowest}),
            "percent holds self.share, a hundredth of what __init__ was given. The twin divides once more. Give back what went in: 100 * "
            "self.share.", 3,
        ),
        Misconception(
            "the attribute's name", _variant(lambda self: {"percent": 100 * self.share, "lowest": self.lowest}),
            "The keys are the names of the arguments of __init__, not of the attributes: floor, not lowest.", 1,
        ),
        Misconception(
            "floor forgotten", _variant(lambda self: {"percent": 100 * self.share}),
            "floor is missing, so the twin takes the default, 0. No error tells you.", 1,
        ),
        Misconception(
            "settings swapped", _variant(lambda self: {"percent": self.lowest, "floor": 100 * self.share}),
            "percent and floor are swapped.", 1,
        ),
        Misconception(
            "not plain", _variant(lambda self: {"percent": np.array(100 * self.share), "floor": self.lowest}),
            "A value is an array. The recipe is written down as JSON text: plain numbers, texts, lists and dicts only.", 3,
        ),
        Misconception(
            "frame in a box of its own", _Nested,
            "The frame's settings lie in a dict of their own. from_config passes all keys on to __init__: put them side by side, {**super()."
            "get_config(), ...}.", 2,
        ),
        Misconception(
            "nothing returned", _Lost,
            "get_config changes a dict and does not return it.", 2,
        ),
        Misconception(
            "keys without values", _AsSet,
            "A list of names came back. get_config returns a dict: names and values.", 2,
        ),
    ),
    hints=(
        "from_config(config) does cls(**config). So the keys are the arguments of __init__: percent and floor.",
        "Begin with what the frame says of itself, its name for example: {**super().get_config(), ...}.",
        "{**super().get_config(), 'percent': 100 * self.share, 'floor': self.lowest}",
    ),
    praise="With this recipe the layer is saved, loaded, cloned. The test for every class of yours: is the twin the same?",
    right_answers=(_variant(_right), DimUpdated, DimRemembering),
)
