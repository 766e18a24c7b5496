"""Ctrl-C during `fit`: the running step is finished, callbacks run, weights and History stay."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

import kerasteach as kt

X = np.linspace(-1, 1, 256, dtype="float32").reshape(64, 4)
Y = X.sum(axis=1, keepdims=True)
EPOCHS = 100_000  # never reached


class MyStep(kt.Model):
    def train_step(self, data):
        return super().train_step(data)


def graph(extra=(), kind=kt.Model):
    x = out = kt.Input((4,))
    for layer in [kt.layers.Dense(8, activation="tanh"), *extra, kt.layers.Dense(1)]:
        out = layer(out)
    return kind(x, out)


KINDS = {
    "program": graph,
    "op by op": lambda: graph([kt.layers.Dropout(0.5, seed=1)]),
    "custom train_step": lambda: graph(kind=MyStep),
}


class Watch(kt.callbacks.Callback):
    """Counts whole steps, notes the hooks of ends, and can press Ctrl-C itself."""

    def __init__(self, press_at=(), during=None):
        super().__init__()
        self.steps, self.ended, self.press_at, self.during = 0, [], press_at, during

    def on_train_batch_begin(self, batch, logs=None):
        if self.during == batch:
            os.kill(os.getpid(), signal.SIGINT)

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        if self.steps in self.press_at:
            os.kill(os.getpid(), signal.SIGINT)

    def on_epoch_end(self, epoch, logs=None):
        self.ended.append(f"epoch {epoch}")

    def on_train_end(self, logs=None):
        self.ended.append("train")


def compiled(kind):
    kt.utils.set_random_seed(3)
    model = KINDS[kind]()
    model.compile("adam", "mse", metrics=["mae"])
    return model


def train(model, watch, **arguments):
    return model.fit(X, Y, **{"batch_size": 8, "epochs": EPOCHS, "shuffle": False, "verbose": 0, "callbacks": [watch], **arguments})


def press_soon(after=0.3):
    timer = threading.Timer(after, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    return timer


@pytest.fixture(autouse=True)
def handler():
    """Every test has a SIGINT handler of its own, and must find it again."""

    def mine(*_):
        raise KeyboardInterrupt("the handler from before")

    before = signal.signal(signal.SIGINT, mine)
    yield
    after = signal.signal(signal.SIGINT, before)
    assert after is mine


@pytest.mark.parametrize("kind", KINDS)
def test_stops_after_a_whole_step(backend, kind):
    model, watch = compiled(kind), Watch()
    timer = press_soon()
    with pytest.raises(KeyboardInterrupt, match=r"stopped after a whole step.*weights are kept.*model\.history"):
        train(model, watch)
    timer.join()
    epochs = len(model.history.epoch)
    assert watch.ended == [*[f"epoch {i}" for i in range(epochs)], "train"]
    assert len(model.history.history["loss"]) == len(model.history.history["mae"]) == epochs >= 1

    again = compiled(kind)  # as many whole steps, without Ctrl-C
    whole, rest = divmod(watch.steps, 8)
    train(again, Watch(), epochs=whole)
    if rest:
        train(again, Watch(), steps_per_epoch=rest, epochs=1)
    for ours, expected in zip(model.get_weights(), again.get_weights()):
        assert np.isfinite(ours).all()
        np.testing.assert_array_equal(ours, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_fit_goes_on_afterwards(backend, kind):
    model = compiled(kind)
    with pytest.raises(KeyboardInterrupt):
        train(model, Watch(press_at=[11]))
    assert model.history.epoch == [0, 1]
    assert int(model.optimizer.iterations) == 11
    history = train(model, Watch(), initial_epoch=2, epochs=4)
    assert history.epoch == [2, 3]
    assert int(model.optimizer.iterations) == 11 + 2 * 8


def test_a_signal_before_the_step_lets_that_step_run(backend):
    watch = Watch(during=2)
    with pytest.raises(KeyboardInterrupt):
        train(compiled("program"), watch)
    assert watch.steps == 3


def test_no_validation_after_ctrl_c(backend):
    model = compiled("program")
    with pytest.raises(KeyboardInterrupt):
        train(model, Watch(press_at=[3]), validation_data=(X, Y))
    assert list(model.history.history) == ["loss", "mae"]


def test_a_second_ctrl_c_does_not_wait(backend):
    class Stubborn(Watch):
        def on_epoch_end(self, epoch, logs=None):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(60)

    model, watch = compiled("program"), Stubborn(press_at=[3])
    started = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        train(model, watch)
    assert time.perf_counter() - started < 10
    assert watch.ended == []
    assert all(np.isfinite(w).all() for w in model.get_weights())
    assert len(train(model, Watch(), epochs=2).epoch) == 2


def test_an_error_in_a_step_is_not_hidden(backend):
    class Broken(Watch):
        def on_train_batch_end(self, batch, logs=None):
            super().on_train_batch_end(batch, logs)
            if self.steps == 3:
                raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        train(compiled("program"), Broken(press_at=[3]))


def test_fit_in_another_thread(backend):
    """Python delivers signals to the main thread only; there, fit neither minds nor changes them."""
    model = compiled("program")
    found = []
    with kt.config.set_backend(backend):
        thread = threading.Thread(target=lambda: found.append(train(model, Watch(), epochs=3)))
        thread.start()
        thread.join()
    assert len(found[0].epoch) == 3


def test_a_script_stops_with_a_message():
    """Nothing is special about a script: the interrupt ends it as it ends any."""
    script = """
        import numpy as np, kerasteach as keras
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        begun = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: epoch or print("begun", flush=True))
        model.fit(np.ones((8, 4)), np.ones((8, 1)), epochs=10**9, verbose=0, callbacks=[begun])
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode not in (0, None)
    assert errors.rstrip().splitlines()[-1].startswith("KeyboardInterrupt: Training stopped after a whole step")


def test_interrupting_a_notebook_kernel():
    """The stop button of JupyterLab: the cell ends in the message, and the next cell has the weights and the history."""
    manager_module = pytest.importorskip("jupyter_client.manager")
    pytest.importorskip("ipykernel")
    manager, client = manager_module.start_new_kernel(kernel_name="python3", startup_timeout=30)
    try:
        client.execute(
            "import numpy as np, kerasteach as keras\n"
            "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
            "model.compile('sgd', 'mse')\n"
            "begun = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: epoch or print('begun', flush=True))\n"
            "model.fit(np.ones((8, 4)), np.ones((8, 1)), epochs=10**9, verbose=0, callbacks=[begun])",
            stop_on_error=False,  # the next cell is sent at once
        )
        until(client, "stream")
        manager.interrupt_kernel()
        error = until(client, "error")
        assert error["ename"] == "KeyboardInterrupt"
        assert "Training stopped after a whole step" in error["evalue"]
        client.execute("print(len(model.history.epoch) > 0, np.isfinite(model.get_weights()[0]).all())")
        assert until(client, "stream")["text"].split() == ["True", "True"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def until(client, kind):
    """Content of the next message of this kind."""
    while True:
        message = client.get_iopub_msg(timeout=30)
        if message["msg_type"] == kind:
            return message["content"]
