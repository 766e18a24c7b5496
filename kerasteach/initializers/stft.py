"""Kernels of a short-time Fourier transform, as a convolution over time would use them."""

import numpy as np

from ..config import floatx
from .constant import Initializer

_WINDOWS = {
    "hann": np.hanning, "hamming": np.hamming, "blackman": np.blackman, "bartlett": np.bartlett, "boxcar": np.ones,
}  # fmt: skip


class STFT(Initializer):
    """Cosines, or sines, of rising frequency under a window: a convolution with them hears what sounds when.

    Args:
        side: `"real"` for the cosines, `"imag"` for the sines.
        window: name of a window, its weights `(frame_length,)`, or `None`.
        scaling: `"density"` or `"spectrum"`, what the window's size is divided out by; or `None`.
        periodic: whether a named window is one period of a wave, not symmetric.

    Output shape: `(frame_length, input_channels, fft_length // 2 + 1)`.

    Raises:
        ValueError: for an unknown side, window or scaling, or weights of another length.

    >>> STFT(window=None)((4, 1, 3))[:, 0, 1].round(2) + 0.0
    array([ 1.,  0., -1.,  0.], dtype=float32)
    """

    def __init__(self, side="real", window="hann", scaling="density", periodic=False):
        if side not in ("real", "imag"):
            raise ValueError(f"side should be 'real' or 'imag', not {side}")
        if isinstance(window, str) and window not in _WINDOWS:
            raise ValueError(
                f"Unknown window type. Expected one of {sorted(_WINDOWS)}. Received: window={window!r}\n"
                "Fix: pass the weights themselves, as scipy.signal.get_window gives them."
            )
        if scaling not in (None, "density", "spectrum"):
            raise ValueError(
                f"Scaling is invalid, it must be `None`, 'density' or 'spectrum'. Received scaling={scaling}"
            )
        self.side, self.window, self.scaling, self.periodic = side, window, scaling, periodic

    def __call__(self, shape, dtype=None):
        frame_length, _, frequencies = shape
        time, frequency = np.arange(frame_length)[:, None, None], np.arange(frequencies)
        angle = -2 * np.pi * time * frequency / (2 * (frequencies - 1))  # (frame_length, 1, frequencies)
        waves = np.cos(angle) if self.side == "real" else np.sin(angle)
        if self.window is not None:
            weights = self._weights(frame_length)
            size = {"density": np.sqrt(np.sum(weights**2)), "spectrum": np.sum(np.abs(weights)), None: 1.0}[self.scaling]
            waves = waves * weights[:, None, None] / size
        return waves.astype(dtype or floatx())

    def _weights(self, length):
        if isinstance(self.window, str):
            window = _WINDOWS[self.window]
            return window(length + 1)[:-1] if self.periodic else window(length)
        weights = np.asarray(self.window)
        if weights.shape != (length,):
            raise ValueError(f"The shape of `window` must be equal to [frame_length]. Received: window shape={weights.shape}")
        return weights

    def get_config(self):
        return {"side": self.side, "window": self.window, "periodic": self.periodic, "scaling": self.scaling}
