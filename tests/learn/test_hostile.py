"""Whatever a student's code does, the check ends, says so plainly, and leaves library, inputs and kernel as they were."""

import builtins
import os
import sys
import time

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import ops
from kerasteach.learn import Misconception, Outcome, Question, Task
from kerasteach.learn.observe import as_value

CASES = [{"x": np.array([1.0])}, {"x": np.array([2.0, 0.5])}]
TASK = Task(
    name="double", asks="two times", cell="q1-answer", arguments=("x",),
    cases=lambda: [{"x": case["x"].copy()} for case in CASES],
    reference=lambda case: case["x"] * 2, observe=lambda returned, case: as_value(returned),
    misconceptions=(Misconception("squared", lambda x: x**2, "That is the square."),),
    hints=("Twice.", "x + x.", "2 * x"), praise="Yes.", seconds=0.3,
)  # fmt: skip


def check(answer):
    return Question(TASK, "q1", "none").check(answer)


def in_notebook(code):
    """The function `double` of a student's cell."""
    space = {"__name__": "__main__", "np": np, "keras": keras, "ops": ops, "os": os, "sys": sys, "time": time}
    exec(code, space)
    return space["double"]


def wrong(code):
    result = check(in_notebook(code))
    assert result.outcome is Outcome.INCORRECT
    assert check(lambda x: 2 * x).is_correct  # the next check is as if nothing had been
    return result


WRONG = {
    "raises": ("def double(x): return 1 / 0", "raises an error", "received ZeroDivisionError: division by zero"),
    "raises what cannot be printed": (
        "class E(Exception):\n  def __str__(self): 1 / 0\ndef double(x): raise E", "raises an error", "received E"),
    "takes another number of arguments": ("def double(x, y): return x", "raises an error", "missing 1 required positional argument"),
    "loops for ever": ("def double(x):\n  while True: pass", "stopped after 0.3 seconds", "takes too long"),
    "loops for ever and catches everything": (
        "def double(x):\n  while True:\n    try: time.sleep(0.001)\n    except: pass", "stopped after 0.3 seconds", "takes too long"),
    "sleeps": ("def double(x): time.sleep(99)", "stopped after", "takes too long"),
    "prints a flood": ("def double(x):\n  for i in range(99999): print('again')\n  return x", "something else", "characters more"),
    "prints for ever": ("def double(x):\n  while True: print('again')", "stopped after", "again"),
    "wrong type": ("def double(x): return object()", "neither a number nor an array", "an object of type object"),
    "a string": ("def double(x): return 'two'", "neither a number nor an array", "an object of type str"),
    "nothing": ("def double(x): x * 2", "The function returns None", "received None"),
    "exit()": ("def double(x): sys.exit()", "ends the program", "received SystemExit"),
    "recurses without end": ("def double(x): return double(x)", "calls itself", "received RecursionError"),
    "an endless generator": ("def double(x):\n  while True: yield x", "neither a number", "an object of type generator"),
    "a ragged list": ("def double(x): return [[1], [1, 2]]", "neither a number", "an object of type list"),
    "a class that says it is equal to all": (
        "class A:\n  def __eq__(self, other): return True\ndef double(x): return A()", "neither a number", "type A"),
    "too large for memory": ("def double(x): return np.zeros((10**7, 10**7, 10**5))", "raises an error", "received"),
}  # fmt: skip


@pytest.mark.parametrize("code, said, shown", WRONG.values(), ids=WRONG)
def test_a_plain_message(code, said, shown, capfd):
    began = time.monotonic()
    result = wrong(code)
    assert said in result.message and shown in repr(result)
    assert time.monotonic() - began < 5
    assert len(repr(result)) < 1500 and result._repr_html_()
    assert capfd.readouterr() == ("", "")


def test_slow_in_every_try_is_stopped_as_a_whole():
    cases = [{"x": np.array([float(n)])} for n in range(99)]
    task = Task(**{**vars(TASK), "cases": lambda: cases})
    result = Question(task, "q1", "none").check(in_notebook("def double(x):\n  time.sleep(0.2)\n  return 2 * x"))
    assert result.misconception == "takes too long" and "together" in result.message


def test_inputs_are_safe_and_the_student_is_told():
    result = check(in_notebook("def double(x):\n  x *= 2\n  return x"))
    assert result.is_correct
    assert result.remarks == ("Your code changed its input x. Whoever calls it may need that again: work on a copy.",)
    assert "work on a copy" in repr(result)


PATCHES = {
    "an op": ("ops.relu = lambda x: x", lambda: ops.relu(-1.0) == 0),
    "the op's own forward": ("keras.ops.relu.forward = lambda x: x", lambda: ops.relu(-1.0) == 0),
    "a layer's method": ("keras.layers.Dense.call = lambda self, x: x", lambda: keras.layers.Dense(3)(np.ones((1, 2))).shape == (1, 3)),
    "a class": ("keras.layers.Dense = None", lambda: keras.layers.Dense(1)),
    "a class not used before": ("keras.layers.GaussianDropout = lambda *a: 0", lambda: isinstance(keras.layers.GaussianDropout, type)),
    "NumPy": ("np.sum = lambda *a, **b: 7", lambda: np.sum([1, 2]) == 3),
    "NumPy's random": ("np.random.rand = lambda *a: 7", lambda: np.random.rand() < 1),
    "the checker": (
        "import kerasteach.learn.observe as o; o.same = lambda a, b: True",
        lambda: not sys.modules["kerasteach.learn.observe"].same(1, 2),
    ),
    "something deleted": ("del keras.layers.Dense", lambda: keras.layers.Dense(1)),
    "a method of the model": ("keras.Model.predict = lambda *a: 0", lambda: "kerasteach" in keras.Model.predict.__module__),
}


@pytest.mark.parametrize("patch, is_whole", PATCHES.values(), ids=PATCHES)
def test_a_patched_library_is_put_back(patch, is_whole):
    keras.layers.Dense(1)
    result = check(in_notebook(f"def double(x):\n  {patch}\n  return 2 * x"))
    assert result.is_correct and is_whole()
    assert "changed the library" in result.remarks[0] and "put back" in result.remarks[0]
    # in another cell, before the check
    double = in_notebook(f"{patch}\ndef double(x): return 2 * x")
    assert "changed the library" in check(double).remarks[0] and is_whole()
    assert check(lambda x: 2 * x).remarks == ()


def test_surroundings_are_put_back(tmp_path):
    before = os.getcwd(), sys.stdout, np.geterr(), sys.getrecursionlimit()
    check(in_notebook(
        f"def double(x):\n  os.chdir({str(tmp_path)!r}); sys.stdout = None; np.seterr(all='raise'); sys.setrecursionlimit(999)\n  return 2 * x"
    ))  # fmt: skip
    assert (os.getcwd(), sys.stdout, np.geterr(), sys.getrecursionlimit()) == before


def test_a_folder_that_is_gone(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert check(lambda x: 2 * x).is_correct


@pytest.mark.parametrize("answer", [..., None, NotImplemented, lambda x: ..., in_notebook("def double(x): raise NotImplementedError")])
def test_a_stub_is_not_attempted(answer):
    assert check(answer).outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize("answer", [3, "double", np.ones(2), [1], builtins])
def test_no_function(answer):
    assert "Pass the function itself" in check(answer).message


NOTEBOOK = [
    "from kerasteach.learn import exercise, progress\nq1, *rest = exercise('06')",
    "q1.check(lambda g, x: exit())",
    "q1.check(lambda g, x: quit())",
    "from IPython.display import display\nq1.check(lambda g, x: [display(i) for i in range(200)])",
    "from dataclasses import replace\nq1.task = replace(q1.task, seconds=0.2)\ndef never(g, x):\n    while True: print('x')\nq1.check(never)",
    "def stubborn(g, x):\n    while True:\n        try: display(1)\n        except: pass\nq1.check(stubborn)",
    "import numpy as np\nq1.check(lambda g, x: g * np.exp(-x) / (1 + np.exp(-x)) ** 2)",
    "import time\ntime.sleep(0.3)\n'alive'",
]


def test_a_kernel_lives_on():
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in NOTEBOOK])
    nbclient.NotebookClient(nb, kernel_name="python3", timeout=60).execute()
    shown = ["".join(o.get("data", {}).get("text/plain", "") for o in cell.outputs) for cell in nb.cells]
    firsts = [text.split("\n")[0] for text in shown[1:]]
    assert firsts[:2] == ["✗ q1 incorrect: leaves Python"] * 2
    assert firsts[2].startswith("✗ q1 incorrect") and firsts[3] == firsts[4] == "✗ q1 incorrect: takes too long"
    assert firsts[5] == "✓ q1 correct" and shown[-1] == "'alive'"
    assert all(len(cell.outputs) <= 1 for cell in nb.cells)
