"""A training loop of one's own on kerasteach: `GradientTape`, op by op, no program."""

import numpy as np

import kerasteach as keras

from .keras_program import KerasProgram


def contender(problem, module):
    """Return the contender."""
    return Chain(problem) if type(problem).__name__ == "Chain" else TapeLoop(problem, keras, {})


class TapeLoop(KerasProgram):
    """The model of the Keras program in a loop by hand."""

    def fit(self):
        arrays = [np.asarray(a, "float32") for a in (self.x if isinstance(self.x, list) else [self.x])]
        return [self.epoch(arrays) for _ in range(self.problem.epochs)]

    def epoch(self, arrays):
        rows, batch, model = len(self.y), self.problem.batch, self.model
        loss_of, loss_sum, hits = keras.losses.get(self.problem.loss), 0, 0
        order = np.random.permutation(rows)
        for i in range(0, rows, batch):
            x, y = [a[order[i : i + batch]] for a in arrays], self.y[order[i : i + batch]]
            with keras.GradientTape() as tape:
                p = model(x if len(x) > 1 else x[0], training=True)
                loss = keras.ops.mean(loss_of(y, p))
            model.optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
            p = keras.ops.convert_to_numpy(p)
            hits += ((p > 0.5) == y if p.shape == y.shape else p.argmax(1) == y).sum()
            loss_sum += float(loss) * len(y)
        return loss_sum / rows, hits / rows


class Chain:
    """One vector through many ops, and its gradient."""

    def __init__(self, problem):
        self.ops = problem.ops
        self.x = keras.Variable(problem.weights()[0])

    def fit(self):
        with keras.GradientTape() as tape:
            y = self.x
            for _ in range(self.ops):
                y = y * 0.99999
            loss = keras.ops.sum(y)
        return [(float(tape.gradient(loss, self.x)[0]), 1)]
