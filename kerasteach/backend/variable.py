"""`keras.Variable`: a tensor that lives on, has a name, and can be trained."""

import numpy as np

from .. import config
from ..ops.operators import Operators
from ..ops.table import COMPOSITE_ROUTES, ROUTES, dispatch
from . import api, tape
from .modes import DRAWING, TRACE
from .names import auto_name, current_path
from .symbolic import draw_composite, draw_op, dtype_name
from .tape import LEAF_TYPES, OPEN, record


class Variable(Operators):
    """A tensor that keeps its value between calls; weights are variables.

    Args:
        initializer: an array, or a function(shape, dtype) that makes one.
        shape: needed if `initializer` is a function.
        dtype: dtype name; `keras.config.floatx()` by default.
        trainable: whether training changes it.
        autocast: kept for Keras's sake; a layer's dtype policy uses it.
        aggregation: kept for Keras's sake.
        name: short name, as `"kernel"`.
        backend: backend name; the default backend if not given.

    Attributes:
        value: the tensor, as ops see it.
        path: name with the scopes it was made in, as `"dense/kernel"`.

    >>> v = Variable([1.0, 2.0], name="scale")
    >>> v.assign_add([1.0, 1.0])
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
        backend=None,
    ):
        self.name = name or auto_name("variable")
        if not isinstance(self.name, str) or "/" in self.name:
            raise ValueError(f"Argument `name` must be a string and cannot contain character `/`. Received: name={name}")
        scope = current_path()
        self.path = f"{scope}/{self.name}" if scope else self.name
        self.initializer = initializer if callable(initializer) else None
        self.autocast, self.aggregation = autocast, aggregation
        self.regularizer = self.constraint = None
        self._flat = None  # the optimizer's long vector this one is a view of, if any
        self.overwrite_with_gradient = False
        array = _initial(initializer, shape, dtype)
        self.dtype = dtype_name(array.dtype)
        self._trainable = bool(trainable)
        self._backend = api.get(backend)
        self._value = self._backend.wrap(array, self._trainable)

    @property
    def value(self):
        """The tensor, as ops see it: a NumPy array (followed inside a tape) or a Torch parameter."""
        return self._backend.read(self)

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
        """Replace the value, in place. While a layer runs on symbols, to find shapes, nothing changes.

        Raises:
            ValueError: if the shape differs; nothing is changed then.
        """
        if DRAWING.is_on:
            return
        value = value._value if isinstance(value, Variable) else value
        value = value if self._backend.is_tensor(value) else api.to_numpy(value)
        if tuple(value.shape) != self.shape:
            raise ValueError(
                "The shape of the target variable and the shape of the target value in `variable.assign(value)` must "
                f"match. variable.shape={self.shape}, Received: value.shape={tuple(value.shape)}. "
                f"Target variable: {self.path}"
            )
        self._backend.assign(self, self._backend.detach(value))

    def assign_add(self, value):
        """Add to the value, in place."""
        if DRAWING.is_on:
            return
        self._backend.add_in_place(self, value.value if type(value) is Variable else value)

    def assign_sub(self, value):
        """Subtract from the value, in place."""
        if DRAWING.is_on:
            return
        self._backend.add_in_place(self, -api.to_numpy(value))

    def numpy(self):
        """Return the value as a NumPy array (a copy is up to you)."""
        return self._backend.to_numpy(self._value)

    def to(self, backend):
        """Move the value to another backend, given by name."""
        array, self._backend = self.numpy(), api.get(backend)
        self._value = self._backend.wrap(array, self._trainable)

    def __array__(self, dtype=None, copy=None):
        if OPEN.tape is not None and id(self) in OPEN.tape.watched:
            return tape.Tensor(self._value).__array__(dtype)  # raises: the gradient would be lost
        return np.asarray(self.numpy(), dtype=dtype)

    def __float__(self):
        return float(self._value)

    def __int__(self):
        return int(self._value)

    def __bool__(self):
        return bool(self.numpy())

    def __repr__(self):
        value = np.array2string(self.numpy(), threshold=24, edgeitems=2, precision=4)
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}, value={value}>"


def _initial(initializer, shape, dtype):
    if callable(initializer):
        if shape is None:
            raise ValueError(
                "When creating a Variable from an initializer, the `shape` argument should be specified. "
                f"Received: initializer={initializer} and shape={shape}"
            )
        return np.asarray(initializer(tuple(shape), dtype=dtype or config.floatx()))
    array = api.to_numpy(initializer)
    if dtype is None and array.dtype == np.float64:
        dtype = config.floatx()
    return array.astype(dtype) if dtype else array


def answer(op, args, params):
    """Read the variables among the inputs and ask again."""
    if OPEN.tape is not None:
        return record(op, args, params)
    if TRACE.nodes is not None:
        return draw_op(op, args, params)
    return dispatch(op, [a.value if type(a) is Variable else a for a in args], params)


def read_first(op, args, params):
    """Read the variables among a composite's inputs and ask again."""
    if TRACE.nodes is not None:
        return draw_composite(op, args, params)
    return op(*[a.value if type(a) is Variable else a for a in args], **params)


LEAF_TYPES.add(Variable)
ROUTES[Variable] = answer
COMPOSITE_ROUTES[Variable] = read_first
