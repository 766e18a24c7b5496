"""The digits in halves: shapes, ranges, a split that never changes, and a task worth two inputs; Keras's own data sets."""

import gzip
import importlib.util
import io
import os
import pickle
import subprocess
import sys
import tarfile
import types

import numpy as np
import pytest

import kerasteach as kt
from kerasteach.datasets import breast_cancer, digit_halves, wine

pytest.importorskip("sklearn")


@pytest.fixture(scope="module")
def data():
    return digit_halves.load_data()


def test_shapes_types_and_range(data):
    for ((left, right), digit), count in zip(data, (1437, 360)):
        assert left.shape == right.shape == (count, 32)
        assert left.dtype == right.dtype == np.float32 and digit.dtype == np.uint8
        assert digit.shape == (count, 1) and set(digit.ravel()) == set(range(10))
        assert min(left.min(), right.min()) == 0 and max(left.max(), right.max()) == 1


def test_halves_join_to_the_pictures_of_scikit_learn(data):
    from sklearn.datasets import load_digits

    halves = np.concatenate([np.concatenate(x, 1) for x, _ in data]).reshape(-1, 2, 8, 4)
    pictures = np.concatenate(halves.swapaxes(0, 1), axis=2)  # (picture, row 8, column 8)
    assert np.array_equal(np.sort(pictures.reshape(-1, 64), 0), np.sort(load_digits().data / 16, 0))
    digits = np.concatenate([y for _, y in data]).ravel()
    known = {p.tobytes(): t for p, t in zip((load_digits().images / 16).astype("float32"), load_digits().target)}
    assert all(known[np.ascontiguousarray(p).tobytes()] == d for p, d in zip(pictures, digits))


def test_the_split_depends_on_the_seed_alone(data):
    np.random.seed(123)
    again, other = digit_halves.load_data(), digit_halves.load_data(seed=1)
    assert all(np.array_equal(a, b) for a, b in zip(kt.tree.flatten(data), kt.tree.flatten(again)))
    assert not np.array_equal(data[0][1], other[0][1])


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5])
def test_an_empty_part_is_refused(share):
    with pytest.raises(ValueError, match=f"test_share={share}"):
        digit_halves.load_data(test_share=share)


def test_without_scikit_learn_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install scikit-learn"):
        digit_halves.load_data()


def test_the_digits_are_read_without_importing_scikit_learn():
    """It would import SciPy, too: 110 MB in every student's kernel."""
    code = "import sys; from kerasteach.datasets import digit_halves as d; d.load_data(); print({'sklearn', 'scipy'} & {*sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_sketch_shows_ink_where_it_is():
    left, right = np.zeros(32), np.zeros(32)
    left[0], right[31] = 1, 0.6
    lines = digit_halves.sketch(left, right).splitlines()
    assert len(lines) == 8 and lines[0].startswith("██ ") and lines[7].endswith("  ▒▒")


def test_both_halves_tell_more_than_one(data, fresh):
    """Odd or even: about 97 of 100 with both halves, about 93 with one."""
    (train, digit), (test, test_digit) = data

    def accuracy(*hidden):
        a, b = kt.Input((32,)), kt.Input((32,))
        shared = kt.layers.Dense(64, activation="relu")
        both = kt.layers.Concatenate()([shared(a), shared(b)])
        model = kt.Model([a, b], kt.layers.Dense(1, activation="sigmoid")(both))
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        model.fit(hide(train, hidden), digit % 2, epochs=40, verbose=0)
        return model.evaluate(hide(test, hidden), test_digit % 2, verbose=0)[1]

    def hide(halves, hidden):
        return [0 * half if i in hidden else half for i, half in enumerate(halves)]

    both, left, right = accuracy(), accuracy(1), accuracy(0)
    assert both > 0.94 and both > max(left, right) + 0.015, (both, left, right)


# Keras's own: small files of the same formats in a cache of the test's own, read by both packages.


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder `datasets` of an empty cache, of kerasteach and of Keras; files in it are taken as they are."""
    keras = pytest.importorskip("keras")
    from keras.src.utils import file_utils

    from kerasteach.utils import files

    monkeypatch.setenv("KERAS_HOME", os.fspath(tmp_path))
    monkeypatch.setattr(file_utils.config, "keras_home", lambda: os.fspath(tmp_path))
    monkeypatch.setattr(file_utils, "validate_file", lambda *_, **__: True)
    monkeypatch.setattr(files, "_is_right", lambda *_: True)
    place = tmp_path / "datasets"
    place.mkdir()
    return types.SimpleNamespace(place=place, packages=(kt.datasets, keras.datasets))


def same_in_both(cache, load):
    """What a loader gives in both packages: the same arrays, of the same dtypes, bit by bit."""
    ours, theirs = (load(datasets) for datasets in cache.packages)
    assert [type(part) for part in ours] == [type(part) for part in theirs] == [tuple, tuple]
    for a, b in zip(kt.tree.flatten(ours), kt.tree.flatten(theirs)):
        assert type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape
        assert a.tolist() == b.tolist()
    return ours


def test_mnist(cache):
    rng = np.random.default_rng(0)
    parts = {f"x_{p}": rng.integers(0, 256, (n, 28, 28), "uint8") for p, n in (("train", 6), ("test", 2))}
    np.savez(cache.place / "mnist.npz", y_train=np.arange(6, dtype="uint8"), y_test=np.arange(2, dtype="uint8"), **parts)
    (x, y), _ = same_in_both(cache, lambda datasets: datasets.mnist.load_data())
    assert x.shape == (6, 28, 28) and y.tolist() == list(range(6))


def test_fashion_mnist(cache):
    (cache.place / "fashion-mnist").mkdir()
    for name, rows in (("train", 5), ("t10k", 3)):
        for kind, header, shape in (("labels-idx1", 8, (rows,)), ("images-idx3", 16, (rows, 28, 28))):
            numbers = np.arange(np.prod(shape), dtype="uint64").astype("uint8").reshape(shape)
            with gzip.open(cache.place / "fashion-mnist" / f"{name}-{kind}-ubyte.gz", "wb") as file:
                file.write(b"h" * header + numbers.tobytes())
    (x, y), (x_test, _) = same_in_both(cache, lambda datasets: datasets.fashion_mnist.load_data())
    assert x.shape == (5, 28, 28) and y.shape == (5,) and x_test.shape == (3, 28, 28)


def cifar_archive(path, folder, batches):
    with tarfile.open(path, "w:gz") as archive:
        for name, batch in batches.items():
            data = pickle.dumps(batch, protocol=3)
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def pictures(rows, start):
    return ((np.arange(rows * 3072).reshape(rows, 3072) + start) % 251).astype("uint8")


@pytest.mark.parametrize("labels", ["fine", "coarse"])
@pytest.mark.parametrize("layout", ["channels_last", "channels_first"])
def test_cifar100(labels, layout, cache):
    keras = pytest.importorskip("keras")
    batches = {
        name: {b"data": pictures(n, n), b"fine_labels": list(range(n)), b"coarse_labels": [7] * n} for name, n in (("train", 4), ("test", 2))
    }
    cifar_archive(cache.place / "cifar-100-python-target_archive", "cifar-100-python", batches)
    for api in (kt, keras):
        api.config.set_image_data_format(layout)
    try:
        (x, _), _ = same_in_both(cache, lambda datasets: datasets.cifar100.load_data(labels))
    finally:
        for api in (kt, keras):
            api.config.set_image_data_format("channels_last")
    assert x.shape == ((4, 32, 32, 3) if layout == "channels_last" else (4, 3, 32, 32))


def test_cifar10(cache):
    """Keras wants 10,000 pictures a file; any number will do here."""
    names = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]
    batches = {name: {b"data": pictures(2, i), b"labels": [i, 9]} for i, name in enumerate(names)}
    cifar_archive(cache.place / "cifar-10-batches-py-target_archive", "cifar-10-batches-py", batches)
    (x, y), (x_test, y_test) = kt.datasets.cifar10.load_data()
    assert x.shape == (10, 32, 32, 3) and x_test.shape == (2, 32, 32, 3) and x.dtype == y.dtype == y_test.dtype == "uint8"
    assert y.ravel().tolist() == [0, 9, 1, 9, 2, 9, 3, 9, 4, 9] and y_test.tolist() == [[5], [9]]
    np.testing.assert_array_equal(x[2].transpose(2, 0, 1).reshape(-1), pictures(2, 1)[0])


@pytest.mark.parametrize("options", [{}, {"test_split": 0.5, "seed": 1}, {"test_split": 0.0}], ids=str)
@pytest.mark.parametrize("name, rows", [("boston_housing", 30), ("california_housing", 700)])
def test_houses(name, rows, options, cache):
    np.savez(cache.place / f"{name}.npz", x=np.random.default_rng(0).normal(size=(rows, 8)), y=np.arange(rows, dtype="float32"))
    same_in_both(cache, lambda datasets: getattr(datasets, name).load_data(**options))
    if name == "california_housing":
        (x, _), (x_test, _) = same_in_both(cache, lambda datasets: datasets.california_housing.load_data("small", **options))
        assert len(x) + len(x_test) == 600


def ragged(rows, seed):
    """Texts as the real files hold them: an array of lists of word numbers."""
    rng = np.random.default_rng(seed)
    texts = np.empty(rows, dtype=object)
    for i in range(rows):
        texts[i] = rng.integers(1, 30, rng.integers(2, 12)).tolist()
    return texts


TEXTS = {
    "plain": {},
    "few words": {"num_words": 10},
    "without the frequent": {"num_words": 20, "skip_top": 5},
    "dropped words": {"num_words": 10, "oov_char": None},
    "short ones": {"maxlen": 9},
    "no start": {"start_char": None},
    "no start, no room": {"start_char": None, "index_from": 0},
    "other marks": {"start_char": 7, "oov_char": 8, "index_from": 10, "num_words": 25},
    "another order": {"seed": 5},
}


@pytest.mark.parametrize("name", TEXTS)
def test_imdb(name, cache):
    np.savez(cache.place / "imdb.npz", x_train=ragged(20, 0), y_train=np.arange(20) % 2, x_test=ragged(9, 1), y_test=np.arange(9) % 2)
    same_in_both(cache, lambda datasets: datasets.imdb.load_data(**TEXTS[name]))


@pytest.mark.parametrize("name", [name for name in TEXTS if name != "short ones"])
def test_reuters(name, cache):
    np.savez(cache.place / "reuters.npz", x=ragged(20, 0), y=np.arange(20) % 46)
    same_in_both(cache, lambda datasets: datasets.reuters.load_data(test_split=0.3, **TEXTS[name]))


def test_reuters_short_ones(cache):
    np.savez(cache.place / "reuters.npz", x=ragged(20, 0), y=np.arange(20) % 46)
    ours, theirs = (datasets.reuters.load_data(maxlen=9) for datasets in cache.packages)
    for a, b in zip(kt.tree.flatten(ours), kt.tree.flatten(theirs)):
        assert a.tolist() == b.tolist()


def test_words_and_topics(cache):
    for name in ("imdb", "reuters"):
        (cache.place / f"{name}_word_index.json").write_text('{"the": 1, "film": 2}')
        ours, theirs = (getattr(datasets, name).get_word_index() for datasets in cache.packages)
        assert ours == theirs == {"the": 1, "film": 2}
    ours, theirs = (datasets.reuters.get_label_names() for datasets in cache.packages)
    assert ours == theirs


class Evil:
    """A pickle that runs a command when it is opened."""

    def __reduce__(self):
        return os.system, ("echo harm > harm.txt",)


@pytest.mark.parametrize("name", ["imdb", "cifar100"])
def test_a_file_runs_nothing(name, cache, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    evil = np.empty(1, dtype=object)
    evil[0] = Evil()
    if name == "imdb":
        np.savez(cache.place / "imdb.npz", x_train=evil, y_train=[1], x_test=evil, y_test=[1])
    else:
        batch = {b"data": pictures(1, 0), b"fine_labels": Evil()}
        cifar_archive(cache.place / "cifar-100-python-target_archive", "cifar-100-python", {"train": batch, "test": batch})
    with pytest.raises(pickle.UnpicklingError, match="Refusing to deserialize"):
        getattr(kt.datasets, name).load_data()
    assert not (tmp_path / "harm.txt").exists()


WRONG = {
    "share": lambda d: d.boston_housing.load_data(test_split=1.0),
    "share of California": lambda d: d.california_housing.load_data(test_split=-0.1),
    "version": lambda d: d.california_housing.load_data("tiny"),
    "labels": lambda d: d.cifar100.load_data("rough"),
    "too short": lambda d: d.imdb.load_data(maxlen=1),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_same_refusals(name, cache):
    np.savez(cache.place / "imdb.npz", x_train=ragged(20, 0), y_train=np.arange(20), x_test=ragged(9, 1), y_test=np.arange(9))
    np.savez(cache.place / "california_housing.npz", x=np.ones((9, 8)), y=np.ones(9))
    for datasets in cache.packages:
        with pytest.raises(ValueError):
            WRONG[name](datasets)


@pytest.mark.parametrize("name, file", [("mnist", "mnist.npz"), ("imdb", "imdb.npz"), ("cifar10", "cifar-10-batches-py-target_archive")])
def test_offline_the_error_says_what_to_put_where(name, file, tmp_path, monkeypatch):
    import urllib.error
    import urllib.request

    def offline(*_):
        raise urllib.error.URLError("no network")

    monkeypatch.setenv("KERAS_HOME", os.fspath(tmp_path))
    monkeypatch.setattr(urllib.request, "urlretrieve", offline)
    with pytest.raises(OSError, match="URL fetch failure on https://") as caught:
        getattr(kt.datasets, name).load_data()
    assert repr(file) in str(caught.value) and os.fspath(tmp_path / "datasets") in str(caught.value)


def test_a_wrong_file_is_not_taken(tmp_path, monkeypatch):
    """The hash of a file in the cache is looked at; a wrong one is fetched anew, and offline that fails."""
    import urllib.error
    import urllib.request

    def offline(*_):
        raise urllib.error.URLError("no network")

    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "mnist.npz").write_bytes(b"no digits")
    monkeypatch.setenv("KERAS_HOME", os.fspath(tmp_path))
    monkeypatch.setattr(urllib.request, "urlretrieve", offline)
    with pytest.raises(OSError, match="URL fetch failure"):
        kt.datasets.mnist.load_data()


def test_wines_are_those_of_scikit_learn():
    source = pytest.importorskip("sklearn.datasets").load_wine()
    (x, grower), (new_x, new_grower) = wine.load_data()
    pairs = sorted((*row, label) for row, label in zip(np.concatenate([x, new_x]), np.concatenate([grower, new_grower])))
    assert pairs == sorted((*row, label) for row, label in zip(source.data.astype("float32"), source.target))
    assert len(wine.MEASUREMENTS) == x.shape[1] == 13 and x.dtype == "float32"
    again, other = wine.load_data(), wine.load_data(seed=1)
    assert np.array_equal(x, again[0][0]) and not np.array_equal(x, other[0][0])


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5])
def test_an_empty_part_of_the_wines_is_refused(share):
    with pytest.raises(ValueError, match=f"test_share={share}"):
        wine.load_data(test_share=share)


def test_wines_are_read_without_importing_scikit_learn(monkeypatch):
    code = "import sys; from kerasteach.datasets import wine as d; d.load_data(); print({'sklearn', 'scipy'} & {*sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install scikit-learn"):
        wine.load_data()


def test_lumps_are_those_of_scikit_learn():
    source = pytest.importorskip("sklearn.datasets").load_breast_cancer()
    (x, malignant), (new_x, new_malignant) = breast_cancer.load_data()
    every, truth = np.concatenate([x, new_x]), np.concatenate([malignant, new_malignant])
    known = {row.tobytes(): 1 - target for row, target in zip(source.data.astype("float32"), source.target)}
    assert len(every) == 569 and all(known[row.tobytes()] == target for row, target in zip(every, truth))
    assert truth.sum() == 212 and truth.dtype == "uint8" and every.dtype == "float32"
    words = zip(breast_cancer.MEASUREMENTS, source.feature_names, strict=True)
    assert all(set(str(theirs).split()) - {"error"} <= set(ours.split()) for ours, theirs in words)
    assert not np.array_equal(malignant, breast_cancer.load_data(seed=1)[0][1])


@pytest.mark.parametrize("share", [0, 1])
def test_an_empty_part_of_the_lumps_is_refused(share):
    with pytest.raises(ValueError, match=f"lumps on both sides of 569.*test_share={share}"):
        breast_cancer.load_data(test_share=share)
