"""The Keras program on kerasteach while every number of every step is kept, and after that was switched off again."""

import kerasteach as keras
from kerasteach.explain.recording import recording

from .keras_program import KerasProgram

KEEP = 1000  # steps


def contender(problem, module, on):
    """Return the contender."""
    return Recorded(problem, keras, {}) if on else OffAgain(problem, keras, {})


class Recorded(KerasProgram):
    """`fit` inside a recording."""

    def fit(self):
        with recording(self.model, keep=KEEP) as self.record:
            return super().fit()

    def held(self):
        return [(self.record.nbytes, len(self.record.steps))]


class OffAgain(KerasProgram):
    """A model that was recorded once; what it learned then is taken back."""

    def __init__(self, problem, keras, options):
        super().__init__(problem, keras, options)
        with recording(self.model, keep=1):
            self.fit()
        self.model.compile(optimizer=self.optimizer(), loss=problem.loss, metrics=["accuracy"])
        self.model.set_weights(problem.weights())
