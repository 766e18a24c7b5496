"""What a model is made of, looked up once a `fit` and not once a step."""

import collections
import math
import warnings

from .. import config, tree
from ..backend.modes import TOLD
from ..backend.replicas import REPLICAS
from .static import write_program

WORTH = 8  # batches of one shape after which a program is written, outside `fit`: writing takes its time
_PATIENCE = 100  # steps that a second batch shape runs uncompiled: the short last batch of an epoch may never be worth it
_PAID = 50_000  # steps after which "auto" compiles: they took about as long as compiling does
_SMALL = 1 << 20  # rows times weights below which a step takes its time with calls, and not with arithmetic


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
        self.facts = [model._backend, model._compile_loss, model.optimizer, model.jit_compile, *self.layers, *self.trainable]
        self.facts += [config.epsilon(), *[v.regularizer for v in self.trainable]]
        self.facts += [v for layer in self.layers if layer is not model for v in vars(layer).values()]
        same = known is not None and len(known.facts) == len(self.facts) and all(map(_is, known.facts, self.facts))
        self.programs, self.seen = (known.programs, known.seen) if same else ({}, self.seen)

    def program_for(self, model, data, kind="train"):
        """Return (program for such a batch or None, the batch as a list); `kind` as in `write_program`."""
        if self.programs is None or TOLD.recorder is not None or (self.scaled and kind == "train"):
            return None, None
        leaves = tree.flatten(data)
        key = (kind, REPLICAS.on, *[(a.shape, a.dtype) for a in leaves])
        try:
            return self.programs[key], leaves
        except KeyError:
            self.seen[key] += 1
            if self.seen[key] > (0 if self.fitting and kind == "train" else WORTH):
                program = write_program(model, data, self.regularized, self.trainable, kind)
                whole = kind == "train" and model._listener is None  # who listens wants the gradients
                self.programs[key] = self._compiled(model, program, leaves) if whole else program
            return self.programs.get(key), leaves

    def _compiled(self, model, program, leaves):
        """A training step's program as `jit_compile` says: compiled whole, or later, or never."""
        wanted, compiled = model.jit_compile, model._backend.compiled
        if wanted == "auto" and program is not None:
            work = len(leaves[0]) * sum(math.prod(v.shape) for v in self.trainable)
            return compiled(program, model.optimizer, _PAID, quiet=True) if work <= _SMALL else program
        if wanted is not True:
            return program
        if program is None:
            warnings.warn(
                f"`jit_compile=True` has no effect: the step of model '{model.name}' holds code of your own (a custom layer, "
                "loss or train_step) or is not the same at every step, so it runs op by op.\n"
                "Fix: use a functional or Sequential model of built-in layers and a built-in loss, or leave jit_compile out.",
                stacklevel=2,
            )
            return None
        first = all(kind != "train" for kind, *_ in self.programs)
        return compiled(program, model.optimizer, 0 if first else _PATIENCE)


def _is(a, b):
    return a is b or (type(a) is float and a == b)
