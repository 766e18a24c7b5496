"""`python -m kerasteach faces`: what it catches, and what it writes."""

import pytest

from kerasteach.widgets import History, Panel, faces
from kerasteach.widgets.palette import INK
from kerasteach.widgets.plots import card
from kerasteach.widgets.scene import Pixels, Rect, Scene, Text

pytest.importorskip("PIL")
WORDS = Text(20, 20, "words", 12, INK)


class Good(Panel):
    sentence = "All is well."
    text, picture = "Good: 1", card(80, 40, (Rect(10, 10, 20, 20, 0, INK), WORDS), "a square")

    def _text(self):
        return self.text

    def _scene(self):
        return self.picture


def large():
    import numpy as np

    return Pixels(0, 0, 80, 40, np.random.default_rng(0).integers(0, 256, (400, 400, 3), "uint8"))


FAULTS = {
    "no text": ({"text": " "}, "the text is empty"),
    "an address": ({"text": "<Layer at 0x7f3a2b1c>"}, "the text has an address or random id: 0x7f3a2b1c"),
    "a uuid": ({"sentence": "It is 1b4e28ba-2fa1-11d2-883f-0016d3cca427."}, "the sentence has an address or random id"),
    "no full stop": ({"sentence": "All is well"}, "the sentence does not end in a full stop"),
    "an empty picture": ({"picture": Scene(10, 10, (), "nothing")}, "the SVG is empty"),
    "a blank picture": ({"picture": Scene(10, 10, (Rect(0, 0, 9, 9),) * 4, "paper")}, "the PNG is empty"),
    "no label": ({"picture": card(80, 40, (Rect(10, 10, 20, 20, 0, INK), WORDS))}, "the SVG has no label"),
    "a shape nowhere": ({"picture": card(80, 40, (Rect(10, 10, 20, 20, 0, INK), WORDS, Text(float("nan"), 2, "x")), "x")}, "the SVG has shapes at nan or inf"),
    "a large picture": ({"picture": card(80, 40, (large(), WORDS), "noise")}, "the SVG has "),
}


def test_a_good_panel_has_no_fault():
    assert faces.faults(Good()) == []


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_is_named(name):
    changes, said = FAULTS[name]
    if name == "a shape nowhere":  # no painter can paint it
        pytest.importorskip("PIL")
        assert faces._of_svg(type("Bad", (Good,), changes)().to_svg()) == [said]
        return
    found = faces.faults(type("Bad", (Good,), changes)())
    assert any(fault.startswith(said) for fault in found), found


def test_a_state_that_does_not_make_the_view_again_is_found():
    class Forgetful(Good):
        options = {"n": 0}

        def __init__(self, n=0):
            super().__init__()
            self.text = f"Good: {n}"

    assert faces.faults(Forgetful(3)) == ["the same state shows something else"]


def test_numbers_and_words_are_no_random_ids():
    assert not faces._RANDOM.search("loss 0.000123456789012 defaced 123456789012 accuracy 1e-09 feedback")


def test_the_gallery_has_picture_sentence_code_and_text(tmp_path, capsys):
    assert faces.main(["History", "--write", str(tmp_path)]) == 0
    page = (tmp_path / "README.md").read_text("utf-8")
    panel = History.example("numpy")
    assert f"![{panel.sentence}](History.png)" in page and repr(panel) in page and "```python\nHistory(" in page
    assert (tmp_path / "History.png").read_bytes() == panel.to_png()
    assert "0 with faults" in capsys.readouterr().out


def test_a_fault_is_told_and_nothing_is_written(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(faces, "panels", lambda: {"Bad": type("Bad", (Good,), {"text": "", "example": classmethod(lambda cls, backend=None: cls())})})
    assert faces.main(["--write", str(tmp_path)]) == 1
    assert "the text is empty" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_a_panel_there_is_not_makes_no_sense(capsys):
    assert faces.main(["Nonsense"]) == 2
    assert "There is no panel Nonsense. There are: Graph, ShapeFlow, Arrays" in capsys.readouterr().err
