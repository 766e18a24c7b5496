"""`keras.ops.numpy`: the ops that NumPy has, too."""

from . import families

__getattr__, __dir__, __all__ = families.names(__name__)
