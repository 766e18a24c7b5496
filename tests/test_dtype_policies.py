"""Mixed precision and other dtypes beside real Keras: dtypes of weights and outputs, losses of training, configs, files."""

import os
import warnings

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")  # real Keras reads it once, when first imported
keras = pytest.importorskip("keras")

import kerasteach as kt  # noqa: E402

POLICIES = ["float32", "float16", "mixed_float16", "float64", "bfloat16", "mixed_bfloat16"]


@pytest.fixture(autouse=True)
def policies_start_afresh():
    yield
    for api in (kt, keras):
        api.config.set_dtype_policy("float32")


def name_of(x):
    return str(x.dtype).removeprefix("torch.")


def skip_on_numpy(policy, backend):
    if backend == "numpy" and "bfloat16" in policy:
        pytest.skip("NumPy has no bfloat16")


def dense_dtypes(api, policy):
    """Every dtype that a Dense of a policy shows: given the right input, another, integers, symbols, and left alone."""
    layer, alone = api.layers.Dense(2, dtype=policy), api.layers.Dense(2, dtype=policy, autocast=False)
    seen = {
        "float32": name_of(layer(np.ones((3, 4), "float32"))),
        "float64": name_of(layer(np.ones((3, 4)))),
        "symbol": layer(api.Input((4,))).dtype,
        "autocast=False": name_of(alone(np.ones((3, 4), "float32"))),
        "weights": [name_of(v) for v in layer.weights],
        "regularized": [name_of(v) for v in layer.get_weights()],
    }
    return seen | {key: getattr(layer, key) for key in ("dtype", "variable_dtype", "compute_dtype", "input_dtype")}


@pytest.mark.parametrize("policy", POLICIES)
def test_a_layer_of_a_policy(policy, backend):
    skip_on_numpy(policy, backend)
    ours, theirs = dense_dtypes(kt, policy), dense_dtypes(keras, policy)
    theirs["regularized"] = [n.replace("bfloat16", "float32") for n in theirs["regularized"]]  # NumPy cannot hold it
    assert ours == theirs


def policied_model(api):
    return api.Sequential(
        [api.Input((4,)), api.layers.Dense(8, activation="relu", kernel_regularizer="l2"), api.layers.Dense(3, activation="softmax")]
    )


def trained(api, policy, **compiled):
    api.config.set_dtype_policy(policy)
    model = policied_model(api)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"], **compiled)
    x = rng.normal(size=(32, 4)).astype("float32")
    y = np.eye(3, dtype="float32")[np.argmax(x[:, :3], axis=1)]
    history = model.fit(x, y, epochs=2, batch_size=8, shuffle=False, verbose=0).history
    return model, history, model.predict(x, verbose=0)


@pytest.mark.parametrize("eagerly", [False, True])
@pytest.mark.parametrize("policy", POLICIES)
def test_training_with_a_policy(policy, eagerly, backend):
    """As a program and op by op: the same losses, dtypes of weights, predictions."""
    skip_on_numpy(policy, backend)
    ours, theirs = trained(kt, policy, run_eagerly=eagerly), trained(keras, policy)
    tolerance = {"float64": 1e-6, "float32": 1e-5}.get(policy, 1e-2)
    assert list(ours[1]) == list(theirs[1])
    np.testing.assert_allclose(ours[1]["loss"], theirs[1]["loss"], rtol=tolerance)
    np.testing.assert_allclose(ours[2], theirs[2].astype(ours[2].dtype), rtol=tolerance, atol=tolerance)
    assert [name_of(v) for v in ours[0].weights] == [name_of(v) for v in theirs[0].weights]
    assert type(ours[0].optimizer).__name__ == type(theirs[0].optimizer).__name__


@pytest.mark.parametrize("policy", ["mixed_float16", "float16", "float64"])
def test_a_step_of_mixed_precision_is_a_program(policy, backend):
    """What is written out casts the weights: the program is used, and gives what the tape gives."""
    kt.config.set_dtype_policy(policy)
    model = policied_model(kt)
    model.compile("sgd", "mse", auto_scale_loss=False)
    model.fit(np.ones((4, 4), "float32"), np.ones((4, 3), "float32"), batch_size=4, verbose=0)
    assert all(program is not None for program in model._last_structure.programs.values())


def test_auto_scale_loss_can_be_left_out(backend):
    kt.config.set_dtype_policy("mixed_float16")
    model = policied_model(kt)
    model.compile("sgd", "mse")
    assert isinstance(model.optimizer, kt.optimizers.LossScaleOptimizer)
    assert model.get_compile_config()["optimizer"]["class_name"] == "SGD"
    model.compile("sgd", "mse", auto_scale_loss=False)
    assert type(model.optimizer) is kt.optimizers.SGD


def test_layers_of_several_policies_in_one_model(backend):
    def build(api):
        x = api.Input((4,))
        h = api.layers.Dense(3, dtype="mixed_float16")(x)
        h = api.layers.Dense(3, dtype="float64")(h)
        out = api.layers.Dense(2, dtype="float32")(api.layers.Activation("tanh", dtype="float16")(h))
        model = api.Model(x, [h, out])
        return [*[t.dtype for t in model.outputs], *map(name_of, model(np.ones((2, 4), "float32")))]

    assert build(kt) == build(keras)


VECTORS, STEPS, IMAGES = (4,), (5, 4), (6, 6, 4)
LAYERS = {
    "Dense": (VECTORS, dict(units=3)),
    "EinsumDense": (VECTORS, dict(equation="ab,bc->ac", output_shape=3)),
    "PReLU": (VECTORS, {}),
    "Softmax": (VECTORS, {}),
    "BatchNormalization": (IMAGES, {}),
    "LayerNormalization": (STEPS, {}),
    "GroupNormalization": (IMAGES, dict(groups=2)),
    "UnitNormalization": (VECTORS, {}),
    "Dropout": (VECTORS, dict(rate=0.5)),
    "Conv1D": (STEPS, dict(filters=2, kernel_size=3)),
    "Conv2D": (IMAGES, dict(filters=2, kernel_size=3)),
    "Conv2DTranspose": (IMAGES, dict(filters=2, kernel_size=3)),
    "DepthwiseConv2D": (IMAGES, dict(kernel_size=3)),
    "SeparableConv2D": (IMAGES, dict(filters=2, kernel_size=3)),
    "MaxPooling2D": (IMAGES, {}),
    "GlobalAveragePooling2D": (IMAGES, {}),
    "SimpleRNN": (STEPS, dict(units=3)),
    "LSTM": (STEPS, dict(units=3, return_sequences=True)),
    "GRU": (STEPS, dict(units=3)),
    "UpSampling2D": (IMAGES, {}),
    "Rescaling": (VECTORS, dict(scale=0.5, offset=0.25)),
    "Normalization": (VECTORS, dict(mean=[0.5] * 4, variance=[2.0] * 4)),
    "Flatten": (STEPS, {}),
}


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16", "float64"])
@pytest.mark.parametrize("name", LAYERS)
def test_layers_of_a_policy(name, policy, backend):
    """dtypes of weights and outputs, and the outputs themselves, with the same weights."""
    skip_on_numpy(policy, backend)
    shape, settings = LAYERS[name]
    x = np.random.default_rng(0).normal(size=(2, *shape)).astype("float32")
    theirs, ours = (getattr(api.layers, name)(**settings, dtype=policy) for api in (keras, kt))
    expected = theirs(x)
    ours.build(x.shape)
    ours.set_weights([np.array(w.value.detach().to("cpu").numpy()) for w in theirs.weights])
    made = ours(x)
    assert name_of(made) == name_of(expected)
    assert [name_of(v) for v in ours.weights] == [name_of(v) for v in theirs.weights]
    tolerance = {"float64": 1e-5, "mixed_float16": 5e-3, "mixed_bfloat16": 5e-2}[policy]
    made, expected = kt.backend.to_numpy(made), expected.detach().double().numpy()
    np.testing.assert_allclose(made.astype("float64"), expected, rtol=tolerance, atol=tolerance)


def test_a_layer_that_computes_with_its_weights(backend):
    """Weights are read in the compute dtype, also by sublayers, unless they were made with autocast=False."""

    def build(api):
        class Scale(api.layers.Layer):
            def build(self, shape):
                self.a = self.add_weight(shape=(), initializer="ones")
                self.b = self.add_weight(shape=(), initializer="ones", autocast=False)
                self.n = self.add_weight(shape=(), initializer="zeros", dtype="int32", trainable=False)
                self.inner = api.layers.Dense(1, dtype="float32")

            def call(self, x):
                seen.extend([name_of(v) for v in (x, self.a, self.b, self.n, self.inner(x))])
                return x * self.a

        seen = []
        layer = Scale(dtype="mixed_float16")
        seen.append(name_of(layer(np.ones((2, 3), "float32"))))
        return seen[-6:], [name_of(v) for v in (layer.a, layer.b)]

    assert build(kt) == build(keras)


def test_regularizers_see_whole_weights(backend):
    def build(api):
        layer = api.layers.Dense(2, kernel_regularizer="l2", dtype="mixed_float16")
        layer(np.ones((1, 2), "float32"))
        return name_of(layer.losses[0])

    assert build(kt) == build(keras) == "float32"


@pytest.mark.parametrize("policy", POLICIES)
def test_configs_are_keras_configs(policy):
    def configs(api):
        api.utils.clear_session()
        policy_ = api.DTypePolicy(policy)
        layer = api.layers.Activation("relu", dtype=policy_)
        return layer.get_config(), api.dtype_policies.serialize(policy_), api.layers.Activation("relu", dtype=policy).get_config()

    ours, theirs = configs(kt), configs(keras)
    assert ours == theirs
    assert kt.layers.Activation.from_config(ours[0]).dtype_policy == kt.DTypePolicy(policy)
    assert kt.dtype_policies.deserialize(theirs[1]) == kt.dtype_policies.get(theirs[1]) == kt.DTypePolicy(policy)


@pytest.mark.parametrize("policy", ["mixed_float16", "float64", "float16", "mixed_bfloat16", "bfloat16"])
def test_files_keep_the_policy(policy, backend, tmp_path):
    """Either package reads what the other wrote: policies, weights, answers."""
    skip_on_numpy(policy, backend)
    x = np.linspace(-1, 1, 8, dtype="float32").reshape(2, 4)
    for writer, reader in [(kt, keras), (keras, kt)]:
        writer.config.set_dtype_policy(policy)
        model = policied_model(writer)
        writer.config.set_dtype_policy("float32")
        path = tmp_path / f"{writer.__name__}.keras"
        model.save(path)
        again = reader.models.load_model(path)
        assert [layer.dtype_policy.name for layer in again.layers] == [layer.dtype_policy.name for layer in model.layers]
        np.testing.assert_allclose(*[np.asarray(m.predict(x, verbose=0), "float32") for m in (again, model)], atol=2e-3)


def test_numpy_has_no_bfloat16():
    with kt.config.set_backend("numpy"):
        with pytest.raises(ValueError, match=r"(?s)no bfloat16.*Fix:.*float16.*set_backend\('torch'\)"):
            kt.layers.Dense(2, dtype="bfloat16")(np.ones((1, 2)))
        with pytest.raises(ValueError, match="no bfloat16"):
            kt.layers.Dense(2, dtype="mixed_bfloat16")(np.ones((1, 2)))
        with pytest.raises(ValueError, match="no bfloat16"):
            kt.Variable([1.0], dtype="bfloat16")


def test_a_policy_set_later(backend):
    def build(api):
        layer = api.layers.Dense(2)
        layer.build((None, 3))
        layer.dtype_policy = "mixed_float16"
        return name_of(layer(np.ones((1, 3)))), name_of(layer.kernel), layer.dtype_policy.name

    assert build(kt) == build(keras)


def test_a_policy_set_on_a_layer_of_a_graph(backend):
    """What the graph noted when it was drawn does not count then."""

    def run(api):
        model = api.Sequential([api.Input((3,)), api.layers.Dense(4, name="a"), api.layers.Dense(2, name="b")])
        model.set_weights([np.full(w.shape, 0.1, "float32") for w in model.get_weights()])
        model.compile("sgd", "mse")
        model.train_on_batch(np.ones((4, 3), "float32"), np.ones((4, 2), "float32"))
        model.get_layer("b").dtype_policy = "mixed_float16"
        model.fit(np.ones((4, 3), "float32"), np.ones((4, 2), "float32"), verbose=0)
        return name_of(model(np.ones((1, 3), "float32"))), name_of(model.get_layer("b").kernel), model.get_weights()

    ours, theirs = run(kt), run(keras)
    assert ours[:2] == theirs[:2] == ("float16", "float32")
    for a, b in zip(ours[2], theirs[2]):
        np.testing.assert_allclose(a, b, rtol=1e-3)


# The policies as objects


@pytest.mark.parametrize("name", ["float33", 3, np.float16, None, "int8", "mixed_float16", "int8_from_float32"])
def test_who_is_a_policy(name):
    """The same answers, and errors of the same type; a quantized policy is refused with a reason."""

    def attempt(function):
        try:
            return str(function(name))
        except (TypeError, ValueError) as error:
            return type(error).__name__

    for ours, theirs in [
        (kt.DTypePolicy, keras.DTypePolicy),
        (kt.dtype_policies.get, keras.dtype_policies.get),
        (kt.config.set_dtype_policy, keras.config.set_dtype_policy),
    ]:
        if name == "int8_from_float32":
            with pytest.raises(ValueError, match="quantizes"):
                ours(name)
        elif name != "int8":  # in Keras half a quantized policy, and an error in most places
            assert attempt(ours) == attempt(theirs)


def test_policies_are_equal_by_name():
    assert kt.DTypePolicy("float16") == kt.FloatDTypePolicy("float16") != kt.DTypePolicy("float32")
    assert repr(kt.FloatDTypePolicy("float16")) == repr(keras.FloatDTypePolicy("float16"))
    assert kt.mixed_precision.Policy is kt.DTypePolicy
    with pytest.raises(AttributeError, match="left out"):
        kt.dtype_policies.QuantizedDTypePolicy  # noqa: B018


def test_input_is_converted_as_in_keras():
    def converted(api, x, autocast):
        y = api.DTypePolicy("float16").convert_input(x, autocast, "float16")
        return name_of(y) if hasattr(y, "dtype") else y

    for x in (np.ones(2, "float32"), np.ones(2, "int32"), "text", 3.0):
        for autocast in (True, False):
            assert converted(kt, x, autocast) == converted(keras, x, autocast)
    assert converted(kt, kt.KerasTensor((2,)), True) == converted(keras, keras.KerasTensor((2,)), True) == "float16"


def test_a_map_of_policies(backend):
    def build(api):
        policies = api.dtype_policies.DTypePolicyMap("float32")
        policies["outer/dense.*"] = "mixed_float16"
        layer = api.layers.Dense(2, dtype=policies, name="dense")
        other = api.layers.Dense(2, dtype=policies, name="other")
        with api.name_scope("outer"):
            layer.build((None, 3))
            other.build((None, 3))
        return [
            layer.path, layer.compute_dtype, other.compute_dtype, name_of(layer(np.ones((1, 3)))), policies.name, len(policies),
            list(policies), "other" in policies, policies.compute_dtype,
        ]  # fmt: skip

    assert build(kt) == build(keras)


def test_files_keep_a_map(backend, tmp_path):
    policies = kt.dtype_policies.DTypePolicyMap("float32", {".*half": kt.DTypePolicy("mixed_float16")})
    model = kt.Sequential([kt.Input((2,)), kt.layers.Dense(1, name="half", dtype=policies)], name="m")
    model.save(tmp_path / "m.keras")
    again = kt.models.load_model(tmp_path / "m.keras")
    assert again.layers[0].dtype_policy == policies and again.layers[0].compute_dtype == "float16"


def test_a_map_says_what_is_wrong():
    policies = kt.dtype_policies.DTypePolicyMap(policy_map={"a.*": kt.DTypePolicy("float16"), ".*b": kt.DTypePolicy("float32")})
    with pytest.raises(ValueError, match="matches multiple dtype policy"):
        policies["ab"]
    with pytest.raises(ValueError, match="already exist"):
        policies["a.*"] = "float32"
    with pytest.raises(ValueError, match="Cannot interpret the assigned value"):
        policies["c"] = "no dtype"
    with pytest.raises(ValueError, match="cannot be a `DTypePolicyMap`"):
        kt.dtype_policies.DTypePolicyMap(policies)
    with pytest.raises(TypeError, match="must be a dict"):
        kt.dtype_policies.DTypePolicyMap(policy_map=[1])
    config = kt.dtype_policies.serialize(policies)
    assert kt.dtype_policies.deserialize(config) == policies
    assert config["module"] == "keras.dtype_policies"


def test_gradients_do_not_warn_of_overflow(backend):
    """Losses are scaled until they overflow: that is the plan, not a warning."""
    kt.config.set_dtype_policy("mixed_float16")
    model = policied_model(kt)
    model.compile(kt.optimizers.LossScaleOptimizer(kt.optimizers.SGD(0.1), initial_scale=2.0**30), "mse")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.train_on_batch(np.ones((4, 4), "float32"), np.ones((4, 3), "float32"))
    assert float(model.optimizer.dynamic_scale) == 2.0**29 and int(model.optimizer.iterations) == 0
