"""Question 5: a training step that goes on where labels end."""

import numpy as np

from ... import layers, models, ops, optimizers
from ..counterexample import arrays
from ..misconceptions import Misconception
from ..observe import NotAttempted, as_value
from ..shrink import smallest_first
from ..task import Task
from .look import refused


def _draw(rng, batch):
    """Rows of one feature; the first kernel is (1, -1), so that the chance of class 0 is a sigmoid of 2 x."""
    x = rng.choice([-1.5, -1.0, -0.25, 0.25, 1.0, 1.5], (batch, 1))
    return {"sure": 0.75, "x": x, "y": rng.choice([-1, 0, 1], batch)}


def _cases():
    one = [{"sure": 0.75, "x": np.array([[x]]), "y": np.array([y])} for y in (0, -1, 1) for x in (1.0, 0.25, -1.0)]
    return [*one, *smallest_first(_draw, each=12, batch=(2, 3)), *smallest_first(_draw, each=1, batch=(6,))]


def _look(returned, case):
    """The kernel after one step of SGD with rate 1, and whether the step said something."""
    if wrong := refused(returned, models.Model):
        return wrong
    model = returned
    x, y = case["x"].astype("float32"), case["y"].astype("int32")
    model(x)
    model.set_weights([np.array([[1.0, -1.0]]), np.zeros(2)])
    model.compile(optimizers.SGD(1.0), "sparse_categorical_crossentropy")
    told = model.train_step((ops.convert_to_tensor(x), ops.convert_to_tensor(y)))
    if told is ...:
        raise NotAttempted
    moved = [as_value(w) - before for w, before in zip(model.get_weights(), ([[1.0, -1.0]], [0.0, 0.0]))]
    return {"kernel moved by": moved[0][0], "bias moved by": moved[1], "metrics": "loss" in told if isinstance(told, dict) else str(told)}


def _program(case, differing):
    return [
        *arrays(case), f"model = SelfTaught({case['sure']})", "model(x)",
        "model.set_weights([np.array([[1.0, -1.0]]), np.zeros(2)])",
        'model.compile(keras.optimizers.SGD(1.0), "sparse_categorical_crossentropy")',
        "model.train_step((x, y))",
    ]  # fmt: skip


class _SelfTaught(models.Model):
    def __init__(self, sure, **kwargs):
        super().__init__(**kwargs)
        self.sure = sure
        self.classes = layers.Dense(2, activation="softmax")

    def call(self, x):
        return self.classes(x)


def _opinion(model, x):
    chance = model(x, training=False)
    return ops.cast(ops.argmax(chance, axis=-1), "int32"), ops.max(chance, axis=-1)


def _variant(target=None, trust=None):
    """A step that learns `target(y, guess)` with the weights `trust(y, guess, top, sure)`."""
    target = target or (lambda y, guess: ops.where(y < 0, guess, y))
    trust = trust or (lambda y, guess, top, sure: ops.where(y < 0, ops.cast(top >= sure, "float32"), 1.0))

    class SelfTaught(_SelfTaught):
        def train_step(self, data):
            x, y = data
            guess, top = _opinion(self, x)
            return super().train_step((x, target(y, guess), trust(y, guess, top, self.sure)))

    return SelfTaught


def _ones(y, *_):
    return ops.ones(y.shape)


class _Plain(_SelfTaught):
    def train_step(self, data):
        return super().train_step(data)


class _RowsDropped(_SelfTaught):
    def train_step(self, data):
        x, y = data
        guess, top = _opinion(self, x)
        rows = ops.nonzero(ops.logical_or(y >= 0, top >= self.sure))[0]
        if len(rows) == 0:
            return {"loss": 0.0}
        y = ops.where(y < 0, guess, y)
        return super().train_step((ops.take(x, rows, axis=0), ops.take(y, rows, axis=0)))


class _Twice(_variant()):
    def train_step(self, data):
        super().train_step(data)
        return super().train_step(data)


class _NothingReturned(_variant()):
    def train_step(self, data):
        super().train_step(data)


class _WeightForgotten(_SelfTaught):
    def train_step(self, data):
        x, y = data
        guess, _ = _opinion(self, x)
        return super().train_step((x, ops.where(y < 0, guess, y)))


# Right answers, each written in another way.


class TaughtByArithmetic(_SelfTaught):
    def train_step(self, data):
        x, y = data
        chance = self(x)
        known = ops.cast(y >= 0, "int32")
        y = known * y + (1 - known) * ops.cast(ops.argmax(chance, axis=1), "int32")
        trust = ops.maximum(ops.cast(known, "float32"), ops.cast(ops.max(chance, axis=1) >= self.sure, "float32"))
        return super().train_step((x, y, trust))


class TaughtRowByRow(_SelfTaught):
    def train_step(self, data):
        x, y = data
        new_y, trust = [], []
        for label, chance in zip(ops.convert_to_numpy(y), ops.convert_to_numpy(self(x, training=False))):
            new_y.append(int(label) if label >= 0 else int(chance.argmax()))
            trust.append(1.0 if label >= 0 or chance.max() >= self.sure else 0.0)
        return super().train_step((x, ops.convert_to_tensor(new_y), ops.convert_to_tensor(trust)))


TEACH = Task(
    name="SelfTaught",
    asks="a step that teaches itself",
    cell="q5-answer",
    arguments=("sure",),
    cases=_cases,
    reference=lambda case: _look(_variant()(case["sure"]), case),
    observe=_look,
    allowed=lambda case: bool(np.isin(case["y"], (-1, 0, 1)).all() and (abs(abs(case["x"]) - 0.55) > 0.05).all() and (case["x"] != 0).all()),
    simple={"x": (1.0, -1.0), "y": (0, 1, -1)},
    program=_program,
    misconceptions=(
        Misconception(
            "the step unchanged", _Plain,
            "The batch goes on as it came, and the loss cannot do anything with the label -1. Change y first.", 1,
        ),
        Misconception(
            "every guess believed", _WeightForgotten,
            "Every guess counts, however unsure. A wrong one then teaches itself its own mistake. Weight 0 where chance < sure.", 2,
        ),
        Misconception(
            "no guess believed", _variant(trust=lambda y, guess, top, sure: ops.cast(y >= 0, "float32")),
            "Rows without a label never count, so they are of no use. Where the model is sure, its guess counts 1.", 2,
        ),
        Misconception(
            "labels overwritten", _variant(target=lambda y, guess: guess),
            "The guess replaces known labels, too. Then nobody corrects the model any more. Only where y is -1.", 1,
        ),
        Misconception(
            "known labels doubted", _variant(trust=lambda y, guess, top, sure: ops.cast(top >= sure, "float32")),
            "A row with a label counts only if the model is sure. But where it is unsure it has most to learn: with a label the weight is "
            "1.", 2,
        ),
        Misconception(
            "sure the wrong way round", _variant(trust=lambda y, guess, top, sure: ops.where(y < 0, ops.cast(top < sure, "float32"), 1.0)),
            "Guesses count where the model is unsure, and not where it is sure. Turn the comparison round.", 2,
        ),
        Misconception(
            "unlabelled rows called 0", _variant(target=lambda y, guess: ops.maximum(y, 0)),
            "Rows without a label are all called class 0. Take the model's guess: the argmax of its answer.", 1,
        ),
        Misconception(
            "the least likely class", _variant(target=lambda y, guess: ops.where(y < 0, 1 - guess, y)),
            "The guess is the class it finds least likely. Take argmax.", 1,
        ),
        Misconception(
            "rows thrown out", _RowsDropped,
            "Rows that do not count are thrown out, so the loss is divided by fewer rows and each step is larger. Keep all rows and "
            "pass weights on.", 3,
        ),
        Misconception(
            "chance as weight", _variant(trust=lambda y, guess, top, sure: ops.where(y < 0, top, 1.0)),
            "The weight is the chance itself. It should be 1 or 0: sure, or not.", 2,
        ),
        Misconception(
            "two steps", _Twice,
            "super().train_step is called twice, so the weights move twice.", 3,
        ),
        Misconception(
            "nothing returned", _NothingReturned,
            "The metrics are lost: return what super().train_step gives, or fit has nothing to show.", 3,
        ),
    ),
    hints=(
        "chance = self(x, training=False). guess = ops.cast(ops.argmax(chance, axis=-1), 'int32'). y = ops.where(y < 0, guess, y).",
        "trust is 1 for rows with a label. For the others 1 where ops.max(chance, axis=-1) >= self.sure, else 0. Compute it before you "
        "change y.",
        "return super().train_step((x, y, trust)): all rows, and a weight for each.",
    ),
    praise="With a handful of labels and a heap of pictures this is how a model pulls itself up. Its name is pseudo-labelling.",
    right_answers=(_variant(), TaughtByArithmetic, TaughtRowByRow),
)
