"""What several of Torch's rules need: tensors out of numbers, and one dtype for all."""

import functools

import torch

from ...ops.spec import named
from ...ops.values import type_name


def tensor_like(x, like):
    return x if isinstance(x, torch.Tensor) else torch.as_tensor(x, dtype=like.dtype, device=like.device)


def pair(rule):
    """For rules of Torch that refuse plain numbers: make tensors of them first."""

    def answer(x1, x2):
        like = x1 if isinstance(x1, torch.Tensor) else x2
        return rule(tensor_like(x1, like), tensor_like(x2, like))

    return answer


def promoted(*tensors):
    """Tensors of one dtype, the one Torch's own `+` would give; its matrix products ask for that."""
    common = functools.reduce(torch.promote_types, [t.dtype for t in tensors])
    return [t.to(common) for t in tensors]


def kind(dtype):
    """Torch's dtype for a dtype in any form."""
    return getattr(torch, named(dtype))


def ruled(op, rule, tensors, params):
    """Answer in the row's dtype; what a float output is made of is brought to it first, as on NumPy."""
    values = tensors[0] if op.variadic else tensors
    name = op.dtype(*[NAMES[x.dtype] if isinstance(x, torch.Tensor) else type_name(x) for x in values], **params)
    wanted = getattr(torch, name)
    if op.differentiable:
        vjps = op.vjps * len(values) if op.variadic else op.vjps
        values = [
            x.to(wanted) if vjp is not None and isinstance(x, torch.Tensor) and x.dtype is not wanted else x
            for x, vjp in zip(values, vjps)
        ]
    y = rule(*([values] if op.variadic else values), **params)
    return y if y.dtype is wanted else y.to(wanted)


def over_classes(rule, x):
    """`rule(x, -1)`, a softmax; of few classes column by column, which on the CPU takes a tenth of the time."""
    few = x.ndim == 2 and x.shape[1] <= 32 <= x.shape[0] // 2 and x.device.type == "cpu"
    return rule(x.t(), 0).t() if few else rule(x, -1)


class _Names(dict):
    """Torch's dtypes by name."""

    def __missing__(self, dtype):
        self[dtype] = str(dtype).removeprefix("torch.")
        return self[dtype]


NAMES = _Names()
