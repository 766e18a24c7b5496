"""Pictures turned, moved, seen from the side: where does each new pixel come from?

That is asked backwards: every new pixel has a place among the old ones, mostly between four of them.
"""

import numpy as np

from ..config import standardize_data_format
from .create import convert_to_tensor, dtype_of, ones_like, zeros_like
from .elementwise import add, cast, divide, multiply
from .image_places import ORDERS, as_it_came, check_ways, sampled
from .image_shape import check_images
from .index import getitem
from .reshaping import concatenate, moveaxis, reshape, squeeze
from .solving import solve
from .spec import is_float
from .table import composite


def _moved(images, transform, interpolation, fill_mode, fill_value, data_format):
    """Pictures whose pixel (x, y) comes from ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), k = c0 x + c1 y + 1."""
    first = standardize_data_format(data_format) == "channels_first"
    alone, dtype = len(images.shape) == 3, dtype_of(images)
    x = getitem(images, key=None) if alone else images
    x = moveaxis(x, 1, -1) if first else x  # (batch, height, width, channels)
    _, height, width, channels = x.shape
    if None in (height, width):
        return images  # only the shape is asked for
    transform = reshape(transform, (-1, 8))
    a0, a1, a2, b0, b1, b2, c0, c1 = [getitem(transform, key=(slice(None), slice(i, i + 1))) for i in range(8)]  # (batch, 1)
    down, across = (grid.reshape(1, -1).astype(dtype_of(transform)) for grid in np.indices((height, width)))
    k = add(add(multiply(c0, across), multiply(c1, down)), 1)
    from_x = divide(add(add(multiply(a0, across), multiply(a1, down)), a2), k)  # (batch, height * width)
    from_y = divide(add(add(multiply(b0, across), multiply(b1, down)), b2), k)
    flat = reshape(x, (-1, height * width, channels))
    y = sampled(flat, (height, width), (from_y, from_x), ORDERS[interpolation], fill_mode, fill_value)
    y = reshape(as_it_came(y, dtype), (-1, height, width, channels))
    y = moveaxis(y, -1, 1) if first else y
    return squeeze(y, axis=0) if alone else y


def _of_rank(x, ranks, what, singular):
    if len(x.shape) not in ranks:
        raise ValueError(
            f"Invalid {what} rank: expected rank {ranks[0]} (single {singular}) or rank {ranks[1]} (batch of {singular}s). "
            f"Received input with shape: {what}.shape={tuple(x.shape)}"
        )


@composite(
    example=lambda rng: [
        ((rng.normal(size=(2, 4, 5, 2)), rng.uniform(-0.6, 1.2, (2, 8)) * [1, 1, 1, 1, 1, 1, 0.05, 0.05]), {}),
        ((rng.normal(size=(1, 4, 3)), rng.uniform(-0.6, 1.2, 8) * [1, 1, 1, 1, 1, 1, 0, 0]),
         {"interpolation": "nearest", "fill_mode": "reflect", "data_format": "channels_first"}),
    ]
)  # fmt: skip
def affine_transform(images, transform, interpolation="bilinear", fill_mode="constant", fill_value=0, data_format=None):
    """Pictures turned, moved, stretched or sheared.

    Args:
        images: tensor `(batch, height, width, channels)` or `(height, width, channels)`.
        transform: eight numbers `a0 a1 a2 b0 b1 b2 c0 c1`, or a row of them for each picture: the output's pixel (x, y)
            is the input's at `(a0 x + a1 y + a2) / k`, `(b0 x + b1 y + b2) / k` with `k = c0 x + c1 y + 1`.
        interpolation: `"nearest"` or `"bilinear"`.
        fill_mode: what lies beyond the edges: `"constant"`, `"nearest"`, `"wrap"`, `"mirror"` or `"reflect"`.
        fill_value: number that lies there, if constant.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Raises:
        ValueError: if an argument is none of these.

    >>> affine_transform(np.array([[[1.0], [2.0], [3.0]]]), [1, 0, 1, 0, 1, 0, 0, 0])[0, :, 0]  # from one to the right
    array([2., 3., 0.])
    """
    check_ways(interpolation, fill_mode)
    images, transform = convert_to_tensor(images), convert_to_tensor(transform)
    check_images(images)
    _of_rank(transform, (1, 2), "transform", "transform")
    transform = transform if is_float(dtype_of(transform)) else cast(transform, "float32")
    return _moved(images, transform, interpolation, fill_mode, fill_value, data_format)


_CORNERS = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 3.0], [4.0, 3.0]])


@composite(
    example=lambda rng: [
        ((rng.normal(size=(2, 4, 5, 1)), _CORNERS + rng.uniform(-0.4, 0.4, (2, 4, 2)), _CORNERS + rng.uniform(-0.4, 0.4, (2, 4, 2))), {}),
        ((rng.normal(size=(4, 5, 2)), _CORNERS + 0.3, _CORNERS[::-1] - 0.1), {"interpolation": "nearest", "fill_value": 0.5}),
    ]
)
def perspective_transform(images, start_points, end_points, interpolation="bilinear", fill_value=0, data_format=None):
    """Pictures drawn so that four points come to lie where four others were.

    Args:
        images: tensor `(batch, height, width, channels)` or `(height, width, channels)`.
        start_points: where the points are, (4, 2), as (x, y); or (batch, 4, 2).
        end_points: where they shall be.
        interpolation: `"nearest"` or `"bilinear"`.
        fill_value: number that lies beyond the edges.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Raises:
        ValueError: if an argument has another shape or is another.
    """
    check_ways(interpolation, "constant")
    images = convert_to_tensor(images)
    check_images(images)
    dtype = dtype_of(images)
    start, end = (cast(convert_to_tensor(p), dtype if is_float(dtype) else "float32") for p in (start_points, end_points))
    for name, points in (("start_points", start), ("end_points", end)):
        if tuple(points.shape[-2:]) != (4, 2) or len(points.shape) not in (2, 3):
            raise ValueError(
                f"Invalid {name} shape: expected (4,2) for a single image or (N,4,2) for a batch. Received shape: {tuple(points.shape)}"
            )
    if tuple(start.shape) != tuple(end.shape):
        raise ValueError(
            "start_points and end_points must have the same shape. "
            f"Received start_points.shape={tuple(start.shape)}, end_points.shape={tuple(end.shape)}"
        )
    return _moved(images, _homography(start, end), interpolation, "constant", fill_value, data_format)


def _homography(start, end):
    """The eight numbers that take end points back to start points: two equations for each point."""
    start, end = reshape(start, (-1, 4, 2)), reshape(end, (-1, 4, 2))
    one, none = ones_like(end[:, :, :1]), zeros_like(end[:, :, :1])
    known = concatenate([end, one], axis=2)  # (batch, 4, 3)
    nothing = concatenate([none, none, none], axis=2)
    x, y = start[:, :, :1], start[:, :, 1:]
    for_x = concatenate([known, nothing, multiply(multiply(x, end), -1)], axis=2)  # (batch, 4, 8)
    for_y = concatenate([nothing, known, multiply(multiply(y, end), -1)], axis=2)
    found = solve(concatenate([for_x, for_y], axis=1), concatenate([x, y], axis=1))  # (batch, 8, 1)
    return squeeze(found, axis=2)
