"""Question 4: a metric with a memory."""

import numpy as np

from ... import metrics, ops
from ..counterexample import arrays
from ..misconceptions import Misconception
from ..observe import NotAttempted, as_value, what_it_is
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, batch):
    def score():
        return rng.choice([-1.0, -0.25, 0.25, 1.0], batch)

    def truth():
        return rng.integers(0, 2, batch).astype(float)

    return {"y": truth(), "score": score(), "more_y": truth(), "more_score": score()}


def _cases():
    odd = {"y": np.array([0.0]), "score": np.array([1.0]), "more_y": np.array([1.0] * 3), "more_score": np.array([1.0] * 3)}
    return [*smallest_first(_draw, each=16, batch=(1, 2, 3)), odd]


def _look(returned, case):
    """What the metric says when fresh, after one batch, after two, after a reset and the second one alone."""
    if not isinstance(returned, metrics.Metric):
        return what_it_is(returned)
    y, score, more_y, more_score = (case[name].astype("float32") for name in ("y", "score", "more_y", "more_score"))
    if returned.update_state(y, score) is ...:
        raise NotAttempted
    facts = {"after one batch": as_value(returned.result())}
    returned.update_state(more_y, more_score)
    facts["after both"] = as_value(returned.result())
    returned.reset_state()
    facts["after a reset"] = as_value(returned.result())
    returned.update_state(more_y, more_score)
    return facts | {"and the second batch": as_value(returned.result())}


def _program(case, differing):
    names = ["after one batch", "after both", "after a reset", "and the second batch"]
    lines = ["metric.update_state(y, score)", "metric.update_state(more_y, more_score)", "metric.reset_state()", "metric.update_state(more_y, more_score)"]
    last = max((names.index(name.strip(" :")) for name in differing if name.strip(" :") in names), default=0)
    return [*arrays(case), "metric = FalseAlarms()", *lines[: last + 1], "metric.result()"]


def _variant(part=lambda y, alarm: alarm * (1 - y), of=lambda y, alarm: alarm, alarm=lambda score: score > 0, give=lambda a, b: a / ops.maximum(b, 1.0), keep=True):
    class FalseAlarms(metrics.Metric):
        def __init__(self, name="false_alarms", **kwargs):
            super().__init__(name=name, **kwargs)
            self.false = self.add_weight(shape=(), initializer="zeros", name="false")
            self.all = self.add_weight(shape=(), initializer="zeros", name="all")

        def update_state(self, y, score, sample_weight=None):
            rang = ops.cast(alarm(score), "float32")
            y = ops.cast(y, "float32")
            more, all = ops.sum(part(y, rang)), ops.sum(of(y, rang))
            self.false.assign(self.false + more if keep else more)
            self.all.assign(self.all + all if keep else all)

        def result(self):
            return give(self.false, self.all)

    return FalseAlarms


class _MeanOfBatches(metrics.Metric):
    def __init__(self):
        super().__init__(name="false_alarms")
        self.total = self.add_weight(shape=(), initializer="zeros")
        self.batches = self.add_weight(shape=(), initializer="zeros")

    def update_state(self, y, score, sample_weight=None):
        rang = ops.cast(score > 0, "float32")
        self.total.assign_add(ops.sum(rang * (1 - y)) / ops.maximum(ops.sum(rang), 1.0))
        self.batches.assign_add(1.0)

    def result(self):
        return self.total / ops.maximum(self.batches, 1.0)


class _PlainNumbers(metrics.Metric):
    def __init__(self):
        super().__init__(name="false_alarms")
        self.false = self.all = 0.0

    def update_state(self, y, score, sample_weight=None):
        self.false += float(np.sum((score > 0) * (1 - y)))
        self.all += float(np.sum(score > 0))

    def result(self):
        return self.false / max(self.all, 1.0)


# Right answers, each written in another way.


class FalseAlarmsCounted(metrics.Metric):
    def __init__(self):
        super().__init__()
        self.counts = self.add_variable(shape=(2,), initializer="zeros")  # harmless ones that rang, all that rang

    def update_state(self, y_true, y_pred, sample_weight=None):
        rang = ops.where(y_pred > 0, 1.0, 0.0)
        wrong = ops.where(y_true == 0, rang, 0.0)
        self.counts.assign(self.counts + ops.stack([ops.sum(wrong), ops.sum(rang)]))

    def result(self):
        wrong, rang = self.counts[0], self.counts[1]
        return ops.where(rang > 0, wrong / ops.where(rang > 0, rang, 1.0), 0.0)


class FalseAlarmsFromHits(metrics.Metric):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.hits = self.add_weight(shape=(), initializer="zeros")
        self.rang = self.add_weight(shape=(), initializer="zeros")

    def update_state(self, y, score, sample_weight=None):
        for truth, points in zip(np.ravel(ops.convert_to_numpy(y)), np.ravel(ops.convert_to_numpy(score))):
            if points > 0:
                self.rang.assign_add(1.0)
                self.hits.assign_add(float(truth))

    def result(self):
        rang = float(ops.convert_to_numpy(self.rang))
        return 1 - float(ops.convert_to_numpy(self.hits)) / rang if rang else 0.0


ALARMS = Task(
    name="FalseAlarms",
    asks="a metric with a memory",
    cell="q4-answer",
    arguments=(),
    cases=_cases,
    reference=lambda case: _look(_variant()(), case),
    observe=_look,
    allowed=lambda case: all(np.isin(case[name], (0, 1)).all() for name in ("y", "more_y")) and all((case[name] != 0).all() for name in ("score", "more_score")),
    simple={"y": (0.0, 1.0), "more_y": (0.0, 1.0), "score": (1.0, -1.0, 0.25), "more_score": (1.0, -1.0, 0.25)},
    program=_program,
    misconceptions=(
        Misconception(
            "only the last batch", _variant(keep=False),
            "The counts are replaced at each batch, so only the last one is seen. Add: self.false.assign(self.false + ...).", 2,
        ),
        Misconception(
            "mean of the batches", _MeanOfBatches,
            "Each batch's share is averaged. A batch with one alarm then counts as much as one with a hundred. Count over all, divide at the "
            "end.", 2,
        ),
        Misconception(
            "plain numbers", _PlainNumbers,
            "The counts are plain Python numbers: reset_state does not find them, and the next epoch goes on from the last. Use "
            "self.add_weight.", 1,
        ),
        Misconception(
            "share of the harmless", _variant(of=lambda y, alarm: 1 - y),
            "This is the share of harmless ones that rang. Asked is the share of alarms that were false: divide by all alarms.", 1,
        ),
        Misconception(
            "share of all", _variant(of=lambda y, alarm: ops.ones_like(y)),
            "Divided by all samples. Divide by the alarms.", 1,
        ),
        Misconception(
            "right alarms", _variant(part=lambda y, alarm: alarm * y),
            "This is the share of alarms that were right: precision. The false ones are those where y is 0.", 1,
        ),
        Misconception(
            "missed ones", _variant(part=lambda y, alarm: (1 - alarm) * y, of=lambda y, alarm: y),
            "These are the ones that were missed. A false alarm rang, and y is 0.", 1,
        ),
        Misconception(
            "chances taken for scores", _variant(alarm=lambda score: score > 0.5),
            "The limit is 0.5, as for chances. A score is a logit: chance 0.5 is score 0.", 3,
        ),
        Misconception(
            "divided by nothing", _variant(give=lambda a, b: a / b),
            "Before the first alarm this divides 0 by 0 and says nan. ops.maximum(alarms, 1) keeps it at 0.", 3,
        ),
        Misconception(
            "a count, no share", _variant(give=lambda a, b: a),
            "This is how many false alarms there were. Divide by all alarms.", 1,
        ),
    ),
    hints=(
        "Two weights made in __init__: false alarms, and all alarms. self.add_weight(shape=(), initializer='zeros', name='false').",
        "update_state adds this batch's counts to them; result divides one by the other.",
        "rang = ops.cast(score > 0, 'float32'); false: ops.sum(rang * (1 - y)); all: ops.sum(rang); result: false / ops.maximum(all, 1).",
    ),
    praise="However the data are cut into batches, it says the same. That is what makes a metric one.",
    right_answers=(_variant(), FalseAlarmsCounted, FalseAlarmsFromHits),
)
