"""What a model is made of, looked up once a `fit` and not once a step."""

import warnings

from .. import config, tree
from .static import write_program

_PATIENCE = 100  # steps that a second batch shape runs uncompiled: the short last batch of an epoch may never be worth it


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
        self.update = self.track = None  # functions of a quick step, made at the first one

    def use_programs(self, model, known):
        """Run steps as programs from now on, where they can be written.

        Those of an earlier structure, `known`, are kept if nothing has changed since.
        """
        # All that a program was written from; comparing identities tells whether it still holds.
        self.facts = [model._backend, model._compile_loss, model.optimizer, model.jit_compile, *self.layers, *self.trainable]
        self.facts += [config.epsilon(), *[v.regularizer for v in self.trainable]]
        self.facts += [v for layer in self.layers if layer is not model for v in vars(layer).values()]
        same = known is not None and len(known.facts) == len(self.facts) and all(map(_is, known.facts, self.facts))
        self.programs = known.programs if same else {}

    def program_for(self, model, data):
        """Return (program for such a batch or None, the batch as a list)."""
        leaves = tree.flatten(data)
        key = tuple([(a.shape, a.dtype) for a in leaves])
        try:
            return self.programs[key], leaves
        except KeyError:
            self.programs[key] = self._written(model, data)
            return self.programs[key], leaves

    def _written(self, model, data):
        """The program for such a batch, compiled if that is wanted; None if there is none."""
        program = write_program(model, data, self.regularized, self.trainable)
        if model.jit_compile is not True:
            return program
        if program is None:
            warnings.warn(
                f"`jit_compile=True` has no effect: the step of model '{model.name}' holds code of your own (a custom layer, "
                "loss or train_step) or is not the same at every step, so it runs op by op.\n"
                "Fix: use a functional or Sequential model of built-in layers and a built-in loss, or leave jit_compile out.",
                stacklevel=2,
            )
            return None
        return model._backend.compiled(program, model.optimizer, _PATIENCE if self.programs else 0)


def _is(a, b):
    return a is b or (type(a) is float and a == b)
