"""`python -m kerasteach exercises`: what each verb prints, and its exit code."""

import contextlib
import json
import shutil
from pathlib import Path

import pytest

from kerasteach import __main__ as cli
from kerasteach.learn import answers, commands, record
from kerasteach.learn.exercise import exercise, numbers

ROOT = Path(__file__).resolve().parents[2]
NAME = "06_gradients.ipynb"


@pytest.fixture
def sheet(tmp_path, monkeypatch):
    """A student's folder with one exercise in it."""
    monkeypatch.setenv(record.SETTING, str(tmp_path / "progress.jsonl"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "exercises").mkdir()
    return Path(shutil.copy(ROOT / "exercises" / NAME, tmp_path / "exercises" / NAME))


def write(path, **sources):
    """Put code into cells, `q1_answer=...`."""
    nb = json.loads(path.read_text("utf-8"))
    for cell in nb["cells"]:
        if cell["id"].replace("-", "_") in sources:
            cell["source"] = sources.pop(cell["id"].replace("-", "_"))
    assert not sources
    path.write_text(json.dumps(nb), "utf-8")


def run(capsys, *words):
    code = cli.main(["exercises", *words])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_alone_it_lists(sheet, capsys):
    assert run(capsys) == run(capsys, "list")
    code, out, err = run(capsys)
    assert code == 0 and err == "" and out.startswith("○ Your course: 0 of ")
    assert all(f"    {number}  " in out for number in numbers())


def test_next(sheet, capsys):
    code, out, _ = run(capsys, "next")
    first = exercise(numbers()[0])
    assert code == 0 and out.startswith(f"Exercise {first.number}, {first.title}: q1, {first[0].task.name}: ")
    assert "python -m kerasteach lab" in out and f"{first.notebook}.ipynb" in out


def test_next_when_all_is_done(sheet, capsys):
    for number in numbers():
        for q in exercise(number):
            record.note(q.notebook, q.name, outcome="correct")
    assert run(capsys, "next") == (0, "All questions are answered. What will you build?\n", "")
    assert run(capsys)[1].startswith("✓ Your course: ")


def test_check_an_untouched_notebook(sheet, capsys):
    code, out, _ = run(capsys, "check", "06")
    assert code == 1 and out.count("not attempted\n  Put your code into") == len(exercise("06"))
    assert record.load() == {}


def test_check_a_right_one(sheet, capsys):
    write(sheet, **{key.replace("-", "_"): code for key, code in answers.load("06_gradients").items()})
    code, out, _ = run(capsys, "check", "6")
    assert code == 0 and "✓ Exercise 06, Gradients: 5 of 5 correct" in out
    assert "5 of 5" in run(capsys, "list")[1]


def test_check_goes_on_after_a_broken_cell(sheet, capsys):
    write(
        sheet, q1_answer="def sigmoid_vjp(g, x):\n    return g", q2_answer="def slopes(:", q3_answer="exit()",
        q4_answer="import os\nos.chdir('/')\nfor i in range(99999): print(i)\n1 / 0",
        q5_answer=answers.load("06_gradients")["q5-answer"],
    )  # fmt: skip
    code, out, err = run(capsys, "check", "06")
    assert code == 1 and err == "" and len(out) < 4000
    assert "✗ q1 incorrect" in out and "✓ q5 correct" in out
    assert "✗ the cell q2-answer raises SyntaxError" in out and "✗ the cell q3-answer raises SystemExit" in out
    assert "✗ the cell q4-answer raises ZeroDivisionError: division by zero" in out
    assert Path.cwd() == sheet.parent.parent


def test_check_stops_cells_that_never_end(sheet, capsys, monkeypatch):
    monkeypatch.setattr(commands, "_SECONDS", 1)
    write(sheet, q1_answer="while True: pass")
    code, out, _ = run(capsys, "check", "06")
    assert code == 1 and "were stopped after 1 seconds" in out


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"cells": 3}'])
def test_check_what_is_no_notebook(sheet, capsys, text):
    sheet.write_text(text, "utf-8")
    assert run(capsys, "check", "06") == (1, f"✗ exercises/{NAME} is no notebook.\n", "")


def test_reset_keeps_the_old_notebook(sheet, capsys):
    untouched = sheet.read_text("utf-8")
    for i in (1, 2):
        write(sheet, q1_answer="def sigmoid_vjp(g, x):\n    return g")
        run(capsys, "check", "06")
        code, out, _ = run(capsys, "reset", "06")
        assert code == 0 and out.endswith(f"is kept in exercises/06_gradients.old{i}.ipynb.\n")
        assert sheet.read_text("utf-8") == untouched and record.load() == {}
    assert run(capsys, "reset", "06") == (0, "Exercise 06 is as new.\n", "")


@pytest.mark.parametrize("words, said", [
    (["check"], "Say which: python -m kerasteach exercises check 0"),
    (["reset"], "Say which"), (["check", "01", "06"], "Say which"),
    (["check", "77"], "There is no exercise 77. There are: "), (["verify", "x"], "There is no exercise x"),
    (["list", "06"], "takes no number"), (["next", "--check"], "belongs to `make`"),
])  # fmt: skip
def test_what_makes_no_sense(sheet, capsys, words, said):
    code, out, err = run(capsys, *words)
    assert code == 2 and out == "" and said in err


def test_an_unknown_verb(capsys):
    with contextlib.suppress(SystemExit):
        cli.main(["exercises", "solve"])
        raise AssertionError
    assert "invalid choice" in capsys.readouterr().err


def test_make_only_compares_with_check(capsys):
    assert run(capsys, "make", "--check") == run(capsys, "--check")
    assert run(capsys, "--check")[0] == 0


def test_verify_prints_a_table_and_notes_no_progress(sheet, capsys):
    code, out, _ = run(capsys, "verify", "06")
    assert code == 0 and "exercise  questions  caught" in out and "mistakes caught" in out
    assert record.load() == {}
