"""The Keras program of a problem, with whichever Keras is asked for: `compile` and `fit` with their own defaults."""

import importlib

from problems.base import summary


def contender(problem, module, **options):
    """Return the contender; `options` go to `compile`. Its backend was set in the environment."""
    return KerasProgram(problem, importlib.import_module(module), options)


class KerasProgram:
    """A model, compiled and fed."""

    def __init__(self, problem, keras, options):
        self.problem, self.keras = problem, keras
        self.model = problem.model(keras)
        self.model.compile(optimizer=self.optimizer(), loss=problem.loss, metrics=["accuracy"], **options)
        self.model.set_weights(problem.weights())
        self.x, self.y = problem.data()
        if len(self.x) == 1:
            [self.x] = self.x

    def optimizer(self):
        """Adam; where only gradients are wanted, the optimizer that does least."""
        return "adam" if self.problem.updates else self.keras.optimizers.SGD(0.0)

    def fit(self):
        p = self.problem
        logs = self.model.fit(self.x, self.y, epochs=p.epochs, batch_size=p.batch, verbose=0).history
        return list(zip(logs["loss"], logs["accuracy"], strict=True))

    def predict(self, batch):
        return summary(self.model.predict(self.x, batch_size=batch, verbose=0))

    def evaluate(self):
        return [self.model.evaluate(self.x, self.y, batch_size=self.problem.batch, verbose=0)]

    def predict_one(self, times):
        row = self.x[:1]
        for _ in range(times):
            y = self.model.predict(row, verbose=0)
        return summary(y)

    def predict_one_batch(self, times):
        row = self.x[:1]
        for _ in range(times):
            y = self.model.predict_on_batch(row)
        return summary(y)

    def call_one(self, times):
        row, home = self.x[:1], self.keras.ops.convert_to_numpy
        for _ in range(times):
            y = home(self.model(row))
        return summary(y)
