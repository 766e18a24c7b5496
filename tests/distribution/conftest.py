"""Jobs: programs in programs/, run by one process or started by torchrun as several."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

collect_ignore_glob = ["programs/*"]  # run by the tests, not imported

PROGRAMS = Path(__file__).parent / "programs"
PATIENCE = 240  # seconds until a job counts as hanging


def start(processes, program, *args, restarts=0, **environment):
    """Run a program as a job of so many processes, as users would, and return what `subprocess.run` does.

    Args:
        processes: how many; 1 is one process without torchrun.
        program: its name in programs/.
        *args: its arguments.
        restarts: how often torchrun may start the job again.
        **environment: more environment variables.
    """
    pytest.importorskip("torch")
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--max-restarts", str(restarts), "--nproc-per-node", str(processes)]
    launcher = [] if processes == 1 else torchrun
    runner = ["-m", "kerasteach", "run", *(["--backend", "torch"] if processes == 1 else [])]
    command = [sys.executable, *launcher, *runner, str(PROGRAMS / program), *map(str, args)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", **environment}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=PATIENCE)


def results(folder):
    """What each rank of a job wrote to rank<number>.json."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(Path(folder).glob("rank*.json"))]
