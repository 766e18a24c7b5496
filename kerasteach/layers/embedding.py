"""`Embedding`: a table of vectors, one row per word."""

import warnings

from .. import backend, ops
from ..backend.masks import with_mask
from .layer import Layer


class Embedding(Layer):
    """Whole numbers into vectors: row `i` of a table for the number `i`. Training moves the rows that came up.

    Args:
        input_dim: rows of the table: the largest number plus 1.
        output_dim: length of a vector.
        embeddings_initializer: how the table starts.
        embeddings_regularizer: price on the table.
        embeddings_constraint: where it is put back to.
        mask_zero: whether 0 stands for nothing, and layers after this one skip it.
        weights: the table, to start from.
        lora_rank, lora_alpha, quantization_config: must be `None`.

    Input shape: `(batch, ...)`, whole numbers. Output shape: `(batch, ..., output_dim)`.

    Raises:
        ValueError: if a size is not a positive whole number.
        IndexError: if a number has no row.

    Source: https://keras.io/api/layers/core_layers/embedding/

    >>> Embedding(10, 4)(np.array([[1, 2, 3]])).shape
    (1, 3, 4)
    >>> Embedding(10, 4, mask_zero=True)(np.array([[5, 7, 0]]))._keras_mask
    array([[ True,  True, False]])
    """

    def __init__(
        self,
        input_dim,
        output_dim,
        embeddings_initializer="uniform",
        embeddings_regularizer=None,
        embeddings_constraint=None,
        mask_zero=False,
        weights=None,
        lora_rank=None,
        lora_alpha=None,
        quantization_config=None,
        **kwargs,
    ):
        _check_size("input_dim", input_dim)
        _check_size("output_dim", output_dim)
        if kwargs.pop("input_length", None) is not None:
            warnings.warn("Argument `input_length` is deprecated. Just remove it.", stacklevel=2)
        super().__init__(**kwargs)
        self._keep({name: value for name, value in locals().items() if name != "weights"})
        self.supports_masking = mask_zero
        self.autocast = False  # whole numbers stay whole
        if weights is not None:
            self.build()
            self.set_weights(weights if isinstance(weights, list) and len(weights) == 1 else [weights])

    def build(self, input_shape=None):
        if not self.built:
            self.embeddings = self._add_kept("embeddings", (self.input_dim, self.output_dim))
        self.built = True

    def call(self, inputs):
        numbers = inputs if backend.dtype_name(inputs.dtype) in ("int32", "int64") else ops.cast(inputs, "int32")
        try:
            vectors = ops.take(self.embeddings, numbers, axis=0)  # (batch, ..., output_dim)
        except IndexError as error:
            error.add_note(
                f"The table of '{self.name}' has rows 0 to {self.input_dim - 1}; the input holds "
                f"{int(ops.min(numbers))} to {int(ops.max(numbers))}. Fix: make input_dim the largest number plus 1."
            )
            raise
        return vectors if self.compute_dtype == self.variable_dtype else ops.cast(vectors, self.compute_dtype)

    def compute_mask(self, inputs, mask=None):
        """Return which numbers are not 0, if 0 stands for nothing."""
        return ops.not_equal(inputs, 0) if self.mask_zero else None

    def compute_output_shape(self, input_shape):
        """Return the input's shape with one more axis."""
        return (*input_shape, self.output_dim)


def _check_size(name, n):
    if not isinstance(n, int) or isinstance(n, bool) or n <= 0:
        raise ValueError(f"`{name}` must be a positive integer. Received: {name}={n} (of type {type(n).__name__}).")


class ReversibleEmbedding(Embedding):
    """An `Embedding` that also goes back: with `reverse=True`, vectors into a score for every row of the table.

    Args:
        input_dim, output_dim: rows of the table, length of a vector.
        tie_weights: whether the way back uses the same table; else it has its own, `reverse_embeddings`.
        embeddings_initializer, embeddings_regularizer, embeddings_constraint, mask_zero: as in `Embedding`.
        reverse_dtype: dtype to go back in.
        logit_soft_cap: bound on the scores: `cap * tanh(scores / cap)`.

    Input shape: `(batch, ...)`, or `(batch, ..., output_dim)` to go back. Output shape: `(batch, ..., output_dim)`, or
    `(batch, ..., input_dim)`.

    Source: https://keras.io/api/layers/core_layers/ (`keras.layers.ReversibleEmbedding`)

    >>> layer = ReversibleEmbedding(10, 4)
    >>> layer(layer(np.array([[1, 2, 3]])), reverse=True).shape
    (1, 3, 10)
    """

    def __init__(
        self,
        input_dim,
        output_dim,
        tie_weights=True,
        embeddings_initializer="uniform",
        embeddings_regularizer=None,
        embeddings_constraint=None,
        mask_zero=False,
        reverse_dtype=None,
        logit_soft_cap=None,
        **kwargs,
    ):
        super().__init__(
            input_dim, output_dim, embeddings_initializer, embeddings_regularizer, embeddings_constraint, mask_zero, **kwargs
        )
        self._keep({"tie_weights": tie_weights, "reverse_dtype": reverse_dtype, "logit_soft_cap": logit_soft_cap})

    def build(self, input_shape=None):
        if not self.built and not self.tie_weights:
            super().build(input_shape)
            self.reverse_embeddings = self.add_weight(
                (self.output_dim, self.input_dim), self.embeddings_initializer, name="reverse_embeddings"
            )
        super().build(input_shape)

    def call(self, inputs, reverse=False):
        if not reverse:
            vectors, mask = super().call(inputs), super().compute_mask(inputs)
            return vectors if mask is None else with_mask(vectors, mask)
        kernel = ops.transpose(self.embeddings) if self.tie_weights else self.reverse_embeddings
        if self.reverse_dtype is not None:
            inputs, kernel = ops.cast(inputs, self.reverse_dtype), ops.cast(kernel, self.reverse_dtype)
        scores = ops.matmul(inputs, kernel)  # (batch, ..., input_dim)
        cap = self.logit_soft_cap
        return scores if cap is None else ops.multiply(ops.tanh(ops.divide(scores, cap)), cap)

    def compute_mask(self, inputs, mask=None):
        """Return None: `call`, which knows the direction, sets the mask."""
        return None

    def compute_output_shape(self, input_shape, reverse=False):
        """Return the shape of the vectors, or of the scores."""
        return (*input_shape[:-1], self.input_dim) if reverse else (*input_shape, self.output_dim)

    def compute_output_spec(self, inputs, reverse=False):
        """Return the symbolic output, with its mask."""
        output = backend.KerasTensor(self.compute_output_shape(inputs.shape, reverse), self.compute_dtype)
        mask = None if reverse else super().compute_mask(inputs)
        return output if mask is None else with_mask(output, mask)
