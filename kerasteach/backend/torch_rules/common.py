"""What several of Torch's rules need: tensors out of numbers, and one dtype for all."""

import functools

import torch

from ...ops.spec import named


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
