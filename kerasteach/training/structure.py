"""What a model is made of, looked up once a `fit` and not once a step."""

from .. import tree
from ..backend.replicas import REPLICAS
from .static import write_program


class Structure:
    """Layers, trained and regularized variables, metrics that layers own, programs of the step.

    Args:
        model: the model.

    Attributes:
        programs: dict of batch shapes -> program or None; None if programs are not to be used.
    """

    def __init__(self, model):
        self.layers, self.trainable = model._flatten_layers(), model.trainable_variables
        self.regularized = [v for v in self.trainable if v.regularizer is not None]
        self.metrics = [metric for layer in self.layers for metric in layer._own_metrics()]
        self.programs, self.facts = None, []

    def use_programs(self, model, known):
        """Run steps as programs from now on, where they can be written.

        Those of an earlier structure, `known`, are kept if nothing has changed since.
        """
        # All that a program was written from; comparing identities tells whether it still holds.
        self.facts = [REPLICAS.on, model._backend, model._compile_loss, *self.layers, *self.trainable]
        self.facts += [v.regularizer for v in self.trainable]
        self.facts += [v for layer in self.layers if layer is not model for v in vars(layer).values()]
        same = known is not None and len(known.facts) == len(self.facts) and all(map(_is, known.facts, self.facts))
        self.programs = known.programs if same else {}

    def program_for(self, model, data):
        """Return (program for such a batch or None, the batch as a list)."""
        leaves = tree.flatten(data)
        key = tuple([(a.shape, a.dtype) for a in leaves])
        if key not in self.programs:
            self.programs[key] = write_program(model, data, self.regularized, self.trainable)
        return self.programs[key], leaves


def _is(a, b):
    return a is b
