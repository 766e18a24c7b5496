"""What happened, read off the traceback of an error: who was called on what, from the outermost call to the innermost."""

import inspect
import traceback
from dataclasses import dataclass, field

from ... import errors, tree
from ...layers import Layer
from ...layers.calling import Calling
from ...losses import Loss
from ...models.plan import Plan
from ...models.sequential import Sequential
from ...ops.table import Composite, Op
from ...training import compile_loss
from ...training.trainer import Trainer


@dataclass
class Incident:
    """An error and the calls that led to it.

    Attributes:
        error: the error.
        calls: (layer or op, args, kwargs) from outside to inside; of these `refuser` is the one a reader should look at.
        refuser: the layer, op or loss that refused; None if data was refused before any of them saw it.
        op: (op, its tensors), where an op refused inside a layer of the user's.
        received: the tensors that it refused.
        owner: the layer or model that was called first; None if an op or loss was called alone.
        loop: name of the method of the model that ran, as "fit"; None for a plain call.
        given: what that method was given, by argument name.
        batch: the batch that was at hand, where one was.
        chain: the Sequential that was being put together, if one was.
        validating: whether validation data was refused.
        hints: lengths that the data speaks of: columns of the targets, classes, words.
        data_shapes: shapes of the inputs that were given, batch included; none where a graph was drawn.
    """

    error: BaseException
    calls: list = field(default_factory=list)
    refuser: object = None
    op: tuple | None = None
    received: tuple = ()
    owner: object = None
    loop: str | None = None
    given: dict = field(default_factory=dict)
    batch: object = None
    chain: object = None
    validating: bool = False
    hints: list = field(default_factory=list)
    data_shapes: list = field(default_factory=list)

    @property
    def symbolic(self):
        """Whether a graph was being drawn by hand: a layer or op was called on the outputs of others."""
        return bool(self.calls) and self.loop is None and any(hasattr(t, "_keras_history") for t in tensors_of(self.calls[0][1:]))


def read(error):
    """Return the Incident of an error that is being handled."""
    found = Incident(error)
    for frame, _ in traceback.walk_tb(error.__traceback__):
        _read_frame(found, frame.f_code, frame.f_locals)
    if found.calls:
        found.owner = found.owner or next((who for who, _, _ in found.calls if isinstance(who, Layer)), None)
        _find_refuser(found)
    return found


def _read_frame(found, code, names):
    if code in _LOOPS and found.loop is None:
        found.loop, found.owner, found.given = code.co_name, names["self"], names
    elif code in _CHAINED:
        found.chain = names["self"]
    elif code in (_CALL, _DRAW):
        if not found.calls or found.calls[-1][0] is not names["self"]:
            found.calls.append((names["self"], names["args"], names["kwargs"]))
    elif code is _PLAN and "node" in names:
        node, values, slots = names["node"], names["values"], names["self"].slots
        seen = [values[slots[id(t)]] for t in node.input_tensors]
        found.calls.append((node.operation, (seen if len(seen) > 1 or _takes_list(node) else seen[0],), {"node": node}))
    elif code in (_OP, _COMPOSITE):
        args = (list(names["args"]),) if names["self"].variadic and names["args"] and hasattr(names["args"][0], "shape") else names["args"]
        found.calls.append((names["self"], args, names["params"]))
    elif code is _TARGETS and "f" in names:
        found.calls.append((names["f"], (names["truth"], names["output"]), {}))
    elif code is _APPLY:
        found.calls.append((names["f"], (names["y_true"], names["y_pred"]), {}))
    elif code is _LOSS:
        found.calls.append((names["self"], (names["y_true"], names["y_pred"]), {}))
    elif code in _STEPS and "data" in names:
        found.batch = names["data"]
    elif code in _VALIDATING and found.loop == "fit":
        found.validating = True


def _takes_list(node):
    return bool(node.args) and isinstance(node.args[0], (list, tuple))


def _find_refuser(found):
    """The innermost layer; but a layer of the library answers for the parts it is made of, and for its ops."""
    for who, args, _ in found.calls:
        found.refuser, found.received = who, tuple(tensors_of(args))
        parts = isinstance(who, Trainer) or (isinstance(who, Layer) and not is_of_library(who))
        if not parts:
            break
    layers = [call for call in found.calls if isinstance(call[0], Layer)]
    if isinstance(found.refuser, (Op, Composite)) and layers:
        found.op = found.refuser, found.received
        found.refuser, args, _ = layers[-1]
        found.received = tuple(tensors_of(args))


def is_of_library(layer):
    """Whether a layer, op or loss is one of ours, not one of the user's."""
    package, _, rest = type(layer).__module__.partition(".")
    return package == errors.__package__ and not rest.startswith("explain")


def tensors_of(structure):
    """All tensors, symbols and arrays in a structure."""
    return [leaf for leaf in tree.flatten(structure) if hasattr(leaf, "shape") and hasattr(leaf, "dtype")]


_CALL, _DRAW, _PLAN = Calling.__call__.__code__, Calling._draw.__code__, Plan.run.__code__
_OP, _COMPOSITE, _LOSS, _APPLY = Op.__call__.__code__, Composite.__call__.__code__, Loss.__call__.__code__, compile_loss._apply.__code__
_TARGETS = compile_loss.CompileLoss.check_targets.__code__
_CHAINED = {inspect.unwrap(getattr(Sequential, name)).__code__ for name in ("__init__", "add", "build", "_connect")}
_LOOPS = {
    getattr(Trainer, name).__code__
    for name in ("fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch")
}
_STEPS = {getattr(Trainer, name).__code__ for name in ("_symbolic_build", "_train_on", "train_step", "_test_on", "test_step", "predict_step", "_predict_on")}
_VALIDATING = {getattr(Trainer, name).__code__ for name in ("_validation", "_evaluate")}
