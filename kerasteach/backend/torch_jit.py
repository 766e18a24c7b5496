"""`jit_compile=True`: a whole training step as one compiled function.

A program's forward pass, autograd's gradients, the new moving averages and the optimizer's formula are run once, while
Torch notes what they do to tensors; its compiler makes a few loops of C++ of the notes. What changes from step to step
goes in as tensors, learning rate and step number too, so that nothing is compiled twice. Counting steps, averages of
weights and constraints stay outside.
"""

import warnings

import torch

from .torch_rules import fused

_MOST_COMPILATIONS = 3  # a setting that a callback changes at every step, say, is not worth more
_MOST_CALLS = 1000  # calls of Torch in a step that is compiled; more would take minutes


class CompiledProgram:
    """A program that runs compiled, or as it is written if it cannot be compiled or is not worth it yet.

    Args:
        program: a `TorchProgram`.
        optimizer: the built optimizer of `program.variables`.
        patience: steps to run as it is written first.
        quiet: whether nothing is said if it cannot be compiled.

    Attributes:
        why_not: the error that keeps it from being compiled; None if there is none.
    """

    def __init__(self, program, optimizer, patience, quiet):
        self.program, self.optimizer, self.patience, self.quiet = program, optimizer, patience, quiet
        self.source, self.masked = program.source, program.masked
        self.why_not = self._step = None
        self.compilations = 0

    def __call__(self, data):
        """Run on a list of tensors; return (outputs, gradients), with None for gradients if the update is done too."""
        if self.why_not is not None or self.patience > 0:
            self.patience -= 1
            return self.program(data)
        data = [x.contiguous() for x in data]
        try:
            frozen = self.optimizer.frozen_settings(self.program.variables)
            if self._step is None or self._step.frozen is not frozen:
                self.compilations += 1
                if self.compilations > _MOST_COMPILATIONS:
                    raise RuntimeError("The optimizer's settings keep changing.")
                self._step = _Step(self.program, self.optimizer, frozen, data)
            outputs, gradients = self._step(data)
        except Exception as error:  # whatever it is: the run goes on, and the user is told
            self._give_up(error)
            return self.program(data)
        if gradients is None:
            self.optimizer.after_update(self.program.variables)
        return outputs, gradients

    def _give_up(self, error):
        """Run uncompiled from now on, and say why."""
        self.why_not = error
        if self.quiet:
            return
        told = str(error).strip() or type(error).__name__
        if "compiler" in told.lower():  # none was found
            fix = (
                "Fix: install a C++ compiler (Linux: g++; macOS: `xcode-select --install`; Windows: Build Tools for Visual "
                "Studio), or leave jit_compile out."
            )
        else:
            fix = "Fix: leave jit_compile out; the numbers are the same."
        warnings.warn(
            "`jit_compile=True` has no effect: this step cannot be compiled, and runs as without it. "
            f"{type(error).__name__}: {told.splitlines()[0][:300]}\n{fix}",
            stacklevel=2,
        )


class _Step:
    """One compiled function, for one batch shape and one state of the optimizer.

    Args:
        program, optimizer: as above.
        frozen: the optimizer's settings that are written into the code; None if it shall update by itself.
        data: a batch.
    """

    def __init__(self, program, optimizer, frozen, data):
        self.program, self.optimizer, self.frozen = program, optimizer, frozen
        forward = program.forward
        trained = {id(v) for v in program.variables}
        self.others = [v for v in forward._variables if id(v) not in trained]
        self.count = len(data), len(forward.draws), len(self.others)
        self.rate, self.number = [torch.zeros((), dtype=torch.float64, device=data[0].device) for _ in range(2)]
        self.outputs = None
        self.compiled = self._compile(data)

    def _compile(self, data):
        import torch._inductor  # the compiler takes a second to load
        from torch.fx.experimental.proxy_tensor import make_fx

        example = self._arguments(data, self.program.drawn)
        with fused.product_in_graph(_product):
            noted = make_fx(self._run)(*[x.detach().clone() for x in example])
        calls = [str(node.target) for node in noted.graph.nodes]
        if len(calls) > _MOST_CALLS:
            raise RuntimeError(f"It calls Torch {len(calls)} times, which would take minutes.")
        if any("mkldnn_rnn" in call for call in calls):
            raise RuntimeError("oneDNN's kernel for an LSTM cannot be part of it.")
        for node in noted.graph.nodes:
            node.meta.clear()  # shapes are found again, for all tensors together
        with torch.no_grad(), torch._inductor.config.patch(compile_threads=1):
            return torch._inductor.compile(noted, [x.detach().clone() for x in example], options={"cpp_wrapper": True})

    def __call__(self, data):
        """Run; return (outputs, gradients or None)."""
        with torch.no_grad():
            found = self.compiled(*self._arguments(data, [draw() for draw in self.program.forward.draws]))
        return tuple(found[: self.outputs]), None if self.frozen else list(found[self.outputs :])

    def _arguments(self, data, drawn):
        """All tensors that go in."""
        values = [*data, *drawn, *[v._value for v in self.others]]
        if self.frozen is None:
            return values + [v._value for v in self.program.variables]
        flat = self.optimizer._flats[0]
        self.rate.fill_(self.optimizer._rate())
        self.number.fill_(self.optimizer._iterations._value.item() + 1)
        return [*values, self.rate, self.number, flat.vector, *flat.slots]

    def _run(self, *tensors):
        """The step as Torch shall note it."""
        forward, variables = self.program.forward, self.program.variables
        given = list(tensors)
        data, drawn, others = [[given.pop(0) for _ in range(n)] for n in self.count]
        if self.frozen is not None:
            rate, number, vector, *slots = given
            sizes = [v._value.numel() for v in variables]
            given = [part.view(v._value.shape) for part, v in zip(vector.split(sizes), variables)]
        leaves = [x.detach().requires_grad_() for x in given]
        values = {id(v): x for v, x in zip([*self.others, *variables], [*others, *leaves])}
        with torch.enable_grad():
            outputs, _, *updates = forward._step(*data, *drawn, *[values[id(v)] for v in forward._variables])
            gradients = torch.autograd.grad(outputs[0], leaves)
        self.outputs = len(outputs)
        with torch.no_grad():
            for variable, value in zip(forward.updated, *updates):
                values[id(variable)].copy_(value)
            if self.frozen is not None:
                self.optimizer.update(vector, gradients, rate, number, slots)
        return [x.detach() for x in outputs] + list(gradients if self.frozen is None else ())


@torch.library.custom_op("kerasteach::product", mutates_args=())
def _product(x: torch.Tensor, kernel: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    """oneDNN's product, which Torch's compiler shall call as it is."""
    return fused.ONE_DNN(x, kernel, bias, "none", [], "")


@_product.register_fake
def _(x, kernel, bias):
    return x.new_empty(x.shape[0], kernel.shape[0])
