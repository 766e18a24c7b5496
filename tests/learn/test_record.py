"""Progress outlives the kernel, survives everything, and is never needed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kerasteach.learn import exercise, progress, record
from kerasteach.learn.course import next_question

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(tmp_path, monkeypatch):
    path = tmp_path / "new" / "progress.jsonl"
    monkeypatch.setenv(record.SETTING, str(path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return path


def right(question):
    return question.task.right_answers[0]


def test_checks_hints_and_resets_are_kept(place):
    q = exercise("06")[0]
    q.check()
    assert not place.exists()  # a stub is no attempt
    q.check(lambda g, x: g)
    q.hint(2)
    assert record.load() == {("06_gradients", "q1"): {"outcome": "incorrect", "attempts": 1, "hints": 2}}
    q.check(right(q))
    q.check(lambda g, x: g)
    assert record.load()["06_gradients", "q1"] == {"outcome": "correct", "attempts": 3, "hints": 2}  # once correct, it stays so
    q.reset()
    assert record.load() == {} and q.result is None and q.attempts == q.hints_given == 0


def test_grading_is_nobodys_progress(place, monkeypatch):
    exercise("06")[0].grade(right(exercise("06")[0]))
    exercise("06")[0].judge(lambda g, x: g)
    assert not place.exists()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    exercise("06")[0].check(lambda g, x: g)
    assert not place.exists() and record.path() is None


def test_the_solution_comes_after_an_attempt_also_one_of_yesterday(place):
    q = exercise("06")[0]
    assert "after an attempt" in repr(q.solution()) and "return" not in q.solution().code
    q.check()
    assert "after an attempt" in repr(q.solution())
    q.check(lambda g, x: g)
    assert "return" in q.solution().code
    assert "return" in exercise("06")[0].solution().code  # another kernel
    q.reset()
    assert "after an attempt" in repr(exercise("06")[0].solution())


def test_the_map_and_where_to_go_on(place):
    first = exercise(next_question()[0].number)
    for q in first:
        q.check(right(q))
    first[1].check(lambda *a: 0)
    second, q = next_question()
    q.check(lambda *a: 0)
    assert second.number > first.number and next_question()[1].name == "q1"
    lines = repr(progress()).splitlines()
    assert lines[0].startswith(f"○ Your course: {len(first)} of ")
    assert f"{first.number}  {first.title} " in lines[1] and " ".join("✓" * len(first)) in lines[1]
    assert "✗ ·" in lines[2] and f"0 of {len(second)}" in lines[2]


@pytest.mark.parametrize("text", [
    "", "{", "[]", "null", "3", '{"notebook": 3}', '{"notebook": [], "question": {}}', "\x00\x01", '{"notebook": "n", "question": "q", "hints": "x"}',
    '{"notebook": "n", "question": "q", "more": 1}',
])  # fmt: skip
def test_a_broken_line_costs_itself_alone(place, text):
    place.parent.mkdir()
    good = json.dumps({"notebook": "06_gradients", "question": "q1", "outcome": "correct"})
    place.write_text(f"{text}\n{good}\n{text}\n", "utf-8")
    assert record.load()["06_gradients", "q1"]["outcome"] == "correct"
    assert " 1 of " in repr(progress())
    exercise("06")[1].check(lambda *a: 0)
    assert record.load()["06_gradients", "q2"]["outcome"] == "incorrect"


def test_bytes_that_are_no_text(place):
    place.parent.mkdir()
    place.write_bytes(b"\xff\xfe\x00\n")
    exercise("06")[0].check(lambda *a: 0)
    assert len(record.load()) == 1


@pytest.mark.parametrize("where", ["/dev/null/progress", "/proc/progress", "~nobody-of-that-name/p"])
def test_where_nothing_can_be_written_all_works_as_ever(monkeypatch, where):
    monkeypatch.setenv(record.SETTING, where)
    q = exercise("06")[0]
    assert q.check(right(q)).is_correct and record.load() == {}
    assert "return" in q.solution().code and " 0 of " in repr(progress())
    q.reset()


def test_a_folder_in_its_place(place):
    place.mkdir(parents=True)
    q = exercise("06")[0]
    assert q.check(right(q)).is_correct and record.load() == {}


def test_off_keeps_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv(record.SETTING, "OFF")
    monkeypatch.chdir(tmp_path)
    exercise("06")[0].check(lambda *a: 0)
    assert record.path() is None and record.load() == {} and not list(tmp_path.iterdir())


@pytest.mark.parametrize("platform, variable, part", [
    ("linux", "XDG_DATA_HOME", ""), ("win32", "LOCALAPPDATA", ""), ("darwin", None, "Library/Application Support"),
])  # fmt: skip
def test_it_lies_in_the_users_own_data_folder(monkeypatch, tmp_path, platform, variable, part):
    monkeypatch.delenv(record.SETTING, raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    if variable:
        monkeypatch.setenv(variable, str(tmp_path))
    assert record.path() == tmp_path / part / "kerasteach" / "progress.jsonl"


def test_several_notebooks_write_at_once(place):
    code = (
        "import sys\nfrom kerasteach.learn import record\n"
        "for i in range(200): record.note(sys.argv[1], f'q{i % 5}', outcome='incorrect', hints=1)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    writers = [subprocess.Popen([sys.executable, "-c", code, f"n{i}"], env=env) for i in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    kept = record.load()
    assert len(kept) == 15 and all(own["attempts"] == 40 for own in kept.values())
