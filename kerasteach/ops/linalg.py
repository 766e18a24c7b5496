"""Rows that multiply matrices."""

import builtins

import numpy as np

from . import examples, families
from .create import convert_to_tensor
from .elementwise import multiply
from .reshaping import reshape, transpose
from .spec import matmul_shape, promote
from .table import composite, row


def _flip2(x):
    """The last two axes swapped: a batch of transposed matrices."""
    return np.swapaxes(x, -1, -2)


@row(
    shape=matmul_shape,
    dtype=lambda x1, x2: "int32" if x1 == x2 == "int8" else promote(x1, x2),  # so that small numbers do not overflow
    example=examples.cases(
        ([(3, 4), (4, 2)], {}), ([(5, 3, 4), (4, 2)], {}), ([(2, 1, 3, 4), (5, 4, 2)], {}),
        ([(4,), (4, 2)], {}), ([(3, 4), (4,)], {}), ([(4,), (4,)], {}), ([(0, 4), (4, 2)], {}),
    ),
)  # fmt: skip
class matmul:
    """Matrix product `x1 @ x2`: every row of `x1` against every column of `x2`.

    >>> matmul([[1.0, 2.0]], [[3.0], [4.0]])
    array([[11.]], dtype=float32)
    """

    def forward(x1, x2):
        return np.matmul(x1, x2)

    def vjp_x1(g, y, x1, x2):
        if x1.ndim == 2 and x2.ndim == 2:
            # With one column there is nothing to sum, and NumPy's `@` is slow at that.
            return g @ x2.T if g.shape[1] > 1 else g * x2.T  # (rows, inner)
        if x2.ndim == 1:
            return np.expand_dims(g, -1) * x2
        if x1.ndim == 1:
            return (np.expand_dims(g, -2) @ _flip2(x2))[..., 0, :]
        return g @ _flip2(x2)

    def vjp_x2(g, y, x1, x2):
        if x1.ndim == 2 and x2.ndim == 2:
            return x1.T @ g  # (inner, columns)
        if x2.ndim == 1:
            return np.expand_dims(g, -1) * x1
        if x2.ndim == 2:
            rows = x1.reshape(-1, x1.shape[-1])  # (all rows, inner)
            return rows.T @ g.reshape(-1, x2.shape[-1])  # (inner, columns)
        if x1.ndim == 1:
            return np.expand_dims(x1, -1) * np.expand_dims(g, -2)
        return _flip2(x1) @ g


def _letters(subscripts, shapes):
    """Split `"...i,io->...o"` into its inputs and output, with the output and each `...` written out in letters."""
    left, _, out = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes):
        raise ValueError(f"einsum: '{subscripts}' names {len(terms)} inputs; received {len(shapes)} arrays.")
    free = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in subscripts]
    hidden = [len(shape) - len(term) + 3 for term, shape in zip(terms, shapes) if "..." in term]
    dots = "".join(free[: builtins.max(hidden, default=0)])
    if "->" not in subscripts:
        joined = "".join(terms).replace(".", "")
        out = "..." * bool(hidden) + "".join(sorted(c for c in set(joined) if joined.count(c) == 1))
    terms = [
        term.replace("...", dots[len(dots) - (len(shape) - len(term) + 3) :]) for term, shape in zip(terms, shapes)
    ]
    return terms, out.replace("...", dots)


def _einsum_shape(xs, subscripts=""):
    terms, out = _letters(subscripts, xs)
    sizes = {}
    for term, shape in zip(terms, xs):
        if len(term) != len(shape):
            raise ValueError(f"einsum: '{term}' names {len(term)} axes, received an array of shape {tuple(shape)}.")
        for letter, n in zip(term, shape):
            if sizes.get(letter) in (None, 1):
                sizes[letter] = n if n is not None or letter not in sizes else sizes[letter]
            elif n not in (None, 1, sizes[letter]):
                raise ValueError(f"einsum: axis '{letter}' is {sizes[letter]} long and {n} long in '{subscripts}'.")
    return tuple(sizes.get(letter) for letter in out)


@row(
    shape=_einsum_shape,
    dtype=lambda *xs, subscripts="": "int32" if set(xs) == {"int8"} else promote(*xs),
    example=examples.cases(
        ([(3, 4), (4, 2)], {"subscripts": "ij,jk->ik"}),
        ([(2, 3, 4), (2, 5, 4)], {"subscripts": "bqd,bkd->bqk"}),
        ([(3, 4)], {"subscripts": "ij->i"}),
        ([(3,), (4,)], {"subscripts": "i,j->ij"}),
        ([(2, 3, 4), (4, 5)], {"subscripts": "...i,io->...o"}),
        ([(2, 1, 3), (4, 3)], {"subscripts": "...i,...i"}),
        ([(3, 3), (3,)], {"subscripts": "ii,i->i"}),
    ),
)
class _einsum:
    """Sum of products over named axes; the row behind `einsum`."""

    def forward(xs, subscripts=""):
        return np.einsum(subscripts, *xs, optimize=True)  # by matrix products where it can

    def vjp_xs(g, y, xs, subscripts=""):
        terms, out = _letters(subscripts, [x.shape for x in xs])
        grads = []
        for i, (x, term) in enumerate(zip(xs, terms)):
            others = [(t, v) for j, (t, v) in enumerate(zip(terms, xs)) if j != i]
            seen = out + "".join(t for t, _ in others)
            # Letters summed away inside x alone are not in the others: give them back by broadcasting.
            letters = "".join(dict.fromkeys(term))
            kept = "".join(c for c in letters if c in seen)
            back = ",".join([out, *[t for t, _ in others]]) + "->" + kept
            part = np.einsum(back, g, *[v for _, v in others], optimize=True)
            part = np.expand_dims(part, tuple(j for j, c in enumerate(letters) if c not in kept))
            if letters != term:  # a diagonal was taken: the gradient goes there
                whole = np.zeros_like(x)
                np.einsum(f"{term}->{letters}", whole)[...] = part
                part = whole
            grads.append(np.broadcast_to(part, np.broadcast_shapes(part.shape, x.shape)))
        return grads


def einsum(subscripts, *operands, **kwargs):
    """Sum of products over named axes.

    Args:
        subscripts: for instance `"bi,io->bo"`; each letter names an axis, and `...` those without a name. A letter that
            stands twice in one term takes its diagonal.
        *operands: one array per comma-separated term.
        **kwargs: none are known.

    Returns:
        Array with the axes named after `->`.

    Raises:
        ValueError: if terms and arrays do not fit.

    >>> einsum("bi,io->bo", np.ones((2, 3)), np.ones((3, 4))).shape
    (2, 4)
    """
    if kwargs:
        raise ValueError(f"einsum takes no keyword arguments. Received: {', '.join(kwargs)}. Fix: leave them out.")
    operands = [convert_to_tensor(x) for x in operands]
    _letters(subscripts, [x.shape for x in operands])  # says what does not fit
    return _einsum(operands, subscripts=subscripts)


@composite(example=examples.cases(([(3, 4), (4, 2)], {}), ([(4,), (4,)], {}), ([(2, 3, 4), (5, 4, 2)], {})))
def dot(x1, x2):
    """Dot product over the last axis of `x1` and the second-last (or only) one of `x2`."""
    x1, x2 = convert_to_tensor(x1), convert_to_tensor(x2)
    if len(x2.shape) <= 2:
        return matmul(x1, x2) if len(x1.shape) and len(x2.shape) else multiply(x1, x2)
    return tensordot(x1, x2, axes=[[len(x1.shape) - 1], [len(x2.shape) - 2]])


@composite(example=examples.cases(([(2, 3, 4), (3, 4, 5)], {"axes": 2}), ([(2, 3), (4, 2)], {"axes": [[0], [1]]})))
def tensordot(x1, x2, axes=2):
    """Sum of products over the given axes of both."""
    x1, x2 = convert_to_tensor(x1), convert_to_tensor(x2)
    r1, r2 = len(x1.shape), len(x2.shape)
    a, b = (range(r1 - axes, r1), range(axes)) if isinstance(axes, int) else axes
    a, b = ([n] if isinstance(n, int) else n for n in (a, b))
    a, b = [i % r1 for i in a], [i % r2 for i in b]
    rest1, rest2 = [i for i in range(r1) if i not in a], [i for i in range(r2) if i not in b]
    inner = int(np.prod([x1.shape[i] for i in a], dtype=np.int64))
    rows = reshape(transpose(x1, axes=(*rest1, *a)), (-1, inner))  # (rest of x1, summed)
    columns = reshape(transpose(x2, axes=(*b, *rest2)), (inner, -1))  # (summed, rest of x2)
    return reshape(matmul(rows, columns), [x1.shape[i] for i in rest1] + [x2.shape[i] for i in rest2])


@composite(example=examples.cases(([(3,), (4,)], {})))
def outer(x1, x2):
    """Every element of `x1` times every element of `x2`."""
    return multiply(reshape(x1, (-1, 1)), reshape(x2, (1, -1)))  # (x1, x2)


__getattr__, __dir__, __all__ = families.names(__name__)  # the rest of Keras's family
