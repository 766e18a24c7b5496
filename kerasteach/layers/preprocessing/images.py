"""Layers on pictures: what they share, and those that bring pictures to one size."""

from ... import ops, saving
from ...config import standardize_data_format
from ...left_out import BOXES
from ...ops.image_shape import cropped, spatial_axes
from ..layer import Layer


class ImageLayer(Layer):
    """Base of the layers on pictures.

    A call is two steps: `get_random_transformation` says what shall be done, `transform_images` does it. So one can do
    the same to other pictures, and to masks. Such a layer takes a batch or one picture, or a dict of `"images"`,
    `"labels"` and `"segmentation_masks"`.

    Args:
        bounding_box_format: must be None; boxes are left out.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.
    """

    def __init__(self, bounding_box_format=None, data_format=None, **kwargs):
        super().__init__(**kwargs)
        if bounding_box_format is not None:
            raise ValueError(f"{type(self).__name__} cannot take `bounding_box_format`: {BOXES}. Received: {bounding_box_format!r}")
        self._keep({"data_format": data_format})
        self.data_format = standardize_data_format(data_format)

    def _keep(self, arguments):
        """As any layer does; the data format is the base's."""
        if self._kept_arguments:
            arguments = {name: value for name, value in arguments.items() if name != "data_format"}
        super()._keep(arguments)

    def get_random_transformation(self, data, training=True, seed=None):
        """Return what shall be done to these pictures; None for nothing random."""
        return None

    def transform_images(self, images, transformation=None, training=True):
        """Return a batch of pictures after a transformation."""
        raise NotImplementedError(f"{type(self).__name__} does not define transform_images().")

    def transform_segmentation_masks(self, segmentation_masks, transformation=None, training=True):
        """Return masks, whose pixels name what is in the picture there, after a transformation of the picture."""
        return self.transform_images(segmentation_masks, transformation, training=training)

    def transform_labels(self, labels, transformation=None, training=True):
        """Return labels after a transformation: mostly, what a picture shows stays the same."""
        return labels

    def call(self, data, training=True):
        together = isinstance(data, dict)
        images = data["images"] if together else data
        if len(images.shape) not in (3, 4):
            raise ValueError(
                "Expected image tensor to have rank 3 (single image) or 4 (batch of images). "
                f"Received: data.shape={tuple(images.shape)}"
            )
        if together and "bounding_boxes" in data:
            raise ValueError(f"{type(self).__name__} cannot take 'bounding_boxes': {BOXES}. Received: keys {sorted(data)}")
        transformation = self.get_random_transformation(data, training=training)

        def changed(transform, x):
            if len(images.shape) == 4:
                return transform(x, transformation, training=training)
            return ops.squeeze(transform(ops.expand_dims(x, axis=0), transformation, training=training), axis=0)

        if not together:
            return changed(self.transform_images, images)
        ways = {"images": self.transform_images, "labels": self.transform_labels, "segmentation_masks": self.transform_segmentation_masks}
        return {key: changed(ways[key], value) if key in ways else value for key, value in data.items()}

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def _sizes(self, images):
        """Height and width of pictures."""
        return [images.shape[axis] for axis in spatial_axes(images, self.data_format)]

    def _in_size(self, input_shape):
        """A shape with this layer's height and width."""
        if isinstance(input_shape[0], (list, tuple)) or len(input_shape) not in (3, 4):
            raise ValueError(f"`input_shape` must be a tuple of 3 (unbatched) or 4 (batched) lengths. Received: {input_shape}")
        height, width = (-3, -2) if self.data_format == "channels_last" else (-2, -1)
        shape = list(input_shape)
        shape[height], shape[width] = self.height, self.width
        return tuple(shape)


class Resizing(ImageLayer):
    """Pictures brought to one size, so that a batch can be made of them.

    Args:
        height, width: size of the output.
        interpolation: `"nearest"`, `"bilinear"`, `"bicubic"`, `"lanczos3"` or `"lanczos5"`.
        crop_to_aspect_ratio: whether the middle is cut out first, so that things keep their shape.
        pad_to_aspect_ratio: whether a border is added first, so that things keep their shape.
        fill_mode: `"constant"`.
        fill_value: number the border is of.
        antialias: whether, in a smaller picture, a new pixel is a mean of all it covers.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Input shape: `(batch, height, width, channels)` or `(height, width, channels)`. Output shape: the same axes.

    Raises:
        ValueError: when called, if an argument is none of these.

    Source: https://keras.io/api/layers/preprocessing_layers/image_preprocessing/resizing/

    >>> Resizing(1, 4)(np.array([[[0.0], [1.0]]]))[0, :, 0]
    array([0.  , 0.25, 0.75, 1.  ], dtype=float32)
    """

    def __init__(
        self,
        height,
        width,
        interpolation="bilinear",
        crop_to_aspect_ratio=False,
        pad_to_aspect_ratio=False,
        fill_mode="constant",
        fill_value=0.0,
        antialias=False,
        data_format=None,
        **kwargs,
    ):
        super().__init__(data_format=data_format, **kwargs)
        self._keep(locals())

    def transform_images(self, images, transformation=None, training=True):
        return self._resized(images, self.interpolation)

    def transform_segmentation_masks(self, segmentation_masks, transformation=None, training=True):
        return self._resized(segmentation_masks, "nearest")

    def _resized(self, images, interpolation):
        return ops.image.resize(
            images,
            (self.height, self.width),
            interpolation=interpolation,
            antialias=self.antialias,
            crop_to_aspect_ratio=self.crop_to_aspect_ratio,
            pad_to_aspect_ratio=self.pad_to_aspect_ratio,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )

    def compute_output_shape(self, input_shape):
        return self._in_size(input_shape)


class CenterCrop(ImageLayer):
    """The middle of pictures; smaller pictures are made larger first.

    Args:
        height, width: size of the output.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Input shape: `(batch, height, width, channels)` or `(height, width, channels)`. Output shape: the same axes.

    Source: https://keras.io/api/layers/preprocessing_layers/image_preprocessing/center_crop/

    >>> CenterCrop(1, 2)(np.arange(4.0).reshape(1, 4, 1))[0, :, 0]
    array([1., 2.], dtype=float32)
    """

    def __init__(self, height, width, data_format=None, **kwargs):
        super().__init__(data_format=data_format, **kwargs)
        self._keep(locals())

    def transform_images(self, images, transformation=None, training=True):
        images = ops.cast(images, self.compute_dtype)
        size = self.height, self.width
        spare = [n - wanted for n, wanted in zip(self._sizes(images), size)]
        if min(spare) < 0:
            return ops.image.resize(images, size, crop_to_aspect_ratio=True, data_format=self.data_format)
        axes = spatial_axes(images, self.data_format)
        return cropped(images, {axis: (n // 2, wanted) for axis, n, wanted in zip(axes, spare, size)})

    def compute_output_shape(self, input_shape):
        return self._in_size(input_shape)


class Pipeline(Layer):
    """Layers one after the other, as one layer: mostly, all that is done to pictures before a model sees them.

    Args:
        layers: list of layers.

    Input shape: the first layer's. Output shape: the last layer's.

    Source: https://keras.io/api/layers/preprocessing_layers/

    >>> Pipeline([CenterCrop(2, 2), Resizing(1, 1)])(np.ones((3, 3, 1))).shape
    (1, 1, 1)
    """

    def __init__(self, layers, name=None):
        super().__init__(name=name)
        self._pipeline_layers = layers

    @property
    def layers(self):
        """The layers, in order."""
        return self._pipeline_layers

    def call(self, inputs, training=True, mask=None):
        for layer in self._pipeline_layers:
            given = {"training": training} if layer._signature.takes_training else {}
            if mask is not None and layer._signature.takes_mask:
                given["mask"] = mask
            inputs, mask = layer(inputs, **given), None  # what a layer gives carries its own mask
        return inputs

    def get_config(self):
        return {"layers": saving.serialize_keras_object(list(self._pipeline_layers)), "name": self.name}

    @classmethod
    def from_config(cls, config):
        """Make a pipeline from its config.

        Raises:
            ValueError: if it holds no list of layers.
        """
        layers = config.get("layers")
        if not isinstance(layers, (list, tuple)):
            raise ValueError(f"`Pipeline` config must contain a `layers` key mapping to a list of serialized layers. Received: layers={layers}")
        return cls(**{**config, "layers": [saving.deserialize_keras_object(layer) for layer in layers]})
