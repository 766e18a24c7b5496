"""Code that never ends is stopped, and nothing of the stopping is left behind."""

import contextlib
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kerasteach.learn import limit
from kerasteach.learn.limit import TooSlow, time_limit

ROOT = Path(__file__).resolve().parents[2]
WAYS = {"signal": limit._by_signal, "thread": limit._by_thread}
if not hasattr(signal, "setitimer"):
    del WAYS["signal"]
each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def for_ever():
    while True:
        pass


def with_except_exception():
    while True:
        try:
            sum(range(9))
        except Exception:
            pass


def with_bare_except():
    while True:
        try:
            sum(range(99))
            time.sleep(0.001)
        except:  # noqa: E722
            pass


def with_bare_except_around_a_loop():
    while True:
        try:
            while True:
                time.sleep(0.001)
        except BaseException:
            continue
        finally:
            sum(range(9))


def asleep():
    time.sleep(60)


def seconds(way, function):
    began = time.monotonic()
    with pytest.raises(TooSlow), way(0.1):
        function()
    return time.monotonic() - began


@each_way
@pytest.mark.parametrize("function", [for_ever, with_except_exception])
def test_a_loop_is_stopped(way, function):
    assert seconds(way, function) < 3


@pytest.mark.skipif("signal" not in WAYS, reason="needs a timer's signal")
@pytest.mark.parametrize("function", [with_bare_except, with_bare_except_around_a_loop, asleep])
def test_a_signal_also_stops_what_catches_everything_and_what_sleeps(function):
    assert seconds(limit._by_signal, function) < 5


@each_way
def test_what_is_quick_enough_is_left_alone(way):
    tracer = sys.gettrace()
    for _ in range(20):
        with way(0.2):
            sum(range(99))
    time.sleep(0.25)  # nothing rings later
    assert sys.gettrace() is tracer


@each_way
def test_errors_pass_through(way):
    with pytest.raises(ZeroDivisionError), way(5):
        1 / 0  # noqa: B018


@each_way
def test_nothing_is_left_after_a_stop(way):
    tracer = sys.gettrace()
    for _ in range(5):
        with contextlib.suppress(TooSlow), way(0.02):
            for_ever()
    time.sleep(0.1)
    assert sys.gettrace() is tracer


@pytest.mark.parametrize(("way", "function"), [(way, for_ever) for way in WAYS] + [("signal", with_bare_except)] * ("signal" in WAYS))
def test_who_traces_afterwards_hears_nothing_of_it(way, function):
    """In a process of its own: it would never end, or break off, with a debugger or with what looks which lines run."""
    code = f"""
import contextlib, sys
from kerasteach.learn.limit import TooSlow
from tests.learn.test_limit import WAYS, {function.__name__}
def traced():
    return sum(range(3))
def tracer(frame, event, arg):
    return tracer
for _ in range(5):
    with contextlib.suppress(TooSlow), WAYS["{way}"](0.05):
        {function.__name__}()
    sys.settrace(tracer)
    assert traced() == 3
    sys.settrace(None)
    assert sys._getframe().f_trace is None
print("done")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout == "done\n", done.stderr


def test_in_a_browser_there_is_no_limit(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    with time_limit(0.01):
        time.sleep(0.05)


def test_it_works_in_a_thread_too():
    found = []
    thread = threading.Thread(target=lambda: found.append(seconds(time_limit, for_ever)))
    thread.start()
    thread.join(10)
    assert found and found[0] < 3


@pytest.mark.skipif("signal" not in WAYS, reason="needs a timer's signal")
def test_somebody_elses_timer_goes_on():
    rung = []
    handler = signal.signal(signal.SIGALRM, lambda *about: rung.append(time.monotonic()))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with time_limit(5):
            pass
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 0.3
        time.sleep(0.4)
        assert len(rung) == 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)


@pytest.mark.skipif("signal" not in WAYS, reason="needs a timer's signal")
def test_a_limit_within_a_limit():
    with pytest.raises(TooSlow), time_limit(0.3):
        with contextlib.suppress(TooSlow), time_limit(0.1):
            for_ever()
        for_ever()
