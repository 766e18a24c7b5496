"""Fourier transforms, on pairs of real tensors: there are no complex ones here.

The transform is a matrix product, so a VJP is the transform again, the other way round.
"""

import numpy as np

from . import examples
from .arrange import pad
from .create import convert_to_numpy, convert_to_tensor, dtype_of, zeros
from .elementwise import cast, divide, multiply
from .index import getitem
from .parts import extract_sequences
from .reshaping import broadcast_to, reshape, transpose
from .scattering import scatter_update
from .spec import as_float, is_float
from .table import composite, row


def _pair(shape):
    return examples.cases(([shape, shape], {}))


@row(
    shape=lambda xs, axes=(-1,), inverse=False, part=0: xs[0],
    dtype=as_float,
    example=examples.cases(*[([(3, 4), (3, 4)], {"part": p, "inverse": i}) for p in (0, 1) for i in (False, True)]),
)
class _fourier:
    """Real (part 0) or imaginary part (1) of a Fourier transform."""

    def forward(xs, axes=(-1,), inverse=False, part=0):
        out = (np.fft.ifftn if inverse else np.fft.fftn)(xs[0] + 1j * xs[1], axes=axes)
        return np.stack([out.real, out.imag])[part]

    def vjp_xs(g, y, xs, axes=(-1,), inverse=False, part=0):
        n = np.prod([g.shape[a] for a in axes])
        back = np.fft.fftn(g * 1j**part, axes=axes) / n if inverse else np.fft.ifftn(g * 1j**part, axes=axes) * n
        return [back.real.astype(g.dtype), back.imag.astype(g.dtype)]


def _parts(x, ndim):
    """The pair as two tensors.

    Raises:
        ValueError: if it is no pair of float tensors of one shape.
    """
    if not isinstance(x, (tuple, list)) or len(x) != 2:
        raise ValueError(f"Input `x` should be a tuple of two tensors - real and imaginary. Received: x={x}")
    real, imag = map(convert_to_tensor, x)
    if tuple(real.shape) != tuple(imag.shape) or len(real.shape) < ndim:
        raise ValueError(
            "Input `x` should be a tuple of two tensors - real and imaginary. Both the real and imaginary parts should have "
            f"the same shape, of at least {ndim} axes. Received: x[0].shape = {tuple(real.shape)}, x[1].shape = {tuple(imag.shape)}"
        )
    if not is_float(dtype_of(real)) or not is_float(dtype_of(imag)):
        raise ValueError(f"At least one tensor in input `x` is not of type float. Received: x={x}.")
    return real, imag


@composite(example=_pair((3, 4)), variadic=True)
def fft(x):
    """Fourier transform of the last axis: `(real, imaginary)` in, the same out."""
    x = _parts(x, 1)
    return _fourier(x, part=0), _fourier(x, part=1)


@composite(example=_pair((2, 3, 4)), variadic=True)
def fft2(x):
    """Fourier transform of the last two axes."""
    x = _parts(x, 2)
    return _fourier(x, axes=(-2, -1), part=0), _fourier(x, axes=(-2, -1), part=1)


@composite(example=_pair((2, 3, 4)), variadic=True)
def ifft2(x):
    """The reverse of `fft2`."""
    x = _parts(x, 2)
    return _fourier(x, axes=(-2, -1), inverse=True, part=0), _fourier(x, axes=(-2, -1), inverse=True, part=1)


@row(
    shape=lambda x, fft_length=None, part=0: (*x[:-1], (fft_length or x[-1]) // 2 + 1),
    dtype=as_float,
    example=examples.cases(*[([(2, 6)], {"part": p, "fft_length": n}) for p in (0, 1) for n in (None, 8, 4, 5)]),
)
class _rfft:
    """Real (part 0) or imaginary part (1) of the Fourier transform of real numbers, its first half."""

    def forward(x, fft_length=None, part=0):
        out = np.fft.rfft(x, fft_length)
        return (out.imag if part else out.real).astype(x.dtype)

    def vjp_x(g, y, x, fft_length=None, part=0):
        n = fft_length or x.shape[-1]
        found = (np.fft.ifft(g * 1j**part, n=n) * n).real[..., : x.shape[-1]]
        return np.concatenate([found, np.zeros((*x.shape[:-1], x.shape[-1] - found.shape[-1]))], -1).astype(g.dtype)


@composite(example=examples.cases(([(2, 6)], {}), ([(2, 6)], {"fft_length": 8})))
def rfft(x, fft_length=None):
    """Fourier transform of the last axis of real numbers; `(real, imaginary)`, the first half, as the rest is its mirror.

    Args:
        x: tensor.
        fft_length: length to cut or fill up to, with zeros, before.

    >>> rfft([1.0, 0.0, 0.0, 0.0])
    (array([1., 1., 1.], dtype=float32), array([0., 0., 0.], dtype=float32))
    """
    x = convert_to_tensor(x)
    return _rfft(x, fft_length=fft_length, part=0), _rfft(x, fft_length=fft_length, part=1)


@row(
    shape=lambda xs, fft_length=None: (*xs[0][:-1], fft_length or 2 * (xs[0][-1] - 1)),
    dtype=as_float,
    example=lambda rng: [((rng.normal(size=(2, 4)), rng.normal(size=(2, 4))), {"fft_length": n}) for n in (None, 7, 9, 4)],
)
class _irfft:
    """The real numbers of which this is half the Fourier transform. The row behind `irfft`."""

    def forward(xs, fft_length=None):
        return np.fft.irfft(xs[0] + 1j * xs[1], fft_length).astype(xs[0].dtype)

    def vjp_xs(g, y, xs, fft_length=None):
        n, bins = g.shape[-1], xs[0].shape[-1]
        twice = 1 + (np.arange(n // 2 + 1) % n != 0) * (2 * np.arange(n // 2 + 1) != n)  # all but the first and middle one
        found = (np.fft.rfft(g) * twice / n)[..., :bins]
        found = np.concatenate([found, np.zeros((*g.shape[:-1], bins - found.shape[-1]))], -1)
        return [found.real.astype(g.dtype), found.imag.astype(g.dtype)]


@composite(example=_pair((2, 4)), variadic=True)
def irfft(x, fft_length=None):
    """The reverse of `rfft`: real numbers out of `(real, imaginary)`."""
    return _irfft(_parts(x, 1), fft_length=fft_length)


def _window(window, length, dtype):
    """A window of weights, ones if there is none; a named one has no second 0 at its end."""
    if isinstance(window, str):
        if window not in ("hann", "hamming"):
            raise ValueError(f'If a string is passed to `window`, it must be one of `"hann"`, `"hamming"`. Received: window={window}')
        window = {"hann": np.hanning, "hamming": np.hamming}[window](length + 1)[:-1]
    window = convert_to_tensor(np.ones(length) if window is None else window)
    if tuple(window.shape) != (length,):
        raise ValueError(f"The shape of `window` must be equal to [sequence_length]. Received: window shape={tuple(window.shape)}")
    return cast(window, dtype)


@composite(example=examples.cases(([(2, 20)], {"sequence_length": 6, "sequence_stride": 3, "fft_length": 8})))
def stft(x, sequence_length, sequence_stride, fft_length, window="hann", center=True):
    """Fourier transforms of short pieces, each under a window: what sounds when.

    Args:
        x: tensor, (..., time).
        sequence_length: length of a piece.
        sequence_stride: from the start of a piece to that of the next.
        fft_length: length of the transform, at least `sequence_length`.
        window: `"hann"`, `"hamming"`, a vector of weights, or None.
        center: whether a piece is around its time; the ends are mirrored for that.

    Returns:
        (real, imaginary), each (..., pieces, fft_length // 2 + 1).

    Raises:
        TypeError: if `x` is not of float32 or float64.
        ValueError: for lengths or a window that do not fit.
    """
    x = convert_to_tensor(x)
    if dtype_of(x) not in ("float32", "float64"):
        raise TypeError(f"Invalid input type. Expected `float32` or `float64`. Received: input type={dtype_of(x)}")
    if fft_length < sequence_length:
        raise ValueError(f"`fft_length` must equal or larger than `sequence_length`. Received: sequence_length={sequence_length}, fft_length={fft_length}")
    left = (fft_length - sequence_length) // 2
    weights = pad(_window(window, sequence_length, dtype_of(x)), ((left, fft_length - sequence_length - left),))
    rest = ((0, 0),) * (len(x.shape) - 1)
    x = pad(x, (*rest, (fft_length // 2,) * 2), mode="reflect") if center else x
    return rfft(multiply(extract_sequences(x, fft_length, sequence_stride), weights))


def _added_up(pieces, stride):
    """Pieces laid over each other, each `stride` after the one before: (..., pieces, length) -> (..., time)."""
    *batch, count, length = pieces.shape
    where = (np.arange(count)[:, None] * stride + np.arange(length)).reshape(-1, 1)
    flat = transpose(reshape(pieces, (-1, count * length)))  # (all pieces in a row, batch)
    total = zeros((int(where[-1, 0]) + 1, flat.shape[1]), dtype_of(pieces))
    return reshape(transpose(scatter_update(total, where, flat, reduction="add")), (*batch, -1))


@composite(example=lambda rng: [((rng.normal(size=(7, 5)), rng.normal(size=(7, 5))), {"sequence_length": 8, "sequence_stride": 4, "fft_length": 8})], variadic=True)
def istft(x, sequence_length, sequence_stride, fft_length, length=None, window="hann", center=True):
    """The reverse of `stft`: short pieces added up, less what their windows added.

    Args:
        x: (real, imaginary), each (..., pieces, fft_length // 2 + 1).
        sequence_length, sequence_stride, fft_length, window, center: as they were for `stft`.
        length: cut the output to it.
    """
    real, imag = _parts(x, 2)
    pieces = irfft((real, imag), fft_length=fft_length)  # (..., pieces, fft_length)
    start = fft_length // 2 if center else 0
    *batch, count, _ = pieces.shape
    if None in (*batch, count):  # symbols: only the shape counts
        whole = None if count is None else (count - 1) * sequence_stride + fft_length - 2 * start
        return broadcast_to(getitem(pieces, key=(..., 0, slice(1))), (*batch, length or whole))
    left = (fft_length - sequence_length) // 2
    weights = np.pad(convert_to_numpy(_window(window, sequence_length, "float64")), (left, fft_length - sequence_length - left))
    sound = _added_up(multiply(pieces, cast(weights, dtype_of(pieces))), sequence_stride)
    loud = _added_up(np.broadcast_to(weights**2, (pieces.shape[-2], fft_length)), sequence_stride)
    sound = divide(sound, cast(np.where(loud > 1e-11, loud, 1.0), dtype_of(pieces)))
    stop = start + length if length is not None else sound.shape[-1] - start
    return getitem(sound, key=(..., slice(start, stop)))
