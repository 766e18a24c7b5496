"""Weights of classes as weights of samples."""

import numpy as np

from ... import tree
from ...config import floatx


def class_weight_to_sample_weights(y, class_weight):
    """Return the weight of each sample from the weight of its class.

    Args:
        y: class numbers `(batch,)` or `(batch, 1)`, or one-hot `(batch, classes)`.
        class_weight: dict of class number -> weight; 1 for the rest.

    Raises:
        ValueError: if `y` is not one array.

    >>> class_weight_to_sample_weights(np.array([0, 1, 1]), {1: 3.0})
    array([1., 3., 3.], dtype=float32)
    """
    if not hasattr(y, "shape") or tree.is_nested(y):
        raise ValueError(
            "`class_weight` is only supported for Models with a single output. "
            "Fix: pass one `sample_weight` array for each output."
        )
    classes = np.argmax(y, axis=-1) if y.ndim > 1 and y.shape[-1] > 1 else np.round(y.reshape(len(y), -1)[:, 0])
    weights = np.ones(classes.shape, floatx())  # (batch,)
    for number, weight in class_weight.items():
        weights[classes == number] = weight
    return weights


def one_for_each_output(sample_weight, y):
    """Return weights in the structure of `y`; one array for several outputs serves each of them.

    Raises:
        ValueError: if the structures differ, or one array holds more than a number a sample.
    """
    if not tree.is_nested(y):
        return sample_weight
    if tree.is_nested(sample_weight):
        try:
            tree.map_structure(lambda *_: None, y, sample_weight)
        except (ValueError, KeyError):
            raise ValueError(
                "You should provide one `sample_weight` array per output in `y`. The two structures did not match:\n"
                f"- y: {_shapes(y)}\n- sample_weight: {_shapes(sample_weight)}"
            ) from None
        return sample_weight
    if sample_weight.ndim > 2 or (sample_weight.ndim == 2 and sample_weight.shape[1] != 1):
        raise ValueError(
            "For a model with multiple outputs, when providing a single `sample_weight` array, it should only have one "
            f"scalar score per sample (i.e. shape `(num_samples,)`). Received: shape={sample_weight.shape}.\n"
            "Fix: pass a list or dict with one array for each output."
        )
    return tree.map_structure(lambda _: sample_weight, y)


def _shapes(structure):
    return tree.map_structure(lambda a: getattr(a, "shape", a), structure)
