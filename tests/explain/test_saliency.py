"""Which pixels a score depends on: against Torch's autograd, finite differences, and Grad-CAM worked out by hand."""

import numpy as np
import pytest

import kerasteach as kt
from kerasteach.explain.saliency import grad_cam, saliency, slopes

L = kt.layers
X = np.random.default_rng(0).normal(size=(3, 8, 8, 2)).astype("float32")


def cnn(end="softmax"):
    last = [L.Dense(4, activation=end, name="head")] if isinstance(end, str | None) else [L.Dense(4, name="head"), end]
    return kt.Sequential([
        kt.Input((8, 8, 2)), L.Conv2D(5, 3, activation="tanh", name="first"), L.MaxPooling2D(2),
        L.Conv2D(6, 2, activation="tanh", name="last"), L.Flatten(), *last,
    ])  # fmt: skip


@pytest.mark.parametrize("end", ["softmax", "sigmoid", None, L.Softmax, lambda: L.Activation("softmax")])
def test_the_gradient_is_that_of_the_score_before_the_end(backend, fresh, end):
    """However the model ends, the slope is that of the same model without its softmax."""
    model = cnn(end() if callable(end) else end)
    plain = cnn(None)
    plain.set_weights(model.get_weights())
    found, expected = slopes(model, X, sample=1, target=2), slopes(plain, X, sample=1, target=2)
    assert found.score == pytest.approx(plain.predict(X, verbose=0)[1, 2], abs=1e-5)
    np.testing.assert_allclose(found.inputs, expected.inputs, atol=1e-6)
    probabilities = model.predict(X, verbose=0)
    assert probabilities.min() >= 0 or end is None  # the model itself is as it was


def test_against_finite_differences(backend, fresh):
    """A nudge of one pixel moves the score by its slope; float64, so that a small nudge is not lost."""
    before = kt.config.floatx()
    kt.config.set_floatx("float64")
    try:
        model, x = cnn(None), X.astype("float64")
        found = slopes(model, x, sample=0, target=1).inputs
        for place in [(0, 0, 0), (3, 4, 1), (7, 7, 0), (5, 2, 1)]:
            scores = []
            for step in (1e-6, -1e-6):
                nudged = x.copy()
                nudged[0][place] += step
                scores.append(model.predict(nudged, verbose=0)[0, 1])
            assert found[place] == pytest.approx((scores[0] - scores[1]) / 2e-6, rel=1e-5, abs=1e-8)
    finally:
        kt.config.set_floatx(before)


def test_against_torch(backend, fresh):
    """The same network written in Torch alone: autograd's saliency, and Grad-CAM from its own maps and gradients."""
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    model = cnn()
    k1, b1, k2, b2, w, b = (torch.tensor(a) for a in model.get_weights())
    image = torch.tensor(X[2:3]).permute(0, 3, 1, 2).requires_grad_()
    y = functional.max_pool2d(torch.tanh(functional.conv2d(image, k1.permute(3, 2, 0, 1), b1)), 2)
    maps = torch.tanh(functional.conv2d(y, k2.permute(3, 2, 0, 1), b2))  # (1, channels, height, width)
    logits = maps.permute(0, 2, 3, 1).reshape(1, -1) @ w + b
    target = int(logits.argmax())
    pixel, steep = torch.autograd.grad(logits[0, target], [image, maps])
    cam = torch.relu((steep.mean(dim=(2, 3), keepdim=True) * maps).sum(dim=1))[0]

    found = slopes(model, X, sample=2)
    assert found.target == target and found.score == pytest.approx(float(logits.detach()[0, target]), abs=1e-5)
    np.testing.assert_allclose(found.inputs, pixel[0].permute(1, 2, 0), atol=1e-6)
    np.testing.assert_allclose(saliency(found.inputs), pixel[0].abs().amax(dim=0), atol=1e-6)
    np.testing.assert_allclose(grad_cam(model, X, "last", sample=2), cam.detach(), atol=1e-6)


def test_grad_cam_of_a_global_mean_is_the_class_activation_map(backend, fresh):
    """With a global mean and one Dense, Grad-CAM is Zhou's class activation map divided by the number of places."""
    model = kt.Sequential([
        kt.Input((8, 8, 2)), L.Conv2D(3, 3, name="maps"), L.GlobalAveragePooling2D(), L.Dense(4, activation="softmax"),
    ])  # fmt: skip
    maps = kt.explain.activations(model, X, "maps")["maps"][0]
    expected = np.maximum(maps @ model.layers[-1].kernel.numpy()[:, 3] / maps[..., 0].size, 0)
    np.testing.assert_allclose(grad_cam(model, X, "maps", target=3), expected, atol=1e-6)


def test_channels_first(backend, fresh):
    model = cnn(None)
    x = kt.Input((2, 8, 8))
    first = L.Conv2D(6, 2, data_format="channels_first", name="maps", activation="tanh")
    turned = kt.Model(x, L.Dense(4)(L.Flatten()(first(x))))
    cam = grad_cam(turned, np.moveaxis(X, -1, 1), "maps")
    assert cam.shape == (7, 7) and model.name


def test_several_inputs_and_outputs(backend, fresh):
    image, tokens = kt.Input((8, 8, 2)), kt.Input((3,), dtype="int32")
    words = L.Embedding(10, 4, name="words")(tokens)
    both = L.Concatenate()([L.Flatten()(image), L.Flatten()(words)])
    model = kt.Model([image, tokens], [L.Dense(2)(both), L.Dense(3, activation="softmax", name="kind")(both)])
    found = slopes(model, [X, np.ones((3, 3), "int32")], target=1, output=1, layer="words")
    assert found.inputs[0].shape == (8, 8, 2) and found.inputs[1] is None and found.gradient.shape == (3, 4)
    np.testing.assert_allclose(found.inputs[0].ravel(), model.get_layer("kind").kernel.numpy()[:128, 1], atol=1e-6)


def test_nothing_changes(backend, fresh):
    model = kt.Sequential([kt.Input((8, 8, 2)), L.BatchNormalization(), L.Flatten(), L.Dense(2, activation="softmax")])
    before = [w.copy() for w in model.get_weights()]
    slopes(model, X, layer=model.layers[0].name)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert model.layers[-1].activation is kt.activations.softmax and "call" not in vars(model.layers[-1])


def test_errors_say_what_to_do(fresh):
    model = cnn()
    with pytest.raises(ValueError, match="no target 4: it has 4"):
        slopes(model, X, target=4)
    with pytest.raises(ValueError, match="no layer 'lost'"):
        slopes(model, X, layer="lost")
    with pytest.raises(ValueError, match="name the last convolution"):
        grad_cam(model, X, "head")
