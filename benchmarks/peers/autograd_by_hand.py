"""The loop by hand in NumPy, its gradients by HIPS autograd."""

import autograd.numpy as np
from autograd import value_and_grad
from autograd.tracer import getval
from problems.base import EPSILON

from .numpy_by_hand import Loop


def contender(problem):
    """Return the contender, or say that nobody wrote this model."""
    losses = {"TwoInputs": two_inputs, "Spirals": mlp, "MLP": mlp}
    if type(problem).__name__ not in losses:
        raise NotImplementedError(f"nobody wrote {type(problem).__name__} with autograd")
    return AutogradLoop(problem, losses[type(problem).__name__])


def two_inputs(weights, x1, x2, y):
    """Return the mean loss and what the model says."""
    W1, b1, W2, b2 = weights
    h = np.concatenate([np.maximum(x1 @ W1 + b1, 0), np.maximum(x2 @ W1 + b1, 0)], axis=1)
    p = np.clip(1 / (1 + np.exp(-(h @ W2 + b2))), EPSILON, 1 - EPSILON)
    return -np.mean(np.log(np.where(y, p, 1 - p))), getval(p)


def mlp(weights, x, y):
    """Return the mean loss and what the model says."""
    for W, b in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        x = np.maximum(x @ W + b, 0)
    z = x @ weights[-2] + weights[-1]
    z = z - np.max(getval(z), axis=1, keepdims=True)
    logs = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(logs[np.arange(len(y)), y]), getval(z)


class AutogradLoop(Loop):
    """Forward and backward are autograd's; the rest is the loop by hand."""

    def __init__(self, problem, loss):
        super().__init__(problem, Nothing)

        def keeping(weights, *arrays):
            value, self.said = loss(weights, *arrays)
            return value

        self.value_and_grad = value_and_grad(keeping)

    def learn(self, *x, y):
        loss, gradients = self.value_and_grad(self.model.weights, *x, y)
        self.gradient[:] = np.concatenate([g.ravel() for g in gradients])
        return loss * len(y), hits(self.said, y)


def hits(said, y):
    """How many are right: of chances, one a row, or of the largest of a row."""
    return ((said > 0.5) == y if said.shape == y.shape else said.argmax(1) == y).sum()


class Nothing:
    """Only the weights: somebody else knows the model."""

    def __init__(self, problem, weights, gradients):
        self.weights, self.gradients = weights, gradients
