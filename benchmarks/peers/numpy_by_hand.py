"""What a skilled person writes in NumPy: gradients by hand, Adam over one flat vector, no array made that can be kept.

The loop is here; the models, forward and backward, are in `numpy_models`.
"""

import numpy as np
from problems.base import BETA_1, BETA_2, EPSILON, RATE, summary

from . import numpy_models

SMALL = 1 << 24  # bytes: up to here an epoch's rows are put in order at once, beyond it batch by batch


def contender(problem):
    """Return the contender, or say that nobody wrote this model by hand."""
    name = type(problem).__name__
    if not hasattr(numpy_models, name):
        raise NotImplementedError(f"nobody wrote {name} by hand in NumPy")
    return Loop(problem, getattr(numpy_models, name))


def views(flat, shapes):
    """Return arrays of these shapes that look into one flat vector, one behind the other.

    >>> [w.shape for w in views(np.zeros(8), [(2, 3), (2,)])]
    [(2, 3), (2,)]
    """
    parts = np.split(flat, np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


class Loop:
    """Shuffled epochs of forward, loss, backward, Adam.

    Args:
        problem: what to learn.
        model: class with `forward(*inputs)`, which returns logits, and `backward(dz)`, which fills the gradients. It is
            made of the problem, the weights and the gradients.
    """

    def __init__(self, problem, model):
        self.problem = problem
        self.inputs, self.targets = problem.data()
        first = problem.weights()
        shapes = [w.shape for w in first]
        self.flat = np.concatenate([w.ravel() for w in first])
        self.gradient, self.m, self.v, self.spare = np.zeros((4, self.flat.size), "float32")
        self.model = model(problem, views(self.flat, shapes), views(self.gradient, shapes))
        self.cost = sigmoid_crossentropy if problem.loss == "binary_crossentropy" else softmax_crossentropy
        self.step, self.rate = 0, RATE

    def fit(self):
        arrays = [*map(as_float32, self.inputs), self.targets]
        return [self.epoch(arrays) for _ in range(self.problem.epochs)]

    def epoch(self, arrays):
        """Train on all rows in a new order; return mean loss and accuracy."""
        rows, batch = len(arrays[-1]), self.problem.batch
        order = np.random.permutation(rows)
        at_once = sum(a.nbytes for a in arrays) <= SMALL
        if at_once:
            arrays = [a[order] for a in arrays]
        loss = hits = 0
        for i in range(0, rows, batch):
            chosen = slice(i, i + batch) if at_once else order[i : i + batch]
            *x, y = [a[chosen] if at_once else a.take(chosen, axis=0) for a in arrays]
            batch_loss, batch_hits = self.learn(*x, y=y)
            if self.problem.updates:
                self.adam()
            loss, hits = loss + batch_loss, hits + batch_hits
        return float(loss) / rows, float(hits) / rows

    def learn(self, *x, y):
        """Fill the gradients; return the summed loss and the number of hits."""
        loss, hits, dz = self.cost(self.model.forward(*x), y)
        self.model.backward(dz)
        return loss, hits

    def pieces(self):
        """The step in pieces, each holding those before it: {name: function}. Weights stay, or gradients would vanish."""
        self.rate = 0
        *x, y = (a[: self.problem.batch] for a in (*map(as_float32, self.inputs), self.targets))

        def forward():
            return self.cost(self.model.forward(*x), y)

        def backward():
            self.model.backward(forward()[2])

        def update():
            backward()
            self.adam()

        return {"forward and loss": forward, "backward": backward, "Adam": update}

    def adam(self):
        """Eleven array calls for all weights together, none of which makes an array."""
        self.step += 1
        rate = self.rate * (1 - BETA_2**self.step) ** 0.5 / (1 - BETA_1**self.step)
        g, m, v, t = self.gradient, self.m, self.v, self.spare
        m += np.multiply(np.subtract(g, m, out=t), 1 - BETA_1, out=t)
        np.multiply(g, g, out=t)
        v += np.multiply(np.subtract(t, v, out=t), 1 - BETA_2, out=t)
        np.add(np.sqrt(v, out=t), EPSILON, out=t)
        self.flat -= np.multiply(np.divide(m, t, out=t), rate, out=t)

    def predict(self, batch):
        [x] = self.inputs
        found = [softmax(self.model.forward(x[i : i + batch])) for i in range(0, len(x), batch)]
        return summary(np.concatenate(found))

    def evaluate(self):
        [x], y, batch = self.inputs, self.targets, self.problem.batch
        loss = hits = 0
        for i in range(0, len(y), batch):
            batch_loss, batch_hits, _ = self.cost(self.model.forward(x[i : i + batch]), y[i : i + batch])
            loss, hits = loss + batch_loss, hits + batch_hits
        return [(float(loss) / len(y), float(hits) / len(y))]

    def predict_one(self, times):
        row = self.inputs[0][:1]
        for _ in range(times):
            y = softmax(self.model.forward(row))
        return summary(y)

    call_one = predict_one_batch = predict_one


def as_float32(x):
    """Floats in single precision; whole numbers as they are."""
    return x.astype("float32", copy=False) if x.dtype.kind == "f" else x


def softmax(z):
    """Probabilities, row by row."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    e /= e.sum(axis=1, keepdims=True)
    return e


def softmax_crossentropy(z, y):
    """Return the summed loss, the number of hits, and the gradient of the mean loss by the logits."""
    p, rows = softmax(z), np.arange(len(y))
    loss, hits = -np.log(np.maximum(p[rows, y], EPSILON)).sum(), np.count_nonzero(z.argmax(axis=1) == y)
    p[rows, y] -= 1
    p *= np.float32(1 / len(y))
    return loss, hits, p


def sigmoid_crossentropy(z, y):
    """The same for one logit a row and targets 0 and 1."""
    p = 1 / (1 + np.exp(-z))
    q = np.clip(p, EPSILON, 1 - EPSILON)
    loss, hits = -np.log(np.where(y, q, 1 - q)).sum(), np.count_nonzero((p > 0.5) == y)
    return loss, hits, (p - y).astype("float32") * np.float32(1 / len(y))
