"""The op table: every operation is one row, its forward and its VJPs side by side.

A row is written as a class and used as a function:

    @row(shape=broadcast, example=two_arrays)
    class multiply:
        \"\"\"Product, element by element.\"\"\"

        def forward(x1, x2):
            return x1 * x2

        def vjp_x1(g, y, x1, x2):
            return g * x2

        def vjp_x2(g, y, x1, x2):
            return g * x1

`forward` takes the inputs (arguments without a default), then the parameters.
`vjp_<input>` takes the gradient `g` of the loss with respect to the output `y`,
then all that `forward` took, and returns the gradient with respect to that
input. It may be as wide as `y`: whoever calls it sums over broadcast axes.
An input without a VJP (an index, a condition) gets no gradient.
"""

import importlib

import numpy as np

from ..config import floatx
from .spec import promote

OPS = {}  # name -> Op or Composite, in the order they are defined


class Routes(dict):
    """Type of an argument -> function(op, args, params) that answers for it, or None for plain data.

    A type seen for the first time is looked up by its bases. `loaders` names the
    backend module to import when a library's own type first turns up.
    """

    loaders = {}  # library -> module that fills the table

    def __missing__(self, kind):
        library = kind.__module__.partition(".")[0]
        if library in self.loaders:
            importlib.import_module(self.loaders[library])
        self[kind] = next((self[base] for base in kind.__mro__ if base in self), None)
        return self[kind]


ROUTES = Routes()
COMPOSITE_ROUTES = Routes()
FLOAT64 = np.dtype("float64")


class Op:
    """One row of the table, callable like any function.

    Attributes:
        name: Keras's name of the operation.
        inputs: names of the inputs, in order.
        params: names of the parameters, in order.
        variadic: whether the one input is a list of arrays.
        forward: the NumPy rule.
        vjps: one VJP (or `None`) per input; one for the whole list if variadic.
    """

    def __init__(self, rule, shape, dtype, example, kinks):
        self.name = self.__name__ = rule.__name__
        self.__doc__, self.__module__ = rule.__doc__, rule.__module__
        self.forward = self.__wrapped__ = rule.forward
        code, defaults = rule.forward.__code__, rule.forward.__defaults__ or ()
        names = code.co_varnames[: code.co_argcount]
        self.inputs, self.params = names[: len(names) - len(defaults)], names[len(names) - len(defaults) :]
        self.arity = len(self.inputs)
        self.variadic = self.inputs == ("xs",)
        self.vjps = tuple(getattr(rule, f"vjp_{name}", None) for name in self.inputs)
        self.differentiable = any(self.vjps)
        self.shape, self.dtype, self.example, self.kinks = shape, dtype, example, kinks

    def __call__(self, *args, **params):
        if self.variadic and len(args) == 1:
            args = tuple(args[0])
        elif len(args) != self.arity:
            args, params = self.bind(args, params)
        try:
            return dispatch(self, args, params)
        except TypeError:
            if params.keys() <= set(self.params):
                raise
        return self.bind((args,) if self.variadic else args, params)  # raises, and says which argument it is

    def bind(self, args, params):
        """Sort arguments into inputs and parameters, as Python would by signature."""
        names = self.inputs + self.params
        if len(args) > len(names):
            raise TypeError(f"{self.name}() takes {len(names)} arguments ({', '.join(names)}), got {len(args)}")
        given = dict(zip(names, args))
        doubled = given.keys() & params.keys()
        unknown = params.keys() - set(names)
        given.update(params)
        missing = [name for name in self.inputs if name not in given]
        if doubled or unknown or missing:
            raise TypeError(
                f"{self.name}({', '.join(names)}) got "
                + "; ".join(
                    f"{what}: {', '.join(sorted(which))}"
                    for what, which in [("twice", doubled), ("unknown", unknown), ("nothing for", missing)]
                    if which
                )
            )
        inputs = tuple(given.pop(name) for name in self.inputs)
        return (tuple(inputs[0]) if self.variadic else inputs), given

    def run(self, values, params):
        """Apply the forward rule to plain NumPy values."""
        if self.variadic:
            return self.forward(values, **params)
        return self.forward(*values, **params)

    def spec(self, shapes, dtypes, params):
        """Return (shape, dtype) of the output without computing it."""
        shape = self.shape(shapes, **params) if self.variadic else self.shape(*shapes, **params)
        return tuple(shape), self.dtype(*dtypes, **params)

    def __repr__(self):
        return f"<op {self.name}({', '.join(self.inputs + self.params)})>"


def dispatch(op, args, params):
    """Let the type of the arguments say who answers: tape, graph, Torch, or plain NumPy."""
    for arg in args:
        route = ROUTES[type(arg)]
        if route is not None:
            return route(op, args, params)
    return evaluate(op, [as_value(arg) for arg in args], params)


def row(*, shape, example, dtype=None, kinks=()):
    """Class decorator: add a row to the table.

    Args:
        shape: function(*input shapes, **params) -> output shape; `None` is an unknown axis.
        example: function(rng) -> list of (inputs, params) that `verify` proves the row on.
        dtype: function(*input dtypes, **params) -> output dtype; by default their promotion.
        kinks: inputs where the function has a corner and the gradient is a convention.
    """

    def add(rule):
        op = Op(rule, shape, dtype or _promoted, example, kinks)
        OPS[op.name] = op
        return op

    return add


def _promoted(*dtypes, **_):
    return promote(*dtypes)


def as_value(x):
    """Return what a NumPy rule can take: an array, or a plain Python number.

    NumPy's own float scalars become Python floats, because `np.float64(2) * x`
    would turn a float32 `x` into float64.
    """
    kind = type(x)
    if kind is np.ndarray or kind is float or kind is int or kind is bool:
        return x
    if isinstance(x, np.floating) and x.dtype == FLOAT64:
        return float(x)
    if isinstance(x, (np.ndarray, np.generic)) or hasattr(x, "__array__"):
        return np.asarray(x)
    array = np.asarray(x)
    if array.dtype == object:
        raise ValueError(f"Cannot make an array of {type(x).__name__}: {x!r}. Are all rows equally long?")
    return array.astype(floatx()) if array.dtype == FLOAT64 else array


def evaluate(op, values, params):
    """Apply a row's forward rule and keep the house rule: float64 only comes out of float64.

    NumPy makes float64 of an integer array and a float32 one, and of `exp(2)`;
    Keras and Torch do not.
    """
    y = op.run(values, params)
    if type(y) is not np.ndarray:
        y = np.asarray(y)  # NumPy makes scalars of arrays without axes
    if y.dtype is FLOAT64 and not any(getattr(v, "dtype", None) is FLOAT64 for v in values):
        floats = [v.astype(floatx()) if _is_integer(v) else v for v in values]
        y = np.asarray(op.run(floats, params)).astype(floatx())
    return y


def _is_integer(value):
    return getattr(value, "dtype", None) is not None and value.dtype.kind in "iub"


class Composite:
    """An op defined by other ops; its definition is its meaning.

    A backend may answer it with a fused kernel; `verify` holds the two together.
    """

    def __init__(self, definition, example, kinks):
        self.name = self.__name__ = definition.__name__
        self.__doc__, self.__module__ = definition.__doc__, definition.__module__
        self.definition = self.__wrapped__ = definition
        self.example, self.kinks = example, kinks

    def __call__(self, *args, **params):
        for arg in args:
            route = COMPOSITE_ROUTES[type(arg)]
            if route is not None:
                return route(self, args, params)
        return self.definition(*args, **params)

    def __repr__(self):
        return f"<composite op {self.name}>"


def composite(*, example, kinks=()):
    """Decorator: add an op that is defined by other ops."""

    def add(definition):
        op = Composite(definition, example, kinks)
        OPS[op.name] = op
        return op

    return add
