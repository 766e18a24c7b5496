"""What a skilled person writes in Torch: a Module, fused Adam, and no value asked back before the epoch ends.

The loop is here; the models are in `torch_models`.
"""

import numpy as np
import torch
from problems.base import BETA_1, BETA_2, EPSILON, RATE, summary
from torch.nn import functional as F

from . import torch_models

SMALL = 1 << 24  # bytes: up to here an epoch's rows are put in order at once, beyond it batch by batch


def contender(problem):
    """Return the contender."""
    if type(problem).__name__ == "Chain":
        return Chain(problem)
    return Loop(problem, getattr(torch_models, type(problem).__name__)(problem, list(map(torch.from_numpy, problem.weights()))))


class Loop:
    """Shuffled epochs of forward, loss, backward, Adam."""

    def __init__(self, problem, model):
        self.problem, self.model = problem, model
        inputs, self.targets = problem.data()
        self.inputs = [model.to_input(torch.from_numpy(x)) for x in inputs]
        self.binary = problem.loss == "binary_crossentropy"
        kind = np.float32 if self.binary else np.int64  # what Torch's two losses take
        self.targets = torch.from_numpy(self.targets.astype(kind))
        wanted = [p for p in model.parameters() if p.requires_grad]
        self.adam = torch.optim.Adam(wanted, lr=RATE, betas=(BETA_1, BETA_2), eps=EPSILON, fused=True)

    def fit(self):
        self.model.train()
        arrays = [*(x.float() if x.is_floating_point() else x for x in self.inputs), self.targets]
        return [self.epoch(arrays) for _ in range(self.problem.epochs)]

    def epoch(self, arrays):
        """Train on all rows in a new order; return mean loss and accuracy."""
        rows, batch = len(arrays[-1]), self.problem.batch
        order = torch.randperm(rows)
        if sum(a.nbytes for a in arrays) <= SMALL:
            batches = zip(*(a.index_select(0, order).split(batch) for a in arrays), strict=True)
        else:
            batches = ([a.index_select(0, chosen) for a in arrays] for chosen in order.split(batch))
        loss = hits = torch.zeros(())
        for *x, y in batches:
            self.adam.zero_grad(set_to_none=True)
            z = self.model(*x)
            batch_loss = self.cost(z, y)
            batch_loss.backward()
            if self.problem.updates:
                self.adam.step()
            loss, hits = loss + batch_loss.detach() * len(y), hits + self.hits(z.detach(), y)
        return loss.item() / rows, hits.item() / rows

    def pieces(self):
        """The step in pieces, each holding those before it: {name: function}. Weights stay, or gradients would vanish."""
        self.adam.param_groups[0]["lr"] = 0.0
        *x, y = (a[: self.problem.batch] for a in (*self.inputs, self.targets))
        x = [a.float() if a.is_floating_point() else a for a in x]

        def forward():
            return self.cost(self.model(*x), y)

        def backward():
            self.adam.zero_grad(set_to_none=True)
            forward().backward()

        def update():
            backward()
            self.adam.step()

        return {"forward and loss": forward, "backward": backward, "Adam": update}

    def cost(self, z, y):
        return F.binary_cross_entropy_with_logits(z, y) if self.binary else F.cross_entropy(z, y)

    def hits(self, z, y):
        return (((z > 0) == y) if self.binary else (z.argmax(1) == y)).sum()

    @torch.inference_mode()
    def predict(self, batch):
        self.model.eval()
        [x] = self.inputs
        return summary(torch.cat([self.model(part).softmax(1) for part in x.split(batch)]).numpy())

    @torch.inference_mode()
    def evaluate(self):
        self.model.eval()
        [x], y, batch = self.inputs, self.targets, self.problem.batch
        loss = hits = torch.zeros(())
        for part, wanted in zip(x.split(batch), y.split(batch), strict=True):
            z = self.model(part)
            loss, hits = loss + self.cost(z, wanted) * len(wanted), hits + self.hits(z, wanted)
        return [(loss.item() / len(y), hits.item() / len(y))]

    @torch.inference_mode()
    def predict_one(self, times):
        self.model.eval()
        row = self.inputs[0][:1].numpy()
        for _ in range(times):
            y = self.model(torch.from_numpy(row)).softmax(1).numpy()
        return summary(y)

    call_one = predict_one_batch = predict_one


class Chain:
    """One vector through many ops, and its gradient."""

    def __init__(self, problem):
        self.ops = problem.ops
        self.x = torch.from_numpy(problem.weights()[0]).requires_grad_()

    def fit(self):
        self.x.grad, y = None, self.x
        for _ in range(self.ops):
            y = y * 0.99999
        y.sum().backward()
        return [(self.x.grad[0].item(), 1)]
