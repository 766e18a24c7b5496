"""Torch's rules for the activations one meets rarely."""

import torch
from torch.nn import functional as F


def _sparsemax(x, axis=-1):
    z = torch.sort(x.movedim(axis, -1), dim=-1, descending=True).values  # (..., classes)
    tau = (z.cumsum(-1) - 1) / torch.arange(1, z.shape[-1] + 1, device=z.device, dtype=z.dtype)
    kept = (z > tau).sum(-1, keepdim=True)
    return (x - tau.gather(-1, kept - 1).movedim(-1, axis)).clamp(min=0)


ROWS = {"sparsemax": _sparsemax}

FUSED = {
    "glu": lambda x, axis=-1: F.glu(x, dim=axis),
    "hard_shrink": F.hardshrink,
    "tanh_shrink": F.tanhshrink,
    "threshold": lambda x, threshold, default_value: F.threshold(x, threshold, default_value),
}
