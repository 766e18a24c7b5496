"""A script as one process of several: what `run` does when torchrun has started it."""

import contextlib
import os
import signal
import sys

from .. import config
from ..backend.replicas import REPLICAS, PeerLost


class NotForNumPy(Exception):
    """Several processes, and the NumPy backend asked for."""


def is_job():
    """Whether torchrun, or the like, has started this process as one of several.

    >>> is_job()
    False
    """
    return int(os.environ.get("WORLD_SIZE", 1)) > 1


@contextlib.contextmanager
def as_one_of_many(backend):
    """Train by `DataParallel` inside; only rank 0 prints, since all say the same.

    An error that another process has died is told in one paragraph, by one of those that are left.

    Args:
        backend: where the script's models compute; it has to be `"torch"`.

    Raises:
        NotForNumPy: if it is not.
        SystemExit: if another process has died.
    """
    from ..distribution import DataParallel, set_distribution

    if backend != "torch":
        raise NotForNumPy(f"Several processes train a model on Torch only. Received: --backend {backend}. Fix: leave --backend out.")
    set_distribution(DataParallel())
    engine = REPLICAS.engine
    with config.set_backend(backend), contextlib.ExitStack() as stack:
        if REPLICAS.rank:
            stack.enter_context(contextlib.redirect_stdout(stack.enter_context(open(os.devnull, "w"))))
        signal.signal(signal.SIGTERM, lambda *_: _end(engine, 128 + signal.SIGTERM, None))  # how torchrun ends those that are left
        try:
            yield
        except PeerLost as error:
            _end(engine, 1, error)
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        engine.leave()


def _end(engine, code, lost):
    """Say who is gone, unless another process says it, and leave."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # one message is enough
    if lost or engine.gone():
        said = lost or engine.farewell()
        if engine.speaks():
            print(f"\n{said}", file=sys.stderr, flush=True)
    raise SystemExit(code)
