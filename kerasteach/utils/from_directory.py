"""`image_dataset_from_directory` and `text_dataset_from_directory`."""

import numpy as np

from .. import ops
from ..config import standardize_data_format
from .directory import check_format, from_directory
from .images import img_to_array, load_img

_PICTURES = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
_WAYS = ("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5")


def image_dataset_from_directory(
    directory,
    labels="inferred",
    label_mode="int",
    class_names=None,
    color_mode="rgb",
    batch_size=32,
    image_size=(256, 256),
    shuffle=True,
    seed=None,
    validation_split=None,
    subset=None,
    interpolation="bilinear",
    follow_links=False,
    crop_to_aspect_ratio=False,
    pad_to_aspect_ratio=False,
    data_format=None,
    format="tf",
    verbose=True,
):
    """Return the pictures of a folder as a data set; each subfolder is a class.

    It is a `keras.utils.PyDataset` with `class_names`, `file_paths`, `take` and `map`: there is no `tf.data` here. Its
    batches are NumPy arrays.

    Args:
        directory: the folder; bmp, gif, jpg and png files count.
        labels: `"inferred"` from the subfolders, a list of numbers, or None.
        label_mode: `"int"`, `"categorical"` (one-hot), `"binary"`, or None.
        class_names: subfolders, in the order of their numbers; sorted by default.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        batch_size: pictures a batch; None for single ones.
        image_size: (height, width).
        shuffle: whether pictures come in a new order every pass.
        seed: whole number that decides these orders.
        validation_split: share of the pictures to hold back.
        subset: `"training"`, `"validation"` or `"both"`, with `validation_split`.
        interpolation: `"bilinear"`, `"nearest"`, `"bicubic"`, `"lanczos3"` or `"lanczos5"`.
        follow_links: whether links to folders are followed.
        crop_to_aspect_ratio: whether to cut a picture's middle out in the right shape first.
        pad_to_aspect_ratio: whether to fill up with black instead.
        data_format: `"channels_last"` or `"channels_first"`.
        format: `"tf"` or `"grain"`: for Keras's sake; the data set is the same.
        verbose: whether to tell how many files there are.

    Returns:
        A data set of `(batch, height, width, channels)` float32 from 0 to 255, with labels if there are any.

    Raises:
        ValueError: if arguments do not fit each other or the folder.

    Source: https://keras.io/api/data_loading/image/

    >>> import os, tempfile
    >>> from kerasteach.utils import save_img
    >>> folder = tempfile.mkdtemp()
    >>> for name in ("cats", "dogs"):
    ...     os.mkdir(f"{folder}/{name}")
    ...     save_img(f"{folder}/{name}/1.png", np.random.rand(9, 9, 3))
    >>> pictures = image_dataset_from_directory(folder, image_size=(4, 5))
    Found 2 files belonging to 2 classes.
    >>> [(x.shape, y.shape) for x, y in pictures], pictures.class_names
    ([((2, 4, 5, 3), (2,))], ['cats', 'dogs'])
    """
    if color_mode not in ("rgb", "rgba", "grayscale"):
        raise ValueError(f'`color_mode` must be one of {{"rgb", "rgba", "grayscale"}}. Received: color_mode={color_mode}')
    size = (image_size, image_size) if isinstance(image_size, int) else image_size
    if not isinstance(size, (list, tuple)) or len(size) != 2:
        raise ValueError(f"Invalid `image_size` value. Expected a tuple of 2 integers. Received: image_size={image_size}")
    if interpolation.lower() not in _WAYS:
        raise ValueError(f"Argument `interpolation` should be one of {_WAYS}. Received: interpolation={interpolation}")
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError("Only one of `pad_to_aspect_ratio`, `crop_to_aspect_ratio` can be set to `True`.")
    check_format(format)
    first = standardize_data_format(data_format) == "channels_first"

    def load(path):
        pixels = img_to_array(load_img(path, color_mode), "channels_last", "float32")  # (height, width, channels)
        pixels = ops.image.resize(
            pixels, size, interpolation.lower(), crop_to_aspect_ratio=crop_to_aspect_ratio,
            pad_to_aspect_ratio=pad_to_aspect_ratio, data_format="channels_last",
        )  # fmt: skip
        return pixels.transpose(2, 0, 1) if first else pixels

    return from_directory(
        load, directory, labels, label_mode, class_names, batch_size, shuffle, seed, validation_split, subset, follow_links,
        verbose, _PICTURES, "images",
    )  # fmt: skip


def text_dataset_from_directory(
    directory,
    labels="inferred",
    label_mode="int",
    class_names=None,
    batch_size=32,
    max_length=None,
    shuffle=True,
    seed=None,
    validation_split=None,
    subset=None,
    follow_links=False,
    format="tf",
    verbose=True,
):
    """Return the `.txt` files of a folder as a data set; each subfolder is a class.

    It is a `keras.utils.PyDataset` with `class_names`, `take` and `map`: there is no `tf.data` here. A batch of texts is a
    NumPy array of Python strings; `map` turns them into numbers.

    Args:
        directory: the folder.
        labels, label_mode, class_names, batch_size, shuffle, seed: as for `image_dataset_from_directory`.
        validation_split, subset, follow_links, format, verbose: as for `image_dataset_from_directory`.
        max_length: characters of a text to keep.

    Returns:
        A data set of `(batch,)` texts, with labels if there are any.

    Raises:
        ValueError: if arguments do not fit each other or the folder.

    Source: https://keras.io/api/data_loading/text/

    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("good", "bad"):
    ...     (folder / name).mkdir()
    ...     _ = (folder / name / "1.txt").write_text(f"a {name} film")
    >>> texts = text_dataset_from_directory(folder, shuffle=False, verbose=False)
    >>> next(iter(texts))
    (array(['a bad film', 'a good film'], dtype=object), array([0, 1], dtype=int32))
    """
    check_format(format)

    def load(path):
        with open(path, encoding="utf-8") as file:
            return np.asarray(file.read()[:max_length], dtype=object)

    return from_directory(
        load, directory, labels, label_mode, class_names, batch_size, shuffle, seed, validation_split, subset, follow_links,
        verbose, (".txt",), "text files",
    )  # fmt: skip
