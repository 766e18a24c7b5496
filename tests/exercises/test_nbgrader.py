"""Real nbgrader, end to end: a course is released, students hand in, and get the points that their mistakes predict."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from kerasteach.learn import exercise
from kerasteach.learn.exercise import numbers

pytest.importorskip("nbgrader", reason="nbgrader is not installed")
pytest.importorskip("ipykernel")

ROOT = Path(__file__).resolve().parents[2]
GRADED = "06"  # quick ones suffice: the marks are the same in all, which the first test holds
NAMED = "from kerasteach.learn import exercise as exercise_\n{name} = exercise_('{number}')[{i}].task.misconceptions[{which}].answer"
HOSTILE = {
    "q1-answer": "def sigmoid_vjp(g, x):\n    exit()",
    "q2-answer": "def slopes_by_nudging(f, x, h):\n    while True: print('again')",
    "q3-answer": "import kerasteach.learn.observe as o\no.same = lambda a, b: True\ndef unbroadcast(g, shape):\n    return g",
    "q4-answer": "def layers_that_vanish(factors, limit): return 0\n1 / 0",
    "q5-answer": "def walk_back(:",
}


@pytest.fixture(scope="module", autouse=True)
def surroundings():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)  # nbgrader calls `alembic`
        yield


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with every exercise in source/, and what nbgrader makes of it for the students."""
    root = tmp_path_factory.mktemp("course")
    for number in numbers():
        name = f"{exercise(number).notebook}.ipynb"
        (root / "source" / number).mkdir(parents=True)
        shutil.copy(ROOT / "solutions" / name, root / "source" / number / name)
    return root


@pytest.fixture(scope="module")
def api(course):
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    config = Config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.course_id = "keras"
    config.CourseDirectory.db_url = f"sqlite:///{course / 'gradebook.db'}"
    config.Exchange.root = str(course)
    config.ExecutePreprocessor.timeout = 60
    return NbGraderAPI(config=config)


def done(outcome):
    assert outcome["success"], outcome.get("log", "")[-3000:] + outcome.get("error", "")[-3000:]


def notebook(*parts):
    return json.loads(Path(*map(str, parts), f"{exercise(GRADED).notebook}.ipynb").read_text("utf-8"))


def cells(nb):
    return {cell["id"]: "".join(cell["source"]) for cell in nb["cells"] if cell["cell_type"] == "code"}


@pytest.fixture(scope="module")
def released(api, course):
    done(api.generate_assignment(GRADED, force=True, create=True))
    return course / "release" / GRADED


@pytest.mark.parametrize("number", numbers())
def test_a_release_has_neither_answers_nor_hidden_tests(number, api, course):
    done(api.generate_assignment(number, force=True, create=True))
    for path in (course / "release" / number).glob("*.ipynb"):
        text = path.read_text("utf-8")
        assert "###" not in text and ".grade(" not in text
        assert text.count("raise NotImplementedError()") >= len(exercise(number))


def submit(course, student, answers):
    nb = notebook(course, "release", GRADED)
    for cell in nb["cells"]:
        if cell["id"] in answers:
            cell["source"] = answers[cell["id"]]
    folder = course / "submitted" / student / GRADED
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{exercise(GRADED).notebook}.ipynb").write_text(json.dumps(nb), "utf-8")


def mistaken(*which):
    """Answers to all questions: the mistake of that number, or right where it is `None`."""
    from kerasteach.learn.answers import load

    right = load(exercise(GRADED).notebook)
    return {
        f"q{i + 1}-answer": right[f"q{i + 1}-answer"] if one is None else NAMED.format(name=q.task.name, number=GRADED, i=i, which=one)
        for i, (q, one) in enumerate(zip(exercise(GRADED), which))
    }


STUDENTS = {
    "right": (mistaken(None, None, None, None, None), "11111"),
    "untouched": ({}, "00000"),
    "half": (mistaken(0, None, 1, None, 2), "01010"),
    "other half": (mistaken(None, 3, None, 4, None), "10101"),
    "wrong": (mistaken(1, 2, 3, 1, 5), "00000"),
    "hostile": (HOSTILE, "00000"),
}


@pytest.mark.parametrize("student", STUDENTS)
def test_grades_are_as_predicted(student, released, api, course):
    answers, expected = STUDENTS[student]
    submit(course, student, answers)
    done(api.autograde(GRADED, student, force=True, create=True))
    done(api.generate_feedback(GRADED, student, force=True))

    points = {cell["id"]: cell["metadata"]["nbgrader"]["points"] for cell in notebook(course, "source", GRADED)["cells"]
              if cell["metadata"].get("nbgrader", {}).get("grade")}  # fmt: skip
    with api.gradebook as book:
        graded = book.find_submission_notebook(exercise(GRADED).notebook, GRADED, student)
        scores = {grade.name: grade.score for grade in graded.grades}
    assert scores == {f"q{i + 1}-check": points[f"q{i + 1}-check"] * int(one) for i, one in enumerate(expected)}

    page = next((course / "feedback" / student / GRADED).glob("*.html")).read_text("utf-8")
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    for i, one in enumerate(expected):
        assert f"q{i + 1} correct" in words if int(one) else f"q{i + 1} incorrect" in words or f"q{i + 1} not attempted" in words or student == "hostile"


def test_who_edits_a_check_gains_nothing(released, api, course):
    nb_answers = {"q1-check": "q1.grade = lambda *a: None", **{f"q{i}-check": "pass" for i in range(2, 6)}}
    submit(course, "editor", nb_answers)
    done(api.autograde(GRADED, "editor", force=True, create=True))
    with api.gradebook as book:
        assert book.find_submission_notebook(exercise(GRADED).notebook, GRADED, "editor").score == 0
    assert ".grade(" in cells(notebook(course, "autograded", "editor", GRADED))["q1-check"]


def test_a_mistake_is_explained_in_the_feedback(released, api, course):
    submit(course, "asks", mistaken(0, 0, 0, 0, 0))
    done(api.autograde(GRADED, "asks", force=True, create=True))
    done(api.generate_feedback(GRADED, "asks", force=True))
    page = next((course / "feedback" / "asks" / GRADED).glob("*.html")).read_text("utf-8")
    for q in exercise(GRADED):
        assert q.task.misconceptions[0].name in page
