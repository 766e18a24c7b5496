"""Bare ops in a graph (`x + 1`, `ops.sum(x, axis=1)`), as Keras writes them.

Here an op is called with everything at once: `sum(x, axis=1)`. Keras splits it
in two: an object `Sum(axis=1)`, whose arguments go into its config, and a call
`(x)`, which goes into the node. This file is that split and its reverse.
"""

import inspect

from .. import ops
from ..backend.op_call import OpCall, class_of
from ..config import standardize_data_format
from ..ops.families import FAMILIES

_ALIASES = {  # class names of Keras that stand for another op
    "Abs": "absolute", "BitwiseNot": "bitwise_invert", "Conjugate": "conj", "LeftShift": "bitwise_left_shift",
    "RightShift": "bitwise_right_shift",
}  # fmt: skip
_OWN_FILE = dict.fromkeys(("mish", "_re_lu"), "keras.src.activations.activations")
_FAMILY_OF = {name: family for family, names in FAMILIES.items() for name in names}
_IN_CONFIG = {  # arguments without a default that Keras's constructor takes; else they go to the call
    "argpartition": "kth", "array_split": "indices_or_sections", "batch_normalization": "axis", "clip": "x_min x_max",
    "depth_to_space": "block_size", "dsplit": "indices_or_sections", "extract_sequences": "sequence_length sequence_stride",
    "fold": "output_size kernel_size", "fori_loop": "lower upper body_fun", "hsplit": "indices_or_sections", "in_top_k": "k",
    "istft": "sequence_length sequence_stride fft_length", "extract_patches": "size", "map_coordinates": "order",
    "resize": "size", "scale_and_translate": "spatial_dims method", "moments": "axes", "moveaxis": "source destination", "pad": "pad_width", "psnr": "max_val", "saturate_cast": "dtype",
    "scatter": "shape", "slice": "shape", "space_to_depth": "block_size", "split": "indices_or_sections",
    "stft": "sequence_length sequence_stride fft_length", "swapaxes": "axis1 axis2", "threshold": "threshold default_value",
    "tile": "repeats", "top_k": "k", "unfold": "kernel_size", "unravel_index": "shape", "vectorized_map": "function",
    "vsplit": "indices_or_sections", "while_loop": "cond body", "adaptive_average_pool": "output_size",
    "adaptive_max_pool": "output_size", "average_pool": "pool_size", "max_pool": "pool_size",
}  # fmt: skip
_IN_CALL = {  # arguments with a default that Keras's call takes; else they go to the constructor
    "average": "weights", "batch_normalization": "offset scale", "dot_product_attention": "bias mask scale", "getitem": "key",
    "isclose": "rtol atol", "layer_normalization": "gamma beta", "pad": "constant_values", "rms_normalization": "scale",
    "scan": "xs", "select": "default", "_where": "x1 x2",
}  # fmt: skip
_KERAS_ONLY = {"initial": None, "dtype": None, "sparse": False, "rms_scaling": False}  # accepted at this value only


def module_of(op):
    """Keras's private module of an op.

    >>> module_of(ops.add), module_of(ops.softmax)
    ('keras.src.ops.numpy', 'keras.src.ops.nn')
    """
    public = {"exponential": "exp", "getitem": "get_item"}.get(op.name, op.name.strip("_"))
    return _OWN_FILE.get(op.name, f"keras.src.ops.{_FAMILY_OF.get(public, 'numpy')}")


def find_op(class_name):
    """Return the op a class name stands for, or None.

    >>> find_op("LogSoftmax"), find_op("TrueDivide"), find_op("Where")
    (<op log_softmax(x, axis)>, <composite op true_divide>, <op _where(condition, x1, x2)>)
    """
    if class_name in _ALIASES:
        return ops.OPS[_ALIASES[class_name]]
    if class_name == "Exp":
        return ops.OPS["exp"]
    found = [op for op in ops.OPS.values() if class_of(op) == class_name]
    return min(found, key=lambda op: op.name.startswith("_"), default=None)


def call_arguments(op, args, kwargs):
    """Sort a call into (what is computed on, what Keras gives the constructor), both dicts by name.

    >>> call_arguments(ops.clip, ("x", 0, 1), {})
    ({'x': 'x'}, {'x_min': 0, 'x_max': 1})
    """
    bound = inspect.signature(op).bind(*args, **kwargs)
    bound.apply_defaults()
    more = bound.arguments.pop("kwargs", {})
    in_config = config_names(op)
    call = {name: value for name, value in bound.arguments.items() if name not in in_config}
    return call, {name: value for name, value in bound.arguments.items() if name in in_config} | more


def config_names(op):
    """Names of the arguments that Keras gives the constructor.

    >>> sorted(config_names(ops.clip)), sorted(config_names(ops.pad))
    (['x_max', 'x_min'], ['mode', 'pad_width'])
    """
    if isinstance(op, ops.Op):
        names = set(op.params)
    else:
        parameters = inspect.signature(op.definition).parameters.values()
        names = {p.name for p in parameters if p.default is not p.empty}  # those without stand for tensors
    return (names | set(_IN_CONFIG.get(op.name, "").split())) - set(_IN_CALL.get(op.name, "").split())


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
    kwargs = {"constant_values": call.pop("constant_values")} if "constant_values" in call else call.pop("axes_lengths", {})
    args = tuple(call.values())
    spread = op.name in ("_einsum", "meshgrid")
    return (tuple(args[0]) if spread else args), kwargs


def from_config(op, config):
    """Return an op, ready to be called on the symbolic tensors of its node.

    Raises:
        ValueError: for an argument that Keras's op has and this one lacks.
    """
    config = dict(config)
    name = config.pop("name", None)
    known = set(inspect.signature(op).parameters)
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
