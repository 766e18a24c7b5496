"""A training run as it is kept: its batches, what changed between its steps, and snapshots, so that steps can be made again."""

import contextlib
import warnings

from .. import backend, tree
from ..backend.recording import Recorder, recording
from ..training.observing import Observer
from .tracing.state import State, nbytes


class _Losses(Recorder):
    """Hears what gradients are asked of; while it does, steps run op by op."""

    last = None

    def asked(self, target, sources, gradients):
        self.last = target


class KeptRun(Observer):
    """Keeps the steps of a run as they are made.

    Args:
        model: a compiled model.
        budget: bytes for batches and snapshots together.
    """

    def __init__(self, model, budget):
        model._assert_compile_called("Timeline")
        self.model, self.budget, self.losses = model, budget, []
        self._batches, self._patches, self._snapshots = [], {}, {}
        self._every, self._after, self._kept_bytes = 1, None, 0
        self._replaying = self._full = False
        self._optimizer = model.optimizer

    def __len__(self):
        return len(self._batches)

    @contextlib.contextmanager
    def around(self, data):
        if self._replaying or self._full or not self._keep(data):
            yield
            return
        with self._op_by_op():
            yield
        self.losses.append(self._loss)
        self._after = State(self.model)

    @contextlib.contextmanager
    def _op_by_op(self):
        """A block for one step; afterwards `_loss` is its loss."""
        self._loss, heard = None, _Losses()
        with recording(heard, self.model._backend, ops=False):
            yield
        if self._loss is None and heard.last is not None:  # a step of the user's, without `compute_loss`
            self._loss = float(backend.to_numpy(heard.last).sum())

    def loss(self, loss):
        self._loss = float(backend.to_numpy(loss))

    def _keep(self, data):
        """Keep the batch and what has changed since the last step; False if there is no room."""
        model, step = self.model, len(self._batches)
        if model.optimizer is not self._optimizer:
            raise ValueError(
                f"Model '{model.name}' was compiled anew within a Timeline, which knows of one optimizer.\n"
                "Fix: one Timeline for each `compile`."
            )
        if not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)
        batch = tree.map_structure(model._backend.copied, data)
        self._kept_bytes += sum(nbytes(a) for a in tree.flatten(batch))
        if self._kept_bytes > self.budget:
            self._full = True
            warnings.warn(
                f"The Timeline is full: its {step} steps take {self.budget:,} bytes, so later ones are not recorded.\n"
                "Fix: Timeline(model, budget=...) with more bytes, or fewer or smaller batches.",
                stacklevel=5,
            )
            return False
        now = State(model)
        if self._after is not None:
            patch = now.since(self._after)
            if patch is not None:
                self._patches[step] = patch
        if step % self._every == 0:
            self._snapshots[step] = now
            self._thin_out()
        self._batches.append(batch)
        return True

    def _thin_out(self):
        """Let every other snapshot go, as often as it takes to fit; the first stays."""
        while len(self._snapshots) > 1 and self.nbytes > self.budget:
            self._every *= 2
            self._snapshots = {step: s for step, s in self._snapshots.items() if step % self._every == 0}

    @property
    def nbytes(self):
        """Bytes of batches and snapshots."""
        return self._kept_bytes + sum(s.nbytes for s in [*self._snapshots.values(), *self._patches.values()])

    def _run(self, step, but=(), patched=True, around=None):
        """Make a step again; `around` is a context to make it in."""
        model = self.model
        if patched and step in self._patches:
            self._patches[step].put_back(but)
        self._replaying = True
        try:
            with around or self._op_by_op(), model._fixed():
                model.make_train_function()(self._batches[step])
        finally:
            self._replaying = False
