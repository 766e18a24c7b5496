"""`keras.optimizers.schedules`: learning rates that follow a plan, as functions of the step.

A step may be a number, a variable, or an array of steps, to draw the plan:

    matplotlib.pyplot.plot(CosineDecay(0.1, 1000)(np.arange(1000)))
"""

import math

from .. import ops


class LearningRateSchedule:
    """Base of all schedules; one of your own says its rate in `__call__`, and its arguments in `get_config`."""

    _kept = None

    def __call__(self, step):
        """Return the learning rate at a step; the first step is 0."""
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `__call__(self, step)`."
        )

    def _keep(self, arguments):
        """Store a constructor's arguments, given as `locals()`, as attributes of the same names."""
        self._kept = tuple(k for k in arguments if k not in ("self", "__class__"))
        vars(self).update({k: arguments[k] for k in self._kept})

    def get_config(self):
        """Return the constructor's arguments."""
        if self._kept is None:
            raise NotImplementedError(
                f"Learning rate schedule '{type(self).__name__}' must override `get_config()` in order to be serializable."
            )
        return {name: getattr(self, name) for name in self._kept}

    @classmethod
    def from_config(cls, config):
        """Make one from its config."""
        return cls(**config)


class ExponentialDecay(LearningRateSchedule):
    """The rate times `decay_rate`, every `decay_steps` steps.

    Args:
        initial_learning_rate: rate at the first step.
        decay_steps: steps in which the rate falls once.
        decay_rate: factor of one fall.
        staircase: fall at once, after every `decay_steps` steps, not little by little.
        name: name.

    Raises:
        ValueError: if `decay_steps` is not above 0.

    >>> float(ExponentialDecay(1.0, decay_steps=10, decay_rate=0.5)(20))
    0.25
    """

    def __init__(self, initial_learning_rate, decay_steps, decay_rate, staircase=False, name="ExponentialDecay"):
        self._keep(locals())
        _check_above_0(decay_steps=decay_steps)

    def __call__(self, step):
        falls = _number(step) / self.decay_steps
        falls = ops.floor(falls) if self.staircase else falls
        return self.initial_learning_rate * ops.power(self.decay_rate, falls)


class InverseTimeDecay(LearningRateSchedule):
    """The rate divided by 1, then by 1 + `decay_rate`, 1 + 2 `decay_rate`, …

    Args:
        initial_learning_rate: rate at the first step.
        decay_steps: steps in which the divisor grows by `decay_rate`.
        decay_rate: growth of the divisor.
        staircase: grow at once, after every `decay_steps` steps.
        name: name.

    Raises:
        ValueError: if `decay_steps` is not above 0.

    >>> float(InverseTimeDecay(1.0, decay_steps=10, decay_rate=0.5)(20))
    0.5
    """

    def __init__(self, initial_learning_rate, decay_steps, decay_rate, staircase=False, name="InverseTimeDecay"):
        self._keep(locals())
        _check_above_0(decay_steps=decay_steps)

    def __call__(self, step):
        growths = _number(step) / self.decay_steps
        growths = ops.floor(growths) if self.staircase else growths
        return self.initial_learning_rate / (1 + self.decay_rate * growths)


class PiecewiseConstantDecay(LearningRateSchedule):
    """One rate up to and with each boundary, the next one after it.

    Args:
        boundaries: steps, in rising order.
        values: rates, one more than boundaries.
        name: name.

    Raises:
        ValueError: if the counts do not fit.

    >>> PiecewiseConstantDecay([2, 4], [1.0, 0.5, 0.1])(np.arange(6))
    array([1. , 1. , 1. , 0.5, 0.5, 0.1], dtype=float32)
    """

    def __init__(self, boundaries, values, name="PiecewiseConstant"):
        self._keep(locals())
        if len(boundaries) != len(values) - 1:
            raise ValueError(
                f"The length of boundaries should be 1 less than the length of values. Received: boundaries={boundaries} of "
                f"length {len(boundaries)}, and values={values} of length {len(values)}."
            )

    def __call__(self, step):
        step, rate = _number(step), self.values[0]
        for boundary, value in zip(self.boundaries, self.values[1:]):
            rate = ops.where(step > boundary, value, rate)
        return _number(rate)


class PolynomialDecay(LearningRateSchedule):
    """From one rate down to another in `decay_steps` steps: on a line, or for a higher `power` on a curve.

    Args:
        initial_learning_rate: rate at the first step.
        decay_steps: steps down.
        end_learning_rate: rate at the end.
        power: power of the share of steps that is left.
        cycle: at the end, go up again and down in ever longer cycles.
        name: name.

    Raises:
        ValueError: if `decay_steps` is not above 0.

    >>> PolynomialDecay(1.0, decay_steps=4, end_learning_rate=0.0)(np.arange(6))
    array([1.  , 0.75, 0.5 , 0.25, 0.  , 0.  ], dtype=float32)
    """

    def __init__(
        self, initial_learning_rate, decay_steps, end_learning_rate=0.0001, power=1.0, cycle=False, name="PolynomialDecay"
    ):
        self._keep(locals())
        _check_above_0(decay_steps=decay_steps)

    def __call__(self, step):
        step, steps = _number(step), self.decay_steps
        if self.cycle:
            steps = steps * ops.maximum(ops.ceil(step / steps), 1)
        left = 1 - ops.minimum(step, steps) / steps
        fall = self.initial_learning_rate - self.end_learning_rate
        return fall * ops.power(left, self.power) + self.end_learning_rate


class CosineDecay(LearningRateSchedule):
    """Half a cosine wave from the rate down to `alpha` times the rate; before it a line up, if there is a warmup.

    Source: Loshchilov and Hutter, 2016, arXiv:1608.03983.

    Args:
        initial_learning_rate: rate at the first step.
        decay_steps: steps down.
        alpha: share of the rate that is left at the end.
        name: name.
        warmup_target: rate to rise to first; the way down starts from it. None for no warmup.
        warmup_steps: steps up.

    Raises:
        ValueError: if `decay_steps` is not above 0.

    >>> CosineDecay(1.0, decay_steps=4)(np.arange(5)).round(3)
    array([1.   , 0.854, 0.5  , 0.146, 0.   ], dtype=float32)
    >>> CosineDecay(0.0, decay_steps=2, warmup_target=1.0, warmup_steps=2)(np.arange(5)).round(3)
    array([0. , 0.5, 1. , 0.5, 0. ], dtype=float32)
    """

    def __init__(
        self, initial_learning_rate, decay_steps, alpha=0.0, name="CosineDecay", warmup_target=None, warmup_steps=0
    ):
        self._keep(locals())
        _check_above_0(decay_steps=decay_steps)

    def __call__(self, step):
        step = _number(step)
        if self.warmup_target is None:
            return self._down(step, self.initial_learning_rate)
        rise = self.warmup_target - self.initial_learning_rate
        up = self.initial_learning_rate + rise * step / max(self.warmup_steps, 1)
        return ops.where(step < self.warmup_steps, up, self._down(step - self.warmup_steps, self.warmup_target))

    def _down(self, step, start):
        share = ops.minimum(step, self.decay_steps) / self.decay_steps
        wave = 0.5 * (1 + ops.cos(math.pi * share))
        return start * ((1 - self.alpha) * wave + self.alpha)


class CosineDecayRestarts(LearningRateSchedule):
    """Half a cosine wave down, then up at once and down again, in ever longer waves.

    Source: Loshchilov and Hutter, 2016, arXiv:1608.03983.

    Args:
        initial_learning_rate: rate at the first step.
        first_decay_steps: steps of the first wave.
        t_mul: how many times longer each wave is than the one before.
        m_mul: how many times higher each wave is than the one before.
        alpha: share of the rate that is left at the end of a wave.
        name: name.

    Raises:
        ValueError: if `first_decay_steps` is not above 0.

    >>> CosineDecayRestarts(1.0, first_decay_steps=2)(np.arange(6)).round(3)
    array([1.   , 0.5  , 1.   , 0.854, 0.5  , 0.146], dtype=float32)
    """

    def __init__(self, initial_learning_rate, first_decay_steps, t_mul=2.0, m_mul=1.0, alpha=0.0, name="SGDRDecay"):
        self._keep(locals())
        _check_above_0(first_decay_steps=first_decay_steps)

    def __call__(self, step):
        done = _number(step) / self.first_decay_steps  # in lengths of the first wave
        if self.t_mul == 1:
            waves = ops.floor(done)
            share = done - waves
        else:  # n waves are (1 - t^n) / (1 - t) long
            t = self.t_mul
            waves = ops.floor(ops.log(1 - done * (1 - t)) / ops.log(_number(t)))
            share = (done - (1 - ops.power(t, waves)) / (1 - t)) / ops.power(t, waves)
        wave = 0.5 * ops.power(self.m_mul, waves) * (1 + ops.cos(math.pi * share))
        return self.initial_learning_rate * ((1 - self.alpha) * wave + self.alpha)


def serialize(learning_rate_schedule):
    """Return the config of a schedule, as saved files hold it."""
    from ..saving.serialize import serialize_keras_object

    return serialize_keras_object(learning_rate_schedule)


def deserialize(config, custom_objects=None):
    """Make a schedule from its config.

    >>> deserialize(serialize(ExponentialDecay(0.1, 10, 0.5))).decay_steps
    10
    """
    from ..saving.serialize import deserialize_keras_object

    known = {cls.__name__: cls for cls in LearningRateSchedule.__subclasses__() if cls.__module__ == __name__}
    return deserialize_keras_object(config, known | (custom_objects or {}))


def _number(x):
    return ops.cast(x, dtype="float32")


def _check_above_0(**steps):
    (name, value), = steps.items()
    if value <= 0:
        raise ValueError(f"Argument `{name}` must be > 0. Received: {name}={value}")
