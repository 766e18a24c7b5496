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

`forward` takes the inputs (arguments without a default; or the first `inputs=` of them), then the parameters.
`vjp_<input>` takes the gradient `g` of the loss with respect to the output `y`,
then all that `forward` took, and returns the gradient with respect to that
input. It may be as wide as `y`: whoever calls it sums over broadcast axes.
An input without a VJP (an index, a condition) gets no gradient.
"""

import importlib

from .. import errors
from .spec import promote
from .values import as_value, evaluate

OPS = {}  # name -> Op or Composite, in the order they are defined


class Routes(dict):
    """Type of an argument -> function(op, args, params) that answers for it, or None for plain data.

    A type seen for the first time is looked up by its bases. `loaders` names the
    backend module to import when a library's own type first turns up.
    """

    loaders = {"torch": __package__.replace("ops", "backend.torch")}  # library -> module that fills the table

    def __missing__(self, kind):
        library = kind.__module__.partition(".")[0]
        if library in self.loaders:
            importlib.import_module(self.loaders[library])
        self[kind] = next((self[base] for base in kind.__mro__ if base in self), None)
        return self[kind]


ROUTES = Routes()
COMPOSITE_ROUTES = Routes()


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

    def __init__(self, rule, shape, dtype, example, kinks, inputs=None, variadic=False):
        self.name = self.__name__ = rule.__name__
        self.__doc__, self.__module__ = rule.__doc__, rule.__module__
        self.forward = self.__wrapped__ = rule.forward
        code, defaults = rule.forward.__code__, rule.forward.__defaults__ or ()
        names = code.co_varnames[: code.co_argcount]
        self.arity = len(names) - len(defaults) if inputs is None else inputs
        self.inputs, self.params = names[: self.arity], names[self.arity :]
        self.required = set(self.params[: len(names) - len(defaults) - self.arity])
        self.variadic = variadic or self.inputs == ("xs",)
        self.vjps = tuple(getattr(rule, f"vjp_{name}", None) for name in self.inputs)
        self.differentiable = any(self.vjps)
        self.shape, self.dtype, self.example, self.kinks = shape, dtype, example, kinks
        self.said = {}  # what the dtype rule said, for each combination of inputs met so far

    @errors.door
    def __call__(self, *args, **params):
        try:
            if self.variadic and len(args) == 1:
                args = tuple(args[0])
            elif len(args) != self.arity:
                args, params = self.bind(args, params)
            try:
                return dispatch(self, args, params)
            except TypeError:
                if self.required <= params.keys() <= set(self.params):
                    raise
            return self.bind((args,) if self.variadic else args, params)  # raises, and says which argument it is
        except errors.KINDS as error:
            errors.teach(error)
            raise

    def bind(self, args, params):
        """Sort arguments into inputs and parameters, as Python would by signature."""
        names = self.inputs + self.params
        if len(args) > len(names):
            raise TypeError(f"{self.name}() takes {len(names)} arguments ({', '.join(names)}), got {len(args)}")
        given = dict(zip(names, args))
        doubled = given.keys() & params.keys()
        unknown = params.keys() - set(names)
        given.update(params)
        missing = [name for name in names if name not in given and (name in self.inputs or name in self.required)]
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


def row(*, shape, example, dtype=None, kinks=(), inputs=None, variadic=False):
    """Class decorator: add a row to the table.

    Args:
        shape: function(*input shapes, **params) -> output shape; `None` is an unknown axis.
        example: function(rng) -> list of (inputs, params) that `verify` proves the row on.
        dtype: function(*input dtypes, **params) -> output dtype; by default their promotion.
        kinks: inputs where the function has a corner and the gradient is a convention.
        inputs: how many arguments of `forward` are inputs; those without a default, if not given.
        variadic: whether the one input is a list of arrays; so it is, if it is called `xs`.
    """

    def add(rule):
        op = Op(rule, shape, dtype or _promoted, example, kinks, inputs, variadic)
        OPS[op.name] = op
        return op

    return add


def _promoted(*dtypes, **_):
    return promote(*dtypes)


class Composite:
    """An op defined by other ops; its definition is its meaning.

    A backend may answer it with a fused kernel; `verify` holds the two together.
    """

    def __init__(self, definition, example, kinks, looks=False, variadic=False):
        self.name = self.__name__ = definition.__name__
        self.__doc__, self.__module__ = definition.__doc__, definition.__module__
        self.definition = self.__wrapped__ = definition
        self.example, self.kinks, self.looks, self.variadic = example, kinks, looks, variadic

    @errors.door
    def __call__(self, *args, **params):
        try:
            route = composite_route((*args, *params.values()) if params else args)
            return self.definition(*args, **params) if route is None else route(self, args, params)
        except errors.KINDS as error:
            errors.teach(error)
            raise

    def __repr__(self):
        return f"<composite op {self.name}>"


def composite_route(values):
    """Who answers for a composite, by the first value (or item of a list) that is not plain data."""
    for value in values:
        route = composite_route(value) if type(value) in (list, tuple) else COMPOSITE_ROUTES[type(value)]
        if route is not None:
            return route
    return None


def composite(*, example, kinks=(), looks=False, variadic=False):
    """Decorator: add an op that is defined by other ops.

    Args:
        example, kinks: as of a row.
        looks: whether it looks at numbers, so that a program cannot be written of it.
        variadic: whether its one input is a list of tensors; the example gives them one by one.
    """

    def add(definition):
        op = Composite(definition, example, kinks, looks, variadic)
        OPS[op.name] = op
        return op

    return add
