"""Both packages side by side, and what it takes to compare them."""

import contextlib
import json
import os

import numpy as np

from .. import backend, config, tree


def real_keras():
    """Real Keras, on its Torch backend.

    Raises:
        ImportError: if it is not installed, with the fix.
    """
    os.environ.setdefault("KERAS_BACKEND", "torch")
    try:
        import keras
    except ImportError as error:
        error.add_note('Parity is measured against real Keras. Fix: pip install "kerasteach[test,torch]".')
        raise
    if keras.config.backend() != "torch":
        raise ImportError(f"Real Keras runs on {keras.config.backend()} here. Expected torch. Fix: set KERAS_BACKEND=torch.")
    return keras


def our_keras():
    import kerasteach

    return kerasteach


@contextlib.contextmanager
def fresh(backend_name):
    """Automatic names start at the first in both packages; ours computes on the backend named."""
    before = config.backend()
    config.set_backend(backend_name)
    try:
        backend.clear_session()
        real_keras().utils.clear_session(free_memory=False)
        yield
    finally:
        config.set_backend(before)


def numbers(x):
    """Any tensor, of either package, as an array."""
    if hasattr(x, "detach"):
        x = x.detach().cpu()
        x = x.float() if "bfloat16" in str(x.dtype) else x
    return np.asarray(x) if not hasattr(x, "numpy") else np.asarray(x.numpy())


def dtype_of(x):
    """dtype name of any tensor."""
    return str(x.dtype).rpartition(".")[2]


def assert_equal(ours, theirs, tolerance, what="output"):
    """Assert equal structure, shapes, dtypes and numbers.

    Raises:
        AssertionError: saying what differs, and by how much.
    """
    if isinstance(theirs, dict):
        assert list(ours) == list(theirs), f"{what}: keys {list(ours)}, Keras has {list(theirs)}"
        for key, value in theirs.items():
            assert_equal(ours[key], value, tolerance, f"{what}[{key!r}]")
    elif isinstance(theirs, (list, tuple)):
        assert len(ours) == len(theirs), f"{what}: {len(ours)} parts, Keras has {len(theirs)}"
        for i, (a, b) in enumerate(zip(ours, theirs)):
            assert_equal(a, b, tolerance, f"{what}[{i}]")
    elif theirs is None or isinstance(theirs, (str, bool)):
        assert ours == theirs, f"{what}: {ours!r}, Keras has {theirs!r}"
    else:
        _assert_close(ours, theirs, tolerance, what)


def _assert_close(ours, theirs, tolerance, what):
    if hasattr(ours, "dtype") and hasattr(theirs, "dtype"):
        assert dtype_of(ours) == dtype_of(theirs), f"{what}: dtype {dtype_of(ours)}, Keras has {dtype_of(theirs)}"
    a, b = numbers(ours), numbers(theirs)
    assert a.shape == b.shape, f"{what}: shape {a.shape}, Keras has {b.shape}"
    np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance, err_msg=what)


def plain(x):
    """A config as JSON holds it, with six digits: tuples become lists, arrays too, objects their type's name."""
    text = json.dumps(x, default=lambda o: o.tolist() if hasattr(o, "tolist") else f"<{type(o).__name__}>")
    return json.loads(text, parse_float=lambda digits: float(f"{float(digits):.6g}"))


def _without_none(x):
    if isinstance(x, dict):
        return {key: _without_none(value) for key, value in x.items() if value is not None}
    return [_without_none(value) for value in x] if isinstance(x, list) else x


def assert_same_config(ours, theirs):
    """Assert that two configs say the same; what one says as None the other may leave out.

    Raises:
        AssertionError: naming the keys that differ.
    """
    a, b = _without_none(plain(ours)), _without_none(plain(theirs))
    differ = {key: (a.get(key), b.get(key)) for key in {**a, **b} if a.get(key) != b.get(key)}
    assert not differ, f"config differs (ours, Keras's): {differ}"


def is_float(x):
    return hasattr(x, "dtype") and np.dtype(x.dtype).kind == "f"


def float_leaves(args):
    """The float arrays among arguments: those with a gradient."""
    return [x for x in tree.flatten(args) if is_float(x)]


def with_leaves(args, leaves):
    """The arguments again, with other float arrays, in order."""
    rest = iter(leaves)
    return tree.map_structure(lambda x: next(rest) if is_float(x) else x, args)
