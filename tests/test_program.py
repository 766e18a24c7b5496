"""A step as straight-line code gives the numbers of the step run op by op."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import layers
from kerasteach.explain.program import step_program


def data(seed=0):
    rng = np.random.default_rng(seed)
    return [rng.random((70, 6), "float32"), rng.random((70, 6), "float32")], rng.integers(0, 2, (70, 1))


def two_inputs(**kwargs):
    a, b = keras.Input((6,)), keras.Input((6,))
    shared = layers.Dense(8, activation="relu", kernel_regularizer=kwargs.pop("regularizer", None))
    joined = layers.Concatenate()([shared(a), shared(b)])
    model = keras.Model([a, b], layers.Dense(1, activation=kwargs.pop("activation", "sigmoid"))(joined))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"], **kwargs)
    return model


def wide():
    """Most layers of the library in one graph, two outputs."""
    a, b = keras.Input((6,)), keras.Input((6,))
    x = layers.Dense(4, activation="tanh")(a)
    y = layers.Dense(4, activation="gelu", kernel_regularizer="l1l2")(b)
    merged = [layer([x, y]) for layer in (layers.Add(), layers.Subtract(), layers.Multiply(), layers.Average(),
                                          layers.Maximum(), layers.Minimum(), layers.Dot(1))]  # fmt: skip
    z = layers.Concatenate()([*merged, layers.Flatten()(layers.Reshape((2, 2))(layers.LeakyReLU()(x)))])
    z = layers.Rescaling(0.5)(layers.Normalization(mean=0.1, variance=2.0)(z)) + 0.5
    one = layers.Dense(1, activation="sigmoid", name="one")(z)
    two = layers.Softmax(name="two")(layers.Dense(2)(z))
    model = keras.Model([a, b], [one, two])
    model.compile("sgd", ["binary_crossentropy", "sparse_categorical_crossentropy"], loss_weights=[1.0, 0.5])
    return model


def trained(make, run_eagerly, backend, **fit):
    keras.utils.set_random_seed(3)
    with keras.config.set_backend(backend):
        model = make()
    model.run_eagerly = run_eagerly
    x, y = data()
    y = y if len(model.outputs) == 1 else [y, y[:, 0]]
    history = model.fit(x, y, epochs=3, batch_size=32, verbose=0, **fit)
    return model, history.history


@pytest.mark.parametrize("make", [two_inputs, lambda: two_inputs(regularizer="l2"), wide], ids=["plain", "l2", "wide"])
def test_same_losses_and_weights_as_op_by_op(backend, make):
    program, logs = trained(make, False, backend)
    eager, eager_logs = trained(make, True, backend)
    assert any(program._last_structure.programs.values()), "no program was written"
    assert eager._last_structure.programs is None
    for name in logs:
        np.testing.assert_allclose(logs[name], eager_logs[name], rtol=2e-5, atol=1e-6)
    for a, b in zip(program.get_weights(), eager.get_weights()):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_weights_and_class_weights(backend):
    fit = {"class_weight": {0: 1.0, 1: 3.0}}
    assert trained(two_inputs, False, backend, **fit)[1]["loss"] == pytest.approx(
        trained(two_inputs, True, backend, **fit)[1]["loss"], rel=1e-5
    )


def test_the_last_short_batch_gets_a_program_of_its_own(backend):
    model, _ = trained(two_inputs, False, backend)
    assert sorted(key[2][0][0] for key in model._last_structure.programs) == [6, 32]


def test_programs_last_until_something_changes(backend):
    model, _ = trained(two_inputs, False, backend)
    first = model._last_structure.programs
    x, y = data()
    model.fit(x, y, verbose=0)
    assert model._last_structure.programs is first
    model.layers[2].activation = keras.activations.tanh
    model.fit(x, y, verbose=0)
    assert model._last_structure.programs is not first
    assert model.predict(x, verbose=0).shape == (70, 1)


def test_freezing_a_layer_writes_a_program_without_its_gradient(backend):
    model = two_inputs()
    model.to(backend)
    model.layers[2].trainable = False
    model.compile("adam", "binary_crossentropy")
    before = model.layers[2].get_weights()
    x, y = data()
    model.fit(x, y, verbose=0)
    for a, b in zip(before, model.layers[2].get_weights()):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "make",
    [
        lambda: two_inputs(activation=lambda x: keras.ops.sigmoid(x)),
        lambda: keras.Sequential([keras.Input((6,)), type("Own", (layers.Dense,), {"call": lambda self, x: x})(6), layers.Dense(1)]),
    ],
    ids=["own activation", "own layer"],
)
def test_what_may_differ_from_step_to_step_runs_op_by_op(make):
    model = make()
    model.compile("sgd", "mse")
    x, y = data()
    x = x if len(model.inputs) == 2 else x[0]
    model.fit(x, y, verbose=0)
    assert not any(model._last_structure.programs.values())
    with pytest.raises(ValueError, match="runs op by op"):
        step_program(model, x, y)


def test_draws_and_moving_averages_are_those_of_single_ops(backend):
    """A program draws anew at every step, and its averages are new ones: as when each op runs by itself."""
    rng = np.random.default_rng(0)
    x, found = rng.normal(size=(70, 6)).astype("float32"), []
    for run_eagerly in (False, True):
        keras.utils.set_random_seed(0)
        shared = layers.BatchNormalization(momentum=0.5)
        inputs = keras.Input((6,))
        hidden = shared(layers.GaussianNoise(0.3, seed=2)(inputs))
        outputs = layers.Dense(1)(layers.Dropout(0.5, seed=1)(shared(hidden)))  # averaged twice in a step
        model = keras.Model(inputs, outputs)
        model.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=run_eagerly)
        history = model.fit(x, x[:, :1], epochs=3, verbose=0, shuffle=False).history["loss"]
        found.append([history, *model.get_weights()])
        assert run_eagerly or all(model._last_structure.programs.values())
    for program, single in zip(*found):
        np.testing.assert_allclose(program, single, rtol=1e-5, atol=1e-7)
    assert len(set(found[0][0])) == 3


def test_a_layer_that_assigns_a_trained_weight_runs_op_by_op():
    class Halving(layers.Layer):
        __module__ = "kerasteach.tests"  # passes for one of the library's

        def build(self, shape):
            self.factor = self.add_weight(shape=(), initializer="ones")

        def call(self, x):
            self.factor.assign(self.factor * 0.5)
            return x * self.factor

    Halving.call.__module__ = "kerasteach.tests"
    model = keras.Sequential([keras.Input((6,)), Halving(), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.ones((32, 6)), np.ones((32, 1)), verbose=0)
    assert not any(model._last_structure.programs.values())


def test_the_text_is_what_runs():
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1, name="line")], name="m")
    model.compile("sgd", "mse")
    text = step_program(model, np.ones((4, 2)), np.ones((4, 1))).source
    assert "def step(data_0, data_1, line_kernel, line_bias):\n    v1 = np.matmul(data_0, line_kernel)" in text
    assert text.startswith("# what is the same at every step\n")
    assert "g_line_bias = g_v2.sum(axis=0)" in text


def test_tracing_uses_up_no_names():
    model = two_inputs()
    keras.backend.clear_session()
    x, y = data()
    model.fit(x, y, verbose=0)
    total = keras.Input((1,)) + 1.0
    assert total._keras_history.operation.name == "add"


@pytest.mark.parametrize("wrap", [lambda t: [t], lambda t: {"answer": t}], ids=["list of one", "dict of one"])
def test_one_output_in_a_structure_reaches_metrics_in_it(backend, wrap):
    """`compute_metrics` sees the same structure, as a program and op by op."""
    seen = []

    class Watching(keras.Model):
        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            seen.append(y_pred)
            return super().compute_metrics(x, y, y_pred, sample_weight)

    inputs = keras.Input((6,))
    model = Watching(inputs, wrap(layers.Dense(1, activation="sigmoid")(inputs)))
    model.compile("sgd", "mse", metrics=["mae"])
    (x, _), y = data()
    for run_eagerly in (False, True):
        model.run_eagerly = run_eagerly
        model.fit(x, wrap(y), verbose=0)
    programs = len(seen) // 2
    wanted = type(seen[0]) if isinstance(wrap(0), list) else dict  # a list of one is that one
    assert {type(s) for s in seen[:programs]} == {type(s) for s in seen[programs:]} == {wanted} != {list}


def test_judging_and_predicting_run_as_programs_once_they_pay(backend):
    """Many batches of one shape get a program; the numbers are those of calling the model."""
    with keras.config.set_backend(backend):
        model = two_inputs(regularizer="l2")
    rng = np.random.default_rng(0)
    x, y = [rng.random((100, 6), "float32") for _ in range(2)], rng.integers(0, 2, (100, 1))
    model.run_eagerly = True
    loss, accuracy = model.evaluate(x, y, batch_size=8, verbose=0)
    wanted = model.predict(x, batch_size=8, verbose=0)
    model.run_eagerly = False
    assert model.evaluate(x, y, batch_size=8, verbose=0) == pytest.approx([loss, accuracy], rel=1e-5)
    np.testing.assert_allclose(model.predict(x, batch_size=8, verbose=0), wanted, rtol=1e-5)
    written = {key[0] for key, program in model._last_structure.programs.items() if program}
    assert written == {"test", "predict"}
    model.set_weights([w * 2 for w in model.get_weights()])
    assert not np.allclose(model.predict(x, batch_size=8, verbose=0), wanted), "it predicts with the weights of today"


def test_a_predict_step_of_ones_own_is_called(backend):
    class Doubled(keras.Model):
        def predict_step(self, data):
            return 2 * super().predict_step(data)

    inputs = keras.Input((6,))
    with keras.config.set_backend(backend):
        model = Doubled(inputs, layers.Dense(1)(inputs))
    x = np.random.default_rng(0).random((400, 6), "float32")
    np.testing.assert_allclose(model.predict(x, verbose=0), 2 * keras.backend.to_numpy(model(x)), rtol=1e-5)


def test_dropout_does_nothing_in_programs_that_judge(backend):
    with keras.config.set_backend(backend):
        model = keras.Sequential([keras.Input((6,)), layers.Dropout(0.9), layers.BatchNormalization(), layers.Dense(1)])
    model.compile("sgd", "mse")
    x, y = np.random.default_rng(0).random((400, 6), "float32"), np.zeros((400, 1), "float32")
    model.fit(x, y, verbose=0)
    before = [np.array(w) for w in model.get_weights()]
    wanted = float(np.mean(keras.backend.to_numpy(model(x)) ** 2))
    assert model.evaluate(x, y, verbose=0) == pytest.approx(wanted, rel=1e-4)
    for a, b in zip(model.get_weights(), before):
        np.testing.assert_array_equal(a, b)


def test_a_rule_that_stands_twice_gets_its_own_names_each_time(backend):
    """Attention calls one einsum after another, each on other arrays."""

    def model():
        inputs = keras.Input((5, 8))
        x = layers.LayerNormalization()(inputs + layers.MultiHeadAttention(2, 4)(inputs, inputs))
        return keras.Model(inputs, layers.Dense(3, activation="softmax")(layers.GlobalAveragePooling1D()(x)))

    rng = np.random.default_rng(0)
    x, y = rng.random((64, 5, 8), "float32"), rng.integers(0, 3, 64)
    found = []
    for run_eagerly in (False, True):
        keras.utils.set_random_seed(0)
        with keras.config.set_backend(backend):
            made = model()
        made.compile("adam", "sparse_categorical_crossentropy", run_eagerly=run_eagerly)
        found.append(made.fit(x, y, epochs=3, verbose=0, shuffle=False).history["loss"])
    np.testing.assert_allclose(*found, rtol=1e-5)


@pytest.mark.parametrize("kind", ["yes or no", "number", "one-hot"])
def test_a_loss_of_probabilities_and_what_made_them_have_one_gradient(kind):
    """In the text it is `probabilities - truth`; the numbers are those of the two one after the other."""
    rng = np.random.default_rng(0)
    x, number = 3 * rng.normal(size=(64, 6)).astype("float32"), rng.integers(0, 3, 64)
    last, loss, y, row = {
        "yes or no": (layers.Dense(1, "sigmoid"), "binary_crossentropy", number[:, None] > 1, "(v3 - v"),
        "number": (layers.Dense(3, "softmax"), "sparse_categorical_crossentropy", number, "- hot"),
        "one-hot": (layers.Dense(3, "softmax"), "categorical_crossentropy", np.eye(3)[number], "- counted"),
    }[kind]
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((6,)), last])
    model.compile("adam", loss)
    text = step_program(model, x, y).source
    assert row in text and "_crossentropy" not in text
    weights, losses = model.get_weights(), []
    for run_eagerly in (False, True):
        model.compile(keras.optimizers.SGD(0.5), loss, run_eagerly=run_eagerly)
        model.set_weights(weights)
        losses.append(model.fit(x, y, epochs=5, shuffle=False, verbose=0).history["loss"])
    np.testing.assert_allclose(*losses, rtol=1e-5)


@pytest.mark.parametrize("constant_first", [True, False])
def test_gradients_that_are_the_same_at_every_step_add_up_with_others(constant_first):
    w = keras.Variable(np.array([1.0, 2.0, 3.0], "float32"), name="w")

    def loss(_):
        parts = [lambda: keras.ops.sum(w), lambda: keras.ops.sum(keras.ops.multiply(w, w))]
        first, second = (part() for part in (parts if constant_first else parts[::-1]))
        return [keras.ops.add(first, second)]

    program = keras.backend.get("numpy").program(loss, [((2,), "float32")], [w])
    for _ in range(2):
        _, [gradient] = program([np.ones(2, "float32")])
        np.testing.assert_allclose(gradient, [3.0, 5.0, 7.0])


def gradients_both_ways(call, inputs):
    """Gradients of the sum of what a call gives, with fixed weights: on the tape, and by a program."""
    home = keras.backend.get("numpy")
    variables = [keras.Variable(x) for x in inputs]
    weights = []

    def loss():
        out = call(*variables)
        weights[:] = weights or [np.random.default_rng(1).normal(size=tuple(out.shape)).astype("float32")]
        return keras.ops.sum(keras.ops.multiply(out, weights[0]))

    _, _, taped = home.value_and_gradients(lambda: (loss(), None), variables)
    program = home.program(lambda _: [loss()], [((2,), "float32")], variables)
    return taped, program([np.ones(2, "float32")])[1]


@pytest.mark.parametrize(
    "call, shapes",
    [
        (lambda x: keras.ops.average_pool(x, 2), [(2, 6, 6, 3)]),
        (lambda a, b: keras.ops.einsum("...i,...i", a, b), [(2, 1, 3), (4, 3)]),
        (lambda a, b: keras.ops.concatenate([a, b], axis=1), [(2, 1), (2, 3)]),
        (lambda x: keras.ops.max_pool(x, 2), [(2, 6, 6, 3)]),
    ],
    ids=["a dtype's own attribute", "broadcast in a list of inputs", "a list of inputs", "branches"],
)
def test_a_rule_in_a_program_gives_the_gradient_of_the_tape(call, shapes):
    rng = np.random.default_rng(0)
    taped, written = gradients_both_ways(call, [rng.normal(size=shape).astype("float32") for shape in shapes])
    for a, b in zip(taped, written, strict=True):
        assert a.shape == b.shape and a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
