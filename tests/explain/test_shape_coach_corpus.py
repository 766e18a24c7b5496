"""The corpus of broken models: what their errors say, and that they are errors as before."""

from pathlib import Path

import pytest

import kerasteach as kt
from kerasteach import config
from kerasteach.explain.shapes import command, judge
from kerasteach.explain.shapes.corpus import CASES


@pytest.fixture
def without_coach(monkeypatch):
    """Function: the error of a case as it is without the coach."""

    def raised(case):
        with monkeypatch.context() as patch:
            patch.delitem(config.HANDED_DOWN, "coach")
            kt.utils.clear_session()
            return judge.error_of(lambda: case.run(kt))

    return raised


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_error_keeps_type_and_message_and_gains_one_note(case, backend, without_coach):
    before = without_coach(case)
    kt.utils.clear_session()
    error = judge.error_of(lambda: case.run(kt))
    assert type(error) is type(before) and str(error) == str(before)
    assert len(str(error)) > 20  # an error of ours teaches by itself, too
    notes = [note for note in error.__notes__ if note.startswith("Shape coach")]
    assert len(notes) == 1 and error.__notes__ == [*getattr(before, "__notes__", []), *notes]


def test_the_promised_shares_are_reached(backend):
    verdicts = judge.judge_all(kt)
    named, mended = (sum(getattr(v, what) for v in verdicts) / len(verdicts) for what in ("named", "mended"))
    missed = [v.case for v in verdicts if not (v.named and v.mended)]
    assert len(verdicts) >= 60 and named >= command.NAMED and mended >= command.MENDED, missed


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_fixes_of_the_corpus_are_fixes(case, backend):
    assert judge.error_of(lambda: case.run(kt)) is not None
    for pattern, parts in case.fixes:
        assert judge.error_of(lambda parts=parts: case.run(kt, **parts)) is None, pattern


def test_real_keras_is_judged_by_the_same_rule():
    pytest.importorskip("keras")
    rooms = ["dense", "merging"]
    ours, theirs = judge.judge_all(kt, rooms), command.in_real_keras(rooms)
    assert [v.case for v in ours] == [v.case for v in theirs]
    assert all(v.kind for v in theirs)  # each of these fails there, too
    assert any(v.named for v in theirs)  # the rule can be met by a text of Keras


def test_the_rule_is_not_met_by_chance():
    case = CASES["transformer_feed_forward"]
    assert judge.names_culprit(case, "the layer 'back' gives 16")
    assert not judge.names_culprit(case, "a step back")  # not a name, only a word
    assert not judge.names_culprit(case, f"one of {sorted(case.names)} is wrong")  # everybody is nobody
    assert judge.running_fix(case, "try units=8", kt) and not judge.running_fix(case, "try units=9", kt)
    promised = judge.Verdict("a", "ValueError", "", True, True)
    assert command.reaches([promised] * 20) and not command.reaches([promised] * 17 + [judge.Verdict("b", "ValueError", "", True, False)] * 3)


def test_the_coach_does_not_know_the_corpus():
    """Nothing of the corpus is imported by the coach, and no name of a model or of its own layers is in its code."""
    root = Path(command.__file__).parent
    code = "\n".join(path.read_text("utf-8") for path in root.glob("*.py") if path.name not in ("judge.py", "command.py"))
    assert "import corpus" not in code and "from .corpus" not in code and "from .judge" not in code
    names = {name for case in CASES.values() for name in (case.name, *case.names)} - {"x", "y", "join", "narrow"}  # of the example in the docstrings
    assert not [name for name in names if f"'{name}'" in code or f'"{name}"' in code]


def test_the_command_writes_its_page(tmp_path, capsys):
    assert command.main(["attention", "--without-keras", "--text", "--write", str(tmp_path)]) == 0
    said, page = capsys.readouterr().out, (tmp_path / "shapes.md").read_text("utf-8")
    assert "Shape coach" in said and "kerasteach on Torch: culprit named in" in said
    assert "## attention" in page and "| transformer_feed_forward |" in page


def test_the_page_in_the_docs_is_of_this_corpus():
    page = (Path(__file__).parents[2] / "docs" / "shapes.md").read_text("utf-8")
    assert f"{len(CASES)} broken models" in page
    assert [name for name in CASES if f"| {name} |" not in page] == []
