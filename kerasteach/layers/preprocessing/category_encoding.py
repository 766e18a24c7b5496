"""`CategoryEncoding`: whole numbers that stand for classes, as vectors."""

import numpy as np

from .data_layer import DataLayer, as_numbers
from .encoding import check_mode, encoded


class CategoryEncoding(DataLayer):
    """Class numbers as one-hot, multi-hot or counting vectors.

    Args:
        num_tokens: number of classes.
        output_mode: `"one_hot"`, a vector for every number; `"multi_hot"` and `"count"`, one for every sample.
        sparse: must be False.

    Call arguments:
        inputs: whole numbers below `num_tokens`.
        count_weights: how much each number counts, with `"count"`.

    Input shape: `(batch, tokens)`. Output shape: `(batch, num_tokens)`; of `"one_hot"`, `(batch, tokens, num_tokens)`.

    Raises:
        ValueError: for a number outside, or arguments that mean nothing.

    Source: https://keras.io/api/layers/preprocessing_layers/categorical/category_encoding/

    >>> CategoryEncoding(num_tokens=4)([[0, 1], [0, 0], [1, 2]])
    array([[1., 1., 0., 0.],
           [1., 0., 0., 0.],
           [0., 1., 1., 0.]], dtype=float32)
    """

    def __init__(self, num_tokens=None, output_mode="multi_hot", sparse=False, **kwargs):
        output_mode = "multi_hot" if output_mode == "binary" else output_mode
        check_mode(output_mode, "CategoryEncoding", ("count", "one_hot", "multi_hot"))
        refuse_sparse(sparse)
        if num_tokens is None:
            raise ValueError(
                "num_tokens must be set to use this layer. If the number of tokens is not known beforehand, use the "
                "IntegerLookup layer instead."
            )
        if num_tokens < 1:
            raise ValueError(f"`num_tokens` must be >= 1. Received: num_tokens={num_tokens}.")
        super().__init__(**kwargs)
        self.num_tokens, self.output_mode = num_tokens, output_mode

    def call(self, inputs, count_weights=None):
        if count_weights is not None and self.output_mode != "count":
            raise ValueError(
                "`count_weights` is not used when `output_mode` is not `'count'`. "
                f"Received `count_weights={count_weights}`. Expected None. Fix: output_mode='count', or leave it out."
            )
        numbers = as_numbers(inputs)
        if numbers.size and not (numbers.min() >= 0 and numbers.max() < self.num_tokens):
            raise ValueError(
                f"Input values must be in the range 0 <= values < num_tokens with num_tokens={self.num_tokens}. Received: "
                f"values from {numbers.min()} to {numbers.max()}. Fix: a larger num_tokens, or IntegerLookup before this layer."
            )
        weights = None if count_weights is None else as_numbers(count_weights, self.compute_dtype)
        return np.asarray(encoded(numbers, self.output_mode, self.num_tokens, self.compute_dtype, weights))

    def compute_output_shape(self, input_shape):
        shape = tuple(input_shape)
        keeps = self.output_mode == "one_hot" and (len(shape) <= 1 or shape[-1] != 1)
        return (*(shape if keeps else shape[:-1]), self.num_tokens)

    def get_config(self):
        return super().get_config() | {"num_tokens": self.num_tokens, "output_mode": self.output_mode}


def refuse_sparse(sparse):
    """Raise if sparse output is asked for."""
    if sparse:
        raise ValueError("`sparse=True` can only be used with the TensorFlow backend. Expected False. Fix: leave `sparse` out.")
