"""The benchmarks measure what they say: equal work, in turn, and whoever cannot run is named."""

import doctest
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"
OURS = ("harness", "worker", "peers", "problems", "parts", "suite", "targets", "tables", "page", "plot")
TINY = {  # small enough for a test; one batch is all the rows, so that no order of rows can make a difference
    "two_inputs": {"rows": 16, "batch": 16},
    "spirals": {"rows": 24, "batch": 24},
    "mlp": {"rows": 16, "batch": 16, "width": 20, "hidden": (8, 8)},
    "cnn": {"rows": 4, "batch": 4, "size": 12, "filters": (4, 6)},
    "resnet": {"rows": 4, "batch": 4, "size": 8, "channels": 4},
    "lstm": {"rows": 8, "batch": 8, "length": 7, "words": 20, "width": 5, "units": 6},
    "gru": {"rows": 8, "batch": 8, "length": 7, "words": 20, "width": 5, "units": 6},
    "transformer": {"rows": 4, "batch": 4, "length": 6, "words": 20, "width": 8, "heads": 2, "inner": 12},
}


@pytest.fixture(autouse=True)
def of_benchmarks(monkeypatch):
    """Give the folder's modules, and let go of them afterwards: their names are everybody's."""
    monkeypatch.syspath_prepend(str(FOLDER))
    yield importlib.import_module
    for name in [name for name in sys.modules if name.split(".")[0] in OURS]:
        del sys.modules[name]


def contender(name, problem, backend="numpy"):
    import kerasteach

    peer = importlib.import_module("peers").ALL[name]
    with kerasteach.config.set_backend(peer.environment.get("KERASTEACH_BACKEND", "numpy")):
        return importlib.import_module(f"peers.{peer.module}").contender(problem, **peer.options)


def losses(name, problem):
    """The loss of each of five steps on the same batch."""
    one = contender(name, problem)
    return [one.fit()[0][0] for _ in range(5)]


@pytest.mark.parametrize("name", TINY)
def test_all_contenders_take_the_same_steps(name):
    pytest.importorskip("torch")
    problem = importlib.import_module("problems").make(name, epochs=1, **TINY[name])
    wanted = losses("kerasteach_numpy", problem)
    assert wanted[4] < wanted[0]
    for other in ("numpy_by_hand", "torch_by_hand", "kerasteach_torch", "kerasteach_eager", "kerasteach_tape", "kerasteach_recorded"):
        np.testing.assert_allclose(losses(other, problem), wanted, rtol=2e-3, err_msg=other)


@pytest.mark.parametrize("module, name", [("autograd", "autograd"), ("mygrad", "mygrad")])
@pytest.mark.parametrize("problem", ["two_inputs", "spirals"])
def test_tapes_over_numpy_take_the_same_steps(module, name, problem):
    pytest.importorskip(module)
    problem = importlib.import_module("problems").make(problem, epochs=1, **TINY[problem])
    np.testing.assert_allclose(losses(name, problem), losses("numpy_by_hand", problem), rtol=1e-4)


def test_all_contenders_predict_and_evaluate_the_same():
    pytest.importorskip("torch")
    problem = importlib.import_module("problems").make("mlp", rows=64, width=20, hidden=(8,), classes=3, batch=32)
    team = [contender(name, problem) for name in ("numpy_by_hand", "torch_by_hand", "kerasteach_numpy", "kerasteach_torch")]
    for method, arguments in [
        ("predict", {"batch": 32}),
        ("evaluate", {}),
        ("call_one", {"times": 2}),
        ("predict_one", {"times": 2}),
        ("predict_one_batch", {"times": 2}),
    ]:
        first, *others = [getattr(one, method)(**arguments)[0] for one in team]
        for other in others:
            np.testing.assert_allclose(other, first, rtol=1e-4, err_msg=method)


def test_without_updates_nothing_is_learned():
    problem = importlib.import_module("problems").make("spirals", updates=False)
    for name in ("numpy_by_hand", "kerasteach_numpy"):
        found = np.array(contender(name, problem).fit())[:, 0]
        np.testing.assert_allclose(found, found[0], rtol=1e-4, err_msg=name)


def test_a_chain_of_ops_is_one_gradient():
    pytest.importorskip("torch")
    problem = importlib.import_module("problems").make("chain", ops=3000)
    ours, torch = (contender(name, problem).fit()[0][0] for name in ("kerasteach_tape", "torch_by_hand"))
    assert ours == pytest.approx(0.99999**3000, rel=1e-4) and torch == pytest.approx(ours, rel=1e-4)


@pytest.mark.parametrize("name", ["numpy_by_hand", "torch_by_hand"])
def test_pieces_of_a_step_leave_the_weights_alone(name):
    pytest.importorskip("torch")
    problem = importlib.import_module("problems").make("two_inputs", epochs=1)
    one, other = contender(name, problem), contender(name, problem)
    worker = importlib.import_module("worker")
    for piece in ("forward and loss", "backward", "Adam"):
        worker.do(one, "pieces", {"piece": piece, "times": 3})
    said = [each.pieces()["forward and loss"]() for each in (one, other)]
    trained, fresh = (found[0] if isinstance(found, tuple) else found.item() for found in said)
    assert trained == pytest.approx(fresh)


def run_suite(*words):
    environment = {**os.environ, "PYTHONPATH": str(FOLDER.parent)}
    return subprocess.run([sys.executable, FOLDER / "suite.py", *words], capture_output=True, text=True, env=environment)


def test_a_short_run_writes_page_and_data_and_keeps_other_parts(tmp_path):
    (tmp_path / "results.json").write_text("{}")
    short = ["--peers", "numpy_by_hand", "kerasteach_numpy", "--rounds", "2", "--write", str(tmp_path)]
    for part in ("two_inputs", "spirals"):
        done = run_suite("--only", part, *short)
        assert done.returncode == 0, done.stderr
        assert "NumPy backend / NumPy by hand" in done.stdout
    text = (tmp_path / "README.md").read_text("utf-8")
    assert "| kerasteach on NumPy |" in text and "Python " in text and "2-64-64-3" in text and "two-input" in text
    raw = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert list(raw) == ["two_inputs", "spirals"]
    assert [len(c["seconds"]) for c in raw["spirals"]["contenders"].values()] == [2, 2]


def results(ours, by_hand):
    def entry(seconds):
        return {"seconds": seconds, "first": [0.7, 0.5], "last": [0.1, 1.0], "cores": 1.0}

    contenders = {"kerasteach_numpy": entry(ours), "numpy_by_hand": entry(by_hand)}
    return {"two_inputs": {"steps": 1, "versions": {}, "skipped": {}, "contenders": contenders, "machine": "m", "threads": 1, "clock": "wall"}}


@pytest.mark.parametrize("ours, met", [([1.2, 1.2], True), ([1.3, 1.3], False)])
def test_a_target_is_met_or_not(ours, met):
    [verdict] = importlib.import_module("targets").judge(results(ours, [1.0, 1.0]))
    assert verdict.met is met and verdict.race == "two_inputs" and verdict.value == f"{ours[0]:.2f}"
    line = importlib.import_module("page").verdict_table([verdict])[2]
    assert line.endswith("two_inputs 1.20 | met |" if met else "two_inputs **1.30** | **NOT met**, 1 of 1 |")


def test_where_the_loop_by_hand_misses_a_target_too_it_is_told():
    data = results([3.0], [2.0])
    data["two_inputs"]["contenders"]["keras_jax"] = {"seconds": [1.0]}
    values = [verdict.value for verdict in importlib.import_module("targets").judge(data)]
    assert values == ["1.50", "3.00 (Keras on JAX; NumPy by hand itself 2.00)"]


@pytest.mark.parametrize("ours, code", [(1.2, 0), (1.3, 1)])
def test_check_ends_with_1_if_a_target_is_missed(ours, code, monkeypatch, tmp_path):
    suite = importlib.import_module("suite")
    data = results([ours], [1.0])["two_inputs"]
    monkeypatch.setattr(suite.training, "measure", lambda name, options: data)
    assert suite.main(["--only", "two_inputs", "--check", "--write", str(tmp_path)]) == code


def test_growth_is_a_slope_on_log_axes():
    growth = importlib.import_module("parts.growth")
    assert growth.slope([1, 2, 4, 8], [99, 4, 16, 64]) == pytest.approx(2)


def test_a_contender_that_is_not_installed_is_skipped_by_name(monkeypatch):
    worker, peers = importlib.import_module("worker"), importlib.import_module("peers")
    absent = peers.Peer("Nobody", "keras_program", (), {}, {"module": "no_such_keras"})
    monkeypatch.setitem(peers.ALL, "nobody", absent)
    contender, answer = worker.prepare("nobody", "two_inputs", {})
    assert contender is None and "no_such_keras" in answer["skipped"]


def test_a_contender_that_dies_is_named_with_its_last_words(monkeypatch, tmp_path):
    harness = importlib.import_module("harness")
    dying = tmp_path / "worker.py"
    dying.write_text("import sys; sys.exit('out of luck')")
    monkeypatch.setattr(harness, "WORKER", dying)
    with harness.team(["numpy_by_hand"]) as workers, pytest.raises(RuntimeError, match=r"'numpy_by_hand' ended early(.|\n)*out of luck"):
        harness.set_up(workers, "two_inputs", {})


def test_who_has_used_up_the_time_takes_no_more_turns():
    harness = importlib.import_module("harness")

    def taking(name, seconds):
        return SimpleNamespace(name=name, turn=lambda *_: {"wall": seconds, "cpu": seconds, "value": None})

    found = harness.take_turns([taking("quick", 0.1), taking("slow", 9.0)], "fit", {}, rounds=5, seconds=1)
    assert [len(entry["seconds"]) for entry in found.values()] == [5, 2]


def test_unequal_work_is_an_error():
    harness = importlib.import_module("harness")
    found = {"a": {"first": [0.7, 0.5]}, "b": {"first": [0.71, 0.5]}}
    harness.check_equal_work(found, 0.05)
    with pytest.raises(AssertionError, match=r"idle does not do the same work: loss 0\.9000"):
        harness.check_equal_work({**found, "idle": {"first": [0.9, 0.5]}}, 0.05)


@pytest.mark.parametrize("name", ["tables", "harness", "worker", "problems", "problems.base", "problems.mlp", "parts.growth", "suite", "page"])
def test_examples_in_docstrings(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted and not found.failed


@pytest.mark.parametrize("last, met", [(16.0, True), (64.0, False)])
def test_growth_beyond_the_arithmetic_and_the_loop_by_hand_is_a_miss(last, met):
    axis = {"sizes": [1, 2, 4], "flops": [1, 4, 16], "seconds": {"kerasteach_numpy": [1.0, 4.0, last], "numpy_by_hand": [1.0, 2.0, 4.0]}}
    [verdict] = importlib.import_module("targets").judge({"growth": {"axes": {"width": axis}}})
    assert verdict.met is met and verdict.race == "width"


def script(name, *words):
    environment = {**os.environ, "PYTHONPATH": str(FOLDER.parent)}
    done = subprocess.run(
        [sys.executable, "-P", FOLDER / "parts" / name, *words], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_an_import_tells_its_time_and_memory_and_those_of_a_first_model():
    answer = script("import_once.py", "kerasteach")
    assert answer["wall"] > 0 and answer["torch"] is False
    assert answer["model"]["rss"] > answer["rss"] > 1 << 20
    assert "no_such_package" in script("import_once.py", "no_such_package")["skipped"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_lesson_tells_the_memory_of_its_kernel_after_each_cell(tmp_path):
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("nbclient")
    cells = [nbformat.v4.new_markdown_cell("# L"), *map(nbformat.v4.new_code_cell, ["x = 1", "y = bytearray(b'a' * (64 << 20))"])]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "lesson.ipynb")
    [start, _, end] = script("lesson_memory.py", str(tmp_path / "lesson.ipynb"))["lesson"]
    assert end["rss"] - start["rss"] > 60 << 20 and not end["torch"]
