"""Everything of a model that a training step changes, taken out and put back, bit by bit."""

from ... import backend
from ...backend.random_state import random_state, set_random_state


class State:
    """Weights, optimizer, metrics and random numbers as they are now.

    Args:
        model: a built, compiled model.
    """

    def __init__(self, model):
        self.model = model
        self.arrays = [(v, v._backend.copied(v._value)) for v in variables_of(model)]
        self.trainable = [v.trainable for v, _ in self.arrays]
        self.random = random_state()

    def put_back(self, but=()):
        """Make all as it was, but for variables with these ids."""
        variables_of(self.model)  # what metrics have put off is taken in, and then forgotten
        for (variable, array), trainable in zip(self.arrays, self.trainable):
            if variable.trainable != trainable:
                variable.trainable = trainable
            if id(variable) not in but:
                variable._backend.assign(variable, array)
        if self.random is not None:
            set_random_state(self.random)

    def since(self, before):
        """Return the part that has changed since another state, as a `State`; None if nothing has."""
        old = {id(v): (array, trainable) for (v, array), trainable in zip(before.arrays, before.trainable)}
        part = State.__new__(State)
        part.model, part.arrays, part.trainable = self.model, [], []
        for (variable, array), trainable in zip(self.arrays, self.trainable):
            if id(variable) not in old or not _same(variable, array, old[id(variable)][0]) or old[id(variable)][1] != trainable:
                part.arrays.append((variable, array))
                part.trainable.append(trainable)
        part.random = self.random if self.random != before.random else None
        return part if part.arrays or part.random is not None else None

    @property
    def nbytes(self):
        """Bytes that this holds on to."""
        return sum(nbytes(array) for _, array in self.arrays)


def _same(variable, a, b):
    home = variable._backend
    return home.to_numpy(a).tobytes() == home.to_numpy(b).tobytes()


def nbytes(tensor):
    """Bytes of a tensor of either backend."""
    return int(tensor.nbytes)


def variables_of(model, metrics=True):
    """Every variable a step may change: of layers, optimizers and, if wanted, metrics; each once."""
    of_metrics = [v for metric in model.metrics for v in metric.variables]
    found = [*model.variables, *[v for o in optimizers_of(model) for v in o.variables], *of_metrics]
    left_out = set() if metrics else {id(v) for v in of_metrics}
    return list({id(v): v for v in found if isinstance(v, backend.Variable) and id(v) not in left_out}.values())


def optimizers_of(model):
    """The optimizer of `compile`, and those a model keeps for itself, as a GAN does; each once."""
    found = [model.optimizer, *[v for v in vars(model).values() if hasattr(v, "apply_gradients")]]
    return list({id(o): o for o in found if o is not None}.values())
