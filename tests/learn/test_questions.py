"""The parts of a check: attempts leave no trace, cases shrink, results have two faces."""

import random
import re
import warnings
from html.parser import HTMLParser

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.learn import Misconception, Outcome, Question, Task, exercise
from kerasteach.learn.card import Card
from kerasteach.learn.observe import Raised, as_value, attempt, same
from kerasteach.learn.shrink import simplify, smallest_first

DOUBLE = Task(
    name="double", asks="two times", cell="q1-answer", arguments=("x",),
    cases=lambda: smallest_first(lambda rng, n: {"x": rng.integers(-9, 10, n) / 2}, n=(1, 2, 3)),
    reference=lambda case: case["x"] * 2,
    observe=lambda returned, case: as_value(returned),
    misconceptions=(Misconception("squared", lambda x: x**2, "That is the square."),),
    hints=("Twice.", "x + x."), praise="Yes.",
)  # fmt: skip


def ask():
    return Question(DOUBLE, "q1", "none")


def test_a_task_of_any_kind():
    assert ask().check(lambda x: x + x).outcome is Outcome.CORRECT
    result = ask().check(lambda x: x * x)
    assert result.misconception == "squared" and result.counterexample.case == {"x": np.array([1.0])}
    assert ask().check(lambda x: x * 3).misconception is None


def test_the_text_is_the_same_every_time():
    assert repr(ask().check(lambda x: x * x)) == (
        "✗ q1 incorrect: squared\n"
        "  That is the square.\n"
        "  The smallest example that shows it:\n"
        "    x = np.array([1.0])\n"
        "    double(x)\n"
        "    expected [2.0]\n"
        "    received [1.0]\n"
        "  See q1.hint(1)."
    )


def test_numbers_that_look_alike_are_shown_with_more_digits():
    assert "received [4e-05]" in repr(ask().check(lambda x: x * 2 + 4e-5))


def test_an_answer_cannot_change_the_case():
    def double(x):
        x *= 2
        return x

    assert ask().check(double).is_correct


def test_an_answer_that_is_not_the_same_twice_still_gets_a_result():
    calls = iter(range(10**6))
    assert ask().check(lambda x: x * 2 + (next(calls) == 0)).outcome is Outcome.INCORRECT


def test_a_check_leaves_no_trace(capsys):
    def noisy(x):
        print("here")
        warnings.warn("there", stacklevel=2)
        keras.layers.Dense(1)
        return x * 2 + 0 * np.random.rand() + 0 * random.random() + 0 * np.log(0 * x)

    keras.utils.clear_session()
    keras.utils.set_random_seed(1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ask().check(noisy)
        exercise("01")[0].check(noisy)
    drawn = random.random(), np.random.rand()
    keras.utils.set_random_seed(1)
    assert drawn == (random.random(), np.random.rand())
    assert keras.layers.Dense(1).name == "dense"
    assert capsys.readouterr() == ("", "")


def test_ctrl_c_stops_a_check():
    def never(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask().check(never)


def test_grade_raises_what_check_says():
    ask().grade(lambda x: 2 * x)
    for wrong, said in [(lambda x: x * x, "q1 incorrect: squared"), (..., "q1 not attempted")]:
        with pytest.raises(AssertionError, match=said):
            ask().grade(wrong)


def test_exercises_are_found_by_number():
    assert len(exercise("01")) == len(exercise(1)) == 4
    for unknown in ("77", "one", "", "-1", "²"):
        with pytest.raises(ValueError, match="There is no exercise"):
            exercise(unknown)


def test_an_exercise_keeps_score():
    ex = exercise("01")
    ex[1].check()
    ex[2].check(lambda y, p: 0.0)
    assert [q.status for q in ex] == ["not checked yet", "not attempted", "incorrect", "not checked yet"]
    assert "0 of 4 correct" in repr(ex) and repr(ex[2]).startswith("<q3: binary_crossentropy")


def test_errors_agree_when_both_are_about_shapes():
    def failing(function):
        return attempt(function, [np.ones((2, 3))], as_value)

    assert same(failing(lambda x: x @ x), failing(lambda x: np.dot(x, x)))
    assert not same(failing(lambda x: x @ x), failing(lambda x: int("a")))
    assert not same(Raised("KeyError", "shape"), Raised("ValueError", "shape"))


def test_shrinking_keeps_to_the_numbers_of_a_name():
    case = {"x": np.array([3.0]), "p": np.array([0.3]), "n": 3}
    found = simplify(case, lambda c: c["p"][0] > 0, {"p": (0.5,)})
    assert found == {"x": np.array([0.0]), "p": np.array([0.5]), "n": 3}


def test_sizes_of_which_no_case_is_allowed_are_named():
    with pytest.raises(ValueError, match=r"with \{'n': 3\} is allowed"):
        smallest_first(lambda rng, n: {"x": np.zeros(n)}, lambda case: len(case["x"]) < 3, n=(1, 3))


def test_cases_come_smallest_first_and_again_the_same():
    def make():
        return smallest_first(lambda rng, a, b: {"x": rng.random((a, b))}, a=(1, 2), b=(1, 2, 3))

    sizes = [sum(case["x"].shape) for case in make()]
    assert sizes == sorted(sizes) and len(sizes) == 12
    assert all((a["x"] == b["x"]).all() for a, b in zip(make(), make()))


class Reader(HTMLParser):
    """Attributes of the outermost element, and all tags."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("shown", [
    ask().check(lambda x: "<script>"), ask().check(), ask().hint(), exercise("01"), exercise("01")[0].solution(),
    Card("✓", "a < b & c", ("<i>",), "1 < 2"),
])  # fmt: skip
def test_html_has_a_role_a_label_and_nothing_unescaped(shown):
    html = shown._repr_html_()
    (tag, attributes), *inner = Reader(html).tags
    assert (tag, attributes["role"]) == ("section", "status")
    assert attributes["aria-label"] == repr(shown).splitlines()[0][2:]
    assert {name for name, _ in inner} <= {"strong", "p", "pre"}
    assert re.sub(r"\s+", "", "".join(re.findall(r">([^<]*)<", html)))  # text, not colour alone
