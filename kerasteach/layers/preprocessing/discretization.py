"""`Discretization`: numbers sorted into bins."""

import numpy as np

from ... import backend
from .category_encoding import refuse_sparse
from .data_layer import DataLayer, as_numbers, batches_of
from .encoding import check_mode, encoded


class Discretization(DataLayer):
    """The number of the bin that a value falls into.

    Args:
        bin_boundaries: where one bin ends and the next begins, in rising order.
        num_bins: number of bins, whose boundaries `adapt(data)` finds so that each holds about as many values.
        epsilon: how roughly `adapt` may find them, as a share.
        output_mode: `"int"`, `"one_hot"`, `"multi_hot"` or `"count"`.
        sparse: must be False.
        dtype: dtype of vectors.
        name: name of the layer.

    Input shape: any. Output shape: the same; of the other modes, with an axis of bins at the end.

    Raises:
        ValueError: unless exactly one of `bin_boundaries` and `num_bins` is given.

    Source: https://keras.io/api/layers/preprocessing_layers/numerical/discretization/

    >>> Discretization(bin_boundaries=[0.0, 1.0, 2.0])([[-1.5, 1.0, 3.4, 0.5]])
    array([[0, 2, 3, 1]], dtype=int32)
    """

    def __init__(
        self, bin_boundaries=None, num_bins=None, epsilon=0.01, output_mode="int", sparse=False, dtype=None, name=None
    ):
        check_mode(output_mode, "Discretization")
        refuse_sparse(sparse)
        if num_bins is not None and num_bins < 0:
            raise ValueError(f"`num_bins` must be greater than or equal to 0. Received: `num_bins={num_bins}`")
        if num_bins is not None and bin_boundaries is not None:
            raise ValueError(
                "Both `num_bins` and `bin_boundaries` should not be set. "
                f"Received: `num_bins={num_bins}` and `bin_boundaries={bin_boundaries}`"
            )
        if num_bins is None and bin_boundaries is None:
            raise ValueError("You need to set either `num_bins` or `bin_boundaries`.")
        super().__init__(name=name, dtype=dtype)
        self.bin_boundaries, self.num_bins, self.epsilon = bin_boundaries, num_bins, epsilon
        self.output_mode, self.sparse = output_mode, sparse
        self.reset_state()

    def adapt(self, data, steps=None):
        """Find boundaries so that every bin holds about as many values of the data.

        Args:
            data: an array, or an iterable of batches.
            steps: number of batches to stop after.
        """
        if self.num_bins is None:
            raise ValueError(
                "Cannot adapt a Discretization layer that has been initialized with `bin_boundaries`, use `num_bins` instead."
            )
        self.reset_state()
        for batch in batches_of(data if hasattr(data, "shape") else iter(data), steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data):
        """Take in one batch."""
        new = _summary(as_numbers(data, "float32"), self.epsilon)
        merged = np.concatenate((new, self.summary), axis=1)
        self.summary = _compressed(merged[:, np.argsort(merged[0])], self.epsilon)

    def finalize_state(self):
        """Make boundaries of what was taken in."""
        if self.num_bins is not None:
            self.bin_boundaries = _compressed(self.summary, 1.0 / self.num_bins)[0, :-1].tolist()

    def reset_state(self):
        """Forget what was taken in."""
        self.summary = np.zeros((2, 0), "float32")  # values, and how many values each stands for

    def call(self, inputs):
        if self.bin_boundaries is None:
            raise ValueError(
                "You need to either pass the `bin_boundaries` argument at construction time or call `adapt(dataset)` before "
                "you can start using the `Discretization` layer."
            )
        bins = np.digitize(as_numbers(inputs, backend.floatx()), np.asarray(self.bin_boundaries, "float32")).astype("int32")
        return np.asarray(encoded(bins, self.output_mode, len(self.bin_boundaries) + 1, self._output_dtype()))

    def compute_output_shape(self, input_shape):
        shape = tuple(input_shape)
        if self.output_mode == "int":
            return shape
        depth = len(self.bin_boundaries) + 1 if self.bin_boundaries is not None else self.num_bins
        if self.output_mode == "one_hot":
            return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), depth)
        return (shape[0], *shape[2:], depth) if len(shape) > 1 else (depth,)

    def _output_dtype(self):
        return "int32" if self.output_mode == "int" else self.compute_dtype

    def get_config(self):
        return {
            "bin_boundaries": self.bin_boundaries, "num_bins": self.num_bins, "epsilon": self.epsilon,
            "output_mode": self.output_mode, "sparse": self.sparse, "name": self.name, "dtype": self.dtype,
        }  # fmt: skip

    @classmethod
    def from_config(cls, config):
        boundaries = config.get("bin_boundaries") if config.get("num_bins") is not None else None
        layer = cls(**(config if boundaries is None else config | {"bin_boundaries": None}))
        if boundaries is not None:
            layer.bin_boundaries = boundaries
        return layer


def _summary(values, epsilon):
    """Every n-th of the sorted values, and n: about `1 / epsilon` values that stand for all."""
    values = np.sort(values.reshape(-1))
    step = max(values.size * epsilon, 1)
    kept = values[int(step - 1) :: int(step)]
    return np.stack([kept, np.full_like(kept, step)])


def _compressed(summary, epsilon):
    """Fewer values for as many: the quantiles at `epsilon`, `2 * epsilon`, ..."""
    if summary.shape[1] * epsilon < 1:
        return summary
    wanted = epsilon + np.arange(0.0, 1.0, epsilon)
    passed = summary[1].cumsum()
    values = np.interp(wanted, passed / passed[-1], summary[0])
    passed = np.interp(wanted, passed / passed[-1], passed)
    return np.stack([values, np.diff(passed, prepend=0)]).astype("float32")
