"""The gradients of a whole batch, by DistributedDataParallel: summed over processes in buckets, while backward goes on."""

import torch
from torch.nn.parallel import DistributedDataParallel

from .replicas import REPLICAS

_MOST_KEPT = 8


class Averaged(list):
    """Gradients that are the same on all processes already."""


class _Step(torch.nn.Module):
    """A step as a module, for DistributedDataParallel to be around: its parameters are the variables in training."""

    def __init__(self, parameters):
        super().__init__()
        self.weights = torch.nn.ParameterList(parameters)

    def forward(self, function):
        """Run the step's forward pass; `function` returns the loss."""
        return function()


class GradientSync:
    """DistributedDataParallel around steps, one for each set of variables that get a gradient."""

    def __init__(self):
        self._modules, self._used = {}, {}

    def value_and_gradients(self, function, variables, same_graph):
        """Return (loss, aux, gradients) of `function() -> (loss, aux)`.

        Args:
            function: the forward pass, on our rows.
            variables: what to differentiate by.
            same_graph: whether every step with these variables is the same code, as a program is.
        """
        parameters = [v._value for v in variables]
        with torch.enable_grad():
            loss, aux = function()
            used = self._used_of(loss, parameters, same_graph)
            if not used:
                return loss.detach(), aux, [None] * len(parameters)
            for p in used:
                p.grad = None
            # The mean of these over the processes is the loss of the whole batch.
            self._around(used)(lambda: loss * REPLICAS.share).backward()
        gradients = Averaged(p.grad for p in parameters)
        for p in used:
            p.grad = None
        return loss.detach(), aux, gradients

    def _used_of(self, loss, parameters, same_graph):
        """The parameters that the loss depends on: DistributedDataParallel waits for a gradient of each."""
        key = tuple(map(id, parameters))
        if not same_graph or key not in self._used:
            there = _leaves(loss)
            self._used[key] = [p for p in parameters if id(p) in there]
        return self._used[key]

    def _around(self, parameters):
        key = tuple(map(id, parameters))
        if key not in self._modules:
            if len(self._modules) >= _MOST_KEPT:
                self._modules.pop(next(iter(self._modules)))
            self._modules[key] = DistributedDataParallel(_Step(parameters), gradient_as_bucket_view=True, init_sync=False)
        return self._modules[key]


def _leaves(loss):
    """The ids of all parameters that a tensor was computed from."""
    todo, seen, found = [loss.grad_fn], set(), set()
    while todo:
        node = todo.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            found.add(id(node.variable))
        todo += [before for before, _ in node.next_functions]
    return found
