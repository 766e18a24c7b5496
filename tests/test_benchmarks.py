"""The benchmark measures what it says: equal work, in turn, and whoever cannot run is named."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def harness(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    import harness

    yield harness
    for name in [m for m in sys.modules if m == "harness" or m.split(".")[0] == "peers"]:
        del sys.modules[name]


def test_a_short_run_writes_its_table(tmp_path):
    out = tmp_path / "docs" / "small_model.md"
    words = ["--only", "numpy_by_hand", "numpy_textbook", "kerasteach_numpy", "--rounds", "2", "--epochs", "2", "--write", str(out)]
    done = subprocess.run([sys.executable, FOLDER / "small_model.py", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    text = out.read_text("utf-8")
    assert "| kerasteach on NumPy |" in text and "aim at most 1.5" in text and "Python " in text
    raw = json.loads(out.with_suffix(".json").read_text("utf-8"))
    assert [len(c["seconds"]) for c in raw["contenders"].values()] == [2, 2, 2]


def test_a_contender_that_is_not_installed_is_skipped_by_name(harness):
    [worker] = harness.race(["no_such_peer"], rounds=1, epochs=1)
    assert "no_such_peer" in worker.skipped and worker.seconds == []


def test_a_contender_that_dies_is_named_with_its_last_words(harness, monkeypatch, tmp_path):
    dying = tmp_path / "worker.py"
    dying.write_text("import sys; sys.exit('out of luck')")
    monkeypatch.setattr(harness, "WORKER", dying)
    with pytest.raises(RuntimeError, match=r"'numpy_by_hand' ended early(.|\n)*out of luck"):
        harness.race(["numpy_by_hand"], rounds=1, epochs=1)


def test_unequal_work_is_an_error(harness):
    def worker(name, *losses):
        return harness.Worker(name, {}, logs=[[loss, 0.5] for loss in losses])

    workers = [worker("a", 0.7, 0.5), worker("b", 0.7, 0.5), worker("idle", 0.7, 0.7)]
    for w in workers:
        w.skipped = None
    harness.check_equal_work(workers[:2])
    with pytest.raises(AssertionError, match=r"idle does not do the same work: loss 0\.7000"):
        harness.check_equal_work(workers)
