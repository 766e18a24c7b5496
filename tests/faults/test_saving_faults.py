"""Files that are cut short, poisoned or wrong, and disks that are full: refused in words, and nothing is harmed."""

import io
import json
import stat
import struct
import warnings
import zipfile

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kerasteach as keras
from kerasteach.saving import atomic


def small():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="d"), keras.layers.Dense(1)], name="small")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "m.keras"
    small().save(path)
    return path


def members(path):
    with zipfile.ZipFile(path) as z:
        return {name: z.read(name) for name in z.namelist()}


def rewrite(path, content):
    with zipfile.ZipFile(path, "w") as z:
        for name, data in content.items():
            z.writestr(name, data)


def change_config(path, change):
    content = members(path)
    data = json.loads(content["config.json"])
    change(data)
    content["config.json"] = json.dumps(data)
    rewrite(path, content)


def change_weights(path, change):
    content = members(path)
    raw = io.BytesIO(content["model.weights.h5"])
    with h5py.File(raw, "r+") as h5:
        change(h5)
    content["model.weights.h5"] = raw.getvalue()
    rewrite(path, content)


def refused(path, *words, error=ValueError, **kwargs):
    with pytest.raises(error) as caught:
        keras.models.load_model(path, **kwargs)
    for word in words:
        assert word in str(caught.value)


# What the file is


def test_no_such_file(tmp_path):
    refused(tmp_path / "none.keras", "File not found", "none.keras")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_cut_short(path, share):
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    refused(path, "accessible `.keras` zip file", "cut short", "Fix:")


@pytest.mark.parametrize("name", ["m.h5", "m.hdf5", "saved_model", "m.txt"])
def test_other_formats(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x89HDF\r\n")
    refused(tmp_path / name, "File format not supported", "model.save('model.keras')")


def test_wrong_ending_when_saving(tmp_path):
    for name in ("m.h5", "m", "m.zip"):
        with pytest.raises(ValueError, match="Invalid filepath extension"):
            small().save(tmp_path / name)
    with pytest.raises(ValueError, match=r"must end in `\.weights\.h5`"):
        small().save_weights(tmp_path / "w.h5")
    with pytest.raises(ValueError, match=r"should not end in `\.keras`"):
        small().save(tmp_path / "m.keras", zipped=False)
    with pytest.raises(ValueError, match="File format not supported"):
        small().load_weights(tmp_path / "w.h5")
    assert list(tmp_path.iterdir()) == []


def test_flipped_byte(path):
    data = bytearray(path.read_bytes())
    at = data.index(b'"class_name"')
    data[at + 1] ^= 1
    path.write_bytes(data)
    refused(path, "Bad CRC-32", "config.json")


@pytest.mark.parametrize("missing", ["config.json", "model.weights.h5"])
def test_missing_member(path, missing):
    content = members(path)
    del content[missing]
    rewrite(path, content)
    refused(path, missing, "Received:")


def test_metadata_is_not_needed(path):
    content = members(path)
    del content["metadata.json"]
    rewrite(path, content)
    assert keras.models.load_model(path).built


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "null", "[" * 100_000])
def test_config_that_is_none(path, text):
    rewrite(path, members(path) | {"config.json": text})
    refused(path, "config.json")


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.pop("config"),
        lambda data: data.update(class_name="Dict", config=None, module="keras.layers"),
        lambda data: data["config"].pop("layers"),
        lambda data: data["config"]["layers"][1]["config"].update(dtype={"confug": 1}),
        lambda data: data["config"]["layers"][1].update(build_config={"input_shape": "four"}),
        lambda data: data.update(data["config"]["layers"][1]["config"]["bias_initializer"]),
    ],
)
def test_config_with_a_hole(path, change):
    change_config(path, change)
    refused(path, error=(ValueError, TypeError))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_damage_is_refused_in_words(path, choices):
    """Bytes changed anywhere in a member, its checksum put right: a model or a clean error, nothing else."""
    content = members(path)
    name = choices.draw(st.sampled_from(["config.json", "model.weights.h5"]))
    data = bytearray(content[name])
    for _ in range(choices.draw(st.integers(1, 3))):
        data[choices.draw(st.integers(0, len(data) - 1))] = choices.draw(st.integers(32, 126))
    damaged = path.with_name("damaged.keras")
    rewrite(damaged, content | {name: bytes(data)})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            keras.models.load_model(damaged)
        except (ValueError, TypeError):
            pass


def test_weights_that_are_none(path):
    rewrite(path, members(path) | {"model.weights.h5": b"not hdf5"})
    refused(path, "Cannot read the weights", "Fix:")


# What the file would like to do


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "assets/../../evil", "a\\..\\evil", "C:/evil"])
def test_paths_out_of_the_archive(path, name, tmp_path):
    rewrite(path, members(path) | {name: b"x"})
    refused(path, "Not allowed", "outside the archive")
    assert [p.name for p in tmp_path.iterdir()] == ["m.keras"]


def test_links(path):
    link = zipfile.ZipInfo("assets/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    rewrite(path, members(path) | {link: b"/etc/passwd"})
    refused(path, "is a link")


def test_zip_bomb(path):
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"model.weights.h5"))  # central directory: declared size at +24
    data[at + 24 : at + 28] = struct.pack("<I", 4_000_000_000)
    path.write_bytes(data)
    refused(path, "decompression bomb")


def test_shape_bomb(path):
    def change(h5):
        del h5["layers/dense/vars/0"]
        h5["layers/dense/vars"].create_dataset("0", shape=(1 << 40,), chunks=(1 << 20,), dtype="f4", compression="gzip")

    change_weights(path, change)
    refused(path, "Not allowed", "declares 4,398,046,511,104 bytes")


@pytest.mark.parametrize("link", [h5py.SoftLink("/layers/dense_1/vars/0"), h5py.ExternalLink("/etc/passwd", "/x")])
def test_links_in_the_weights(path, link):
    def change(h5):
        del h5["layers/dense/vars/0"]
        h5["layers/dense/vars/0"] = link

    change_weights(path, change)
    refused(path, "Not allowed", "Link")


def test_data_in_another_file(path, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(24))

    def change(h5):
        del h5["layers/dense/vars/0"]
        h5["layers/dense/vars"].create_dataset("0", (3, 2), "f4", external=[(str(secret), 0, 24)])

    change_weights(path, change)
    refused(path, "another file")


def module_of_first_layer(module, name):
    def change(data):
        layer = data["config"]["layers"][1]
        layer.update(module=module, class_name=name, registered_name=None)

    return change


@pytest.mark.parametrize(
    "module, name",
    [
        ("os", "system"),
        ("subprocess", "Popen"),
        ("builtins", "eval"),
        ("kerasteach_lookalike", "Dense"),
        ("tests.anything", "Dense"),
        (None, "Mystery"),
        ("keras.layers", "Mystery"),
        ("keras.layers", "__class__"),
    ],
)
def test_unknown_classes_are_not_imported(path, module, name):
    change_config(path, module_of_first_layer(module, name))
    refused(path, f"Could not locate class '{name}'", "register_keras_serializable", error=TypeError)


@pytest.mark.parametrize(
    "module, name",
    [("keras.models", "load_model"), ("keras.saving", "load_model"), ("keras.config", "enable_unsafe_deserialization")],
)
def test_functions_that_are_no_part_of_a_model(path, module, name):
    change_config(path, module_of_first_layer(module, name))
    refused(path, "load" if "load" in name else name, error=(ValueError, TypeError))


def test_lambda_needs_a_word(tmp_path):
    path = tmp_path / "m.keras"
    model = keras.Sequential([keras.Input((3,)), keras.layers.Lambda(lambda x: x * 2)])
    with pytest.warns(UserWarning, match="includes a `lambda`"):
        model.save(path)
    refused(path, "Python lambda", "safe_mode=False")
    loaded = keras.models.load_model(path, safe_mode=False)
    np.testing.assert_array_equal(loaded.predict(np.ones((1, 3)), verbose=0), [[2, 2, 2]])
    refused(path, "Python lambda")  # the word held for one file


# What does not fit


def test_missing_group(path):
    change_weights(path, lambda h5: h5.pop("layers/dense_1"))
    refused(path, "A total of 1 objects could not be loaded", "/layers/dense_1")


def test_wrong_shape(path):
    def change(h5):
        del h5["layers/dense/vars/0"]
        h5["layers/dense/vars/0"] = np.zeros((5, 2), "f4")

    change_weights(path, change)
    refused(path, "A total of 1 objects", "(5, 2)", "(3, 2)")


def test_wrong_config(path):
    change_config(path, lambda data: data["config"]["layers"][1]["config"].update(unitz=3))
    refused(path, "unitz", error=(TypeError, ValueError))


def test_weights_that_do_not_fit_change_nothing(tmp_path):
    """All of them or none: the first layer fits, the second does not, and the first keeps its old values."""
    other = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(7)])
    other.save_weights(tmp_path / "w.weights.h5")
    model = small()
    before = model.get_weights()
    with pytest.raises(ValueError, match="A total of 1 objects could not be loaded"):
        model.load_weights(tmp_path / "w.weights.h5")
    for got, expected in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(got, expected)
    with pytest.warns(UserWarning, match="A total of 1 objects could not be loaded"):
        model.load_weights(tmp_path / "w.weights.h5", skip_mismatch=True)
    np.testing.assert_array_equal(model.get_weights()[0], other.get_weights()[0])
    np.testing.assert_array_equal(model.get_weights()[2], before[2])


def test_unbuilt_models(tmp_path):
    model = keras.Sequential([keras.layers.Dense(2)])
    with pytest.raises(ValueError, match="not yet been built"):
        model.save_weights(tmp_path / "w.weights.h5")
    with pytest.warns(UserWarning, match="not yet been built"):
        model.save(tmp_path / "m.keras")
    with pytest.raises(ValueError, match="not yet been built"):
        model.load_weights(tmp_path / "m.keras")


# What the disk does


def test_overwrite_false(path):
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match="overwrite=True"):
        small().save(path, overwrite=False)
    assert path.read_bytes() == before


@pytest.mark.parametrize("answer, replaced", [("y", True), ("n", False)])
def test_overwrite_asks_a_person(path, answer, replaced, monkeypatch):
    before = path.read_bytes()
    answers = iter(["what?", answer])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: next(answers))
    small().save(path, overwrite=False)
    assert (path.read_bytes() != before) == replaced


class FullDisk(io.BytesIO):
    """Takes 200 bytes, then has no room."""

    def write(self, data):
        if self.tell() + len(data) > 200:
            raise OSError(28, "No space left on device")
        return super().write(data)


def open_on_full_disk(real):
    def opener(name, mode="r", *args, **kwargs):
        if "x" not in mode:
            return real(name, mode, *args, **kwargs)
        real(name, mode).close()
        return FullDisk()

    return opener


@pytest.mark.parametrize("kind", ["model", "weights", "shards", "folder"])
def test_full_disk_leaves_the_old_file(tmp_path, monkeypatch, kind):
    def save(model):
        if kind == "model":
            model.save(tmp_path / "m.keras")
        elif kind == "folder":
            model.save(tmp_path / "m", zipped=False)
        else:
            shards = 1e-7 if kind == "shards" else None
            model.save_weights(tmp_path / f"w.weights.{'json' if shards else 'h5'}", max_shard_size=shards)

    def everything():
        return {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    save(small())
    before = everything()
    monkeypatch.setattr(atomic, "open", open_on_full_disk(open), raising=False)
    with pytest.raises(OSError):
        save(small())
    assert everything() == before


def test_error_while_writing_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(atomic.os, "fsync", fail)
    with pytest.raises(KeyboardInterrupt):
        small().save(tmp_path / "m.keras")
    assert list(tmp_path.iterdir()) == []


def test_model_that_cannot_be_described_leaves_the_old_file(path):
    class Odd(keras.layers.Layer):
        def call(self, x):
            return x

        def get_config(self):
            return {"thing": object()}

    before = path.read_bytes()
    with pytest.raises(TypeError, match="Cannot serialize object"):
        keras.Sequential([keras.Input((3,)), Odd()]).save(path)
    assert path.read_bytes() == before


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "m.keras"
    link.symlink_to(tmp_path / "real" / "m.keras")
    small().save(link)
    assert link.is_symlink() and keras.models.load_model(link).built


def test_shards_outside_their_folder(tmp_path):
    model = small()
    model.save_weights(tmp_path / "w.weights.json", max_shard_size=1)
    index = json.loads((tmp_path / "w.weights.json").read_text())
    index["weight_map"] = {key: "../" + names[0] for key, names in index["weight_map"].items()}
    (tmp_path / "w.weights.json").write_text(json.dumps(index))
    with pytest.raises(ValueError, match="outside the folder"):
        model.load_weights(tmp_path / "w.weights.json")
    with pytest.raises(ValueError, match="exceeds the maximum shard size"):
        model.save_weights(tmp_path / "v.weights.json", max_shard_size=1e-9)
