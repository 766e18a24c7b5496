"""Single rows on Torch, differentiated by autograd one at a time; and Torch's own functions, told as if they were rows."""

import torch
from torch.overrides import TorchFunctionMode

from .. import tree
from ..ops import table
from .modes import TOLD
from .recording import unheard
from .replaying import Replaying
from .variable import Variable

# Torch's functions behind Python's operators, and the rows that do the same; those that end in "r" swap their arguments.
_ROWS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "div": "divide", "true_divide": "divide", "pow": "power",
    "__pow__": "power", "matmul": "matmul", "__matmul__": "matmul", "neg": "negative", "abs": "absolute", "exp": "exp",
    "log": "log", "tanh": "tanh", "sigmoid": "sigmoid", "sqrt": "sqrt", "eq": "equal", "ne": "not_equal", "lt": "less",
    "le": "less_equal", "gt": "greater", "ge": "greater_equal",
}  # fmt: skip
_SWAPPED = {"__radd__": "add", "__rsub__": "subtract", "__rmul__": "multiply", "__rdiv__": "divide", "__rpow__": "power"}
_ATTRIBUTES = {"T", "mT"}  # the others are no computation


class TorchCall:
    """A function of Torch, told as an op.

    Attributes:
        name: `"torch.relu"`, say.
        function: the function.
    """

    variadic = False
    differentiable = True

    def __init__(self, name, function):
        self.name, self.function, self.__doc__ = name, function, function.__doc__
        self.inputs = self.params = ()

    def __repr__(self):
        return f"<function {self.name}>"


class TorchReplaying(Replaying):
    """Mixin of the Torch backend."""

    def telling(self, recorder):
        return _Telling(recorder)

    def own_array(self, x):
        return x

    def key(self, x):
        return id(x)

    def copied(self, x):
        return x.detach().clone()

    def share_memory(self, a, b):
        both = isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor)
        return both and a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()

    def apply(self, op, args, params):
        with torch.no_grad(), unheard():
            return _call(op, args, params)

    def pulled_back(self, op, args, params, y, g, wanted):
        with torch.enable_grad(), unheard():
            args = list(args)
            for i in wanted:
                args[i] = args[i].detach().requires_grad_()
            out = _call(op, args, params)
            found = iter(torch.autograd.grad(out, [args[i] for i in wanted], g, allow_unused=True) if out.requires_grad else ())
        return [next(found, None) if i in wanted else None for i in range(len(args))]


def _call(op, args, params):
    if type(op) is TorchCall:
        positional, named = tree.pack_sequence_as(params["call"], list(args))
        return op.function(*positional, **named)
    return op(list(args), **params) if op.variadic else op(*args, **params)


class _Telling(TorchFunctionMode):
    """Tells a recorder of functions of Torch that are called outside of rows."""

    def __init__(self, recorder):
        super().__init__()
        self.recorder = recorder

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if TOLD.is_inside or TOLD.recorder is not self.recorder:
            return func(*args, **kwargs)
        with unheard():
            out = func(*args, **kwargs)
            if isinstance(out, torch.Tensor):
                self._tell(func, args, kwargs, out)
        return out

    def _tell(self, func, args, kwargs, out):
        name = getattr(func, "__name__", "")
        if name == "__get__":
            name = func.__self__.__name__
            if name not in _ATTRIBUTES:
                return
        args, kwargs = tree.map_structure(lambda a: a.value if isinstance(a, Variable) else a, (tuple(args), kwargs))
        leaves = tree.flatten((args, kwargs))
        if name == "detach" or any(out is x for x in leaves) or not any(isinstance(x, torch.Tensor) for x in leaves):
            return
        row, swapped = table.OPS.get(_ROWS.get(name)), table.OPS.get(_SWAPPED.get(name))
        if (row or swapped) and not kwargs and len(args) == 2:
            self.recorder.op(row or swapped, tuple(args) if row else tuple(args)[::-1], {}, out)
        elif row and not kwargs and len(args) == len(row.inputs):
            self.recorder.op(row, tuple(args), {}, out)
        elif name == "to" and out.dtype != args[0].dtype:
            self.recorder.op(table.OPS["cast"], tuple(args[:1]), {"dtype": str(out.dtype).removeprefix("torch.")}, out)
        elif name == "__getitem__":
            self.recorder.op(table.OPS["getitem"], tuple(args[:1]), {"key": args[1]}, out)
        else:
            self.recorder.op(TorchCall(f"torch.{name}", func), tuple(leaves), {"call": (args, kwargs)}, out)
