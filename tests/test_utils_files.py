"""get_file: the cache, hashes, archives that want out of their folder; pictures as files; all offline."""

import hashlib
import io
import os
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

import kerasteach as kt

get_file = kt.utils.get_file


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty cache."""
    place = tmp_path / "home"
    monkeypatch.setenv("KERAS_HOME", os.fspath(place))
    return place


@pytest.fixture
def origin(tmp_path):
    """A file, by its address."""
    file = tmp_path / "data.txt"
    file.write_bytes(b"some numbers")
    return file.as_uri()


def digest(kind, content=b"some numbers"):
    return hashlib.new(kind, content).hexdigest()


def test_a_file_is_kept_where_keras_keeps_it(home, origin, capsys):
    path = get_file(origin=origin)
    assert path == os.fspath(home / "datasets" / "data.txt") and Path(path).read_bytes() == b"some numbers"
    assert "Downloading data from file://" in capsys.readouterr().out
    assert get_file(origin="http://nowhere.invalid/data.txt") == path  # found: nobody asks the network
    assert get_file("other.txt", origin, cache_subdir="models") == os.fspath(home / "models" / "other.txt")
    assert get_file(origin=origin, cache_dir=home / "mine") == os.fspath(home / "mine" / "datasets" / "data.txt")
    assert os.listdir(home / "datasets") == ["data.txt"]


@pytest.mark.parametrize("kind, algorithm", [("md5", "auto"), ("sha256", "auto"), ("md5", "md5"), ("sha256", "sha256")])
def test_hashes(home, origin, kind, algorithm):
    right, wrong = digest(kind), digest(kind, b"other")
    assert get_file(origin=origin, file_hash=right, hash_algorithm=algorithm)
    with pytest.raises(ValueError, match="Incomplete or corrupted file detected"):
        get_file("fresh.txt", origin, file_hash=wrong, hash_algorithm=algorithm)
    assert os.listdir(home / "datasets") == ["data.txt"]  # nothing wrong was kept
    assert get_file(origin=origin, md5_hash=digest("md5"))


def test_a_damaged_file_is_fetched_again(home, origin, capsys):
    path = get_file(origin=origin)
    Path(path).write_bytes(b"half")
    assert Path(get_file(origin=origin, file_hash=digest("sha256"))).read_bytes() == b"some numbers"
    assert "re-download" in capsys.readouterr().out
    Path(path).write_bytes(b"half")
    assert Path(get_file(origin=origin)).read_bytes() == b"half"
    assert Path(get_file(origin=origin, force_download=True)).read_bytes() == b"some numbers"


def test_offline_the_error_says_what_to_put_where(home):
    address = "http://127.0.0.1:9/far/away.npz"
    with pytest.raises(OSError) as caught:
        get_file(origin=address)
    said = str(caught.value)
    assert said.startswith(f"URL fetch failure on {address}")
    for word in (address, "'away.npz'", os.fspath(home / "datasets")):
        assert word in said.split("Fix:")[1]
    assert os.listdir(home / "datasets") == []


def test_a_download_that_is_cut_off_leaves_the_old_file(home, origin, monkeypatch):
    import urllib.request

    path = get_file(origin=origin)

    def cut(url, name, hook):
        Path(name).write_bytes(b"ha")
        raise KeyboardInterrupt

    monkeypatch.setattr(urllib.request, "urlretrieve", cut)
    with pytest.raises(KeyboardInterrupt):
        get_file(origin=origin, force_download=True)
    assert os.listdir(home / "datasets") == ["data.txt"] and Path(path).read_bytes() == b"some numbers"


@pytest.mark.parametrize("arguments", [{}, {"origin": "http://x.org/"}, {"fname": "a/b", "origin": "http://x.org/b"}, {"fname": "..", "origin": "http://x.org/b"}])
def test_names_that_are_none(home, arguments):
    with pytest.raises(ValueError, match=r"origin|fname"):
        get_file(**arguments)


def archive(path, kind, evil):
    """An archive with a good file, and members that want out."""
    names = ["good/a.txt", "b.txt", *(["../out.txt", "/tmp/kerasteach_out.txt", "good/../../out.txt"] if evil else [])]
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as file:
            for name in names:
                file.writestr(name, "text")
        return
    with tarfile.open(path, "w:gz") as file:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = 4
            file.addfile(member, io.BytesIO(b"text"))
        for target in ["../../out.txt", "/etc/passwd"] if evil else []:
            link = tarfile.TarInfo(f"link{len(target)}")
            link.type, link.linkname = tarfile.SYMTYPE, target
            file.addfile(link)


def tree_of(folder):
    return sorted(os.path.relpath(os.path.join(root, name), folder) for root, _, names in os.walk(folder) for name in names)


@pytest.mark.parametrize("kind", ["tar", "zip"])
@pytest.mark.parametrize("evil", [False, True])
@pytest.mark.filterwarnings("ignore:Skipping invalid path")
def test_archives_stay_in_their_folder(kind, evil, home, tmp_path):
    source = tmp_path / f"set.{kind}"
    archive(source, kind, evil)
    folder = get_file(origin=source.as_uri(), extract=True)
    assert folder == os.fspath(home / "datasets" / source.name)
    named = get_file("mine", source.as_uri(), extract=True)
    assert named == os.fspath(home / "datasets" / "mine")
    dotted = get_file(f"mine.{kind}", source.as_uri(), extract=True, archive_format=kind)
    assert dotted == os.fspath(home / "datasets" / "mine_extracted")
    expected = ["b.txt", "good/a.txt"]
    for place in (folder, named, dotted):
        assert [name for name in tree_of(place) if "tmp" not in name] == expected
    assert not (home / "datasets" / "out.txt").exists() and not (home / "out.txt").exists()
    assert not os.path.exists("/tmp/kerasteach_out.txt")
    assert not [name for name in os.listdir(home / "datasets") if name.endswith(".part")]


def test_what_is_skipped_is_told(home, tmp_path):
    archive(tmp_path / "set.tar", "tar", evil=True)
    with pytest.warns(UserWarning, match="Skipping invalid path during archive extraction: '../out.txt'"):
        get_file(origin=(tmp_path / "set.tar").as_uri(), untar=True)


def test_no_archive(home, origin):
    with pytest.warns(UserWarning, match="Could not extract archive"):
        get_file(origin=origin, extract=True)


# Pictures

PIL = pytest.importorskip("PIL.Image")
PICTURES = {"gray": np.arange(48).reshape(6, 8, 1), "rgb": np.arange(144).reshape(6, 8, 3), "rgba": np.arange(192).reshape(6, 8, 4)}


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("layout", ["channels_last", "channels_first"])
def test_arrays_and_images_like_keras(name, scale, layout):
    keras = pytest.importorskip("keras")
    x = PICTURES[name] if layout == "channels_last" else PICTURES[name].transpose(2, 0, 1)
    images = [api.utils.array_to_img(x, layout, scale) for api in (kt, keras)]
    assert images[0].mode == images[1].mode and images[0].tobytes() == images[1].tobytes()
    arrays = [api.utils.img_to_array(images[0], layout) for api in (kt, keras)]
    assert arrays[0].dtype == arrays[1].dtype == np.float32
    np.testing.assert_array_equal(*arrays)


@pytest.mark.parametrize("mode", ["grayscale", "rgb", "rgba"])
@pytest.mark.parametrize("size", [None, (3, 4), (9, 5), (6, 8)])
@pytest.mark.parametrize("keep", [False, True])
def test_load_img_like_keras(mode, size, keep, tmp_path):
    keras = pytest.importorskip("keras")
    path = tmp_path / "a.png"
    kt.utils.save_img(path, PICTURES["rgb"])
    for way in ("nearest", "bilinear", "lanczos"):
        images = [api.utils.load_img(path, mode, size, way, keep) for api in (kt, keras)]
        assert images[0].mode == images[1].mode and images[0].size == images[1].size
        assert images[0].tobytes() == images[1].tobytes()
    assert kt.utils.load_img(io.BytesIO(path.read_bytes())).size == (8, 6)


def test_save_img(tmp_path):
    for name in ("a.png", "a.jpg", "a.bmp"):
        kt.utils.save_img(os.fspath(tmp_path / name), PICTURES["rgb"])
        assert kt.utils.img_to_array(kt.utils.load_img(tmp_path / name)).shape == (6, 8, 3)
    with pytest.warns(UserWarning, match="does not support RGBA"):
        kt.utils.save_img(tmp_path / "b.jpg", PICTURES["rgba"])
    buffer = io.BytesIO()
    kt.utils.save_img(buffer, PICTURES["gray"], file_format="png")
    assert buffer.getvalue().startswith(b"\x89PNG")


WRONG = {
    "mode": lambda u, p: u.load_img(p, "cmyk"),
    "way": lambda u, p: u.load_img(p, target_size=(2, 2), interpolation="magic"),
    "path": lambda u, p: u.load_img(3),
    "rank": lambda u, p: u.array_to_img(np.zeros((2, 2))),
    "channels": lambda u, p: u.array_to_img(np.zeros((2, 2, 2))),
    "axes": lambda u, p: u.img_to_array(np.zeros((2, 2, 2, 2))),
    "layout": lambda u, p: u.img_to_array(np.zeros((2, 2)), data_format="last"),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_same_errors(name, tmp_path):
    keras = pytest.importorskip("keras")
    path = tmp_path / "a.png"
    kt.utils.save_img(path, PICTURES["rgb"])
    types = []
    for api in (kt, keras):
        with pytest.raises(Exception) as caught:
            WRONG[name](api.utils, path)
        types.append(caught.type)
    assert types[0] is types[1]
