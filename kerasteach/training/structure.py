"""What a model is made of, looked up once a `fit` and not once a step."""

import collections

from .. import config, tree
from .static import write_program

_WORTH = 8  # batches of one shape after which a program is written, outside `fit`: writing takes its time


class Structure:
    """Layers, trained and regularized variables, metrics that layers own, programs of the step.

    Args:
        model: the model.
        fitting: whether steps of training are sure to come again.

    Attributes:
        programs: dict of batch shapes -> program or None; None if programs are not to be used.
    """

    def __init__(self, model, fitting=False):
        self.layers, self.trainable = model._flatten_layers(), model.trainable_variables
        self.regularized = [v for v in self.trainable if v.regularizer is not None]
        self.metrics = [metric for layer in self.layers for metric in layer._own_metrics()]
        self.programs, self.seen, self.facts = None, collections.Counter(), []
        self.fitting, self.scaled = fitting, bool(model.optimizer and model.optimizer.loss_scale_factor)
        self.update = self.track = None  # functions of a quick step, made at the first one

    def use_programs(self, model, known):
        """Run steps as programs from now on, where they can be written.

        Those of an earlier structure, `known`, are kept if nothing has changed since.
        """
        # All that a program was written from; comparing identities tells whether it still holds.
        self.facts = [model._backend, model._compile_loss, *self.layers, *self.trainable]
        self.facts += [config.epsilon(), *[v.regularizer for v in self.trainable]]
        self.facts += [v for layer in self.layers if layer is not model for v in vars(layer).values()]
        same = known is not None and len(known.facts) == len(self.facts) and all(map(_is, known.facts, self.facts))
        self.programs, self.seen = (known.programs, known.seen) if same else ({}, self.seen)

    def program_for(self, model, data, kind="train"):
        """Return (program for such a batch or None, the batch as a list); `kind` as in `write_program`."""
        leaves = tree.flatten(data)
        key = (kind, *[(a.shape, a.dtype) for a in leaves])
        try:
            return self.programs[key], leaves
        except KeyError:
            self.seen[key] += 1
            if self.seen[key] > (0 if self.fitting and kind == "train" else _WORTH):
                self.programs[key] = write_program(model, data, self.regularized, self.trainable, kind)
            return self.programs.get(key), leaves


def _is(a, b):
    return a is b or (type(a) is float and a == b)
