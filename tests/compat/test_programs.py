"""Programs in the manner of the Keras guides, unchanged, print the same on real Keras and on kerasteach.

Each program sets its weights itself, because initial weights are drawn differently; what it prints must then agree:
words exactly, numbers to a thousandth.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("keras")

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
TOLERANCE = 2e-3


def printed(*command):
    environment = {**os.environ, "KERAS_BACKEND": "torch", "COLUMNS": "120"}
    run = subprocess.run([sys.executable, *command], capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


@pytest.fixture(scope="module")
def by_keras():
    """Function: what real Keras prints for a program; run once each."""
    known = {}

    def lines(program):
        if program not in known:
            known[program] = printed(str(program))
        return known[program]

    return lines


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_program_prints_what_it_prints_on_keras(program, backend, by_keras):
    ours, theirs = printed("-m", "kerasteach", "run", "--backend", backend, str(program)), by_keras(program)
    assert len(theirs) > 5 and [NUMBER.sub("#", line) for line in ours] == [NUMBER.sub("#", line) for line in theirs]
    for line, expected in zip(ours, theirs):
        for a, b in zip(map(float, NUMBER.findall(line)), map(float, NUMBER.findall(expected))):
            assert abs(a - b) <= TOLERANCE * (1 + abs(b)), f"{line}\n{expected}"
