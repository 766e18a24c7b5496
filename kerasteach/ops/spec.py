"""Shape and dtype rules: what an op's output looks like, without computing it.

Shapes are tuples; an axis of unknown length (the batch) is `None`.
"""

import numpy as np

from ..config import floatx


def same(x, *_, **__):
    """The output has the shape of the first input."""
    return x


def broadcast(*shapes, **_):
    """NumPy broadcasting, with unknown axes.

    >>> broadcast((None, 3), (3,))
    (None, 3)
    """
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(shape)) + tuple(shape) for shape in shapes]
    return tuple(_broadcast_axis(axis, shapes) for axis in zip(*padded))


def _broadcast_axis(sizes, shapes):
    known = {size for size in sizes if size not in (1, None)}
    if len(known) > 1:
        raise ValueError(
            f"Inputs have incompatible shapes: {' and '.join(map(str, shapes))} cannot be broadcast together; "
            f"axes must be equal or 1, received {' and '.join(map(str, sizes))}."
        )
    if known:
        return known.pop()
    return None if None in sizes else 1


def reduced(x, axis=None, keepdims=False, **_):
    """The output lost (or, with `keepdims`, has 1 on) the reduced axes.

    >>> reduced((None, 3, 4), axis=1)
    (None, 4)
    """
    axes = normalize_axes(axis, len(x))
    if keepdims:
        return tuple(1 if i in axes else size for i, size in enumerate(x))
    return tuple(size for i, size in enumerate(x) if i not in axes)


def normalize_axes(axis, rank):
    """Return `axis` (None, an int or several) as a tuple of non-negative ints."""
    if axis is None:
        return tuple(range(rank))
    axes = (axis,) if isinstance(axis, (int, np.integer)) else tuple(axis)
    for a in axes:
        if not -rank <= a < rank:
            raise ValueError(f"axis {a} is out of bounds for an array of rank {rank}; expected {-rank} to {rank - 1}.")
    return tuple(a % rank for a in axes)


def matmul_shape(x1, x2):
    """Shape of `x1 @ x2`.

    >>> matmul_shape((None, 32), (32, 64))
    (None, 64)
    """
    a = (1, *x1) if len(x1) == 1 else tuple(x1)
    b = (*x2, 1) if len(x2) == 1 else tuple(x2)
    if a[-1] is not None and b[-2] is not None and a[-1] != b[-2]:
        raise ValueError(
            f"matmul: the last axis of x1 must be as long as the {'first' if len(x2) == 1 else 'second-last'} axis "
            f"of x2. Received: x1.shape={tuple(x1)}, x2.shape={tuple(x2)}, so {a[-1]} against {b[-2]}."
        )
    out = broadcast(a[:-2], b[:-2])
    out += (a[-2],) if len(x1) > 1 else ()
    return out + ((b[-1],) if len(x2) > 1 else ())


def size(shape):
    """Number of elements, `None` when an axis is unknown."""
    return None if None in shape else int(np.prod(shape, dtype=np.int64))


def promote(*dtypes):
    """Common dtype of several, Keras's way: integers never widen a float.

    `"float"` and `"int"` stand for plain Python numbers, which adapt.

    >>> promote("float32", "int64"), promote("int8", "uint8"), promote("bool", "int")
    ('float32', 'int16', 'int32')
    """
    strong = [d for d in dtypes if d not in ("float", "int")]
    floats = [d for d in strong if is_float(d)]
    if floats:
        return _widest(floats)
    if "float" in dtypes:
        return floatx()
    strong = strong if "int" not in dtypes else [d for d in strong if d != "bool"]
    return _widest(strong) if strong else "int32"


def _widest(dtypes):
    if len(set(dtypes)) == 1:
        return dtypes[0]
    if "bfloat16" in dtypes:
        return _widest(["float32" if d != "bfloat16" else d for d in dtypes if d != "bfloat16"])
    widest = np.result_type(*dtypes)
    if widest.kind == "f" and "uint64" in dtypes:
        return floatx()
    return "int32" if widest.name == "int64" and "int64" not in dtypes else widest.name  # 64 bits only out of 64 bits


def is_float(dtype):
    """Whether a dtype name is a float type."""
    return "float" in dtype


def as_float(*dtypes, **_):
    """dtype rule: a float whatever comes in, as `exp` and `divide` give."""
    dtype = promote(*dtypes)
    return dtype if is_float(dtype) else floatx()


def named(dtype):
    """Name of a dtype given in any form, `floatx()` for None.

    >>> named(np.float16), named(int), named(None)
    ('float16', 'int32', 'float32')
    """
    if dtype is None or isinstance(dtype, str):
        return dtype or floatx()
    if isinstance(dtype, type) and dtype in (bool, int, float):
        return {bool: "bool", int: "int32", float: "float32"}[dtype]
    return str(dtype).removeprefix("torch.") if "torch" in str(type(dtype)) else np.dtype(dtype).name


def as_number(*dtypes, **_):
    """dtype rule: their promotion; truth values count as whole numbers.

    >>> as_number("bool"), as_number("bool", "int8")
    ('int32', 'int8')
    """
    dtype = promote(*dtypes)
    return "int32" if dtype == "bool" else dtype


def as_sum(x, axis=None, keepdims=False, dtype=None, **_):
    """dtype rule: what a sum or product gives; narrow integers are counted in 32 bits."""
    return named(dtype) if dtype else "int32" if x in ("bool", "int8", "int16", "uint8", "uint16") else promote(x)


def as_bool(*_, **__):
    """dtype rule: a truth value."""
    return "bool"


def as_index(*_, **__):
    """dtype rule: an index, as `argmax` gives."""
    return "int32"
