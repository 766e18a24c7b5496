"""Random numbers: always NumPy's generators, so that both backends draw the same ones.

A seed gives a stream; `SeedGenerator` counts along it. The stream's state is two
whole numbers, so a training run can be stopped, sought and repeated exactly.
"""

import random as python_random

import numpy as np

from .. import ops
from ..ops.spec import is_float, named
from . import api
from .names import auto_name, name_scope
from .replicas import REPLICAS
from .symbolic import KerasTensor
from .variable import Variable


class SeedGenerator:
    """A counted stream of seeds.

    Args:
        seed: whole number; drawn from Python's `random` if not given.
        name: optional name.
        **kwargs: `backend`, kept for Keras's sake.

    Attributes:
        state: variable that holds the seed, and how many were drawn.

    Raises:
        ValueError: if the seed is no whole number, or for other arguments.

    >>> a, b = SeedGenerator(1), SeedGenerator(1)
    >>> a.next(), a.next(), b.next()
    (array([1, 0]), array([1, 1]), array([1, 0]))
    """

    def __init__(self, seed=None, name=None, **kwargs):
        kwargs.pop("backend", None)
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments: {kwargs}")
        self.name = name or auto_name("seed_generator")
        self._initial_seed = seed
        self.seed = make_default_seed() if seed is None else seed
        if not isinstance(self.seed, (int, np.integer)):
            raise ValueError(f"Argument `seed` must be an integer. Received: seed={seed}")
        with name_scope(self.name):
            start = np.array([self.seed, 0], "int64")
            self.state = Variable(start, dtype="int64", trainable=False, name="seed_generator_state", backend="numpy")

    def next(self, ordered=True):
        """Return the next seed: an array of the seed and of how many were drawn before.

        Args:
            ordered: kept for Keras's sake: they are always in order.
        """
        drawn = np.array(self.state.value)
        self.state.assign(drawn + np.array([0, 1]))
        return drawn

    def get_config(self):
        """Return what makes an equal stream."""
        return {"seed": self._initial_seed, "name": self.name}

    @classmethod
    def from_config(cls, config):
        """Make a stream from its config."""
        return cls(**config)


def make_default_seed():
    """Draw a seed from Python's `random`, which `set_random_seed` seeds."""
    return python_random.randint(1, int(1e9))


def generator(seed):
    """Return NumPy's generator for a seed: a whole number, a SeedGenerator, what its `next()` gave, or None.

    Raises:
        ValueError: for anything else.
    """
    seed = make_default_seed() if seed is None else seed.next() if isinstance(seed, SeedGenerator) else seed
    if np.shape(seed) == (2,):
        start, count = (int(n) for n in seed)
        seed = (start & 0xFFFFFFFFFFFFFFFF, count + 1)
    elif not isinstance(seed, (int, np.integer)):
        raise ValueError(
            "Argument `seed` must be either an integer or an instance of `SeedGenerator`. "
            f"Received: seed={seed} (of type {type(seed)})"
        )
    else:
        seed = int(seed) & 0xFFFFFFFFFFFFFFFF
    return np.random.Generator(np.random.Philox(seed))


def _drawn(draw, shape, dtype, seed):
    """Numbers from `draw(generator, shape)`; a symbol where the batch is not known yet, as when shapes are found."""
    shape, dtype = tuple(shape), named(dtype)
    if None in shape:
        return KerasTensor(shape, dtype)
    if REPLICAS.count is not None:
        return _our_part(draw, shape, seed).astype(dtype)
    return np.asarray(draw(generator(seed), shape)).astype(dtype)


def _our_part(draw, shape, seed):
    """The rows that are ours of what one process would draw for the whole batch."""
    g, (first, stop) = generator(seed), REPLICAS.kept_of(REPLICAS.count)
    if not shape or shape[0] % (stop - first):
        return np.asarray(draw(g, shape))  # not so many numbers for each sample
    start, n = g.bit_generator.state, shape[0] // (stop - first)
    try:
        return np.asarray(draw(g, (n * REPLICAS.count, *shape[1:])))[n * first : n * stop]
    except ValueError:  # settings that differ from sample to sample: of ours alone they are known
        g.bit_generator.state = start
        return np.asarray(draw(np.random.Generator(g.bit_generator.jumped(REPLICAS.rank)), shape))


def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Draw from a bell curve.

    Args:
        shape: shape of the output.
        mean, stddev: centre and width of the curve.
        dtype: dtype of the output, `floatx()` by default.
        seed: a whole number, for the same numbers every time; a SeedGenerator, for others at every call.

    >>> normal((2, 3), seed=0).shape
    (2, 3)
    """
    return _drawn(lambda g, s: g.normal(mean, stddev, s), shape, dtype, seed)


def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    """Draw evenly from [minval, maxval).

    Raises:
        ValueError: if `dtype` is no float.
    """
    if not is_float(named(dtype)):
        raise ValueError(
            f"`keras.random.uniform` requires a floating point `dtype`. Received: dtype={dtype}\n"
            "Fix: keras.random.randint draws whole numbers."
        )
    return _drawn(lambda g, s: g.uniform(minval, maxval, s), shape, dtype, seed)


def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Draw from a bell curve cut off at two standard deviations; what falls outside is drawn again."""

    def draw(g, shape):
        x = np.asarray(g.normal(size=shape))
        while (outside := np.abs(x) > 2).any():
            x[outside] = g.normal(size=int(outside.sum()))
        return mean + stddev * x

    return _drawn(draw, shape, dtype, seed)


def randint(shape, minval, maxval, dtype="int32", seed=None):
    """Draw whole numbers from [minval, maxval).

    Raises:
        ValueError: if `dtype` is no type of whole numbers.

    >>> randint((2, 3), 5, 6, seed=0)
    array([[5, 5, 5],
           [5, 5, 5]], dtype=int32)
    """
    if "int" not in named(dtype):
        raise ValueError(f"`keras.random.randint` requires an integer `dtype`. Received: dtype={dtype}")
    return _drawn(lambda g, s: g.integers(minval, maxval, s), shape, dtype, seed)


def categorical(logits, num_samples, dtype="int32", seed=None):
    """Draw classes, given the logarithm of how likely each is.

    Args:
        logits: (batch, classes).
        num_samples: how many to draw for each row.
        dtype: dtype of the class numbers.
        seed: whole number or SeedGenerator.

    Output shape: (batch, num_samples).

    Raises:
        ValueError: if `logits` has not two axes.

    >>> categorical([[0.0, -1e9], [-1e9, 0.0]], 3, seed=0)
    array([[0, 0, 0],
           [1, 1, 1]], dtype=int32)
    """
    shape = ops.shape(logits)
    if len(shape) != 2:
        raise ValueError(f"`logits` should be a 2-D tensor with shape [batch_size, num_classes]. Received: logits={logits}")

    def draw(g, out):
        # With Gumbel noise added, each class is the largest as often as its probability says.
        noise = g.gumbel(size=(*out, shape[1]))  # (batch, samples, classes)
        return np.argmax(api.to_numpy(logits)[:, None, :] + noise, axis=-1)

    return _drawn(draw, (shape[0], num_samples), dtype, seed)


def gamma(shape, alpha, dtype=None, seed=None):
    """Draw from the gamma distribution of shape `alpha`, number or tensor, and rate 1."""
    return _drawn(lambda g, s: g.gamma(api.to_numpy(alpha), size=s), shape, dtype, seed)


def beta(shape, alpha, beta, dtype=None, seed=None):
    """Draw from the beta distribution: numbers between 0 and 1, near 1 if `alpha` is large, near 0 if `beta` is."""
    return _drawn(lambda g, s: g.beta(api.to_numpy(alpha), api.to_numpy(beta), size=s), shape, dtype, seed)


def binomial(shape, counts, probabilities, dtype=None, seed=None):
    """Draw how many of `counts` tries succeed, each with probability `probabilities`."""

    def draw(g, shape):
        tries = np.asarray(api.to_numpy(counts)).astype("int64")
        return g.binomial(tries, api.to_numpy(probabilities), size=shape)

    return _drawn(draw, shape, dtype, seed)


def keep_mask(shape, keep, dtype=None, seed=None):
    """Draw 1 with probability `keep`, else 0: the mask of a dropout."""
    return _drawn(lambda g, s: g.random(s, dtype=np.float32) < keep, shape, dtype, seed)


def dropout(inputs, rate, noise_shape=None, seed=None):
    """Set a random share of the inputs to 0, and scale up the rest so that their mean stays.

    Args:
        inputs: tensor.
        rate: share to set to 0.
        noise_shape: shape of the mask; 1 on an axis drops it as a whole, None stands for the axis's length.
        seed: whole number or SeedGenerator.

    >>> dropout(np.ones((2, 3), "float32"), 0.0)
    array([[1., 1., 1.],
           [1., 1., 1.]], dtype=float32)
    """
    if rate == 0:
        return inputs
    if rate == 1:
        return ops.zeros_like(inputs)
    shape = [n if m is None else m for n, m in zip(inputs.shape, noise_shape or [None] * len(inputs.shape))]
    mask = keep_mask(shape, 1.0 - rate, "bool", seed)
    return ops.where(mask, ops.divide(inputs, 1.0 - rate), 0.0)


def shuffle(x, axis=0, seed=None):
    """Return `x` with its slices along an axis in random order.

    >>> sorted(shuffle(np.arange(5), seed=1).tolist())
    [0, 1, 2, 3, 4]
    """
    x = ops.convert_to_tensor(x)
    return ops.take(x, generator(seed).permutation(x.shape[axis]), axis=axis)
