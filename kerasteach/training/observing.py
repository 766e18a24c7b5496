"""Who is told what happens in training: traces, timelines, the doctor. Without an observer a step asks for one and goes on."""

import contextlib

from ..optimizers import Optimizer


class Observer:
    """Base of observers: override what you want to hear of. All tensors are the backend's own; do not change them."""

    def batch(self, data):
        """A training step begins with this batch: `(x,)`, `(x, y)` or `(x, y, sample_weight)`."""

    def around(self, data):
        """Return a context to run the training step with this batch in."""
        self.batch(data)
        return contextlib.nullcontext()

    def judged(self, data):
        """A step of evaluation, or of validation within `fit`, begins with this batch."""

    def loss(self, loss):
        """The loss of the batch: what the step's program or `compute_loss` gave."""

    def gradients(self, variables, gradients):
        """The optimizer is about to update the variables. A gradient is as the loss gave it; it may be None."""

    def updated(self, variables):
        """The optimizer has updated the variables."""


def observe(model, observer):
    """Tell an observer of every training step from now on, in `fit`, `train_on_batch` or a `train_step` of the user's.

    Args:
        model: a compiled model.
        observer: an `Observer`.
    """
    _change(model, lambda observers: (*observers, observer))


def forget(model, observer):
    """Tell an observer no more."""
    _change(model, lambda observers: tuple(o for o in observers if o is not observer))


def step_observed(model, function, data, kind="train"):
    """Run a step, of `"train"` or `"test"`, with the observers told of it."""
    if kind == "test":
        for observer in model._observers:
            observer.judged(data)
        return function(data)
    with contextlib.ExitStack() as stack:
        for observer in model._observers:
            stack.enter_context(observer.around(data))
        return function(data)


def _change(model, function):
    """Change the observers of a model and of its optimizers: a GAN has two. `vars`, because both track what they are given."""
    vars(model)["_observers"] = function(model._observers)
    for optimizer in {id(o): o for o in vars(model).values() if isinstance(o, Optimizer)}.values():
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        vars(optimizer)["_observers"] = function(optimizer._observers)
        optimizer._forget_formulas()  # what was prepared does not know of observers
