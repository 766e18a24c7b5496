"""A class graded by real nbgrader: exercises are handed out, answers made from the misconceptions come back, grades are as predicted.

One assignment holds all exercises, so that each of nbgrader's steps starts once.
"""

import os
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

from kerasteach.learn import exercise
from kerasteach.learn.exercise import numbers

pytest.importorskip("nbgrader", reason="nbgrader is not installed")

pytestmark = pytest.mark.filterwarnings("ignore:Object of type")  # SQLAlchemy's, about nbgrader's own tables

ROOT = Path(__file__).resolve().parents[2]
COURSE, TASK = "deep_learning", "exercises"
STUDENTS = {
    "ada": "every answer right, in her own way", "ben": "right and wrong by turns", "eve": "no answer, and checks that check nothing",
    "mal": "code that ends, never ends, cheats and breaks",
}  # fmt: skip
HOSTILE = (  # in exercise 06 alone: one is as good as all
    "def {}(*given): exit()",
    "def {}(*given):\n    while True: print('again')",
    "import kerasteach.learn.judge as j\nj.same = lambda a, b: True\ndef {}(*given): return 0.0",
    "1 / 0\ndef {}(*given): return 0.0",
    "def {}(:",
)


def notebook_of(number):
    return f"{exercise(number).notebook}.ipynb"


def answers(student, question, turn):
    """What a student puts into an answer's cell, and whether it is right."""
    task, made = question.task, f"exercise('{question.notebook[:2]}')[{int(question.name[1:]) - 1}].task"
    if student == "ben" and turn % 2:
        which = turn % len(task.misconceptions)
        return f"{task.name} = {made}.misconceptions[{which}].answer", False
    if student == "mal" and question.notebook.startswith("06"):
        return HOSTILE[turn % len(HOSTILE)].format(task.name), False
    which = turn % len(task.right_answers)
    return f"{task.name} = {made}.right_answers[{which}]", True


def handed_in(student, handed_out, number):
    """A student's notebook, and `{check cell: right}`."""
    nb, right, ex = nbformat.read(handed_out, 4), {}, exercise(number)
    if student == "eve":
        for cell in nb.cells:
            if cell.metadata.get("nbgrader", {}).get("grade"):
                cell.source = "'all is well'"
        return nb, {f"{question.name}-check": False for question in ex}
    for turn, question in enumerate(ex, start=int(number)):
        (cell,) = [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == question.task.cell]
        code, right[f"{question.name}-check"] = answers(student, question, turn)
        cell.source = f"from kerasteach.learn import exercise\n{code}"
    return nb, right


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course after all of nbgrader's steps: `(folder, api, {(student, number): {check: right}})`."""
    folder = tmp_path_factory.mktemp("course")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)  # nbgrader calls alembic by name
        patch.setenv("KERASTEACH_PROGRESS", str(folder / "progress.jsonl"))
        yield graded(folder)


def graded(folder):
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    shutil.copytree(ROOT / "solutions", folder / "source" / TASK, ignore=shutil.ignore_patterns(".*"))
    config = Config()
    config.CourseDirectory.root, config.CourseDirectory.course_id = str(folder), COURSE
    config.ExecutePreprocessor.timeout = 120
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    assert_done(api.generate_assignment(TASK))
    expected = {}
    for student in STUDENTS:
        (folder / "submitted" / student / TASK).mkdir(parents=True)
        for number in numbers():
            nb, expected[student, number] = handed_in(student, folder / "release" / TASK / notebook_of(number), number)
            nbformat.write(nb, folder / "submitted" / student / TASK / notebook_of(number))
        assert_done(api.autograde(TASK, student))
        assert_done(api.generate_feedback(TASK, student))
    return folder, api, expected


def assert_done(result):
    assert result["success"], result.get("error") or result.get("log")


def test_what_is_handed_out_holds_no_answer_and_no_hidden_test(course):
    folder, _, _ = course
    for number in numbers():
        text = (folder / "release" / TASK / notebook_of(number)).read_text("utf-8")
        assert "SOLUTION" not in text and "HIDDEN" not in text and ".grade(" not in text
        for question in exercise(number):
            assert f"{question.name}.check({question.task.name})" in text


@pytest.mark.parametrize("student", STUDENTS)
@pytest.mark.parametrize("number", numbers())
def test_grades_are_as_predicted(course, student, number):
    _, api, expected = course
    with api.gradebook as book:
        cells = book.find_submission_notebook(Path(notebook_of(number)).stem, TASK, student).grades
        scores = {cell.name: (cell.auto_score, cell.max_score) for cell in cells}
    assert scores.keys() == expected[student, number].keys()
    for name, right in expected[student, number].items():
        got, most = scores[name]
        assert most > 0 and got == (most if right else 0), name


def test_feedback_says_what_is_wrong(course):
    folder, _, expected = course
    for number in numbers():
        html = (folder / "feedback" / "ben" / TASK / notebook_of(number)).with_suffix(".html").read_text("utf-8")
        wrong = [name for name, right in expected["ben", number].items() if not right]
        assert wrong and html.count("AssertionError") >= len(wrong)


def test_grading_leaves_no_trace_in_the_teachers_own_progress(course):
    assert not (course[0] / "progress.jsonl").exists()
