"""A time limit for code that may never end, in the thread that runs it.

Two ways, the first that there is:

1. In the main thread (a notebook's cells run there) a timer's signal interrupts it, also in `time.sleep` and in reads.
2. In another thread, and on Windows, a watching thread has the interpreter raise there: between two lines of Python.

Python in a browser has neither: no limit holds there, and a loop without end needs Kernel > Restart.

What cannot be interrupted: a single call of compiled code that does not come back, as the product of two huge matrices. It
is stopped as soon as it returns to Python. Kernel > Interrupt is no quicker there. In the second way also a loop that
catches everything with a bare `except` and goes on.
"""

import contextlib
import signal
import sys
import threading
import time

_AGAIN = 0.02  # seconds; code that catches everything is interrupted again, until it has let go


class TooSlow(BaseException):
    """Time is up. No `Exception`, so that `except Exception` in the code does not catch it."""


@contextlib.contextmanager
def time_limit(seconds):
    """Raise `TooSlow` inside the block when time is up.

    >>> with contextlib.suppress(TooSlow), time_limit(0.05):
    ...     while True: pass
    """
    if sys.platform in ("emscripten", "wasi"):
        way = contextlib.nullcontext
    elif threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
        way = _by_signal
    else:
        way = _by_thread
    with way(seconds):
        yield


@contextlib.contextmanager
def _by_signal(seconds):
    ticks, tracer, traced = 0, sys.gettrace(), {}  # traced: {frame: what traced it before}

    def ring(number, frame):
        nonlocal ticks
        if frame.f_code.co_filename in (__file__, contextlib.__file__):
            return  # on the way in or out: nothing may break off there
        ticks += 1
        if ticks > 1:
            _raise_some_lines_on(frame, ticks % 7, traced)
        raise TooSlow

    handler = signal.signal(signal.SIGALRM, ring) or signal.SIG_DFL
    began = time.monotonic()
    before, every = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if traced:
            sys.settrace(tracer)
            for frame, own in traced.items():
                frame.f_trace = own
        if before:  # somebody else's timer goes on
            signal.setitimer(signal.ITIMER_REAL, max(before - (time.monotonic() - began), 0.001), every)


def _raise_some_lines_on(frame, lines, traced):
    """Raise a few lines later, too: `while True` with a bare `except` swallows what comes inside its `try`, not outside of it."""
    left = lines

    def trace(frame, event, arg):
        nonlocal left
        left -= 1
        if left < 0 and frame.f_code.co_filename not in (__file__, contextlib.__file__):
            raise TooSlow
        return trace

    sys.settrace(trace)
    while frame and frame.f_code.co_filename != __file__:
        traced.setdefault(frame, frame.f_trace)
        frame.f_trace = trace
        frame = frame.f_back


@contextlib.contextmanager
def _by_thread(seconds):
    import ctypes

    mine, lock, over = ctypes.c_ulong(threading.get_ident()), threading.Lock(), threading.Event()

    def watch():
        wait = seconds
        while not over.wait(wait):
            with lock:
                if not over.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(mine, ctypes.py_object(TooSlow))
            wait = _AGAIN

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        while True:
            try:
                with lock:
                    over.set()
                # One that is on its way arrives where a loop turns. Withdrawn, it leaves CPython 3.11 looking for it for ever.
                for _ in range(9):
                    pass
                break
            except TooSlow:
                continue
