"""`keras.config` and `keras.backend` beside real Keras."""

import inspect
import itertools
import os

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")  # real Keras reads it once, when first imported
keras = pytest.importorskip("keras")

import kerasteach as kt  # noqa: E402

OURS_ONLY = {"set_backend", "backend"}  # two backends live side by side: these do more, or say something else


@pytest.fixture(autouse=True)
def settings_as_before():
    yield
    for api in (kt, keras):
        api.utils.clear_session()
        api.config.set_floatx("float32")
        api.config.set_epsilon(1e-7)
        api.config.set_image_data_format("channels_last")
        api.config.set_max_epochs(None)
        api.config.set_max_steps_per_epoch(None)


@pytest.mark.parametrize("room", ["config", "backend"])
def test_every_public_name_is_there(room):
    for name, theirs in vars(getattr(keras, room)).items():
        if inspect.isfunction(theirs) and name not in OURS_ONLY:
            assert str(inspect.signature(getattr(getattr(kt, room), name))) == str(inspect.signature(theirs)), name


def test_settings_start_as_in_keras():
    for name in (
        "floatx", "epsilon", "image_data_format", "is_interactive_logging_enabled", "is_traceback_filtering_enabled",
        "is_flash_attention_enabled", "is_nnx_enabled", "max_epochs", "max_steps_per_epoch",
    ):  # fmt: skip
        assert getattr(kt.config, name)() == getattr(keras.config, name)(), name
    assert kt.config.dtype_policy().name == keras.config.dtype_policy().name


def test_settings_are_set_and_set_back_as_in_keras():
    def walk(config, clear_session):
        config.disable_interactive_logging()
        config.disable_traceback_filtering()
        config.disable_flash_attention()
        config.set_dtype_policy("mixed_float16")
        config.set_image_data_format("Channels_First")
        config.set_epsilon(1e-3)
        config.set_max_epochs(2)
        seen = []
        for _ in range(2):
            seen.append([
                config.is_interactive_logging_enabled(), config.is_traceback_filtering_enabled(), config.max_epochs(),
                config.is_flash_attention_enabled(), config.dtype_policy().name, config.epsilon(), config.image_data_format(),
            ])  # fmt: skip
            clear_session()
        return seen

    assert walk(kt.config, kt.utils.clear_session) == walk(keras.config, keras.utils.clear_session)


def test_the_policy_is_made_of_floatx_once():
    """As in Keras: the first layer settles it, until clear_session."""

    def walk(api):
        api.utils.clear_session()
        api.config.set_floatx("float64")
        first = api.layers.Dense(1).dtype
        api.config.set_floatx("float16")
        return first, api.layers.Dense(1).dtype, api.Variable(0.5).dtype

    assert walk(kt) == walk(keras)


@pytest.mark.parametrize(
    "function, value",
    [("set_floatx", "float33"), ("set_image_data_format", "first"), ("set_dtype_policy", 3), ("set_dtype_policy", "float33")],
)
def test_wrong_settings_are_refused(function, value):
    for api in (kt, keras):
        with pytest.raises(ValueError) as refusal:
            getattr(api.config, function)(value)
        assert str(value) in str(refusal.value)


def test_epochs_and_steps_are_limited(backend):
    def run(api):
        model = api.Sequential([api.Input((2,)), api.layers.Dense(1)])
        model.compile("sgd", "mse")
        x, y = np.ones((12, 2), "float32"), np.ones((12, 1), "float32")
        seen = []
        api.config.set_max_epochs(2)
        with pytest.warns(UserWarning, match="Limiting epochs to 2"):
            seen.append(len(model.fit(x, y, epochs=5, batch_size=4, verbose=0).epoch))
        api.config.set_max_epochs(None)
        api.config.set_max_steps_per_epoch(2)
        batches = []

        class Count(api.callbacks.Callback):
            def on_train_batch_end(self, batch, logs=None):
                batches.append(batch)

        model.fit(x, y, batch_size=4, verbose=0, callbacks=[Count()])
        seen.append(batches)
        seen.append(len(model.predict(x, batch_size=4, verbose=0)))
        api.config.set_max_steps_per_epoch(None)
        return seen

    assert run(kt) == run(keras)


# dtypes

NAMES = "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 bfloat16 float16 float32 float64".split()


@pytest.mark.parametrize("first", [*NAMES, int, float])
def test_two_dtypes_make_the_one_they_make_in_keras(first):
    for second in [*NAMES, int, float]:
        assert kt.backend.result_type(first, second) == keras.backend.result_type(first, second), second
    assert kt.backend.result_type(first) == keras.backend.result_type(first)


def test_dtypes_have_keras_names():
    import torch

    for dtype in [None, int, float, bool, "int", "float32", np.float64, np.dtype("int8"), torch.float16, "string"]:
        assert kt.backend.standardize_dtype(dtype) == keras.backend.standardize_dtype(dtype)
    for dtype, kind in itertools.product(NAMES, ("float", "int")):
        function = f"is_{kind}_dtype"
        assert getattr(kt.backend, function)(dtype) == getattr(keras.backend, function)(dtype)
    for api in (kt, keras):
        with pytest.raises(ValueError, match="Invalid dtype"):
            api.backend.standardize_dtype("float33")


def test_uids_count_from_one():
    for api in (kt, keras):
        api.utils.clear_session()
        assert [api.backend.get_uid("a"), api.backend.get_uid("a"), api.backend.get_uid("b")] == [1, 2, 1]


# Variables


@pytest.mark.parametrize(
    "value", [np.ones((2, 2)), np.ones(2, "float32"), [1, 2], [1.5], 3.0, 2, np.float64(2), True, np.ones(2, "int64")]
)
def test_a_variable_has_the_dtype_it_has_in_keras(value, backend):
    trainable = not (isinstance(value, (int, list)) or getattr(value, "dtype", np.float32) == np.int64)
    ours, theirs = (api.Variable(value, trainable=trainable and isinstance(value, (float, np.ndarray))) for api in (kt, keras))
    assert ours.dtype == theirs.dtype and ours.shape == theirs.shape and ours.ndim == theirs.ndim


def test_a_variable_made_by_name(backend):
    assert kt.Variable("ones", shape=(2,)).numpy().tolist() == keras.Variable("ones", shape=(2,)).numpy().tolist()
    for api in (kt, keras):
        with pytest.raises(ValueError, match="`shape` argument should be specified"):
            api.Variable("ones")
        with pytest.raises(ValueError, match="aggregation"):
            api.Variable([1.0], aggregation="most")
        with pytest.raises(ValueError, match="cannot contain character `/`"):
            api.Variable([1.0], name="a/b")
        with pytest.raises(TypeError, match="cannot be used as a boolean"):
            bool(api.Variable([1.0]))
        with pytest.raises(TypeError, match="Only scalar arrays"):
            float(api.Variable([1.0, 2.0]))


def test_assigning_returns_the_new_value(backend):
    def walk(api):
        v = api.Variable([1.0, 2.0])
        values = v.assign([3.0, 4.0]), v.assign_add([1.0, 1.0]), v.assign_sub([2.0, 0.0])
        return [np.array(x.detach() if hasattr(x, "detach") else x).tolist() for x in values][-1], v.numpy().tolist()

    assert walk(kt) == walk(keras)


# Scopes


def test_paths_are_keras_paths(backend):
    """Layers built before, in `build`, and only when the layer around them is called."""

    def paths(api):
        class Block(api.layers.Layer):
            def __init__(self, **kwargs):
                super().__init__(**kwargs)
                self.inner = api.layers.Dense(2, name=self.name)

            def build(self, shape):
                self.scale = self.add_weight(shape=(1,), name="scale", initializer="ones")

            def call(self, x):
                return self.inner(x)

        class Blocks(api.Model):
            def __init__(self):
                super().__init__(name="blocks")
                self.one, self.more = Block(name="one"), [Block(name="two")]

            def call(self, x):
                return self.more[0](self.one(x))

        x = api.Input((2,))
        made = [
            Block(name="alone"), Blocks(), api.Model(x, Block(name="drawn")(x), name="graph"),
            api.Sequential([api.Input((2,)), Block(name="early")], name="chain"), api.Sequential([Block(name="late")], name="later"),
        ]  # fmt: skip
        for thing in made:
            thing(np.ones((1, 2), "float32"))
        return [v.path for thing in made for v in thing.variables] + [thing.path for thing in made]

    assert paths(kt) == paths(keras)


def test_name_scopes(backend):
    def paths(api):
        caller = object()
        with api.name_scope("a"), api.name_scope("b", caller=caller), api.name_scope("b", caller=caller):
            first = api.Variable([1.0], name="v")
            with api.name_scope("b", caller=caller, deduplicate=False), api.name_scope("c", override_parent="x/y"):
                second = api.Variable([1.0], name="v")
        return first.path, second.path, api.Variable([1.0], name="v").path

    assert paths(kt) == paths(keras)
    for api in (kt, keras):
        with pytest.raises(ValueError, match="cannot contain character `/`"):
            api.name_scope("a/b")


def test_devices(backend):
    with kt.device("cpu:0"):
        layer = kt.layers.Dense(1)
        layer.build((None, 2))
    assert layer(np.ones((1, 2))).shape == (1, 1)
    if backend == "numpy":
        with pytest.raises(ValueError, match="NumPy computes on the CPU"):
            kt.device("gpu:0")
    else:
        with pytest.raises(ValueError, match="Expected a string"), kt.device(0):
            pass
        with kt.device("meta"):
            assert kt.Variable([1.0]).value.device.type == "meta"
        assert kt.Variable([1.0]).value.device.type != "meta"


@pytest.mark.parametrize("shape", [(2, None), (2, -1), (2.5,), ("2",)])
def test_shapes_of_weights_are_whole_numbers(shape, backend):
    for api in (kt, keras):
        with pytest.raises(ValueError, match=r"fully-defined|Cannot convert|Negative"):
            api.layers.Layer().add_weight(shape=shape, initializer="zeros")
        with pytest.raises(ValueError, match="`name` must be passed as a keyword"):
            api.layers.Layer().add_weight("kernel")
