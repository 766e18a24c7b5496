"""From objects to plain data and back: `serialize_keras_object`, the registry, and any small model."""

import json
import tempfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kerasteach as keras
from kerasteach.saving import (
    CustomObjectScope,
    deserialize_keras_object,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
    serialize_keras_object,
)  # fmt: skip
from kerasteach.saving.walk import walk


def round_trip(obj, **kwargs):
    return deserialize_keras_object(json.loads(json.dumps(serialize_keras_object(obj))), **kwargs)


# Plain values


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text().filter(lambda k: k != "class_name"), inner),
    max_leaves=20,
)


@given(PLAIN)
def test_plain_values_stay(value):
    assert round_trip(value) == value


@pytest.mark.parametrize("value", [slice(1, None, 2), slice(None, -1), Ellipsis, b"bytes"])
def test_values_json_has_no_word_for(value):
    assert round_trip(value) == value


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "bool"])
def test_arrays(dtype):
    array = np.array([[0, 1], [2, 3]], dtype)
    again = round_trip(array)
    assert again.dtype == array.dtype
    np.testing.assert_array_equal(again, array)
    assert round_trip(np.float32(0.5)) == 0.5 and round_trip(np.array(3)) == 3


def test_tensors():
    variable = keras.Variable([1.0, 2.0])
    data = serialize_keras_object(variable)
    assert data == {"class_name": "__tensor__", "config": {"value": [1.0, 2.0], "dtype": "float32"}}
    np.testing.assert_array_equal(deserialize_keras_object(data), [1, 2])


def test_symbolic_tensors_say_where_they_come_from():
    x = keras.Input((4,), name="x")
    assert serialize_keras_object(x)["config"]["keras_history"] == ["x", 0, 0]
    again = round_trip(x)
    assert again.shape == (None, 4) or again.shape == [None, 4]
    assert again._pre_serialization_keras_history == ["x", 0, 0]


def test_tuples_become_lists():
    assert round_trip((1, (2, 3))) == [1, [2, 3]]


# Objects


@pytest.mark.parametrize(
    "obj",
    [
        keras.layers.Dense(3, activation="relu", name="d", kernel_regularizer="l2"),
        keras.initializers.HeNormal(seed=1),
        keras.regularizers.L1L2(l1=0.1, l2=0.2),
        keras.constraints.MaxNorm(2.0),
        keras.losses.MeanSquaredError(),
        keras.metrics.BinaryAccuracy(threshold=0.3),
        keras.optimizers.SGD(0.1, momentum=0.9),
    ],
    ids=lambda obj: type(obj).__name__,
)
def test_objects(obj):
    data = serialize_keras_object(obj)
    assert data["module"].startswith("keras.") and data["class_name"] == type(obj).__name__
    again = round_trip(obj)
    assert type(again) is type(obj) and again.get_config() == obj.get_config()


def test_dtype_policies():
    layer = keras.layers.Dense(2, dtype="float64")
    policy = serialize_keras_object(layer)["config"]["dtype"]
    assert policy == {
        "module": "keras", "class_name": "DTypePolicy", "config": {"name": "float64"}, "registered_name": None,
    }  # fmt: skip
    assert round_trip(layer).dtype == "float64"
    assert deserialize_keras_object(policy) == keras.DTypePolicy("float64")


def test_keys_only_keras_has():
    data = json.loads(json.dumps(serialize_keras_object(keras.layers.Dense(2))))
    data["config"]["quantization_config"] = None
    data["config"]["kernel_initializer"]["config"].update(input_axes=None, output_axes=None)
    assert deserialize_keras_object(data).units == 2
    data["config"]["quantization_config"] = {"mode": "int8"}
    with pytest.raises(ValueError, match="quantization_config"):
        deserialize_keras_object(data)


@pytest.mark.parametrize(
    "module",
    ["keras.optimizers", "keras.src.optimizers.adam", "keras.src.backend.torch.optimizers.torch_adam"],
)
def test_spellings_of_an_optimizer(module):
    data = {"module": module, "class_name": "Adam", "config": {"learning_rate": 0.5}, "registered_name": "Adam"}
    assert isinstance(deserialize_keras_object(data), keras.optimizers.Adam)


def test_functions():
    data = serialize_keras_object(keras.activations.relu)
    assert data["class_name"] == "function" and data["config"] == "relu"
    assert deserialize_keras_object(data) is keras.activations.relu
    spelled = {"module": "keras.activations", "class_name": "function", "config": "tanh", "registered_name": "tanh"}
    assert deserialize_keras_object(spelled) is keras.activations.tanh


def test_objects_without_a_config():
    with pytest.raises(TypeError, match="must implement the `get_config"):
        serialize_keras_object(object())
    with pytest.raises(TypeError, match="pass an instance"):
        serialize_keras_object(keras.layers.Dense)


def test_old_lambda_bytecode():
    data = {"class_name": "__lambda__", "config": {"value": ["bm90IGNvZGU=", None, None]}}
    with pytest.raises(ValueError, match="another version of Python"):
        deserialize_keras_object(data, safe_mode=False)


def test_lambda_that_closes_over_an_object():
    layer = keras.layers.Dense(2)
    with pytest.raises(TypeError, match="uses 'layer' of the function around it"), pytest.warns(UserWarning):
        serialize_keras_object(lambda x: layer(x))
    k = 3
    with pytest.warns(UserWarning, match="includes a `lambda`"):
        assert round_trip(lambda x: k * x, safe_mode=False)(2) == 6


# The registry


@pytest.fixture
def clean_registry():
    before = dict(get_custom_objects())
    yield
    get_custom_objects().clear()
    get_custom_objects().update(before)


def test_register(clean_registry):
    @register_keras_serializable("pack")
    class Thing:
        def __init__(self, size=1):
            self.size = size

        def get_config(self):
            return {"size": self.size}

        @classmethod
        def from_config(cls, config):
            return cls(**config)

    assert get_registered_name(Thing) == "pack>Thing"
    assert get_registered_object("pack>Thing") is Thing
    assert serialize_keras_object(Thing())["registered_name"] == "pack>Thing"
    assert round_trip(Thing(5)).size == 5


def test_register_needs_a_config():
    with pytest.raises(ValueError, match=r"does not have a get_config\(\) method"):
        register_keras_serializable()(type("Bare", (), {}))


def test_custom_objects_three_ways(clean_registry):
    class Twice(keras.layers.Layer):
        def call(self, x):
            return 2 * x

    layer = Twice(name="t")
    with pytest.raises(TypeError, match="Could not locate class 'Twice'"):
        round_trip(layer)
    assert isinstance(round_trip(layer, custom_objects={"Twice": Twice}), Twice)
    with CustomObjectScope({"Twice": Twice}):
        assert isinstance(round_trip(layer), Twice)
    get_custom_objects()["Twice"] = Twice
    assert isinstance(round_trip(layer), Twice)


def test_scopes_close():
    with CustomObjectScope({"a": 1}):
        with CustomObjectScope({"b": 2}):
            assert get_registered_object("a") is None and get_registered_object("b") == 2
        assert get_registered_object("a") == 1
    assert get_registered_object("a") is None


# Whole models


def any_model(draw):
    """A random small functional model: layers and ops stacked on a few inputs, tensors reused freely."""
    L = keras.layers
    inputs = [keras.Input((draw(st.integers(1, 4)),)) for _ in range(draw(st.integers(1, 3)))]
    tensors = list(inputs)
    shared = L.Dense(3)
    shared_on = draw(st.sampled_from(tensors))
    tensors.append(shared(shared_on))
    for _ in range(draw(st.integers(1, 6))):
        x = draw(st.sampled_from(tensors))
        kind = draw(st.sampled_from(["dense", "relu", "plus", "times", "concat", "slice", "mean", "again", "nested"]))
        if kind == "dense":
            y = L.Dense(draw(st.integers(1, 4)), activation=draw(st.sampled_from([None, "tanh", "softmax"])))(x)
        elif kind == "relu":
            y = L.ReLU()(x)
        elif kind == "plus":
            y = x + draw(st.floats(-2, 2, width=32))
        elif kind == "times":
            y = 2.0 * x
        elif kind == "concat":
            y = L.Concatenate()([x, draw(st.sampled_from(tensors))])
        elif kind == "slice":
            y = x[:, -1:]
        elif kind == "mean":
            y = keras.ops.mean(x, axis=-1, keepdims=True)
        elif kind == "again":
            y = shared(shared_on)
        else:
            i = keras.Input(x.shape[1:])
            y = keras.Model(i, L.Dense(2)(L.Dense(2)(i)))(x)
        tensors.append(y)
    outputs = draw(st.lists(st.sampled_from(tensors[len(inputs) :]), min_size=1, max_size=3, unique_by=id))
    return keras.Model(inputs, outputs)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_small_model_comes_back_the_same(choices):
    model = any_model(choices.draw)
    rng = np.random.default_rng(0)
    data = [rng.normal(size=(3, *x.shape[1:])).astype("float32") for x in model.inputs]
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/m.keras")
        loaded = keras.models.load_model(f"{folder}/m.keras")
        for got, expected in zip(loaded.get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(got, expected)
        for got, expected in zip(outputs(loaded, data), outputs(model, data), strict=True):
            np.testing.assert_array_equal(got, expected)
        assert loaded.to_json() == model.to_json()


def outputs(model, data):
    found = model.predict(data if len(data) > 1 else data[0], verbose=0)
    return found if isinstance(found, list) else [found]


def test_a_layer_shared_by_two_nested_models_stays_one(tmp_path):
    L = keras.layers
    dense = L.Dense(3, name="d")
    a, b, x = (keras.Input((3,)) for _ in range(3))
    one, two = keras.Model(a, dense(a), name="one"), keras.Model(b, dense(dense(b)), name="two")
    model = keras.Model(x, [one(x), two(x)])
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert loaded.get_layer("one").get_layer("d") is loaded.get_layer("two").get_layer("d")
    data = np.ones((2, 3), "float32")
    for got, expected in zip(outputs(loaded, [data]), outputs(model, [data]), strict=True):
        np.testing.assert_array_equal(got, expected)


def test_walk_follows_attributes():
    class Block(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.b = keras.layers.Dense(1)
            self.a = [keras.layers.Dense(1), [keras.layers.Dense(1)], keras.layers.Dense(1)]
            self._z = {"k": keras.layers.ReLU()}
            self.again = self.b

    paths = [path for path, _ in walk(Block())]
    assert paths == ["", "a/dense", "a/container/dense", "a/dense_1", "again", "_z/re_lu"]


def test_h5py_is_loaded_late():
    import subprocess
    import sys

    code = "import kerasteach, kerasteach.saving, sys; assert 'h5py' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
