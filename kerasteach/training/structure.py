"""What a model is made of, looked up once a `fit` and not once a step."""

from .. import tree
from .static import write_program


class Structure:
    """Layers, trained and regularized variables, metrics that layers own, programs of the step.

    Args:
        model: the model.
        known: an earlier structure, whose programs are kept if nothing has changed since.

    Attributes:
        programs: dict of batch shapes -> program or None; None if programs are not to be used.
    """

    def __init__(self, model, known=None):
        self.layers, self.trainable = model._flatten_layers(), model.trainable_variables
        self.regularized = [v for v in self.trainable if v.regularizer is not None]
        self.metrics = [metric for layer in self.layers for metric in layer._own_metrics()]
        self.programs = None
        # All that a program was written from; comparing identities tells whether it still holds.
        self.facts = [model._backend, model._compile_loss, *self.layers, *self.trainable]
        self.facts += [v.regularizer for v in self.trainable]
        self.facts += [v for layer in self.layers if layer is not model for v in vars(layer).values()]
        self._known = known

    def use_programs(self):
        """Run steps as programs from now on, where they can be written."""
        same = self._known is not None and len(self._known.facts) == len(self.facts)
        same = same and all(map(_is, self._known.facts, self.facts))
        self.programs = self._known.programs if same else {}
        self._known = None

    def program_for(self, model, data):
        """Return (program for such a batch or None, the batch as a list)."""
        leaves = tree.flatten(data)
        key = tuple([(a.shape, a.dtype) for a in leaves])
        if key not in self.programs:
            self.programs[key] = write_program(model, data, self.regularized, self.trainable)
        return self.programs[key], leaves


def _is(a, b):
    return a is b
