"""Torch's rules for what NumPy has too: arithmetic, logic, reduction, shape, index, matrices."""

import torch
from torch.nn import functional as F

from .common import kind, pair, promoted


def _matmul(x1, x2):
    if x1.dtype != x2.dtype:
        x1, x2 = promoted(x1, x2)
    return torch.matmul(x1.float(), x2.float()).bool() if x1.dtype is torch.bool else torch.matmul(x1, x2)


def _rounding(rule):
    """Rounding has no gradient, and Torch rounds no whole numbers."""
    return lambda x, **params: rule(_as_float(x.detach()), **params)


def _as_float(x):
    return x if x.is_floating_point() else x.float()


def _counted(x):
    return x.to(torch.uint8) if x.dtype is torch.bool else x


def _axes(axis):
    return () if axis is None else axis


def _prod(x, axis=None, keepdims=False, dtype=None):
    axes = range(x.ndim) if axis is None else [axis] if isinstance(axis, int) else axis
    for a in sorted((a % x.ndim for a in axes), reverse=True):
        x = x.prod(dim=a, keepdim=True)
    return x if keepdims else x.squeeze(tuple(axes))


def _running(rule):
    """`cumsum` and its like: of all elements, if there is no axis."""
    return lambda x, axis=None, dtype=None: rule(x.reshape(-1), 0) if axis is None else rule(x, axis)


def _extreme(rule, against):
    """`max` and `min`, of no less (no more) than `initial`."""

    def answer(x, axis=None, keepdims=False, initial=None):
        y = rule(x, dim=_axes(axis), keepdim=keepdims)
        return y if initial is None else against(y, torch.as_tensor(initial, dtype=y.dtype, device=y.device))

    return answer


def _expand_dims(x, axis):
    axes = [axis] if isinstance(axis, int) else axis
    for a in sorted(a % (x.ndim + len(axes)) for a in axes):
        x = x.unsqueeze(a)
    return x


def _take(x, indices, axis=None):
    indices = torch.as_tensor(indices, device=x.device).long()
    if axis is None:
        return x.reshape(-1)[indices]
    axis = axis % x.ndim
    if x.device.type == "cpu":
        try:  # whole rows: less than half the time, forwards and backwards
            rows = x.index_select(axis, indices.reshape(-1))
            return rows.view(*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])
        except IndexError:  # counted from the end, or not there at all
            pass
    return x[(slice(None),) * axis + (indices,)]


def _take_along_axis(x, indices, axis=None):
    if axis is None:
        return torch.take_along_dim(x.reshape(-1), indices.long(), dim=0)
    return torch.take_along_dim(x, indices.long(), dim=axis)


def _one_hot(x, num_classes, axis=-1, dtype=None, sparse=False):
    if sparse:
        raise ValueError("Unsupported value `sparse=True` with torch backend")
    hot = (x.unsqueeze(-1) == torch.arange(num_classes, device=x.device)).to(kind(dtype))
    return hot.movedim(-1, axis)


def _pad(x, pad_width, constant_values=0.0):
    flat = [n for before_after in reversed(list(pad_width)) for n in before_after]
    return F.pad(x, flat, value=constant_values)


def _getitem(x, key):
    """Torch has no steps backwards: those axes are turned round first."""
    keys = key if isinstance(key, tuple) else (key,)
    if not any(isinstance(k, slice) and (k.step or 1) < 0 for k in keys):
        return x[key]
    rest = sum(k is not None and k is not Ellipsis for k in keys)
    if Ellipsis in [k if k is Ellipsis else 0 for k in keys]:
        at = next(i for i, k in enumerate(keys) if k is Ellipsis)
        keys = keys[:at] + (slice(None),) * (x.ndim - rest) + keys[at + 1 :]
    axis, straight = 0, []
    for k in keys:
        if isinstance(k, slice) and (k.step or 1) < 0:
            taken = range(x.shape[axis])[k]
            x = x.flip(axis)
            last = x.shape[axis] - 1
            k = slice(last - taken[0], last - taken[-1] + 1, -k.step) if len(taken) else slice(0, 0)
        straight.append(k)
        axis += k is not None
    return x[tuple(straight)]


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
    "rsqrt": torch.rsqrt,
    "reciprocal": torch.reciprocal,
    "negative": torch.neg,
    "absolute": lambda x: x if x.dtype is torch.bool else torch.abs(x),
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
    "zeros_like": lambda x, dtype=None: torch.zeros_like(x, dtype=dtype and kind(dtype)),
    "ones_like": lambda x, dtype=None: torch.ones_like(x, dtype=dtype and kind(dtype)),
    "view": lambda x, dtype=None: x.detach().view(kind(dtype)),
    "cast": lambda x, dtype: x.to(kind(dtype)),
    # logic
    "sign": lambda x: torch.sign(x.detach()),
    "floor": _rounding(torch.floor),
    "ceil": _rounding(torch.ceil),
    "trunc": _rounding(torch.trunc),
    "round": _rounding(torch.round),
    "equal": pair(torch.eq),
    "not_equal": pair(torch.ne),
    "less": pair(torch.lt),
    "less_equal": pair(torch.le),
    "greater": pair(torch.gt),
    "greater_equal": pair(torch.ge),
    "logical_and": pair(torch.logical_and),
    "logical_or": pair(torch.logical_or),
    "logical_xor": pair(torch.logical_xor),
    "logical_not": torch.logical_not,
    "isnan": torch.isnan,
    "isfinite": torch.isfinite,
    # reduce
    "sum": lambda x, axis=None, keepdims=False: torch.sum(x, dim=axis, keepdim=keepdims),
    "mean": lambda x, axis=None, keepdims=False: torch.mean(
        x if x.dtype.is_floating_point else x.float(), dim=axis, keepdim=keepdims
    ),
    "max": _extreme(torch.amax, torch.maximum),
    "min": _extreme(torch.amin, torch.minimum),
    "prod": _prod,
    "argmax": lambda x, axis=None, keepdims=False: torch.argmax(_counted(x), dim=axis, keepdim=keepdims).int(),
    "argmin": lambda x, axis=None, keepdims=False: torch.argmin(_counted(x), dim=axis, keepdim=keepdims).int(),
    "all": lambda x, axis=None, keepdims=False: torch.all(x != 0, dim=axis, keepdim=keepdims),
    "any": lambda x, axis=None, keepdims=False: torch.any(x != 0, dim=axis, keepdim=keepdims),
    "cumsum": _running(torch.cumsum),
    "cumprod": _running(torch.cumprod),
    # shape
    "reshape": lambda x, newshape: x.reshape(newshape if isinstance(newshape, int) else tuple(newshape)),
    "transpose": lambda x, axes=None: x.permute(tuple(axes) if axes else tuple(range(x.ndim))[::-1]),
    "expand_dims": _expand_dims,
    "squeeze": lambda x, axis=None: x.squeeze() if axis is None else x.squeeze(axis),
    "broadcast_to": lambda x, shape: x.broadcast_to(tuple(shape)),
    "concatenate": lambda xs, axis=0: torch.cat(xs, dim=axis),
    "stack": lambda xs, axis=0: torch.stack(xs, dim=axis),
    "flip": lambda x, axis=None: x.flip(tuple(range(x.ndim)) if axis is None else axis),
    "repeat": lambda x, repeats, axis=None: x.repeat_interleave(
        repeats if isinstance(repeats, int) else torch.as_tensor(repeats, device=x.device), dim=axis
    ),
    "_pad": _pad,
    "roll": lambda x, shift, axis=None: torch.roll(x, shift, dims=axis),
    # index
    "getitem": _getitem,
    "take": _take,
    "take_along_axis": _take_along_axis,
    "_where": lambda condition, x1, x2: torch.where(condition.bool(), x1, x2),
    "nonzero": lambda x: torch.nonzero(x).T.int(),
    "one_hot": _one_hot,
    # linalg
    "matmul": _matmul,
    "_einsum": lambda xs, subscripts="": torch.einsum(subscripts, *promoted(*xs)),
}

FUSED = {
    "logsumexp": lambda x, axis=None, keepdims=False: torch.logsumexp(
        x, tuple(range(x.ndim)) if axis is None else axis, keepdims
    ),
    "var": lambda x, axis=None, keepdims=False: torch.var(_as_float(x), dim=axis, keepdim=keepdims, correction=0),
}
