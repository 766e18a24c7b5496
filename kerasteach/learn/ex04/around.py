"""Question 3: a model as a class, with a road around its layers."""

import numpy as np

from ... import layers, models, ops
from ..counterexample import arrays, call
from ..misconceptions import Misconception
from ..observe import as_value, same
from ..skip import WEIGHTS, cases
from ..task import Task
from .look import first_answer, owned, put, refused


def _look(returned, case):
    """Facts about a model: which weights it owns, and what it computes with given ones."""
    if wrong := refused(returned, models.Model):
        return wrong
    answer = first_answer(returned, case["x"])
    both = np.concatenate([case["x"], -case["x"]])  # no ReLU is shut for both
    alike = same(as_value(returned(both)), as_value(returned(both)))
    facts = {"weights": owned(returned.trainable_weights), "the same twice": alike}
    fits = put(returned, [case[name] for name in WEIGHTS])
    return facts | {"output": as_value(returned(case["x"])) if fits else None, "shape": str(getattr(answer, "shape", answer))}


def _program(case, differing):
    build = f"model = {call(AROUND, case)}"
    if differing != [" output:"]:
        return [*arrays({"x": case["x"]}), build, "model(x)", *(["model(x)"] if " the same twice:" in differing else [])]
    return [*arrays(case), build, "model(x)", f"model.set_weights([{', '.join(WEIGHTS)}])", "model(x)"]


def _variant(join=lambda x, h: x + h, inner="relu", outer=None, last=lambda y: y):
    class Around(models.Model):
        def __init__(self, units, hidden, **kwargs):
            super().__init__(**kwargs)
            self.there = layers.Dense(hidden, activation=inner)
            self.back = layers.Dense(units, activation=outer)

        def call(self, x):
            return last(join(x, self.back(self.there(x))))

    return Around


class _MadeInCall(models.Model):
    def __init__(self, units, hidden):
        super().__init__()
        self.units, self.hidden = units, hidden

    def call(self, x):
        h = layers.Dense(self.hidden, activation="relu")(x)
        return x + layers.Dense(self.units)(h)


class _NoSuper(models.Model):
    def __init__(self, units, hidden):
        self.there = layers.Dense(hidden, activation="relu")
        self.back = layers.Dense(units)

    def call(self, x):
        return x + self.back(self.there(x))


class _NoSelf(models.Model):
    def __init__(self, units, hidden):
        super().__init__()
        there, back = layers.Dense(hidden, activation="relu"), layers.Dense(units)
        self.branch = lambda x: back(there(x))

    def call(self, x):
        return x + self.branch(x)


class _OneLayer(models.Model):
    def __init__(self, units, hidden):
        super().__init__()
        self.back = layers.Dense(units, activation="relu")

    def call(self, x):
        return x + self.back(x)


class _Sizes(models.Model):
    def __init__(self, units, hidden):
        super().__init__()
        self.there, self.back = layers.Dense(units, activation="relu"), layers.Dense(hidden)

    def call(self, x):
        return x + self.back(self.there(x))


class _Unused(models.Model):
    def __init__(self, units, hidden):
        super().__init__()
        self.there, self.back = layers.Dense(hidden, activation="relu"), layers.Dense(units)

    def call(self, x):
        self.back(self.there(x))
        return x


# Right answers, each written in another way.


class AroundBranch(models.Model):
    def __init__(self, units, hidden, **kwargs):
        super().__init__(**kwargs)
        self.branch = models.Sequential([layers.Dense(hidden), layers.ReLU(), layers.Dense(units)])
        self.add = layers.Add()

    def call(self, inputs):
        return self.add([inputs, self.branch(inputs)])


class AroundList(models.Model):
    def __init__(self, units, hidden):
        super().__init__()
        self.steps = [layers.Dense(hidden), layers.Dense(units)]

    def call(self, x, training=False):
        first, second = self.steps
        h = ops.relu(first(x))
        return ops.add(second(h), x)


AROUND = Task(
    name="Around",
    asks="a model with a skip",
    cell="q3-answer",
    arguments=("units", "hidden"),
    cases=cases,
    reference=lambda case: _look(_variant()(case["units"], case["hidden"]), case),
    observe=_look,
    program=_program,
    misconceptions=(
        Misconception(
            "layers made in call", _MadeInCall,
            "The layers are made in call: new ones with new random weights at every call, and the model owns none of them. Make them in "
            "__init__.", 1,
        ),
        Misconception(
            "super forgotten", _NoSuper,
            "__init__ does not begin with super().__init__(), so there is no frame yet to hang layers on.", 1,
        ),
        Misconception(
            "not hung on self", _NoSelf,
            "The layers are there, but not on self: the model does not find their weights. Write self.name = layers.Dense(...).", 1,
        ),
        Misconception(
            "no skip", _variant(join=lambda x, h: h),
            "There is no road around the layers: add x to what comes out of them.", 2,
        ),
        Misconception(
            "multiplied, not added", _variant(join=lambda x, h: x * h),
            "x times the branch is a gate. A skip adds: x + branch.", 2,
        ),
        Misconception(
            "side by side", _variant(join=lambda x, h: ops.concatenate([x, h], axis=-1)),
            "x and the branch stand side by side: twice as many numbers. A skip adds them.", 2,
        ),
        Misconception(
            "ReLU forgotten", _variant(inner=None),
            "Without a ReLU between them two Dense layers are no more than one.", 3,
        ),
        Misconception(
            "ReLU at the branch's end", _variant(outer="relu"),
            "The second layer has a ReLU: the block could only ever add. Leave it linear.", 3,
        ),
        Misconception(
            "ReLU after the adding", _variant(last=ops.relu),
            "The ReLU after the adding cuts off x where the sum is negative. Nothing comes after the adding.", 2,
        ),
        Misconception(
            "one layer only", _OneLayer,
            "There is one layer. There should be two: to `hidden`, and back to `units`.", 3,
        ),
        Misconception(
            "units and hidden swapped", _Sizes,
            "The branch ends with `hidden` numbers. First to `hidden`, then back to `units`.", 3,
        ),
        Misconception(
            "branch not used", _Unused,
            "The branch is computed and thrown away: what comes out is x.", 2,
        ),
    ),
    hints=(
        "In __init__: super().__init__(), then two layers on self. In call only use them.",
        "call returns x + branch, and nothing after it.",
        "self.there = layers.Dense(hidden, activation='relu'), self.back = layers.Dense(units); x + self.back(self.there(x)).",
    ),
    praise="The same block as a drawing took an Input and a Model. Here it is plain Python, and it may hold any `if` you like.",
    right_answers=(_variant(), AroundBranch, AroundList),
)
