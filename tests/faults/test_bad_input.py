"""Bad input: Keras's exception type, in words that name the thing, what was expected, what came, and a fix.

Each row of the tables is a recipe, run on real Keras and on both backends of kerasteach.
"""

import os
import warnings

import numpy as np
import pytest

import kerasteach as kt

os.environ.setdefault("KERAS_BACKEND", "torch")  # real Keras reads it once, when first imported
X = np.linspace(-1, 1, 32, dtype="float32").reshape(8, 4)
Y = np.linspace(0, 1, 8, dtype="float32").reshape(8, 1)
ONE_HOT = np.eye(3)[np.arange(8) % 3]


def chain(api, units=1, activation=None, loss="mse", extra=(), **compile_arguments):
    """A compiled model of one Dense layer, for vectors of 4 features; `extra` layers come before it."""
    layers = [*extra, api.layers.Dense(units, activation=activation, name="last")]
    model = api.Sequential([api.Input((4,), name="x"), *layers], name="chain")
    model.compile("sgd", loss, **compile_arguments)
    return model


def fit(api, x=X, y=Y, units=1, activation=None, loss="mse", extra=(), **fit_arguments):
    return chain(api, units, activation, loss, extra).fit(x, y, **{"verbose": 0, **fit_arguments})


def classify(api, y, loss="sparse_categorical_crossentropy", units=3, activation="softmax", **arguments):
    return fit(api, y=y, units=units, activation=activation, loss=loss, **arguments)


def two_inputs(api, by_name=False):
    a, b = api.Input((4,), name="a"), api.Input((4,), name="b")
    out = api.layers.Dense(1)(api.layers.Concatenate()([a, b]))
    model = api.Model({"a": a, "b": b} if by_name else [a, b], out, name="pair")
    model.compile("sgd", "mse")
    return model


def uncompiled(api):
    return api.Sequential([api.Input((4,)), api.layers.Dense(1)], name="chain")


def batches(count=3):
    for _ in range(count):
        yield X, Y


def custom(api, call, keeps_shape=True, **arguments):
    """A layer with this `call`."""
    members = {"call": lambda self, x: call(x)}
    if keeps_shape:
        members["compute_output_shape"] = lambda self, shape: shape
    return type("Mine", (api.layers.Layer,), members)(name="mine", **arguments)


def call_twice(api, second):
    layer = api.layers.Dense(2, name="d")
    layer(X)
    layer(second(api))


def said(error):
    return "\n".join([str(error), *getattr(error, "__notes__", [])])


# (name, recipe, words that the message holds)
SAME = [
    ("rank, fit", lambda k: fit(k, X[:, None]), "'x'; 'chain'; expected ndim=2, found ndim=3; (8, 1, 4); Fix:"),
    ("rank, call", lambda k: k.layers.Dense(2, name="d")(X[0]), "'d'; min_ndim=2, found ndim=1; (4,); x[None, ...]"),
    ("one sample", lambda k: chain(k).predict(X[0], verbose=0), "'x'; 'chain'; ndim=2, found ndim=1; x[None, ...]"),
    ("last axis, fit", lambda k: fit(k, X[:, :3]), "'chain'; expected shape=(None, 4), found shape=(8, 3); Fix:"),
    ("last axis, evaluate", lambda k: chain(k).evaluate(X[:, :3], Y, verbose=0), "'chain'; (None, 4); (8, 3); Fix:"),
    ("last axis, predict", lambda k: chain(k).predict(X[:, :3], verbose=0), "'chain'; (None, 4); (8, 3); Fix:"),
    ("last axis, call", lambda k: call_twice(k, lambda k: X[:, :3]), "'d'; features=4; features=3; Fix:"),
    ("last axis, symbols", lambda k: call_twice(k, lambda k: k.Input((3,))), "'d'; value 4; (None, 3); Fix:"),
    ("one input of two", lambda k: two_inputs(k).fit(X, Y, verbose=0), "'pair'; 2 input; received 1; 'a'; [a, b]"),
    ("three inputs of two", lambda k: two_inputs(k)([X, X, X]), "'pair'; 2 input; received 3; (8, 4); Fix:"),
    ("missing key", lambda k: two_inputs(k, True)({"a": X}), "'pair'; ['b']; ['a']; ['a', 'b']; Fix: add 'b'"),
    ("missing key, fit", lambda k: two_inputs(k).fit({"a": X}, Y, verbose=0), "'pair'; ['b']; ['a', 'b']; Fix:"),
    ("unknown layer", lambda k: chain(k).get_layer("lats"), "No such layer: lats; ['last']; Did you mean 'last'?"),
    ("no such index", lambda k: chain(k).get_layer(index=7), "index 7; only has 1 layers; 'last'; Fix:"),
    ("neither name nor index", lambda k: chain(k).get_layer(), "either a layer name or layer index"),
    ("name taken", lambda k: k.Model(x := k.Input((4,)), k.layers.Dense(1, name="d")(k.layers.Dense(1, name="d")(x))),
     '"d" is used 2 times; unique; Fix:'),
    ("name taken, chain", lambda k: k.Sequential([k.layers.Dense(1, name="d"), k.layers.ReLU(name="d")]), "'d'; unique"),
    ("no layer", lambda k: k.Sequential([np.tanh]), "Only instances of `keras.Layer`; tanh; Fix:"),
    ("numbers for a symbol", lambda k: k.Model(X, k.Input((4,))), "must be KerasTensors; Fix: start from keras.Input"),
    ("disconnected", lambda k: k.Model(k.Input((4,), name="a"), k.layers.Dense(1)(k.Input((5,), name="b"))),
     "'b' of shape (None, 5); 'a' (None, 4); Fix: add it"),
    ("fit before compile", lambda k: uncompiled(k).fit(X, Y), "call `compile()`; fit(); 'chain'; Fix: model.compile"),
    ("train_on_batch before compile", lambda k: uncompiled(k).train_on_batch(X, Y), "call `compile()`; 'chain'; Fix:"),
    ("lengths", lambda k: fit(k, X, Y[:5]), "'x' sizes: 8; 'y' sizes: 5; Fix:"),
    ("lengths of weights", lambda k: fit(k, sample_weight=np.ones(5)), "'sample_weight' sizes: 5; Fix:"),
    ("lengths of inputs", lambda k: two_inputs(k).predict([X, X[:5]], verbose=0), "'x' sizes: 8, 5; Fix:"),
    ("lengths, evaluate", lambda k: chain(k).evaluate(X, Y[:5], verbose=0), "'x' sizes: 8; 'y' sizes: 5; Fix:"),
    ("empty", lambda k: fit(k, X[:0], Y[:0]), "empty dataset; 0 rows; at least one; Fix:"),
    ("empty, evaluate", lambda k: chain(k).evaluate(X[:0], Y[:0], verbose=0), "empty dataset; 0 rows; Fix:"),
    ("text", lambda k: fit(k, X.astype(str)), "Invalid dtype: str; (8, 4); `x`; Fix:"),
    ("text for y", lambda k: fit(k, y=np.array(["cat"] * 8)), "Invalid dtype: str; (8,); 'cat'; `y`; Fix:"),
    ("objects", lambda k: fit(k, np.array([[1, None, 2, 3]] * 8)), "Invalid dtype: object; (8, 4); `x`; Fix:"),
    ("ragged list", lambda k: fit(k, [[1.0, 2.0], [3.0]], Y[:2]), "rows of equal length; `x`; Fix: pad"),
    ("ragged objects", lambda k: fit(k, np.array([X[0], X[0, :3]] * 4, object)), "dtype: object; (8,); `x`; pad"),
    ("a number", lambda k: fit(k, 3.0), "`x` is a single number; Fix:"),
    ("nothing", lambda k: fit(k, None), "`x` is None; Fix:"),
    ("no y", lambda k: fit(k, y=None), "no targets `y`; Fix: pass fit(x, y)"),
    ("too many y", lambda k: fit(k, y=[Y, Y]), "1 output(s) (last); 2 arrays; Fix:"),
    ("binary, y too wide", lambda k: classify(k, ONE_HOT, "binary_crossentropy", 1, "sigmoid"), "(8, 3); (8, 1); Fix:"),
    ("binary, y too narrow", lambda k: classify(k, Y, "binary_crossentropy", 3, "sigmoid"), "(8, 1); (8, 3); Fix:"),
    ("categorical, numbers", lambda k: classify(k, np.zeros(8), "categorical_crossentropy"),
     "'categorical_crossentropy'; (8,); (8, 3); Fix:; sparse_categorical_crossentropy"),
    ("sparse, one-hot", lambda k: classify(k, ONE_HOT),
     "'sparse_categorical_crossentropy'; (8, 3); Fix: for one-hot targets use categorical_crossentropy"),
    ("loss", lambda k: fit(k, loss="mean_square_error"), "mean_square_error; Did you mean 'mean_squared_error'?"),
    ("metric", lambda k: chain(k, metrics=["acuracy"]).fit(X, Y, verbose=0), "acuracy; Did you mean 'accuracy'?"),
    ("optimizer", lambda k: uncompiled(k).compile("adamm", "mse"), "adamm; Did you mean 'adam'?"),
    ("optimizer, a number", lambda k: uncompiled(k).compile(3, "mse"), "optimizer; 3; received int"),
    ("activation", lambda k: k.layers.Dense(1, activation="rellu"), "activation; rellu; Did you mean 'relu'?"),
    ("initializer", lambda k: k.layers.Dense(1, kernel_initializer="one_s"), "initializer; one_s; Did you mean 'ones'?"),
    ("regularizer", lambda k: k.layers.Dense(1, kernel_regularizer="l3"), "regularizer; l3; Did you mean 'l"),
    ("constraint", lambda k: k.layers.Dense(1, kernel_constraint="nonneg"), "constraint; Did you mean 'non_neg'?"),
    ("metrics in third place", lambda k: [m := uncompiled(k), m.compile("sgd", "mse", ["mae"]), m.fit(X, Y, verbose=0)],
     "`loss_weights`; ['mae']; Fix:; metrics=[...]"),
    ("metrics, a word", lambda k: chain(k, metrics="mae"), "`metrics`; list; mae; Fix: metrics=['mae']"),
    ("split of all", lambda k: fit(k, validation_split=1.0), "8 samples; `validation_split=1.0`; Fix:"),
    ("split of batches", lambda k: fit(k, batches(), None, validation_split=0.5), "`validation_split`; arrays; Fix:"),
    ("batches and y", lambda k: fit(k, batches(), Y), "generator; `y` should not be passed; part of each batch"),
    ("batches and weights", lambda k: fit(k, batches(), None, sample_weight=np.ones(8)), "`sample_weight`; Fix:"),
    ("no batches", lambda k: fit(k, batches(0), None), "at least one batch; empty generator; Fix:"),
    ("batch of -3", lambda k: fit(k, batch_size=-3), "batch_size should be a positive integer; -3"),
    ("weights, count", lambda k: chain(k).set_weights([X]), "'chain'; length 1; expecting 2; [(4, 1), (1,)]; Fix:"),
    ("weights, shape", lambda k: chain(k).set_weights([Y, [0.0]]), "chain; (4, 1); (8, 1); kernel; Fix:"),
    *[(f"units of {n}", lambda k, n=n: k.layers.Dense(n), f"`units`; positive integer; units={n}") for n in (0, -1, 1.5)],
    *[(f"rate of {n}", lambda k, n=n: k.layers.Dropout(n), f"`rate`; between 0 and 1; rate={n}") for n in (2, -0.1)],
    ("reshape", lambda k: k.layers.Reshape((5,), name="r")(X), "'r'; (4,); target_shape=(5,); Fix:; of 4 elements"),
    ("concatenate", lambda k: k.layers.Concatenate(axis=1, name="c")([X[:, None], X[:3, :, None]]),
     "'c'; matching shapes; [(8, 1, 4), (3, 4, 1)]; axis=1; Fix:"),
    ("add", lambda k: k.layers.Add(name="s")([X, X[:, :3]]), "'s'; incompatible shapes; (8, 4), (8, 3); Fix:"),
    ("add, one tensor", lambda k: k.layers.Add(name="s")(k.Input((4,))), "'s'; on a list; (None, 4); Add(...)([x1, x2])"),
    ("subtract, three", lambda k: k.layers.Subtract(name="s")([X, X, X]), "'s'; exactly 2 inputs; Fix:"),
    ("dot", lambda k: k.layers.Dot(1, name="p")([X, X[:, :3]]), "'p'; 4 (at axis 1) != 3; (8, 4), (8, 3); Fix:"),
    ("shape of a word", lambda k: k.Input("32"), "Cannot convert '32' to a shape; (32,)"),
    ("NumPy on a symbol", lambda k: np.tanh(k.Input((4,))), "KerasTensor is symbolic; (None, 4); Fix: use a keras.ops"),
    ("a layer's own error", lambda k: custom(k, lambda x: 1 / 0)(X), "division by zero; 'mine' (Mine); (8, 4)"),
    ("a layer's own error, drawn", lambda k: custom(k, lambda x: {}["w"], False)(k.Input((4,))), "'mine'; (None, 4)"),
    ("no call", lambda k: k.layers.Layer(name="bare")(X), "`call()`; 'bare'; (8, 4)"),
]  # fmt: skip


@pytest.mark.parametrize("recipe, words", [pytest.param(*row[1:], id=row[0]) for row in SAME])
def test_keras_raises_the_same(backend, recipe, words):
    keras = pytest.importorskip("keras")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(Exception) as theirs:
            recipe(keras)
    with pytest.raises(theirs.type) as ours:
        recipe(kt)
    assert ours.type is theirs.type
    for word in words.split("; "):
        assert word in said(ours.value)


def out_of_range(y, **arguments):
    return lambda: classify(kt, np.array(y), **arguments)


# Where Keras says nothing, or fails by accident: (name, recipe, error, words)
OWN = [
    ("class 3 of 3", out_of_range([0, 1, 2, 3] * 2), ValueError, "2 class number(s); 3; from 0 to 2; 3 classes; Fix:"),
    ("class -1", out_of_range([0, -1] * 4), ValueError, "4 class number(s); the first is -1; 0 to 2; Fix:"),
    ("by shape", out_of_range([[0], [-1]] * 4, loss="crossentropy"), ValueError, "first is -1; 0 to 2; Fix:"),
    ("as an object", out_of_range([-2, 0] * 4, loss=kt.losses.SparseCategoricalCrossentropy(ignore_class=-1)), ValueError,
     "4 class number(s); the first is -2; Fix:"),
    ("op by op", lambda: classify(kt, np.array([0, 3] * 4), extra=[kt.layers.Dropout(0.5)]), ValueError, "the first is 3; 0 to 2; Fix:"),
    ("NaN", out_of_range([0, np.nan] * 4), ValueError, "the first is nan; 0 to 2"),
    ("evaluate", lambda: chain(kt, 3, "softmax", "sparse_categorical_crossentropy").evaluate(X, -Y - 1, verbose=0),
     ValueError, "the first is -1; Fix:"),
    ("function", lambda: kt.losses.sparse_categorical_crossentropy([5], [[0.5, 0.5]]), ValueError, "is 5; 0 to 1; Fix:"),
    ("generator", lambda: fit(kt, iter([(X, np.full(8, 7))]), None, 3, "softmax", "sparse_categorical_crossentropy"),
     ValueError, "the first is 7; Fix:"),
    ("y of another width", lambda: fit(kt, y=np.ones((8, 2)), units=3), ValueError, "'mse'; (8, 2); (8, 3); Fix:"),
    ("y of another width, op by op", lambda: fit(kt, y=np.ones((8, 2)), units=3, extra=[kt.layers.Dropout(0.5)]),
     ValueError, "'mse'; (8, 2); (8, 3); Fix:"),
    ("lengths, one batch", lambda: chain(kt).train_on_batch(X, Y[:5]), ValueError, "'x' sizes: 8; 'y' sizes: 5; Fix:"),
    ("lengths, generator", lambda: fit(kt, iter([(X, Y[:5])]), None), ValueError, "'x' sizes: 8; 'y' sizes: 5; Fix:"),
    ("evaluate before compile", lambda: uncompiled(kt).evaluate(X, Y), ValueError, "evaluate(); 'chain'; Fix:"),
    ("empty, predict", lambda: chain(kt).predict(X[:0], verbose=0), ValueError, "empty dataset; Fix:"),
    ("split of more than all", lambda: fit(kt, validation_split=1.5), ValueError, "`validation_split=1.5`; Fix:"),
    ("split below 0", lambda: fit(kt, validation_split=-0.5), ValueError, "`validation_split=-0.5`; Fix:"),
    ("callback, a class", lambda: fit(kt, callbacks=[kt.callbacks.EarlyStopping]), TypeError, "EarlyStopping; Fix:"),
    ("move to nonsense", lambda: chain(kt).to("nonsense"), ValueError, "'nonsense'; 'numpy' or 'torch'; Fix:"),
    ("unknown backend", lambda: kt.config.set_backend("jax"), ValueError, "'jax'; 'numpy', 'torch'"),
]  # fmt: skip


@pytest.mark.parametrize("recipe, error, words", [pytest.param(*row[1:], id=row[0]) for row in OWN])
def test_kerasteach_says_more(backend, recipe, error, words):
    with pytest.raises(error) as caught:
        recipe()
    for word in words.split("; "):
        assert word in said(caught.value)


@pytest.mark.parametrize("call", [np.tanh, lambda x: np.concatenate([x, x], axis=1)[:, :4]], ids=["ufunc", "function"])
def test_numpy_in_a_layer_while_gradients_are_recorded(backend, call):
    error = {"numpy": TypeError, "torch": RuntimeError}[backend]  # Torch's own is Keras's
    with pytest.raises(error) as caught:
        fit(kt, extra=[kt.layers.Dense(4), custom(kt, call)])
    for word in ("'mine'", "(8, 4)", "gradient", "Fix: use the keras.ops function", "stop_gradient"):
        assert word in said(caught.value)


def test_operators_between_arrays_and_tensors_are_ops():  # on Torch, Torch's own tensors decide
    doubled = custom(kt, lambda x: np.full(4, 2, "float32") * x - np.ones((1, 4), "float32") / 2)
    assert np.isfinite(fit(kt, extra=[kt.layers.Dense(4), doubled]).history["loss"][0])


@pytest.mark.parametrize("name", ["x", "y", "sample_weight"])
def test_nan_warns_and_says_where(backend, name):
    data = {"x": X.copy(), "y": Y.copy(), "sample_weight": np.ones(8, "float32")}
    data[name][[2, 5]] = np.nan
    with pytest.warns(RuntimeWarning) as caught:
        fit(kt, **data)
    for word in (f"`{name}`", "2 of 8 rows", "first is row 2", "Fix:", f"np.nan_to_num({name})"):
        assert word in str(caught[0].message)


def test_nan_in_one_of_several_arrays(backend):
    broken = X.copy()
    broken[7, 0] = np.nan
    with pytest.warns(RuntimeWarning, match=r"`x` \(array 1\): 1 of 8 rows, the first is row 7"):
        two_inputs(kt).fit([X, broken], Y, verbose=0)


@pytest.mark.parametrize("dtype", ["int64", "uint8", "bool"])
def test_whole_numbers_are_numbers(backend, dtype):
    keras = pytest.importorskip("keras")
    x, y = np.arange(32).reshape(8, 4).astype(dtype), np.arange(8).reshape(8, 1)
    found = []
    for api in (kt, keras):
        model = chain(api)
        model.set_weights([np.full((4, 1), 0.01), np.zeros(1)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found.append([model.evaluate(x, y, verbose=0), model.fit(x, y, epochs=1, verbose=0).history["loss"]])
            found[-1].append(model.predict(x, verbose=0))
    for ours, theirs in zip(*found):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4)


def test_class_to_ignore_may_be_any_number(backend):
    loss = kt.losses.SparseCategoricalCrossentropy(ignore_class=-1)
    assert np.isfinite(classify(kt, np.array([0, 1, 2, -1] * 2), loss).history["loss"][0])


def test_generator_that_ends_early_warns(backend):
    with pytest.warns(UserWarning, match=r"ran out of data.*3 of 5 steps"):
        fit(kt, batches(), None, steps_per_epoch=5, epochs=4)


@pytest.mark.parametrize("weights", [[np.ones((4, 1))], [np.ones((4, 1)), np.ones(2)]], ids=["count", "shape"])
def test_refused_weights_change_nothing(backend, weights):
    model = chain(kt)
    before = model.get_weights()
    with pytest.raises(ValueError):
        model.set_weights(weights)
    for a, b in zip(before, model.get_weights()):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("recipe", [out_of_range([0, 3] * 4), lambda: fit(kt, X[:, :3])], ids=["class", "axis"])
def test_a_refused_fit_leaves_the_model_usable(backend, recipe):
    with pytest.raises(ValueError):
        recipe()
    assert np.isfinite(fit(kt).history["loss"][0])
