"""Formulas as shapes: every formula of the library can be set, and stays where it was put."""

import pytest

import kerasteach as keras
from kerasteach.explain.formula import formula_lines
from kerasteach.ops import OPS
from kerasteach.widgets.maths import maths
from kerasteach.widgets.scene import Path, Text

from .test_tape import ends

OPTIMIZERS = "SGD RMSprop Adam AdamW Nadam Adamax Adagrad Adadelta Ftrl Lion Lamb Adafactor Muon".split()


def written(shapes):
    return "".join(shape.text for shape in shapes if isinstance(shape, Text))


def formulas():
    """Name -> LaTeX of every rule and every optimizer."""
    found = {}
    for name, rule in OPS.items():
        found |= {f"{name} {left}": f"{left} = {right}" for left, right in formula_lines(rule).items()}
    for name in OPTIMIZERS:
        rule = type("rule", (), {"function": getattr(keras.optimizers, name)().formula})
        found[name] = formula_lines(rule)[""]
    return found


def test_every_formula_of_the_library_is_set():
    every = formulas()
    assert len(every) > 300
    for name, tex in every.items():
        shapes, height = maths(tex, 20, 30, 640, 60)
        assert shapes and 0 < height <= 110, name
        for shape in shapes:
            if isinstance(shape, Text):
                left, right = ends(shape)
                assert left >= 19 and right <= 675 and 30 <= shape.y <= 30 + height + 6, (name, shape)
                assert not any(sign in shape.text for sign in ("\\frac", "\\left", "\\mathrm", "\0")), (name, shape)


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"y = x_1 \, x_2", "y=x1x2"),
        (r"y = \max\left(x,\, 0\right)", "y=maxx,0"),  # brackets are lines
        (r"\bar{x} = \bar{y} \, [y > 0]", "x=y[y>0]"),
        (r"\frac{1}{\sqrt{x}}", "1x"),
        (r"y = \begin{cases} a & c \\ b & \text{else} \end{cases}", "y=acbelse"),
        (r"\texttt{g.shape[1] \% 2 == \{0\}}", "g.shape[1] % 2 == {0}"),
        (r"\beta_2^{\mathrm{step}}", "β2step"),
    ],
)
def test_what_is_written(tex, text):
    assert written(maths(tex, 0, 0, 400, 60)[0]) == text


def test_a_fraction_has_its_line_between_its_parts():
    shapes, _ = maths(r"\frac{a}{b}", 0, 0, 100, 60)
    above, below = (shape for shape in shapes if isinstance(shape, Text))
    (line,) = (shape for shape in shapes if isinstance(shape, Path))
    assert above.y < line.steps[0][2] < below.y - below.size / 2


def test_signs_of_numbers_stand_close_and_operators_apart():
    def gap(tex):
        *_, first, second = (shape for shape in maths(tex, 0, 0, 100, 60)[0] if isinstance(shape, Text) and shape.text in "ab−")
        return second.x - ends(first)[1]

    assert gap(r"a - b") > gap(r"a = -b") + 2


def test_what_does_not_fit_ends_in_an_ellipsis():
    tex = r" \quad ".join(rf"\mathrm{{name {n}}} = \frac{{{n}}}{{x}}" for n in range(30))
    shapes, height = maths(tex, 0, 0, 300, 80)
    assert height <= 80 and written(shapes).endswith("…")
    assert written(maths(r"\mathrm{" + "wide" * 60 + "}", 0, 0, 200, 40)[0]) == "…"
