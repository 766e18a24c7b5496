"""A model and its loss as straight-line code: traced once, then run without looking anything up.

Tracing runs the model on symbolic tensors and notes every op with the inputs it
got. The notes are then written out as one Python function, rule by rule. On NumPy
the gradient follows in the same function, VJP by VJP, from the last op to the
first. `Program.source` is that function's text: all that happens in a step.
"""

import re
from collections import namedtuple

import numpy as np

from ..ops.table import evaluate
from .folding import UNKNOWN, Number, known_of
from .gradients import Gradients
from .inline import inlined
from .modes import TRACE
from .op_call import OpCall
from .symbolic import KerasTensor, Node, Operation, dtype_name
from .variable import Variable

_NAME = re.compile(r"[A-Za-z_]\w*")
Traced = namedtuple("Traced", "inputs draws outputs updates nodes")


class NotStatic(Exception):
    """Something in the model is not a plain op, so its code cannot be written down."""


def trace(function, shapes_and_dtypes, kept=()):
    """Run `function` on symbolic tensors and note what it does.

    Args:
        function: takes a list of symbolic tensors, returns a list of them.
        shapes_and_dtypes: one pair per input.
        kept: names of the composites that have a kernel; the others are written out as their definition.

    Returns:
        A `Traced`: symbolic `inputs` and `outputs`; `draws`, pairs of a symbol and the function that draws it anew at
        every step; `updates`, pairs of a variable and the symbol it is assigned; `nodes`.

    Raises:
        NotStatic: if the function looks at numbers, or assigns a variable that is trained.
    """
    source = Operation(name="data")

    def symbol(shape, dtype):
        tensor = KerasTensor(shape, dtype)
        Node(source, outputs=tensor)
        return tensor

    inputs = [symbol(*spec) for spec in shapes_and_dtypes]
    with TRACE.recording(kept, symbol) as notes:
        outputs = function(inputs)
    if wrong := [variable.path for variable, _ in notes.updates.values() if variable.trainable]:
        raise NotStatic(f"{wrong} are trained, and assigned in `call`")
    return Traced(inputs, notes.draws, outputs, [*notes.updates.values()], notes.nodes)


class Program(Gradients):
    """Straight-line code for a traced function.

    Args:
        traced: what `trace` returned; the first output is the loss.
        variables: variables to differentiate by; none for a program without gradients.
        rule_of: function(op) -> the backend's rule.
        constant: function(array) -> the backend's constant.

    Attributes:
        source: the code.
    """

    def __init__(self, traced, variables, rule_of, constant):
        self.rule_of, self.constant = rule_of, constant
        self.names, self.bound, self.lines, self.locals = {}, {"np": np}, [], {}
        self.weights, self.numbers, self.once = [], {}, []
        self.draws, self.updated = [draw for _, draw in traced.draws], [variable for variable, _ in traced.updates]
        given = {f"data_{i}": tensor for i, tensor in enumerate(traced.inputs)}
        given |= {f"drawn_{i}": tensor for i, (tensor, _) in enumerate(traced.draws)}
        self.names = {id(tensor): name for name, tensor in given.items()}
        updates = [value for _, value in traced.updates]
        nodes = _needed(traced.nodes, [*traced.outputs, *updates])
        for node in nodes:
            self._forward(node)
        grads = self._backward(nodes, traced.outputs[0], variables) if variables else []
        returned = [[self._name(t) for t in traced.outputs], grads, *([[self._name(t) for t in updates]] if updates else [])]
        head = f"def step({', '.join([*given, *[name for name, _ in self.weights]])}):"
        tail = f"    return {', '.join([f'[{x}]' for x in map(', '.join, returned)])}"
        once = ["# what is the same at every step", *self.once, ""] if self.once else []
        code = self._code = "\n".join([*once, head, *[f"    {line}" for line in self.lines], tail])
        lines = freed(self.lines, tail)
        exec(compile("\n".join([*once, head, *[f"    {line}" for line in lines], tail]), "<step>", "exec"), self.bound)
        self.source = re.sub(r"\b_number_\d+\b", lambda name: self.numbers[name[0]], code)
        self._step = self.bound["step"]
        self._variables = [variable for _, variable in self.weights]

    def __call__(self, data):
        """Run on a list of tensors, update what the model updates; return (outputs, gradients)."""
        found = self.run(data)
        if self.updated:
            self.update(found[2])
        return found[0], found[1]

    def run(self, data):
        """Run on a list of tensors; return (outputs, gradients), and new values of variables if there are any."""
        values = [v._value for v in self._variables]
        if self.draws:
            return self._step(*data, *[draw() for draw in self.draws], *values)
        return self._step(*data, *values)

    def update(self, values):
        """Give the variables that the model updates their new values."""
        for variable, value in zip(self.updated, values):
            variable.assign(value)

    def listen(self, listener, copy=np.array):
        """Call `listener(values)` at every step from now on: a dict of what each name in `source` stood for.

        Weights are copied, with `copy`: the update writes into them. Without a listener no line of a step knows of this.
        """
        exec(compile(f"{self._code}, locals()", "<step>", "exec"), self.bound)
        told = self.bound["step"]

        def step(*args):
            *found, values = told(*args)
            listener(values | {name: copy(values[name]) for name, _ in self.weights})
            return found

        self._step = step

    # Names

    def _name(self, x):
        """How the code calls a value."""
        if type(x) is KerasTensor:
            if id(x) not in self.names:
                raise NotStatic(f"{x} does not come from an op")
            return self.names[id(x)]
        if isinstance(x, Variable):
            return self._weight(x)
        return self._constant(x)

    def _weight(self, variable):
        if id(variable) not in self.names:
            name = _identifier(variable.path)
            while name in self.bound or name in [n for n, _ in self.weights]:
                name += "_"
            self.names[id(variable)] = name
            self.weights.append((name, variable))
        return self.names[id(variable)]

    def _constant(self, x):
        if type(x) is Number:
            return self._number(x)
        if isinstance(x, np.dtype):
            return f"np.dtype({x.name!r})"
        if x is ...:
            return "..."
        if x is None or isinstance(x, (bool, int, float, str)):
            return repr(x) if not isinstance(x, float) or np.isfinite(x) else self._bind("constant", x)
        if isinstance(x, (tuple, list)) and all(isinstance(v, (int, type(None), bool)) for v in x):
            return repr(x)
        return self._bind("constant", self.constant(x) if isinstance(x, (np.ndarray, np.generic)) else x)

    def _number(self, x):
        """A name for a plain number that meets arrays; in `source` the number stands as it is."""
        key = (repr(x.value), x.dtype)
        if key not in self.numbers:
            name = f"_number_{len(self.numbers)}"
            self.bound[name], self.numbers[key], self.numbers[name] = np.array(x.value, x.dtype), name, key[0]
        return self.numbers[key]

    def _bind(self, name, value):
        """Make a value known to the code under a name of its own."""
        taken = self.bound.get(name, value)
        while taken is not value:
            name += "_"
            taken = self.bound.get(name, value)
        self.bound[name] = value
        return name

    # Lines

    def _forward(self, node):
        op, args, params = node.operation.op, node.arguments, node.kwargs
        out = self.names[id(node.outputs[0])] = f"v{len(self.lines) + 1}"
        inputs = [self._name(arg) for arg in args]
        if self.rule_of is None and not _gives_the_dtype(node):
            values = f"[{', '.join(inputs)}]"
            self.lines.append(f"{out} = evaluate({self._bind('op_' + op.name, op)}, {values}, {self._bind('params', params)})")
            self.bound["evaluate"] = evaluate
            return
        rule = op.forward if self.rule_of is None else self.rule_of(op)
        expression = self._call(op, rule, op.name.strip("_"), args, params)
        self.lines.append(f"{out} = {expression}")
        if self.rule_of is None:
            self.locals.setdefault(expression, out)  # known by that name from here on

    def _call(self, op, rule, name, args, params, before=()):
        """A rule applied to what has a name: written out if it is plain, else a call of it.

        Args:
            args: the op's inputs.
            before: pairs (text, what it is as wide as) that the rule takes first.
        """
        variadic = getattr(op, "variadic", False)
        texts = [self._name(arg) for arg in args]
        texts = [*[text for text, _ in before], *([f"[{', '.join(texts)}]"] if variadic else texts)]
        if self.rule_of is None:
            known = [*[known_of(x) for _, x in before], *([UNKNOWN] if variadic else map(known_of, args))]
            written = inlined(rule, texts, known, params, self._bind, self._constant, self._write_local)
            if written is not None:
                return written
        return f"{self._bind(name, rule)}({', '.join([*texts, *[f'{k}={self._constant(v)}' for k, v in params.items()]])})"

    def _write_local(self, name, expression):
        """Write a line for a rule's local value, and return the name it has here; a value known already is used again."""
        if expression not in self.locals:
            here = f"{name}_{len(self.lines) + len(self.once) + 1}"
            self._assign(here, expression)
            if "g_" in expression or "parts" in expression:  # gradients add up: their names change value
                return here
            self.locals[expression] = here
        return self.locals[expression]


def freed(lines, tail):
    """The lines of a step, each letting go of what is not needed after it: memory is used again while it is in the cache.

    >>> freed(["a = x + 1", "b = a * 2", "c = a + b"], "return c")
    ['a = x + 1', 'b = a * 2', 'c = a + b; del a, b']
    """
    last = {name: i for i, line in enumerate([*lines, tail]) for name in _NAME.findall(line)}
    gone = {}
    for name in dict.fromkeys(line.partition(" = ")[0] for line in lines):
        gone.setdefault(last[name], []).append(name)
    return [f"{line}; del {', '.join(gone[i])}" if i in gone else line for i, line in enumerate(lines)]


def _identifier(path):
    """A variable's path as a name: its layer's name and its own."""
    return "".join(c if c.isalnum() else "_" for c in "/".join(path.split("/")[-2:]))


def _needed(nodes, outputs):
    """The nodes that the outputs depend on, in order; each with its inputs in a row."""
    wanted, kept = {id(t) for t in outputs}, []
    for node in reversed(nodes):
        if not any(id(t) in wanted for t in node.outputs):
            continue
        if not isinstance(node.operation, OpCall):
            raise NotStatic(f"{node.operation.name} is not an op")
        op = node.operation.op
        node.arguments = list(node.args[0]) if getattr(op, "variadic", False) else list(node.args)
        wanted.update(id(t) for t in node.input_tensors)
        kept.append(node)
    return kept[::-1]


def _gives_the_dtype(node):
    """Whether NumPy's own promotion gives what the house rule says; tried out where integers come in."""
    arrays = [a for a in node.arguments if hasattr(a, "dtype")]
    if all("float" in dtype_name(a.dtype) for a in arrays):
        return True
    ones = [np.ones(a.shape, dtype_name(a.dtype)) if hasattr(a, "dtype") else a for a in node.arguments]
    try:
        return node.operation.op.run(ones, node.kwargs).dtype == node.outputs[0].dtype
    except (IndexError, ValueError):  # ones are no sensible input here
        return False
