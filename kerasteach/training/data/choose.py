"""Which source fits what the user passed."""

import types
import warnings

from .arrays import ArraySource
from .pydataset import PyDataset, PyDatasetSource
from .streams import GeneratorSource, LoaderSource, Stream, TFDataSource


def make_source(x, y=None, sample_weight=None, batch_size=None, shuffle=False, class_weight=None, steps=None):
    """Return the source that fits what the user passed.

    Args:
        x: arrays, or something that makes batches.
        y, sample_weight, class_weight, batch_size, shuffle: as for `fit`.
        steps: batches an epoch, if the user said so.

    Raises:
        ValueError: if something that makes batches comes with a `y`, or nothing fits.
    """
    kind = _kind(x)
    if kind is None:
        return ArraySource(x, y, sample_weight, batch_size, shuffle, class_weight, steps)
    for name, words, value in [("y", "the targets", y), ("sample_weight", "the sample weights", sample_weight)]:
        if value is not None:
            raise ValueError(
                f"When providing `x` as a {kind}, `{name}` should not be passed. Instead, {words} should be included as "
                f"part of each batch of the {kind}. Received: {name}={type(value).__name__}\n"
                "Fix: let it give (x, y) or (x, y, sample_weight)."
            )
    if kind == "PyDataset":
        if x.num_batches is None and shuffle:
            _warn_of_order(shuffle, "an infinite PyDataset")
        return PyDatasetSource(x, class_weight, shuffle)
    if shuffle:
        _warn_of_order(shuffle, f"a {kind}")
    if kind == "tf.data.Dataset":
        return TFDataSource(x, class_weight)
    if class_weight is not None:
        raise ValueError(
            f"Argument `class_weight` is not supported for {kind} inputs. Received: class_weight={class_weight}\n"
            "Fix: let it give (x, y, sample_weight)."
        )
    if kind == "torch DataLoader":
        return LoaderSource(x)
    return GeneratorSource(x) if hasattr(x, "__next__") else Stream(x)


def makes_batches(x):
    """Whether `x` is something that makes batches, not data itself."""
    return _kind(x) is not None


def _kind(x):
    """What makes batches here; None if `x` is data itself."""
    if hasattr(x, "shape") or hasattr(x, "to_numpy") or isinstance(x, (list, tuple, dict, str)):
        return None
    names = {(parent.__name__, parent.__module__) for parent in type(x).__mro__}
    if isinstance(x, PyDataset) or (hasattr(x, "num_batches") and hasattr(x, "on_epoch_end")):
        return "PyDataset"
    if any(name == "DataLoader" and module.startswith("torch.utils.data") for name, module in names):
        return "torch DataLoader"
    if any(name == "DatasetV2" and module.startswith("tensorflow.python.") for name, module in names):
        return "tf.data.Dataset"
    if isinstance(x, types.GeneratorType) or hasattr(x, "__next__"):
        return "generator"
    return "iterable of batches" if hasattr(x, "__iter__") or hasattr(x, "__getitem__") else None


def _warn_of_order(shuffle, what):
    warnings.warn(
        f"`shuffle={shuffle}` was passed, but will be ignored since the data `x` was provided as {what}, which is expected "
        "to give its batches in the order it wants.",
        stacklevel=4,
    )
