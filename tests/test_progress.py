"""Progress one can trust: a pace by the clock, and lines when they are due. The clock here is made by hand."""

import io
import os
import sys
import types

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.callbacks import CallbackList, ProgbarLogger, progress
from kerasteach.progress import Pace, pace, screens, watched, watching


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self):
        self.now = 1000.0

    def perf_counter(self):
        return self.now

    def wait(self, seconds):
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    for module in (pace, screens, progress):
        monkeypatch.setattr(module, "time", made)
    return made


class Seen:
    """All that came out of stdout or stderr so far."""

    def __init__(self, capsys, stream):
        self.capsys, self.stream, self.text = capsys, stream, ""

    def getvalue(self):
        self.text += getattr(self.capsys.readouterr(), self.stream)
        return self.text


@pytest.fixture
def log(capsys):
    return Seen(capsys, "out")


@pytest.fixture
def terminal(capsys, monkeypatch):
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda self: True)
    return Seen(capsys, "out")


def shown(terminal):
    """The lines a terminal was asked to show, one after the other."""
    return [line.rstrip() for part in terminal.getvalue().split("\n") for line in part.split("\r") if line.strip()]


def fit(clock, steps, epochs=1, step=1.0, first=0.0, between=0.0, target="known"):
    """Go through a fit, a step taking `step` seconds by our clock, the very first one `first` more."""
    bar = ProgbarLogger()
    run = CallbackList([bar], verbose=1, epochs=epochs, steps=steps if target == "known" else None)
    run.on_train_begin()
    for epoch in range(epochs):
        run.on_epoch_begin(epoch)
        for done in range(1, steps + 1):
            clock.wait(step + first)
            first = 0.0
            run.progress(done, lambda: {"loss": 0.5})
        clock.wait(between)
        run.on_epoch_end(epoch, {"loss": 0.25})
    run.on_train_end()


# The pace


def test_the_first_step_does_not_count(clock):
    """It traces and compiles: 60 seconds once say nothing about the rest."""
    p = Pace()
    clock.wait(60)
    p.note(1)
    clock.wait(1)
    p.note(11)
    assert p.mean() == pytest.approx(0.1) and p.remaining(100) == pytest.approx(10)


def test_a_single_step_is_all_we_know(clock):
    p = Pace()
    clock.wait(3)
    p.note(1)
    assert p.mean() == 3 and p.remaining(2) == 6


def test_the_rest_takes_as_long_as_steps_take_now(clock):
    """1,000 quick steps, then slow ones: after a minute the pace is the slow one, though the mean is not."""
    p = Pace()
    p.note(1)
    clock.wait(100)
    p.note(1001)
    for i in range(60):
        clock.wait(1)
        p.note(1002 + i)
    assert p.mean() == pytest.approx(160 / 1060) and 0.8 < p.recent() < 1.0


def test_a_steady_pace_is_exact_however_often_it_is_noted(clock):
    p = Pace()
    p.note(1)
    done = 1
    for n in (1, 5, 200, 3, 1000):
        clock.wait(n * 0.02)
        done += n
        p.note(done)
    assert p.recent() == pytest.approx(0.02) and p.mean() == pytest.approx(0.02)


def test_nothing_is_left_of_nothing_and_never_less(clock):
    p = Pace()
    assert p.remaining(5) == 0
    p.note(3)
    assert p.remaining(-2) == 0


def test_the_pace_of_an_epoch_serves_the_next(clock):
    p = Pace()
    p.note(1)
    clock.wait(10)
    p.note(11)
    p.start()
    assert p.recent() == pytest.approx(1) and p.remaining(20) == pytest.approx(20)


# A log


def test_a_quick_epoch_in_a_log_is_one_line(clock, log):
    fit(clock, steps=5, epochs=2, step=1.0)
    assert log.getvalue() == "".join(f"Epoch {i}/2\n5/5 {'━' * 20} 5s 1s/step - loss: 0.2500\n" for i in (1, 2))


def test_a_long_epoch_in_a_log_says_now_and_then_how_far_it_is(clock, log):
    fit(clock, steps=100, step=1.0)
    running = [line.split()[0] for line in log.getvalue().splitlines()]
    assert running == ["10/100", "20/100", "30/100", "40/100", "50/100", "63/100", "79/100", "99/100", "100/100"]
    assert log.getvalue().splitlines()[3] == f" 40/100 {'━' * 8}╺{' ' * 11} 1:00 1s/step - loss: 0.5000"


def test_lines_of_a_log_become_rare(clock, log):
    fit(clock, steps=24 * 3600 // 10, step=10.0)  # a day
    assert 100 < len(log.getvalue().splitlines()) < 200


def test_many_epochs_say_when_all_are_done(clock, log):
    """3 epochs of 40 steps, a second each, and 5 seconds of validation after each."""
    fit(clock, steps=40, epochs=3, step=1.0, between=5.0)
    epochs = log.getvalue().split("Epoch ")[1:]
    first, second, third = (epoch.splitlines()[1] for epoch in epochs)
    assert first == f"10/40 {'━' * 5}╺{' ' * 14} 30s 1s/step - loss: 0.5000 - all 3 epochs: 1:50 left"  # no validation seen yet
    assert second.endswith("- all 3 epochs: 1:18 left")  # 28 + 40 steps, 2 validations
    assert "all 3 epochs" not in third


def test_a_slow_first_step_does_not_frighten(clock, log):
    fit(clock, steps=200, step=0.1, first=30.0)
    first, *rest = log.getvalue().splitlines()
    assert first == f"  1/200 ╺{' ' * 19} - first step took 30s - loss: 0.5000"
    assert rest[0].split()[0] == "102/200" and rest[0].endswith(" 9s 100ms/step - loss: 0.5000")


def test_unknown_length_shows_steps_time_and_pace(clock, log):
    fit(clock, steps=30, epochs=2, step=1.0, target="unknown")
    lines = log.getvalue().splitlines()
    assert lines[1] == "10/Unknown 10s 1s/step - loss: 0.5000"
    assert lines[4].split()[0] == "30/30" and "10/30" in lines[6]  # the second epoch knows


def test_an_encoding_without_lines_gets_plain_ones(clock, monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp1252"))
    fit(clock, steps=2)
    sys.stdout.flush()
    assert raw.getvalue().decode("cp1252").split()[1] == "=" * 20


def test_a_program_without_a_console_trains(clock, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    fit(clock, steps=30)


# A terminal


def test_a_terminal_is_redrawn_by_the_clock(clock, terminal):
    fit(clock, steps=1000, step=0.001)
    assert 9 <= len(shown(terminal)) <= 11  # in one second, not a thousand


def test_a_narrow_terminal_shortens_the_bar_not_the_numbers(clock, terminal, monkeypatch):
    monkeypatch.setattr(screens.Lines, "columns", lambda self: 50)
    fit(clock, steps=1000, step=0.01)
    running = shown(terminal)[:-1]
    assert all(line.endswith("loss: 0.5000") and len(line) < 50 for line in running)


def test_a_line_that_is_too_long_is_cut_before_it_wraps(terminal, monkeypatch):
    monkeypatch.setattr(screens.Lines, "columns", lambda self: 20)
    lines = screens.Lines()
    lines.redraw("x" * 100)
    lines.line("done")
    assert terminal.getvalue() == "\r" + "x" * 19 + "\r" + "done".ljust(19) + "\n"


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="pseudo-terminals are a thing of Unix")
def test_in_a_real_terminal(tmp_path):
    """Half a second of training: some drawings of one line, then the finished one."""
    import pty

    script = tmp_path / "train.py"
    script.write_text(
        "import time, numpy as np, kerasteach as keras\n"
        "m = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\n"
        "m.compile('sgd', 'mse')\n"
        "def batches():\n"
        "    for _ in range(20):\n"
        "        time.sleep(0.03)\n"
        "        yield np.ones((4, 2)), np.ones((4, 1))\n"
        "m.fit(batches(), steps_per_epoch=20, shuffle=False, verbose=1)\n"
    )
    got = bytearray()

    def read(fd):
        data = os.read(fd, 4096)
        got.extend(data)
        return data if data == b"" else b" "

    root = os.path.dirname(os.path.dirname(keras.__file__))
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["PYTHONPATH"] = root
        os.execv(sys.executable, [sys.executable, str(script)])
    try:
        while read(fd):
            pass
    except OSError:  # how Linux says that the other side is gone
        pass
    assert os.waitpid(pid, 0)[1] == 0, got.decode()
    text = got.decode()
    assert text.count("\n") == 1 and text.count("\r") >= 3
    assert text.removesuffix("\r\n").rpartition("\r")[2].startswith("20/20 " + "━" * 20)


# A notebook


def test_a_notebook_is_redrawn_four_times_a_second(clock, monkeypatch):
    drawn = []
    handle = types.SimpleNamespace(update=lambda data, raw: drawn.append(data["text/plain"]))
    display = types.SimpleNamespace(display=lambda data, raw, display_id: drawn.append(data["text/plain"]) or handle)
    monkeypatch.setattr(screens, "in_notebook", lambda: True)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    fit(clock, steps=2000, step=0.001)
    assert 8 <= len(drawn) <= 10 and drawn[-1].startswith("2000/2000")


# What is around the steps


def test_a_long_validation_is_shown_too(clock, log):
    bar = ProgbarLogger()
    run = CallbackList([bar], verbose=1, epochs=1, steps=4)
    run.on_train_begin()
    run.on_epoch_begin(0)
    for done in range(1, 5):
        clock.wait(0.5)
        run.progress(done, dict)
    run.validating(60)
    run.on_test_begin()
    for done in range(1, 61):
        clock.wait(0.5)
        run.progress(done, dict)
    run.on_test_end({"loss": 1.0})
    run.on_epoch_end(0, {"loss": 0.5, "val_loss": 1.0})
    lines = log.getvalue().splitlines()
    assert lines[0] == f"4/4 {'━' * 20} - validating: 16/60, 22s left, 500ms/step"
    assert lines[-1] == f"4/4 {'━' * 20} 32s 500ms/step - loss: 0.5000 - val_loss: 1.0000"


def test_a_validation_that_runs_is_part_of_what_is_left(clock, log):
    """Two epochs of 10 steps and 40 steps of validation, a second each: at 20/40 there are 20 + 10 + 40 seconds left."""
    run = CallbackList([ProgbarLogger()], verbose=1, epochs=2, steps=10)
    run.on_train_begin()
    run.on_epoch_begin(0)
    for done in range(1, 11):
        clock.wait(1)
        run.progress(done, dict)
    run.validating(40)
    for done in range(1, 21):
        clock.wait(1)
        run.progress(done, dict)
    assert log.getvalue().splitlines()[-1].endswith("validating: 20/40, 20s left, 1s/step - all 2 epochs: 1:10 left")


def test_predict_and_evaluate_show_their_steps(monkeypatch, capsys):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    monkeypatch.setattr(screens, "FIRST_LINE", 0.0)
    monkeypatch.setattr(screens, "SHARE", 0.0)
    monkeypatch.setattr(progress, "_SHARE", 1e9)  # draw however long it takes
    model.predict(np.ones((12, 2)), batch_size=4, verbose=1)
    model.evaluate(np.ones((12, 2)), np.ones((12, 1)), batch_size=4, verbose=1)
    counts = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert counts == ["1/3", "2/3", "3/3", "3/3"] * 2


def test_one_line_an_epoch_means_one(clock, log):
    bar = ProgbarLogger()
    run = CallbackList([bar], verbose=2, epochs=1, steps=100)
    run.on_train_begin()
    run.on_epoch_begin(0)
    for done in range(1, 101):
        clock.wait(10)
        run.progress(done, lambda: pytest.fail("nobody asked for the metrics"))
    run.on_epoch_end(0, {"loss": 0.5})
    assert log.getvalue() == "100/100 - 16:40 - 10s/step - loss: 0.5000\n"


def test_between_two_drawings_metrics_are_not_read(clock, terminal):
    bar = ProgbarLogger()
    run = CallbackList([bar], verbose=1, epochs=1, steps=1000)
    run.on_epoch_begin(0)
    read = []
    for done in range(1, 1001):
        clock.wait(0.0001)
        run.progress(done, lambda: read.append(0) or {})
    assert len(read) <= 1


def test_metrics_that_are_slow_to_read_are_read_rarely(clock, terminal):
    """Half a percent of the time is theirs: 10 ms each, so once in 2 seconds, not ten times in one."""
    run = CallbackList([ProgbarLogger()], verbose=1, epochs=1, steps=10_000)
    run.on_epoch_begin(0)
    read = []

    def slow():
        clock.wait(0.01)
        read.append(clock.now)
        return {"loss": 0.5}

    begun = clock.now
    for done in range(1, 10_001):
        clock.wait(0.001)
        run.progress(done, slow)
    assert len(read) >= 4 and 0.01 * len(read) <= 0.007 * (clock.now - begun)


def test_a_resumed_fit_counts_only_its_own_epochs(clock, log):
    bar = ProgbarLogger()
    run = CallbackList([bar], verbose=1, epochs=10, steps=20)
    run.on_train_begin()
    run.on_epoch_begin(7)  # the eighth of ten
    for done in range(1, 21):
        clock.wait(1)
        run.progress(done, dict)
    assert log.getvalue().splitlines()[1].endswith("10s 1s/step - all 10 epochs: 50s left")


# Any loop


@pytest.fixture
def errors(capsys, monkeypatch):
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda self: True)
    return Seen(capsys, "err")


def test_quick_work_says_nothing(clock, errors):
    assert list(watched(range(1000), "reading")) == list(range(1000)) and errors.getvalue() == ""


def test_long_work_says_how_far_it_is_and_cleans_up(clock, errors):
    for _ in watched(range(10), "verifying", "ops"):
        clock.wait(1.0)
    assert shown(errors)[:2] == ["verifying: 2/10 ops, 8s left, 1s each", "verifying: 3/10 ops, 7s left, 1s each"]
    assert shown(errors)[-1] == "verifying: 10 ops, 10s" and errors.getvalue().endswith("\n")


def test_an_error_in_watched_work_begins_on_a_clean_line(clock, errors):
    with pytest.raises(ZeroDivisionError):
        for _ in watched((1 / (5 - i) for i in range(9)), "dividing"):
            clock.wait(1.0)
    assert errors.getvalue().endswith(" \r")


def test_work_without_a_known_end(clock, errors):
    for _ in watched((i for i in range(5)), "adapting", "batches"):
        clock.wait(1.0)
    assert shown(errors)[0] == "adapting: 2 batches, 2s, 1s each"


def test_who_wants_no_progress_gets_none(clock, errors):
    keras.config.disable_interactive_logging()
    try:
        for _ in watched(range(10), "verifying"):
            clock.wait(10.0)
    finally:
        keras.config.enable_interactive_logging()
    assert errors.getvalue() == ""


def test_adapt_on_many_batches_is_watched(clock, errors):
    def batches():
        for i in range(6):
            clock.wait(1.0)
            yield np.full((2, 1), i, "float32")

    layer = keras.layers.Normalization()
    layer.adapt(batches())
    assert "adapting: 3 batches" in errors.getvalue() and np.asarray(layer.mean).item() == 2.5


def test_a_length_that_nobody_knows_is_no_error(clock, errors):
    class Endless:
        def __len__(self):
            raise TypeError("no length")

        def __iter__(self):
            return iter("ab")

    assert list(watching.watched(Endless(), "reading")) == ["a", "b"]


def test_memory_stays_flat_over_epochs():
    """Losses, metrics, progress and history put off nothing for ever."""
    import gc
    import tracemalloc

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    x, y = np.ones((256, 4), "float32"), np.ones((256, 1), "float32")
    model.fit(x, y, epochs=5, batch_size=8, verbose=0)
    sizes = []
    tracemalloc.start()
    try:
        for _ in range(3):
            model.fit(x, y, epochs=20, batch_size=8, verbose=0)
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[2] - sizes[1] < 20_000, sizes
