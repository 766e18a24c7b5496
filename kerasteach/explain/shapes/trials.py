"""What the user did, done again on a copy and in the small: as it was, which must fail alike, and with one edit."""

import contextlib
import io
import itertools
import threading
import warnings

import numpy as np

from ... import backend, errors, tree
from ...backend.op_call import OpCall
from ...backend.random_state import random_state, set_random_state
from ...backend.replicas import REPLICAS
from ...backend.symbolic import KerasTensor
from ...config import set_backend
from ...layers import Layer
from ...metrics import Metric
from ...models.functional import Functional
from ...models.graph import _walk_back
from ...ops.table import Composite, Op
from ...training.data import makes_batches
from ...training.data.arrays import as_arrays, optional, row_count
from ...training.trainer import Trainer
from .copies import Copier, as_it_is, call
from .edits import Edit
from .given import graph_of
from .incident import read, tensors_of
from .reforms import likeness

ROWS = 4, 64, 4096  # samples that a fix is tried on: few, unless what is wrong is farther down
LARGE = 20_000_000  # weights above which a model is not made again just to try things


def aside(function):
    """Run a function where it leaves no trace: in a thread of its own, whose scopes and tapes are no one's; random
    numbers, names and printed text are put back."""
    result = {}

    def run():
        errors.LESSON.is_on = True
        try:
            result["value"] = function()
        except BaseException as error:
            result["error"] = error

    state = random_state()
    with backend.names.keep_names(), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            thread = threading.Thread(target=run, daemon=True)
            try:
                thread.start()
            except RuntimeError:  # there are no threads in a browser
                run()
            else:
                thread.join()
        finally:
            set_random_state(state)
    if "error" in result:
        raise result["error"]
    return result["value"]


class Trial:
    """The small copy of what was done.

    Args:
        incident: what happened.

    Attributes:
        again: the same incident on the copy, where it came again.
        seen: pairs (what a layer gave, the layer) of the last run.
        reached: shapes of what reached the layer that refused, in the last run.
    """

    def __init__(self, incident):
        self.incident, self.seen, self.again, self.reached = incident, [], None, ()
        self.home = getattr(getattr(incident.owner, "_backend", None), "name", None) or backend.get().name
        self.made_by = []
        self.rows, self.made = ROWS[0], False  # made: whether the layer that refused had its weights from an earlier call
        self.stays = None  # whether the model works on what it was made for, so that the data is wrong

    def possible(self):
        """Whether trying is possible: one process, a model of a size that can be made again."""
        owner = self.incident.owner
        weights = sum(int(np.prod(v.shape)) for v in owner.variables) if owner is not None and owner.built else 0
        return not REPLICAS.on and weights < LARGE

    def fails_alike(self):
        """Whether the error comes again when nothing is changed; else nothing that runs would prove anything."""
        for self.made, self.rows in itertools.product((False, True), ROWS):
            error = self.error_of(Edit())
            if type(error) is type(self.incident.error):
                self.again, self.made_by = read(error), list(self.seen)
                return True
        return False

    def error_of(self, edit):
        """The error that comes with an edit, or None."""
        try:
            with set_backend(self.home), warnings.catch_warnings():
                if type(edit) is not Edit:  # what is spread out runs, and means something else
                    warnings.filterwarnings("error", message=".*compares `y` of shape.*")
                self.run(edit)
        except Exception as error:
            return error
        return None

    def run(self, edit):
        """Do it again."""
        self.seen, self.reached = [], ()
        if self.incident.loop is not None:
            return self._step(edit)
        if self.incident.symbolic:
            return self._drawn(edit)
        return self._called(edit)

    # A graph that is drawn by hand

    def _drawn(self, edit):
        """Draw it again up to the call that failed, then run it on numbers; a chain is gone through to its end."""
        operation, args, kwargs = self.incident.calls[0]
        symbols = [t for t in tree.flatten((args, kwargs)) if type(t) is KerasTensor]
        nodes, inputs = nodes_behind(symbols)
        copier, known = Copier(edit, self._listen), {}
        if self.made and isinstance(self.incident.refuser, Layer):
            copier.put(self.incident.refuser, as_it_is(self.incident.refuser))
        copier.draw(nodes, known)
        starts = [known[id(t)] for t in inputs]
        args, kwargs = tree.map_structure(lambda t: known.get(id(t), t) if type(t) is KerasTensor else t, (args, kwargs))
        out = call(_as_operation(operation, copier), args, kwargs)
        chain = self.incident.chain
        if chain is not None and operation in chain._chain:
            for layer in chain._chain[chain._chain.index(operation) + 1 :]:
                out = copier(layer)(out)
        return Functional(starts, out)([likeness(t) for t in starts])

    # A layer, model, op or loss called on numbers

    def _called(self, edit):
        operation, args, kwargs = self.incident.calls[0]
        data = edit.data({"args": args, **{k: v for k, v in kwargs.items() if k != "training"}})
        args, kwargs = data.pop("args"), data
        if isinstance(operation, Layer):
            args, kwargs = small(args, self.rows), small(kwargs, self.rows)
        else:
            return edit.wrap(operation, operation)(*tree.map_structure(_fresh, args), **kwargs)
        return self._model(operation, edit)(*args, **kwargs)

    def _model(self, model, edit):
        """A copy to call: as it is, if the model works and the data is in question; else made anew."""
        if edit.is_of_data or type(edit) is Edit:
            if self.stays is None:
                self.stays = _works(model)
            if self.stays:
                new = as_it_is(model)
                for old, part in zip(model._flatten_layers(), new._flatten_layers()):
                    self._listen(old, part)
                return new
        return Copier(edit, self._listen)(model)

    def _listen(self, layer, new):
        """Hear what a copy gets and gives."""
        for name in ("call", "_draw"):
            vars(new)[name] = self._heard(layer, getattr(new, name))

    def _heard(self, layer, function):
        def heard(*args, **kwargs):
            if layer is self.incident.refuser:
                self.reached = tuple(tuple(t.shape) for t in tensors_of(args))
            output = function(*args, **kwargs)
            self.seen.append((output, layer))
            return output

        return heard

    # A step of a loop

    def _step(self, edit):
        """The same loop over a few samples, in the user's own form."""
        model, loop, given = self.incident.owner, self.incident.loop, edit.data(self.given())
        new = self._model(model, edit)
        x, y, weight = (given.get(name) for name in ("x", "y", "sample_weight"))
        if loop.startswith("predict"):
            return getattr(new, loop)(small(as_arrays(x, "x"), self.rows), **({"verbose": 0} if loop == "predict" else {}))
        settings = {k: v if k == "loss" else _fresh(v) for k, v in model._compile_arguments.items()} | {"jit_compile": False}
        Trainer.compile(new, **settings | {"loss": edit.loss(settings["loss"])})
        x, y, weight = as_arrays(x, "x"), optional(y, "y"), optional(weight, "sample_weight")
        row_count(x, y, weight)
        x, y, weight = small((x, y, weight), self.rows)
        classes = {} if given.get("class_weight") is None else {"class_weight": given["class_weight"]}
        if loop == "fit" and not self.incident.validating:
            return new.fit(x, y, sample_weight=weight, verbose=0, shuffle=False, **classes)
        if loop == "train_on_batch":
            return new.train_on_batch(x, y, weight, **classes)
        return new.test_on_batch(x, y, weight) if loop == "test_on_batch" else new.evaluate(x, y, sample_weight=weight, verbose=0)

    def given(self):
        """x, y and sample_weight as the user gave them; those of the batch at hand, where something makes batches."""
        incident = self.incident
        given, names = dict(incident.given), ("x", "y", "sample_weight")
        if incident.validating:
            data = given["validation_data"]
            given = dict(zip(names, data)) if isinstance(data, (tuple, list)) else {"x": data}
        if not makes_batches(given.get("x")):
            return given
        batch = incident.batch if isinstance(incident.batch, tuple) else (incident.batch,)
        return given | dict(zip(names, [tree.map_structure(backend.to_numpy, part) for part in batch if part is not None]))


def nodes_behind(symbols):
    """Return (nodes in the order they were drawn, the symbols they start from)."""
    nodes, inputs, stack, seen = [], {}, list(symbols), set()
    while stack:  # first the inputs, then the walk that sorts
        tensor = stack.pop()
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        node = tensor._keras_history.operation._inbound_nodes[tensor._keras_history.node_index]
        if node.is_input:
            inputs[id(tensor)] = tensor
        stack.extend(node.input_tensors)
    nodes, _ = _walk_back(list(inputs.values()), symbols)
    starts = [t._keras_history.operation._inbound_nodes[t._keras_history.node_index] for t in inputs.values()]
    return [*starts, *[node for node in nodes if not node.is_input]], list(inputs.values())


def small(data, rows):
    """A few samples of everything, where all parts have equally many."""
    arrays = [leaf for leaf in tree.flatten(data) if getattr(leaf, "shape", ())]
    lengths = {leaf.shape[0] for leaf in arrays}
    if len(lengths) > 1 or not arrays:
        return data
    return tree.map_structure(lambda leaf: leaf[:rows] if getattr(leaf, "shape", ()) else leaf, data)


def _as_operation(operation, copier):
    """The op or layer that failed, to be called again."""
    if isinstance(operation, (Op, Composite)):
        new = OpCall.of(operation)()
        return new if copier.edit is None else copier.edit.wrap(operation, new)
    return copier(operation)


def _works(layer):
    """Whether a layer or model takes what it was built for: then it is the data that is wrong."""
    if graph_of(layer) is not None:
        return True
    shapes = layer._build_shapes
    if not layer.built or shapes is None:
        return False
    try:
        as_it_is(layer).compute_output_shape(shapes)
    except Exception:
        return False
    return True


def _fresh(value):
    """A copy of what keeps a state: an optimizer, metrics; anything else itself."""
    if isinstance(value, (list, tuple, dict)) and not hasattr(value, "shape"):
        return tree.map_structure(_fresh, value)
    if isinstance(value, Metric) or hasattr(value, "apply_gradients"):
        return type(value).from_config(value.get_config())
    return value
