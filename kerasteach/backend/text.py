"""Strings on their way through a model to the layer that turns them into numbers."""

import numpy as np


class Text(np.ndarray):
    """An array of strings that backends pass on as it is; ops refuse it."""


def as_text(array):
    """An array of strings or bytes as `Text`; None for anything else.

    >>> as_text(np.array([b"a", b"b"])).tolist()
    ['a', 'b']
    >>> as_text(np.array(["a", 1], dtype=object)) is None
    True
    """
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "USO":
        return None
    if array.dtype.kind == "O":
        if not all(isinstance(x, (str, bytes)) for x in array.reshape(-1).tolist()):
            return None
        array = np.asarray(np.frompyfunc(lambda s: s.decode() if isinstance(s, bytes) else s, 1, 1)(array))
    elif array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8")
    return array.astype(str).view(Text)
