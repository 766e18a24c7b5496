"""Question 2: a layer with a memory."""

import math

from ... import layers, ops
from ..counterexample import arrays
from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task
from .look import first_answer, refused


def _draw(rng, batch, features):
    def halves(*shape):
        return rng.integers(-4, 5, shape) / 2

    new = {"first": halves(batch, features) + 1.25, "second": halves(batch, features) - 0.75, "new": halves(batch, features)}
    return {"keep": 0.75, **new}


def _cases():
    return smallest_first(_draw, each=2, batch=(1, 2), features=(1, 2, 3))


def _look(returned, case):
    """Two batches in training, then one in use: what comes out, and what is remembered."""
    if wrong := refused(returned):
        return wrong
    fresh = first_answer(returned, case["new"])
    facts = {"numbers kept": _numbers(returned.non_trainable_weights), "numbers trained": _numbers(returned.trainable_weights)}
    facts |= {"in use, fresh": fresh, "in training": as_value(returned(case["first"], training=True))}
    facts["in training again"] = as_value(returned(case["second"], training=True))
    facts["in use"] = as_value(returned(case["new"], training=False))
    facts["in use again"] = as_value(returned(case["new"], training=False))
    return facts


def _numbers(variables):
    return sum(math.prod(v.shape) for v in variables)


def _program(case, differing):
    data = {name: case[name] for name in ("first", "second", "new")}
    steps = ["layer(new)", "layer(first, training=True)", "layer(second, training=True)", "layer(new)", "layer(new)"]
    names = [" in use, fresh:", " in training:", " in training again:", " in use:", " in use again:"]
    last = max((names.index(name) for name in differing if name in names), default=0)
    return [*arrays(data), f"layer = Centre({case['keep']})", *steps[: last + 1]]


def _moved(mean, x, keep):
    return keep * mean + (1 - keep) * ops.mean(x, axis=0)


def _variant(move=_moved, when=bool, trainable=False, give=lambda x, old, new, training: x - new):
    class Centre(layers.Layer):
        def __init__(self, keep, **kwargs):
            super().__init__(**kwargs)
            self.keep = keep

        def build(self, input_shape):
            self.mean = self.add_weight(shape=(input_shape[-1],), initializer="zeros", trainable=trainable, name="mean")

        def call(self, x, training=False):
            old = new = self.mean + 0.0  # a copy
            if when(training):
                new = move(old, x, self.keep)
                self.mean.assign(new)
            return give(x, old, new, training)

    return Centre


class _PlainAttribute(layers.Layer):
    def __init__(self, keep, **kwargs):
        super().__init__(**kwargs)
        self.keep, self.mean = keep, 0.0

    def call(self, x, training=False):
        if training:
            self.mean = _moved(self.mean, x, self.keep)
        return x - self.mean


class _NeverWritten(layers.Layer):
    def __init__(self, keep, **kwargs):
        super().__init__(**kwargs)
        self.keep = keep

    def build(self, input_shape):
        self.mean = self.add_weight(shape=(input_shape[-1],), initializer="zeros", trainable=False)

    def call(self, x, training=False):
        mean = self.mean
        if training:
            mean = _moved(mean, x, self.keep)
        return x - mean


# Right answers, each written in another way.


class CentreByDifference(layers.Layer):
    def __init__(self, keep, **kwargs):
        super().__init__(**kwargs)
        self.rate = 1 - keep

    def build(self, input_shape):
        self.seen = self.add_weight(shape=(1, input_shape[-1]), initializer="zeros", trainable=False)

    def call(self, inputs, training=None):
        if training:
            here = ops.mean(inputs, axis=0, keepdims=True)
            self.seen.assign_add(self.rate * (here - self.seen))
        return inputs - self.seen


class CentreInUseFirst(layers.Layer):
    def __init__(self, keep):
        super().__init__()
        self.keep = keep

    def build(self, shape):
        self.mean = self.add_weight(name="mean", shape=shape[1:], initializer="zeros", trainable=False)

    def call(self, x, training=False):
        if not training:
            return x - self.mean
        self.mean.assign(ops.sum(x, axis=0) / x.shape[0] * (1 - self.keep) + self.mean * self.keep)
        return ops.subtract(x, self.mean)


CENTRE = Task(
    name="Centre",
    asks="a layer with a memory",
    cell="q2-answer",
    arguments=("keep",),
    cases=_cases,
    reference=lambda case: _look(_variant()(case["keep"]), case),
    observe=_look,
    program=_program,
    misconceptions=(
        Misconception(
            "moves in use", _variant(when=lambda training: True),
            "The mean moves in use, too. Then an answer depends on who asked before. Move it only if training is true.", 2,
        ),
        Misconception(
            "never moves", _variant(when=lambda training: False),
            "The mean stays at 0 for ever. In training, assign the moved one.", 2,
        ),
        Misconception(
            "not written back", _NeverWritten,
            "The moved mean is computed, used once, and forgotten: after training the layer still subtracts 0. "
            "self.mean.assign(...) keeps it.", 2,
        ),
        Misconception(
            "left to the optimizer", _variant(trainable=True),
            "The mean is a trainable weight: the optimizer would push it about. Memory needs trainable=False.", 1,
        ),
        Misconception(
            "plain attribute", _PlainAttribute,
            "The mean is a plain attribute. It works until you save: a loaded layer has forgotten all. Use add_weight with "
            "trainable=False.", 1,
        ),
        Misconception(
            "keep on the wrong side", _variant(move=lambda mean, x, keep: (1 - keep) * mean + keep * ops.mean(x, axis=0)),
            "keep is on the wrong side: with 0.75 three quarters of the OLD mean stay.", 3,
        ),
        Misconception(
            "only the last batch", _variant(move=lambda mean, x, keep: ops.mean(x, axis=0)),
            "The memory holds the last batch only. Mix: keep * old + (1 - keep) * new.", 3,
        ),
        Misconception(
            "old memory fades not", _variant(move=lambda mean, x, keep: mean + (1 - keep) * ops.mean(x, axis=0)),
            "The old mean is kept whole and more is added: it grows without end. Keep only `keep` of it.", 3,
        ),
        Misconception(
            "batch's own mean in training", _variant(give=lambda x, old, new, training: x - (ops.mean(x, axis=0) if training else new)),
            "In training the batch's own mean is subtracted. Here it should be the remembered one, also in training.", 3,
        ),
        Misconception(
            "the mean before it moved", _variant(give=lambda x, old, new, training: x - old),
            "In training the old mean is subtracted. Move it first, then subtract the new one.", 3,
        ),
        Misconception(
            "one mean for all features", _variant(move=lambda mean, x, keep: keep * mean + (1 - keep) * ops.mean(x)),
            "All features got the same mean. Each has its own: ops.mean(x, axis=0).", 3,
        ),
        Misconception(
            "added up", _variant(move=lambda mean, x, keep: keep * mean + (1 - keep) * ops.sum(x, axis=0)),
            "This is the sum over the batch. A batch of twice as many rows would move it twice as far: take the mean.", 3,
        ),
    ),
    hints=(
        "A memory is a weight that no optimizer touches: add_weight(shape=(input_shape[-1],), initializer='zeros', trainable=False).",
        "if training: self.mean.assign(...). Outside of training only read it.",
        "new = self.keep * self.mean + (1 - self.keep) * ops.mean(x, axis=0). Assign it, then return x - self.mean.",
    ),
    praise="That is how BatchNormalization remembers: two such weights, and the same two ways to behave.",
    right_answers=(_variant(), CentreByDifference, CentreInUseFirst),
)
