"""A `.keras` file is the same file in kerasteach and in real Keras: each loads what the other wrote.

Same predictions, same optimizer state, and training goes on as if nothing had happened.
"""

import importlib
import json
import os
import warnings
import zipfile

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")  # real Keras reads it once, when first imported
pytest.importorskip("torch")
keras = pytest.importorskip("keras")

import kerasteach as kt  # noqa: E402
from kerasteach.backend.op_call import OpCall  # noqa: E402
from kerasteach.ops import OPS  # noqa: E402
from kerasteach.saving import op_nodes  # noqa: E402

RNG = np.random.default_rng(0)


@pytest.fixture(params=["numpy", "torch"], autouse=True)
def on_each_backend(request):
    with kt.config.set_backend(request.param):
        yield request.param


def custom(api):
    """A registered layer with a weight and a number of its own."""

    @api.saving.register_keras_serializable(package="demo", name="Scale")
    class Scale(api.layers.Layer):
        def __init__(self, k=1.0, **kwargs):
            super().__init__(**kwargs)
            self.k = k

        def build(self, input_shape):
            self.factor = self.add_weight(shape=(input_shape[-1],), initializer="random_normal", name="factor")

        def call(self, x):
            return x * self.factor * self.k

        def get_config(self):
            return super().get_config() | {"k": self.k}

    return Scale


def subclass(api):
    """A registered model: attributes before and after "layers" in the alphabet, a list, a private one."""
    L = api.layers

    @api.saving.register_keras_serializable(package="demo", name="Net")
    class Net(api.Model):
        def __init__(self, width=5, **kwargs):
            super().__init__(**kwargs)
            self.width = width
            self.fc = L.Dense(width, activation="tanh")
            self.blocks = [L.Dense(width), L.Dense(width, use_bias=False)]
            self.zoo = {"one": L.Dense(3), "two": custom(api)(2.0)}
            self._hidden = L.Dense(2)
            self.out = api.Sequential([L.Dense(4), L.Dense(1)])

        def call(self, x):
            x = self.fc(x)
            for block in self.blocks:
                x = block(x)
            return self.out(self._hidden(self.zoo["two"](self.zoo["one"](x))))

        def get_config(self):
            return super().get_config() | {"width": self.width}

    return Net


def sequential(api):
    L = api.layers
    return api.Sequential(
        [
            api.Input((4,)),
            L.Dense(5, activation="relu", kernel_regularizer="l2", name="first"),
            L.Dropout(0.3),
            L.Rescaling(2.0, offset=0.5),
            L.LeakyReLU(negative_slope=0.1),
            L.Dense(3, use_bias=False, kernel_initializer=api.initializers.HeNormal(seed=3), kernel_constraint="non_neg"),
            L.Softmax(),
        ],
        name="plain",
    )


def shared(api):
    """Two inputs, one Dense for both, as in the first lesson."""
    L = api.layers
    a, b = api.Input((4,), name="a"), api.Input((4,), name="b")
    dense = L.Dense(6, activation="relu", name="shared")
    both = L.Concatenate(name="both")([dense(a), dense(b)])
    return api.Model([a, b], L.Dense(1, activation="sigmoid", name="out")(both), name="pair")


def nested(api):
    """A functional model, called twice, and a Sequential, inside a model whose last layer is a model."""
    L = api.layers
    i = api.Input((4,), name="i")
    inner = api.Model(i, L.Dense(4, activation="tanh", name="d")(i), name="inner")
    head = api.Sequential([api.Input((4,)), L.Dense(3), L.Dense(2)], name="head")
    x = api.Input((4,), name="x")
    h = L.Add(name="sum")([inner(inner(x)), x])
    j = api.Input((2,), name="j")
    last = api.Model(j, L.Dense(1)(j), name="last")
    return api.Model(x, [head(h), last(head(h))], name="outer")


def with_ops(api):
    """Operators and `keras.ops` between layers."""
    L, ops = api.layers, api.ops
    x = api.Input((4,), name="x")
    y = L.Dense(4)(x) * 2.0 - x + 1.0
    y = 1.0 / (1.0 + ops.exp(-y))
    y = ops.concatenate([y[:, ::2], ops.clip(y, 0.2, 0.8), abs(x[:, 0:1])], axis=-1)
    y = ops.stack([ops.softmax(y, axis=-1), ops.relu(y)], axis=1)
    y = ops.transpose(y, axes=(0, 2, 1))
    y = ops.sum(y, axis=(1,), keepdims=True) + ops.mean(y, axis=1, keepdims=True)
    y = ops.reshape(y, (-1, 2)) ** 2
    return api.Model(x, ops.maximum(L.Dense(2)(y), 0.1), name="ops")


def dictionaries(api):
    """Inputs and outputs by name."""
    L = api.layers
    inputs = {"left": api.Input((4,), name="left"), "right": api.Input((3,), name="right")}
    both = L.Concatenate()([inputs["left"], inputs["right"]])
    return api.Model(inputs, {"p": L.Dense(1)(both), "q": L.Dense(2)(both)}, name="dicts")


def with_custom(api):
    x = api.Input((4,), name="x")
    return api.Model(x, api.layers.Dense(2)(custom(api)(3.0, name="scale")(x)), name="custom")


def subclassed(api):
    model = subclass(api)(width=4, name="net")
    model.build((None, 4))
    model(np.zeros((1, 4), "float32"))
    return model


MODELS = [sequential, shared, nested, with_ops, dictionaries, with_custom, subclassed]
each_model = pytest.mark.parametrize("make", MODELS, ids=lambda f: f.__name__)


def data_for(model, rows=7):
    if model.name == "net":
        return RNG.normal(size=(rows, 4)).astype("float32")
    shapes = {t.name: t.shape for t in model.inputs}
    arrays = {name: RNG.normal(size=(rows, *shape[1:])).astype("float32") for name, shape in shapes.items()}
    if model.name == "dicts":
        return arrays
    return list(arrays.values()) if len(arrays) > 1 else next(iter(arrays.values()))


def leaves(outputs):
    return [np.asarray(leaf) for leaf in kt.tree.flatten(outputs)]


def predict(model, data):
    return leaves(model.predict(data, verbose=0))


def registered(api):
    custom(api), subclass(api)


def transfer(model, target, path, **kwargs):
    model.save(path)
    registered(target)
    return target.models.load_model(path, **kwargs)


@each_model
def test_keras_to_kerasteach(make, tmp_path):
    model = make(keras)
    loaded = transfer(model, kt, tmp_path / "m.keras")
    data = data_for(model)
    for got, expected in zip(predict(loaded, data), predict(model, data), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6)
    assert [w.shape for w in loaded.get_weights()] == [w.shape for w in model.get_weights()]
    assert loaded.name == model.name and loaded.count_params() == model.count_params()


@each_model
def test_kerasteach_to_keras(make, tmp_path):
    model = make(kt)
    loaded = transfer(model, keras, tmp_path / "m.keras")
    data = data_for(model)
    for got, expected in zip(predict(loaded, data), predict(model, data), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6)
    for got, expected in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(got, expected)


@each_model
def test_loaded_equals_saved_bit_for_bit(make, tmp_path):
    model = make(kt)
    loaded = transfer(model, kt, tmp_path / "m.keras")
    data = data_for(model)
    for got, expected in zip(predict(loaded, data), predict(model, data), strict=True):
        np.testing.assert_array_equal(got, expected)
    assert loaded.to_json() == model.to_json()


def groups(path):
    """Names and shapes of everything in the weights of a file."""
    h5py = pytest.importorskip("h5py")
    found = {}
    with zipfile.ZipFile(path) as z, z.open("model.weights.h5") as raw, h5py.File(raw) as file:
        file.visititems(lambda name, item: found.update({name: getattr(item, "shape", None)}))
    return found


@each_model
def test_the_same_groups_in_the_weights_file(make, tmp_path):
    for api, name in ((keras, "keras"), (kt, "kt")):
        make(api).save(tmp_path / f"{name}.keras")
    assert groups(tmp_path / "kt.keras") == groups(tmp_path / "keras.keras")


def test_the_same_members_in_the_same_order(tmp_path):
    files = []
    for api, name in ((keras, "keras"), (kt, "kt")):
        sequential(api).save(tmp_path / f"{name}.keras")
        with zipfile.ZipFile(tmp_path / f"{name}.keras") as z:
            files.append([(i.filename, i.compress_type) for i in z.infolist()])
            assert json.loads(z.read("metadata.json"))["keras_version"] == keras.__version__
    assert files[0] == files[1]


OPTIMIZERS = {
    "sgd": lambda api: api.optimizers.SGD(0.05),
    "momentum": lambda api: api.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    "rmsprop": lambda api: api.optimizers.RMSprop(0.01, momentum=0.5, centered=True),
    "adam": lambda api: api.optimizers.Adam(0.02, clipnorm=1.0),
    "amsgrad": lambda api: api.optimizers.Adam(0.02, amsgrad=True),
    "adamw": lambda api: api.optimizers.AdamW(0.02, weight_decay=0.01),
    "adagrad": lambda api: api.optimizers.Adagrad(0.1),
    "ema": lambda api: api.optimizers.Adam(0.02, use_ema=True),
}


def train(model, data, steps):
    x, y = data
    model.reset_metrics()  # the loss it reports is a mean since then
    return [float(model.train_on_batch(x, y, return_dict=True)["loss"]) for _ in range(steps)]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("source, target", [(keras, kt), (kt, keras), (kt, kt)], ids=["from_keras", "to_keras", "own"])
def test_training_goes_on(optimizer, source, target, tmp_path):
    model = shared(source)
    model.compile(OPTIMIZERS[optimizer](source), "binary_crossentropy", metrics=["accuracy"])
    x, y = data_for(model, 16), RNG.integers(0, 2, (16, 1)).astype("float32")
    train(model, (x, y), 3)
    model.save(tmp_path / "m.keras")
    loaded = target.models.load_model(tmp_path / "m.keras")
    assert type(loaded.optimizer).__name__ == type(model.optimizer).__name__
    assert int(loaded.optimizer.iterations) == int(model.optimizer.iterations) == 3
    np.testing.assert_allclose(train(loaded, (x, y), 5), train(model, (x, y), 5), rtol=2e-5, atol=1e-6)
    for got, expected in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(got, expected, rtol=2e-4, atol=2e-6)


@pytest.mark.parametrize(
    "loss, metrics",
    [
        ("mse", ["mae"]),
        (["mse"], None),
        ("binary_crossentropy", ["accuracy", "AUC"]),
    ],
)
@pytest.mark.parametrize("source, target", [(keras, kt), (kt, keras)], ids=["from_keras", "to_keras"])
def test_losses_and_metrics_by_name(loss, metrics, source, target, tmp_path):
    if metrics and not all(hasattr(kt.metrics, m) for m in metrics if m[0].isupper()):
        metrics = [m for m in metrics if hasattr(kt.metrics, m) or not m[0].isupper()]
    model = shared(source)
    model.compile("adam", loss, metrics=metrics)
    x, y = data_for(model, 16), RNG.integers(0, 2, (16, 1)).astype("float32")
    loaded = transfer(model, target, tmp_path / "m.keras")
    got, expected = (m.evaluate(x, y, verbose=0, return_dict=True) for m in (loaded, model))
    assert got.keys() == expected.keys()
    for key in expected:
        assert got[key] == pytest.approx(expected[key], abs=1e-5)


@pytest.mark.parametrize("source, target", [(keras, kt), (kt, keras)], ids=["from_keras", "to_keras"])
def test_losses_and_metrics_as_objects(source, target, tmp_path):
    model = shared(source)
    model.compile(
        source.optimizers.SGD(0.1),
        source.losses.BinaryCrossentropy(label_smoothing=0.1),
        metrics=[source.metrics.BinaryAccuracy(name="right", threshold=0.4), source.metrics.MeanSquaredError()],
    )
    x, y = data_for(model, 16), RNG.integers(0, 2, (16, 1)).astype("float32")
    loaded = transfer(model, target, tmp_path / "m.keras")
    got, expected = (m.evaluate(x, y, verbose=0, return_dict=True) for m in (loaded, model))
    assert got == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("source, target", [(keras, kt), (kt, keras)], ids=["from_keras", "to_keras"])
@pytest.mark.parametrize("shards", [None, 1e-7])
def test_weights_files(source, target, shards, tmp_path):
    model, other = nested(source), nested(target)
    path = tmp_path / ("w.weights.json" if shards else "w.weights.h5")
    model.save_weights(path, max_shard_size=shards)
    assert not shards or len(list(tmp_path.glob("w_*.weights.h5"))) > 1
    other.load_weights(path)
    for got, expected in zip(other.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("source, target", [(keras, kt), (kt, keras)], ids=["from_keras", "to_keras"])
def test_folders(source, target, tmp_path):
    model = sequential(source)
    model.save(tmp_path / "model", zipped=False)
    loaded = target.models.load_model(tmp_path / "model")
    data = data_for(model)
    np.testing.assert_allclose(predict(loaded, data)[0], predict(model, data)[0], atol=1e-6)


@pytest.mark.parametrize("source, target", [(keras, kt), (kt, keras)], ids=["from_keras", "to_keras"])
def test_lambda_layers(source, target, tmp_path):
    x = source.Input((4,), name="x")
    model = source.Model(x, source.layers.Lambda(lambda t, k=3: t * k)(x))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.save(tmp_path / "m.keras")
    with pytest.raises(ValueError, match="safe_mode=False"):
        target.models.load_model(tmp_path / "m.keras")
    loaded = target.models.load_model(tmp_path / "m.keras", safe_mode=False)
    data = data_for(model)
    np.testing.assert_allclose(predict(loaded, data)[0], data * 3, atol=1e-6)


def in_keras(op):
    """Keras's class for an op, or None; `Private` ones are ours alone."""
    return getattr(importlib.import_module(op_nodes.module_of(op)), op_nodes.class_of(op), None)


@pytest.mark.parametrize("name", [n for n in OPS if hasattr(keras.ops, n)])
def test_every_public_op_has_its_class_in_keras(name):
    assert in_keras(OPS[name]) is not None
    assert op_nodes.find_op(op_nodes.class_of(OPS[name])) is OPS[name]


def test_spellings_of_functional(tmp_path):
    data = json.loads(shared(keras).to_json())
    for module, name in [("keras.src.models.functional", "Functional"), ("keras.models", "Model"), ("keras", "Model")]:
        model = kt.models.model_from_json(json.dumps(data | {"module": module, "class_name": name}))
        assert [layer.name for layer in model.layers] == ["a", "b", "shared", "both", "out"]


def test_json_is_keras_json():
    """Key for key, but for what only Keras has."""
    drop = {"quantization_config", "input_axes", "output_axes", "optional", "shared_object_id", "build_config"}

    def bare(data):
        if isinstance(data, dict):
            return {k: bare(v) for k, v in data.items() if k not in drop and v is not None}
        return [bare(v) for v in data] if isinstance(data, list) else data

    for make in (sequential, shared, nested, dictionaries):
        for api in (kt, keras):
            api.utils.clear_session()
        ours, theirs = (bare(json.loads(make(api).to_json())) for api in (kt, keras))
        assert ours == theirs


def test_op_nodes_are_op_calls():
    model = kt.models.model_from_json(with_ops(keras).to_json())
    assert any(isinstance(operation, OpCall) for operation in model.operations)
