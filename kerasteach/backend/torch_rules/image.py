"""Torch's rule for resizing: its own where it has one for an axis alone, else the same matrix along the same axis."""

import math

import torch
from torch.nn import functional as F

from ...ops.image_resize import resize_matrix

_OWN = {
    "nearest": {"mode": "nearest-exact"},
    "bilinear": {"mode": "bilinear", "align_corners": False},
    "bicubic": {"mode": "bicubic", "align_corners": False},
}


def _resize_axis(x, axis, size, interpolation="bilinear", antialias=False):
    before, after = x.shape[: axis % x.ndim], x.shape[axis % x.ndim + 1 :]
    if interpolation in _OWN and x.numel() and not (antialias and interpolation != "nearest"):
        width = math.prod(after)  # what follows the axis is the width of a picture, which stays
        y = F.interpolate(x.reshape(-1, 1, x.shape[axis], width), size=(size, width), **_OWN[interpolation])
        return y.reshape(*before, size, *after)
    matrix = torch.as_tensor(resize_matrix(x.shape[axis], size, interpolation, antialias), dtype=x.dtype, device=x.device)
    return torch.tensordot(matrix, x, ([1], [axis])).movedim(0, axis)


ROWS = {"_resize_axis": _resize_axis}
FUSED = {}
