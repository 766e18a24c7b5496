"""What is read off a .keras file is what the model in it has; reading makes no model and runs nothing."""

import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.explain.keras_file import anatomy

layers = keras.layers


def chain():
    return keras.Sequential([keras.Input((3,)), layers.Normalization(), layers.Dense(4, "relu"), layers.Dense(2)])


def two_inputs():
    a, b = keras.Input((4,)), keras.Input((4,))
    reader = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(2)], name="reader")
    return keras.Model([a, b], layers.Dense(1)(layers.Concatenate()([reader(a), reader(b)])) + 1.0)


def recurrent():
    return keras.Sequential([keras.Input((5,)), layers.Embedding(7, 2), layers.Bidirectional(layers.LSTM(3)), layers.BatchNormalization()])


@pytest.mark.parametrize("make", [chain, two_inputs, recurrent])
def test_each_layer_has_its_own_numbers(make):
    model = make()
    found = anatomy(model)
    expected = {layer.name: layer.count_params() for layer in model.layers if layer.count_params()}
    assert {part.name: part.size for part in found.layers if part.size} == expected
    assert found.size == model.count_params()


def test_the_optimizer_and_the_loss(tmp_path):
    model = chain()
    model.compile(keras.optimizers.Adam(0.01), "mse")
    model.fit(np.ones((2, 3)), np.ones((2, 2)), verbose=0)
    model.save(tmp_path / "m.keras")
    found = anatomy(tmp_path / "m.keras")
    assert (found.title, found.optimizer.class_name, found.loss) == ("m.keras", "Adam", "mse")
    assert found.optimizer.settings["learning_rate"] == 0.01
    assert found.optimizer.size == sum(int(np.prod(v.shape)) for v in model.optimizer.variables)
    assert list(found.members) == ["metadata.json", "config.json", "model.weights.h5"]


def test_settings_are_those_of_the_plan():
    dense = anatomy(chain()).layers[2]
    assert (dense.settings["units"], dense.settings["activation"], dense.settings["kernel_initializer"]) == (4, "relu", "GlorotUniform")


def test_a_class_that_nobody_knows_and_code_in_the_file_are_only_looked_at(tmp_path):
    path = tmp_path / "m.keras"
    with pytest.warns(UserWarning, match="lambda"):
        keras.Sequential([keras.Input((1,)), layers.Lambda(lambda t: t * 2, output_shape=(1,))]).save(path)
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    plan = json.loads(contents["config.json"])
    plan["config"]["layers"].append({"module": "somewhere", "class_name": "Strange", "config": {"name": "s", "k": 3}, "registered_name": "a>Strange"})
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**contents, "config.json": json.dumps(plan)}.items():
            archive.writestr(name, content)
    found = anatomy(path)
    assert [part.class_name for part in found.layers] == ["InputLayer", "Lambda", "Strange"]
    assert found.layers[-1].settings == {"k": 3}


def test_a_model_without_a_list_of_layers_shows_its_groups():
    class Mine(keras.Model):
        def __init__(self):
            super().__init__()
            self.first, self.last = layers.Dense(3), layers.Dense(1)

        def call(self, x):
            return self.last(self.first(x))

        def get_config(self):
            return {"name": self.name, "layers": 2}

    model = Mine()
    model(np.ones((2, 4)))
    found = anatomy(model)
    assert sorted(part.size for part in found.layers) == [4, 15] and found.size == model.count_params()


def test_a_folder_is_read_like_a_file(tmp_path):
    model = chain()
    model.save(tmp_path / "folder", zipped=False)
    assert anatomy(tmp_path / "folder").size == model.count_params()


@pytest.mark.parametrize(
    "name, content", [("config.json", b"[1]"), ("config.json", b"no json"), ("model.weights.h5", b"no numbers")], ids=["list", "text", "weights"]
)
def test_a_damaged_file_is_a_value_error(tmp_path, name, content):
    path = tmp_path / "m.keras"
    chain().save(path)
    with zipfile.ZipFile(path) as archive:
        contents = {member: archive.read(member) for member in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in {**contents, name: content}.items():
            archive.writestr(member, text)
    with pytest.raises(ValueError):
        anatomy(path)


def test_a_file_that_is_not_there():
    with pytest.raises(ValueError, match="File not found"):
        anatomy("nowhere.keras")


def test_files_of_real_keras(tmp_path):
    pytest.importorskip("keras")
    pytest.importorskip("torch")
    code = """
import sys, keras
L = keras.layers
a = keras.Input((4,), name="a")
y = L.LSTM(3, name="l")(L.Embedding(5, 2, name="e")(a))
m = keras.Model(a, L.Dense(2, name="d")(y) + 1.0)
m.compile("adam", "mse")
m.save(sys.argv[1])
print(m.count_params())"""
    path = tmp_path / "real.keras"
    run = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, env={**os.environ, "KERAS_BACKEND": "torch"}, check=True)
    found = anatomy(path)
    assert {part.name: part.size for part in found.layers if part.size} == {"e": 10, "l": 72, "d": 8}
    assert found.size == int(run.stdout) and found.optimizer.class_name == "Adam" and found.loss == "mse"
