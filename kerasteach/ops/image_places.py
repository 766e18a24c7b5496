"""What a tensor holds at places between its elements: a mean of those around, the nearest counting most."""

import itertools

from .create import convert_to_tensor, dtype_of
from .elementwise import absolute, add, cast, clip, multiply, subtract
from .index import getitem, take_along_axis, where
from .logic import floor, greater_equal, less, logical_and, mod, round
from .pairs import floor_divide
from .reshaping import reshape
from .spec import is_float
from .table import composite


def _mirrored(index, size):
    """There and back again, the last element once: a b c b a b c."""
    last = size - 1
    return absolute(subtract(mod(add(index, last), max(2 * last, 1)), last))


# What stands where the picture has ended: the number of an old pixel for any whole number.
BEYOND = {
    "constant": lambda index, size: clip(index, 0, size - 1),  # a pixel that is then not used
    "nearest": lambda index, size: clip(index, 0, size - 1),  # a b c c c
    "wrap": lambda index, size: mod(index, size),  # a b c a b
    "mirror": _mirrored,  # a b c b a
    "reflect": lambda index, size: floor_divide(subtract(_mirrored(add(multiply(index, 2), 1), 2 * size + 1), 1), 2),  # a b c c b
}
ORDERS = {"nearest": 0, "bilinear": 1}


def check_ways(interpolation, fill_mode):
    """Raise ValueError for a way there is not."""
    if interpolation not in ORDERS:
        raise ValueError(f"Invalid value for argument `interpolation`. Expected one of {set(ORDERS)}. Received: interpolation={interpolation}")
    if fill_mode not in BEYOND:
        raise ValueError(f"Invalid value for argument `fill_mode`. Expected one of {set(BEYOND)}. Received: fill_mode={fill_mode}")


def _neighbours(place, size, order, fill_mode):
    """The old pixels around places along one axis: [(number, how much it counts, whether it is there)]."""
    if order == 0:
        around = [(round(place), None)]
    else:
        below = floor(place)
        above_counts = subtract(place, below)
        around = [(below, subtract(1, above_counts)), (add(below, 1), above_counts)]
    found = []
    for number, counts in around:
        number = cast(number, "int32")
        there = logical_and(greater_equal(number, 0), less(number, size)) if fill_mode == "constant" else None
        found.append((BEYOND[fill_mode](number, size), counts, there))
    return found


def sampled(x, sizes, places, order, fill_mode, fill_value):
    """What is seen at places of a batch.

    Args:
        x: tensor `(batch, elements, channels)`, elements along axes of `sizes`.
        places: for each of these axes a tensor `(batch, places)`.

    Returns:
        Tensor `(batch, places, channels)`.
    """
    total = None
    for corner in itertools.product(*[_neighbours(p, n, order, fill_mode) for p, n in zip(places, sizes)]):
        number, share, inside = 0, None, None
        for (along, counts, there), size in zip(corner, sizes):
            number = add(multiply(number, size), along)
            share = counts if share is None else multiply(share, counts)
            if there is not None:
                inside = there if inside is None else logical_and(inside, there)
        seen = take_along_axis(x, _as_column(number), axis=1)
        if inside is not None:
            seen = where(_as_column(inside), seen, fill_value)
        if share is not None:
            seen = multiply(seen, _as_column(share))
        total = seen if total is None else add(total, seen)
    return total


def _as_column(x):
    return getitem(x, key=(Ellipsis, None))  # (batch, places, 1)


def as_it_came(x, dtype):
    """In the dtype the pictures came in."""
    return cast(x if is_float(dtype) or not is_float(dtype_of(x)) else round(x), dtype)


@composite(
    example=lambda rng: [
        ((rng.normal(size=(3, 4)), rng.uniform(-1.5, 4.5, (2, 5))), {"order": 1, "fill_mode": mode, "fill_value": 0.5})
        for mode in BEYOND
    ]
    + [((rng.normal(size=4), rng.uniform(-1.5, 4.5, (1, 2, 3))), {"order": 0})]
)
def map_coordinates(inputs, coordinates, order, fill_mode="constant", fill_value=0):
    """What a tensor holds at places between its elements.

    Args:
        inputs: tensor of any rank.
        coordinates: tensor of places, a row for each axis of `inputs`; or a list of them.
        order: 0 takes the nearest element, 1 a mean of those around.
        fill_mode: what lies beyond the ends: `"constant"`, `"nearest"`, `"wrap"`, `"mirror"` (the last element once)
            or `"reflect"` (the last element twice).
        fill_value: number that lies there, if constant.

    Raises:
        ValueError: if there is not one row for each axis, or for another `fill_mode`.
        NotImplementedError: for another `order`.

    >>> map_coordinates(np.array([10.0, 20.0]), np.array([[0.0, 0.25, 1.0]]), order=1)
    array([10. , 12.5, 20. ])
    """
    inputs = convert_to_tensor(inputs)
    several = isinstance(coordinates, (list, tuple))
    coordinates = list(map(convert_to_tensor, coordinates)) if several else convert_to_tensor(coordinates)
    axes = len(coordinates) if several else coordinates.shape[0]
    if axes != len(inputs.shape):
        raise ValueError(
            "First dim of `coordinates` must be the same as the rank of `inputs`. "
            f"Received inputs with shape: {tuple(inputs.shape)} and coordinate leading dim of {axes}"
        )
    places = [coordinates[i] for i in range(axes)]
    if not len(places[0].shape):
        raise ValueError(f"Invalid coordinates rank: expected at least rank 2. Received input with shape: {(axes,)}")
    check_ways("bilinear", fill_mode)
    if order not in (0, 1):
        raise NotImplementedError(f"map_coordinates currently requires order<=1. Received: order={order}")
    flat = reshape(inputs, (1, -1, 1))
    seen = sampled(flat, inputs.shape, [reshape(p, (1, -1)) for p in places], order, fill_mode, fill_value)
    return as_it_came(reshape(seen, [-1 if n is None else n for n in places[0].shape]), dtype_of(inputs))
