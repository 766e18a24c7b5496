"""`model.export`: what ONNX Runtime computes from the file is what the model predicts, for any batch."""

import numpy as np
import pytest

pytest.importorskip("torch")
onnxruntime = pytest.importorskip("onnxruntime")

import kerasteach as keras  # noqa: E402

RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def on_torch():
    with keras.config.set_backend("torch"):
        yield


def two_inputs():
    a, b = keras.Input((6,), name="a"), keras.Input((2,), name="b")
    h = keras.layers.Dense(4, "relu")(keras.layers.Concatenate()([a, b]))
    return keras.Model({"a": a, "b": b}, [keras.layers.Dense(1, "sigmoid")(h), keras.ops.softmax(h)])


def chain():
    return keras.Sequential([keras.Input((6,), name="a"), keras.layers.Dense(3, "gelu"), keras.layers.Dropout(0.5), keras.layers.Dense(2)])


@pytest.mark.parametrize("make", [two_inputs, chain])
def test_the_file_computes_what_the_model_predicts(make, tmp_path, capsys):
    model = make()
    model.export(tmp_path / "model.onnx", format="onnx")
    assert "Saved artifact at" in capsys.readouterr().out
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"))
    for rows in (1, 5):
        x = {i.name: RNG.normal(size=(rows, i.shape[1])).astype("float32") for i in session.get_inputs()}
        expected = model.predict(x if len(x) > 1 else x["a"], verbose=0)
        for ours, theirs in zip(keras.tree.flatten(expected), session.run(None, x)):
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


class Doubling(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2)

    def call(self, x):
        return 2 * self.dense(x)


def test_a_subclass_is_exported_once_it_has_been_called(tmp_path):
    model = Doubling()
    with pytest.raises(ValueError, match="never been called"):
        model.export(tmp_path / "m.onnx", format="onnx")
    x = RNG.normal(size=(3, 4)).astype("float32")
    expected = model.predict(x, verbose=0)
    model.export(tmp_path / "m.onnx", format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(str(tmp_path / "m.onnx"))
    np.testing.assert_allclose(session.run(None, {session.get_inputs()[0].name: x})[0], expected, rtol=1e-5)


@pytest.mark.parametrize("format", ["tf_saved_model", "openvino", "litert", "nonsense"])
def test_another_format_names_what_there_is(format, tmp_path):
    with pytest.raises(ValueError, match="format='onnx'"):
        chain().export(tmp_path / "model", format=format)
    assert not list(tmp_path.iterdir())


def test_on_numpy_the_error_says_how_to_move(tmp_path):
    with pytest.raises(ValueError, match=r"model\.to\('torch'\)"):
        chain().to("numpy").export(tmp_path / "model.onnx", format="onnx")
