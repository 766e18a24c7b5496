"""Initializers that draw random numbers.

An instance draws the same numbers each time it is asked for the same shape, as
Keras's do: its seed is fixed when it is made.
"""

import math

import numpy as np

from ..backend import random
from ..config import floatx
from .constant import Initializer


class _Drawn(Initializer):
    """An initializer with a seed: a whole number, a `SeedGenerator`, which gives another draw at each call, or None."""

    def __init__(self, seed=None):
        if isinstance(seed, dict):
            from ..saving.serialize import deserialize_keras_object

            seed = deserialize_keras_object(seed)
        if seed is not None and not isinstance(seed, (int, random.SeedGenerator)):
            raise ValueError(
                "`seed` argument should be an instance of `keras.random.SeedGenerator()` or an integer. "
                f"Received: seed={seed}"
            )
        self._init_seed = seed
        self.seed = random.make_default_seed() if seed is None else seed

    def get_config(self):
        from ..saving.serialize import serialize_keras_object

        return {"seed": serialize_keras_object(self._init_seed)}


class RandomNormal(_Drawn):
    """From a bell curve.

    Args:
        mean, stddev: centre and width of the curve.
        seed: whole number, for the same draw every time.

    >>> RandomNormal(seed=1)((2, 3)).shape
    (2, 3)
    """

    def __init__(self, mean=0.0, stddev=0.05, seed=None):
        super().__init__(seed)
        self.mean, self.stddev = mean, stddev

    def __call__(self, shape, dtype=None):
        return random.normal(shape, self.mean, self.stddev, dtype, self.seed)

    def get_config(self):
        return {"mean": self.mean, "stddev": self.stddev, **super().get_config()}


class TruncatedNormal(RandomNormal):
    """From a bell curve cut off at two standard deviations; what falls outside is drawn again.

    Args:
        mean, stddev: centre and width of the curve.
        seed: whole number, for the same draw every time.
    """

    def __call__(self, shape, dtype=None):
        return random.truncated_normal(shape, self.mean, self.stddev, dtype, self.seed)


class RandomUniform(_Drawn):
    """Evenly from [minval, maxval).

    Args:
        minval, maxval: the range.
        seed: whole number, for the same draw every time.
    """

    def __init__(self, minval=-0.05, maxval=0.05, seed=None):
        super().__init__(seed)
        self.minval, self.maxval = minval, maxval

    def __call__(self, shape, dtype=None):
        return random.uniform(shape, self.minval, self.maxval, dtype, self.seed)

    def get_config(self):
        return {"minval": self.minval, "maxval": self.maxval, **super().get_config()}


class VarianceScaling(_Drawn):
    """Scaled so that signals keep their size through the layer.

    Args:
        scale: positive factor on the variance.
        mode: `"fan_in"`, `"fan_out"` or `"fan_avg"`: which side's width divides it.
        distribution: `"truncated_normal"`, `"untruncated_normal"` or `"uniform"`.
        seed: whole number, for the same draw every time.
        input_axes, output_axes: which axes are that width, if not the last two.

    Source: Glorot and Bengio, 2010; He et al., 2015, arXiv:1502.01852.
    """

    def __init__(
        self, scale=1.0, mode="fan_in", distribution="truncated_normal", seed=None, input_axes=None, output_axes=None
    ):
        super().__init__(seed)
        if scale <= 0.0:
            raise ValueError(f"Argument `scale` must be positive float. Received: scale={scale}")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(f"Invalid `mode` argument: {mode}. Please use one of {{'fan_in', 'fan_out', 'fan_avg'}}")
        distribution = distribution.lower().replace("normal", "truncated_normal") if distribution == "normal" else distribution
        if distribution not in ("uniform", "truncated_normal", "untruncated_normal"):
            raise ValueError(
                f"Invalid `distribution` argument: {distribution}. Please use one of "
                "{'uniform', 'truncated_normal', 'untruncated_normal'}"
            )
        self.scale, self.mode, self.distribution = scale, mode, distribution
        self.input_axes, self.output_axes = input_axes, output_axes

    def __call__(self, shape, dtype=None):
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, fan)
        if self.distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return random.uniform(shape, -limit, limit, dtype, self.seed)
        if self.distribution == "truncated_normal":
            # Cutting the tails off narrows the curve; 0.8796 is how much.
            return random.truncated_normal(shape, 0.0, math.sqrt(variance) / 0.87962566103423978, dtype, self.seed)
        return random.normal(shape, 0.0, math.sqrt(variance), dtype, self.seed)

    def get_config(self):
        config = {"scale": self.scale, "mode": self.mode, "distribution": self.distribution}
        return config | self._axes_and_seed()

    def _axes_and_seed(self):
        return {**super().get_config(), "input_axes": self.input_axes, "output_axes": self.output_axes}


def compute_fans(shape, input_axes=None, output_axes=None):
    """How many inputs and outputs a weight of this shape joins.

    >>> compute_fans((32, 64)), compute_fans((3, 3, 8, 16)), compute_fans((2, 3, 4), [0], [1, 2])
    ((32, 64), (72, 144), (2, 12))
    """
    if input_axes is not None and output_axes is not None:
        return math.prod(shape[axis] for axis in input_axes), math.prod(shape[axis] for axis in output_axes)
    if len(shape) < 2:
        n = shape[0] if shape else 1
        return n, n
    window = math.prod(shape[:-2])
    return shape[-2] * window, shape[-1] * window


def _variance_scaling(name, scale, mode, distribution, doc):
    """A named setting of VarianceScaling, whose config leaves the setting out."""

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        VarianceScaling.__init__(self, scale, mode, distribution, seed, input_axes, output_axes)

    doc += "\n\nArgs:\n    seed: whole number, for the same draw every time.\n    input_axes, output_axes: see `VarianceScaling`."
    return type(name, (VarianceScaling,), {
        "__init__": __init__, "get_config": VarianceScaling._axes_and_seed, "__doc__": doc, "__module__": __name__,
    })  # fmt: skip


GlorotUniform = _variance_scaling(
    "GlorotUniform", 1.0, "fan_avg", "uniform", "Even draw, sized for tanh and sigmoid (Glorot and Bengio, 2010)."
)
GlorotNormal = _variance_scaling(
    "GlorotNormal", 1.0, "fan_avg", "truncated_normal", "Bell-curve draw, sized for tanh (Glorot and Bengio, 2010)."
)
HeUniform = _variance_scaling("HeUniform", 2.0, "fan_in", "uniform", "Even draw, sized for ReLU (He et al., 2015).")
HeNormal = _variance_scaling(
    "HeNormal", 2.0, "fan_in", "truncated_normal", "Bell-curve draw, sized for ReLU (He et al., 2015)."
)
LecunUniform = _variance_scaling("LecunUniform", 1.0, "fan_in", "uniform", "Even draw (LeCun et al., 1998).")
LecunNormal = _variance_scaling(
    "LecunNormal", 1.0, "fan_in", "truncated_normal", "Bell-curve draw, sized for SELU (Klambauer et al., 2017)."
)


class Orthogonal(_Drawn):
    """A matrix whose rows or columns stand at right angles.

    Args:
        gain: factor.
        seed: whole number, for the same draw every time.

    Source: Saxe et al., 2013, arXiv:1312.6120.

    Raises:
        ValueError: if the shape has fewer than two axes.
    """

    def __init__(self, gain=1.0, seed=None):
        super().__init__(seed)
        self.gain = gain

    def __call__(self, shape, dtype=None):
        if len(shape) < 2:
            raise ValueError(
                "The tensor to initialize must be at least two-dimensional. "
                f"Received: shape={shape} of rank {len(shape)}."
            )
        rows, columns = math.prod(shape[:-1]), shape[-1]
        a = random.normal((max(rows, columns), min(rows, columns)), dtype="float64", seed=self.seed)
        q, r = np.linalg.qr(a)
        q = q * np.sign(np.diag(r))
        q = q.T if rows < columns else q
        return (self.gain * q.reshape(shape)).astype(dtype or floatx())

    def get_config(self):
        return {"gain": self.gain, **super().get_config()}
