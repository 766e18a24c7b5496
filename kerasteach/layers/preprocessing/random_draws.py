"""What layers share that change pictures at random: numbers are drawn in training, one for each picture."""

from ... import ops
from ...backend import random
from ...backend.modes import TRACE
from .images import ImageLayer


class RandomImageLayer(ImageLayer):
    """Base of layers that, in training, change each picture in another way; else they pass pictures on.

    A subclass draws in `draw(images)` and returns a dict of what it drew; `change(images, transformation,
    interpolation)` makes the new pictures.

    Args:
        seed: whole number, for the same draws every time.
    """

    interpolation = None
    casts_always = True  # whether whole numbers become floats even in inference
    moves_pixels = True  # whether masks change with the pictures; colours alone leave them

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed, self.generator = seed, random.SeedGenerator(seed)
        self._stream = self.generator

    def get_random_transformation(self, data, training=True, seed=None):
        """Draw what shall be done to these pictures; nothing if not in training.

        Args:
            data: a batch, one picture, or a dict of `"images"` and more.
            training: whether anything shall be done.
            seed: seed or stream to draw from, rather than the layer's own.
        """
        if not training:
            return None
        self._stream = self.generator if seed is None else seed if isinstance(seed, random.SeedGenerator) else random.SeedGenerator(seed)
        return self.draw(data["images"] if isinstance(data, dict) else data)

    def drawn(self, low, high, *shape):
        """Numbers between two; in a program, drawn anew at every step."""
        stream = self._stream

        def numbers():
            return self._backend.convert(random.uniform(shape, low, high, "float32", stream))

        return TRACE.draw(numbers, shape, "float32")

    def transform_images(self, images, transformation=None, training=True):
        if self.casts_always or training:
            images = ops.cast(images, self.compute_dtype)
        return self.change(images, transformation, self.interpolation) if training and transformation is not None else images

    def transform_segmentation_masks(self, segmentation_masks, transformation=None, training=True):
        if not (self.moves_pixels and training and transformation is not None):
            return segmentation_masks
        return self.change(segmentation_masks, transformation, "nearest")


def count(images):
    """How many pictures there are."""
    return images.shape[0] if len(images.shape) == 4 else 1


def span(factor, low, high, name="factor", least=None, said=None):
    """Settle a factor as (lowest, highest): a number stands for all from its negative to itself.

    Args:
        factor: number, or a list of two.
        low, high: what they must lie between.
        name: of the argument.
        least: what the lowest is never below; `low` by default.
        said: `low` and `high` in the error's words.

    Raises:
        ValueError: if it is neither, or outside.

    >>> span(0.2, -1, 1), span([0.3, 0.1], -1, 1), span(0.5, 0, 1)
    ((-0.2, 0.2), (0.1, 0.3), (0, 0.5))
    """
    pair = isinstance(factor, (tuple, list))
    fits = len(factor) == 2 if pair else isinstance(factor, (int, float))
    if fits and pair and name == "factor":
        fits = factor[0] <= high and factor[1] >= low
    elif fits:
        fits = all(low <= n <= high for n in (factor if pair else [factor]))
    if not fits:
        raise ValueError(
            f"The `{name}` argument should be a number (or a list of two numbers) in the range {said or f'[{low}, {high}]'}. "
            f"Received: {name}={factor}"
        )
    return tuple(sorted(factor)) if pair else (max(-abs(factor), low if least is None else least), abs(factor))
