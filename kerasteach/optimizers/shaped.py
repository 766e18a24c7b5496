"""Optimizers that look at each variable as a whole, at its shape and its length.

Their formulas get one variable at a time: `flat` is False.
"""

import re

import numpy as np

from .. import backend, ops
from .base import Optimizer
from .settings import shared_settings


def _length(x):
    """Euclidean length of all elements together."""
    return (x * x).sum() ** 0.5


def _mean_size(x):
    """Root of the mean square of all elements."""
    return (x * x).mean() ** 0.5


class Lamb(Optimizer):
    """Adam whose step is as long as the variable itself, times the rate: for very large batches.

    Source: You et al., 2019, arXiv:1904.00962.

    Args:
        learning_rate: length of a step, as a share of the variable's length.
        beta_1: how slowly the mean gradient is forgotten.
        beta_2: how slowly its size is forgotten.
        epsilon: keeps the division finite.
        **shared: as for `Optimizer`.

    >>> from kerasteach import Variable
    >>> w = Variable([1.0, 1.0])
    >>> Lamb(0.1).apply([np.array([5.0, 0.01])], [w])
    >>> w.numpy().round(3)
    array([0.9, 0.9], dtype=float32)
    """

    slots, flat = ("momentum", "velocity"), False

    @shared_settings
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **shared):
        super().__init__(learning_rate, **shared)
        self._keep(locals())

    def formula(self, w, g, learning_rate, step, m, v):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        m_hat, v_hat = m / (1 - self.beta_1**step), v / (1 - self.beta_2**step)
        move = m_hat / (v_hat**0.5 + self.epsilon)
        whole, length = _length(w), _length(move)
        ratio = whole / length if whole > 0 and length > 0 else 1.0
        w -= learning_rate * ratio * move


class Adafactor(Optimizer):
    """Gradients divided by their size, of which a matrix keeps only the means of its rows and columns.

    Source: Shazeer and Stern, 2018, arXiv:1804.04235.

    Args:
        learning_rate: longest step, as a share of the variable's size.
        beta_2_decay: power of the step by which the past is forgotten.
        epsilon_1: keeps the division finite.
        epsilon_2: smallest size a variable is taken to have.
        clip_threshold: largest mean size of a step, before the rate.
        relative_step: kept in the config; either way the rate falls below 1 / sqrt(step), as in Keras.
        **shared: as for `Optimizer`.

    >>> from kerasteach import Variable
    >>> w = Variable([1.0, 1.0])
    >>> Adafactor(0.1).apply([np.array([5.0, 0.01])], [w])
    >>> w.numpy().round(3)
    array([0.9, 0.9], dtype=float32)
    """

    slots, flat = ("row", "column", "velocity"), False

    @shared_settings
    def __init__(
        self,
        learning_rate=0.001,
        beta_2_decay=-0.8,
        epsilon_1=1e-30,
        epsilon_2=1e-3,
        clip_threshold=1.0,
        relative_step=True,
        **shared,
    ):
        super().__init__(learning_rate, **shared)
        self._keep(locals())

    def _slot(self, variable, name, start=0.0):
        shape = variable.shape
        if name not in ("row", "column"):
            return super()._slot(variable, name, start)
        if len(shape) < 2:  # unused; Keras has a number here, so files do
            return self._track(backend.Variable(0, trainable=False, name=variable.name, backend=variable._backend.name))
        rest = shape[:-1] if name == "row" else (*shape[:-2], shape[-1])
        return self._beside(variable, np.zeros(rest), variable.dtype, variable.name)

    def formula(self, w, g, learning_rate, step, row, column, v):
        rate = min(learning_rate, step**-0.5) * ops.maximum(_mean_size(w), self.epsilon_2)
        new = step**self.beta_2_decay  # share of the new squares
        squares = g * g + self.epsilon_1
        if len(w.shape) < 2:
            v += new * (squares - v)
        else:
            row += new * (squares.mean(-1) - row)  # (..., rows)
            column += new * (squares.mean(-2) - column)  # (..., columns)
            share = row / row.mean(-1)[..., None]  # (..., rows)
            v[...] = share[..., None] * column[..., None, :]  # (..., rows, columns)
        move = g / v**0.5
        w -= rate / ops.maximum(_mean_size(move) / self.clip_threshold, 1.0) * move


class Muon(Optimizer):
    """Momentum whose step is made orthogonal: a matrix moves by the same length in all its directions.

    Embeddings, vectors and all that is no matrix are moved by Adam.

    Source: Jordan, 2024, https://kellerjordan.github.io/posts/muon; Liu et al., 2025, arXiv:2502.16982.

    Args:
        learning_rate: step size.
        adam_beta_1, adam_beta_2, epsilon: as for `Adam`.
        adam_weight_decay: weight decay of what Adam moves.
        weight_decay: weight decay of what Muon moves.
        **shared: as for `Optimizer`.
        exclude_layers: patterns of paths that Adam shall move.
        exclude_embeddings: whether Adam moves what has "embedding" in its path.
        muon_a, muon_b, muon_c: the polynomial that brings lengths to 1.
        adam_lr_ratio: factor on the rate for Adam.
        momentum: share of the last step that is kept.
        ns_steps: how many times the polynomial is applied.
        nesterov: look ahead along the kept step first.
        rms_rate: mean size of a step, as a share of the rate; None for none.

    >>> from kerasteach import Variable
    >>> w = Variable(np.eye(2))
    >>> Muon(0.1).apply([np.diag([5.0, 0.01])], [w])
    >>> w.numpy().round(3)
    array([[0.98 , 0.   ],
           [0.   , 0.975]])
    """

    slots, flat = ("momentum", "velocity"), False

    @shared_settings
    def __init__(
        self,
        learning_rate=0.001,
        adam_beta_1=0.9,
        adam_beta_2=0.999,
        adam_weight_decay=0.004,
        epsilon=1e-7,
        weight_decay=0.004,
        *,
        exclude_layers=None,
        exclude_embeddings=True,
        muon_a=3.4445,
        muon_b=-4.775,
        muon_c=2.0315,
        adam_lr_ratio=1,
        momentum=0.95,
        ns_steps=5,
        nesterov=True,
        rms_rate=0.2,
        **shared,
    ):
        super().__init__(learning_rate, weight_decay=weight_decay, **shared)
        exclude_layers = exclude_layers or []
        self._keep(locals())

    def _is_for_adam(self, variable):
        path = variable.path
        return (
            len(variable.shape) != 2
            or (self.exclude_embeddings and "embedding" in path.lower())
            or any(re.search(pattern, path) for pattern in self.exclude_layers)
        )

    def slot_start(self, name, variable):
        return None if name == "velocity" and not self._is_for_adam(variable) else 0.0

    def decay_of(self, variable):
        decay = super().decay_of(variable)
        return self.adam_weight_decay if self._is_for_adam(variable) and not self._is_kept_out(variable) else decay

    def formula(self, w, g, learning_rate, step, m, v=None):
        if v is not None:
            self._adam(w, g, learning_rate * self.adam_lr_ratio, step, m, v)
            return
        m *= self.momentum
        m += g
        move = self._orthogonal(g + self.momentum * m if self.nesterov else m)
        scale = 1.0 if self.rms_rate is None else self.rms_rate * max(w.shape) ** 0.5
        w -= learning_rate * scale * move

    def _adam(self, w, g, learning_rate, step, m, v):
        m += (1 - self.adam_beta_1) * (g - m)
        v += (1 - self.adam_beta_2) * (g * g - v)
        rate = learning_rate * (1 - self.adam_beta_2**step) ** 0.5 / (1 - self.adam_beta_1**step)
        w -= rate * m / (v**0.5 + self.epsilon)

    def _orthogonal(self, x):
        """A matrix with the directions of `x`, and lengths near 1: Newton's method for polynomials, of odd powers."""
        if x.shape[0] > x.shape[1]:
            return self._orthogonal(x.T).T
        x = x / (_length(x) + 1e-7)
        for _ in range(self.ns_steps):
            square = x @ x.T
            x = self.muon_a * x + (self.muon_b * square + self.muon_c * square @ square) @ x
        return x
