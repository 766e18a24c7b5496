"""When a training step can be written down as straight-line code, and writing it.

That is so when everything in it is ours and does the same at every step: a graph
of plain layers, a loss of the library, no override of how to train. All else runs
op by op, as it is called.
"""

from types import FunctionType

from .. import backend, tree
from ..backend.masks import mask_of
from ..backend.program import NotStatic
from ..layers.input_spec import check_input_spec
from .data import unpack_x_y_sample_weight


def write_program(model, data, regularized, variables, kind="train"):
    """Return a program for batches like `data`, or None if the step has to run op by op.

    Args:
        model: the model; compiled, unless it predicts.
        data: a batch: (x,), (x, y) or (x, y, sample_weight).
        regularized: variables whose regularizer adds to the loss.
        variables: variables to train.
        kind: `"train"`, `"test"` for loss and outputs, or `"predict"` for outputs alone.
    """
    graph = graph_of(model)
    if not _is_ours(model, graph) or not (kind == "predict" or _has_our_loss(model, graph, regularized)):
        return None
    pack, masked = tree.packer(data), []

    def function(symbols):
        x, y, sample_weight = unpack_x_y_sample_weight(pack(symbols))
        x = graph._in_order(x) if isinstance(x, (dict, tuple)) else x
        check_input_spec(model.input_spec, x, model.name)
        outputs = graph._plan.run(graph._standardize(x), kind == "train")
        if kind == "predict":
            return outputs
        loss = model._compile_loss(y, graph._pack_outputs(outputs), sample_weight)
        for variable in regularized:
            loss = loss + variable.regularizer(variable)
        parts = model._compile_loss.parts if model._compile_loss.trackers else []
        masked[:] = [i for i, output in enumerate(outputs) if mask_of(output) is not None]
        return [loss, *parts, *outputs, *[mask_of(outputs[i]) for i in masked]]

    specs = [(tuple(a.shape), backend.dtype_name(a.dtype)) for a in tree.flatten(data)]
    try:
        program = model._backend.program(function, specs, variables if kind == "train" else [])
    except NotStatic:
        return None
    program.masked = masked  # numbers of the outputs that have a mask
    if kind == "train" and model._listener is not None:
        program.listen(model._listener)
    return program


def graph_of(model):
    """The graph a model runs: a Sequential's own, else the model itself, which may have none."""
    return vars(model).get("_functional", model)


def _is_ours(model, graph):
    """Whether the model is a plain graph of layers of the library."""
    return (
        hasattr(graph, "_plan")
        and _keeps(type(model), "__call__", "call", "compute_loss")
        and all(_is_static(layer) for layer in model._flatten_layers())
    )


def _has_our_loss(model, graph, regularized):
    """Whether all that the loss is made of is of the library."""
    loss = model._compile_loss
    return (
        loss is not None
        and all(f is None or _is_of_library(f) for f in loss.functions_for(graph.output))
        and all(_is_of_library(v.regularizer) for v in regularized)
    )


def _is_static(layer):
    """Whether a layer is one of the library's own, without an effect beside its output."""
    functions = [f for f in vars(layer).values() if isinstance(f, FunctionType)]
    return (
        layer.static
        and _keeps(type(layer), "__call__", "call")
        and all(map(_is_of_library, functions))
        and layer.activity_regularizer is None
    )


def _keeps(cls, *methods):
    """Whether a class takes these methods from the library."""
    return all(_is_of_library(getattr(cls, name)) for name in methods)


def _is_of_library(thing):
    """Whether a function, or an object and the function it wraps, is the library's own."""
    package = __package__.partition(".")[0]
    return all(part.__module__.partition(".")[0] == package for part in (thing, getattr(thing, "fn", thing)))
