"""Torch's rules for activations and the cores of losses."""

import torch
from torch.nn import functional as F

from ...config import epsilon
from .common import over_classes, tensor_like


def _same_shape(target, output):
    target = tensor_like(target, output).to(output.dtype)
    return (target, output) if target.shape == output.shape else torch.broadcast_tensors(target, output)


def _surprise(target, output):
    target, output = _same_shape(target, output)
    p = output.clamp(epsilon(), 1 - epsilon())
    return F.binary_cross_entropy(p, target, reduction="none")


def _surprise_from_logits(target, output):
    target, output = _same_shape(target, output)
    return F.binary_cross_entropy_with_logits(output, target, reduction="none")


def _surprise_at_class(target, output):
    target = torch.as_tensor(target, device=output.device).long()
    values = F.cross_entropy(output.reshape(-1, output.shape[-1]), target.reshape(-1), reduction="none")
    return values.reshape(target.shape)  # its gradient for pictures wants memory in one piece


def _surprise_at_likely_class(target, output):
    target = torch.as_tensor(target, device=output.device).long()
    p = output.gather(-1, target[..., None])[..., 0] / output.sum(-1)  # (batch,)
    return -p.clamp(epsilon(), 1 - epsilon()).log()


def _surprise_of_softmax(target, x):
    held = torch.softmax(x, -1).clamp(epsilon(), 1 - epsilon())
    return -(tensor_like(target, x) * held.log()).sum(-1)


def _softmax(x, axis=-1):
    if axis == -1:
        return over_classes(torch.softmax, x)
    return torch.softmax(x, dim=axis) if isinstance(axis, int) else _log_softmax(x, axis).exp()


def _log_softmax(x, axis=-1):
    if axis == -1:
        return over_classes(torch.log_softmax, x)
    if isinstance(axis, int):
        return torch.log_softmax(x, dim=axis)
    return x - torch.logsumexp(x, dim=tuple(range(x.ndim)) if axis is None else axis, keepdim=True)


ROWS = {
    "relu": F.relu,
    "leaky_relu": lambda x, negative_slope=0.2: F.leaky_relu(x, negative_slope),
    "sigmoid": torch.sigmoid,
    "softplus": F.softplus,
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "erf": torch.erf,
    "binary_crossentropy_from_probabilities": _surprise,
    "binary_crossentropy_from_logits": _surprise_from_logits,
    "sparse_categorical_crossentropy_from_logits": _surprise_at_class,
    "sparse_categorical_crossentropy_from_probabilities": _surprise_at_likely_class,
    "binary_crossentropy_of_sigmoid": lambda target, x: _surprise(target, x.sigmoid()),
    "sparse_categorical_crossentropy_of_softmax": lambda target, x: _surprise_at_likely_class(target, x.softmax(-1)),
    "categorical_crossentropy_of_softmax": _surprise_of_softmax,
}

FUSED = {
    "relu6": F.relu6,
    "elu": F.elu,
    "selu": F.selu,
    "silu": F.silu,
    "gelu": lambda x, approximate=True: F.gelu(x, approximate="tanh" if approximate else "none"),
    "softsign": F.softsign,
    "log_sigmoid": F.logsigmoid,
    "hard_sigmoid": F.hardsigmoid,
    "hard_silu": F.hardswish,
    "mish": F.mish,
}
