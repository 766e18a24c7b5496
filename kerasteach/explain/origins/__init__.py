"""Where one number of a training step comes from: the products and sums behind it, down to inputs and weights."""

from .reason import Reason, why

__all__ = ["Reason", "why"]
