"""`keras.ops.core`: the ops that make, cut and loop over tensors."""

from . import families

__getattr__, __dir__, __all__ = families.names(__name__)
