"""Loops and choices over tensors, written as plain Python.

`cond`, `switch` and `while_loop` look at numbers. On symbolic tensors they only say what shape comes out.
"""

import builtins
import functools

import numpy as np

from .. import tree
from .create import convert_to_tensor
from .elementwise import add, cos, multiply, sin
from .index import getitem
from .reduce import sum
from .reshaping import broadcast_to, concatenate, expand_dims, flip, reshape, stack
from .table import composite, row


def is_symbolic(x):
    """Whether a tensor has no numbers to look at."""
    return getattr(x, "is_symbolic", False)


def _tensors(structure):
    return tree.map_structure(convert_to_tensor, structure)


def _at(structure, i):
    """Row `i` of every tensor."""
    return tree.map_structure(lambda x: getitem(x, key=i), structure)


def _length(structure):
    return tree.flatten(structure)[0].shape[0]


def _stacked(rows):
    """Equal structures as one, its tensors stacked."""
    return tree.map_structure(lambda *tensors: stack(list(tensors)), *rows)


@composite(example=lambda rng: [((p, lambda: np.ones(2, "float32"), lambda: np.zeros(2, "float32")), {}) for p in (True, False)], looks=True)
def cond(pred, true_fn, false_fn):
    """What `true_fn()` gives if the condition holds, else what `false_fn()` gives.

    >>> cond(True, lambda: 1, lambda: 2)
    1
    """
    return true_fn() if is_symbolic(pred) or pred else false_fn()


@composite(example=lambda rng: [((1, [sin, cos], rng.normal(size=2)), {})], looks=True)
def switch(index, branches, *operands):
    """What the function of that number gives for the operands; numbers out of range count as the nearest.

    >>> switch(1, [lambda x: x, lambda x: 2 * x], 10)
    20
    """
    index = 0 if is_symbolic(index) else builtins.min(builtins.max(int(index), 0), len(branches) - 1)
    return branches[index](*operands)


@composite(example=lambda rng: [((lambda x: sum(x) < 10, lambda x: multiply(x, 2.0), np.ones(3)), {})], looks=True)
def while_loop(cond, body, loop_vars, maximum_iterations=None):
    """Call `body` on what it gave before, as long as `cond` says so.

    Args:
        cond: function of the loop's variables; says whether to go on.
        body: function of the variables; returns them changed.
        loop_vars: tensor or tuple of tensors to start from.
        maximum_iterations: stop after so many.

    >>> while_loop(lambda i: i < 5, lambda i: i + 2, 0)
    array(6, dtype=int32)
    """
    several = isinstance(loop_vars, (tuple, list))
    values = _tensors(tuple(loop_vars) if several else (loop_vars,))
    times = 0
    if builtins.any(is_symbolic(value) for value in tree.flatten(values)):
        return values if several else values[0]
    while cond(*values) and (maximum_iterations is None or times < maximum_iterations):
        values = body(*values)
        values = tuple(values) if isinstance(values, (tuple, list)) else (values,)
        values, times = _tensors(values), times + 1
    return values if several else values[0]


@composite(example=lambda rng: [((0, 3, lambda i, x: multiply(x, 2.0), rng.normal(size=3)), {})])
def fori_loop(lower, upper, body_fun, init_val):
    """`body_fun(i, value)` for each `i` from `lower` to below `upper`, each on what the one before gave.

    >>> fori_loop(0, 4, lambda i, total: total + i, 0)
    6
    """
    value = init_val
    for i in builtins.range(int(lower), int(upper)):
        value = body_fun(i, value)
    return value


@composite(example=lambda rng: [((lambda carry, x: (add(carry, x), multiply(carry, x)), rng.normal(size=2), rng.normal(size=(3, 2))), {"reverse": r}) for r in (True, False)])
def scan(f, init, xs=None, length=None, reverse=False, unroll=1):
    """Walk along the first axis with something in hand.

    Args:
        f: function(carry, x) -> (new carry, y).
        init: the first carry.
        xs: tensors to walk along; None to take `length` steps with `x` None.
        length: how many steps.
        reverse: walk backwards.
        unroll: how many steps to write out at once; it changes no number.

    Returns:
        (last carry, all y stacked).

    Raises:
        TypeError: if `f` is no function.
        ValueError: if neither `xs` nor `length` is given, or they do not fit.

    >>> total, sums = scan(lambda carry, x: (carry + x, carry + x), 0, np.array([1, 2, 3]))
    >>> sums
    array([1, 3, 6])
    """
    if not callable(f):
        raise TypeError(f"`f` should be a callable. Received: f={f}")
    if xs is None and length is None:
        raise ValueError(f"Got no `xs` to scan over and `length` not provided. Received: xs={xs}, length={length}")
    xs = None if xs is None else _tensors(xs)
    n = int(length) if xs is None else _length(xs)
    if n is None or (length is not None and n != int(length)):
        raise ValueError(f"scan: `length` must be that of the first axis of `xs`, and known. Received: length={length}, xs of {n}")
    carry, ys = _tensors(init), []
    for i in builtins.range(n)[:: -1 if reverse else 1]:
        carry, y = f(carry, None if xs is None else _at(xs, i))
        ys.append(y)
    ys = ys[::-1] if reverse else ys
    return carry, None if not ys or ys[0] is None else _stacked(ys)


@composite(example=lambda rng: [((add, rng.normal(size=(4, 2))), {"reverse": r}) for r in (True, False)] + [((multiply, rng.normal(size=(2, 3))), {"axis": 1})])
def associative_scan(f, elems, reverse=False, axis=0):
    """Running fold along an axis: `f(a, b)` of all elements so far and the next one.

    Args:
        f: function of two structures of tensors that does not care how it is bracketed.
        elems: tensors.
        reverse: start at the end.
        axis: the axis to walk along.

    >>> associative_scan(lambda a, b: a + b, np.array([1, 2, 3]))
    array([1, 3, 6])
    """
    if not callable(f):
        raise TypeError(f"`f` should be a callable. Received: f={f}")
    elems = _tensors(elems)
    if reverse:
        elems = tree.map_structure(lambda x: flip(x, axis=axis), elems)
    n = tree.flatten(elems)[0].shape[axis]

    def piece(i):
        return tree.map_structure(lambda x: getitem(x, key=(*(builtins.slice(None),) * (axis % len(x.shape)), builtins.slice(i, i + 1))), elems)

    found = [piece(0)]
    for i in builtins.range(1, n):
        found.append(f(found[-1], piece(i)))
    out = tree.map_structure(lambda *parts: concatenate(list(parts), axis=axis), *found)
    return tree.map_structure(lambda x: flip(x, axis=axis), out) if reverse else out


@composite(example=lambda rng: [((lambda x: multiply(x, x), rng.normal(size=(3, 2))), {})])
def map(f, xs):
    """`f` of each row of the first axis, stacked.

    >>> map(lambda x: 2 * x, np.array([1, 2]))
    array([2, 4])
    """
    xs = _tensors(xs)
    n = _length(xs)
    if n is None:  # symbols of a batch: one row tells the shape
        return tree.map_structure(lambda y: broadcast_to(expand_dims(y, 0), (None, *y.shape)), f(_at(xs, 0)))
    return _stacked([f(_at(xs, i)) for i in builtins.range(n)])


@composite(example=lambda rng: [((lambda x: multiply(x, x), rng.normal(size=(3, 2))), {})])
def vectorized_map(function, elements):
    """`function` of each row of the first axis, stacked; here one row after the other, as `map` does."""
    return map(function, elements)


def vectorize(pyfunc, *, excluded=None, signature=None):
    """A function of single numbers as one of tensors.

    Args:
        pyfunc: function of numbers, of ops.
        excluded, signature: not supported.

    >>> vectorize(lambda x, y: x + y)(np.array([1.0, 2.0]), 10.0)
    array([11., 12.], dtype=float32)
    """
    if excluded is not None or signature is not None:
        raise ValueError("vectorize: `excluded` and `signature` are not supported. Fix: leave them out and write the loop with keras.ops.map.")

    @functools.wraps(pyfunc)
    def vectorized(*args):
        args = [convert_to_tensor(x) for x in args]
        shape = np.broadcast_shapes(*[tuple(x.shape) for x in args])
        flat = [broadcast_to(x, shape) for x in args]
        indices = list(np.ndindex(*shape))
        return reshape(stack([pyfunc(*[getitem(x, key=i) for x in flat]) for i in indices]), shape)

    return vectorized


def _shape_by_trying(shapes, f=None):
    """What comes out, found on zeros; an unknown first axis stays unknown."""
    made = f(*[np.zeros([1 if n is None else n for n in s], "float32") for s in shapes])[0]
    batch = builtins.any(s and s[0] is None for s in shapes) and np.ndim(made) > 0
    return (None, *np.shape(made)[1:]) if batch else np.shape(made)


@row(
    shape=_shape_by_trying,
    example=lambda rng: [((rng.normal(size=3),), {"f": lambda x: (multiply(x, x), lambda x, upstream: 2 * x * upstream)})],
)
class _with_gradient:
    """A function that brings its own gradient along; the row behind `custom_gradient`."""

    def forward(xs, f=None):
        return np.asarray(f(*xs)[0])

    def vjp_xs(g, y, xs, f=None):
        found = f(*xs)[1](*xs, upstream=g)
        return [np.asarray(part) for part in (found if isinstance(found, (tuple, list)) else (found,))]


def custom_gradient(f):
    """A function with a gradient of your own.

    Args:
        f: function of tensors that returns (output, grad_fn); `grad_fn(*inputs, upstream=...)` returns the gradient for
            each input.

    >>> @custom_gradient
    ... def twice(x):
    ...     return x * 2.0, lambda x, upstream: upstream * 2.0
    >>> twice(np.array([1.0, 2.0]))
    array([2., 4.])
    """

    @functools.wraps(f)
    def with_gradient(*args):
        return _with_gradient([convert_to_tensor(x) for x in args], f=f)

    return with_gradient
