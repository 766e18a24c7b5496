"""The same model, weights and batches: losses, metrics, log names and final weights are Keras's after every epoch."""

import numpy as np
import pytest

RNG = np.random.default_rng(3)
N = 22
X = RNG.normal(size=(N, 5)).astype("float32")
X2 = RNG.normal(size=(N, 3)).astype("float32")
CLASSES = RNG.integers(0, 3, N)
HOT = np.eye(3, dtype="float32")[CLASSES]
BITS = RNG.integers(0, 2, (N, 1))
REAL = RNG.normal(size=(N, 2)).astype("float32")
WEIGHTS = RNG.uniform(0.1, 2, N).astype("float32")


def chain(units, activation=None, **settings):
    def make(api):
        L = api.layers
        return api.Sequential([L.Input((5,)), L.Dense(4, "tanh", **settings), L.Dense(units, activation)])

    return make


def two_outputs(api):
    L = api.layers
    a, b = L.Input((5,), name="a"), L.Input((3,), name="b")
    shared = L.Concatenate(name="both")([a, b])
    hidden = L.Dense(4, "tanh", name="hidden")(shared)
    return api.Model([a, b], [L.Dense(3, "softmax", name="kind")(hidden), L.Dense(1, name="size")(hidden)])


def dict_outputs(api):
    L = api.layers
    x = L.Input((5,), name="x")
    hidden = L.Dense(4, "tanh")(x)
    return api.Model({"x": x}, {"one": L.Dense(3, "softmax", name="p")(hidden), "two": L.Dense(1, name="q")(hidden)})


def train(pair, x, y, compiling, fitting=None, epochs=2):
    """Compile and fit both, and return their histories."""
    histories = []
    for api, model in pair:
        model.compile(**{k: v(api) if callable(v) else v for k, v in compiling.items()})
        options = {"batch_size": 6, "epochs": epochs, "shuffle": False, "verbose": 0} | (fitting or {})
        histories.append(model.fit(x, y, **options))
    return histories


def compare(pair, x, y, compiling, close, fitting=None, epochs=2, **testing):
    """Everything a training run leaves behind."""
    histories = train(pair, x, y, compiling, fitting, epochs)
    close(*[h.history for h in histories])
    assert histories[0].epoch == histories[1].epoch
    assert histories[0].params == histories[1].params
    close(*[model.get_weights() for _, model in pair])
    close(*[model.evaluate(x, y, batch_size=6, verbose=0, **testing) for _, model in pair])
    close(*[model.evaluate(x, y, batch_size=6, verbose=0, return_dict=True, **testing) for _, model in pair])
    assert pair[0][1].metrics_names == pair[1][1].metrics_names
    close(*[flat(model.predict(x, batch_size=6, verbose=0)) for _, model in pair])


def flat(outputs):
    if isinstance(outputs, dict):
        return [outputs[key] for key in sorted(outputs)]
    return outputs if isinstance(outputs, list) else [outputs]


ONE_OUTPUT = {
    "regression": (chain(2), REAL, {"loss": "mse", "metrics": ["mae", "RootMeanSquaredError"]}),
    "binary": (chain(1, "sigmoid"), BITS, {"loss": "binary_crossentropy", "metrics": ["accuracy"]}),
    "binary, flat y": (chain(1, "sigmoid"), BITS[:, 0], {"loss": "binary_crossentropy", "metrics": ["acc", "mse"]}),
    "binary, scores": (
        chain(1), BITS,
        {"loss": lambda k: k.losses.BinaryCrossentropy(from_logits=True), "metrics": lambda k: [k.metrics.BinaryAccuracy(threshold=0.0)]},
    ),
    "one-hot": (chain(3, "softmax"), HOT, {"loss": "categorical_crossentropy", "metrics": ["accuracy"]}),
    "one-hot, smoothed": (
        chain(3, "softmax"), HOT, {"loss": lambda k: k.losses.CategoricalCrossentropy(label_smoothing=0.1)},
    ),
    "classes": (
        chain(3, "softmax"), CLASSES, {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]},
    ),
    "crossentropy by shape": (chain(3, "softmax"), CLASSES, {"loss": "crossentropy"}),
    "ce by shape": (chain(1, "sigmoid"), BITS, {"loss": "ce"}),
    "one name twice": (chain(1, "sigmoid"), BITS, {"loss": "bce", "metrics": ["mse", "mse"], "weighted_metrics": ["mse", "mse"]}),
    "classes in a column": (
        chain(3, "softmax"), CLASSES[:, None], {"loss": "sparse_categorical_crossentropy", "metrics": ["acc"]},
    ),
    "classes, scores": (
        chain(3), CLASSES, {"loss": lambda k: k.losses.SparseCategoricalCrossentropy(from_logits=True),
                            "metrics": lambda k: [k.metrics.SparseCategoricalAccuracy(name="right")]},
    ),
    "several metrics of one kind": (chain(1, "sigmoid"), BITS, {"loss": "bce", "metrics": ["mse", "mean_squared_error", "MSE"]}),
    "sum of losses": (chain(2), REAL, {"loss": lambda k: k.losses.MeanSquaredError(reduction="sum")}),
    "a list of one": (chain(2), REAL, {"loss": ["mse"], "metrics": [["mae"]], "loss_weights": [0.5]}),
    "a weight on the loss": (chain(2), REAL, {"loss": "mse", "loss_weights": 0.5}),
    "functions": (
        chain(2), REAL,
        {"loss": lambda k: lambda y, p: k.ops.mean(k.ops.square(y - p), axis=-1),
         "metrics": lambda k: [named(k)]},
    ),
    "weighted metrics": (chain(2), REAL, {"loss": "mse", "metrics": ["mae"], "weighted_metrics": ["mae", "mse"]}),
    "l2": (lambda k: chain(2, kernel_regularizer=k.regularizers.L2(0.1), bias_regularizer="l1")(k), REAL, {"loss": "mse"}),
    "activity": (chain(2, activity_regularizer="l2"), REAL, {"loss": "mse", "metrics": ["mse"]}),
    "constraint": (chain(2, kernel_constraint="unit_norm", bias_constraint="non_neg"), REAL, {"loss": "mae"}),
}  # fmt: skip


def named(k):
    def largest_miss(y, p):
        return k.ops.max(k.ops.absolute(y - p), axis=-1)

    return largest_miss


@pytest.mark.parametrize("name", ONE_OUTPUT)
def test_one_output(name, twins, close):
    make, y, compiling = ONE_OUTPUT[name]
    compare(twins(make), X, y, {"optimizer": "adam"} | compiling, close)


WEIGHED = {
    "sample weights": {"sample_weight": WEIGHTS},
    "sample weights in a column": {"sample_weight": WEIGHTS[:, None]},
    "class weights": {"class_weight": {0: 0.5, 1: 2.0, 2: 1.5}},
    "class weights, one left out": {"class_weight": {0: 0.5, 2: 3.0}},
}


@pytest.mark.parametrize("name", WEIGHED)
@pytest.mark.parametrize("loss, y", [("categorical_crossentropy", HOT), ("sparse_categorical_crossentropy", CLASSES)])
def test_weights(name, loss, y, twins, close):
    compiling = {"optimizer": "sgd", "loss": loss, "metrics": ["accuracy"], "weighted_metrics": ["accuracy", "mse"]}
    if y is CLASSES:
        compiling["weighted_metrics"] = ["accuracy"]
    testing = {k: v for k, v in WEIGHED[name].items() if k == "sample_weight"}
    compare(twins(chain(3, "softmax")), X, y, compiling, close, WEIGHED[name], **testing)


BOTH = [HOT, REAL[:, :1]]
TWO_OUTPUTS = {
    "one loss for all": ("mse", BOTH, {}),
    "a list": (["categorical_crossentropy", "mse"], BOTH, {"metrics": [["accuracy"], ["mae", "mse"]]}),
    "a list, metrics bare": (["categorical_crossentropy", "mse"], BOTH, {"metrics": ["accuracy", "mae"]}),
    "a dict": ({"kind": "categorical_crossentropy", "size": "mse"}, BOTH, {"metrics": {"size": ["mae"], "kind": "accuracy"}}),
    "a dict, y by name": (
        {"kind": "categorical_crossentropy", "size": "mse"}, {"kind": HOT, "size": REAL[:, :1]}, {"metrics": {"kind": "acc"}},
    ),
    "loss weights": (["categorical_crossentropy", "mse"], BOTH, {"loss_weights": [0.3, 2.0], "metrics": [None, ["mae"]]}),
    "loss weights by name": (
        {"kind": "categorical_crossentropy", "size": "mse"}, BOTH, {"loss_weights": {"kind": 0.3, "size": 2.0}},
    ),
    "no loss for one": (["categorical_crossentropy", None], BOTH, {"metrics": [["accuracy"], ["mae"]]}),
    "classes": (["sparse_categorical_crossentropy", "mse"], [CLASSES, REAL[:, :1]], {"metrics": [["accuracy"], []]}),
    "y in a tuple": (["categorical_crossentropy", "mse"], tuple(BOTH), {"weighted_metrics": [["accuracy"], ["mae"]]}),
}  # fmt: skip


@pytest.mark.parametrize("name", TWO_OUTPUTS)
@pytest.mark.parametrize("weights", [None, [WEIGHTS, WEIGHTS[::-1].copy()]], ids=["plain", "weighed"])
def test_two_outputs(name, weights, twins, close):
    loss, y, compiling = TWO_OUTPUTS[name]
    if isinstance(y, dict) and weights is not None:
        pytest.skip("Keras looks for such weights by number and does not find them")
    weights = tuple(weights) if isinstance(y, tuple) and weights is not None else weights
    weighing = {} if weights is None else {"sample_weight": weights}
    pair = twins(two_outputs)
    compare(pair, [X, X2], y, {"optimizer": "adam", "loss": loss} | compiling, close, weighing, **weighing)


def test_inputs_by_name(twins, close):
    """`fit({"a": ..., "b": ...})`, in any order."""
    compiling = {"optimizer": "adam", "loss": ["categorical_crossentropy", "mse"]}
    compare(twins(two_outputs), {"b": X2, "a": X}, BOTH, compiling, close)


@pytest.mark.parametrize("loss", ["mse", {"one": "categorical_crossentropy", "two": "mse"}], ids=["one", "dict"])
def test_dict_outputs(loss, twins, close):
    y = {"two": REAL[:, :1], "one": HOT}
    compiling = {"optimizer": "adam", "loss": loss, "metrics": {"one": ["accuracy"], "two": ["mae"]}}
    compare(twins(dict_outputs), {"x": X}, y, compiling, close)


FITS = {
    "validation split": {"validation_split": 0.3},
    "validation data": {"validation_data": (X[:7], REAL[:7])},
    "validation data, weighed": {"validation_data": (X[:7], REAL[:7], WEIGHTS[:7]), "sample_weight": WEIGHTS},
    "every second epoch": {"validation_split": 0.3, "validation_freq": 2},
    "after listed epochs": {"validation_split": 0.3, "validation_freq": [1, 3]},
    "small validation batches": {"validation_split": 0.5, "validation_batch_size": 2},
    "one validation step": {"validation_data": (X, REAL), "validation_steps": 1},
    "a later start": {"initial_epoch": 1},
    "nothing left to do": {"initial_epoch": 3},
    "few steps": {"steps_per_epoch": 2},
    "an uneven number of steps": {"steps_per_epoch": 3},
    "more steps than batches": {"steps_per_epoch": 6},
    "the default batch": {"batch_size": None},
    "one batch": {"batch_size": 100},
}


@pytest.mark.parametrize("name", FITS)
def test_fit(name, twins, close):
    compiling = {"optimizer": "rmsprop", "loss": "mse", "metrics": ["mae"], "weighted_metrics": ["mse"]}
    histories = train(twins(chain(2)), X, REAL, compiling, FITS[name], epochs=3)
    close(*[h.history for h in histories])
    assert histories[0].epoch == histories[1].epoch and histories[0].params == histories[1].params
    close(*[h.model.get_weights() for h in histories])


def batches(with_weights=False):
    for i in range(0, N, 6):
        part = slice(i, i + 6)
        yield (X[part], REAL[part], WEIGHTS[part]) if with_weights else (X[part], REAL[part])


def forever():
    while True:
        yield from batches()


ITERABLES = {
    "a generator": lambda: (forever(), {"steps_per_epoch": 3}),
    "a generator that ends": lambda: (batches(), {"epochs": 1}),
    "a generator with weights": lambda: (batches(True), {"epochs": 1}),
}


@pytest.mark.parametrize("name", ITERABLES)
def test_generators(name, twins, close):
    results = []
    pair = twins(chain(2))
    for _, model in pair:
        data, options = ITERABLES[name]()
        model.compile("sgd", "mse", metrics=["mae"])
        results.append(model.fit(data, verbose=0, **({"epochs": 2} | options)).history)
    close(*results)
    close(*[model.get_weights() for _, model in pair])


def test_evaluate_and_predict_take_generators(twins, close):
    pair = twins(chain(2))
    for _, model in pair:
        model.compile("sgd", "mse", metrics=["mae"])
    close(*[model.evaluate(forever(), steps=4, verbose=0) for _, model in pair])
    close(*[[model.predict(((x,) for x, _ in batches()), verbose=0)] for _, model in pair])
    close(*[[model.predict(X, steps=2, batch_size=4, verbose=0)] for _, model in pair])


def test_one_batch_at_a_time(twins, close):
    """`train_on_batch` returns the loss alone, or a list, or a dict."""
    pair = twins(chain(3, "softmax"))
    for _, model in pair:
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    steps = [
        lambda m: m.train_on_batch(X[:6], CLASSES[:6]),
        lambda m: m.train_on_batch(X[6:12], CLASSES[6:12], sample_weight=WEIGHTS[6:12]),
        lambda m: m.train_on_batch(X[6:12], CLASSES[6:12], class_weight={0: 2.0, 1: 1.0, 2: 0.5}),
        lambda m: m.train_on_batch(X[:6], CLASSES[:6], return_dict=True),
        lambda m: m.test_on_batch(X[:6], CLASSES[:6]),
        lambda m: m.test_on_batch(X[:9], CLASSES[:9], sample_weight=WEIGHTS[:9], return_dict=True),
        lambda m: [m.predict_on_batch(X[:4])],
        lambda m: m.get_weights(),
    ]
    for step in steps:
        close(*[step(model) for _, model in pair])
    pair = twins(chain(3, "softmax"))
    for _, model in pair:
        model.compile("adam", "sparse_categorical_crossentropy")
    ours, theirs = (model.train_on_batch(X[:6], CLASSES[:6]) for _, model in pair)
    close(ours, theirs)
    assert np.ndim(ours) == np.ndim(theirs) == 0


def test_loss_added_by_a_layer(twins, close):
    """`add_loss` in `call`, in training and in evaluation."""

    def make(api):
        class Shy(api.layers.Layer):
            def call(self, x):
                self.add_loss(0.1 * api.ops.mean(api.ops.square(x)))
                return x

        L = api.layers
        return api.Sequential([L.Input((5,)), L.Dense(4, "tanh"), Shy(), L.Dense(2)])

    compare(twins(make), X, REAL, {"optimizer": "adam", "loss": "mse", "metrics": ["mse"]}, close)


def test_metrics_of_a_layer(twins, close):
    """A metric that a layer owns is logged and reset like the compiled ones."""

    def make(api):
        class Watched(api.layers.Layer):
            def __init__(self):
                super().__init__()
                self.mean = api.metrics.Mean(name="activity")

            def call(self, x):
                self.mean.update_state(api.ops.mean(x))
                return x

        L = api.layers
        x = L.Input((5,))
        return api.Model(x, L.Dense(2)(Watched()(L.Dense(4, "tanh")(x))))

    pair = twins(make)
    histories = train(pair, X, REAL, {"optimizer": "adam", "loss": "mse", "metrics": ["mae"]})
    ours, theirs = (list(h.history) for h in histories)
    assert ours == theirs
    assert pair[0][1].metrics_names == pair[1][1].metrics_names


def test_custom_loss_and_metric_objects(twins, close):
    def objects(api):
        class Cubic(api.losses.Loss):
            def call(self, y_true, y_pred):
                return api.ops.mean(api.ops.absolute(y_true - y_pred) ** 3, axis=-1)

        class Count(api.metrics.Metric):
            def __init__(self, name="count", **kwargs):
                super().__init__(name=name, **kwargs)
                self.seen = self.add_variable(shape=(), initializer="zeros", name="seen")

            def update_state(self, y_true, y_pred, sample_weight=None):
                self.seen.assign_add(y_true.shape[0])

            def result(self):
                return self.seen

        return {"optimizer": "adam", "loss": Cubic(), "metrics": [Count(), "mae"]}

    pair = twins(chain(2))
    results = []
    for api, model in pair:
        model.compile(**objects(api))
        results.append(model.fit(X, REAL, batch_size=6, epochs=2, shuffle=False, verbose=0).history)
    close(*results)


def test_whole_numbers_train_like_any(twins, close):
    """Integer inputs are cast; integer targets too."""
    x = RNG.integers(-3, 3, (N, 5))
    compare(twins(chain(1, "sigmoid")), x, BITS, {"optimizer": "adam", "loss": "bce", "metrics": ["accuracy"]}, close)


def test_lists_and_tables_train_like_arrays(twins, close):
    pair = twins(chain(1, "sigmoid"))
    compiling = {"optimizer": "adam", "loss": "bce"}
    close(*[h.history for h in train(pair, X.astype("float64"), BITS.astype("float64"), compiling)])


def test_a_frozen_layer_stays(twins, close):
    """`trainable` is read by `compile`; what is frozen gets no update and has no slots."""
    pair = twins(chain(2))
    for _, model in pair:
        model.layers[0].trainable = False
    before = pair[0][1].layers[0].get_weights()
    compare(pair, X, REAL, {"optimizer": "adam", "loss": "mse"}, close)
    close(before, pair[0][1].layers[0].get_weights())
    assert len({len(model.optimizer.variables) for _, model in pair}) == 1


WRONG = {
    "metrics in no list": lambda api, m: (m.compile("sgd", "mse", metrics="mae"), m.fit([X, X2], BOTH, verbose=0)),
    "weighted metrics in no list": lambda api, m: m.compile("sgd", "mse", weighted_metrics="mae"),
    "a loss for no output": lambda api, m: (m.compile("sgd", {"kinds": "mse", "size": "mse"}), m.fit([X, X2], BOTH, verbose=0)),
    "a loss for one of two, by name": lambda api, m: (m.compile("sgd", {"size": "mse"}), m.fit([X, X2], BOTH, verbose=0)),
    "three losses": lambda api, m: (m.compile("sgd", ["mse", "mse", "mse"]), m.fit([X, X2], BOTH, verbose=0)),
    "metrics of three": lambda api, m: (m.compile("sgd", "mse", metrics=[["mae"], ["mae"], ["mae"]]), m.fit([X, X2], BOTH, verbose=0)),
    "metrics of no output": lambda api, m: (m.compile("sgd", "mse", metrics={"sizes": "mae"}), m.fit([X, X2], BOTH, verbose=0)),
    "one metric for two outputs": lambda api, m: (m.compile("sgd", "mse", metrics=["mae"]), m.fit([X, X2], BOTH, verbose=0)),
    "a weight too many": lambda api, m: (m.compile("sgd", ["mse", "mse"], loss_weights=[1, 2, 3]), m.fit([X, X2], BOTH, verbose=0)),
    "weights of words": lambda api, m: m.compile("sgd", "mse", loss_weights="mae"),
    "one target for two outputs": lambda api, m: (m.compile("sgd", "mse"), m.fit([X, X2], HOT, verbose=0)),
    "three targets": lambda api, m: (m.compile("sgd", "mse"), m.fit([X, X2], [*BOTH, HOT], verbose=0)),
    "targets of no output": lambda api, m: (m.compile("sgd", "mse"), m.fit([X, X2], {"kinds": HOT, "size": REAL}, verbose=0)),
    "class weights for two outputs": lambda api, m: (m.compile("sgd", "mse"), m.fit([X, X2], BOTH, class_weight={0: 1.0}, verbose=0)),
    "class and sample weights": lambda api, m: (
        m.compile("sgd", "mse"), m.fit([X, X2], BOTH, class_weight={0: 1.0}, sample_weight=WEIGHTS, verbose=0),
    ),
    "one input of two": lambda api, m: m.predict(X, verbose=0),
    "three inputs": lambda api, m: m.predict([X, X2, X2], verbose=0),
    "an input of another width": lambda api, m: m.predict([X2, X], verbose=0),
    "inputs by unknown names": lambda api, m: m.predict({"a": X, "c": X2}, verbose=0),
    "an unknown argument": lambda api, m: (m.compile("sgd", "mse"), m.evaluate([X, X2], BOTH, verbos=0)),
    "no loss at all": lambda api, m: (m.compile("sgd"), m.fit([X, X2], BOTH, verbose=0)),
    "fit before compile": lambda api, m: m.fit([X, X2], BOTH, verbose=0),
    "evaluate before compile": lambda api, m: m.evaluate([X, X2], BOTH, verbose=0),
    "train_on_batch before compile": lambda api, m: m.train_on_batch([X, X2], BOTH),
    "test_on_batch before compile": lambda api, m: m.test_on_batch([X, X2], BOTH),
    "a share that leaves nothing": lambda api, m: (
        m.compile("sgd", "mse"), m.fit([X[:1], X2[:1]], [y[:1] for y in BOTH], validation_split=0.1, verbose=0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_same_errors(name, both):
    ours, theirs = both(lambda api: WRONG[name](api, two_outputs(api)))
    assert isinstance(theirs, Exception), theirs
    stumbles = isinstance(theirs, (RuntimeError, KeyError, AttributeError))  # in Torch, or over its own structures
    expected = (ValueError, type(theirs)) if stumbles else type(theirs)
    assert isinstance(ours, expected), repr(ours)


def test_a_model_all_frozen_is_judged_and_not_changed(twins, close):
    pair = twins(chain(2))
    for _, model in pair:
        model.trainable = False
    compare(pair, X, REAL, {"optimizer": "adam", "loss": "mse", "metrics": ["mae"]}, close)
