"""`keras.ops.math`: spectra, segments, error functions. `ops/__init__.py` fills it."""
