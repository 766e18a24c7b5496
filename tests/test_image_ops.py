"""keras.ops.image: what undoes what, what stays the same, sizes unknown, graphs in files, errors as Keras's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as kt
from kerasteach.ops.image_resize import resize_matrix

image = kt.ops.image
X = np.random.default_rng(0).normal(size=(2, 7, 6, 3)).astype("float32")
FORMATS = ("channels_last", "channels_first")
WAYS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


def array(x):
    return np.array(kt.backend.to_numpy(x))


def tensor(x, backend):
    return kt.backend.get(backend).convert(x)


sizes = st.integers(1, 40)


@given(sizes, sizes, st.sampled_from(["nearest", "bilinear", "bicubic"]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_resizing_an_axis_is_what_torch_does(old, new, way, antialias):
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(old).normal(size=(1, 1, 1, old)).astype("float32")
    mode = {"nearest": "nearest-exact"}.get(way, way)
    more = {} if way == "nearest" else {"align_corners": False, "antialias": antialias}
    expected = torch.nn.functional.interpolate(torch.as_tensor(x), size=(1, new), mode=mode, **more)
    np.testing.assert_allclose(resize_matrix(old, new, way, antialias) @ x[0, 0, 0], expected[0, 0, 0], atol=2e-5)
    for library in ("numpy", "torch"):
        y = image.resize(tensor(x[0, 0, 0][None, :, None], library), (1, new), way, antialias)
        np.testing.assert_allclose(array(y)[0, :, 0], expected[0, 0, 0], atol=2e-5)


def test_a_hole_stays_where_it_is(backend):
    row = np.arange(8, dtype="float32").reshape(1, 8, 1)
    row[0, 2] = np.nan
    y = array(image.resize(tensor(row, backend), (1, 16)))[0, :, 0]
    assert np.isnan(y[3:7]).all() and np.isfinite(y[[0, 1, *range(8, 16)]]).all()


@given(sizes, sizes, st.sampled_from(WAYS), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_is_the_same_everywhere_stays(old, new, way, antialias):
    np.testing.assert_allclose(resize_matrix(old, new, way, antialias).sum(axis=1), 1, atol=1e-9)


@pytest.mark.parametrize("way", WAYS)
def test_resizing_to_the_same_size_changes_nothing(way, backend):
    np.testing.assert_allclose(array(image.resize(tensor(X, backend), (7, 6), way)), X, atol=1e-6)


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float16", "float64"])
def test_pictures_keep_their_dtype(dtype, backend):
    x = tensor((np.abs(X) * 100).astype(dtype), backend)
    turn = np.array([0, 1, 0, 1, 0, 0, 0, 0], "float32")
    for y in (image.resize(x, (3, 9), "bicubic"), image.affine_transform(x, turn), image.rgb_to_grayscale(x)):
        assert array(y).dtype == dtype


def test_bicubic_bytes_do_not_wrap_around(backend):
    steps = np.repeat([0, 255, 0, 255], 2).astype("uint8").reshape(1, 8, 1)  # overshoots at every step
    y = array(image.resize(tensor(steps, backend), (1, 16), "bicubic"))[0, :, 0]
    assert (np.abs(np.diff(y.astype(int))) < 200).all() and {0, 255} <= set(y.tolist())


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_the_aspect_ratio_is_kept(height, width, new_height, new_width):
    x = np.ones((height, width, 1), "float32")
    padded = image.resize(x, (new_height, new_width), "nearest", pad_to_aspect_ratio=True, fill_value=-1)
    cut = image.resize(x, (new_height, new_width), crop_to_aspect_ratio=True)
    assert padded.shape == cut.shape == (new_height, new_width, 1)
    np.testing.assert_allclose(cut, 1, atol=1e-6)
    assert set(np.unique(padded)) <= {-1, 1}


@pytest.mark.parametrize("data_format", FORMATS)
def test_cropping_undoes_padding(data_format, backend):
    x = tensor(X, backend)
    wide = image.pad_images(x, 1, 2, 3, 0, data_format=data_format)
    assert array(wide).sum() == pytest.approx(X.sum(), rel=1e-4)
    axes = (1, 2) if data_format == "channels_last" else (2, 3)
    back = image.crop_images(wide, 1, 2, target_height=X.shape[axes[0]], target_width=X.shape[axes[1]], data_format=data_format)
    np.testing.assert_array_equal(array(back), X)


def test_places_on_elements_are_the_elements(backend):
    x = tensor(X[0], backend)
    for order in (0, 1):
        np.testing.assert_array_equal(array(image.map_coordinates(x, np.indices(X[0].shape).astype("float32"), order)), X[0])


@pytest.mark.parametrize("mode, numpy_mode", [("wrap", "wrap"), ("mirror", "reflect"), ("reflect", "symmetric"), ("nearest", "edge")])
@pytest.mark.parametrize("length", [1, 2, 5])
def test_beyond_the_ends_is_what_numpy_pads(mode, numpy_mode, length):
    row = np.arange(1.0, length + 1)
    expected = np.pad(row, 7, mode=numpy_mode)
    np.testing.assert_array_equal(image.map_coordinates(row, np.arange(-7.0, length + 7)[None], 0, mode), expected)


@pytest.mark.parametrize("data_format", FORMATS)
def test_moves_that_are_known_by_heart(data_format, backend):
    axes = (1, 2) if data_format == "channels_last" else (2, 3)
    height, width = (X.shape[axis] for axis in axes)
    mirrored = [-1, 0, width - 1, 0, 1, 0, 0, 0]
    upside_down = [-1, 0, width - 1, 0, -1, height - 1, 0, 0]
    both = np.array([mirrored, upside_down], "float32")
    y = array(image.affine_transform(tensor(X, backend), both, data_format=data_format))
    np.testing.assert_allclose(y[0], np.flip(X[0], axes[1] - 1), atol=1e-5)
    np.testing.assert_allclose(y[1], np.flip(X[1], (axes[0] - 1, axes[1] - 1)), atol=1e-5)


def test_corners_go_where_they_are_told(backend):
    x = np.zeros((9, 9, 1), "float32")
    corners = np.array([[1, 1], [7, 1], [1, 7], [7, 7]], "float32")
    for i, (column, row) in enumerate(corners.astype(int)):
        x[row, column] = i + 1
    wanted = np.array([[0, 0], [8, 0], [2, 8], [6, 8]], "float32")
    y = array(image.perspective_transform(tensor(x, backend), corners, wanted))[:, :, 0]
    np.testing.assert_allclose([y[int(b), int(a)] for a, b in wanted], [1, 2, 3, 4], atol=1e-3)


def test_a_projective_move_divides():
    x = np.arange(5.0).reshape(1, 5, 1)
    y = image.affine_transform(x, [1, 0, 0, 0, 1, 0, 1, 0], fill_mode="nearest")  # from x / (x + 1)
    np.testing.assert_allclose(y[0, :, 0], np.arange(5) / (np.arange(5) + 1), atol=1e-6)


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_colours_there_and_back(seed):
    x = np.random.default_rng(seed).integers(0, 5, (4, 4, 3)) / 4  # many equal, many grey
    np.testing.assert_allclose(image.hsv_to_rgb(image.rgb_to_hsv(x)), x, atol=1e-6)


@pytest.mark.parametrize("data_format", FORMATS)
def test_patches_hold_every_pixel_once(data_format, backend):
    x = np.arange(2 * 4 * 6 * 3.0).reshape((2, 4, 6, 3) if data_format == "channels_last" else (2, 3, 4, 6))
    y = array(image.extract_patches(tensor(x, backend), 2, data_format=data_format))
    assert sorted(y.ravel()) == sorted(x.ravel())


def test_how_alike(backend):
    x, noise = np.random.default_rng(1).random((2, 3, 16, 16, 1)).astype("float32")
    equal, unlike = (array(image.ssim(tensor(x, backend), tensor(other, backend))) for other in (x, noise))
    np.testing.assert_allclose(equal, 1, atol=1e-5)
    assert (np.abs(unlike) < 0.5).all()


def test_blur_keeps_the_sum_and_edges_see_steps(backend):
    dot = np.zeros((1, 9, 9, 1), "float32")
    dot[0, 4, 4, 0] = 1
    blurred = array(image.gaussian_blur(tensor(dot, backend), (5, 5), (1.0, 2.0)))
    assert blurred.sum() == pytest.approx(1, abs=1e-5)
    assert blurred[0, 4, 2, 0] < blurred[0, 2, 4, 0]  # narrower across than down
    step = np.repeat([0.0, 1.0], 3).reshape(1, 1, 6, 1).repeat(5, axis=1).astype("float32")
    edges = array(image.sobel_edges(tensor(step, backend)))[0, 2, 1:-1, 0]  # (columns, down and across)
    np.testing.assert_allclose(edges, [[0, 0], [0, 4], [0, 4], [0, 0]], atol=1e-6)


def test_the_slope_of_scale_and_translation():
    def total(scale, translation):
        y = image.scale_and_translate(X.astype("float64"), (2, 5, 9, 3), scale, translation, (1, 2), "cubic")
        return kt.ops.sum(kt.ops.multiply(y, np.cos(np.arange(270.0)).reshape(2, 5, 9, 3)))

    scale, translation = kt.Variable([0.6, 1.7], dtype="float64"), kt.Variable([0.35, -0.8], dtype="float64")
    with kt.GradientTape() as tape:
        y = total(scale, translation)
    for variable, slope in zip((scale, translation), tape.gradient(y, [scale, translation])):
        for i in range(2):
            nudge = np.eye(2)[i] * 1e-5
            up, down = ([v.numpy() + sign * nudge * (v is variable) for v in (scale, translation)] for sign in (1, -1))
            assert array(slope)[i] == pytest.approx((total(*up) - total(*down)) / 2e-5, rel=1e-3)


UNKNOWN = {
    "resize": (lambda ops, x: ops.resize(x, (5, 4), crop_to_aspect_ratio=True), (None, 5, 4, 3)),
    "padded": (lambda ops, x: ops.resize(x, (5, 4), pad_to_aspect_ratio=True), (None, 5, 4, 3)),
    "affine_transform": (lambda ops, x: ops.affine_transform(x, np.eye(1, 8)[0]), (None, None, None, 3)),
    "pad_images": (lambda ops, x: ops.pad_images(x, 1, 2, target_height=9, target_width=8), (None, 9, 8, 3)),
    "crop_images": (lambda ops, x: ops.crop_images(x, 1, 2, target_height=4, target_width=3), (None, 4, 3, 3)),
    "extract_patches": (lambda ops, x: ops.extract_patches(x, 2), (None, None, None, 12)),
    "rgb_to_grayscale": (lambda ops, x: ops.rgb_to_grayscale(x), (None, None, None, 1)),
    "rgb_to_hsv": (lambda ops, x: ops.rgb_to_hsv(x), (None, None, None, 3)),
    "hsv_to_rgb": (lambda ops, x: ops.hsv_to_rgb(x), (None, None, None, 3)),
    "gaussian_blur": (lambda ops, x: ops.gaussian_blur(x, data_format="channels_last"), (None, None, None, 3)),
    "sobel_edges": (lambda ops, x: ops.sobel_edges(x), (None, None, None, 3, 2)),
    "ssim": (lambda ops, x: ops.ssim(x, x, filter_size=3), (None,)),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_in_a_graph_of_unknown_sizes(name, backend):
    call, shape = UNKNOWN[name]
    inputs = kt.Input((None, None, 3))
    outputs = call(image, inputs)
    assert outputs.shape == shape
    model = kt.Model(inputs, outputs)
    np.testing.assert_allclose(array(model(X)), array(call(image, X)), atol=1e-5)


def test_graphs_in_files_go_both_ways(backend, tmp_path):
    keras = pytest.importorskip("keras")
    models = {}
    for package in (kt, keras):
        inputs = package.Input((7, 6, 3))
        outputs = [call(package.ops.image, inputs) for name, (call, _) in UNKNOWN.items() if name != "affine_transform"]
        outputs.append(package.ops.image.affine_transform(inputs, np.array([[0, 1, 0, 1, 0, 0, 0, 0]] * 2, "float32")))
        models[package] = package.Model(inputs, outputs)
    for saver, loader in ((kt, keras), (keras, kt)):
        path = tmp_path / f"{saver.__name__}.keras"
        models[saver].save(path)
        loaded = loader.models.load_model(path)
        for ours, theirs in zip(loaded.predict(X, verbose=0), models[saver].predict(X, verbose=0)):
            np.testing.assert_allclose(ours, theirs, atol=1e-5)


WRONG = {
    "rank": lambda ops: ops.resize(X[0, 0], (2, 2)),
    "size of one": lambda ops: ops.resize(X, (2,)),
    "size 0": lambda ops: ops.resize(X, (0, 2)),
    "both ratios": lambda ops: ops.resize(X, (2, 2), crop_to_aspect_ratio=True, pad_to_aspect_ratio=True),
    "interpolation": lambda ops: ops.resize(X, (2, 2), "cubist"),
    "fill mode": lambda ops: ops.resize(X, (2, 2), fill_mode="reflect"),
    "affine interpolation": lambda ops: ops.affine_transform(X, np.ones((2, 8)), "bicubic"),
    "affine fill mode": lambda ops: ops.affine_transform(X, np.ones((2, 8)), fill_mode="symmetric"),
    "affine rank": lambda ops: ops.affine_transform(X[0, 0], np.ones(8)),
    "transform rank": lambda ops: ops.affine_transform(X, np.ones((1, 1, 8))),
    "coordinates": lambda ops: ops.map_coordinates(X, np.ones((3, 2)), 1),
    "coordinates rank": lambda ops: ops.map_coordinates(np.ones(2), np.ones(1), 1),
    "order": lambda ops: ops.map_coordinates(np.ones(2), np.ones((1, 2)), 2),
    "coordinates fill mode": lambda ops: ops.map_coordinates(np.ones(2), np.ones((1, 2)), 1, "edge"),
    "points": lambda ops: ops.perspective_transform(X, np.ones((3, 2)), np.ones((3, 2))),
    "other points": lambda ops: ops.perspective_transform(X, np.ones((4, 2)), np.ones((2, 4, 2))),
    "three of three": lambda ops: ops.pad_images(X, 1, 1, 1, 1, target_height=3),
    "negative": lambda ops: ops.pad_images(X, -1, 1, 1, 1),
    "target too small": lambda ops: ops.pad_images(X, 1, 1, target_height=3, target_width=9),
    "one of three": lambda ops: ops.crop_images(X, 1, 1, 1),
    "patch of four": lambda ops: ops.extract_patches(X, (1, 2, 3, 4)),
    "patch of words": lambda ops: ops.extract_patches(X, "two"),
    "two channels": lambda ops: ops.rgb_to_grayscale(X[..., :2]),
    "hsv of bytes": lambda ops: ops.rgb_to_hsv(X.astype("uint8")),
    "rgb of bytes": lambda ops: ops.hsv_to_rgb(X.astype("uint8")),
    "blur rank": lambda ops: ops.gaussian_blur(X[0, 0], data_format="channels_last"),
    "ssim rank": lambda ops: ops.ssim(X[0, 0], X[0, 0]),
    "method": lambda ops: ops.scale_and_translate(X, X.shape, [1.0], [0.0], (1,), "nearest"),
}


@pytest.mark.parametrize("name", WRONG)
def test_errors_are_of_keras_s_kind(name, backend):
    keras = pytest.importorskip("keras")
    with pytest.raises((ValueError, TypeError, NotImplementedError)) as theirs:
        WRONG[name](keras.ops.image)
    with pytest.raises(theirs.type) as ours:
        WRONG[name](image)
    assert "eceived" in str(ours.value), "says what it was given"


def test_what_is_left_out_says_why():
    with pytest.raises(AttributeError, match="gaussian_blur and map_coordinates"):
        _ = image.elastic_transform
