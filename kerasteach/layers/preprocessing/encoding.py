"""Class numbers as vectors: one-hot, multi-hot, counts."""

import numpy as np

MODES = ("int", "one_hot", "multi_hot", "count")


def encoded(indices, mode, depth, dtype="float32", weights=None):
    """Turn class numbers into vectors of length `depth`; numbers outside are left out.

    Args:
        indices: whole numbers, `(batch, ..., tokens)`; of `one_hot`, `(batch, ...)` or `(batch, ..., 1)`.
        mode: `"int"`, `"one_hot"`, `"multi_hot"` or `"count"`.
        depth: number of classes.
        dtype: dtype of the vectors.
        weights: for `"count"`, how much each number counts; the shape of `indices`.

    >>> encoded(np.array([[0, 1, 1]]), "count", 3)
    array([[1., 2., 0.]], dtype=float32)
    """
    if mode == "int":
        return indices
    if indices.ndim == 0:
        indices = indices[None]
    if mode == "one_hot" and indices.ndim > 1 and indices.shape[-1] == 1:
        indices = indices[..., 0]
    hot = (indices[..., None] == np.arange(depth)).astype(dtype)  # (batch, ..., tokens, depth)
    if mode == "one_hot":
        return hot
    if mode == "multi_hot":
        return hot.max(axis=-2, initial=0).astype(dtype)  # (batch, ..., depth)
    if weights is not None:
        hot = hot * np.asarray(weights)[..., None]
    return hot.sum(axis=1 if indices.ndim > 1 else 0, dtype=hot.dtype)  # (batch, ..., depth)


def encoded_shape(shape, mode, depth):
    """The shape of what `encoded` returns."""
    shape = tuple(shape)
    if mode == "int":
        return shape
    if mode == "one_hot":
        return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), depth)
    return (*shape[:-1], depth)


def check_mode(mode, layer, allowed=MODES):
    """Raise unless an output mode is one of those allowed."""
    if mode not in allowed:
        raise ValueError(
            f"Unknown argument for `output_mode` of layer {layer}. Expected one of {allowed}. Received: output_mode={mode}"
        )
