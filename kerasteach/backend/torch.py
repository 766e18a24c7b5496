"""The Torch backend: the fast path. Its rules are `torch_rules.TORCH`, its gradients autograd's."""

import numpy as np
import torch

from ..ops.table import COMPOSITE_ROUTES, ROUTES
from . import api, torch_module
from .api import Backend
from .memory import keep_freed_memory
from .modes import TOLD
from .op_call import draw_composite, draw_op
from .program import Program, trace
from .replicas import REPLICAS
from .symbolic import KerasTensor
from .tape import OPEN, Tensor
from .text import Text
from .torch_devices import Devices
from .torch_fusion import TO_KERNELS, Kernel
from .torch_jit import CompiledProgram
from .torch_replaying import TorchReplaying
from .torch_rules import FUSED, TORCH
from .torch_rules.common import ruled
from .torch_rules.updates import UPDATES
from .variable import Variable


class TorchBackend(Devices, TorchReplaying, Backend):
    """Tensors of Torch, on the GPU if there is one; gradients by autograd."""

    name = "torch"
    compiler = "torch.compile"

    def __init__(self):
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        keep_freed_memory(256)

    def convert(self, x, dtype=None):
        if isinstance(x, torch.Tensor):
            if x.device.type == self.device.type and (dtype is None or not _is_float(x) or x.dtype == dtype_of(dtype)):
                return x
        elif type(x) is Text:
            return x
        else:
            array = api.get("numpy").convert(x, None if dtype == "bfloat16" else dtype)
            x = torch.as_tensor(np.asarray(array, order="C") if array.flags.writeable else array.copy())
        return x.to(self.device, dtype_of(dtype) if dtype and _is_float(x) else None)

    def to_numpy(self, x):
        x = x.detach().cpu()
        return (x.float() if x.dtype == torch.bfloat16 else x).numpy()

    def is_tensor(self, x):
        return isinstance(x, torch.Tensor)

    def is_ready(self, x, dtype):
        return type(x) is torch.Tensor and x.dtype == dtype_of(dtype) and x.device.type == self.device.type

    def wrap(self, array, trainable, dtype):
        tensor = torch.tensor(np.asarray(array), device=self.device).to(dtype_of(dtype))
        return torch.nn.Parameter(tensor, requires_grad=trainable and _is_float(tensor))

    def is_storage(self, x):
        return isinstance(x, torch.nn.Parameter)

    def read(self, variable):
        if OPEN.tape is not None:
            OPEN.tape.watches(variable)  # it may want to list what was read
        return variable._value

    def assign(self, variable, value):
        with torch.no_grad():
            variable._value.copy_(value if isinstance(value, torch.Tensor) else torch.as_tensor(np.array(value)))

    def add_in_place(self, variable, value):
        with torch.no_grad():
            variable._value.add_(value if isinstance(value, (torch.Tensor, int, float)) else self.convert(value))

    def value_and_gradients(self, function, variables):
        if REPLICAS.on:
            return REPLICAS.engine.value_and_gradients(function, variables)
        with torch.enable_grad():
            loss, aux = function()
            parameters = [v._value for v in variables]
            follows = loss.requires_grad
            gradients = torch.autograd.grad(loss, parameters, allow_unused=True) if follows else [None] * len(parameters)
        TOLD.asked(loss, variables, gradients)
        return loss.detach(), aux, list(gradients)

    def recording(self):
        return torch.enable_grad()

    def follow(self, x):
        x = self.convert(x)
        if not _is_float(x):
            raise ValueError(f"Only floats have a gradient. Received: a tensor of dtype {x.dtype}. Fix: x.float().")
        return x if x.requires_grad else x.requires_grad_()

    def is_followed(self, x):
        return isinstance(x, torch.Tensor) and x.requires_grad

    def lend(self, variable):
        variable._value.requires_grad_()
        return variable

    def leaf_of(self, variable, tape):
        return variable._value if tape.watches(variable) else None

    def pull(self, tape, target, leaves, g, keep, nested):
        asked = [x for x in leaves if x is not None and x.requires_grad]
        start = torch.ones_like(target) if g is None else self.convert(g).to(target.dtype)
        found = torch.autograd.grad(target, asked, start, retain_graph=keep or nested, create_graph=nested, allow_unused=True)
        TOLD.asked(target, asked, found)
        by_id = {id(x): d for x, d in zip(asked, found)}
        return [by_id.get(id(x)) for x in leaves]

    def program(self, function, shapes_and_dtypes, variables):
        traced = TO_KERNELS.apply(trace(function, shapes_and_dtypes, kept=FUSED))
        drawn = [torch.ones(symbol.shape, dtype=dtype_of(symbol.dtype), device=self.device) for symbol, _ in traced.draws]
        return TorchProgram(Program(traced, [], rule_of=rule_of, constant=self.convert), variables, drawn)

    def compiled(self, program, optimizer, patience, quiet=False):
        if REPLICAS.on:
            return program  # gradients are summed over the processes between backward and update
        return CompiledProgram(program, optimizer, patience, quiet)

    def leaf(self, array, follow):
        """Return a tensor to start from, followed by autograd or not."""
        return torch.tensor(array, device=self.device, requires_grad=follow)

    def gradients_of(self, output, g, leaves):
        """Return autograd's gradients of `sum(g * output)` with respect to the leaves."""
        if not output.requires_grad:
            return [np.zeros(tuple(leaf.shape)) for leaf in leaves]
        total = (output * torch.as_tensor(g, device=self.device)).sum()
        found = torch.autograd.grad(total, leaves, allow_unused=True)
        return [np.zeros(tuple(x.shape)) if d is None else self.to_numpy(d) for d, x in zip(found, leaves)]

    def inference(self):
        return torch.no_grad()

    updating = inference

    def unrecorded(self, function):
        return torch.no_grad()(function)

    def house(self, layer):
        torch_module.house(layer)

    def is_module(self, x):
        return torch_module.is_foreign(x)

    dump, load, is_unfinished = map(staticmethod, (torch_module.dump, torch_module.load, torch_module.is_unfinished))

    def spec_by_trial(self, error, call, args, kwargs):
        try:
            return torch_module.spec_by_trial(call, args, kwargs, self.device)
        except Exception:
            raise error from None

    def hint(self, error):
        if isinstance(error, RuntimeError) and "numpy() on Tensor that requires grad" in str(error):
            return (
                "A NumPy function was called on a tensor whose gradient is being recorded, so the gradient would be lost.\n"
                "Fix: use the keras.ops function of the same name, or keras.ops.stop_gradient(x) first if no gradient "
                "should flow."
            )
        return None

    def detach(self, x):
        return x.detach() if isinstance(x, torch.Tensor) else x

    def flatten(self, variables):
        with torch.no_grad():
            vector = self.join([v._value for v in variables])
        start = 0
        for v in variables:
            v._value.data = vector[start : start + v._value.numel()].view(v._value.shape)
            start += v._value.numel()
        return vector

    def update_kernel(self, name, vector):
        return UPDATES.get(name) if vector.dtype in (torch.float32, torch.float64) else None

    def split(self, tensor, size):
        return api.get("numpy").split(tensor, size) if type(tensor) is Text else tensor.split(size)

    def stack(self, numbers):
        return torch.stack(numbers)

    def concatenate(self, tensors):
        return torch.cat(tensors)

    def join(self, tensors):
        return torch.cat([t.reshape(-1) for t in tensors])

    def zeros_like(self, x, fill=0.0):
        return torch.full_like(x, fill, requires_grad=False)


class TorchProgram:
    """Straight-line code for the forward pass; autograd for the gradients. `drawn` are examples of what it draws."""

    used = None  # numbers of the variables that the loss depends on, once many processes have asked

    def __init__(self, forward, variables, drawn):
        self.forward, self.source, self.drawn = forward, forward.source, drawn
        self.variables = variables

    def __call__(self, data):
        """Run on a list of tensors; return (outputs, gradients)."""
        if REPLICAS.on and self.variables:
            _, (outputs, updates), gradients = REPLICAS.engine.value_and_gradients(lambda: self._run(data), self.variables, self)
        else:
            outputs, _, *updates = self.forward.run(data)
            gradients = [None] * len(self.variables)
            if self.variables and outputs[0].requires_grad:
                gradients = torch.autograd.grad(outputs[0], [v._value for v in self.variables], allow_unused=True)
        if updates:
            self.forward.update(*updates)  # not before autograd has read the old values
        return tuple([x.detach() for x in outputs]), gradients

    def listen(self, listener):
        """Tell every value of the forward pass; as `Program.listen`."""
        self.forward.listen(lambda values: listener({name: _bare(x) for name, x in values.items()}), copy=torch.clone)

    def _run(self, data):
        outputs, _, *updates = self.forward.run(data)
        return outputs[0], (outputs, updates)


def _bare(x):
    return x.detach() if isinstance(x, torch.Tensor) else x


def rule_of(op):
    """Torch's rule for an op of the table, row or composite, or for a kernel that stands for several."""
    if type(op) is Kernel:
        return op.rule
    return TORCH.get(op.name) or FUSED.get(op.name) or op.definition


def _is_float(tensor):
    return tensor.dtype.is_floating_point


def dtype_of(name):
    """Torch's dtype for a dtype name.

    >>> dtype_of("float32")
    torch.float32
    """
    return getattr(torch, str(name))


def answer(op, args, params):
    """Answer a row with its Torch rule; the output has the dtype that the row's dtype rule says."""
    if any(type(arg) is KerasTensor for arg in args):
        return draw_op(op, args, params)
    tensors = _tensors(op, args)
    for x in tensors[0] if op.variadic else tensors:
        if isinstance(x, torch.Tensor) and x.dtype is not torch.float32:
            return ruled(op, TORCH[op.name], tensors, params)
    return TORCH[op.name](*tensors, **params)


def answer_composite(op, args, params):
    """Answer a composite with its fused kernel, or with its definition if there is none."""
    if any(type(arg) is KerasTensor for arg in args):
        return draw_composite(op, args, params)
    fused = FUSED.get(op.name)
    return op.definition(*args, **params) if fused is None else fused(*map(_read, args), **{k: _read(v) for k, v in params.items()})


def _read(x):
    return x.value if isinstance(x, Variable) else x


def _tensors(op, args):
    """Inputs as Torch tensors on one device; plain numbers stay, to adapt their dtype."""
    tensors = []
    for arg in args:
        if isinstance(arg, Variable):
            arg = arg.value
        if isinstance(arg, Tensor):
            raise TypeError(f"{op.name}() got a tensor of the NumPy backend's tape and one of Torch. Fix: use one backend.")
        if not isinstance(arg, (torch.Tensor, float, int, bool)):
            arg = BACKEND.convert(np.asarray(arg) if type(arg) is Text else arg)  # an op refuses strings
        tensors.append(arg)
    return [tensors] if op.variadic else tensors


BACKEND = TorchBackend()
ROUTES[torch.Tensor] = ROUTES[torch.nn.Parameter] = answer
COMPOSITE_ROUTES[torch.Tensor] = COMPOSITE_ROUTES[torch.nn.Parameter] = answer_composite
