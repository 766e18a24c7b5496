"""The calibration panel: of the cases that a model called 80 % sure, was it right in 80 of 100?"""

from kerasteach.explain.calibration import calibration
from kerasteach.widgets.controls import Choice, Slider
from kerasteach.widgets.examples import classifier
from kerasteach.widgets.judging import Judging
from kerasteach.widgets.palette import INK, PLAIN, SOFT, TINTS, category
from kerasteach.widgets.plots import axes, bars, card, scatter
from kerasteach.widgets.scene import Group, Path, Rect, Text, line_through, marker
from kerasteach.widgets.words import count, number

WIDE = 330


class Calibration(Judging):
    """How sure a model is beside how often it is right: the reliability diagram, and the expected calibration error.

    Args:
        *source: `model, x, y` of a model with one output of classes; or `truth, scores`, the scores being probabilities or
            logits.
        bins: How many bins predictions are sorted into.
        strategy: `"uniform"` for bins as wide as each other, `"quantile"` for bins that hold as many.

    Example:

    >>> Calibration([0, 1, 1, 1], [0.25, 0.75, 0.75, 0.75], bins=2)
    Calibration: 4 samples in 2 bins; ECE 0.25, largest gap 0.25 (0 to 0.5: sure 0.25, right 0); Brier 0.0625
    """

    options = {"bins": 10, "strategy": "uniform"}
    css_class = "kt-calibration"

    def __init__(self, *source, bins=10, strategy="uniform"):
        super().__init__(*source, bins=bins, strategy=strategy)

    @classmethod
    def example(cls, backend=None):
        model, x, y, _ = classifier(backend, noise=0.35)
        return cls(model, x, y)

    def found(self):
        """The `explain.calibration.Bins`."""
        return self.once("bins", lambda: calibration(self.judged(), **self._state))

    @property
    def sentence(self):
        found = self.found()
        gap = found.gaps[found.worst]
        way = "it fits everywhere" if abs(gap) < 1e-9 else f"where it is {number(found.confidence[found.worst], 3)} sure it is right in {number(found.frequency[found.worst], 3)} of the cases, so it is {'too sure' if gap > 0 else 'not sure enough'}"
        return f"On average confidence and truth are {number(found.ece, 3)} apart; {way}."

    def controls(self):
        return [Slider("bins", "Bins", 2, 30), Choice("strategy", "Bins hold", (("equal ranges", "uniform"), ("equal numbers", "quantile")))]

    def _check(self, state):
        if not (isinstance(state["bins"], int) and 1 <= state["bins"] <= 100):
            raise ValueError(f"Expected 1 to 100 bins. Received: bins={state['bins']!r}.")
        if state["strategy"] not in ("uniform", "quantile"):
            raise ValueError(f'Expected strategy "uniform" or "quantile". Received: strategy={state["strategy"]!r}.')
        calibration(self.judged(), **state)

    def _text(self):
        found = self.found()
        n = found.worst
        worst = f"({number(found.edges[n], 3)} to {number(found.edges[n + 1], 3)}: sure {number(found.confidence[n], 3)}, right {number(found.frequency[n], 3)})"
        return (
            f"Calibration: {count(int(found.counts.sum()), 'sample')} in {count(self._state['bins'], 'bin')}; ECE {number(found.ece, 3)}, "
            f"largest gap {number(abs(found.gaps[n]), 3)} {worst}; Brier {number(found.brier, 3)}"
        )

    def _scene(self):
        found, binary = self.found(), self.judged().classes == 2
        sure = "probability of class 1" if binary else "confidence"
        drawn = axes((64, 84, WIDE, WIDE), (0, 1), (0, 1), "", "how often it was the truth" if binary else "how often it was right")
        items = [Text(20, 30, "Calibration", 14, INK, "start", bold=True), *drawn.items, *self._gaps(found, drawn)]
        diagonal = line_through([drawn.at(0, 0), drawn.at(1, 1)])
        items.append(Path(diagonal, PLAIN, 1.5, (6, 4)))
        full = found.counts > 0
        items += scatter(drawn, found.confidence[full], found.frequency[full], category(0), 9, name="bins")
        items += self._side(found, 64 + WIDE + 44)
        most = max(int(found.counts.max()), 1)
        below = axes((64, 84 + WIDE + 56, WIDE, 64), (0, 1), (0, most), sure, "", yticks={0: "0", most: str(most)})
        middles, widths = (found.edges[1:] + found.edges[:-1]) / 2, found.edges[1:] - found.edges[:-1]
        items += below.items
        for middle, wide, n in zip(middles, widths, found.counts):
            items += bars(below, [middle], [n], category(0), max(wide * 0.9, 0.004), names=[f"{n} samples"])
        items.append(Text(64, 84 + WIDE + 46, "samples in each bin", 11.5, INK, "start"))
        return card(64 + WIDE + 330, 84 + WIDE + 170, items, "Reliability diagram", self.sentence)

    def _gaps(self, found, drawn):
        """From the diagonal to each point, as wide as the bin: what is missing or too much."""
        items = []
        for n, (sure, right) in enumerate(zip(found.confidence, found.frequency)):
            if found.counts[n]:
                (left, top), (end, bottom) = drawn.at(found.edges[n], max(sure, right)), drawn.at(found.edges[n + 1], min(sure, right))
                paper, outline = TINTS["red" if sure > right else "blue"]
                gap = Rect(left + 1, top, max(end - left - 2, 1), max(bottom - top, 1), 0, paper, outline, 1, () if sure > right else (3, 2))
                items.append(Group((gap,), f"sure {number(sure, 3)}, right {number(right, 3)}, {found.counts[n]} samples", "gap"))
        return items

    def _side(self, found, x):
        texts = [("expected calibration error", found.ece), ("largest gap", abs(found.gaps[found.worst])), ("Brier score", found.brier)]
        items = [Text(x, 100 + 46 * n + 20, number(value, 3), 20, INK, "start", bold=True) for n, (_, value) in enumerate(texts)]
        items += [Text(x, 100 + 46 * n, name, 12, SOFT, "start") for n, (name, _) in enumerate(texts)]
        y = 260
        for name, words, dash in (("red", "too sure", ()), ("blue", "not sure enough", (3, 2))):
            items += [Rect(x, y - 11, 16, 14, 0, *TINTS[name], 1, dash), Text(x + 24, y, words, 12, INK, "start")]
            y += 24
        items += [Path(line_through([(x, y - 4), (x + 26, y - 4)]), PLAIN, 1.5, (6, 4)), Text(x + 34, y, "sure as often as right", 12, INK, "start")]
        return [*items, marker("circle", x + 8, y + 20, 9, category(0).color), Text(x + 34, y + 24, "a bin", 12, INK, "start")]
