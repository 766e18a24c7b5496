"""Data into training: workers that fail, hang or are interrupted; what leaks; what is warned of and refused."""

import gc
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
import traceback
import tracemalloc
import warnings
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as keras
from kerasteach.training.data import Epochs, make_source
from kerasteach.training.data.workers import in_order

X = np.linspace(-1, 1, 40, dtype="float32").reshape(20, 2)
Y = X[:, :1]


def model():
    made = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    made.compile("sgd", "mse")
    return made


class Data(keras.utils.PyDataset):
    """Ten batches of two; the worker that makes batch `broken` fails; each takes `pause` seconds."""

    def __init__(self, broken=None, pause=0.0, **options):
        super().__init__(**options)
        self.broken, self.pause = broken, pause

    def __len__(self):
        return 10

    def __getitem__(self, index):
        time.sleep(self.pause * (index % 2 == 0))
        if index == self.broken:
            raise ZeroDivisionError(f"batch {index} is broken")
        return X[2 * index : 2 * index + 2], Y[2 * index : 2 * index + 2]


WORKERS = {
    "alone": {},
    "threads": {"workers": 3},
    "one process": {"workers": 1, "use_multiprocessing": True},
    "processes": {"workers": 2, "use_multiprocessing": True, "max_queue_size": 3},
}


@pytest.mark.parametrize("kind", WORKERS)
def test_order_is_kept(kind):
    """Even batches take longer; they come first all the same."""
    seen = []

    class Note(keras.Sequential):
        def train_step(self, data):
            seen.append(float(keras.backend.to_numpy(data[0])[0, 0]))
            return {}

    made = Note([keras.Input((2,)), keras.layers.Dense(1)])
    made.compile("sgd")
    made.fit(Data(pause=0.01, **WORKERS[kind]), shuffle=False, epochs=2, verbose=0)
    assert seen == X[::2, 0].tolist() * 2


@pytest.mark.parametrize("method", ["fit", "evaluate", "predict"])
@pytest.mark.parametrize("kind", WORKERS)
def test_errors_of_a_worker_reach_the_user(kind, method):
    """With the line that raised them; and no worker is left."""
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError, match="batch 7 is broken") as caught:
        getattr(model(), method)(Data(broken=7, **WORKERS[kind]), verbose=0)
    assert 'raise ZeroDivisionError(f"batch {index} is broken")' in "".join(traceback.format_exception(caught.value))
    del caught
    assert workers_end(before)


def workers_end(threads):
    """Whether threads and processes end within a while."""
    import multiprocessing

    for _ in range(200):
        gc.collect()
        if threading.active_count() <= threads and not multiprocessing.active_children():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("kind", ["threads", "processes"])
@pytest.mark.parametrize("how", ["all", "steps", "stopped", "validation"])
def test_workers_end_with_the_run(kind, how):
    before = threading.active_count()
    data = Data(**WORKERS[kind])
    if how == "stopped":
        stop = keras.callbacks.LambdaCallback(on_train_batch_end=lambda b, logs: vars(made).update(stop_training=True))
        made = model()
        made.fit(data, epochs=3, verbose=0, callbacks=[stop])
    elif how == "validation":
        model().fit(X, Y, validation_data=data, validation_steps=3, epochs=2, verbose=0)
    else:
        model().fit(data, epochs=2, verbose=0, steps_per_epoch=3 if how == "steps" else None)
    assert workers_end(before)


def test_a_worker_that_dies_is_told():
    """A process that is killed (as for its memory) ends the training with an error; it does not hang."""

    class Deadly(Data):
        def __getitem__(self, index):
            if index == 4:
                os._exit(1)
            return super().__getitem__(index)

    with pytest.raises(Exception, match="terminated abruptly"):
        model().fit(Deadly(workers=2, use_multiprocessing=True), verbose=0, shuffle=False)


SCRIPT = """
    import os, signal, sys, threading, time
    import numpy as np
    import kerasteach as keras

    class Slow(keras.utils.PyDataset):
        num_batches = None
        def __getitem__(self, index):
            if index == 3 and sys.argv[1] == "stuck":
                time.sleep(3600)
            time.sleep(0.05)
            return np.ones((2, 2)), np.ones((2, 1))

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    data = Slow(workers=2, use_multiprocessing=sys.argv[2] == "processes")

    def press(batch, logs=None):
        for seconds in (0.3, 1.0) if batch == 0 else ():
            threading.Timer(seconds, os.killpg, (os.getpgrp(), signal.SIGINT)).start()

    press = keras.callbacks.LambdaCallback(on_train_batch_end=press, on_predict_batch_end=press)
    steps = {"fit": "steps_per_epoch", "predict": "steps"}[sys.argv[3]]
    try:
        getattr(model, sys.argv[3])(data, verbose=0, callbacks=[press], **{steps: 10000})
    except KeyboardInterrupt:
        print("stopped", flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C for a whole group of processes is another thing there")
@pytest.mark.parametrize("method", ["fit", "predict"])
@pytest.mark.parametrize("kind", ["threads", "processes"])
@pytest.mark.parametrize("state", ["busy", "stuck"])
def test_ctrl_c_stops_workers(state, kind, method, tmp_path):
    """Pressed in a terminal it reaches all processes; they end, and Python too, even while a batch is being made."""
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SCRIPT))
    run = subprocess.Popen(
        [sys.executable, os.fspath(script), state, kind, method], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, env=os.environ | {"PYTHONPATH": os.pathsep.join([os.getcwd(), *sys.path])},
    )  # fmt: skip
    try:
        out, error = run.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
        pytest.fail("it hangs")
    assert "stopped" in out, error
    with pytest.raises(ProcessLookupError):  # nobody of the group is left
        for _ in range(100):
            os.killpg(run.pid, 0)
            time.sleep(0.05)


@given(st.integers(0, 30), st.integers(1, 4), st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_in_order_gives_everything_in_order(count, workers, ahead):
    assert list(in_order([n * n for n in range(count)], range(count), workers, ahead=ahead)) == [n * n for n in range(count)]


@given(st.integers(1, 40), st.integers(1, 12), st.sampled_from([True, False, "batch"]))
@settings(max_examples=40, deadline=None)
def test_every_row_comes_once_an_epoch(rows, batch_size, shuffle):
    source = make_source(np.arange(rows, dtype="float32"), batch_size=batch_size, shuffle=shuffle)
    parts = [part.tolist() for part in Epochs(source).epoch(keras.backend.get("numpy"))]
    assert [len(part) for part in parts] == [min(batch_size, rows - i) for i in range(0, rows, batch_size)]
    assert sorted(list(chain(*parts))) == list(range(rows))
    if not shuffle:
        assert list(chain(*parts)) == list(range(rows))


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 5), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_epochs_of_steps_go_on_where_the_last_one_stopped(batches, steps, every, epochs):
    """All batches in turn; a pass that ends within an epoch cuts it short, with a warning."""
    source = make_source(np.arange(batches, dtype="float32"), batch_size=1)
    data, seen = Epochs(source, steps, every), []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(epochs):
            seen.append([int(part[0]) for part in data.epoch(keras.backend.get("numpy"))])
    whole = -(-steps // every) * every
    assert all(len(epoch) <= whole for epoch in seen)
    expected = [n % batches for n in range(sum(map(len, seen)))]
    assert list(chain(*seen)) == expected
    assert len(caught) == sum(len(epoch) < steps for epoch in seen)


def test_seed_decides_the_order(backend):
    def history(seed):
        keras.utils.clear_session()
        keras.utils.set_random_seed(seed)
        return model().fit(X, Y, batch_size=3, epochs=3, verbose=0).history["loss"]

    assert history(1) == history(1) != history(2)


def test_a_table_of_mixed_columns_becomes_floats(backend):
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame({"a": [0.5, 1.5], "b": [1, 2], "c": [True, False]})
    seen = []

    class Note(keras.Sequential):
        def train_step(self, data):
            seen.append([keras.backend.dtype_name(part.dtype) for part in data])
            return {}

    made = Note([keras.Input((3,)), keras.layers.Dense(1)])
    made.compile("sgd")
    made.fit(table.astype({"c": float}), table["a"], verbose=0)
    assert seen == [["float32", "float32"]]


def test_lists_of_numbers(backend):
    """Plain lists are arrays, which Keras would refuse."""
    history = model().fit([[0.0, 1.0], [1.0, 0.0]], [[1.0], [2.0]], verbose=0).history
    assert np.isfinite(history["loss"]).all()


def test_scipy_sparse_matrices(backend):
    sparse = pytest.importorskip("scipy.sparse")
    made = model()
    np.testing.assert_allclose(made.predict(sparse.csr_matrix(X), verbose=0), made.predict(X, verbose=0), rtol=1e-6)


class FakeDataset:
    """What we use of a `tf.data.Dataset`."""

    def __init__(self, count):
        self.count = count

    def cardinality(self):
        return np.int64(self.count)

    def __iter__(self):
        for i in range(0, 20, 4):
            yield FakeTensor(X[i : i + 4]), FakeTensor(Y[i : i + 4])


class FakeTensor:
    def __init__(self, array):
        self.array, self.shape, self.dtype = array, array.shape, array.dtype

    def __array__(self, dtype=None, copy=None):
        return np.array(self.array, dtype)


FakeDataset.__name__ = "DatasetV2"
FakeDataset.__module__ = "tensorflow.python.data.ops.dataset_ops"


@pytest.mark.parametrize("count", [5, -1, -2], ids=["known", "infinite", "unknown"])
@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_tf_data(count, backend, close_to_arrays):
    settings = {"class_weight": {0: 2.0}, "shuffle": False}
    close_to_arrays(
        lambda m: m.fit(FakeDataset(count), epochs=2, verbose=0, **settings),
        lambda m: m.fit(X, Y, batch_size=4, epochs=2, verbose=0, **settings),
    )


def test_tf_data_itself(backend, close_to_arrays):
    tf = pytest.importorskip("tensorflow")
    close_to_arrays(
        lambda m: m.fit(tf.data.Dataset.from_tensor_slices((X, Y)).batch(4), epochs=2, shuffle=False, verbose=0),
        lambda m: m.fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0),
    )


@pytest.fixture
def close_to_arrays():
    """Function: two ways to train give the same history."""

    def compare(first, second):
        histories = []
        for way in (first, second):
            keras.utils.set_random_seed(0)
            histories.append(way(model()).history["loss"])
        np.testing.assert_allclose(*histories, rtol=1e-6)

    return compare


def test_refusals_of_tf_data():
    with pytest.raises(ValueError, match=r"`x` as a tf.data.Dataset, `y` should not be passed"):
        model().fit(FakeDataset(5), Y, verbose=0)
    with pytest.warns(UserWarning, match="`shuffle=True` was passed, but will be ignored"):
        model().fit(FakeDataset(5), verbose=0)


def test_a_pydataset_whose_class_forgot_its_parent():
    class Forgetful(Data):
        def __init__(self):
            self.broken, self.pause = None, 0.0

    with pytest.warns(UserWarning, match=r"should call `super\(\).__init__"):
        model().fit(Forgetful(), verbose=0)


def test_limits_of_the_config(backend):
    """`keras.config.set_max_epochs` and `set_max_steps_per_epoch` shorten every run, and say so."""
    keras.config.set_max_epochs(2)
    keras.config.set_max_steps_per_epoch(3)
    try:
        with pytest.warns(UserWarning, match="Limiting") as caught:
            history = model().fit(X, Y, batch_size=2, epochs=5, verbose=0)
    finally:
        keras.config.set_max_epochs(None)
        keras.config.set_max_steps_per_epoch(None)
    assert history.epoch == [0, 1] and history.params["steps"] == 3
    assert {str(w.message) for w in caught} == {"Limiting epochs to 2", "Limiting steps_per_epoch to 3"}


def test_weights_of_classes_do_not_weigh_the_validation(backend):
    made = model()
    history = made.fit(X, Y > 0, class_weight={0: 0.0, 1: 0.0}, validation_split=0.5, verbose=0).history
    assert history["loss"] == [0.0] and history["val_loss"][0] > 0


def memory_of(made, calls):
    """Bytes that so many calls of predict leave behind."""
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(calls):
        made.predict(X, batch_size=5, verbose=0)
    gc.collect()
    return tracemalloc.get_traced_memory()[0] - before


@pytest.mark.parametrize("calls", [300, pytest.param(10_000, marks=pytest.mark.slow)])
def test_predict_in_a_loop_leaks_nothing(calls, backend):
    """The outputs of one call take 200 bytes: a leak of them, or of more, would show."""
    made = model()
    tracemalloc.start()
    try:
        memory_of(made, 100)  # what is made once, and what Python keeps to use again
        assert memory_of(made, calls) < 64 * calls
    finally:
        tracemalloc.stop()


def test_fits_in_a_loop_leave_nothing(backend):
    """A History alone would take 500 bytes a run."""
    made = model()

    def run(times):
        for _ in range(times):
            made.fit(X, Y, batch_size=5, verbose=0, validation_data=(X, Y))
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before = run(100)  # what is made once, and what Python keeps to use again
        assert run(200) - before < 200 * 200
    finally:
        tracemalloc.stop()


def test_warnings_point_at_the_users_line():
    """The line in the warning is the one that called fit."""
    with pytest.warns(UserWarning) as caught:
        model().fit(((X, Y) for _ in range(2)), steps_per_epoch=3, verbose=0)
    assert {os.path.basename(w.filename) for w in caught} == {"test_data.py"}
    assert all(re.search("ran out|shuffle", str(w.message)) for w in caught)
