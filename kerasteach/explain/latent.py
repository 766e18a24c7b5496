"""A latent space: where a model's encoder puts the data, and what its decoder makes of any place."""

from dataclasses import dataclass

import numpy as np

from .. import tree
from .calls import array, unchanged

_ROWS = 512  # encoded at a time


def parts_of(source):
    """Return (encoder, decoder) of what a user has: a pair, an autoencoder, or a decoder alone.

    Args:
        source: `(encoder, decoder)`; a model with the attribute `decoder`, and `encoder` perhaps; a model that takes latent
            vectors, as a GAN's generator does.

    Raises:
        ValueError: if it is none of them.

    >>> from kerasteach import Sequential, layers
    >>> decoder = Sequential([layers.Input((2,)), layers.Dense(4)])
    >>> parts_of(decoder) == (None, decoder)
    True
    """
    if isinstance(source, (tuple, list)) and len(source) == 2 and all(map(callable, source)):
        return tuple(source)
    for name in ("decoder", "generator"):
        if callable(getattr(source, name, None)):
            return getattr(source, "encoder", None), getattr(source, name)
    if not callable(source):
        raise ValueError(
            "Expected a model that turns latent vectors into data, an autoencoder with the attributes `encoder` and `decoder`, or the "
            f"pair (encoder, decoder). Received: {source!r}."
        )
    return None, source


def encoded(encoder, x):
    """Return where an encoder puts data: `(batch, dimensions)`.

    Of an encoder with several outputs the first counts: of a VAE's, the mean.

    Args:
        encoder: a model.
        x: its input.

    Raises:
        ValueError: unless it gives a vector for each sample.
    """
    count = len(tree.flatten(x)[0])
    codes = []
    with unchanged(encoder), encoder._backend.inference():
        for start in range(0, count, _ROWS):
            rows = tree.map_structure(lambda a, rows=slice(start, start + _ROWS): a[rows], x)
            codes.append(array(tree.flatten(encoder(rows, training=False))[0]))
    codes = np.concatenate(codes)
    if codes.ndim != 2:
        raise ValueError(
            f"The encoder '{encoder.name}' gives no vectors. Expected outputs (batch, dimensions), the first of several. Received: "
            f"shape={codes.shape}. Fix: Flatten or GlobalAveragePooling at its end."
        )
    return codes


def decoded(decoder, vectors):
    """Return what a decoder makes of latent vectors `(batch, dimensions)`: its first output, `(batch, ...)`."""
    with unchanged(decoder), decoder._backend.inference():
        return array(tree.flatten(decoder(np.asarray(vectors, "float32"), training=False))[0])


def dimensions_of(decoder, codes=None):
    """Return how many dimensions a latent space has: those of its codes, or of the decoder's input.

    Raises:
        ValueError: if neither says it.
    """
    if codes is not None:
        return codes.shape[1]
    shape = getattr(decoder, "input_shape", None)
    if not isinstance(shape, tuple) or len(shape) != 2 or shape[-1] is None:
        raise ValueError(
            f"How many dimensions the latent space of '{decoder.name}' has is not known. Expected a decoder with an input "
            f"(batch, dimensions), or data for its encoder. Received: input shape {shape}. "
            "Fix: begin the decoder with keras.Input((2,)), or pass the encoder and x."
        )
    return shape[-1]


@dataclass(frozen=True)
class Plane:
    """A plane through a latent space.

    Attributes:
        origin: `(dimensions,)`, the point where both coordinates are 0.
        directions: `(2, dimensions)`, of length 1 and at right angles.
        names: what the coordinates are called.
        share: the part of the codes' variance that lies in the plane; None without codes.
    """

    origin: np.ndarray
    directions: np.ndarray
    names: tuple
    share: float | None = None

    def vectors(self, coordinates):
        """Latent vectors `(points, dimensions)` for coordinates `(points, 2)`."""
        return (self.origin + np.asarray(coordinates, "float64") @ self.directions).astype("float32")

    def coordinates(self, vectors):
        """Where vectors lie when seen from above the plane: `(points, 2)`."""
        return (np.asarray(vectors, "float64") - self.origin) @ self.directions.T


def plane_of(dimensions, axes=(0, 1), codes=None):
    """Return a plane through a latent space.

    Args:
        dimensions: of the space.
        axes: two of its axes, the others held at the codes' mean; or `"pca"`: the two directions in which codes differ most.
        codes: `(batch, dimensions)`; PCA needs them.

    Raises:
        ValueError: for axes that there are not, or PCA without codes.

    >>> plane_of(3, (0, 2)).vectors([[1.0, 2.0]])
    array([[1., 0., 2.]], dtype=float32)
    >>> codes = np.array([[0.0, 0.0, 1.0], [3.0, 3.0, 1.0], [1.0, 2.0, 1.0]])
    >>> round(plane_of(3, "pca", codes).share, 6)
    1.0
    """
    codes = None if codes is None else codes[np.isfinite(codes).all(axis=1)]
    middle = np.zeros(dimensions) if codes is None or not len(codes) else codes.mean(axis=0).astype("float64")
    if axes == "pca":
        if codes is None or len(codes) < 2 or dimensions < 2:
            raise ValueError('axes="pca" needs at least two encoded samples of two dimensions. Fix: pass an encoder and x, or two axes.')
        _, _, directions = np.linalg.svd(codes - middle, full_matrices=False)
        directions = directions[:2]
        largest = np.abs(directions).argmax(axis=1)  # which sign a direction has is chance: its largest part is positive
        directions = directions * np.sign(directions[[0, 1], largest])[:, None]
        return Plane(middle, directions, ("PC 1", "PC 2"), _share(codes - middle, directions))
    i, j = _two(axes, dimensions)
    directions = np.eye(dimensions)[[i, j]]
    origin = np.where(directions.any(axis=0), 0.0, middle)
    return Plane(origin, directions, (f"z{i}", f"z{j}"), None if codes is None else _share(codes - middle, directions))


def _two(axes, dimensions):
    two = tuple(axes) if isinstance(axes, (tuple, list)) else ()
    if len(two) != 2 or not all(isinstance(a, int) and 0 <= a < dimensions for a in two) or two[0] == two[1]:
        raise ValueError(
            f'Expected two different axes of a latent space of {dimensions} dimensions, counted from 0, or "pca". '
            f"Received: axes={axes!r}. Fix: axes=(0, 1)."
        )
    return two


def _share(centred, directions):
    whole = float((centred**2).sum())
    return float(((centred @ directions.T) ** 2).sum()) / whole if whole else 1.0


def as_pictures(outputs, shape=None):
    """Return decoded samples as pictures `(batch, height, width, 1 or 3)`, or None if they are none.

    Args:
        outputs: `(batch, ...)`.
        shape: `(height, width)` or `(height, width, channels)` of flat outputs; a square is found by itself.

    >>> as_pictures(np.zeros((2, 64))).shape, as_pictures(np.zeros((2, 28, 28))).shape, as_pictures(np.zeros((2, 7)))
    ((2, 8, 8, 1), (2, 28, 28, 1), None)
    """
    if shape is not None:
        outputs = outputs.reshape(len(outputs), *shape)
    if outputs.ndim == 2:
        side = round(outputs.shape[1] ** 0.5)
        if side * side != outputs.shape[1] or side < 4:
            return None
        outputs = outputs.reshape(-1, side, side)
    if outputs.ndim == 3:
        outputs = outputs[..., None]
    if outputs.ndim != 4:
        return None
    if outputs.shape[-1] not in (1, 3) and outputs.shape[1] in (1, 3):
        outputs = np.moveaxis(outputs, 1, -1)
    return outputs if outputs.shape[-1] in (1, 3) else None
