"""Data into fit, evaluate and predict: which batches a step receives, in which order, with which warnings, as in Keras."""

import random
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as kt

torch = pytest.importorskip("torch")

X = np.arange(20, dtype="float32").reshape(10, 2)
Y = np.arange(10, dtype="float32").reshape(10, 1)
W = np.linspace(1, 2, 10, dtype="float32")
ROWS = range(0, 10, 3)  # batches of 3, 3, 3, 1


def plain(data):
    """A batch as nested lists of numbers with their types; tuples stay tuples."""
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return tuple(plain(part) for part in data)
    array = np.asarray(data.detach()) if hasattr(data, "detach") else np.asarray(kt.backend.to_numpy(data))
    return str(array.dtype), array.tolist()


def recorder(api, seen):
    """A model that notes what its steps receive."""

    class Recorder(api.Model):
        def train_step(self, data):
            seen.append(("train", plain(data)))
            return {"steps": float(len(seen))}

        def test_step(self, data):
            seen.append(("test", plain(data)))
            return {"steps": float(len(seen))}

        def predict_step(self, data):
            seen.append(("predict", plain(data)))
            return self(X[:1])

    inputs = api.Input((2,))
    model = Recorder(inputs, api.layers.Dense(1)(inputs))
    model.compile("sgd")
    return model


def batches(parts=2, rows=ROWS):
    for i in rows:
        yield (X[i : i + 3], Y[i : i + 3], W[i : i + 3])[:parts]


def forever():
    while True:
        yield from batches()


def dataset(api, parts=2, count=4, **options):
    """A PyDataset of four batches that notes its calls."""

    class Data(api.utils.PyDataset):
        calls = []

        def __len__(self):
            return count

        def __getitem__(self, i):
            return (X[3 * i : 3 * i + 3], Y[3 * i : 3 * i + 3], W[3 * i : 3 * i + 3])[:parts]

        def on_epoch_begin(self):
            self.calls.append("begin")

        def on_epoch_end(self):
            self.calls.append("end")

    made = Data(**options)
    made.calls = []
    return made


def endless(api, **options):
    class Endless(api.utils.PyDataset):
        num_batches = None

        def __getitem__(self, i):
            return X[i % 9 : i % 9 + 1], Y[i % 9 : i % 9 + 1]

    return Endless(**options)


class TwoBatches(torch.utils.data.IterableDataset):
    def __iter__(self):
        return iter([(X[0], Y[0]), (X[1], Y[1])])


def loader(*arrays, **options):
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*map(torch.tensor, arrays)), **{"batch_size": 4} | options)




class Table:
    """A table of pandas, made when it is needed: a test that needs it is skipped where there is no pandas."""

    def __getattr__(self, name):
        return getattr(self.made(), name)

    def __getitem__(self, name):
        return self.made()[name]

    def made(self):
        return pytest.importorskip("pandas").DataFrame({"a": X[:, 0], "b": X[:, 1].astype("float64")})


TABLE = Table()
in_order = {"shuffle": False}

# name: function(api) -> arguments of fit
FITS = {
    "arrays": lambda api: dict(x=X, y=Y, batch_size=4, **in_order),
    "x alone": lambda api: dict(x=X, batch_size=4, **in_order),
    "a list of x": lambda api: dict(x=[X, X], batch_size=4, **in_order),
    "a tuple of x": lambda api: dict(x=(X, X), batch_size=4, **in_order),
    "a dict": lambda api: dict(x={"a": X, "b": X}, y={"c": Y}, batch_size=4, **in_order),
    "one axis": lambda api: dict(x=Y[:, 0], y=W, batch_size=4, **in_order),
    "whole numbers": lambda api: dict(x=X.astype("int32"), y=Y.astype("uint8"), batch_size=4, **in_order),
    "float64": lambda api: dict(x=X.astype("float64"), y=Y.astype("float16"), batch_size=4, **in_order),
    "bool": lambda api: dict(x=X > 4, y=Y > 4, batch_size=4, **in_order),
    "weights": lambda api: dict(x=X, y=Y, sample_weight=W, batch_size=4, **in_order),
    "weights without y": lambda api: dict(x=X, sample_weight=W, batch_size=4, **in_order),
    "weights for two outputs": lambda api: dict(x=X, y=[Y, Y], sample_weight=W, batch_size=4, **in_order),
    "weights for each output": lambda api: dict(x=X, y=[Y, Y], sample_weight=[W, 2 * W], batch_size=4, **in_order),
    "weights of classes": lambda api: dict(x=X, y=Y, class_weight={0: 5.0, 3: 7.0}, batch_size=4, **in_order),
    "weights of classes, numbers": lambda api: dict(x=X, y=Y[:, 0] % 3, class_weight={1: 5.0}, **in_order),
    "weights of classes, one-hot": lambda api: dict(x=X, y=np.eye(10)[:, ::-1], class_weight={0: 5.0, 3: 7.0}, **in_order),
    "weights of classes and validation": lambda api: dict(x=X, y=Y, class_weight={0: 5.0, 9: 7.0}, validation_split=0.3, **in_order),
    "steps without a batch size": lambda api: dict(x=X, y=Y, steps_per_epoch=3, epochs=2, **in_order),
    "steps that go on": lambda api: dict(x=X, y=Y, batch_size=3, steps_per_epoch=2, epochs=3, **in_order),
    "steps that go on unevenly": lambda api: dict(x=X, y=Y, batch_size=3, steps_per_epoch=3, epochs=4, **in_order),
    "more steps than there are": lambda api: dict(x=X, y=Y, batch_size=4, steps_per_epoch=5, epochs=2, **in_order),
    "Torch tensors": lambda api: dict(x=torch.tensor(X), y=torch.tensor(Y), batch_size=4, **in_order),
    "tables": lambda api: dict(x=TABLE.made(), y=TABLE["b"], sample_weight=TABLE["a"], batch_size=4, **in_order),
    "a table of whole numbers": lambda api: dict(x=TABLE.astype("int64"), y=TABLE["b"].astype(bool), **in_order),
    "a dict of columns": lambda api: dict(x={"a": TABLE["a"], "b": TABLE["b"]}, y=TABLE["b"], batch_size=4, **in_order),
    "split": lambda api: dict(x=X, y=Y, validation_split=0.35, batch_size=3, epochs=2, **in_order),
    "split of a dict": lambda api: dict(x={"a": X, "b": [X, X]}, y=(Y, Y), validation_split=0.5, **in_order),
    "split of tables": lambda api: dict(x=TABLE.made(), y=TABLE["b"], validation_split=0.3, batch_size=4, **in_order),
    "split with weights": lambda api: dict(x=X, y=Y, sample_weight=W, validation_split=0.5, **in_order),
    "validation": lambda api: dict(x=X, y=Y, validation_data=(X[:5], Y[:5]), batch_size=4, **in_order),
    "validation, its own size": lambda api: dict(x=X, y=Y, validation_data=(X, Y, W), batch_size=4, validation_batch_size=5, **in_order),
    "validation, some steps": lambda api: dict(x=X, y=Y, validation_data=(X, Y), batch_size=4, validation_steps=2, epochs=2, **in_order),
    "validation, steps alone": lambda api: dict(x=X, y=Y, validation_data=(X, Y), validation_steps=3, epochs=2, **in_order),
    "validation every 2": lambda api: dict(x=X, y=Y, validation_data=(X, Y), validation_freq=2, epochs=5, **in_order),
    "validation after 1 and 4": lambda api: dict(x=X, y=Y, validation_data=(X, Y), validation_freq=[1, 4], epochs=5, **in_order),
    "validation by a generator": lambda api: dict(x=X, y=Y, validation_data=forever(), validation_steps=3, epochs=2, **in_order),
    "validation by a PyDataset": lambda api: dict(x=X, y=Y, validation_data=dataset(api), epochs=2, **in_order),
    "from epoch 2": lambda api: dict(x=X, y=Y, initial_epoch=2, epochs=4, **in_order),
    "a generator": lambda api: dict(x=batches(), **in_order),
    "a generator with weights": lambda api: dict(x=batches(3), **in_order),
    "a generator of x": lambda api: dict(x=batches(1), **in_order),
    "a generator, epochs after its end": lambda api: dict(x=batches(), epochs=3, **in_order),
    "a generator without end": lambda api: dict(x=forever(), steps_per_epoch=3, epochs=3, **in_order),
    "a generator, too short": lambda api: dict(x=batches(), steps_per_epoch=3, epochs=3, **in_order),
    "a generator that ends with an epoch": lambda api: dict(x=batches(), steps_per_epoch=4, epochs=3, **in_order),
    "a generator of one": lambda api: dict(x=batches(rows=[0]), steps_per_epoch=3, epochs=2, **in_order),
    "a generator, shuffled": lambda api: dict(x=batches()),
    "a generator of lists of x": lambda api: dict(x=(([x, x], y) for x, y in batches()), **in_order),
    "a PyDataset": lambda api: dict(x=dataset(api), epochs=2, **in_order),
    "a PyDataset, shuffled": lambda api: dict(x=dataset(api), epochs=3),
    "a PyDataset with weights": lambda api: dict(x=dataset(api, 3), **in_order),
    "a PyDataset of x": lambda api: dict(x=dataset(api, 1), **in_order),
    "a PyDataset, classes": lambda api: dict(x=dataset(api), class_weight={3: 7.0}, **in_order),
    "a PyDataset, steps": lambda api: dict(x=dataset(api), steps_per_epoch=2, epochs=3, **in_order),
    "a PyDataset, too many steps": lambda api: dict(x=dataset(api), steps_per_epoch=6, epochs=2, **in_order),
    "a PyDataset, threads": lambda api: dict(x=dataset(api, workers=3), epochs=2, **in_order),
    "a PyDataset, threads, shuffled": lambda api: dict(x=dataset(api, workers=2, max_queue_size=1), epochs=2),
    "a PyDataset, processes": lambda api: dict(x=dataset(api, workers=2, use_multiprocessing=True), epochs=2, **in_order),
    "a PyDataset without end": lambda api: dict(x=endless(api), steps_per_epoch=3, epochs=3, **in_order),
    "a PyDataset without end, shuffled": lambda api: dict(x=endless(api), steps_per_epoch=3),
    "a PyDataset without end, threads": lambda api: dict(x=endless(api, workers=2), steps_per_epoch=3, epochs=3, **in_order),
    "a DataLoader": lambda api: dict(x=loader(X, Y), epochs=2, **in_order),
    "a DataLoader, shuffled": lambda api: dict(x=loader(X, Y)),
    "a DataLoader of x": lambda api: dict(x=loader(X), **in_order),
    "a DataLoader with weights": lambda api: dict(x=loader(X, Y, W), **in_order),
    "a DataLoader, dropping the last": lambda api: dict(x=loader(X, Y, drop_last=True), **in_order),
    "a DataLoader, steps": lambda api: dict(x=loader(X, Y), steps_per_epoch=2, epochs=3, **in_order),
    "a DataLoader without length": lambda api: dict(
        x=torch.utils.data.DataLoader(TwoBatches(), batch_size=1), epochs=2, **in_order
    ),
}  # fmt: skip


def told(caught):
    """The kinds of warnings, in Keras's first words."""
    texts = [str(w.message) for w in caught if issubclass(w.category, UserWarning)]
    return [kind for text in texts for kind in ("ran out of data", "`shuffle=True`") if kind in text]


def run_of(api, do):
    """What the steps saw, what came out, the calls of the data set, the warnings; or the error."""
    seen = []
    random.seed(1)
    np.random.seed(1)
    model = recorder(api, seen)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = do(model)
    return {"seen": seen, "result": result, "told": told(caught)}


@pytest.mark.parametrize("name", FITS)
def test_the_same_batches_in_fit(name, backend, same_names):
    def fit(api):
        arguments = FITS[name](api)

        def do(model):
            run = model.fit(verbose=0, **arguments)
            return [run.epoch, run.history, getattr(arguments["x"], "calls", None)]

        return do

    ours, theirs = [run_of(api, fit(api)) for api in apis()]
    assert ours["seen"] == theirs["seen"]
    assert ours == theirs


def apis():
    import keras

    return kt, keras


JUDGED = {
    "arrays": lambda api: dict(x=X, y=Y, batch_size=4),
    "steps": lambda api: dict(x=X, y=Y, batch_size=3, steps=2),
    "steps alone": lambda api: dict(x=X, y=Y, steps=2),
    "weights": lambda api: dict(x=X, y=Y, sample_weight=W, batch_size=4),
    "a generator": lambda api: dict(x=batches()),
    "a generator, steps": lambda api: dict(x=forever(), steps=5),
    "a PyDataset": lambda api: dict(x=dataset(api)),
    "a PyDataset, threads": lambda api: dict(x=dataset(api, workers=3)),
    "a DataLoader": lambda api: dict(x=loader(X, Y)),
    "tables": lambda api: dict(x=TABLE.made(), y=TABLE["b"]),
}


@pytest.mark.parametrize("method", ["evaluate", "predict"])
@pytest.mark.parametrize("name", JUDGED)
def test_the_same_batches_in_evaluate_and_predict(name, method, backend, same_names):
    found = []
    for api in apis():
        arguments = JUDGED[name](api)
        if method == "predict":
            arguments = {key: value for key, value in arguments.items() if key not in ("y", "sample_weight")}

        def do(model, arguments=arguments):
            result = getattr(model, method)(verbose=0, **arguments)
            calls = getattr(arguments["x"], "calls", None)
            return [np.shape(result), calls]

        found.append(run_of(api, do))
    assert found[0] == found[1]


def test_a_first_batch_is_looked_at_once_after_compile(backend, same_names):
    """With a loss, the first fit asks for one batch more, and tells the data set of an epoch."""
    found = []
    for api in apis():
        inputs = api.Input((2,))
        model = api.Model(inputs, api.layers.Dense(1)(inputs))
        calls = []
        for again in (True, True, False):
            if again:
                model.compile("sgd", "mse")
            data = dataset(api)
            model.fit(data, verbose=0, epochs=2)
            model.evaluate(data, verbose=0)
            calls.append(data.calls)
        found.append(calls)
    assert found[0] == found[1]


def test_a_pydataset_that_reshuffles_itself_gives_the_same_history(backend, twins, close):
    """The usual data generator: `np.random.shuffle` in `on_epoch_end`."""
    histories = []
    for api, model in twins(lambda api: api.Sequential([api.Input((2,)), api.layers.Dense(1)])):

        class Data(api.utils.PyDataset):
            order = np.arange(10)

            def __len__(self):
                return 4

            def __getitem__(self, i):
                rows = self.order[3 * i : 3 * i + 3]
                return X[rows] / 20, Y[rows]

            def on_epoch_end(self):
                self.order = np.random.permutation(self.order)

        np.random.seed(3)
        model.compile("sgd", "mse")
        histories.append(model.fit(Data(), epochs=3, shuffle=False, verbose=0, validation_data=Data()).history)
    close(*histories)


def test_shuffled_batches_only_within_each_batch(backend, same_names):
    seen = []
    model = recorder(kt, seen)
    model.fit(X, Y, batch_size=4, shuffle="batch", verbose=0, epochs=3)
    rows = [[int(row[0]) for row in y[1]] for _, (_, y) in seen]
    assert [sorted(part) for part in rows] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]] * 3
    assert rows != [sorted(part) for part in rows]


ERRORS = {
    "generator and y": lambda api, m: m.fit(batches(), Y),
    "generator and weights": lambda api, m: m.fit(batches(), sample_weight=W),
    "generator and class weights": lambda api, m: m.fit(batches(), class_weight={0: 1.0}),
    "PyDataset and y": lambda api, m: m.fit(dataset(api), Y),
    "PyDataset and weights": lambda api, m: m.fit(dataset(api), sample_weight=W),
    "PyDataset, weights twice": lambda api, m: m.fit(dataset(api, 3), class_weight={0: 1.0}),
    "PyDataset of nothing useful": lambda api, m: m.fit(
        type("Bad", (api.utils.PyDataset,), {"__len__": lambda s: 2, "__getitem__": lambda s, i: "text"})()
    ),
    "PyDataset without length": lambda api, m: m.fit(type("Bad", (api.utils.PyDataset,), {})()),
    "PyDataset without batches": lambda api, m: m.fit(type("Bad", (api.utils.PyDataset,), {"__len__": lambda s: 2})()),
    "DataLoader and y": lambda api, m: m.fit(loader(X, Y), Y),
    "DataLoader and weights": lambda api, m: m.fit(loader(X, Y), sample_weight=W),
    "DataLoader and class weights": lambda api, m: m.fit(loader(X, Y), class_weight={0: 1.0}),
    "weights twice": lambda api, m: m.fit(X, Y, sample_weight=W, class_weight={0: 1.0}),
    "class weights of two outputs": lambda api, m: m.fit(X, [Y, Y], class_weight={0: 1.0}),
    "weights of another structure": lambda api, m: m.fit(X, [Y, Y], sample_weight=[W]),
    "weights of another kind": lambda api, m: m.fit(X, {"a": Y}, sample_weight=[W]),
    "weights of each number for two outputs": lambda api, m: m.fit(X, [Y, Y], sample_weight=X),
    "split of a generator": lambda api, m: m.fit(batches(), validation_split=0.5),
    "split of a PyDataset": lambda api, m: m.fit(dataset(api), validation_split=0.5),
    "split of a DataLoader": lambda api, m: m.fit(loader(X, Y), validation_split=0.5),
    "lengths": lambda api, m: m.fit({"a": X, "b": X[:7]}, [Y, Y[:4]], sample_weight=[W, W[:9]]),
    "frequency": lambda api, m: m.fit(X, Y, validation_data=(X, Y), validation_freq="often"),
    "four parts": lambda api, m: m.fit(X, Y, validation_data=(X, Y, W, W)),
    "a generator of lists": lambda api, m: m.fit([x, y] for x, y in batches()),
    "a generator of arrays": lambda api, m: m.fit(x for x, y in batches()),
    "a generator of nothing": lambda api, m: m.fit(iter_of_nothing()),
}


def iter_of_nothing():
    return
    yield


@pytest.mark.parametrize("name", ERRORS)
def test_the_same_errors(name, both):
    def recipe(api):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ERRORS[name](api, recorder(api, []))

    ours, theirs = both(recipe)
    assert isinstance(theirs, Exception) and type(ours) is type(theirs), (ours, theirs)
    assert str(ours).startswith(str(theirs)[:10])


@given(
    rows=st.integers(2, 10),
    batch_size=st.sampled_from([None, 1, 2, 3, 4, 12]),
    steps=st.sampled_from([None, 1, 2, 3, 5]),
    validation_steps=st.sampled_from([None, 1, 2, 5]),
    share=st.sampled_from([0.0, 0.3, 0.5]),
    freq=st.sampled_from([1, 2, [1, 3]]),
    epochs=st.integers(1, 4),
    kind=st.sampled_from(["arrays", "generator", "PyDataset", "threads"]),
)
@settings(max_examples=120, deadline=None)
def test_the_same_batches_for_any_settings(rows, batch_size, steps, validation_steps, share, freq, epochs, kind):
    found = []
    for api in apis():
        if kind == "arrays":
            options = dict(x=X[:rows], y=Y[:rows], batch_size=batch_size, validation_split=share)
        elif kind == "generator":
            options = dict(x=batches(rows=range(rows)), validation_data=(X[:rows], Y[:rows]))
        else:
            options = dict(x=dataset(api, count=min(rows, 4), workers=1 + (kind == "threads")), validation_data=dataset(api))
        options |= dict(steps_per_epoch=steps, validation_steps=validation_steps, validation_freq=freq, epochs=epochs)

        def fit(model, options=options):
            try:
                run = model.fit(verbose=0, shuffle=False, **options)
            except ValueError as error:
                return str(error)[:40]
            return [run.epoch, run.history, getattr(options["x"], "calls", None)]

        found.append(run_of(api, fit))
    assert found[0] == found[1]
