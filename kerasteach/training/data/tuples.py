"""The tuples a step gets: `x`, `(x,)`, `(x, y)` or `(x, y, sample_weight)`."""


def unpack_x_y_sample_weight(data):
    """Return (x, y, sample_weight) of what a step got; None for what is not there.

    Args:
        data: `x`, or a tuple or list of one to three parts.

    Raises:
        ValueError: if there are more.

    >>> unpack_x_y_sample_weight((1, 2))
    (1, 2, None)
    """
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ValueError(
            "Data is expected to be in format `x`, `(x,)`, `(x, y)`, or `(x, y, sample_weight)`, found: "
            f"a tuple of length {len(data)}"
        )
    return (*data, None, None)[:3]


def pack_x_y_sample_weight(x, y=None, sample_weight=None):
    """Return what `fit` hands to a step; the inverse of `unpack_x_y_sample_weight`.

    Args:
        x: inputs. Alone they stay bare, unless they are a list or tuple.
        y: targets.
        sample_weight: weight of each sample; without targets there is nothing to weigh, and it is dropped.

    >>> pack_x_y_sample_weight(1), pack_x_y_sample_weight([1, 2]), pack_x_y_sample_weight(1, 2)
    (1, ([1, 2],), (1, 2))
    """
    if y is None:
        return x if not isinstance(x, (tuple, list)) else (x,)
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def pack(x, y, sample_weight):
    """The same, always a tuple."""
    return (x,) if y is None else (x, y) if sample_weight is None else (x, y, sample_weight)
