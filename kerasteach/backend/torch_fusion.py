"""Neighbours in a traced program that Torch has one kernel for.

Layers and losses are written in small ops, for students to read. Before a program is written out for Torch, groups of
them are replaced: `matmul` and `add` by `linear`, and so on. Each pattern looks at the last node of its group and
walks back; it applies only if nobody else needs what lies between.
"""

from collections import namedtuple

from ..config import epsilon, standardize_data_format
from .fusion import Patterns, name_of
from .op_call import OpCall
from .symbolic import KerasTensor, Node
from .torch_rules import fused
from .variable import Variable

TO_KERNELS = Patterns()
pattern = TO_KERNELS.ending_with

Kernel = namedtuple("Kernel", "name rule variadic", defaults=(False,))


def _call(rule, args, output, **params):
    """A node that calls a kernel."""
    call = OpCall(name=rule.__name__)
    call.op = Kernel(rule.__name__.strip("_"), rule)
    return Node(call, tuple(args), params, output)


def _is_vector(x, like):
    """Whether `x` has one axis, as long as the last of `like`, and its dtype: a bias."""
    return isinstance(x, (Variable, KerasTensor)) and len(x.shape) == 1 and x.shape[0] == like.shape[-1] and x.dtype == like.dtype


@pattern("matmul")
def _product(graph, node):
    """A product with a matrix of weights."""
    x, kernel = node.args
    if len(getattr(kernel, "shape", ())) == 2 and len(getattr(x, "shape", ())) >= 2 and _same_floats(x, kernel):
        return [_call(fused.linear, (x, kernel, None), node.outputs[0])]
    return None


@pattern("conv")
def _convolution(graph, node):
    """A convolution, which may get a bias or a relu."""
    return [_call(fused.conv, (*node.args, None), node.outputs[0], **node.kwargs)]


@pattern("add")
def _bias(graph, node):
    """A bias on a product or a convolution."""
    y, bias = node.args
    made = graph.made_by(y, "linear") or graph.made_by(y, "conv")
    if made is None or not _is_vector(bias, node.outputs[0]):
        return None
    if name_of(made) == "conv" and standardize_data_format(made.kwargs.get("data_format")) != "channels_last":
        return None
    return [_call(made.operation.op.rule, (*made.args[:2], bias), node.outputs[0], **made.kwargs)]


@pattern("_einsum")
def _heads(graph, node):
    """A product over the last axes of `x` and the first of the weights, as in attention: `abc,cde->abde`."""
    subscripts = node.kwargs.get("subscripts", "")
    xs = node.args[0]
    if len(xs) != 2 or "." in subscripts or not _same_floats(*xs):
        return None
    inputs, _, output = subscripts.replace(" ", "").partition("->")
    left, _, right = inputs.partition(",")
    shared = next((n for n in range(len(left), 0, -1) if left[-n:] == right[:n]), 0)
    if not shared or output != left[:-shared] + right[shared:] or len(set(output)) < len(output):
        return None
    return [_call(fused.linear_over, (*xs, None), node.outputs[0], axes=shared)]


@pattern("add")
def _bias_of_heads(graph, node):
    y, bias = node.args
    product = graph.made_by(y, "linear_over")
    if product is None or not isinstance(bias, (Variable, KerasTensor)) or bias.dtype != y.dtype:
        return None
    axes = product.kwargs["axes"]
    if tuple(bias.shape) != tuple(product.args[1].shape[axes:]):
        return None
    return [_call(fused.linear_over, (*product.args[:2], bias), node.outputs[0], axes=axes)]


@pattern("log")
def _log_softmax(graph, node):
    """`log(clip(p / sum(p)))` where `p` is a softmax: what crossentropy begins with."""
    clip = graph.made_by(node.args[0], "clip")
    divide = clip and graph.made_by(clip.args[0], "divide")
    total = divide and graph.made_by(divide.args[1], "sum")
    if total is None or total.args[0] is not divide.args[0] or dict(total.kwargs) != {"axis": -1, "keepdims": True}:
        return None
    softmax = graph.made_by(divide.args[0], "softmax", alone=False)
    if softmax is None or softmax.kwargs.get("axis") != -1 or node.outputs[0].dtype != "float32":
        return None
    if list(clip.kwargs.values()) + list(clip.args[1:]) != [epsilon(), 1 - epsilon()]:
        return None
    return [_call(fused.clipped_log_softmax, softmax.args, node.outputs[0], epsilon=epsilon())]


@pattern("sparse_categorical_crossentropy_from_probabilities")
def _surprise_at_class(graph, node):
    """The surprise at a class that a softmax made likely."""
    target, p = node.args
    softmax = graph.made_by(p, "softmax", alone=False)
    if softmax is None or softmax.kwargs.get("axis") != -1 or node.outputs[0].dtype != "float32":
        return None
    return [_call(fused.surprise_at_class, (target, *softmax.args), node.outputs[0], epsilon=epsilon())]


@pattern("mean")
def _mean_of_all(graph, node):
    """A mean over all, of what was only squeezed before."""
    squeeze = graph.made_by(node.args[0], "squeeze")
    if squeeze is None or node.kwargs.get("axis") is not None or node.kwargs.get("keepdims"):
        return None
    return [Node(node.operation, squeeze.args, node.kwargs, node.outputs[0])]


@pattern("batch_normalization")
def _batch_normalization(graph, node):
    """Normalization by the batch's own mean and variance; they may be averaged too, but lead no gradient elsewhere."""
    if len(node.args) != 7:  # called otherwise than the layer does
        return None
    x, mean, variance, axis, beta, gamma, small = node.args
    means, variances = (graph.made_by(t, name, alone=False) for t, name in ((mean, "mean"), (variance, "var")))
    if means is None or variances is None or means.args[0] is not x or variances.args[0] is not x:
        return None
    rest = tuple(i for i in range(len(x.shape)) if i != axis % len(x.shape))
    others = [n for t in (mean, variance) for n in graph.users[id(t)] if n is not node]
    whole = all(tuple(n.kwargs.get("axis") or ()) == rest and not n.kwargs.get("keepdims") for n in (means, variances))
    if not whole or any(name_of(n) != "stop_gradient" for n in others) or {id(mean), id(variance)} & graph.kept:
        return None
    if x.dtype != "float32" or any(isinstance(w, KerasTensor) for w in (beta, gamma)):
        return None
    three = KerasTensor((3,), "float32")
    kernel = _call(fused.batch_norm_training, (x, gamma, beta), three, axis=axis, epsilon=small)
    graph.replace(graph.index[id(means)], [kernel, _call(fused.part, (three,), mean, i=1)])
    graph.replace(graph.index[id(variances)], [_call(fused.part, (three,), variance, i=2)])
    return [_call(fused.part, (three,), node.outputs[0], i=0)]


@pattern("relu")
def _relu(graph, node):
    """A relu behind one of these; it changes their output in place, which no gradient needs."""
    x = node.args[0]
    if (made := graph.made_by(x, "linear") or graph.made_by(x, "conv")) is not None:
        return [_call(made.operation.op.rule, made.args, node.outputs[0], **made.kwargs, relu=True)]
    if (made := graph.made_by(x, "part")) is not None and made.kwargs["i"] == 0:
        graph.maker[id(made.args[0])].kwargs["relu"] = True
        return [_call(fused.part, made.args, node.outputs[0], i=0)]
    made = graph.made_by(x, "add")
    if made is not None and all(isinstance(t, KerasTensor) and t.shape == x.shape and t.dtype == x.dtype for t in made.args):
        return [_call(fused.sum_relu, made.args, node.outputs[0])]
    return None


def _same_floats(*tensors):
    return len({str(t.dtype) for t in tensors}) == 1 and "float" in str(tensors[0].dtype)

