"""Torch's rules for normalization."""

import torch
from torch.nn import functional as F

from ... import ops
from ...config import epsilon as smallest
from .common import tensor_like


def _trailing(x, axis):
    """The lengths of the normalized axes if they are the last ones, in order; else None."""
    axes = [a % x.ndim for a in ([axis] if isinstance(axis, int) else axis)]
    return x.shape[axes[0] :] if axes == [*range(x.ndim)][-len(axes) :] else None


def standardize(x, axis=-1, epsilon=1e-3):
    if (shape := _trailing(x, axis)) is not None:
        return F.layer_norm(x, shape, eps=epsilon)
    variance, mean = torch.var_mean(x, dim=axis, correction=0, keepdim=True)
    return (x - mean) * torch.rsqrt(variance + epsilon)


def _layer_normalization(x, gamma=None, beta=None, axis=-1, epsilon=None, **kwargs):
    shape = _trailing(x, axis)
    if shape is None or kwargs.get("rms_scaling"):
        return ops.layer_normalization.definition(x, gamma, beta, axis, epsilon, **kwargs)
    weights = [w if w is None else tensor_like(w, x).to(x.dtype) for w in (gamma, beta)]
    return F.layer_norm(x, shape, *weights, eps=smallest() if epsilon is None else epsilon)


def _rms_normalization(x, scale=None, axis=-1, epsilon=None):
    if (shape := _trailing(x, axis)) is None:
        return ops.rms_normalization.definition(x, scale, axis, epsilon)
    scale = scale if scale is None else tensor_like(scale, x).to(x.dtype)
    return F.rms_norm(x, shape, scale, eps=smallest() if epsilon is None else epsilon)


def _batch_normalization(x, mean, variance, axis, offset=None, scale=None, epsilon=1e-3):
    given = mean, variance, scale, offset
    leads_back = any(isinstance(t, torch.Tensor) and t.requires_grad for t in (mean, variance))
    if leads_back or any(t is not None and getattr(t, "dtype", None) is not x.dtype for t in given):
        return ops.batch_normalization.definition(x, mean, variance, axis, offset, scale, epsilon)
    return F.batch_norm(x.movedim(axis, 1), *given, False, 0.0, epsilon).movedim(1, axis)


FUSED = {
    "batch_normalization": _batch_normalization,
    "layer_normalization": _layer_normalization,
    "rms_normalization": _rms_normalization,
}
ROWS = {"standardize": standardize}
