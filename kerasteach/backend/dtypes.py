"""Names of dtypes: from what a user writes to the name, and which name two of them make."""

from ..config import floatx
from ..ops.spec import promote

ALLOWED = frozenset(
    "float16 float32 float64 bfloat16 uint8 uint16 uint32 uint64 int8 int16 int32 int64 bool string complex64 complex128".split()
)
_FROM_PYTHON = {bool: "bool", int: "int32", float: "float32", str: "string", complex: "complex64", "int": "int32"}
_HALVED = {"int64": "int32", "uint64": "uint32", "float64": "float32", "complex128": "complex64"}


def standardize_dtype(dtype):
    """Return the name of a dtype given as a name, a Python type, or a dtype of NumPy or Torch.

    Raises:
        ValueError: if there is no such dtype.

    >>> standardize_dtype(np.float64), standardize_dtype(int), standardize_dtype(None)
    ('float64', 'int32', 'float32')
    """
    if dtype is None:
        return floatx()
    name = _FROM_PYTHON.get(dtype, dtype)
    if not isinstance(name, str):
        name = getattr(name, "name", None) or getattr(name, "__name__", None) or str(name).rpartition(".")[-1]
    if name not in ALLOWED:
        raise ValueError(f"Invalid dtype: {dtype}. Expected a name such as 'float32', 'float16', 'int32' or 'bool'.")
    return name


def is_float_dtype(dtype):
    """Return whether a dtype is a float type.

    >>> is_float_dtype("bfloat16")
    True
    """
    return standardize_dtype(dtype).startswith(("float", "bfloat"))


def is_int_dtype(dtype):
    """Return whether a dtype is an integer type, signed or not."""
    return standardize_dtype(dtype).startswith(("int", "uint"))


def result_type(*dtypes):
    """Return the dtype that an op makes of these; `int` and `float` stand for plain numbers, which adapt.

    As in Keras, 64 bits come out as 32.

    >>> result_type("float16", int), result_type("int32", "float32")
    ('float16', 'float32')
    """
    if not dtypes:
        return floatx()
    names = [d.__name__ if d in (int, float) else standardize_dtype(d) for d in dtypes]
    made = "int32" if set(names) == {"bool", "int"} else promote(*names)
    return _HALVED.get(made, made)
