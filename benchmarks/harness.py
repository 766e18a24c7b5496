"""Contenders in turn, round by round: whatever slows the machine slows them all alike.

Each one lives in a process of its own, so that three backends of Keras can stand side by side. Ratios are taken within
a round and then the median of them: neighbours in time, measured against each other.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

WORKER = Path(__file__).resolve().parent / "worker.py"


def thread_limits(threads):
    """Return environment variables that give every library the same number of threads.

    >>> thread_limits(2)["OPENBLAS_NUM_THREADS"]
    '2'
    """
    names = ("OMP", "OPENBLAS", "MKL", "TF_NUM_INTRAOP", "TF_NUM_INTEROP")
    limits = {f"{name}_THREADS" if name.startswith("TF") else f"{name}_NUM_THREADS": str(threads) for name in names}
    eigen = "true" if threads > 1 else "false"
    flags = f"--xla_cpu_multi_thread_eigen={eigen} intra_op_parallelism_threads={threads}"
    return {**limits, "XLA_FLAGS": flags, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}


@dataclass
class Worker:
    """A contender in its process.

    Args:
        name: file name in `peers`.
        environment: variables added to ours.
    """

    name: str
    environment: dict
    seconds: list = field(default_factory=list)
    logs: list = field(default_factory=list)

    def start(self):
        """Start the process and wait until it has set itself up; `skipped` says why it did not."""
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - open as long as the process
        self._process = subprocess.Popen(
            [sys.executable, str(WORKER), self.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env={**os.environ, **self.environment},
        )
        answer = self._answer()
        self.versions, self.skipped = answer.get("versions", {}), answer.get("skipped")

    def train(self, epochs):
        """Let it train; return the seconds it took."""
        self._process.stdin.write(json.dumps({"epochs": epochs}) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        self.logs += answer["logs"]
        return answer["seconds"]

    def stop(self):
        """Let it go."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._errors.close()

    def _answer(self):
        line = self._process.stdout.readline()
        if line:
            return json.loads(line)
        self._process.wait()
        self._errors.seek(0)
        raise RuntimeError(f"The contender {self.name!r} ended early. It said:\n{self._errors.read()[-2000:]}")


def race(names, rounds, epochs, threads=1, say=lambda text: None):
    """Warm every contender up, then let each train `epochs` epochs in turn, `rounds` times.

    Returns:
        The workers, stopped: `seconds` of each round, `logs` of each epoch; `skipped` where one could not run.
    """
    workers = [Worker(name, thread_limits(threads)) for name in names]
    try:
        for worker in workers:
            worker.start()
            say(f"{worker.name}: " + (worker.skipped or "ready"))
        running = [worker for worker in workers if not worker.skipped]
        for worker in running:
            worker.train(epochs)
        for i in range(rounds):
            for worker in running:
                worker.seconds.append(worker.train(epochs))
            say(f"round {i + 1} of {rounds}")
    finally:
        for worker in workers:
            if hasattr(worker, "_process"):
                worker.stop()
    return workers


def median_ratio(seconds, others):
    """Return the median of the ratios within each round.

    >>> median_ratio([2.0, 30.0, 4.0], [1.0, 10.0, 2.0])
    2.0
    """
    return statistics.median(a / b for a, b in zip(seconds, others, strict=True))


def check_equal_work(workers, tolerance=0.05):
    """Raise unless all contenders learned alike: their losses in the first epoch and in the last lie close together.

    Raises:
        AssertionError: naming who differs.
    """
    running = [worker for worker in workers if not worker.skipped]
    for epoch in (0, -1) if running else ():
        middle = statistics.median(worker.logs[epoch][0] for worker in running)
        for worker in running:
            loss = worker.logs[epoch][0]
            assert abs(loss - middle) <= tolerance, (
                f"{worker.name} does not do the same work: loss {loss:.4f} in epoch {epoch}, the median is {middle:.4f}"
            )


def machine():
    """Return the machine in words: cores, processor, system, Python."""
    cpu = next(
        (line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    cores = os.cpu_count()
    return f"{cores} core{'s' * (cores != 1)} ({cpu}), {platform.system()}, Python {platform.python_version()}"


def _cpuinfo():
    path = Path("/proc/cpuinfo")
    return path.read_text("utf-8").splitlines() if path.exists() else []


def markdown_table(head, rows):
    """Return a markdown table; the first column left, the others right.

    >>> print(markdown_table(["who", "us"], [["a", 1]]))
    | who | us |
    |---|---:|
    | a | 1 |
    """
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("|" + "|".join(map(str, line)) + "|" if i == 1 else "| " + " | ".join(map(str, line)) + " |"
                     for i, line in enumerate(lines))  # fmt: skip
