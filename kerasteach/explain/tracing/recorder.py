"""Writes down a training step while it runs: ops as they come, then the way back through them, then the update."""

import sys
from pathlib import Path

import numpy as np

from ... import backend, tree
from ...backend.names import open_scopes
from ...backend.recording import Recorder
from ...layers import Layer
from .backward import walk_back
from .events import ASSIGN, Event, Note, Value
from .naming import axes_of, name_data

_PACKAGE = str(Path(__file__).resolve().parents[2])
_BELOW = tuple(str(Path(_PACKAGE) / room) for room in ("ops", "backend", "explain/tracing"))


class StepRecorder(Recorder):
    """Notes the events of one step of a model.

    Args:
        model: the model.
        data: the batch, `(x,)`, `(x, y)` or `(x, y, sample_weight)`.

    Attributes:
        events: what happened, in order.
        gradients: id of a variable -> (it, the `Value` of its gradient).
        losses: the `Value`s that gradients were asked of.
    """

    def __init__(self, model, data):
        self.home, self.model_name = model._backend, model.name
        self.events, self.losses, self.gradients, self.notes = [], [], {}, []
        self._known, self._alive = {}, []  # a tensor's key -> its Value; the tensors, so that ids stay theirs
        self._of_variable, self._kept = {}, {}  # id of a variable -> its Value now; id of a weight's tensor -> variable
        self._from_layers, self._in_place = set(), set()  # Values that depend on a layer; that lie in a variable's memory
        of_metrics = {id(v) for metric in model.metrics for v in metric.variables}
        self.variables = {id(v): v for v in model.variables if id(v) not in of_metrics}
        self.batch = len(tree.flatten(data)[0])
        self.data = []
        for name, array in name_data(model, data):
            value = self._new(name, "data", self.home.copied(array), array)
            self.data.append((value, array))

    # What the backend tells

    def op(self, rule, args, params, out):
        inputs = [self.value_of(a) for a in args]
        layer = self._layer()
        event = Event(self._stage(layer), rule, inputs, params, layer, where=_caller())
        bare = self.home.detach(out)
        made = [x for x in event.values if x in self._in_place]
        lent = any(self.home.share_memory(bare, self.home.own_array(a)) for a, x in zip(args, inputs) if x in made)
        output = self._new("v", "op", self.home.copied(out) if lent else bare, out, layer)
        if lent:
            self._in_place.add(output)
        if layer or any(x in self._from_layers for x in event.values):
            self._from_layers.add(output)
        self.add(event, [output])

    def asked(self, target, sources, gradients):
        loss = self._known.get(self.home.key(target))
        if loss is None:
            return  # gradients of something that was computed elsewhere
        self.losses.append(loss)
        leaves = [self._of_variable.get(id(s)) if isinstance(s, backend.Variable) else self._leaf(s) for s in sources]
        found = walk_back(self, loss, leaves, gradients)
        for source, value in zip(sources, found):
            variable = source if isinstance(source, backend.Variable) else self._kept.get(id(self.home.own_array(source)))
            if variable is not None and value is not None:
                self.gradients[id(variable)] = variable, value

    def assigned(self, variable, value):
        if id(variable) not in self.variables:
            return  # a metric's
        given = [] if value is None else [self.value_of(value)]
        event = Event("forward", ASSIGN, given, {"variable": variable.path}, self._layer())
        after = self._new_of(variable)
        self._rebind(variable, after)
        self.add(event, [after])

    def updating(self, optimizer, variables, gradients):
        self._update = _Update(self, optimizer, variables, gradients)

    def updated(self, optimizer, variables):
        for event, outputs in self._update.finish():
            self.add(event, outputs)
        for variable, after in self._update.after:
            self._rebind(variable, after)

    # Values

    def value_of(self, x):
        """The `Value` of a tensor; a plain number stays as it is."""
        if not hasattr(x, "dtype") or not hasattr(x, "shape"):
            return x
        key = self.home.key(x)
        if key not in self._known:
            self._known[key] = self._first_met(x)
            self._alive.append(x)
        return self._known[key]

    def _first_met(self, x):
        own = self.home.own_array(x)
        for variable in self.variables.values():
            if variable._value is own:
                self._kept[id(own)] = variable
                return self.weight(variable)
        if not self.home.is_tensor(x):  # a number of NumPy's
            return self._new("constant", "constant", np.asarray(x), None)
        for value, array in self.data:
            if tuple(array.shape) == tuple(own.shape) and bool((self.home.to_numpy(own) == self.home.to_numpy(array)).all()):
                return value
        return self._new("constant", "constant", self.home.copied(x), None)

    def weight(self, variable):
        """The `Value` of a variable as it is now."""
        if id(variable) not in self._of_variable:
            value = self._new_of(variable)
            self._of_variable[id(variable)] = value
            self._in_place.add(value)
        return self._of_variable[id(variable)]

    def _new_of(self, variable):
        """A new `Value` for a variable as it is now."""
        kind = "weight" if variable.trainable else "state"
        value = self._new(variable.path, kind, variable._backend.copied(variable._value), None)
        value.variable = variable
        return value

    def _rebind(self, variable, value):
        """From now on a variable has another value."""
        before = self._of_variable.get(id(variable))
        self._of_variable[id(variable)] = value
        self._in_place.add(value)
        for key, known in list(self._known.items()):
            if known is before and before is not None:
                self._known[key] = value
        self._known.pop(self.home.key(variable._value), None)

    def _leaf(self, tensor):
        return None if tensor is None else self.value_of(tensor)

    def _new(self, name, kind, tensor, key, layer=""):
        axes = axes_of(name, kind, tuple(tensor.shape), self.batch)
        value = Value(name, kind, tensor, backend.dtype_name(tensor.dtype), axes)
        if key is not None:
            self._known[self.home.key(key)] = value
            self._alive.append(key)
        return value

    def gradient_value(self, of, tensor):
        """A new `Value` for the gradient of a value, or a part of it."""
        return Value(f"g_{of.name}", "gradient", tensor, backend.dtype_name(tensor.dtype), of.axes, of)

    # Events

    def add(self, event, outputs):
        """Append an event with what it made."""
        event.number, event.outputs = len(self.events), tuple(outputs)
        for value in outputs:
            value.event = event.number
        self.events.append(event)

    def _layer(self):
        scopes = [scope for scope in open_scopes() if isinstance(scope.caller, Layer)]
        return "/".join(scope.name for scope in scopes)

    def _stage(self, layer):
        return "forward" if layer or not self._from_layers else "loss"


def _caller():
    """File, line and text of the line above all rules and backends that called an op."""
    frame = sys._getframe(2)
    while frame is not None and (frame.f_code.co_filename.startswith(_BELOW) or frame.f_code.co_name == "__torch_function__"):
        frame = frame.f_back
    return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)


class _Update:
    """One call of an optimizer: all it changes, before and after."""

    def __init__(self, recorder, optimizer, variables, gradients):
        self.recorder, self.optimizer = recorder, optimizer
        home = recorder.home
        self.variables = list(variables)
        self.rule = Note(type(optimizer).__name__, type(optimizer).__doc__, optimizer.formula)
        self.before = [recorder.weight(v) for v in variables]
        self.gradients = [self._gradient(v, g) for v, g in zip(variables, gradients)]
        self.state = [(v, v._backend.copied(v._value)) for v in optimizer.variables]
        self.home = home

    def _gradient(self, variable, gradient):
        """The Value of a gradient: the one that the step computed, if this is it."""
        if gradient is None:
            return None
        recorder = self.recorder
        _, value = recorder.gradients.get(id(variable), (None, None))
        own = recorder.home.own_array(gradient)
        if value is not None and bool(np.array_equal(recorder.home.to_numpy(value.stored), recorder.home.to_numpy(own), equal_nan=True)):
            return value
        return recorder.gradient_value(recorder.weight(variable), recorder.home.copied(gradient))

    def finish(self):
        """Yield (event, outputs) for each variable; in the order of the variables."""
        recorder, optimizer = self.recorder, self.optimizer
        rest = {id(v): tensor for v, tensor in self.state}
        rate = float(optimizer._rate())
        self.after = []
        for variable, before, gradient in zip(self.variables, self.before, self.gradients):
            slots = [s for s in optimizer._slots[optimizer._get_variable_index(variable)] if s is not None]
            old = [recorder._new(s.path, "state", rest[id(s)], None) for s in slots]
            params = {"learning_rate": rate, "step": int(optimizer._iterations.numpy()), "update": self}
            event = Event("update", self.rule, [before, gradient, *old], params, "")
            after, new = recorder._new_of(variable), [recorder._new_of(s) for s in slots]
            self.after.append((variable, after))
            yield event, [after, *new]
        self.state_after = [(v, v._backend.copied(v._value)) for v in optimizer.variables]

    def again(self):
        """Make the update once more from what was there before; return [weight, slots...] of each variable."""
        optimizer = self.optimizer
        given = {id(v): g for v, g in zip(self.variables, self.gradients)}
        weights = {id(v): b for v, b in zip(self.variables, self.before)}
        gradients = [None if given.get(id(v)) is None else given[id(v)].trace.tensor(given[id(v)]) for v in optimizer._variables]
        values = [weights[id(v)].trace.tensor(weights[id(v)]) if id(v) in weights else v._value for v in optimizer._variables]
        new, state = optimizer.stateless_apply([tensor for _, tensor in self.state], gradients, values)
        new, state = dict(zip(map(id, optimizer._variables), new)), dict(zip(map(id, optimizer.variables), state))
        found = []
        for variable in self.variables:
            slots = [s for s in optimizer._slots[optimizer._get_variable_index(variable)] if s is not None]
            found.append([new[id(variable)], *[state[id(s)] for s in slots]])
        return found
