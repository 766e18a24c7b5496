"""Layers on pictures: what Keras does with the same draws, what is drawn, masks, dicts, models, files, errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as kt

layers = kt.layers
X = np.random.default_rng(0).uniform(0, 255, (4, 7, 6, 3)).astype("float32")
FORMATS = ("channels_last", "channels_first")
RANDOM = {
    "RandomFlip": lambda api, **k: api.layers.RandomFlip(**k),
    "RandomRotation": lambda api, **k: api.layers.RandomRotation(0.3, **k),
    "RandomZoom": lambda api, **k: api.layers.RandomZoom(0.4, (-0.2, 0.5), **k),
    "RandomZoom of one factor": lambda api, **k: api.layers.RandomZoom((-0.5, 0.1), fill_mode="constant", fill_value=9.0, **k),
    "RandomTranslation": lambda api, **k: api.layers.RandomTranslation(0.4, (0.1, 0.5), fill_mode="wrap", **k),
    "RandomShear": lambda api, **k: api.layers.RandomShear(0.4, 0.2, **k),
    "RandomCrop": lambda api, **k: api.layers.RandomCrop(3, 2, **k),
    "RandomContrast": lambda api, **k: api.layers.RandomContrast(0.8, **k),
    "RandomBrightness": lambda api, **k: api.layers.RandomBrightness(0.5, **k),
    "RandomGrayscale": lambda api, **k: api.layers.RandomGrayscale(0.5, **k),
    "RandomInvert": lambda api, **k: api.layers.RandomInvert(0.9, **k),
}
MOVES = ["RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomShear", "RandomCrop"]


def array(x):
    return np.array(kt.backend.to_numpy(x))


def theirs_as_arrays(x):
    """Keras's tensors, in any structure, as arrays."""
    return kt.tree.map_structure(lambda leaf: leaf.detach().cpu().numpy() if hasattr(leaf, "detach") else leaf, x)


@pytest.fixture
def keras():
    pytest.importorskip("torch")
    return pytest.importorskip("keras")


@pytest.mark.parametrize("data_format", FORMATS)
@pytest.mark.parametrize("name", RANDOM)
def test_the_same_draws_give_what_keras_gives(name, data_format, backend, keras):
    x = X if data_format == "channels_last" else np.ascontiguousarray(np.moveaxis(X, -1, 1))
    ours, theirs = (RANDOM[name](api, data_format=data_format) for api in (kt, keras))
    drawn = theirs_as_arrays(theirs.get_random_transformation(x))
    drawn = tuple(map(int, drawn)) if isinstance(drawn, tuple) else drawn
    expected = theirs_as_arrays(theirs.transform_images(keras.ops.convert_to_tensor(x.copy()), drawn))
    got = ours.transform_images(kt.backend.get(backend).convert(x), drawn)
    np.testing.assert_allclose(array(got), expected, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("name", RANDOM)
def test_what_is_drawn_looks_as_in_keras(name, keras):
    many = np.broadcast_to(X[:1], (4000, 7, 6, 3))
    ours, theirs = (RANDOM[name](api, seed=3).get_random_transformation(many) for api in (kt, keras))
    if name == "RandomCrop":  # one place for the whole batch
        places = [tuple(int(array(n)) for n in RANDOM[name](kt, seed=s).get_random_transformation(X)) for s in range(200)]
        assert set(places) == {(a, b) for a in range(5) for b in range(5)}
        return
    ours, theirs = (x if isinstance(x, dict) else {"": x} for x in (ours, theirs_as_arrays(theirs)))
    assert ours.keys() == theirs.keys()
    for key, expected in theirs.items():
        if getattr(expected, "ndim", 0):
            got, expected = array(ours[key]).astype("float64"), expected.astype("float64")
            assert got.shape == expected.shape, key
            np.testing.assert_allclose(got.mean(axis=0), expected.mean(axis=0), atol=0.1 * max(expected.std(), 1))
            np.testing.assert_allclose(got.std(axis=0), expected.std(axis=0), atol=0.1 * max(expected.std(), 1e-6) + 1e-6)


@pytest.mark.parametrize("name", RANDOM)
def test_nothing_happens_in_inference(name, backend):
    np.testing.assert_array_equal(array(RANDOM[name](kt)(X, training=False)), X)


@pytest.mark.parametrize("name", RANDOM)
def test_each_call_draws_anew_and_a_seed_draws_the_same_on_both_backends(name):
    drawn = []
    for library in ("numpy", "torch"):
        if library == "torch":
            pytest.importorskip("torch")
        with kt.config.set_backend(library):
            layer = RANDOM[name](kt, seed=5)
            drawn.append([array(layer(X, training=True)) for _ in range(6)])
    np.testing.assert_allclose(drawn[0], drawn[1], rtol=1e-4, atol=1e-2)
    assert any((a != drawn[0][0]).any() for a in drawn[0][1:])


@pytest.mark.parametrize("name", [n for n in RANDOM if n != "RandomCrop"])
def test_pictures_of_a_batch_change_in_different_ways(name):
    same = np.broadcast_to(X[:1], (40, 7, 6, 3))
    y = array(RANDOM[name](kt, seed=1)(same, training=True))
    assert (y != y[:1]).any()


@pytest.mark.parametrize("name", RANDOM)
def test_one_picture_is_a_batch_of_one(name, backend):
    one, batch = RANDOM[name](kt, seed=2), RANDOM[name](kt, seed=2)
    np.testing.assert_allclose(array(one(X[0], training=True)), array(batch(X[:1], training=True))[0], atol=1e-4)


def test_training_is_what_a_call_of_its_own_means(backend):
    assert (array(layers.RandomBrightness((0.5, 0.5))(X)) != X).any()  # as in Keras


@pytest.mark.parametrize("name", MOVES)
def test_masks_move_with_the_picture(name, backend):
    labels = np.arange(4, dtype="int32")
    data = {"images": X, "segmentation_masks": X[..., :1].round(), "labels": labels, "names": labels}
    out = RANDOM[name](kt, seed=8)(data, training=True)
    assert list(out) == list(data)
    np.testing.assert_array_equal(array(out["labels"]), labels)
    seen = set(np.unique(array(out["segmentation_masks"])))
    assert out["segmentation_masks"].shape[:3] == out["images"].shape[:3]
    if name != "RandomCrop":
        assert seen <= set(np.unique(data["segmentation_masks"])) | {9.0}, "no number between two that name something"


@pytest.mark.parametrize("name", ["RandomContrast", "RandomGrayscale", "RandomInvert", "RandomBrightness"])
def test_masks_keep_their_colours(name, backend):
    out = RANDOM[name](kt, seed=8)({"images": X, "segmentation_masks": X[..., :1]}, training=True)
    np.testing.assert_array_equal(array(out["segmentation_masks"]), X[..., :1])


def test_masks_are_resized_to_numbers_that_are_there(backend):
    data = {"images": X[0], "segmentation_masks": (X[0, :, :, :1] > 100).astype("uint8")}
    out = layers.Resizing(11, 13)(data)
    assert out["images"].shape == (11, 13, 3)
    assert set(np.unique(array(out["segmentation_masks"]))) <= {0, 1}


@pytest.mark.parametrize("make, dtype", [
    (lambda: layers.Resizing(3, 3), "uint8"), (lambda: layers.CenterCrop(3, 3), "float32"), (lambda: layers.RandomFlip(), "float32"),
    (lambda: layers.RandomContrast(0.5), "float32"), (lambda: layers.RandomRotation(0.5), "float32"), (lambda: layers.RandomCrop(3, 3), "float32"),
], ids=["Resizing", "CenterCrop", "RandomFlip", "RandomContrast", "RandomRotation", "RandomCrop"])  # fmt: skip
def test_bytes_go_in(make, dtype, backend):
    assert array(make()(X.astype("uint8"), training=True)).dtype == dtype


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 12), st.integers(1, 12), st.sampled_from(FORMATS))
@settings(max_examples=40, deadline=None)
def test_the_shape_told_is_the_shape_that_comes(height, width, new_height, new_width, data_format):
    shape = (2, height, width, 1) if data_format == "channels_last" else (2, 1, height, width)
    for make in (layers.Resizing, layers.CenterCrop, layers.RandomCrop):
        layer = make(new_height, new_width, data_format=data_format)
        assert layer(np.ones(shape), training=True).shape == layer.compute_output_shape(shape)
        assert layer(np.ones(shape[1:]), training=True).shape == layer.compute_output_shape(shape[1:])


def model(augmentation):
    """A small network after an augmentation, with the same weights each time."""
    kt.utils.set_random_seed(1)
    network = kt.Sequential([
        kt.Input((7, 6, 3)), *augmentation, layers.Rescaling(1 / 255), layers.Conv2D(2, 3, activation="relu"),
        layers.Flatten(), layers.Dense(2, activation="softmax"),
    ])  # fmt: skip
    network.compile(kt.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    return network


MODELS = {name: [make] for name, make in RANDOM.items() if name != "RandomCrop"}
MODELS["many"] = [RANDOM["RandomFlip"], RANDOM["RandomRotation"], RANDOM["RandomContrast"]]


@pytest.mark.parametrize("name", MODELS)
def test_training_as_a_program_is_training_step_by_step(name, backend):
    labels = np.array([0, 1, 1, 0])
    losses = []
    for eagerly in (False, True):
        network = model([make(kt, seed=4) for make in MODELS[name]])
        network.run_eagerly = eagerly
        losses.append(network.fit(X, labels, epochs=4, batch_size=2, shuffle=False, verbose=0).history["loss"])
    np.testing.assert_allclose(*losses, rtol=2e-3)
    still = model([])
    assert losses[0][0] != pytest.approx(still.fit(X, labels, epochs=1, batch_size=2, shuffle=False, verbose=0).history["loss"][0])
    np.testing.assert_allclose(network.predict(X, verbose=0), network.predict(X, verbose=0))


def test_random_crops_in_training(backend):
    network = kt.Sequential([kt.Input((7, 6, 3)), layers.RandomCrop(4, 4, seed=1), layers.GlobalAveragePooling2D(), layers.Dense(1)])
    network.compile("sgd", "mse")
    assert np.isfinite(network.fit(X / 255, np.ones((4, 1)), epochs=2, verbose=0).history["loss"]).all()


def test_from_a_file(backend, tmp_path):
    network = model([layers.Pipeline([layers.RandomFlip("vertical", seed=3), layers.RandomZoom(0.2)]), layers.Resizing(7, 6)])
    network.save(tmp_path / "m.keras")
    loaded = kt.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(loaded.predict(X, verbose=0), network.predict(X, verbose=0), atol=1e-6)
    flip, zoom = loaded.layers[0].layers
    assert (flip.mode, flip.seed, zoom.height_factor) == ("vertical", 3, 0.2)


def test_in_a_data_set(tmp_path):
    pytest.importorskip("PIL")
    for kind in ("dark", "light"):
        (tmp_path / kind).mkdir()
        for i in range(3):
            kt.utils.save_img(tmp_path / kind / f"{i}.png", X[i] / (3 if kind == "dark" else 1), scale=False)
    data = kt.utils.image_dataset_from_directory(tmp_path, image_size=(8, 8), batch_size=4, shuffle=False, verbose=False)
    pipeline = layers.Pipeline([layers.CenterCrop(4, 4), layers.RandomInvert((1.0, 1.0))])
    for (before, _), (after, _) in zip(data, data.map(lambda x, y: (pipeline(x, training=True), y))):
        np.testing.assert_allclose(after, 255 - before[:, 2:6, 2:6], atol=1e-4)


def test_a_pipeline_in_inference_changes_nothing_at_random(backend):
    pipeline = layers.Pipeline([layers.RandomInvert((1.0, 1.0)), layers.Rescaling(2.0)])
    np.testing.assert_allclose(array(pipeline(X, training=False)), 2 * X)
    np.testing.assert_allclose(array(pipeline(X, training=True)), 2 * (255 - X), rtol=1e-5)


WRONG = {
    "turns": lambda api: api.layers.RandomRotation(2),
    "three turns": lambda api: api.layers.RandomRotation((0.1, 0.2, 0.3)),
    "turns in words": lambda api: api.layers.RandomRotation("far"),
    "fill": lambda api: api.layers.RandomRotation(0.1, fill_mode="mirror"),
    "way": lambda api: api.layers.RandomZoom(0.1, interpolation="bicubic"),
    "zoom": lambda api: api.layers.RandomZoom(-1.0),
    "zooms": lambda api: api.layers.RandomZoom((0.1, 2.0)),
    "width": lambda api: api.layers.RandomZoom(0.1, "much"),
    "shift": lambda api: api.layers.RandomTranslation(0.1, 1.5),
    "shear": lambda api: api.layers.RandomShear(-0.1),
    "contrast": lambda api: api.layers.RandomContrast(1.5),
    "range of one": lambda api: api.layers.RandomBrightness(0.1, value_range=(1,)),
    "share": lambda api: api.layers.RandomGrayscale(1.5),
    "share of negatives": lambda api: api.layers.RandomInvert(2.0),
    "rank": lambda api: api.layers.RandomFlip()(X[0, 0]),
    "way to resize": lambda api: api.layers.Resizing(2, 2, "cubist")(X),
    "both ratios": lambda api: api.layers.Resizing(2, 2, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True)(X),
    "an argument": lambda api: api.layers.RandomFlip(colour="red"),
    "no layers": lambda api: api.layers.Pipeline.from_config({"name": "p"}),
    "data format": lambda api: api.layers.CenterCrop(2, 2, data_format="channels_middle"),
}


@pytest.mark.parametrize("name", WRONG)
def test_errors_are_of_keras_s_kind(name, keras):
    with pytest.raises((ValueError, NotImplementedError)) as theirs:
        WRONG[name](keras)
    with pytest.raises(theirs.type):
        WRONG[name](kt)


@pytest.mark.parametrize("wrong", [
    lambda: layers.RandomFlip("sideways"),
    lambda: layers.RandomFlip(bounding_box_format="xyxy"),
    lambda: layers.RandomFlip()({"images": X, "bounding_boxes": {}}),
], ids=["mode", "box format", "boxes"])  # fmt: skip
def test_what_is_not_there_is_refused(wrong):
    with pytest.raises(ValueError, match=r"mode|bounding_box"):
        wrong()
