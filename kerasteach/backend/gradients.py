"""How a program writes gradients: VJP by VJP, from the last op to the first."""

import ast

import numpy as np

from .symbolic import dtype_name
from .tape import unbroadcast


class Gradients:
    """The half of a `Program` that goes backwards."""

    def _backward(self, nodes, loss, variables):
        """Write the gradients; return the name of each variable's, or "None"."""
        follow = {id(v) for v in variables}
        for node in nodes:
            if node.operation.op.differentiable and any(id(a) in follow for a in node.arguments):
                follow.add(id(node.outputs[0]))
        if id(loss) not in follow:
            return ["None"] * len(variables)
        grads = {id(loss): self._bind("one", np.ones((), dtype_name(np.dtype(loss.dtype))))}
        for node in reversed(nodes):
            out = node.outputs[0]
            if id(out) in grads:
                self._pull_back(node, grads, follow)
        return [grads.get(id(v), "None") for v in variables]

    def _fitted(self, grad, shape, made):
        """A gradient summed over the axes its input was broadcast along."""
        if made == shape:
            return grad
        if made is not None and made[1:] == shape:
            return f"{grad}.sum(axis=0)" if grad.isidentifier() else f"({grad}).sum(axis=0)"
        self.bound["fit"] = _fit
        return f"fit({grad}, {shape})"

    def _pull_back(self, node, grads, follow):
        op, out = node.operation.op, node.outputs[0]
        g, y = grads[id(out)], self._name(out)
        before = (g, out), (y, out)  # a gradient is as wide as what it is the gradient of
        if op.variadic:
            self.lines.append(f"parts = {self._call(op, op.vjps[0], f'{op.name}_vjp', node.arguments, node.kwargs, before)}")
        for i, x in enumerate(node.arguments):
            vjp = op.vjps[0] if op.variadic else op.vjps[i]
            if id(x) not in follow or vjp is None:
                continue
            name = f"{op.name.strip('_')}_vjp_{op.inputs[0 if op.variadic else i]}"
            grad = f"parts[{i}]" if op.variadic else self._call(op, vjp, name, node.arguments, node.kwargs, before)
            grad = self._fitted(grad, tuple(x.shape), _shape_of_gradient(vjp, i, node))
            so_far = grads.get(id(x))
            grads[id(x)] = self._assign(so_far or f"g_{self._name(x)}", f"{so_far} + {grad}" if so_far else grad)

    def _assign(self, name, expression):
        """Write a line; in front of the step, if it comes out the same at every step. Return the name it has."""
        used = {n.id for n in ast.walk(ast.parse(expression)) if isinstance(n, ast.Name)}
        if used <= self.bound.keys():
            self.once.append(f"{name} = {expression}")
            self.bound[name] = None  # known once the code has run
            return name
        name = f"{name}_sum" if name in self.bound else name  # what stands in front of the step stays as it is
        self.lines.append(f"{name} = {expression}")
        return name


def _shape_of_gradient(vjp, i, node):
    """The shape of a VJP's gradient for the i-th input; found by trying out unless plain, None if that fails."""
    shape = tuple(node.arguments[i].shape)
    if all(tuple(getattr(a, "shape", shape)) == shape for a in [*node.arguments, node.outputs[0]]):
        return shape
    ones = [np.ones(a.shape, dtype_name(a.dtype)) if hasattr(a, "dtype") else a for a in [node.outputs[0], *node.arguments]]
    try:
        with np.errstate(all="ignore"):
            if node.operation.op.variadic:
                return vjp(ones[0], ones[0], ones[1:], **node.kwargs)[i].shape
            return vjp(ones[0], *ones, **node.kwargs).shape
    except (IndexError, ValueError):  # ones are no sensible input here
        return None


def _fit(g, shape):
    """Sum a gradient over the axes its input was broadcast along."""
    return g if g.shape == shape else unbroadcast(g, shape)
