"""Exercises are made from solutions: what is cut, what is kept, and what is said when they differ."""

import json

import pytest

from kerasteach.learn.generate import answer, cut, generate, student_version
from kerasteach.learn.notebooks import dumps, loads

SOURCE = """def f(x):
    y = 2 * x
    ### BEGIN SOLUTION
    if y:
        y += 1
    return y
    ### END SOLUTION"""


def cell(source, id="a", solution=False, kind="code"):
    return {
        "cell_type": kind, "id": id, "source": source,
        "metadata": {"nbgrader": {"solution": True}} if solution else {"scrolled": True},
    } | ({"outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}], "execution_count": 7}
         if kind == "code" else {})  # fmt: skip


def notebook(*cells):
    return {"cells": list(cells), "metadata": {"language_info": {"version": "3.11.7"}}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def root(tmp_path):
    (tmp_path / "solutions").mkdir()
    nb = notebook(cell("# Text", "t", kind="markdown"), cell(SOURCE, solution=True))
    (tmp_path / "solutions/09_x.ipynb").write_text(dumps(nb), "utf-8")
    return tmp_path


def test_a_solution_becomes_a_stub_in_its_place():
    assert cut(SOURCE) == "def f(x):\n    y = 2 * x\n    return ...  # your code here"
    assert cut("x = 1") == "x = 1"
    assert cut("a = 1\n### BEGIN HIDDEN TESTS\nassert a\n### END HIDDEN TESTS\na") == "a = 1\na"


def test_an_answer_is_the_source_without_marks():
    assert answer(SOURCE).splitlines()[2] == "    if y:" and "###" not in answer(SOURCE)


@pytest.mark.parametrize(
    "source, said",
    [
        ("### BEGIN SOLUTION\nx", "never closed"),
        ("x\n### END SOLUTION", "line 2"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", "line 2"),
        ("### BEGIN SOLUTION\n### END HIDDEN TESTS", "line 2"),
    ],
)
def test_marks_that_do_not_fit_are_refused(source, said):
    with pytest.raises(ValueError, match=said):
        cut(source)


def test_marks_and_metadata_must_agree():
    for bad in (cell(SOURCE, solution=False), cell("x = 1", solution=True)):
        with pytest.raises(ValueError, match=r"n\.ipynb, cell a"):
            student_version(notebook(bad), "n.ipynb")


def test_the_student_version_keeps_ids_and_clears_outputs():
    nb = student_version(notebook(cell("# Text", "t", kind="markdown"), cell(SOURCE, "s", solution=True)))
    text, code = nb["cells"]
    assert (text["id"], text["source"], code["id"]) == ("t", "# Text", "s")
    assert code["outputs"] == [] and code["execution_count"] is None
    assert "version" not in nb["metadata"]["language_info"] and "scrolled" not in text["metadata"]


def test_generating_twice_gives_the_same_bytes(root, capsys):
    assert generate(root=root) == 0
    files = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert {path.relative_to(root).as_posix() for path in files} == {
        "solutions/09_x.ipynb", "exercises/09_x.ipynb", "kerasteach/learn/answers.json",
    }  # fmt: skip
    assert generate(root=root) == 0 == generate(check=True, root=root)
    assert files == {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert json.loads(files[root / "kerasteach/learn/answers.json"])["09_x"] == {"a": answer(SOURCE)}
    assert "in step" in capsys.readouterr().out


def test_check_tells_what_differs_and_writes_nothing(root, capsys):
    assert generate(check=True, root=root) == 1
    assert not (root / "exercises").exists()
    generate(root=root)
    path = root / "exercises/09_x.ipynb"
    path.write_text(path.read_text("utf-8").replace("y = 2 * x", "y = 3 * x"), "utf-8")
    capsys.readouterr()
    assert generate(check=True, root=root) == 1
    said = capsys.readouterr().out
    assert "exercises/09_x.ipynb: out of step" in said and "python -m kerasteach exercises" in said
    assert '-    "    y = 3 * x' in said and '+    "    y = 2 * x' in said
    assert "y = 3 * x" in path.read_text("utf-8")


def test_an_exercise_without_a_source_is_named(root, capsys):
    generate(root=root)
    (root / "exercises/08_lost.ipynb").write_text("{}", "utf-8")
    assert generate(check=True, root=root) == 1 == generate(root=root)
    assert "exercises/08_lost.ipynb" in capsys.readouterr().out


def test_text_of_a_notebook_is_what_jupyter_writes(root):
    nbformat = pytest.importorskip("nbformat")
    generate(root=root)
    for path in root.rglob("*.ipynb"):
        text = path.read_text("utf-8")
        assert dumps(loads(text)) == text
        assert nbformat.writes(nbformat.reads(text, as_version=4)) + "\n" == text
