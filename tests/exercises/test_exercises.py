"""Every exercise there is: proved by mutation, in step with its source, playable from top to bottom."""

import json
import re
from pathlib import Path

import pytest

import kerasteach as keras
from kerasteach.learn import exercise
from kerasteach.learn.exercise import numbers
from kerasteach.learn.generate import cut, generate
from kerasteach.learn.proof import prove

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = [(number, i) for number in numbers() for i in range(len(exercise(number)))]
each_question = pytest.mark.parametrize("number, i", QUESTIONS, ids=[f"{number}-q{i + 1}" for number, i in QUESTIONS])
each_exercise = pytest.mark.parametrize("number", numbers())


@each_exercise
def test_it_is_proved(number, record_property):
    """What `python -m kerasteach exercises verify` shows; the table stands at the end of pytest's report."""
    proof = prove(number, ROOT)
    record_property("proof", proof.row())
    assert not proof.misses, "\n".join(proof.misses)
    assert proof.caught == proof.misconceptions >= 8 and not proof.refused


@each_exercise
def test_it_has_four_to_six_questions(number):
    assert 4 <= len(exercise(number)) <= 6


@each_question
def test_each_question_has_a_few_named_mistakes(number, i):
    assert len(exercise(number)[i].task.misconceptions) >= 3


@each_question
def test_right_answers_pass_on_torch(number, i):
    pytest.importorskip("torch")
    with keras.config.set_backend("torch"):
        for answer in exercise(number)[i].task.right_answers:
            result = exercise(number)[i].check(answer)
            assert result.is_correct and not result.counterexample, result


@each_question
def test_hints_come_in_order(number, i):
    q = exercise(number)[i]
    total = len(q.task.hints)
    assert total >= 3 and q.hints_given == 0
    for step in range(1, total + 1):
        text = repr(q.hint())
        assert f"{q.name}, hint {step} of {total}" in text and q.hints_given == step
    assert repr(q.hint()) == text and f"{q.name}.solution()" in text
    with pytest.raises(ValueError, match=f"hints 1 to {total}"):
        q.hint(total + 1)


def cells(folder, number):
    nb = json.loads((ROOT / folder / f"{exercise(number).notebook}.ipynb").read_text("utf-8"))
    return {cell["id"]: "".join(cell["source"]) for cell in nb["cells"] if cell["cell_type"] == "code"}


@each_question
def test_solution_shows_what_the_source_says(number, i):
    q = exercise(number)[i]
    source = cells("solutions", number)[q.task.cell]
    region = re.search(r"### BEGIN SOLUTION\n(.*?)\n *### END SOLUTION", source, re.DOTALL).group(1)
    q.check(q.task.right_answers[0])
    shown = q.solution()
    assert region in shown.code and "###" not in shown.code


def test_exercises_are_in_step_with_their_sources(capsys):
    assert generate(check=True, root=ROOT) == 0, capsys.readouterr().out


@each_exercise
def test_it_gives_no_answer_away(number):
    solutions, exercises = cells("solutions", number), cells("exercises", number)
    assert exercises == {key: cut(source) for key, source in solutions.items()}
    for key, source in exercises.items():
        assert "###" not in source and "grade(" not in source
        assert ("return ...  # your code here" in source) == key.endswith("-answer")


@each_exercise
def test_every_check_counts_points(number):
    """nbgrader grades the cells that its metadata names: a check a question, each with points and hidden tests."""
    nb = json.loads((ROOT / "solutions" / f"{exercise(number).notebook}.ipynb").read_text("utf-8"))
    graded = [cell for cell in nb["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]
    assert [cell["id"] for cell in graded] == [f"q{i + 1}-check" for i in range(len(exercise(number)))]
    for cell in graded:
        own = cell["metadata"]["nbgrader"]
        assert own["points"] > 0 and own["locked"] and own["grade_id"] == cell["id"] and own["schema_version"] == 3
        assert "### BEGIN HIDDEN TESTS" in "".join(cell["source"])


def run(folder, number, monkeypatch):
    """The result texts that the notebook of a folder shows, run in a kernel."""
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    nb = nbformat.read(ROOT / folder / f"{exercise(number).notebook}.ipynb", as_version=4)
    nbformat.validate(nb)
    client.NotebookClient(nb, kernel_name="python3", timeout=120).execute()
    shown = [
        o["data"]["text/plain"] for cell in nb.cells for o in cell.get("outputs", []) if "data" in o and cell.id.endswith(("-check", "score"))
    ]
    return shown


@each_exercise
def test_an_untouched_exercise_runs_and_is_not_attempted(number, monkeypatch):
    *results, score = run("exercises", number, monkeypatch)
    assert [text.splitlines()[0] for text in results] == [f"○ {q.name} not attempted" for q in exercise(number)]
    assert f"0 of {len(exercise(number))} correct" in score


@each_exercise
def test_a_solution_runs_and_is_correct(number, monkeypatch):
    *results, score = run("solutions", number, monkeypatch)
    assert [text.splitlines()[0] for text in results] == [f"✓ {q.name} correct" for q in exercise(number)]
    assert "{0} of {0} correct".format(len(exercise(number))) in score
