"""Torch's rules for what NumPy has too: arithmetic, logic, reduction, shape, index, matrices."""

import torch
from torch.nn import functional as F

from .common import pair, promoted


def _matmul(x1, x2):
    if x1.dtype != x2.dtype:
        x1, x2 = promoted(x1, x2)
    return torch.matmul(x1, x2)


def _axes(axis):
    return () if axis is None else axis


def _prod(x, axis=None, keepdims=False):
    axes = range(x.ndim) if axis is None else [axis] if isinstance(axis, int) else axis
    for a in sorted((a % x.ndim for a in axes), reverse=True):
        x = x.prod(dim=a, keepdim=True)
    return x if keepdims else x.squeeze(tuple(axes))


def _cumsum(x, axis=None):
    return x.reshape(-1).cumsum(0) if axis is None else x.cumsum(axis)


def _expand_dims(x, axis=0):
    axes = [axis] if isinstance(axis, int) else axis
    for a in sorted(a % (x.ndim + len(axes)) for a in axes):
        x = x.unsqueeze(a)
    return x


def _take(x, indices, axis=None):
    indices = torch.as_tensor(indices, device=x.device).long()
    if axis is None:
        return x.reshape(-1)[indices]
    return x[(slice(None),) * (axis % x.ndim) + (indices,)]


def _one_hot(x, num_classes=2, axis=-1, dtype="float32"):
    hot = (x.unsqueeze(-1) == torch.arange(num_classes, device=x.device)).to(getattr(torch, dtype))
    return hot.movedim(-1, axis)


def _pad(x, pad_width=(), constant_values=0.0):
    flat = [n for before_after in reversed(list(pad_width)) for n in before_after]
    return F.pad(x, flat, value=constant_values)


ROWS = {
    # elementwise
    "add": lambda x1, x2: x1 + x2,
    "subtract": lambda x1, x2: x1 - x2,
    "multiply": lambda x1, x2: x1 * x2,
    "divide": lambda x1, x2: x1 / x2,
    "power": lambda x1, x2: x1**x2,
    "maximum": pair(torch.maximum),
    "minimum": pair(torch.minimum),
    "mod": pair(torch.remainder),
    "negative": torch.neg,
    "absolute": torch.abs,
    "square": torch.square,
    "sqrt": torch.sqrt,
    "exp": torch.exp,
    "expm1": torch.expm1,
    "log": torch.log,
    "log1p": torch.log1p,
    "sin": torch.sin,
    "cos": torch.cos,
    "tanh": torch.tanh,
    "clip": torch.clamp,
    "stop_gradient": lambda x: x.detach(),
    "zeros_like": lambda x, dtype=None: torch.zeros_like(x, dtype=dtype and getattr(torch, dtype)),
    "ones_like": lambda x, dtype=None: torch.ones_like(x, dtype=dtype and getattr(torch, dtype)),
    "cast": lambda x, dtype="float32": x.to(getattr(torch, dtype)),
    # logic
    "sign": lambda x: torch.sign(x.detach()),
    "floor": lambda x: torch.floor(x.detach()),
    "ceil": lambda x: torch.ceil(x.detach()),
    "round": lambda x, decimals=0: torch.round(x.detach(), decimals=decimals),
    "equal": pair(torch.eq),
    "not_equal": pair(torch.ne),
    "less": pair(torch.lt),
    "less_equal": pair(torch.le),
    "greater": pair(torch.gt),
    "greater_equal": pair(torch.ge),
    "logical_and": pair(torch.logical_and),
    "logical_or": pair(torch.logical_or),
    "logical_not": torch.logical_not,
    "isnan": torch.isnan,
    "isfinite": torch.isfinite,
    # reduce
    "sum": lambda x, axis=None, keepdims=False: torch.sum(x, dim=axis, keepdim=keepdims),
    "mean": lambda x, axis=None, keepdims=False: torch.mean(
        x if x.dtype.is_floating_point else x.float(), dim=axis, keepdim=keepdims
    ),
    "max": lambda x, axis=None, keepdims=False: torch.amax(x, dim=_axes(axis), keepdim=keepdims),
    "min": lambda x, axis=None, keepdims=False: torch.amin(x, dim=_axes(axis), keepdim=keepdims),
    "prod": _prod,
    "argmax": lambda x, axis=None, keepdims=False: torch.argmax(x, dim=axis, keepdim=keepdims),
    "argmin": lambda x, axis=None, keepdims=False: torch.argmin(x, dim=axis, keepdim=keepdims),
    "all": lambda x, axis=None, keepdims=False: torch.all(x != 0, dim=axis, keepdim=keepdims),
    "any": lambda x, axis=None, keepdims=False: torch.any(x != 0, dim=axis, keepdim=keepdims),
    "cumsum": _cumsum,
    # shape
    "reshape": lambda x, newshape=(): x.reshape(tuple(newshape)),
    "transpose": lambda x, axes=None: x.permute(tuple(axes) if axes else tuple(range(x.ndim))[::-1]),
    "expand_dims": _expand_dims,
    "squeeze": lambda x, axis=None: x.squeeze() if axis is None else x.squeeze(axis),
    "broadcast_to": lambda x, shape=(): x.broadcast_to(tuple(shape)),
    "concatenate": lambda xs, axis=-1: torch.cat(xs, dim=axis),
    "stack": lambda xs, axis=0: torch.stack(xs, dim=axis),
    "flip": lambda x, axis=None: x.flip(tuple(range(x.ndim)) if axis is None else axis),
    "repeat": lambda x, repeats=1, axis=None: x.repeat_interleave(repeats, dim=axis),
    "pad": _pad,
    # index
    "getitem": lambda x, key=(): x[key],
    "take": _take,
    "take_along_axis": lambda x, indices, axis=-1: torch.take_along_dim(x, indices.long(), dim=axis),
    "where": torch.where,
    "one_hot": _one_hot,
    # linalg
    "matmul": _matmul,
    "_einsum": lambda xs, subscripts="": torch.einsum(subscripts, *promoted(*xs)),
}

FUSED = {
    "rsqrt": torch.rsqrt,
    "logsumexp": lambda x, axis=None, keepdims=False: torch.logsumexp(
        x, tuple(range(x.ndim)) if axis is None else axis, keepdims
    ),
    "var": lambda x, axis=None, keepdims=False: torch.var(x, dim=axis, keepdim=keepdims, correction=0),
}
