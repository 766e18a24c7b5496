"""A job of n processes computes what one process does with the same batch size: curves, weights, metrics, predictions.

Each job is started once, and tells many things.
"""

import numpy as np
import pytest

from .conftest import results, start

CASES = (
    "everything fewer_rows_than_processes reductions masks whole_batches several_outputs weights_of_classes streams "
    "own_steps callbacks files mistakes"
).split()
WITH_FOUR = "everything fewer_rows_than_processes masks own_steps callbacks".split()
CLOSE = 1e-5

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def jobs(tmp_path_factory):
    """Function(number of processes): what `start` returned, what each rank wrote, and the folder; each job runs once."""
    known = {}

    def job(processes):
        if processes not in known:
            folder = tmp_path_factory.mktemp(f"job{processes}")
            cases = {1: CASES, 2: [*CASES, "more_than_memory"], 4: WITH_FOUR}[processes]
            run = start(processes, "train.py", folder, *cases)
            assert run.returncode == 0, run.stdout + run.stderr
            known[processes] = run, results(folder), folder
        return known[processes]

    return job


def numbers(found, path=""):
    """All numbers in nested dicts and lists, by where they are."""
    if isinstance(found, (dict, list)):
        parts = found.items() if isinstance(found, dict) else enumerate(found)
        return {place: value for key, part in parts for place, value in numbers(part, f"{path}/{key}").items()}
    return {path: found}


@pytest.mark.parametrize(
    "processes, case",
    [*[(2, case) for case in CASES if case != "mistakes"], *[(4, case) for case in WITH_FOUR]],
)
def test_as_one_process(jobs, processes, case):
    _, (alone,), _ = jobs(1)
    _, ranks, _ = jobs(processes)
    assert len(ranks) == processes
    for rank, found in enumerate(ranks):
        expected, got = numbers(alone[case]), numbers(found[case])
        if rank:  # hooks ran on rank 0 only
            expected = {place: value for place, value in expected.items() if "/hooks" not in place}
        assert got.keys() == expected.keys()
        np.testing.assert_allclose(list(got.values()), list(expected.values()), rtol=CLOSE, atol=CLOSE)


def test_the_cases_are_not_empty(jobs):
    _, (alone,), _ = jobs(1)
    assert all(len(numbers(alone[case])) > 20 for case in CASES if case not in ("files", "mistakes"))
    assert len(alone["callbacks"][0]["curve"]["loss"]) < 12  # EarlyStopping stopped
    assert len(alone["callbacks"][1]["curve"]["loss"]) < 4  # and so did `stop_training`


def test_only_rank_0_prints(jobs):
    (alone, *_), (together, *_) = jobs(1), jobs(2)
    assert together.stdout.count("training everything") == together.stdout.count("Epoch 2/3") == 1
    assert len(together.stdout.splitlines()) == len(alone.stdout.splitlines())


def test_only_rank_0_calls_hooks_and_writes_files(jobs):
    _, (first, second), folder = jobs(2)
    assert first["callbacks"][0]["hooks"] and not second["callbacks"][0]["hooks"]
    lines = (folder / "log.csv").read_text("utf-8").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["epoch", *map(str, range(len(lines) - 1))]
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["best.keras", "log.csv", "model.keras", "model.weights.h5", "rank0.json", "rank1.json"]
    )


def test_mistakes_are_told_to_all(jobs):
    _, (first, second), _ = jobs(2)
    assert first["mistakes"][0].startswith("KeyError") and "a mistake in a callback" in first["mistakes"][0]
    assert second["mistakes"][0].startswith("RuntimeError: A callback failed on rank 0")
    assert "a mistake in a callback" in second["mistakes"][0]
    for said in (*first["mistakes"][1:3], *second["mistakes"][1:3]):
        assert said.startswith("ValueError") and "is on the numpy backend" in said and "model.to('torch')" in said
    assert all("The DataLoader has a DistributedSampler" in found["mistakes"][3] for found in (first, second))


def test_rows_are_shared_out_and_memory_stays_flat(jobs):
    found = [rank["more_than_memory"] for rank in jobs(2)[1]]
    first, second = ({*told["read"]} for told in found)
    assert first | second == set(range(2000))
    assert len(first & second) <= 6  # the first batch was looked at before training, to know shapes
    assert all(len(told["read"]) <= 1000 + 6 for told in found)
    for told in found:
        later = told["memory"][4:]  # once everything is warm; 200 MB of batches follow
        assert not later or max(later) - min(later) < 25, told["memory"]
