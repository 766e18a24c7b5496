"""Data sets from folders and arrays: the same files, labels, orders and windows as Keras, in fit and in a plain loop."""

import numpy as np
import pytest

import kerasteach as kt

utils = kt.utils
pytest.importorskip("PIL")


@pytest.fixture
def folder(tmp_path):
    """Two classes of pictures of one brightness, of several sizes; a text beside them."""
    for i in range(11):
        place = tmp_path / "pictures" / ("light" if i % 3 else "dark") / ("deep" if i == 4 else "")
        place.mkdir(parents=True, exist_ok=True)
        utils.save_img(place / f"p{i}.{'png' if i % 2 else 'bmp'}", np.full((4 + i, 6, 3), 20 * i), scale=False)
    (tmp_path / "pictures" / "light" / "notes.txt").write_text("no picture")
    (tmp_path / "pictures" / ".hidden").mkdir()
    return tmp_path / "pictures"


@pytest.fixture
def texts(tmp_path):
    for i in range(6):
        place = tmp_path / "texts" / ("good" if i % 2 else "bad")
        place.mkdir(parents=True, exist_ok=True)
        (place / f"t{i}.txt").write_text(f"text number {i} é", encoding="utf-8")
    return tmp_path / "texts"


def pictures(folder, **options):
    return utils.image_dataset_from_directory(folder, **{"image_size": (5, 6), "batch_size": 4, "verbose": False} | options)


def test_a_plain_loop(folder, capsys):
    data = utils.image_dataset_from_directory(folder, image_size=(5, 6), batch_size=4)
    assert capsys.readouterr().out == "Found 11 files belonging to 2 classes.\n"
    assert data.class_names == ["dark", "light"] and len(data) == 3 and len(data.file_paths) == 11
    assert [(x.shape, x.dtype.name, y.shape, y.dtype.name) for x, y in data] == [
        ((n, 5, 6, 3), "float32", (n,), "int32") for n in (4, 4, 3)
    ]
    assert [len(y) for x, y in data.take(2)] == [4, 4] and len(data.take(-1)) == 3 and len(data.take(9)) == 3
    assert {float(x[0, 0, 0, 0]) for x, _ in pictures(folder, batch_size=1)} == {20.0 * i for i in range(11)}


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("labels", ["inferred", None, list(range(11))], ids=["inferred", "none", "given"])
@pytest.mark.parametrize("shuffle", [True, False])
def test_files_and_labels_in_keras_order(folder, seed, labels, shuffle):
    pytest.importorskip("keras")
    from keras.src.utils import dataset_utils

    from kerasteach.utils.directory import index_directory

    formats = (".bmp", ".png")
    ours = index_directory(folder, labels, formats, None, shuffle, seed, verbose=False)
    theirs = dataset_utils.index_directory(str(folder), labels, formats, None, shuffle, seed, verbose=False)
    plain = [None if part is None else [str(p) for p in part] for part in ours]
    assert [[p.replace("/./", "/") for p in plain[0]], *plain[1:]] == [
        None if part is None else [str(p) for p in part] for part in theirs
    ]


def test_labels(folder):
    first = {mode: next(iter(pictures(folder, label_mode=mode, shuffle=False)))[1] for mode in ("int", "binary", "categorical")}
    assert first["int"].tolist() == [0, 0, 0, 0] and first["int"].dtype == "int32"
    assert first["binary"].tolist() == [[0.0]] * 4 and first["categorical"].tolist() == [[1.0, 0.0]] * 4
    assert next(iter(pictures(folder, labels=None))).shape == (4, 5, 6, 3)
    other = pictures(folder, class_names=["light", "dark"], shuffle=False)
    assert other.class_names == ["light", "dark"] and next(iter(other))[1].tolist() == [0, 0, 0, 0]


def test_a_split_shares_nothing(folder, capsys):
    options = dict(validation_split=0.3, seed=5)
    train, held = pictures(folder, subset="both", **options)
    assert "Using 8 files for training.\nUsing 3 files for validation." in capsys.readouterr().out
    assert not set(train.file_paths) & set(held.file_paths) and len(train.file_paths + held.file_paths) == 11
    assert pictures(folder, subset="training", **options).file_paths == train.file_paths
    assert pictures(folder, subset="validation", **options).file_paths == held.file_paths


def test_passes_have_new_orders_that_the_seed_decides(folder):
    def passes(data):
        return [[float(x[0, 0, 0]) for x, _ in data] for _ in range(3)]

    first, again = (passes(pictures(folder, seed=3, batch_size=None)) for _ in range(2))
    assert first == again and first[0] != first[1] != first[2]
    assert all(sorted(one) == sorted(first[0]) for one in first)
    straight = passes(pictures(folder, shuffle=False, batch_size=None))
    assert straight[0] == straight[1]


def test_it_goes_into_fit(folder, backend):
    model = kt.Sequential([kt.Input((5, 6, 3)), kt.layers.Flatten(), kt.layers.Dense(1, "sigmoid")])
    model.compile("sgd", "binary_crossentropy")
    train, held = pictures(folder, subset="both", validation_split=0.3, seed=5)
    history = model.fit(train.map(lambda x, y: (x / 255, y)), validation_data=held, epochs=2, verbose=0).history
    assert len(history["val_loss"]) == 2 and np.isfinite(history["loss"]).all()
    assert model.predict(held, verbose=0).shape == (3, 1)


def test_layouts_modes_and_shapes(folder):
    assert next(iter(pictures(folder, color_mode="grayscale")))[0].shape == (4, 5, 6, 1)
    assert next(iter(pictures(folder, color_mode="rgba", data_format="channels_first")))[0].shape == (4, 4, 5, 6)
    assert next(iter(pictures(folder, image_size=7)))[0].shape == (4, 7, 7, 3)
    cut, padded = (next(iter(pictures(folder, image_size=(3, 12), shuffle=False, **{f"{way}_to_aspect_ratio": True})))[0] for way in ("crop", "pad"))
    assert cut.shape == padded.shape == (4, 3, 12, 3)
    assert (cut[1] == 60).all() and (padded[1] == 0).any() and (padded[1] == 60).any()


@pytest.mark.parametrize("way", ["bilinear", "nearest", "bicubic"])
@pytest.mark.parametrize("fitting", [{}, {"crop_to_aspect_ratio": True}, {"pad_to_aspect_ratio": True}], ids=str)
def test_pictures_are_resized_as_keras_does(way, fitting, tmp_path):
    keras = pytest.importorskip("keras")
    utils.save_img(tmp_path / "a.png", np.random.default_rng(0).uniform(0, 255, (6, 9, 3)), scale=False)
    ours = next(iter(pictures(tmp_path, labels=None, interpolation=way, image_size=(12, 10), **fitting)))
    array = utils.img_to_array(utils.load_img(tmp_path / "a.png"))[None]
    theirs = keras.ops.image.resize(array, (12, 10), interpolation=way, data_format="channels_last", **fitting)
    np.testing.assert_allclose(ours, np.asarray(theirs.cpu()), atol=1e-3)


WRONG = {
    "labels": dict(labels="guess"),
    "number of labels": dict(labels=[1, 2]),
    "names without classes": dict(labels=None, class_names=["a"]),
    "names with labels": dict(labels=[0] * 11, class_names=["a"]),
    "names that are not there": dict(class_names=["night"]),
    "label_mode": dict(label_mode="float"),
    "binary of one": dict(label_mode="binary", class_names=["dark"]),
    "color_mode": dict(color_mode="cmyk"),
    "image_size": dict(image_size=(1, 2, 3)),
    "interpolation": dict(interpolation="magic"),
    "format": dict(format="csv"),
    "split": dict(validation_split=2.0, subset="training"),
    "subset alone": dict(subset="training"),
    "split alone": dict(validation_split=0.5),
    "subset": dict(validation_split=0.5, subset="test", seed=1),
    "no seed": dict(validation_split=0.5, subset="training"),
}


@pytest.mark.parametrize("name", WRONG)
def test_refusals(name, folder):
    with pytest.raises(ValueError) as caught:
        pictures(folder, **WRONG[name])
    assert next(iter(WRONG[name])).split("_")[0] in str(caught.value)


def test_an_empty_folder(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(ValueError, match="No images found in directory"):
        pictures(tmp_path)


def test_texts(texts):
    data = utils.text_dataset_from_directory(texts, batch_size=4, shuffle=False, verbose=False, max_length=13)
    (first, labels), (second, _) = data
    assert first.tolist() == ["text number 0", "text number 2", "text number 4", "text number 1"] and first.dtype == object
    assert labels.tolist() == [0, 0, 0, 1] and data.class_names == ["bad", "good"] and len(second) == 2
    lengths = data.map(lambda x, y: (np.array([[len(t)] for t in x], "float32"), y))
    assert next(iter(lengths))[0].tolist() == [[13.0]] * 4
    assert next(iter(utils.text_dataset_from_directory(texts, labels=None, shuffle=False, verbose=False)))[0] == "text number 0 é"
    assert utils.text_dataset_from_directory(texts, verbose=False, format="grain").class_names == ["bad", "good"]


SERIES = np.arange(40).reshape(20, 2)
WINDOWS = {
    "plain": dict(sequence_length=3),
    "strides": dict(sequence_length=3, sequence_stride=4),
    "rates": dict(sequence_length=3, sampling_rate=2),
    "a part": dict(sequence_length=3, start_index=4, end_index=15),
    "small batches": dict(sequence_length=3, batch_size=4),
    "single": dict(sequence_length=5, batch_size=None),
    "all at once": dict(sequence_length=4, sequence_stride=3, sampling_rate=2, batch_size=2, start_index=2, end_index=18),
}


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("targets", [None, SERIES[:, 0] * 10, SERIES[:8]], ids=["alone", "targets", "fewer targets"])
def test_windows_of_a_time_series(name, targets):
    """Each window is so many steps at the rate, its target the one of its first step."""
    options = {"batch_size": 128} | WINDOWS[name]
    length, stride, rate = (options.get(key, 1) for key in ("sequence_length", "sequence_stride", "sampling_rate"))
    start, end = options.get("start_index", 0), options.get("end_index", 20)
    starts = range(start, min(end - (length - 1) * rate, 20 if targets is None else len(targets)), stride)
    data = list(utils.timeseries_dataset_from_array(SERIES, targets, **options))
    batches = [batch if targets is not None else (batch,) for batch in data]
    if options["batch_size"] is None:
        batches = [tuple(part[None] for part in batch) for batch in batches]
    windows = np.concatenate([batch[0] for batch in batches])
    np.testing.assert_array_equal(windows, [SERIES[s : s + length * rate : rate] for s in starts])
    if targets is not None:
        np.testing.assert_array_equal(np.concatenate([b[1] for b in batches]), targets[list(starts)])


def test_windows_are_shuffled_by_the_seed():
    def pass_over(seed):
        return [int(w[0, 0]) for w in utils.timeseries_dataset_from_array(SERIES, None, 3, shuffle=True, seed=seed, batch_size=None)]

    assert pass_over(1) == pass_over(1) != pass_over(2) and sorted(pass_over(1)) == list(range(0, 36, 2))


SERIES_WRONG = {
    "start_index": dict(start_index=-1),
    "start beyond": dict(start_index=20),
    "end_index": dict(start_index=5, end_index=3),
    "end beyond": dict(end_index=20),
    "sampling_rate": dict(sampling_rate=0),
    "rate beyond": dict(sampling_rate=20),
    "sequence_stride": dict(sequence_stride=0),
    "stride beyond": dict(sequence_stride=20),
    "format": dict(format="csv"),
}


@pytest.mark.parametrize("name", SERIES_WRONG)
def test_windows_that_do_not_fit(name):
    keras = pytest.importorskip("keras")
    for api in (kt, keras):
        with pytest.raises(ValueError, match=next(reversed(SERIES_WRONG[name]))):
            api.utils.timeseries_dataset_from_array(SERIES, None, 3, **SERIES_WRONG[name])


SPLITS = {
    "share": dict(left_size=0.7),
    "rows": dict(left_size=3),
    "right": dict(right_size=0.25),
    "both": dict(left_size=4, right_size=2),
    "both shares": dict(left_size=0.5, right_size=0.3),
}


@pytest.mark.parametrize("name", SPLITS)
def test_split_sizes_are_keras(name):
    pytest.importorskip("keras")
    from keras.src.utils.dataset_utils import _rescale_dataset_split_sizes

    options = {"left_size": None, "right_size": None} | SPLITS[name]
    left, right = utils.split_dataset(np.arange(10), **options)
    assert (len(left), len(right)) == _rescale_dataset_split_sizes(total_length=10, **options)
    assert [int(v) for v in left] == list(range(len(left))) and int(right[len(right) - 1]) == 9


def test_split_of_several_kinds():
    torch = pytest.importorskip("torch")
    x, y = np.arange(12.0).reshape(6, 2), np.arange(6)
    kinds = {
        "list": [x, y],
        "tuple": (x, y),
        "Torch": torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(y)),
        "windows": utils.timeseries_dataset_from_array(x, y, 1, batch_size=4).map(lambda a, b: (a[:, 0], b)),
    }
    for name, data in kinds.items():
        left, right = utils.split_dataset(data, left_size=4)
        assert [int(b) for _, b in left] == [0, 1, 2, 3] and [np.asarray(a).tolist() for a, _ in right] == x[4:].tolist(), name
        batch = next(iter(left.batch(3)))
        assert batch[0].shape == (3, 2) and batch[1].tolist() == [0, 1, 2]
    loader = torch.utils.data.DataLoader(left, batch_size=2)
    assert [b[1].tolist() for b in loader] == [[0, 1], [2, 3]]


def test_split_shuffled_by_the_seed():
    one, two, other = ([int(v) for v in utils.split_dataset(np.arange(50), 0.5, shuffle=True, seed=s)[0]] for s in (1, 1, 2))
    assert one == two != other and len(set(one)) == 25


@pytest.mark.parametrize(
    "data, options, kind",
    [
        (np.arange(4), {}, ValueError),
        (np.arange(4), {"left_size": "half"}, TypeError),
        (np.arange(4), {"left_size": 4}, ValueError),
        (np.arange(4), {"left_size": 1.5}, ValueError),
        (np.arange(4), {"left_size": 0.9, "right_size": 0.9}, ValueError),
        (np.arange(4), {"left_size": 3, "right_size": 3}, ValueError),
        (np.arange(4), {"left_size": 0.01}, ValueError),
        ([np.arange(4), np.arange(3)], {"left_size": 2}, ValueError),
        ([], {"left_size": 2}, ValueError),
        (3, {"left_size": 2}, TypeError),
    ],
    ids=str,
)
def test_splits_that_keras_refuses_too(data, options, kind):
    keras = pytest.importorskip("keras")
    for api in (kt, keras) if isinstance(data, np.ndarray) else (kt,):  # Keras leaves lists to Torch, which asserts
        with pytest.raises(kind):
            api.utils.split_dataset(data, **options)


def test_a_dataset_of_batches_is_not_batched_again():
    with pytest.raises(ValueError, match="batches of 4 already"):
        utils.timeseries_dataset_from_array(SERIES, None, 3, batch_size=4).batch(2)
    with pytest.raises(IndexError):
        utils.timeseries_dataset_from_array(SERIES, None, 3)[5]


@pytest.fixture
def sounds(tmp_path):
    import wave

    for i in range(4):
        place = tmp_path / "sounds" / ("high" if i % 2 else "low")
        place.mkdir(parents=True, exist_ok=True)
        with wave.open(str(place / f"s{i}.wav"), "wb") as file:
            file.setparams((2, 2, 8000, 0, "NONE", ""))
            file.writeframes(np.arange(-4, 2 * i, dtype="<i2").tobytes())
    return tmp_path / "sounds"


def test_sounds(sounds):
    data = utils.audio_dataset_from_directory(sounds, shuffle=False, verbose=False)
    ((x, y),) = data
    assert x.shape == (4, 5, 2) and x.dtype == "float32" and y.tolist() == [0, 0, 1, 1]
    assert x[0, 0].tolist() == [-4 / 32768, -3 / 32768] and (x[0, 3:] == 0).all() and x[1, 4].tolist() == [4 / 32768, 5 / 32768]
    fixed = utils.audio_dataset_from_directory(sounds, shuffle=False, verbose=False, output_sequence_length=3, label_mode="categorical")
    ((x, y),) = fixed
    assert x.shape == (4, 3, 2) and y.tolist() == [[1, 0], [1, 0], [0, 1], [0, 1]]
    for options in (dict(ragged=True), dict(sampling_rate=16000), dict(ragged=True, output_sequence_length=3)):
        with pytest.raises(ValueError, match="ragged"):
            utils.audio_dataset_from_directory(sounds, **options)


@pytest.mark.parametrize("shape", [(6, 8, 3), (2, 9, 4, 1)])
@pytest.mark.parametrize("size", [(4, 4), (10, 3)])
@pytest.mark.parametrize("layout", ["channels_last", "channels_first"])
def test_smart_resize(shape, size, layout):
    keras = pytest.importorskip("keras")
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    x = x if layout == "channels_last" else np.moveaxis(x, -1, -3)
    ours, theirs = (api.preprocessing.image.smart_resize(x, size, data_format=layout) for api in (kt, keras))
    assert isinstance(ours, np.ndarray)
    np.testing.assert_allclose(ours, np.asarray(theirs), atol=1e-5)


def test_older_names():
    assert kt.preprocessing.sequence.pad_sequences is utils.pad_sequences
    assert kt.preprocessing.image_dataset_from_directory is utils.image_dataset_from_directory
