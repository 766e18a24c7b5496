"""Everything of a model that a training step changes, taken out and put back, bit by bit."""

from ... import backend
from ...backend.random_state import random_state, set_random_state


class State:
    """Weights, optimizer, metrics and random numbers as they are now.

    Args:
        model: a built, compiled model.
    """

    def __init__(self, model):
        self.arrays = [(v, v._backend.copied(v._value)) for v in variables_of(model)]
        self.random, self.model = random_state(), model

    def put_back(self):
        """Make all as it was."""
        variables_of(self.model)  # what metrics have put off is taken in, and then forgotten
        for variable, array in self.arrays:
            variable._backend.assign(variable, array)
        set_random_state(self.random)

    @property
    def nbytes(self):
        """Bytes that this holds on to."""
        return sum(nbytes(array) for _, array in self.arrays)


def nbytes(tensor):
    """Bytes of a tensor of either backend."""
    return int(tensor.nbytes)


def variables_of(model):
    """Every variable a step may change: of layers, optimizers, metrics; each once."""
    optimizers = [model.optimizer, *[v for v in vars(model).values() if hasattr(v, "apply_gradients")]]
    found = [*model.variables, *[v for o in optimizers if o is not None for v in o.variables]]
    found += [v for metric in model.metrics for v in metric.variables]
    return list({id(v): v for v in found if isinstance(v, backend.Variable)}.values())

