"""`keras.ops.math`: spectra, segments, error functions."""

from . import families

__getattr__, __dir__, __all__ = families.names(__name__)
