"""Single rows on NumPy, as the tape runs them."""

import numpy as np

from ..ops.operators import UFUNCS
from ..ops.table import as_value, evaluate
from .modes import TOLD
from .replaying import Replaying
from .tape import Tensor, unbroadcast


class Audible(np.ndarray):
    """An array that no tape follows; while somebody listens, Python's operators on it are rows, which are told."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        row = UFUNCS.get(ufunc) if method == "__call__" and not kwargs and TOLD.hears_ops else None
        if row is not None:
            return row(*inputs)
        inputs = [np.asarray(x) if type(x) is Audible else x for x in inputs]
        if "out" in kwargs:
            kwargs["out"] = tuple(np.asarray(x) if type(x) is Audible else x for x in kwargs["out"])
        return getattr(ufunc, method)(*inputs, **kwargs)


class NumpyReplaying(Replaying):
    """Mixin of the NumPy backend."""

    def audible(self, x):
        return x.view(Audible) if type(x) is np.ndarray else x

    def key(self, x):
        if not isinstance(x, np.ndarray):
            return id(x)
        return x.__array_interface__["data"][0], x.shape, x.strides, x.dtype.char

    def own_array(self, x):
        return x.value if type(x) is Tensor else np.asarray(x) if type(x) is Audible else x

    def copied(self, x):
        return np.array(self.own_array(x))

    def share_memory(self, a, b):
        a, b = self.own_array(a), self.own_array(b)
        return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and np.may_share_memory(a, b)

    def apply(self, op, args, params):
        return evaluate(op, [as_value(a) for a in args], params)

    def pulled_back(self, op, args, params, y, g, wanted):
        values = [as_value(a) for a in args]
        if op.variadic:
            found = op.vjps[0](g, y, values, **params)
            found = [d if i in wanted else None for i, d in enumerate(found)]
        else:
            found = [
                vjp(g, y, *values, **params) if i in wanted and vjp is not None else None for i, vjp in enumerate(op.vjps)
            ]
        return [d if d is None else unbroadcast(d, v.shape) if d.shape != v.shape else d for d, v in zip(found, values)]
