"""The confusion panel: how often each class was taken for each."""

from html import escape

import numpy as np

from kerasteach.explain.judged import confusion, rates
from kerasteach.widgets.controls import Choice, Slider
from kerasteach.widgets.examples import three_clouds
from kerasteach.widgets.heat import heat
from kerasteach.widgets.judging import Judging
from kerasteach.widgets.palette import ACCENT, INK, PAPER, SOFT, category
from kerasteach.widgets.plots import Box, axes, card, legend, line, table
from kerasteach.widgets.scene import Rect, Text, text_width
from kerasteach.widgets.words import count, number

_SHARES = {None: "how many", "true": "share of the true class", "pred": "share of the predicted class", "all": "share of all"}
MOST_ROWS, MOST_NAMED = 12, 20


class Confusion(Judging):
    """How often each true class (rows) was predicted as each class (columns), with precision, recall and F1.

    Args:
        *source: `model, x, y` of a model with one output of classes; or `truth, scores`, the scores being probabilities,
            logits, or the predicted classes themselves.
        names: The names of the classes.
        normalize: What cells show: None for how many, or shares of the `"true"` class, the `"pred"` class, or `"all"`.
        threshold: From which probability on the second of two classes is predicted.
        cell: `(true, predicted)`: the cell whose samples the live face lists.

    Example:

    >>> Confusion([0, 0, 1, 1, 1], [0.1, 0.6, 0.7, 0.8, 0.2], names=("cat", "dog"))
    Confusion: 5 samples, 2 classes; accuracy 0.6; rows true, columns predicted: cat 1 1, dog 1 2; threshold 0.5
    """

    options = {"names": None, "normalize": None, "threshold": 0.5, "cell": None}
    css_class = "kt-confusion"

    def __init__(self, *source, names=None, normalize=None, threshold=0.5, cell=None):
        super().__init__(*source, names=names, normalize=normalize, threshold=threshold, cell=cell)

    @classmethod
    def example(cls, backend=None):
        return cls(*three_clouds(backend), names=("left", "right", "top"), cell=(0, 2))

    def matrix(self):
        """How often each true class (rows) was predicted as each class (columns), as whole numbers."""
        found = self.judged()
        return confusion(found.truth, found.predicted(self._state["threshold"]), found.classes)

    @property
    def names(self):
        """The names of the classes; their numbers where there are none."""
        return tuple(map(str, self._state["names"] or range(self.judged().classes)))

    @property
    def sentence(self):
        matrix, names = self.matrix(), self.names
        right = int(np.trace(matrix))
        parts = [f"Of {count(int(matrix.sum()), 'sample')} {right:,} {'was' if right == 1 else 'were'} predicted right"]
        wrong = matrix - np.diag(np.diag(matrix))
        if wrong.any():
            i, j = np.unravel_index(wrong.argmax(), wrong.shape)
            parts.append(f"most often {names[i]} was taken for {names[j]}, {count(int(wrong[i, j]), 'time')}")
        return "; ".join(parts) + "."

    def controls(self):
        found, names, matrix = self.judged(), self.names, self.matrix()
        cells = [(f"{names[i]} as {names[j]}: {matrix[i, j]}", (int(i), int(j))) for i, j in np.argwhere(matrix)]
        if self._state["cell"] is not None and self._state["cell"] not in [cell for _, cell in cells]:
            i, j = self._state["cell"]
            cells.append((f"{names[i]} as {names[j]}: 0", (i, j)))
        return [
            *([Slider("threshold", "Threshold", 0.0, 1.0, 0.01)] if found.binary else []),
            Choice("normalize", "Cells", tuple((text, key) for key, text in _SHARES.items())),
            Choice("cell", "Samples of", (("(none)", None), *cells)),
        ]

    def pointed(self, x, y, kind):
        """A click on a cell lists its samples; a click beside them lists none."""
        if kind == "click":
            box, classes = self._box(), len(self.names)
            inside = box.x <= x < box.x + box.width and box.y <= y < box.y + box.height
            at = (int((y - box.y) / box.height * classes), int((x - box.x) / box.width * classes))
            self.set(cell=at if inside else None)

    def details(self):
        if self._state["cell"] is None:
            return ""
        found, (i, j) = self.judged(), self._state["cell"]
        rows = np.flatnonzero((found.truth == i) & (found.predicted(self._state["threshold"]) == j))
        listed = ", ".join(map(str, rows[:40])) + (" and more" if len(rows) > 40 else "")
        name = [escape(self.names[n]) for n in (i, j)]
        return f"<p><b>{count(len(rows), 'sample')}</b> of class {name[0]} predicted as {name[1]}{': numbers ' if len(rows) else '.'}{listed}</p>"

    def _check(self, state):
        classes = self.judged().classes
        if state["names"] is not None and len(state["names"]) != classes:
            raise ValueError(f"Expected a name for each of {classes} classes. Received: names={state['names']!r}.")
        if state["normalize"] not in _SHARES:
            raise ValueError(f'Expected normalize None, "true", "pred" or "all". Received: normalize={state["normalize"]!r}.')
        if not 0 <= state["threshold"] <= 1:
            raise ValueError(f"Expected a threshold from 0 to 1. Received: threshold={state['threshold']!r}.")
        cell = state["cell"]
        if cell is not None and (len(cell) != 2 or not all(0 <= n < classes for n in cell)):
            raise ValueError(f"Expected a cell (true, predicted) of classes 0 to {classes - 1}. Received: cell={cell!r}.")

    def _text(self):
        matrix, names, found = self.matrix(), self.names, self.judged()
        *_, accuracy = rates(matrix)
        parts = [f"{count(int(matrix.sum()), 'sample')}, {count(len(names), 'class', 'classes')}", f"accuracy {number(accuracy)}"]
        if len(names) <= MOST_NAMED:
            rows = ", ".join(f"{name} {' '.join(map(str, row))}" for name, row in zip(names, matrix))
            parts.append(f"rows true, columns predicted: {rows}")
        parts += [f"threshold {number(self._state['threshold'])}"] if found.binary else []
        return "Confusion: " + "; ".join(parts)

    def _box(self):
        classes = len(self.names)
        side = min(64 * classes, max(200, min(360, 40 * classes)))
        left = 36 + max(text_width(name, 11) for name in self.names) if classes <= MOST_NAMED else 60
        return Box(max(left, 60), 66, side, side)

    def _scene(self):
        matrix, names, box = self.matrix(), self.names, self._box()
        few = len(names) <= MOST_NAMED
        shown = {None: matrix, "true": matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1),
                 "pred": matrix / np.maximum(matrix.sum(axis=0, keepdims=True), 1), "all": matrix / max(matrix.sum(), 1)}[self._state["normalize"]]  # fmt: skip
        items = [Text(20, 30, f"Confusion: {_SHARES[self._state['normalize']]}", 14, INK, "start", bold=True)]
        items += heat(shown, box, "viridis", (0, shown.max() or 1), ("true", "predicted"), names if few else (), names if few else (), numbers=few)
        if self._state["cell"] is not None:
            (i, j), side = self._state["cell"], box.width / len(names)
            place = (box.x + j * side, box.y + i * side, side, side)
            items += [Rect(*place, 3, "", PAPER, 5), Rect(*place, 3, "", ACCENT, 2.5)]
        x = box.x + box.width + 40
        precision, recall, f1, accuracy = rates(matrix)
        rows = [(name, f"{p:.3f}", f"{r:.3f}", f"{f:.3f}", int(n)) for name, p, r, f, n in zip(names, precision, recall, f1, matrix.sum(axis=1))]
        items.append(Text(x, 50, f"accuracy {number(accuracy)}", 13, INK, "start", bold=True))
        items += table(rows[:MOST_ROWS], x, 78, (90, 76, 66, 62, 70), ("class", "precision", "recall", "F1", "samples"))
        bottom = 78 + 22 * (min(len(rows), MOST_ROWS) + 1)
        if len(rows) > MOST_ROWS:
            items.append(Text(x, bottom, f"and {len(rows) - MOST_ROWS} classes more", 11, SOFT, "start"))
        if self.judged().binary:
            items += self._by_threshold(x, bottom + 34)
            bottom += 190
        return card(x + 374, max(bottom, box.y + box.height + 40), items, "Confusion matrix", self.sentence)

    def _by_threshold(self, x, y):
        """Precision and recall of the second class at every threshold, and where it stands."""
        found, steps = self.judged(), np.linspace(0, 1, 101)
        both = [rates(confusion(found.truth, found.predicted(t), 2)) for t in steps]
        drawn = axes((x + 34, y, 300, 90), (0, 1), (0, 1), "threshold")
        styles = (("precision", category(0)), ("recall", category(1)))
        items = [*drawn.items, *legend([(f"{name} of {self.names[1]}", style) for name, style in styles], x + 34, y - 14)]
        for n, (name, style) in enumerate(styles):
            items += line(drawn, steps, [rate[n][1] for rate in both], style, points=11, name=name)
        left, top = drawn.at(self._state["threshold"], 1)
        return [*items, Rect(left - 1, top, 2, 90, 0, ACCENT)]
