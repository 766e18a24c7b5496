"""`keras.ops.numpy`: the ops that NumPy has, too. `ops/__init__.py` fills it."""
