"""Contenders in turn, round by round: whatever slows the machine slows them all alike.

Each one lives in a process of its own, so that three backends of Keras can stand side by side. Ratios are taken within
a round and then the median of them: neighbours in time, measured against each other.
"""

import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from peers import ALL

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


class Worker:
    """A contender in its process.

    Args:
        name: whose turn it is: a name of `peers.ALL`.
        threads: how many each library may use.
    """

    def __init__(self, name, threads=1):
        self.name = name
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - open as long as the process
        self._process = subprocess.Popen(
            [sys.executable, str(WORKER), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env={**os.environ, **thread_limits(threads), **(ALL[name].environment if name in ALL else {})},
        )

    def ask(self, **request):
        """Send a request; `answer` waits for what it says."""
        with contextlib.suppress(BrokenPipeError):  # `answer` tells why nobody listens
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()

    def answer(self):
        """Return the answer to the last request.

        Raises:
            RuntimeError: with its last words, if the contender ended instead.
        """
        line = self._process.stdout.readline()
        if line:
            return json.loads(line)
        self._process.wait()
        self._errors.seek(0)
        raise RuntimeError(f"The contender {self.name!r} ended early. It said:\n{self._errors.read()[-2000:]}")

    def turn(self, task, arguments):
        """Let it do a task; return {"wall", "cpu", "value"}."""
        self.ask(task=task, arguments=arguments)
        return self.answer()

    def stop(self):
        """Let it go."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._errors.close()


@contextlib.contextmanager
def team(names, threads=1):
    """Start the contenders of these names, all at once; they are gone after the block."""
    workers = []
    try:
        for name in names:
            workers.append(Worker(name, threads))
        yield workers
    finally:
        for worker in workers:
            worker.stop()


def set_up(workers, problem, sizes):
    """Have all workers set up a problem, side by side.

    Returns:
        (those who can run, why the others cannot as {name: reason}, versions of all packages).
    """
    for worker in workers:
        worker.ask(problem=problem, sizes=sizes)
    answers = {worker: worker.answer() for worker in workers}
    skipped = {worker.name: answer["skipped"] for worker, answer in answers.items() if "skipped" in answer}
    versions = {k: v for answer in answers.values() for k, v in answer.get("versions", {}).items()}
    return [worker for worker in workers if worker.name not in skipped], skipped, versions


def take_turns(workers, task, arguments, rounds, seconds, clock="wall", fewest=2):
    """Warm every worker up, then let each do the task in turn, round by round.

    Args:
        workers: those who can run.
        task: method of the contenders.
        arguments: its arguments.
        rounds: how often each gets its turn at most.
        seconds: who has used that many takes no more turns, but for the first few.
        clock: "wall", or "cpu" on a machine that is not quiet: seconds the process itself was at work.
        fewest: how many turns those are.

    Returns:
        {name: {"seconds": of each turn, "cores": CPU seconds a second, "first": what the
        warm-up gave for its first epoch, "last": what the last turn gave for its last}}
    """
    found = {}
    for worker in workers:
        found[worker.name] = {"seconds": [], "cores": [], "first": None}
        if value := worker.turn(task, arguments)["value"]:
            found[worker.name]["first"] = value[0]
    for i in range(rounds):
        for worker in workers:
            entry = found[worker.name]
            if i < fewest or sum(entry["seconds"]) < seconds:
                told = worker.turn(task, arguments)
                entry["seconds"].append(told[clock])
                entry["cores"].append(told["cpu"] / told["wall"])
                entry["last"] = told["value"] and told["value"][-1]
    for entry in found.values():
        entry["cores"] = round(statistics.median(entry["cores"]), 3)
    return found


def median_ratio(seconds, others):
    """Return the median of the ratios within each round both took part in.

    >>> median_ratio([2.0, 30.0, 4.0], [1.0, 10.0, 2.0])
    2.0
    """
    return statistics.median(a / b for a, b in zip(seconds, others, strict=False))


def check_equal_work(found, tolerance):
    """Raise unless all contenders learned alike: their losses after one epoch lie close together.

    Args:
        found: {name: {"first": (loss, accuracy)}}.
        tolerance: how far a loss may lie from the median.

    Raises:
        AssertionError: naming who differs.
    """
    losses = {name: entry["first"][0] for name, entry in found.items()}
    middle = statistics.median(losses.values()) if losses else 0
    for name, loss in losses.items():
        assert abs(loss - middle) <= tolerance, (
            f"{name} does not do the same work: loss {loss:.4f} in the first epoch, the median is {middle:.4f}"
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
