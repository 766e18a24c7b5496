"""The NumPy backend's tape: what was computed, in order, so that it can be walked back.

    with Tape(variables) as tape:
        loss = compute(...)
    gradients = tape.gradient(loss, variables)

The tape is a flat list, so a chain of 100,000 ops needs no recursion. An op is
recorded only if some input leads to a watched variable; nothing else costs
anything in the backward pass.
"""

import threading

import numpy as np

from ..ops.operators import Operators
from ..ops.table import ROUTES, as_value, evaluate


class _Open(threading.local):
    """The tape that records in this thread, or None."""

    tape = None


OPEN = _Open()


class Tensor(Operators):
    """A NumPy array that a tape follows.

    Attributes:
        value: the array itself.
        grad: gradient of the loss with respect to it, while walking back.
    """

    __slots__ = ("_keras_mask", "grad", "value")

    def __init__(self, value):
        self.value = value
        self.grad = None

    @property
    def shape(self):
        """Tuple of axis lengths."""
        return self.value.shape

    @property
    def dtype(self):
        """NumPy dtype."""
        return self.value.dtype

    def numpy(self):
        """Return the array."""
        return np.asarray(self.value)

    def __array__(self, dtype=None, copy=None):
        if OPEN.tape is not None:
            raise TypeError(
                "A NumPy function was called on a tensor whose gradient is being recorded, so the gradient would be "
                "lost.\nExpected: a function of keras.ops. Received: a NumPy call on a tensor of shape "
                f"{self.shape}.\nFix: use the keras.ops function of the same name, or keras.ops.stop_gradient(x) "
                "first if no gradient should flow."
            )
        return np.asarray(self.value, dtype=dtype)

    def __float__(self):
        return float(self.value)

    def __int__(self):
        return int(self.value)

    def __bool__(self):
        return bool(self.value)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __repr__(self):
        return f"<Tensor shape={self.shape}, dtype={self.dtype.name}, on the tape>\n{self.value}"


class Tape:
    """Record of ops; a context manager.

    Args:
        variables: variables to watch. Others count as constants.

    >>> from kerasteach import ops
    >>> with Tape() as tape:
    ...     x = tape.watch(np.array([1.0, 2.0]))
    ...     y = ops.sum(x * x)
    >>> tape.gradient(y, [x])
    [array([2., 4.])]
    """

    def __init__(self, variables=()):
        self.records = []  # (op, inputs, values, params, output)
        self.watched = {id(variable) for variable in variables}
        self.leaves = {}
        self.walked = False

    def __enter__(self):
        self._outer, OPEN.tape = OPEN.tape, self
        return self

    def __exit__(self, *exc):
        OPEN.tape = self._outer

    def watch(self, array):
        """Return `array` as a tensor that the tape follows."""
        return Tensor(np.asarray(array))

    def watches(self, variable):
        """Whether the tape follows a variable."""
        return id(variable) in self.watched

    def leaf(self, variable):
        """Return the variable's array, followed if the variable is watched."""
        key = id(variable)
        leaf = self.leaves.get(key)
        if leaf is None:
            if not self.watches(variable):
                return variable._value
            leaf = self.leaves[key] = Tensor(variable._value)
        return leaf

    def follow(self, variable):
        """From now on, `leaf` gives the array that the variable was just given."""
        if id(variable) in self.leaves:
            self.leaves[id(variable)].value = variable._value

    def gradient(self, target, sources, g=None):
        """Walk back from `target` and return its gradient with respect to each source.

        Args:
            target: a tensor; gradients are of its sum.
            sources: variables, or tensors from `watch`.
            g: gradient to start with; ones by default.

        Returns:
            A list of arrays; `None` where the target does not depend on the source.
        """
        if isinstance(target, Tensor):
            if self.walked:
                self._forget_gradients()
            self.walked = True
            target.grad = np.ones_like(target.value) if g is None else np.asarray(g, target.dtype)
            self._walk_back()
        leaves = [s if type(s) is Tensor else self.leaves.get(id(s)) for s in sources]
        return [None if leaf is None else leaf.grad for leaf in leaves]

    def forget(self):
        """Drop the record, and with it the memory of all that was computed."""
        self.records = []

    def _forget_gradients(self):
        """Gradients of an earlier walk must not add up."""
        for _, inputs, _, _, out in self.records:
            for x in (*inputs, out):
                if type(x) is Tensor:
                    x.grad = None

    def _walk_back(self):
        for op, inputs, values, params, out in reversed(self.records):
            g = out.grad
            if g is None:
                continue
            if op.variadic:
                grads = op.vjps[0](g, out.value, values, **params)
                for x, grad in zip(inputs, grads):
                    if type(x) is Tensor:
                        _give(x, grad)
            else:
                for x, vjp in zip(inputs, op.vjps):
                    if vjp is not None and type(x) is Tensor:
                        _give(x, vjp(g, out.value, *values, **params))


def _give(x, grad):
    """Add a gradient to what `x` already got; sum it over axes that were broadcast."""
    if grad.shape != x.value.shape:
        grad = unbroadcast(grad, x.value.shape)
    x.grad = grad if x.grad is None else x.grad + grad


def unbroadcast(g, shape):
    """Sum `g` over the axes along which an array of `shape` was repeated.

    >>> unbroadcast(np.ones((5, 3)), (3,))
    array([5., 5., 5.])
    """
    extra = g.ndim - len(shape)
    if extra > 0:
        g = g.sum(axis=tuple(range(extra))) if extra > 1 else g.sum(axis=0)
    repeated = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i] != 1)
    if repeated:
        g = g.sum(axis=repeated, keepdims=True)
    return np.broadcast_to(g, shape) if g.shape != shape else g


def record(op, args, params):
    """Evaluate a row; if an input is followed, put the step on the tape."""
    tape = OPEN.tape
    values, inputs, followed = [], [], False
    for arg in args:
        kind = type(arg)
        if kind is not Tensor and kind in LEAF_TYPES:
            arg = arg.value
            kind = type(arg)
        if kind is Tensor:
            followed = True
            values.append(arg.value)
        else:
            values.append(as_value(arg))
        inputs.append(arg)
    y = evaluate(op, values, params)
    if not followed or tape is None or not op.differentiable:
        return y
    out = Tensor(y)
    tape.records.append((op, inputs, values, params, out))
    return out


LEAF_TYPES = set()  # filled by variable.py
ROUTES[Tensor] = record
