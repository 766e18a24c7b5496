"""`a + b` on variables, traced values and symbolic tensors: Python operators as op rows."""

import numpy as np

from . import elementwise as e
from . import logic
from .index import getitem
from .linalg import matmul
from .pairs import floor_divide


class Operators:
    """Mixin: Python's operators, answered by the op table."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        """`ndarray + x` is the op; any other NumPy function gets x as an array, or says why that cannot be."""
        op = UFUNCS.get(ufunc) if method == "__call__" and not kwargs else None
        if op is not None:
            return op(*inputs)
        arrays = [np.asarray(x) if isinstance(x, Operators) else x for x in inputs]
        return getattr(ufunc, method)(*arrays, **kwargs)

    def __add__(self, other):
        return e.add(self, other)

    def __radd__(self, other):
        return e.add(other, self)

    def __sub__(self, other):
        return e.subtract(self, other)

    def __rsub__(self, other):
        return e.subtract(other, self)

    def __mul__(self, other):
        return e.multiply(self, other)

    def __rmul__(self, other):
        return e.multiply(other, self)

    def __truediv__(self, other):
        return e.divide(self, other)

    def __rtruediv__(self, other):
        return e.divide(other, self)

    def __pow__(self, other):
        return e.power(self, other)

    def __rpow__(self, other):
        return e.power(other, self)

    def __floordiv__(self, other):
        return floor_divide(self, other)

    def __rfloordiv__(self, other):
        return floor_divide(other, self)

    def __mod__(self, other):
        return logic.mod(self, other)

    def __rmod__(self, other):
        return logic.mod(other, self)

    def __matmul__(self, other):
        return matmul(self, other)

    def __rmatmul__(self, other):
        return matmul(other, self)

    def __neg__(self):
        return e.negative(self)

    def __abs__(self):
        return e.absolute(self)

    def __eq__(self, other):
        return logic.equal(self, other)

    def __ne__(self, other):
        return logic.not_equal(self, other)

    def __lt__(self, other):
        return logic.less(self, other)

    def __le__(self, other):
        return logic.less_equal(self, other)

    def __gt__(self, other):
        return logic.greater(self, other)

    def __ge__(self, other):
        return logic.greater_equal(self, other)

    def __invert__(self):
        return logic.logical_not(self)

    def __and__(self, other):
        return logic.logical_and(self, other)

    def __or__(self, other):
        return logic.logical_or(self, other)

    def __xor__(self, other):
        return logic.logical_xor(self, other)

    def __round__(self, ndigits=None):
        return logic.round(self, decimals=ndigits or 0)

    def __getitem__(self, key):
        return getitem(self, key=key)

    def __len__(self):
        if not self.shape:
            raise TypeError(f"len() of a {type(self).__name__} with no axes")
        return self.shape[0]

    @property
    def ndim(self):
        """Number of axes."""
        return len(self.shape)


UFUNCS = {
    np.add: e.add, np.subtract: e.subtract, np.multiply: e.multiply, np.divide: e.divide, np.power: e.power,
    np.remainder: logic.mod, np.matmul: matmul, np.equal: logic.equal, np.not_equal: logic.not_equal, np.less: logic.less,
    np.less_equal: logic.less_equal, np.greater: logic.greater, np.greater_equal: logic.greater_equal,
    np.bitwise_and: logic.logical_and, np.bitwise_or: logic.logical_or,
}  # fmt: skip
