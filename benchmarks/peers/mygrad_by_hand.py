"""The loop by hand in NumPy, its gradients by MyGrad, without the guards it has for beginners."""

import mygrad as mg
from mygrad.nnet.activations import relu
from mygrad.nnet.losses import softmax_crossentropy
from problems.base import EPSILON

from .autograd_by_hand import Nothing, hits
from .numpy_by_hand import Loop


def contender(problem):
    """Return the contender, or say that nobody wrote this model."""
    losses = {"TwoInputs": two_inputs, "Spirals": mlp, "MLP": mlp}
    if type(problem).__name__ not in losses:
        raise NotImplementedError(f"nobody wrote {type(problem).__name__} with MyGrad")
    mg.turn_memory_guarding_off()
    return MyGradLoop(problem, losses[type(problem).__name__])


def two_inputs(weights, x1, x2, y):
    """Return the mean loss and what the model says."""
    W1, b1, W2, b2 = weights
    h = mg.concatenate([relu(x1 @ W1 + b1), relu(x2 @ W1 + b1)], axis=1)
    p = mg.clip(mg.nnet.sigmoid(h @ W2 + b2), EPSILON, 1 - EPSILON)
    return -mg.mean(mg.log(mg.where(y, p, 1 - p))), p.data


def mlp(weights, x, y):
    """Return the mean loss and what the model says."""
    for W, b in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        x = relu(x @ W + b)
    z = x @ weights[-2] + weights[-1]
    return softmax_crossentropy(z, y), z.data


class MyGradLoop(Loop):
    """Forward and backward are MyGrad's; the rest is the loop by hand."""

    def __init__(self, problem, loss):
        super().__init__(problem, Nothing)
        self.loss = loss
        self.tensors = [mg.tensor(w, copy=False) for w in self.model.weights]

    def learn(self, *x, y):
        loss, said = self.loss(self.tensors, *x, y)
        loss.backward()
        for gradient, tensor in zip(self.model.gradients, self.tensors, strict=True):
            gradient[:] = tensor.grad
        return float(loss) * len(y), hits(said, y)
