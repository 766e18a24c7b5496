"""Groups of ops in a program that have a short gradient together: a loss of probabilities and what made them.

`softmax`, then crossentropy: two gradients with divisions by probabilities, which cancel. Together it is
`probabilities - truth`, the first thing a lesson on classification derives.
"""

from ..config import epsilon
from ..ops import surprise_of as of
from .fusion import Patterns
from .op_call import OpCall
from .symbolic import Node

TOGETHER = Patterns()


def _together(op, target, scores, node):
    call = OpCall.of(op)(name=op.name)
    return [Node(call, (target, scores), {}, node.outputs[0])]


def _scores_of(graph, p, activation, node):
    """What an activation made probabilities of; they are an output of the model too. None if something else made them."""
    made = graph.made_by(p, activation, alone=False)
    fits = made is not None and made.kwargs.get("axis", -1) == -1 and made.args[0].dtype == node.outputs[0].dtype
    return made.args[0] if fits else None


@TOGETHER.ending_with("binary_crossentropy_from_probabilities")
def _of_sigmoid(graph, node):
    target, p = node.args
    scores = _scores_of(graph, p, "sigmoid", node)
    if scores is None or tuple(getattr(target, "shape", ())) != tuple(p.shape):
        return None
    return _together(of.binary_crossentropy_of_sigmoid, target, scores, node)


@TOGETHER.ending_with("sparse_categorical_crossentropy_from_probabilities")
def _of_class(graph, node):
    target, p = node.args
    scores = _scores_of(graph, p, "softmax", node)
    return None if scores is None else _together(of.sparse_categorical_crossentropy_of_softmax, target, scores, node)


@TOGETHER.ending_with("negative")
def _of_distribution(graph, node):
    """`-sum(target * log(clip(p / sum(p))))`."""
    total = graph.made_by(node.args[0], "sum")
    product = total and graph.made_by(total.args[0], "multiply")
    log = product and graph.made_by(product.args[1], "log")
    clip = log and graph.made_by(log.args[0], "clip")
    share = clip and graph.made_by(clip.args[0], "divide")
    whole = share and graph.made_by(share.args[1], "sum")
    if not whole or whole.args[0] is not share.args[0] or dict(whole.kwargs) != {"axis": -1, "keepdims": True}:
        return None
    bounds, axis = [*clip.kwargs.values(), *clip.args[1:]], total.kwargs.get("axis")
    scores = _scores_of(graph, share.args[0], "softmax", node)
    target = product.args[0]
    same = tuple(getattr(target, "shape", ())) == tuple(share.args[0].shape)
    if scores is None or not same or bounds != [epsilon(), 1 - epsilon()] or axis != -1 or total.kwargs.get("keepdims"):
        return None
    return _together(of.categorical_crossentropy_of_softmax, target, scores, node)
