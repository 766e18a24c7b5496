"""The latent panel: a place in a latent space, dragged about, and what the decoder makes of it."""

import math

import numpy as np

from kerasteach.explain.latent import as_pictures, decoded, dimensions_of, encoded, parts_of, plane_of
from kerasteach.explain.latent_samples import LatentSamples
from kerasteach.widgets.controls import Choice, Play, Slider
from kerasteach.widgets.features import count_of, sample_of
from kerasteach.widgets.latent_scene import GRID, epoch_at, plane_box, plane_scene, samples_scene
from kerasteach.widgets.looking import Looking
from kerasteach.widgets.plots import Axes
from kerasteach.widgets.words import count, number

_VIEWS = {"plane": "where the data lies", "grid": "what is made all over", "samples": "samples over training"}


class Latent(Looking):
    """A latent space, through a plane of it: drag the point, and see what the decoder makes of that place.

    The data's places are drawn with their labels; a grid shows what is made all over the plane; and with `LatentSamples`
    one sees what became of the same noise, epoch by epoch, as of a GAN's generator.

    Args:
        model: A decoder or generator; an autoencoder with the attributes `encoder` and `decoder`; the pair
            `(encoder, decoder)`; or `LatentSamples` of one of them.
        x: Data for the encoder.
        labels: What each sample is: numbers or texts.
        view: `"plane"`, `"grid"` or `"samples"`.
        z1: The point's first coordinate in the plane.
        z2: The second.
        axes: Which plane: two dimensions of the space, or `"pca"` for the two directions in which the data differs most.
        epoch: For `"samples"`: after which epoch; the last by default.

    Example:

    >>> from kerasteach import Sequential, layers
    >>> decoder = Sequential([layers.Input((2,)), layers.Dense(3, kernel_initializer="ones", name="drawn")])
    >>> Latent(decoder, z1=0.5, z2=1.0)
    Latent: 2 dimensions; at z0 0.5, z1 1: 3 numbers, mean 1.5
    """

    options = {"view": "plane", "z1": 0.0, "z2": 0.0, "axes": (0, 1), "epoch": None}
    css_class = "kt-latent"

    def __init__(self, model, x=None, labels=None, view="plane", z1=0.0, z2=0.0, axes=(0, 1), epoch=None):
        self.model, self.x, self.labels = model, x, labels
        self.source_name = "model" + (", x, labels" if labels is not None else ", x" if x is not None else "")
        self.samples = model if isinstance(model, LatentSamples) else None
        self.encoder, self.decoder = parts_of(self.samples.source if self.samples else model)
        if x is not None and self.encoder is None:
            raise ValueError("Latent was given data but no encoder for it. Fix: pass the autoencoder, or the pair (encoder, decoder).")
        if labels is not None and (x is None or len(labels) != count_of(x)):
            given = "no data" if x is None else f"{count_of(x)} samples"
            raise ValueError(f"Expected one label per sample. Received: {len(labels)} labels for {given}.")
        super().__init__(view=view, z1=z1, z2=z2, axes=tuple(axes) if isinstance(axes, list) else axes, epoch=epoch)

    @classmethod
    def example(cls, backend=None):
        from kerasteach.widgets.feature_examples import digits_vae

        return cls(*digits_vae(backend), z1=0.2, z2=-1.7)

    def models(self):
        return [self.encoder, self.decoder]

    @property
    def codes(self):
        """Where the data lies in the latent space, `(batch, dimensions)`; None without data."""
        return None if self.x is None else self.remembered("codes", lambda: encoded(self.encoder, self.x))

    @property
    def dimensions(self):
        """Of the latent space."""
        known = self.codes if self.codes is not None or self.samples is None else self.samples.noise
        return dimensions_of(self.decoder, known)

    @property
    def plane(self):
        """The plane shown, as data (`explain.latent.Plane`)."""
        return self._plane(self._state["axes"])

    def _plane(self, axes):
        return self.remembered(("plane", axes), lambda: plane_of(self.dimensions, axes, self.codes))

    @property
    def places(self):
        """Where the data lies in the plane, `(batch, 2)`; None without data."""
        return None if self.codes is None else self.plane.coordinates(self.codes)

    @property
    def limits(self):
        """Both ends of both coordinates: the data and a little more, or -3 to 3; a square."""
        places = () if self.places is None else self.places[np.isfinite(self.places).all(axis=1)]
        if not len(places):
            return (-3.0, 3.0), (-3.0, 3.0)
        low, high = places.min(axis=0), places.max(axis=0)
        middle, half = (low + high) / 2, max(float((high - low).max()) / 2 * 1.06, 0.5)
        step = 10 ** math.floor(math.log10(half)) / 10
        return tuple((round(math.floor((m - half) / step) * step, 9), round(math.ceil((m + half) / step) * step, 9)) for m in middle)

    def made(self):
        """What the decoder makes of the point: one output, `(...)`."""
        key = "made", self._state["z1"], self._state["z2"], self._state["axes"]
        return self.remembered(key, lambda: decoded(self.decoder, self.plane.vectors([[self._state["z1"], self._state["z2"]]]))[0])

    def grid(self):
        """What the decoder makes of GRID times GRID places, rows from above: `(GRID * GRID, ...)`."""
        def make():
            (x0, x1), (y0, y1) = self.limits
            at = (np.arange(GRID) + 0.5) / GRID
            across, down = np.meshgrid(x0 + at * (x1 - x0), y1 - at * (y1 - y0))
            return decoded(self.decoder, self.plane.vectors(np.stack([across.ravel(), down.ravel()], axis=1)))

        return self.remembered(("grid", self._state["axes"]), make)

    def nearest(self):
        """The sample whose place in the plane is nearest to the point: its number and distance; None without data."""
        if self.places is None:
            return None
        far = np.linalg.norm(self.places - [self._state["z1"], self._state["z2"]], axis=1)
        nearest = int(np.nan_to_num(far, nan=np.inf).argmin())
        return nearest, float(far[nearest])

    @property
    def epoch(self):
        """After which epoch samples are shown."""
        chosen = self._state["epoch"]
        return self.samples.epochs[-1] if chosen is None else chosen

    def _check(self, state):
        possible = [view for view in _VIEWS if view != "samples" or self.samples]
        if state["view"] not in possible:
            why = ' For "samples" pass LatentSamples that were given to fit.' if state["view"] == "samples" else ""
            raise ValueError(f"Expected view to be one of {', '.join(possible)}. Received: view={state['view']!r}.{why}")
        self._plane(state["axes"])
        for name in ("z1", "z2"):
            if not isinstance(state[name], (int, float)) or not math.isfinite(state[name]):
                raise ValueError(f"Expected {name} to be a number. Received: {name}={state[name]!r}.")
        if state["view"] == "grid" and as_pictures(self.made()[None]) is None:
            raise ValueError(f"A grid needs a decoder that makes pictures. Received: outputs of shape {('batch', *self.made().shape)}.")
        if state["view"] == "samples" and not self.samples.epochs:
            raise ValueError("No sample has been kept yet. Fix: model.fit(..., callbacks=[samples]) first.")
        if state["epoch"] is not None and (self.samples is None or state["epoch"] not in self.samples.epochs):
            kept = "none" if self.samples is None else ", ".join(map(str, self.samples.epochs[:8]))
            raise ValueError(f"No samples of epoch {state['epoch']!r} were kept. Kept: {kept}.")

    def _here(self):
        names, s = self.plane.names, self._state
        return f"{names[0]} {number(s['z1'], 3)}, {names[1]} {number(s['z2'], 3)}"

    def _label(self, sample):
        return "" if self.labels is None else f" ({text_of(self.labels[sample])})"

    @property
    def sentence(self):
        s = self._state
        if s["view"] == "samples":
            return f"What the generator makes of {count(len(self.samples.noise), 'latent vector')} after epoch {self.epoch} of {self.samples.epochs[-1]}."
        near = self.nearest()
        told = f"At {self._here()} of the latent space the decoder makes {_what(self.made())} with the mean {number(self.made().mean(), 3)}"
        if near is not None:
            told += f"; the nearest of {count(len(self.codes), 'sample')} is number {near[0]}{self._label(near[0])}, {number(near[1], 2)} away"
        return told + ("; around it, what is made all over the plane." if s["view"] == "grid" else ".")

    def _text(self):
        s = self._state
        if s["view"] == "samples":
            first, now = self.samples.samples[0], self._samples_now()
            return (
                f"Latent: {count(len(now), 'sample')} after epoch {self.epoch} of {self.samples.epochs[-1]}; mean {number(now.mean(), 3)}, "
                f"{number(np.abs(now - first).mean(), 3)} from what they were at epoch {self.samples.epochs[0]}"
            )
        data = "" if self.codes is None else f", {count(len(self.codes), 'sample')}"
        share = f", {number(100 * self.plane.share, 3)}% of their variance" if self.dimensions > 2 and self.plane.share is not None else ""
        text = f"Latent: {count(self.dimensions, 'dimension')}{data}{share}; at {self._here()}: {_what(self.made())}, mean {number(self.made().mean(), 3)}"
        near = self.nearest()
        return text if near is None else f"{text}; nearest sample {near[0]}{self._label(near[0])}, {number(near[1], 2)} away"

    def _samples_now(self):
        return self.samples.samples[self.samples.epochs.index(self.epoch)]

    def _scene(self):
        if self._state["view"] == "samples":
            return samples_scene(self.samples, self.epoch, self.sentence)
        near = self.nearest()
        original = None
        if near is not None:
            original = as_pictures(sample_of(self.x, near[0])[0][None])
        return plane_scene(self, near, None if original is None else original[0])

    def controls(self):
        views = tuple((told, view) for view, told in _VIEWS.items() if self._possible(view))
        shown = [Choice("view", "Show", views)] * (len(views) > 1)
        if self._state["view"] == "samples":
            low, high = self.samples.epochs[0], self.samples.epochs[-1]
            return [*shown, Play("epoch", "Play", low, high, self.samples.every), Slider("epoch", "Epoch", low, high, self.samples.every)]
        pairs = [(i, j) for i in range(min(self.dimensions, 6)) for j in range(i + 1, min(self.dimensions, 6))]
        planes = [(f"z{i}, z{j}", (i, j)) for i, j in pairs] + [("PCA of the data", "pca")] * (self.codes is not None and len(self.codes) > 1)
        chosen = self._state["axes"]
        planes += [(f"z{chosen[0]}, z{chosen[1]}", chosen)] * (chosen != "pca" and chosen not in pairs)
        sliders = [Slider(key, name, *map(float, ends), self._step(ends)) for key, name, ends in zip(("z1", "z2"), self.plane.names, self.limits)]
        return [*shown, *[Choice("axes", "Plane", tuple(planes))] * (self.dimensions > 2), *sliders]

    @staticmethod
    def _step(ends):
        """How far a slider or an arrow key goes: a round number, some fiftieth of the way."""
        return 10 ** round(math.log10((ends[1] - ends[0]) / 60))

    def _possible(self, view):
        if view == "samples":
            return bool(self.samples and self.samples.epochs)
        return view == "plane" or as_pictures(self.made()[None]) is not None

    def chosen(self, key, value):
        plane = {"z1": 0.0, "z2": 0.0} if key == "axes" else {}  # other axes, other places
        self.set(**{key: value}, **plane)

    @property
    def state(self):
        """As of every panel; the epoch is said, so that the slider stands there."""
        epoch = self.epoch if self._state["view"] == "samples" else self._state["epoch"]
        return {**self._state, "epoch": epoch}

    def pointed(self, x, y, kind):
        s = self._state
        if s["view"] == "samples":
            kept = self.samples.epochs
            at = kept.index(self.epoch) + {"left": -1, "right": 1}.get(kind, 0)
            found = epoch_at(self.samples, x, y) if kind in ("click", "drag") else kept[min(max(at, 0), len(kept) - 1)]
            if found is not None:
                self.set(epoch=found)
            return
        axes = Axes(plane_box(), *self.limits)
        if kind in _STEPS:
            across, up = _STEPS[kind]
            place = s["z1"] + across * self._step(self.limits[0]), s["z2"] + up * self._step(self.limits[1])
        else:
            place = axes.under(x, y)
        if axes.inside(*place):
            self.set(z1=round(place[0], 3), z2=round(place[1], 3))


_STEPS = {"up": (0, 1), "down": (0, -1), "left": (-1, 0), "right": (1, 0)}


def text_of(label):
    """A label as it is written.

    >>> text_of(np.array([3.0])), text_of("cat")
    ('3', 'cat')
    """
    label = np.asarray(label)
    label = label.ravel()[0] if label.size == 1 else label.argmax()  # one-hot
    return str(int(label)) if np.asarray(label).dtype.kind in "fiub" and float(label) == int(label) else str(label)


def _what(output):
    pictures = as_pictures(output[None])
    return f"{pictures.shape[1]}×{pictures.shape[2]} pixels" if pictures is not None else count(output.size, "number")
