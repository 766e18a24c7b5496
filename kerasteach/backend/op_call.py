"""Ops in a graph: what happens when an op of the table is called on symbolic tensors."""

import inspect

import numpy as np

from .. import tree
from ..ops.elementwise import cast
from ..ops.table import COMPOSITE_ROUTES, ROUTES
from ..ops.values import as_value, type_name
from .modes import SCOPES, TRACE
from .names import camel_case
from .symbolic import KerasTensor, Node, Operation, all_from_somewhere, dtype_name, from_nowhere

_CLASSES = {  # Keras's class names that are not the op's in camel case
    "allclose": "AllClose", "batch_normalization": "BatchNorm", "cdist": "CDist", "ctc_decode": "CTCDecode",
    "ctc_loss": "CTCLoss", "exponential": "Exp", "fft": "FFT",
    "fft2": "FFT2", "getitem": "GetItem", "ifft2": "IFFT2", "irfft": "IRFFT", "istft": "ISTFT", "isin": "IsIn",
    "layer_normalization": "LayerNorm", "psnr": "PSNR", "_re_lu": "ReLU", "rfft": "RFFT", "rms_normalization": "RMSNorm",
    "hsv_to_rgb": "HSVToRGB", "rgb_to_grayscale": "RGBToGrayscale", "rgb_to_hsv": "RGBToHSV", "ssim": "SSIM",
    "searchsorted": "SearchSorted", "stft": "STFT", "svd": "SVD",
}  # fmt: skip


def class_of(op):
    """Keras's class name of an op.

    >>> from kerasteach import ops
    >>> class_of(ops.log_softmax), class_of(ops.getitem)
    ('LogSoftmax', 'GetItem')
    """
    return _CLASSES.get(op.name, camel_case(op.name.strip("_")))


class OpCall(Operation):
    """A node of the graph that is a bare op, as in `x + 1`; subclassed once per op.

    Args:
        name: optional name.
        arguments: what the op is called with besides tensors, where a file says so.
    """

    op = None
    _classes = {}

    def __init__(self, name=None, **arguments):
        super().__init__(name)
        self.arguments = arguments

    @classmethod
    def of(cls, op):
        """Return the subclass for an op: `Add` for `add`."""
        if op.name not in cls._classes:
            cls._classes[op.name] = type(class_of(op), (cls,), {"op": op})
        return cls._classes[op.name]

    def __call__(self, *args, **kwargs):
        return self.op(*args, **kwargs)

    call = __call__

    def symbolic_call(self, *args, **kwargs):
        """Add this very call to the graph, with the arguments a file said, as when a saved graph is drawn again."""
        args, kwargs, op = _as_tuples(args), {**self.arguments, **kwargs}, self.op
        parameters = inspect.signature(op).parameters
        if self.arguments and not any(p.kind is p.VAR_POSITIONAL for p in parameters.values()):
            left = [name for name in parameters if name not in self.arguments]  # the tensors' own, in order
            bound = inspect.signature(op).bind(**dict(zip(left, args)), **kwargs)
            args, kwargs = bound.args, bound.kwargs
        if not hasattr(op, "bind"):
            return draw_composite(op, args, kwargs, self)
        if op.variadic and type(args[0]) is not tuple:
            args = (args,)
        return draw_op(op, *op.bind(args, kwargs), self)


def _as_tuples(value):
    """Lists are tuples in the arguments of an op; a file cannot tell them apart."""
    return tuple(_as_tuples(item) for item in value) if isinstance(value, (list, tuple)) else value


def _specs(args):
    """Shapes and dtypes of concrete and symbolic inputs; plain numbers adapt their dtype."""
    shapes, dtypes = [], []
    for arg in args:
        shape = getattr(arg, "shape", None)
        if shape is None:
            array = np.asarray(arg)
            shapes.append(array.shape)
            dtypes.append(type_name(as_value(arg)))
        else:
            shapes.append(tuple(shape))
            dtypes.append(dtype_name(arg.dtype))
    return shapes, dtypes


def draw_op(op, args, params, call=None):
    """Put a row into the graph: its shape rule gives the output."""
    args = _in_compute_dtype(args)
    shape, dtype = op.spec(*_specs(args), params)
    out = KerasTensor(shape, dtype)
    inputs = (args,) if op.variadic else args
    if all_from_somewhere(inputs, params):
        TRACE.note(Node(call or _new_call(op), inputs, params, out))
    return out


def _in_compute_dtype(args):
    """A traced op's inputs: variables of a layer of mixed precision are cast first, by an op of their own."""
    wanted = SCOPES.autocast
    if wanted is None or TRACE.nodes is None:
        return args
    narrow = [a for a in args if getattr(a, "_dtype", None) not in (None, getattr(a, "dtype", None))]
    SCOPES.autocast = None
    try:
        return [cast(a, dtype=wanted) if any(a is n for n in narrow) else a for a in args]
    finally:
        SCOPES.autocast = wanted


def _new_call(op):
    """A node's operation; a traced one is thrown away and must not use up a name."""
    return OpCall.of(op)(name=op.name if TRACE.nodes is not None else None)


def draw_composite(op, args, params, call=None):
    """Put a composite into the graph as one node; its definition, drawn aside, gives the shapes."""
    if TRACE.nodes is not None and op.looks:
        from .program import NotStatic  # which needs this file first

        raise NotStatic(f"{op.name} looks at numbers")
    if TRACE.nodes is not None and op.name not in TRACE.kept:
        return op.definition(*args, **params)
    args, params = _in_compute_dtype(args), dict(zip(params, _in_compute_dtype(params.values())))
    args_aside, params_aside = tree.map_structure(from_nowhere, (tuple(args), params))
    aside = op.definition(*args_aside, **params_aside)
    if TRACE.nodes is not None and tree.is_nested(aside):  # a program's line has one output
        return op.definition(*args, **params)
    out = tree.map_structure(lambda t: KerasTensor(t.shape, dtype_name(t.dtype)), aside)
    if all_from_somewhere(args, params):
        TRACE.note(Node(call or _new_call(op), args, params, out))
    return out


ROUTES[KerasTensor] = draw_op
COMPOSITE_ROUTES[KerasTensor] = draw_composite
