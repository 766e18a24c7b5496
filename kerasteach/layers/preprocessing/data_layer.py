"""What layers share that work on raw data: strings and numbers go in as they are, and NumPy does the work."""

import numpy as np

from ... import backend
from ...backend.symbolic import KerasTensor, any_symbolic
from ...progress import watched
from ..layer import Layer


class DataLayer(Layer):
    """A layer that computes with NumPy and Python; its output is a tensor of the layer's backend.

    It may be called on lists, arrays of strings, and tensors. Nothing in it is learned by gradient.
    """

    static = False  # it cannot be written down as ops

    def __call__(self, inputs, **kwargs):
        if any_symbolic(inputs):
            return super().__call__(inputs, **kwargs)
        if not self.built:
            self.built = True
        found = self.call(inputs, **kwargs)
        return found if found.dtype.kind in "UO" else self._backend.convert(found)

    def build(self, input_shape=None):
        self.built = True

    def compute_output_spec(self, inputs, **kwargs):
        return KerasTensor(self.compute_output_shape(inputs.shape), self._output_dtype())

    def _output_dtype(self):
        return self.compute_dtype


def as_strings(x, encoding="utf-8"):
    """An array of `str` from strings, bytes, or arrays and nested lists of them.

    >>> as_strings([b"a", "bc"])
    array(['a', 'bc'], dtype=object)
    """
    array = np.asarray(backend.to_numpy(x) if hasattr(x, "detach") else x, dtype=object)
    decode = np.frompyfunc(lambda s: s.decode(encoding) if isinstance(s, bytes) else str(s), 1, 1)
    return np.asarray(decode(array), dtype=object)


def as_numbers(x, dtype="int64"):
    """An array of numbers from a tensor, an array or a list."""
    return np.asarray(backend.to_numpy(x) if hasattr(x, "shape") else x).astype(dtype)


def batches_of(data, steps=None):
    """What `adapt` goes through: an array as one batch, else the batches of a data set, without targets.

    Args:
        data: an array, a tensor, a list, or an iterable of batches.
        steps: number of batches to stop after.
    """
    if isinstance(data, (list, tuple, str, bytes)) or hasattr(data, "shape"):
        yield data
        return
    for i, batch in enumerate(watched(data, "adapting", "batches", total=steps)):
        if i == steps:
            return
        yield batch[0] if isinstance(batch, tuple) else batch
