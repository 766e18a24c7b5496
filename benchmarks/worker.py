"""One contender in its own process: sets itself up, then trains a round whenever it is asked to, one line each.

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


def prepare(name):
    """Return (train, answer): the contender's function, and what to tell about it; no function if it cannot run."""
    try:
        peer = importlib.import_module(f"peers.{name}")
        train = peer.setup()
        return train, {"versions": {package: version(package) for package in peer.PACKAGES}}
    except ImportError as error:
        return None, {"skipped": f"{type(error).__name__}: {error}".splitlines()[0]}


def serve(name, requests, answers):
    """Answer each request {"epochs": k} with the seconds it took and what was logged in them."""
    train, answer = prepare(name)
    print(json.dumps(answer), file=answers)
    if train is None:
        return
    for line in requests:
        epochs = json.loads(line)["epochs"]
        start = time.perf_counter()
        logs = train(epochs)
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "logs": [list(map(float, log)) for log in logs]}), file=answers)


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    sys.path[:0] = [str(here), str(here.parent)]
    serve(sys.argv[1], sys.stdin, private_stdout())
