"""A killed process ends the job, with a message and a backup; another number of processes goes on from there."""

import json

import numpy as np
import pytest

from .conftest import results, start

pytest.importorskip("torch")


@pytest.mark.slow
def test_killed_told_and_resumed_by_other_numbers_of_processes(tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    whole.mkdir()
    cut.mkdir()
    assert start(1, "resume.py", whole, 5).returncode == 0
    (curve,) = results(whole)

    killed = start(2, "resume.py", cut, 5, DIE="1")  # it would hang here, and run into the time limit
    assert killed.returncode != 0 and results(cut) == []
    assert killed.stderr.count("Training stopped: ") == 1
    assert "rank 1 (process " in killed.stderr and "of the 2 that trained together is gone" in killed.stderr
    assert f"goes on from the backup in {cut}/backup" in killed.stderr
    assert "Signal 9 (SIGKILL)" in killed.stderr  # torchrun's own report names it too
    assert json.loads((cut / "backup" / "training_metadata.json").read_text("utf-8"))["epoch"] == 2

    found = {}
    for processes, epochs, expected in ((1, 3, ["2"]), (4, 5, ["3", "4"])):
        run = start(processes, "resume.py", cut, epochs)
        assert run.returncode == 0, run.stderr
        for told in results(cut):
            assert list(told) == expected
            found |= told
    assert found.keys() == {"2", "3", "4"}
    np.testing.assert_allclose([found[e] for e in found], [curve[e] for e in found], rtol=1e-5)


@pytest.mark.slow
def test_torchrun_may_start_it_again_by_itself(tmp_path):
    run = start(2, "resume.py", tmp_path, 4, restarts=1, DIE="0", FREQUENCY="3")  # backups within epochs, too
    assert run.returncode == 0, run.stderr
    assert "rank 0 (process " in run.stderr and "Rank 1 cannot go on alone" in run.stderr
    assert [list(told) for told in results(tmp_path)] == [["2", "3"]] * 2


def test_what_the_message_says_about_going_on(tmp_path):
    from kerasteach.backend.torch_distributed import Engine

    engine = object.__new__(Engine)
    engine.rank, engine.world, engine._people = 0, 2, [("here", 1), ("elsewhere", 2)]  # of another machine nothing is known
    assert "another process of the 2" in engine.farewell()
    assert "nothing was kept of this training; add keras.callbacks.BackupAndRestore(folder)" in engine.farewell()
    engine.backup = str(tmp_path / "backup")
    assert "no backup was made" in engine.farewell()
    (tmp_path / "backup").mkdir()
    assert f"with as many processes as you like; it goes on from the backup in {engine.backup}" in engine.farewell()
