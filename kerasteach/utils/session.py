"""Random numbers from a seed; where a symbolic tensor comes from."""

import random
import sys

import numpy as np

from .. import tree


def set_random_seed(seed):
    """Seed everything random: Python, NumPy, initial weights, shuffling, dropout, and Torch if it is loaded.

    Args:
        seed: whole number.

    Raises:
        ValueError: if it is not one.

    >>> set_random_seed(7)
    """
    if not isinstance(seed, int):
        raise ValueError(f"Expected `seed` argument to be an integer. Received: seed={seed} (of type {type(seed)})")
    random.seed(seed)
    np.random.seed(seed % 2**32)
    if "torch" in sys.modules:  # a DataLoader of the user's draws from it
        sys.modules["torch"].manual_seed(seed)


def get_source_inputs(tensor):
    """Return the inputs a symbolic tensor is computed from.

    Args:
        tensor: a KerasTensor.

    >>> import kerasteach as keras
    >>> a, b = keras.Input((2,), name="a"), keras.Input((2,), name="b")
    >>> [source.name for source in get_source_inputs(keras.layers.Add()([a, b]))]
    ['a', 'b']
    """
    if not hasattr(tensor, "_keras_history"):
        return tensor
    operation, index, _ = tensor._keras_history
    node = operation._inbound_nodes[index]
    if node.is_input:
        return tree.flatten(node.outputs)
    found = [source for each in node.input_tensors for source in get_source_inputs(each)]
    return list({id(source): source for source in found}.values())
