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
        self._modules = {}

    def value_and_gradients(self, function, variables, program):
        """Return (loss, aux, gradients) of `function() -> (loss, aux)`.

        Args:
            function: the forward pass, on our rows.
            variables: what to differentiate by.
            program: the program that `function` runs, which is the same at every step; None for other code.
        """
        parameters = [v._value for v in variables]
        with torch.enable_grad():
            loss, aux = function()
            used = _used_of(loss, parameters, program)
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

    def _around(self, parameters):
        key = tuple(map(id, parameters))
        if key not in self._modules:
            if len(self._modules) >= _MOST_KEPT:
                self._modules.pop(next(iter(self._modules)))
            self._modules[key] = DistributedDataParallel(_Step(parameters), gradient_as_bucket_view=True, init_sync=False)
        return self._modules[key]


def _used_of(loss, parameters, program):
    """The parameters that the loss depends on: DistributedDataParallel waits for a gradient of each."""
    numbers = None if program is None else program.used
    if numbers is None:
        there = _leaves(loss)
        numbers = [i for i, p in enumerate(parameters) if id(p) in there]
        if program is not None:
            program.used = numbers
    return [parameters[i] for i in numbers]


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
