"""Arrays made ready for a model: one-hot vectors, unit vectors, padded sequences."""

import numpy as np


def to_categorical(x, num_classes=None):
    """Class numbers as one-hot vectors.

    Args:
        x: whole numbers, `(batch,)` or `(batch, 1)`.
        num_classes: how many classes there are; the largest number plus 1 by default.

    Returns:
        Array `(batch, classes)`.

    Raises:
        ValueError: if a number lies outside.

    >>> to_categorical([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    x = np.asarray(x, dtype="int64")
    shape = x.shape[:-1] if x.ndim > 1 and x.shape[-1] == 1 else x.shape
    flat = x.reshape(-1)
    num_classes = num_classes or int(flat.max()) + 1
    if flat.size and (flat.min() < 0 or flat.max() >= num_classes):
        raise ValueError(f"Class numbers must lie between 0 and {num_classes - 1}. Received {flat.min()} to {flat.max()}.")
    return np.eye(num_classes)[flat].reshape(*shape, num_classes)


def normalize(x, axis=-1, order=2):
    """Vectors scaled to length 1 along an axis; a vector of zeros stays.

    Args:
        x: array.
        axis: the axis of the vectors.
        order: which length: 1 the sum, 2 the usual one.

    >>> normalize(np.array([[3.0, 4.0]]))
    array([[0.6, 0.8]])
    """
    x = np.asarray(x)
    length = np.linalg.norm(x, order, axis, keepdims=True)
    return x / np.where(length == 0, 1, length)


def pad_sequences(sequences, maxlen=None, dtype="int32", padding="pre", truncating="pre", value=0.0):
    """Sequences of unequal length as one array: short ones filled up, long ones cut.

    Args:
        sequences: list of sequences.
        maxlen: length of all; that of the longest by default.
        dtype: dtype of the array; `object` for texts.
        padding: `"pre"` or `"post"`: fill up before or after.
        truncating: `"pre"` or `"post"`: cut at the beginning or the end.
        value: what to fill up with.

    Returns:
        Array `(sequences, maxlen, ...)`.

    Raises:
        ValueError: if something is no sequence, or steps differ in shape.

    >>> pad_sequences([[1], [2, 3], [4, 5, 6]], maxlen=2)
    array([[0, 1],
           [2, 3],
           [5, 6]], dtype=int32)
    """
    if not hasattr(sequences, "__len__"):
        raise ValueError(f"`sequences` must be iterable. Received: {type(sequences).__name__}. Fix: pass a list of lists.")
    for sequence in sequences:
        if not hasattr(sequence, "__len__"):
            raise ValueError(f"`sequences` must be a list of iterables. Found non-iterable: {sequence}")
    for name, side in (("Truncating", truncating), ("Padding", padding)):
        if side not in ("pre", "post"):
            raise ValueError(f'{name} type "{side}" not understood. Expected "pre" or "post".')
    is_text = np.issubdtype(dtype, np.str_) or np.issubdtype(dtype, np.bytes_)
    if isinstance(value, str) and dtype is not object and not is_text:
        raise ValueError(
            f"`dtype` {dtype} is not compatible with `value`'s type: {type(value)}\n"
            "You should set `dtype=object` for variable length strings."
        )
    maxlen = max(map(len, sequences)) if maxlen is None else maxlen
    shape = next((np.asarray(s).shape[1:] for s in sequences if len(s)), ())
    padded = np.full((len(sequences), maxlen, *shape), value, dtype)  # (sequences, steps, ...)
    for i, sequence in enumerate(sequences):
        if not len(sequence):
            continue
        kept = np.asarray(sequence[-maxlen:] if truncating == "pre" else sequence[:maxlen], dtype)
        if kept.shape[1:] != shape:
            raise ValueError(
                f"Shape of sample {kept.shape[1:]} of sequence at position {i} is different from expected shape {shape}"
            )
        padded[i, slice(maxlen - len(kept), None) if padding == "pre" else slice(len(kept))] = kept
    return padded
