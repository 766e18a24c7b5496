"""A layer on the Torch backend is a `torch.nn.Module` too.

Its class is then a subclass, of the same name, of the class it was written as and of Module; `__class__` still
answers with the class as written. The layer's variables hold Torch's parameters, so both sides see the same numbers.
"""

import io

import torch

from .. import tree
from .api import written_as
from .modes import DRAWING
from .symbolic import KerasTensor, dtype_name

_FOR_DYNAMIC_AXES = 2, 3  # lengths tried for an axis of unknown length
_class_of = object.__dict__["__class__"]


def house(layer):
    """Make a layer a Module, unless it is one."""
    plain = written_as(type(layer))
    if "_module_class" not in vars(plain):
        members = {"__module__": plain.__module__, "__qualname__": plain.__qualname__, "__doc__": plain.__doc__, "_plain": plain}
        plain._module_class = type(plain.__name__, (plain, TorchStyle, torch.nn.Module), members)
    if type(layer) is not plain._module_class or "_parameters" not in layer.__dict__:
        _class_of.__set__(layer, plain._module_class)
        for name, value in vars(torch.nn.Module()).items():  # hooks, buffers, the training flag
            if name != "_modules":
                layer.__dict__.setdefault(name, value)


def leave(layer):
    """Make a layer the plain one that it was written as."""
    plain = written_as(type(layer))
    if type(layer) is not plain:
        _class_of.__set__(layer, plain)
        for name in vars(torch.nn.Module()):
            layer.__dict__.pop(name, None)


def is_foreign(x):
    """Whether `x` is a module of Torch's own making."""
    return isinstance(x, torch.nn.Module) and not isinstance(x, TorchStyle)


class TorchStyle:
    """What a layer has besides, as a Module: its parameters are the values of its variables."""

    @property
    def __class__(self):
        return written_as(type(self))

    @property
    def torch_params(self):
        """All variables' values as a `torch.nn.ParameterDict`, by path."""
        variables = [v for v in self.weights if not _is_inside(v, self._foreign())]
        known = self.__dict__.get("_torch_params")
        if known is None or len(known[0]) != len(variables) or any(a is not v._value for a, v in zip(known[0], variables)):
            known = [v._value for v in variables], torch.nn.ParameterDict(_by_path(variables))
            self.__dict__["_torch_params"] = known
        return known[1]

    def _foreign(self):
        """Attributes that are, or have in them, modules of Torch's own making, by name."""
        found = {name: x for name, x in vars(self).items() if is_foreign(x)}
        own = [(n, x) for n, x in self._attributes().items() if isinstance(x, TorchStyle)]
        return found | {name: x for name, x in own if any(layer._foreign() for layer in x._flatten_layers())}

    @property
    def _modules(self):
        return self._foreign() | {"_torch_params": self.torch_params}

    def forward(self, *args, **kwargs):
        """Call the layer."""
        return self(*args, **kwargs)

    def add_module(self, name, module):
        """Make a module of Torch part of the layer, as assigning it to an attribute does."""
        setattr(self, name, module)

    register_module = add_module

    def load_state_dict(self, state_dict, strict=True, assign=False):
        """Copy parameters in from a dict that `state_dict()` gave."""
        if assign:
            raise ValueError(
                "load_state_dict(assign=True) would put other tensors in place of the variables'. Expected assign=False. "
                "Fix: leave `assign` out: the numbers are copied."
            )
        return torch.nn.Module.load_state_dict(self, state_dict, strict=strict)

    def _apply(self, fn, recurse=True):
        """What `to`, `half` and the like do; the variables then say their new dtype."""
        torch.nn.Module._apply(self, fn, recurse)
        for variable in self.weights:
            variable._dtype, variable._flat = dtype_name(variable._value.dtype), None
        kinds = {v._dtype for v in self.weights if v._value.is_floating_point()}
        if len(kinds) == 1 and kinds != {self.variable_dtype}:
            for layer in self._flatten_layers():
                layer.dtype_policy = next(iter(kinds))
        return self

    def __reduce_ex__(self, protocol):
        return _remade, (written_as(type(self)),), self.__getstate__()

    def __setstate__(self, state):
        self.__dict__.update(state)


def _remade(plain):
    layer = object.__new__(plain)
    house(layer)
    return layer


def _is_inside(variable, modules):
    return any(variable._value is p for module in modules.values() for p in module.parameters())


def _by_path(variables):
    """Parameters by path, in order of paths as Torch sorts them; a path used twice gets a number."""
    found = {}
    for variable in variables:
        path, n = variable.path, 0
        while path in found:
            n += 1
            path = f"{variable.path}_{n}"
        found[path] = variable._value
    return found


def spec_by_trial(call, args, kwargs, device):
    """Symbolic outputs of a call that takes only tensors: it runs on ones of two batch sizes, and shapes are compared."""
    def run(length):
        def tensor(x):
            if type(x) is not KerasTensor:
                return x
            shape = [length if n is None else n for n in x.shape]
            return torch.ones(shape, dtype=getattr(torch, x.dtype), device=device)

        with torch.no_grad(), DRAWING.switched(True):
            return call(*tree.map_structure(tensor, args), **tree.map_structure(tensor, kwargs))

    def spec(a, b):
        return KerasTensor([n if n == m else None for n, m in zip(a.shape, b.shape)], dtype_name(a.dtype))

    return tree.map_structure(spec, *map(run, _FOR_DYNAMIC_AXES))


def dump(module):
    """A module of Torch's own making as bytes."""
    buffer = io.BytesIO()
    torch.save(module, buffer)
    return buffer.getvalue()


def load(data):
    """The module that `dump` wrote; runs code that is in the data."""
    return torch.load(io.BytesIO(data), weights_only=False)


def is_unfinished(module):
    """Whether a module waits for its first input to make its parameters."""
    return isinstance(module, torch.nn.modules.lazy.LazyModuleMixin) and module.has_uninitialized_params()
