"""`keras.ops.image`: pictures resized, moved, filtered, cut, recoloured."""

from ..left_out import getattr_of as _getattr_of
from .image_colors import hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv
from .image_curves import scale_and_translate
from .image_filters import gaussian_blur, sobel_edges, ssim
from .image_moves import affine_transform, perspective_transform
from .image_places import map_coordinates
from .image_resize import resize
from .image_shape import crop_images, extract_patches, extract_patches_3d, pad_images

__all__ = [
    "affine_transform", "crop_images", "extract_patches", "extract_patches_3d", "gaussian_blur", "hsv_to_rgb",
    "map_coordinates", "pad_images", "perspective_transform", "resize", "rgb_to_grayscale", "rgb_to_hsv",
    "scale_and_translate", "sobel_edges", "ssim",
]  # fmt: skip

__getattr__ = _getattr_of("ops.image")
