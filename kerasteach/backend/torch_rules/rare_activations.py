"""Torch's rules for the activations one meets rarely."""

import torch
from torch.nn import functional as F


def _sparsemax(x, axis=-1):
    z = torch.sort(x.movedim(axis, -1), dim=-1, descending=True).values  # (..., classes)
    sums = z.cumsum(-1)
    kept = z > (sums - 1) / torch.arange(1, z.shape[-1] + 1, device=z.device, dtype=z.dtype)
    tau = ((sums * kept).sum(-1, keepdim=True) - 1) / kept.sum(-1, keepdim=True)
    return (x - tau.movedim(-1, axis)).clamp(min=0)


ROWS = {"sparsemax": _sparsemax}

FUSED = {
    "glu": lambda x, axis=-1: F.glu(x, dim=axis),
    "hard_shrink": lambda x, threshold=0.5: F.hardshrink(x, threshold),
    "tanh_shrink": F.tanhshrink,
    "threshold": lambda x, threshold, default_value: F.threshold(x, threshold, default_value),
}
