"""What a NumPy rule is given, and the dtype of what it gives: Keras's, where NumPy's own would be another."""

import numpy as np

from ..config import floatx

FLOAT32, FLOAT64, INT64, BOOL = map(np.dtype, ("float32", "float64", "int64", "bool"))


def as_value(x):
    """Return what a NumPy rule can take: an array, or a plain Python number.

    NumPy's own float scalars become Python floats, because `np.float64(2) * x`
    would turn a float32 `x` into float64. Lists of plain numbers get Keras's
    default types, int32 and `floatx()`.
    """
    kind = type(x)
    if kind is np.ndarray or kind is float or kind is int or kind is bool:
        return x
    if isinstance(x, np.floating) and x.dtype == FLOAT64:
        return float(x)
    if isinstance(x, (np.ndarray, np.generic)) or hasattr(x, "__array__"):
        return _no_strings(np.asarray(x))
    array = np.asarray(x)
    if array.dtype == object:
        raise ValueError(f"Cannot make an array of {type(x).__name__}: {x!r}. Are all rows equally long?")
    narrow = floatx() if array.dtype == FLOAT64 else "int32" if array.dtype == INT64 else array.dtype
    return array if any_array(x) else array.astype(narrow)


def _no_strings(array):
    if array.dtype.kind in "US":
        raise ValueError(
            f"Expected numbers. Received an array of shape {array.shape} that holds {array.reshape(-1)[0]!r}.\n"
            "Fix: turn text into numbers first, with keras.layers.TextVectorization or StringLookup."
        )
    return array


def any_array(x):
    """Whether a nested list has arrays in it, whose dtype counts."""
    return any(map(any_array, x)) if isinstance(x, (list, tuple)) else hasattr(x, "dtype")


def evaluate(op, values, params):
    """Apply a row's forward rule; the output has the dtype that the row's dtype rule says.

    With float32 and plain numbers NumPy gets there by itself. Else it may not: it
    makes float64 of an integer array and a float32 one, and of `exp(2)`; Keras does not.
    """
    for v in values:
        if type(v) is np.ndarray and v.dtype is not FLOAT32:
            break
    else:
        y = op.run(values, params)
        if type(y) is not np.ndarray:
            y = np.asarray(y)  # NumPy makes scalars of arrays without axes
        if y.dtype is FLOAT32 or y.dtype is BOOL:
            return y
    wanted = wanted_dtype(op, values, params)
    y = np.asarray(op.run(settled(op, values, wanted), params))
    return y if y.dtype is wanted else y.astype(wanted)


def wanted_dtype(op, values, params):
    """The dtype that the row's rule says; what it said is kept, as plain rows are asked again and again."""
    kinds = (floatx(), *map(type_name, values))
    if params:
        return np.dtype(op.dtype(*kinds[1:], **params))
    if kinds not in op.said:
        op.said[kinds] = np.dtype(op.dtype(*kinds[1:]))
    return op.said[kinds]


def settled(op, values, wanted):
    """The inputs that the output is made of (those with a VJP), in its dtype."""
    if not op.differentiable:
        return values
    vjps = op.vjps * len(values) if op.variadic else op.vjps
    return [
        v if vjp is None or type(v) is not np.ndarray or v.dtype is wanted else v.astype(wanted)
        for v, vjp in zip(values, vjps)
    ]


def type_name(value):
    """Name of a value's dtype; `"int"` and `"float"` for plain numbers, which adapt."""
    if type(value) is np.ndarray:
        return NAMES[value.dtype]
    return "bool" if isinstance(value, bool) else "int" if isinstance(value, int) else "float"


class _Names(dict):
    """NumPy's dtypes by name; asking NumPy each time is slow."""

    def __missing__(self, dtype):
        self[dtype] = dtype.name
        return self[dtype]


NAMES = _Names()
