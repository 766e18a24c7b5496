"""Files that layers keep inside a `.keras` file, and the editor of weights files, beside Keras's own."""

import os
import zipfile

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import kerasteach as kt  # noqa: E402

X = np.ones((1, 2), "float32")


def noting(api):
    """A layer class of a package that keeps a note in a file."""

    class Noting(api.layers.Layer):
        def __init__(self, note="", **kwargs):
            super().__init__(**kwargs)
            self.note = note

        def call(self, x):
            return x

        def save_assets(self, folder):
            with open(os.path.join(folder, "note.txt"), "w", encoding="utf-8") as file:
                file.write(self.note)

        def load_assets(self, folder):
            with open(os.path.join(folder, "note.txt"), encoding="utf-8") as file:
                self.note = file.read()

        def get_config(self):
            return super().get_config()

    return Noting


def model_with_note(api, note):
    layer = noting(api)(note, name="noting")
    return api.Sequential([api.Input((2,)), layer, api.layers.Dense(1)])


@pytest.mark.parametrize("zipped", [None, False])
def test_a_layer_gets_its_file_back(zipped, tmp_path, backend):
    path = tmp_path / ("model.keras" if zipped is None else "model")
    model_with_note(kt, "grüße").save(path, zipped=zipped)
    loaded = kt.models.load_model(path, custom_objects={"Noting": noting(kt)})
    assert loaded.layers[0].note == "grüße"


@pytest.mark.parametrize("writer, reader", [(kt, keras), (keras, kt)], ids=["ours first", "Keras first"])
def test_the_file_lies_where_keras_puts_it(writer, reader, tmp_path):
    path = tmp_path / "model.keras"
    model_with_note(writer, "hello").save(path)
    assert "assets/layers/noting/note.txt" in zipfile.ZipFile(path).namelist()
    loaded = reader.models.load_model(path, custom_objects={"Noting": noting(reader)})
    assert loaded.layers[0].note == "hello"


# The editor


@pytest.fixture
def saved(tmp_path):
    model = kt.Sequential([kt.Input((2,)), kt.layers.Dense(3, name="a"), kt.layers.Dense(1, name="b")])
    model.compile("adam", "mse")
    model.save(tmp_path / "model.keras")
    model.save_weights(tmp_path / "model.weights.h5")
    return model, tmp_path


def leaves(nested, path=""):
    for key, value in nested.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}/{key}")
        else:
            yield f"{path}/{key}", np.asarray(value)


@pytest.mark.parametrize("name", ["model.keras", "model.weights.h5"])
def test_the_editor_sees_what_keras_sees(saved, name):
    _, folder = saved
    ours, theirs = (dict(leaves(api.saving.KerasFileEditor(str(folder / name)).weights_dict)) for api in (kt, keras))
    assert list(ours) == list(theirs)
    for key in ours:
        np.testing.assert_array_equal(ours[key], theirs[key])


def test_summary_names_objects_and_shapes(saved, capsys):
    kt.saving.KerasFileEditor(saved[1] / "model.keras").summary()
    told = capsys.readouterr().out
    assert "dense_1" in told and "0: shape=(2, 3), dtype=float32" in told and "Saved with Keras 3.15.1" in told


def test_compare_counts_what_differs(saved, capsys):
    model, folder = saved
    editor = kt.saving.KerasFileEditor(folder / "model.keras")
    assert editor.compare(model)["status"] == "success"
    other = kt.Sequential([kt.Input((2,)), kt.layers.Dense(4), kt.layers.Dense(1), kt.layers.Dense(1)])
    result = editor.compare(other)
    told = capsys.readouterr().out
    assert result["status"] == "error" and result["error_count"] > 3
    assert "/layers/dense_2 present in reference model, missing from saved file" in told
    assert "In reference model: shape=(2, 4)" in told


def test_an_edited_file_fits_another_model(saved):
    model, folder = saved
    editor = kt.saving.KerasFileEditor(folder / "model.weights.h5")
    editor.delete_object("optimizer")
    editor.rename_object("layers/dense_1", "dense_2")
    editor.add_object("layers/dense_1", {"0": np.eye(3, dtype="float32")})
    editor.add_weights("layers/dense_1", {"1": np.zeros(3, "float32")})
    editor.save(folder / "edited.weights.h5")
    for api in (kt, keras):
        longer = api.Sequential([api.Input((2,)), api.layers.Dense(3), api.layers.Dense(3), api.layers.Dense(1)])
        longer.load_weights(folder / "edited.weights.h5")
        np.testing.assert_allclose(longer.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-5)


BAD = {
    "no such object": lambda e: e.delete_object("dense_9"),
    "a name that is there twice": lambda e: e.delete_object("twin"),
    "no such folder": lambda e: e.add_object("layrs/dense", {"0": X}),
    "no such weight": lambda e: e.delete_weight("layers/dense", "7"),
    "weights that are no dict": lambda e: e.add_weights("layers/dense", [X]),
    "a path for a name": lambda e: e.rename_object("layers/dense", "layers/other"),
    "another ending": lambda e: e.save("weights.h6"),
}


@pytest.mark.parametrize("edit", BAD.values(), ids=BAD)
def test_a_wrong_edit_says_what_there_is(edit, saved):
    editor = kt.saving.KerasFileEditor(saved[1] / "model.keras")
    editor.add_object("layers/dense/twin", {"0": X})
    editor.add_object("layers/dense_1/twin", {"0": X})
    with pytest.raises(ValueError, match=r"(?s)found|appear|dict|leaf|\.weights\.h5|more than once"):
        edit(editor)
