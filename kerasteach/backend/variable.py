"""`keras.Variable`: a tensor that lives on, has a name, and can be trained."""

import numpy as np

from .. import config, tree
from ..ops.elementwise import cast
from ..ops.operators import Operators
from ..ops.table import COMPOSITE_ROUTES, ROUTES, dispatch
from ..rich import Shown
from . import api, tape
from .dtypes import is_float_dtype, standardize_dtype
from .modes import DRAWING, SCOPES, TOLD, TRACE
from .names import auto_name, current_path
from .op_call import draw_composite, draw_op
from .scopes import as_tensor_of
from .symbolic import dtype_name
from .tape import LEAF_TYPES, OPEN

_AGGREGATIONS = (None, "none", "mean", "sum", "only_first_replica")
_SYNCHRONIZATIONS = (None, "none", "on_read", "on_write", "auto")


class Variable(Operators, Shown):
    """A tensor that keeps its value between calls; weights are variables.

    Args:
        initializer: an array, a function(shape, dtype) that makes one, or the name of an initializer.
        shape: needed if `initializer` is a function or a name.
        dtype: dtype name; that of the array, or `keras.config.floatx()`, by default.
        trainable: whether training changes it.
        autocast: whether a layer of mixed precision reads it in the layer's compute dtype.
        aggregation, synchronization: kept for Keras's sake; there is one device.
        name: short name, as `"kernel"`.
        layout: not supported; must be `None`.
        backend: backend name; the default backend if not given.

    Attributes:
        value: the tensor, as ops see it.
        path: name with the scopes it was made in, as `"dense/kernel"`.

    Raises:
        ValueError: without a shape where one is needed, or for a name or setting that there is not.

    >>> v = Variable([1.0, 2.0], name="scale")
    >>> v.assign_add([1.0, 1.0])
    array([2., 3.], dtype=float32)
    >>> v
    <Variable path=scale, shape=(2,), dtype=float32, value=[2. 3.]>
    """

    def __init__(
        self,
        initializer,
        shape=None,
        dtype=None,
        trainable=True,
        autocast=True,
        aggregation="none",
        synchronization="auto",
        name=None,
        layout=None,
        **kwargs,
    ):
        self.name = name or auto_name("variable")
        if not isinstance(self.name, str) or "/" in self.name:
            raise ValueError(f"Argument `name` must be a string and cannot contain character `/`. Received: name={name}")
        _check_settings(aggregation, synchronization, layout)
        self._backend = api.get(kwargs.pop("backend", None))
        if kwargs:
            raise TypeError(f"Variable() got unexpected keyword arguments: {', '.join(kwargs)}.")
        scope = current_path()
        self.path = f"{scope}/{self.name}" if scope else self.name
        if isinstance(initializer, str):
            initializer = config.HANDED_DOWN["initializer"](initializer)
        self.initializer = initializer if callable(initializer) else None
        self.autocast, self.aggregation = autocast, aggregation or "none"
        self.synchronization = synchronization or "none"
        self.regularizer = self.constraint = None
        self._flat = None  # the optimizer's long vector this one is a view of, if any
        self.overwrite_with_gradient = False
        self._trainable = bool(trainable)
        if self._backend.is_storage(initializer):
            self._value, self._dtype = initializer, dtype_name(initializer.dtype)
            return
        array = _initial(initializer, shape, dtype)
        self._dtype = dtype_name(array.dtype) if dtype is None else standardize_dtype(dtype)
        self._value = self._backend.wrap(array, self._trainable, self._dtype)

    @property
    def value(self):
        """The tensor, as ops see it: a NumPy array (followed inside a tape) or a Torch parameter.

        In a `StatelessScope` it is what the scope holds, in a layer of mixed precision it has the compute dtype.
        """
        value = None if SCOPES.stateless is None else SCOPES.stateless.get_current_value(self)
        if value is None:
            value = self._backend.read(self)
        return value if SCOPES.autocast is None or self.dtype == self._dtype else cast(value, dtype=SCOPES.autocast)

    @property
    def dtype(self):
        """dtype name of `value`: that of the storage, or in a layer of mixed precision the compute dtype."""
        wanted = SCOPES.autocast
        return wanted if wanted is not None and self.autocast and is_float_dtype(self._dtype) else self._dtype

    @property
    def shape(self):
        """Tuple of axis lengths."""
        return tuple(self._value.shape)

    @property
    def trainable(self):
        """Whether training changes it."""
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        self._trainable = bool(value)
        if hasattr(self._value, "requires_grad"):
            self._value.requires_grad = self._trainable and self._value.dtype.is_floating_point

    def assign(self, value):
        """Replace the value, in place, and return it. While a layer runs on symbols, to find shapes, nothing changes.

        Raises:
            ValueError: if the shape differs; nothing is changed then.
        """
        if DRAWING.is_on:
            return value
        if TRACE.notes is not None:
            TRACE.assign(self, value)
            return value
        if SCOPES.stateless is not None:
            value = as_tensor_of(self, value)
        else:
            value = value._value if isinstance(value, Variable) else value
            value = value if self._backend.is_tensor(value) else api.to_numpy(value)
        if tuple(value.shape) != self.shape:
            raise ValueError(
                "The shape of the target variable and the shape of the target value in `variable.assign(value)` must "
                f"match. variable.shape={self.shape}, Received: value.shape={tuple(value.shape)}. "
                f"Target variable: {self.path}"
            )
        if SCOPES.stateless is not None:
            SCOPES.stateless.add_update((self, value))
            return value
        self._backend.assign(self, self._backend.detach(value))
        TOLD.assigned(self, value)
        return self._value

    def assign_add(self, value):
        """Add to the value, in place, and return it."""
        if DRAWING.is_on:
            return value
        if TRACE.notes is not None:
            return self.assign(self + value)
        if SCOPES.stateless is not None:
            return self.assign(self.value + as_tensor_of(self, value))
        self._backend.add_in_place(self, value.value if type(value) is Variable else value)
        TOLD.assigned(self, None)
        return self._value

    def assign_sub(self, value):
        """Subtract from the value, in place, and return it."""
        if DRAWING.is_on:
            return value
        value = value.value if type(value) is Variable else value
        return self.assign_add(-value if hasattr(value, "dtype") else -np.asarray(value))

    def numpy(self):
        """Return the value as a NumPy array (a copy is up to you)."""
        return self._backend.to_numpy(self._value if SCOPES.stateless is None else self.value)

    def to(self, backend):
        """Move the value to another backend, given by name."""
        array, self._backend = self.numpy(), api.get(backend)
        self._value = self._backend.wrap(array, self._trainable, self._dtype)

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        """Torch's functions take the value: `torch.nn.functional.linear(x, variable)` works."""
        args, kwargs = tree.map_structure(_read, list(args)), {k: _read(v) for k, v in (kwargs or {}).items()}
        return func(*args, **kwargs)

    def __getstate__(self):
        return {**vars(self), "_flat": None}  # a copy is no view of the optimizer's vector

    def __array__(self, dtype=None, copy=None):
        if OPEN.tape is not None and OPEN.tape.watches(self):
            return tape.Tensor(self._value).__array__(dtype)  # raises: the gradient would be lost
        return np.asarray(self.numpy(), dtype=dtype)

    def __float__(self):
        return float(self._scalar())

    def __int__(self):
        return int(self._scalar())

    def __bool__(self):
        raise TypeError(
            f"A Keras Variable cannot be used as a boolean. Received: {self.path} of shape {self.shape}.\n"
            "Fix: compare its numbers, as `float(v) > 0`; or ask `v is not None` whether there is one."
        )

    def _scalar(self):
        if self.shape:
            raise TypeError(f"Only scalar arrays can be converted to Python scalars. Got: shape={self.shape}")
        return self._value if SCOPES.stateless is None else self.value

    def __repr__(self):
        value = np.array2string(self.numpy(), threshold=24, edgeitems=2, precision=4)
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}, value={value}>"


def _check_settings(aggregation, synchronization, layout):
    if aggregation not in _AGGREGATIONS:
        raise ValueError(
            "Invalid value for argument `aggregation`. Expected one of `None`, `'none'`, `'mean'`, `'sum'`, "
            f"`'only_first_replica'`. Received: aggregation={aggregation}"
        )
    if synchronization not in _SYNCHRONIZATIONS:
        raise ValueError(
            "Invalid value for argument `synchronization`. Expected one of `None`, `'none'`, `'on_read'`, `'on_write'`, "
            f"`'auto'`. Received: synchronization={synchronization}"
        )
    if layout is not None:
        raise ValueError(f"`layout` splits a variable over devices; here there is one. Fix: leave it out. Received: {layout}")


def _checked(shape):
    """A shape as a tuple of whole numbers, or an error."""
    shape = tuple(shape)
    if None in shape:
        raise ValueError(
            f"Shapes used to initialize variables must be fully-defined (no `None` dimensions). Received: shape={shape}\n"
            "Fix: give keras.Input the length of that axis."
        )
    wrong = [n for n in shape if isinstance(n, (str, float)) or not hasattr(n, "__index__") or n < 0]
    if wrong:
        raise ValueError(f"Cannot convert '{shape}' to a shape. Found invalid dimension '{wrong[0]}' of type '{type(wrong[0])}'.")
    return tuple(int(n) for n in shape)


def _read(x):
    return x.value if isinstance(x, Variable) else x


def _initial(initializer, shape, dtype):
    """The first value as an array; in float32 where NumPy lacks the dtype."""
    dtype = None if dtype is None else standardize_dtype(dtype)
    known = None if dtype is None else "float32" if dtype == "bfloat16" else dtype
    if callable(initializer):
        if shape is None:
            raise ValueError(
                "When creating a Variable from an initializer, the `shape` argument should be specified. "
                f"Received: initializer={initializer} and shape={shape}"
            )
        return np.asarray(api.to_numpy(initializer(_checked(shape), dtype=known or config.floatx())))
    array = api.to_numpy(initializer)
    if known is None and (isinstance(initializer, float) or not hasattr(initializer, "dtype")):  # plain numbers
        known = {"f": config.floatx(), "i": "int32"}.get(array.dtype.kind)
    return array.astype(known) if known else array


def answer(op, args, params):
    """Read the variables among the inputs and ask again."""
    if TRACE.notes is not None:
        return draw_op(op, tuple([TRACE.latest(a) for a in args]), params)
    return dispatch(op, [a.value if type(a) is Variable else a for a in args], params)


def read_first(op, args, params):
    """Read the variables among a composite's inputs and ask again."""
    if TRACE.notes is not None:
        return draw_composite(op, tuple([TRACE.latest(a) for a in args]), params)
    args, params = tree.map_structure(lambda a: a.value if type(a) is Variable else a, (tuple(args), params))
    return op(*args, **params)


LEAF_TYPES.add(Variable)
ROUTES[Variable] = answer
COMPOSITE_ROUTES[Variable] = read_first
