"""Data larger than memory: each process reads its own rows of a DataLoader, and keeps no batch."""

import os

import pytest

from .conftest import results, start


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="resident memory is read from /proc")
@pytest.mark.slow
def test_rows_are_shared_out_and_memory_stays_flat(tmp_path):
    run = start(2, "large.py", tmp_path)
    assert run.returncode == 0, run.stderr
    read = [sorted(found["read"][1:]) for found in results(tmp_path)]  # the first batch is looked at before training
    first, second = ({*found["read"]} for found in results(tmp_path))
    assert first | second == set(range(2000))
    assert all(len(rows) < 1020 for rows in read)  # half of them, and one batch to know shapes
    assert len(first & second) <= 6
    for found in results(tmp_path):
        later = found["memory"][5:]  # once everything is warm; 175 MB of batches follow
        assert max(later) - min(later) < 25, found["memory"]
