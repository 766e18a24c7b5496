"""A time limit for code that may never end, in the thread that runs it.

Three ways, the first that there is:

1. In the main thread (a notebook's cells run there) a timer's signal interrupts it, also in `time.sleep` and in reads.
2. In another thread, and on Windows, a watching thread has the interpreter raise there: between two lines of Python.
3. Where there are no threads (Python in a browser), every step looks at the clock.

What cannot be interrupted: a single call of compiled code that does not come back, as the product of two huge matrices. It
is stopped as soon as it returns to Python. Kernel > Interrupt is no quicker there. In the second and third way also a loop
that catches everything with a bare `except` and goes on.
"""

import contextlib
import ctypes
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
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
        way = _by_signal
    else:
        way = _by_thread if _threads_start() else _by_line
    with way(seconds):
        yield


@contextlib.contextmanager
def _by_signal(seconds):
    ticks = 0

    def ring(number, frame):
        nonlocal ticks
        ticks += 1
        if ticks > 1:
            _also_some_lines_on(frame, ticks % 7)
        raise TooSlow

    handler = signal.signal(signal.SIGALRM, ring)
    before, _ = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    began, tracer = time.monotonic(), sys.gettrace()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if ticks > 1:
            sys.settrace(tracer)
        if before:  # somebody else's timer goes on
            signal.setitimer(signal.ITIMER_REAL, max(before - (time.monotonic() - began), 0.001))


def _also_some_lines_on(frame, lines):
    """Raise again a few lines later: `while True` with a bare `except` swallows what comes inside its `try`, not outside of it."""
    left = lines

    def trace(frame, event, arg):
        nonlocal left
        left -= 1
        if left < 0:
            raise TooSlow
        return trace

    sys.settrace(trace)
    while frame:
        frame.f_trace = trace
        frame = frame.f_back


@contextlib.contextmanager
def _by_thread(seconds):
    mine, lock, over = ctypes.c_ulong(threading.get_ident()), threading.Lock(), threading.Event()
    rung = False

    def watch():
        nonlocal rung
        wait = seconds
        while not over.wait(wait):
            with lock:
                if over.is_set():
                    return
                rung = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(mine, ctypes.py_object(TooSlow))
            wait = _AGAIN

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        try:
            _stop(lock, over)
        except TooSlow:
            _stop(lock, over)
            raise
        if rung:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(mine, None)  # one that was on its way


def _stop(lock, over):
    with lock:
        over.set()


@contextlib.contextmanager
def _by_line(seconds):
    end, before = time.monotonic() + seconds, sys.gettrace()

    def trace(frame, event, arg):
        if time.monotonic() > end:
            raise TooSlow
        frame.f_trace_opcodes = True  # `while True: pass` in one line never comes to another
        return trace

    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def _threads_start():
    return sys.platform not in ("emscripten", "wasi")
