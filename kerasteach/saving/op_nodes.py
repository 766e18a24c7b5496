"""Bare ops in a graph (`x + 1`, `ops.sum(x, axis=1)`), as Keras writes them.

Here an op is called with everything at once: `sum(x, axis=1)`. Keras splits it
in two: an object `Sum(axis=1)`, whose arguments go into its config, and a call
`(x)`, which goes into the node. This file is that split and its reverse.
"""

import inspect

from ..backend.names import camel_case
from ..backend.symbolic import OpCall
from ..config import standardize_data_format
from ..ops import OPS, Op

_FILES = {  # Keras's source file of the ops that are not in `numpy.py`
    "core": {"cast", "stop_gradient"},
    "math": {"erf", "logsumexp", "rsqrt"},
    "linalg": {"norm"},
    "nn": {"one_hot", "conv", "conv_transpose", "depthwise_conv", "separable_conv", "max_pool", "average_pool",
           "adaptive_max_pool", "adaptive_average_pool", "fold", "unfold"},
}  # fmt: skip
_CLASSES = {"getitem": "GetItem", "exponential": "Exp"}
_ALIASES = {"truedivide": "divide", "abs": "absolute", "einsum": "_einsum"}
_OWN_FILE = {"mish": "keras.src.activations.activations"}
_IN_CONFIG = {"clip": {"x_min", "x_max"}, "swapaxes": {"axis1", "axis2"}, "moveaxis": {"source", "destination"}}
_IN_CALL = {"getitem": {"key"}, "pad": {"constant_values"}}
_KERAS_ONLY = {"initial": None, "dtype": None, "sparse": False, "mode": "constant"}  # accepted at this value only


def module_of(op):
    """Keras's private module of an op.

    >>> module_of(OPS["add"]), module_of(OPS["softmax"])
    ('keras.src.ops.numpy', 'keras.src.ops.nn')
    """
    if op.name in _OWN_FILE:
        return _OWN_FILE[op.name]
    file = next((file for file, names in _FILES.items() if op.name in names), None)
    if file is None:
        file = "nn" if op.__module__.endswith(".nn") and op.name not in _CLASSES else "numpy"
    return f"keras.src.ops.{file}"


def class_of(op):
    """Keras's class name of an op.

    >>> class_of(OPS["log_softmax"]), class_of(OPS["getitem"])
    ('LogSoftmax', 'GetItem')
    """
    return _CLASSES.get(op.name, camel_case(op.name.strip("_")))


def find_op(class_name):
    """Return the op a class name stands for, or None.

    >>> find_op("LogSoftmax"), find_op("TrueDivide")
    (<op log_softmax(x, axis)>, <op divide(x1, x2)>)
    """
    wanted = class_name.lower()
    wanted = _ALIASES.get(wanted, wanted)
    return next((op for name, op in OPS.items() if name == wanted or name.replace("_", "") == wanted), None)


def call_arguments(op, args, kwargs):
    """Sort a call into (what is computed on, what Keras gives the constructor), both dicts by name.

    >>> call_arguments(OPS["clip"], ("x", 0, 1), {})
    ({'x': 'x'}, {'x_min': 0, 'x_max': 1})
    """
    rule = op.forward if isinstance(op, Op) else op.definition
    bound = inspect.signature(rule).bind(*args, **kwargs)
    bound.apply_defaults()
    optional = {name for name, p in bound.signature.parameters.items() if p.default is not p.empty}
    optional |= getattr(op, "required", set())
    in_config = (optional | _IN_CONFIG.get(op.name, set())) - _IN_CALL.get(op.name, set())
    call = {name: value for name, value in bound.arguments.items() if name not in in_config}
    return call, {name: value for name, value in bound.arguments.items() if name in in_config}


def op_config(operation):
    """The config of an op in a graph: its name, and its arguments that are not tensors."""
    nodes = operation._inbound_nodes
    given = call_arguments(operation.op, nodes[0].args, nodes[0].kwargs)[1] if nodes else {}
    if "data_format" in given:  # Keras's ops do not look the default up
        given["data_format"] = standardize_data_format(given["data_format"])
    return {"name": operation.name, **given}


def node_arguments(node):
    """Return (args, kwargs) of a node as Keras keeps them: an op's constructor arguments are left out."""
    if not isinstance(node.operation, OpCall):
        return node.args, node.kwargs
    op = node.operation.op
    call = call_arguments(op, node.args, node.kwargs)[0]
    kwargs = {"constant_values": call.pop("constant_values")} if "constant_values" in call else {}
    args = tuple(call.values())
    return (tuple(args[0]) if op.name == "_einsum" else args), kwargs


def from_config(op, config):
    """Return an op, ready to be called on the symbolic tensors of its node.

    Raises:
        ValueError: for an argument that Keras's op has and this one lacks.
    """
    config = dict(config)
    name = config.pop("name", None)
    known = set(inspect.signature(op.forward if isinstance(op, Op) else op.definition).parameters)
    for key in [key for key in config if key not in known]:
        value = config.pop(key)
        if key not in _KERAS_ONLY or value != _KERAS_ONLY[key]:
            raise ValueError(
                f"The op `{op.name}` in this file has the argument {key}={value!r}, which this library does not know.\n"
                f"Expected: one of {sorted(known)}. Fix: write the model with other ops."
            )
    return OpCall.of(op)(name=name, **{key: as_tuples(value) for key, value in config.items()})


def as_tuples(value):
    """Give back the tuples that JSON made lists.

    >>> as_tuples([[1, 2], 3])
    ((1, 2), 3)
    """
    return tuple(as_tuples(item) for item in value) if isinstance(value, list) else value
