"""What panels have in common that lay predictions beside the truth: they take a model and data, or the two arrays."""

from kerasteach.explain.judged import judged, of_arrays
from kerasteach.layers import Layer
from kerasteach.widgets.following import Following


class Judging(Following):
    """A panel of a model's predictions and the truth.

    Args:
        *source: `model, x, y`, read afresh at each redraw, or `truth, scores`.
        **state: the settings.
    """

    def __init__(self, *source, **state):
        if len(source) == 3 and isinstance(source[0], Layer):
            self.model, self.x, self.y = source
            self.source_name = "model, x, y"
        elif len(source) == 2:
            self.truth, self.scores = source
            self.source_name = "truth, scores"
        else:
            raise TypeError(f"Expected {type(self).__name__}(model, x, y) or {type(self).__name__}(truth, scores). Received: {len(source)} arguments.")
        self.judged()  # what does not fit is refused here
        super().__init__(**state)

    def judged(self):
        """Predictions beside the truth, as they are now."""
        if self.source_name == "model, x, y":
            return self.once("judged", lambda: judged(self.model, self.x, self.y))
        return self.once("judged", lambda: of_arrays(self.truth, self.scores))
