"""The words a trace is told in: tensors that have a name, events that make them."""

import inspect
import textwrap

import numpy as np

from ..formula import formula_lines

STAGES = ("forward", "loss", "backward", "update")


class Value:
    """A tensor of a traced step.

    Attributes:
        name: `"x"`, the path of a weight, `"v3"` for what an op made, `"g_v3"` for the gradient of the loss for it.
        kind: `"data"`, `"weight"`, `"constant"`, `"op"`, `"gradient"` or `"state"`.
        shape, dtype: of the tensor.
        axes: one name for each axis.
        event: number of the event that made it; None for what was there before.
        of: of a gradient: the `Value` it is the gradient for.
        variable: of a weight or state: the variable it is a value of.
    """

    def __init__(self, name, kind, tensor, dtype, axes, of=None):
        self.name, self.kind, self.dtype, self.axes, self.of = name, kind, dtype, axes, of
        self.event = self.variable = None
        self.shape = tuple(tensor.shape)
        self.stored = tensor  # in the backend's form; None if it is to be computed again
        self.trace = None

    @property
    def size(self):
        """How many numbers it holds."""
        return int(np.prod(self.shape, dtype=int))

    def numpy(self):
        """Return the numbers, computed again if the trace did not keep them."""
        return self.trace.array(self)

    @property
    def label(self):
        """Name and named axes: `v3 (batch 32, features 4)`."""
        axes = ", ".join(f"{axis} {n}" for axis, n in zip(self.axes, self.shape))
        return f"{self.name} ({axes})" if self.shape else self.name

    def __repr__(self):
        return f"<Value {self.label}, {self.dtype}>"


class Event:
    """One op of a traced step.

    Attributes:
        number: its place in the step, from 0.
        stage: `"forward"`, `"loss"`, `"backward"` or `"update"`.
        op: name of the op; in the update, of the optimizer.
        layer: path of the layer that called it, `""` outside of layers.
        inputs: `Value`s and plain numbers, as the rule got them. Backward: the gradient for the output, the output, then the
            inputs of the op it goes back through.
        outputs: `Value`s that it made; `output` is the first.
        params: settings of the op.
        of: backward: number of the event it goes back through.
        wrt: backward: which of that event's inputs the gradient is for.
        where: `(file, line, text)` of the line that called the op; None where there is none.
    """

    def __init__(self, stage, rule, inputs, params, layer="", of=None, wrt=None, where=None):
        self.stage, self.rule, self.inputs, self.params = stage, rule, list(inputs), params
        self.layer, self.of, self.wrt, self.where = layer, of, wrt, where
        self.number, self.outputs = None, ()

    @property
    def op(self):
        """Name of the op."""
        return self.rule.name.strip("_")

    @property
    def output(self):
        """What it made first, usually all."""
        return self.outputs[0]

    @property
    def values(self):
        """The inputs that are tensors."""
        return [x for x in self.inputs if isinstance(x, Value)]

    @property
    def formula(self):
        """The rule as LaTeX, read off its source: left side = right side."""
        rules = formula_lines(self.rule)
        keys = list(rules)
        if self.wrt is None or not keys:
            left = keys[0] if keys else ""  # that of an optimizer has none
            return f"{left} = {rules[left]}" if left else rules.get(left, "")
        left = keys[1 + (0 if self.rule.variadic else self._vjp_number())]
        return f"{left} = {rules[left]}"

    def _vjp_number(self):
        """Which of the rule's gradients, among those it has."""
        return sum(vjp is not None for vjp in self.rule.vjps[: self.wrt])

    @property
    def function(self):
        """The function behind the event: the rule, one of its gradients, an optimizer's formula; None if there is none."""
        rule = self.rule
        if self.wrt is not None and hasattr(rule, "vjps"):
            return rule.vjps[0 if rule.variadic else self.wrt]
        return (getattr(rule, "forward", None) if self.wrt is None else None) or getattr(rule, "function", None)

    @property
    def source(self):
        """The lines of NumPy that were run, or the function of the optimizer."""
        try:
            return textwrap.dedent(inspect.getsource(self.function)).strip()
        except (OSError, TypeError):  # written in C, or typed in by hand
            return ""

    @property
    def about(self):
        """What the op does, in its own words."""
        return (self.rule.__doc__ or "").strip().partition("\n")[0]

    def __repr__(self):
        inputs = ", ".join(x.name if isinstance(x, Value) else repr(x) for x in self.inputs)
        outputs = ", ".join(v.name for v in self.outputs)
        return f"{self.number} {self.stage} {self.layer or '-'}: {outputs} = {self.op}{self._for()}({inputs})"

    def _for(self):
        return "" if self.wrt is None else "_vjp"


class Note:
    """A rule that is none of the table's: reading a start, keeping a new value.

    Attributes:
        name: what the event is called.
        function: what runs, if it is a function with lines to show.
    """

    variadic = False

    def __init__(self, name, about="", function=None):
        self.name, self.__doc__, self.function = name, about, function


START = Note("start", "The gradient of the loss for itself is 1.")
ASSIGN = Note("assign", "A variable is given a new value.")
AUTOGRAD = Note("autograd", "Torch's own gradient, through code that is not made of ops.")
