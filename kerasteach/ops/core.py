"""`keras.ops.core`: the ops that make, cut and loop over tensors. `ops/__init__.py` fills it."""
