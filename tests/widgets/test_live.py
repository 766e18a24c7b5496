"""The frame all live faces share: controls, picture, details and words follow the state, and the other way round."""

import sys

import pytest

from kerasteach.widgets import Panel
from kerasteach.widgets.controls import Button, Choice, Entry, Number, Play, Slider, Toggle, locked
from kerasteach.widgets.palette import INK
from kerasteach.widgets.plots import card
from kerasteach.widgets.scene import Text

pytest.importorskip("ipywidgets")


class Counter(Panel):
    """A panel with one control of each kind."""

    options = {"step": 0, "steps": 9, "rate": 0.5, "way": "up", "grid": True, "word": ""}

    sentence = "A counter."

    def controls(self):
        state = self.state
        return [
            Play("step", "Play", 0, state["steps"]),
            Slider("step", "Step", 0, state["steps"]),
            Slider("rate", "Rate", 0.0, 1.0, 0.1),
            Choice("way", "Way", (("upwards", "up"), ("downwards", "down"))),
            Toggle("grid", "Grid"),
            Number("steps", "Steps", low=0, whole=True),
            Entry("word", "Word"),
            Button("Back to 0", "restart"),
        ]

    def restart(self):
        self.set(step=0)

    def details(self):
        return "<b>many</b>" if self.state["step"] > 5 else ""

    def _check(self, state):
        if state["word"] == "bad":
            raise ValueError("Expected a good word. Received: word='bad'.")

    def _text(self):
        return f"Counter: step {self.state['step']} of {self.state['steps']}"

    def _scene(self):
        return card(100, 50, [Text(50, 25, repr(self), 12, INK)], "counter")


class Pointed(Counter):
    def pointed(self, x, y, kind):
        self.set(word=f"{kind} {x:g} {y:g}")


MOVES = {"step/play": 4, "step": 7, "rate": 0.7, "way": "down", "grid": False, "steps": 5, "word": "hello"}


@pytest.mark.parametrize("name", MOVES)
def test_a_control_changes_the_state(name):
    panel = Counter()
    panel.widget().control[name].value = MOVES[name]
    assert panel.state[name.partition("/")[0]] == MOVES[name]


@pytest.mark.parametrize("name", MOVES)
def test_the_state_moves_the_control(name):
    panel = Counter()
    live = panel.widget()
    panel.set(**{name.partition("/")[0]: MOVES[name]})
    assert live.control[name].value == MOVES[name]


def test_one_step_moves_picture_words_details_and_the_other_control():
    panel = Counter()
    live = panel.widget()
    assert (live.details.value, live.details.layout.display) == ("", "none")
    live.control["step"].value = 8
    assert live.control["step/play"].value == 8
    assert "step 8 of 9" in live.picture.svg
    assert live.picture.label == "A counter."
    assert live.words.words == repr(panel) == "Counter: step 8 of 9"
    assert (live.details.value, live.details.layout.display) == ("<b>many</b>", None)


def test_a_button_calls_its_method():
    panel = Counter(step=3)
    panel.widget().control["restart()"].click()
    assert panel.state["step"] == 0


def test_ranges_follow_the_state_without_moving_it():
    panel = Counter(step=2)
    live = panel.widget()
    panel.set(steps=3)
    assert (live.control["step"].max, live.control["step/play"].max, panel.state["step"]) == (3, 3, 2)
    panel.set(steps=1)  # the step that is out of range now is the panel's business
    assert (live.control["step"].value, panel.state["step"]) == (1, 2)


def test_what_the_panel_refuses_is_said_and_taken_back():
    panel = Counter(word="good")
    live = panel.widget()
    live.control["word"].value = "bad"
    assert panel.state["word"] == live.control["word"].value == "good"
    assert live.words.words == "Expected a good word. Received: word='bad'."


def test_every_control_has_words_beside_it():
    for control in Counter().widget().control.values():
        assert control.description


def test_controls_can_be_locked():
    class Exam(Counter):
        def controls(self):
            return locked(super().controls(), ["rate", "way"])

    live = Exam().widget()
    assert [name for name, control in live.control.items() if control.disabled] == ["rate", "way"]


def test_a_panel_that_wants_to_be_pointed_at_is_told_where():
    pytest.importorskip("anywidget")
    panel = Pointed()
    live = panel.widget()
    assert live.picture.pointed and not Counter().widget().picture.pointed
    live.picture._handle_custom_msg({"kind": "click", "x": 12.5, "y": 3}, [])
    assert panel.state["word"] == "click 12.5 3"


def test_without_anywidget_plain_html_shows_the_same(monkeypatch):
    from kerasteach.widgets import picture

    monkeypatch.setitem(sys.modules, "anywidget", None)
    picture._anywidgets.cache_clear()
    try:
        live = Pointed(step=1).widget()
    finally:
        monkeypatch.undo()
        picture._anywidgets.cache_clear()
    assert 'role="img" aria-label="A counter."' in live.picture.value and "step 1 of 9" in live.picture.value
    assert live.words.value == '<p class="kt-words" role="status">Counter: step 1 of 9</p>'


def test_changes_during_fit_are_drawn_ten_times_a_second_and_the_last_always(monkeypatch):
    now, drawn = [100.0], []
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    panel = Counter()
    panel.changed()  # nobody looks
    panel._widget = type("Face", (), {"refresh": lambda _: drawn.append(now[0])})()
    for _ in range(101):
        panel.changed()
        now[0] += 0.01
    panel.changed(last=True)
    assert 8 <= len(drawn) <= 12
    assert drawn[-1] == now[0]


def test_a_browsers_slider_stands_on_a_step_and_the_state_between_two_stays(monkeypatch):
    """A slider tells the step it was put on as if it had been moved there, a moment later; only a real move counts."""
    panel = Counter()
    live = panel.widget()
    panel.set(rate=0.53)
    panel.set(rate=0.28)
    live.control["rate"].value = 0.5  # the browser's echo of what it was shown first
    live.control["rate"].value = 0.3
    assert panel.state["rate"] == 0.28
    live.control["rate"].value = 0.7
    assert panel.state["rate"] == 0.7
    monkeypatch.setattr("kerasteach.widgets.controls.ECHO", 0)  # a while later
    live.control["rate"].value = 0.5
    assert panel.state["rate"] == 0.5

