"""One contender in its own process: sets itself up for a problem, then does its turn whenever it is asked to.

    python benchmarks/worker.py numpy_by_hand

Requests and answers are lines of JSON on stdin and stdout. Whatever the libraries print goes to stderr.
"""

import importlib
import json
import os
import sys
import time
from importlib import metadata
from pathlib import Path


def private_stdout():
    """Keep stdout for answers alone: give the libraries stderr instead, and return the real one."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    return answers


def version(package):
    """Return an installed package's version; its module is asked where the package has another name.

    >>> version("pip").split(".")[0].isdigit()
    True
    """
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return importlib.import_module(package).__version__


def prepare(name, problem, sizes):
    """Return (contender, answer): who takes the turns, and what to tell about it; None if it cannot run."""
    import problems
    from peers import ALL

    peer = ALL[name]
    try:
        module = importlib.import_module(f"peers.{peer.module}")
        contender = module.contender(problems.make(problem, **sizes), **peer.options)
        return contender, {"versions": {package: version(package) for package in peer.packages}}
    except (ImportError, NotImplementedError) as error:
        return None, {"skipped": f"{type(error).__name__}: {error}".splitlines()[0]}


def do(contender, task, arguments):
    """Return what the task gives; of a task "pieces", one piece is done some times: {"piece": name, "times": n}."""
    if task != "pieces":
        return getattr(contender, task)(**arguments)
    piece = contender.pieces()[arguments["piece"]]
    for _ in range(arguments["times"]):
        piece()


def serve(name, requests, answers):
    """Answer {"problem": ..., "sizes": ...} by setting up, {"task": ..., "arguments": ...} by doing it."""
    contender = None
    for line in requests:
        request = json.loads(line)
        if "problem" in request:
            contender = None  # let the last one go first
            contender, answer = prepare(name, request["problem"], request["sizes"])
        else:
            start, cpu = time.perf_counter(), time.process_time()
            value = do(contender, request["task"], request["arguments"])
            answer = {"wall": time.perf_counter() - start, "cpu": time.process_time() - cpu, "value": value}
        print(json.dumps(answer, default=float), file=answers)


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    sys.path[:0] = [str(here), str(here.parent)]
    serve(sys.argv[1], sys.stdin, private_stdout())
