"""Torch's rules for functions of one and two numbers, for order, scatter and spectra."""

import torch

from .common import pair, promoted

_SAME_NAME = """tan sinh cosh arcsin arccos arctan arcsinh arccosh arctanh exp2 log2 log10 deg2rad rad2deg erfc erfinv i0
    sinc signbit isinf isposinf isneginf isreal angle bitwise_not""".split()
_PAIRS = "arctan2 hypot logaddexp logaddexp2 fmax fmin fmod gcd lcm bitwise_and bitwise_or bitwise_xor".split()


def _number(x):
    """Truth values as whole numbers."""
    return x.to(torch.uint8) if x.dtype is torch.bool else x


def _floats(*xs):
    """Numbers without their history, of one float type."""
    return [x if x.is_floating_point() else x.float() for x in promoted(*[x.detach() for x in xs])]


def _cbrt(x):
    return torch.sign(x) * torch.abs(x) ** (1 / 3)


def _searchsorted(sorted_sequence, values, side="left"):
    if sorted_sequence.ndim != 1:
        raise ValueError(
            "`searchsorted` only supports 1-D sorted sequences. "
            f"Received: sorted_sequence.shape={tuple(sorted_sequence.shape)}"
        )
    values = torch.as_tensor(values, device=sorted_sequence.device).contiguous()
    return torch.searchsorted(_number(sorted_sequence), values, side=side, out_int32=True)


def _flat(x, axis):
    return (x.reshape(-1), 0) if axis is None else (x, axis)


def _sort(x, axis=-1):
    x, axis = _flat(x, axis)
    return torch.sort(x, dim=axis, stable=True).values


def _argsort(x, axis=-1):
    x, axis = _flat(x, axis)
    return torch.argsort(x.detach(), dim=axis, stable=True).int()


def _top_k_indices(x, k):
    return torch.argsort(x.detach(), dim=-1, descending=True, stable=True)[..., :k].int()


def _bincount(x, weights=None, minlength=0, sparse=False):
    if sparse:
        raise ValueError("Unsupported value `sparse=True`: there are no sparse tensors. Fix: leave `sparse` out.")
    rows = x.reshape(x.shape[:-1].numel(), x.shape[-1])
    length = max(minlength, int(x.max()) + 1 if x.numel() else 0)
    weights = [None] * len(rows) if weights is None else torch.as_tensor(weights, device=x.device).reshape(rows.shape)
    counts = [torch.bincount(a, w, minlength=length) for a, w in zip(rows, weights)]
    return torch.stack(counts).reshape(*x.shape[:-1], length)


def _unique(x, part=0, axis=None, size=None, fill_value=None):
    from ...ops import OPS  # Torch has no first places: NumPy's rule says how

    return torch.as_tensor(OPS["_unique"].forward(x.detach().cpu().numpy(), part, axis, size, fill_value), device=x.device)


def _histogram(x, bins=10, range=None, part=0):
    low, high = range or (float(x.min()), float(x.max()))
    edges = torch.linspace(low, high, bins + 1, dtype=x.dtype if x.is_floating_point() else torch.float32)
    return torch.histogram(x.detach().cpu().to(edges.dtype), edges)[part].to(x.device)


def _scatter_update(inputs, indices, updates, reduction=None):
    key = tuple(indices.long().movedim(-1, 0))
    updates = updates.to(inputs.dtype)
    if reduction in (None, "add"):
        return inputs.index_put(key, updates, accumulate=reduction == "add")
    how = {"max": torch.maximum, "min": torch.minimum, "mul": torch.multiply}
    if reduction not in how:
        raise ValueError(f"Unsupported reduction: {reduction}. Expected one of None, 'add', {', '.join(map(repr, how))}.")
    out = inputs.clone()
    for i in range(len(updates)):
        place = tuple(k[i] for k in key)
        out = out.index_put(place, how[reduction](out[place], updates[i]))
    return out


def _piece(whole, starts, lengths):
    starts = [min(max(s, 0), max(n - length, 0)) for s, length, n in zip(starts, lengths, whole)]
    return tuple(slice(s, None if length == -1 else s + length) for s, length in zip(starts, lengths))


def _slice_update(inputs, updates, start_indices=()):
    out = inputs.clone()
    out[_piece(out.shape, start_indices, updates.shape)] = updates.to(out.dtype)
    return out


def _half(x, part):
    return x.imag if part else x.real


def _fourier(xs, axes=(-1,), inverse=False, part=0):
    return _half((torch.fft.ifftn if inverse else torch.fft.fftn)(torch.complex(*xs), dim=axes), part)


class _WithGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx, f, *xs):
        ctx.save_for_backward(*xs)
        y, ctx.gradient = f(*xs)
        return y

    @staticmethod
    def backward(ctx, g):
        found = ctx.gradient(*ctx.saved_tensors, upstream=g)
        return None, *(found if isinstance(found, (tuple, list)) else (found,))


ROWS = {
    **{name: getattr(torch, name) for name in _SAME_NAME},
    **{name: pair(getattr(torch, name)) for name in _PAIRS},
    "bitwise_invert": torch.bitwise_not,
    "bitwise_left_shift": pair(torch.bitwise_left_shift),
    "bitwise_right_shift": pair(torch.bitwise_right_shift),
    "cbrt": _cbrt,
    "floor_divide": lambda x1, x2: pair(lambda a, b: torch.floor_divide(_number(a), _number(b)))(x1, x2).detach(),
    "heaviside": pair(lambda x1, x2: torch.heaviside(*_floats(x1, x2))),
    "nextafter": pair(lambda x1, x2: torch.nextafter(*_floats(x1, x2))),
    "isclose": lambda x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False: pair(
        lambda a, b: torch.isclose(a, b.to(a.dtype), rtol=rtol, atol=atol, equal_nan=equal_nan)
    )(x1, x2),
    "nan_to_num": lambda x, nan=0.0, posinf=None, neginf=None: torch.nan_to_num(x, nan, posinf, neginf),
    # order and counting
    "sort": _sort,
    "argsort": _argsort,
    "_top_k_indices": _top_k_indices,
    "searchsorted": _searchsorted,
    "isin": lambda x1, x2, assume_unique=False, invert=False: pair(
        lambda a, b: torch.isin(_number(a), _number(b), invert=invert)
    )(x1, x2),
    "bincount": _bincount,
    "_unique": _unique,
    "_histogram": _histogram,
    # scatter
    "scatter_update": _scatter_update,
    "_slice": lambda inputs, shape, start_indices=(): inputs[_piece(inputs.shape, start_indices, shape)],
    "_slice_update": _slice_update,
    # spectra
    "_fourier": _fourier,
    "_rfft": lambda x, fft_length=None, part=0: _half(torch.fft.rfft(x, fft_length), part),
    "_irfft": lambda xs, fft_length=None: torch.fft.irfft(torch.complex(*xs), fft_length),
    # control
    "_with_gradient": lambda xs, f=None: _WithGradient.apply(f, *xs),
}
ROWS.pop("bitwise_not")

FUSED = {}
