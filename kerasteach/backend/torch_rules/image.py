"""Torch's rule for resizing: the same matrix along the same axis."""

import torch

from ...ops.image_resize import resize_matrix


def _resize_axis(x, axis, size, interpolation="bilinear", antialias=False):
    matrix = resize_matrix(x.shape[axis], size, interpolation, antialias)
    return torch.tensordot(torch.as_tensor(matrix, dtype=x.dtype, device=x.device), x, ([1], [axis])).movedim(0, axis)


ROWS = {"_resize_axis": _resize_axis}
FUSED = {}
