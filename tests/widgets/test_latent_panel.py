"""The latent panel: every place can be dragged to, and shows what the decoder makes of it."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.explain import LatentSamples
from kerasteach.explain.latent import decoded, encoded
from kerasteach.widgets import Latent
from kerasteach.widgets.latent_scene import _strip, plane_box
from kerasteach.widgets.plots import Axes

L = keras.layers
X = np.random.default_rng(0).random((30, 16)).astype("float32")
LABELS = np.arange(30) % 3


def autoencoder(dimensions=2, outputs=16):
    x, z = keras.Input((16,)), keras.Input((dimensions,))
    encoder = keras.Model(x, L.Dense(dimensions, name="code")(x), name="encoder")
    decoder = keras.Model(z, L.Dense(outputs, activation="sigmoid", name="drawn")(z), name="decoder")
    return encoder, decoder


@pytest.fixture
def panel(backend, fresh):
    return Latent(autoencoder(), X, LABELS)


def test_a_drag_chooses_the_place(panel):
    axes = Axes(plane_box(), *panel.limits)
    for place in [panel.places[4], panel.places[11]]:
        panel.pointed(*axes.at(*place), "drag")
        np.testing.assert_allclose([panel.state["z1"], panel.state["z2"]], place, atol=1e-3)
        np.testing.assert_allclose(panel.made(), decoded(panel.decoder, [[panel.state["z1"], panel.state["z2"]]])[0], atol=1e-6)
        assert panel.nearest()[1] < 2e-3
    before = panel.state
    panel.pointed(2, 2, "click")
    assert panel.state == before


def test_arrow_keys_move_the_point(panel):
    (x0, x1), (y0, y1) = panel.limits
    middle = round((x0 + x1) / 2, 3), round((y0 + y1) / 2, 3)
    panel.set(z1=middle[0], z2=middle[1])
    for key in ("right", "up", "up"):
        panel.pointed(0, 0, key)
    far = np.array([panel.state["z1"], panel.state["z2"]]) - middle
    steps = [control.step for control in panel.controls()[-2:]]
    np.testing.assert_allclose(far, [steps[0], 2 * steps[1]], atol=1e-3)
    assert (x1 - x0) / 250 < steps[0] < (x1 - x0) / 15 and (y1 - y0) / 250 < steps[1] < (y1 - y0) / 15


def test_data_lies_where_the_encoder_puts_it(panel):
    codes = encoded(panel.encoder, X)
    np.testing.assert_allclose(panel.places, codes, atol=1e-6)
    sample = int(np.linalg.norm(codes, axis=1).argmin())
    assert f"nearest sample {sample} ({LABELS[sample]})" in repr(panel)
    assert panel.to_svg().count(">2</text>") >= 10  # the labels are written where the data lies


def test_a_grid_is_made_of_every_place(panel):
    made = panel.set(view="grid").grid()
    (x0, x1), (y0, y1) = panel.limits
    n = round(len(made) ** 0.5)
    corner = [[x0 + (x1 - x0) / (2 * n), y1 - (y1 - y0) / (2 * n)]]  # the first picture is above on the left
    np.testing.assert_allclose(made[0], decoded(panel.decoder, corner)[0], atol=1e-6)


def test_more_dimensions_are_seen_in_a_plane(backend, fresh):
    panel = Latent(autoencoder(4), X, axes="pca")
    assert "4 dimensions" in repr(panel) and "% of their variance" in repr(panel) and "PC 1" in panel.to_svg()
    panel.set(axes=(3, 1), z1=0.5)
    vector = panel.plane.vectors([[0.5, 0.0]])[0]
    assert vector[3] == 0.5 and vector[1] == 0 and vector[0] == pytest.approx(panel.codes[:, 0].mean())
    assert panel.code() == "Latent(model, x, z1=0.5, axes=(3, 1))"


def test_a_decoder_alone_and_outputs_that_are_no_pictures(backend, fresh):
    panel = Latent(autoencoder(2, 7)[1], z1=1.0)
    assert panel.limits == ((-3.0, 3.0), (-3.0, 3.0)) and "7 numbers" in repr(panel)
    assert [control.key for control in panel.controls()] == ["z1", "z2"]
    with pytest.raises(ValueError, match="A grid needs a decoder that makes pictures"):
        panel.set(view="grid")


def gan(dimensions=3, epochs=6):
    """A generative adversarial network on a heap of points, and samples kept while it learned."""
    class GAN(keras.Model):
        def __init__(self):
            super().__init__()
            self.generator = keras.Sequential([keras.Input((dimensions,)), L.Dense(16, activation="sigmoid")])
            self.critic = keras.Sequential([keras.Input((16,)), L.Dense(8, "relu"), L.Dense(1)])
            self.seed = keras.random.SeedGenerator(0)

        def compile(self, optimizer, critic_optimizer):
            super().compile(optimizer)
            self.critic_optimizer = critic_optimizer

        def call(self, x):
            return self.critic(x)

        def train_step(self, real):
            noise = keras.random.normal((len(real), dimensions), seed=self.seed)
            with keras.GradientTape() as tape:
                fake = keras.ops.mean(keras.ops.softplus(self.critic(self.generator(noise))))
                loss = fake + keras.ops.mean(keras.ops.softplus(-self.critic(real)))
            self.critic_optimizer.apply(tape.gradient(loss, self.critic.trainable_variables), self.critic.trainable_variables)
            with keras.GradientTape() as tape:
                fooled = keras.ops.mean(keras.ops.softplus(-self.critic(self.generator(noise))))
            self.optimizer.apply(tape.gradient(fooled, self.generator.trainable_variables), self.generator.trainable_variables)
            return {"critic": loss, "generator": fooled}

    model = GAN()
    model.compile(keras.optimizers.Adam(0.05), keras.optimizers.Adam(0.05))
    samples = LatentSamples(model, every=2, count=9)
    model.fit(X, epochs=epochs, verbose=0, callbacks=[samples])
    return samples


def test_samples_over_training(backend, fresh):
    samples = gan()
    panel = Latent(samples, view="samples")
    assert samples.epochs == [0, 2, 4, 6] and panel.state["epoch"] == 6
    assert repr(panel).startswith("Latent: 9 samples after epoch 6 of 6;")
    moment, _, box = _strip(samples)[0]
    panel.pointed(box.x + 3, box.y + 3, "click")
    assert panel.epoch == samples.epochs[moment] == 0
    panel.pointed(0, 0, "right")
    assert panel.epoch == 2 and "after epoch 2 of 6" in panel.to_svg()
    slider = panel.controls()[-1]
    assert (slider.low, slider.high, slider.step) == (0, 6, 2)
    panel.set(view="plane", axes=(0, 2), z1=1.0)  # the generator's space has three dimensions
    assert "3 dimensions" in repr(panel)


def test_what_it_refuses_changes_nothing(panel):
    before = panel.state
    for wrong, said in [
        ({"view": "samples"}, "pass LatentSamples"), ({"axes": (0, 2)}, "two different axes"), ({"z1": float("nan")}, "Expected z1 to be a number"),
        ({"epoch": 3}, "No samples of epoch 3"),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=said):
            panel.set(**wrong)
        assert panel.state == before
    with pytest.raises(ValueError, match="data but no encoder"):
        Latent(panel.decoder, X)
    with pytest.raises(ValueError, match="29 labels for 30 samples"):
        Latent((panel.encoder, panel.decoder), X, LABELS[1:])


def test_long_labels_have_markers_and_a_legend(fresh):
    panel = Latent(autoencoder(), X, [["cat", "dog", "owl"][n] for n in LABELS])
    assert panel.to_svg().count(">owl</text>") == 1 and panel.to_svg().count("<polygon") >= 10


def test_it_keeps_up_with_a_training(backend, fresh):
    pytest.importorskip("ipywidgets")
    encoder, decoder = autoencoder()
    model = keras.Model(encoder.inputs, decoder(encoder.outputs[0]))
    model.compile(keras.optimizers.SGD(1.0), "mse")
    panel = Latent((encoder, decoder), X, z1=1.0)
    live = panel.widget()
    before = live.picture.svg
    model.fit(X, X, epochs=2, verbose=0, callbacks=[panel])
    assert live.words.words == repr(panel) and live.picture.svg != before


def test_a_large_picture_in_a_large_grid_stays_small(fresh):
    decoder = keras.Sequential([keras.Input((2,)), L.Dense(64 * 64 * 3), L.Reshape((64, 64, 3))])
    panel = Latent(decoder, z1=0.3)
    for view in ("plane", "grid"):
        assert len(panel.set(view=view).to_svg()) < 300_000
