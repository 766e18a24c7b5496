"""What a backend offers to traces: single rows forward and backward, outside of any recording."""

import abc
import contextlib


class Replaying(abc.ABC):
    """Mixin of backends: what traces ask."""

    def telling(self, recorder):
        """Return a context in which a recorder is also told what is computed with the backend's own functions."""
        return contextlib.nullcontext()

    def audible(self, x):
        """Return a row's output such that what Python's operators make of it is told, too."""
        return x

    @abc.abstractmethod
    def key(self, x):
        """Return what tells tensors apart, as long as they are kept: equal for two views of the same numbers."""

    @abc.abstractmethod
    def own_array(self, x):
        """Return the bare tensor that a followed one stands for, or that a variable is kept in: the same object each time."""

    @abc.abstractmethod
    def copied(self, x):
        """Return a bare copy of a tensor."""

    @abc.abstractmethod
    def share_memory(self, a, b):
        """Whether two tensors may be views of the same numbers."""

    @abc.abstractmethod
    def apply(self, op, args, params):
        """Return a row's output for bare tensors; nothing is recorded."""

    @abc.abstractmethod
    def pulled_back(self, op, args, params, y, g, wanted):
        """Return the gradient for some of a row's inputs, each as wide as its input.

        Args:
            op: the row.
            args: its inputs, bare.
            params: its parameters.
            y: its output.
            g: the gradient for the output.
            wanted: numbers of the inputs; for the others the gradient is None.
        """
