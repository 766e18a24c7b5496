"""Tensors as tiles: which part is shown, and which number lies where."""

import itertools

import numpy as np
import pytest

from kerasteach.widgets.scene import Group, Pixels, Text
from kerasteach.widgets.tiles import MOST, arrange, view_of


def tile_of(array, names=(), at=None, width=600, height=200):
    ((tile,), _) = arrange([[("t", "key", None, np.asarray(array), names, at)]], 0, 0, width, height)
    return tile


def texts(items):
    return [text for item in items for text in (texts(item.items) if isinstance(item, Group) else [item.text] if isinstance(item, Text) else [])]


@pytest.mark.parametrize(
    ("shape", "names", "cells", "axes"),
    [
        ((), (), (1, 1), (None, None)),
        ((5,), ("units",), (1, 5), (None, 0)),
        ((5,), ("batch",), (5, 1), (0, None)),
        ((4, 3), ("batch", "features"), (4, 3), (0, 1)),
        ((4, 5, 3), ("batch", "steps", "features"), (5, 3), (1, 2)),
        ((4, 6, 7, 2), ("batch", "height", "width", "channels"), (6, 7), (1, 2)),
        ((3, 3, 2, 8), ("height", "width", "inputs", "filters"), (3, 3), (0, 1)),
        ((100, 60), ("batch", "features"), (MOST, MOST), (0, 1)),
    ],
)
def test_two_axes_are_shown(shape, names, cells, axes):
    array = np.arange(np.prod(shape, dtype=int), dtype="float32").reshape(shape)
    view = view_of(array, names)
    assert view.cells.shape == cells and view.axes == axes
    for row, column in ((0, 0), (cells[0] - 1, cells[1] - 1)):
        index = view.index(row, column)
        assert array[index] == view.cells[row, column] and view.cell(index) == (row, column)


def test_the_part_with_a_certain_number_is_shown():
    array = np.arange(2 * 50 * 50 * 3).reshape(2, 50, 50, 3)
    view = view_of(array, ("batch", "height", "width", "channels"), (1, 30, 49, 2))
    assert view.cells[view.cell((1, 30, 49, 2))] == array[1, 30, 49, 2]
    assert view.cell((0, 30, 49, 2)) is None and view.cells.shape == (24, 2)


@pytest.mark.parametrize(
    "array", [np.zeros((0, 3)), np.zeros((3, 0)), np.array(["a", "b"]), np.array([1 + 2j]), np.array([True, False]), np.array([np.nan, np.inf])]
)
def test_what_is_no_plain_number_is_drawn_too(array):
    assert tile_of(array, ("batch", "features")[: array.ndim]).draw()


def test_small_and_large_numbers_name_their_unit():
    assert "cells ×1e-05, ±3e-05" in texts(tile_of(np.array([1e-5, 0, 0, -3e-5])).draw())
    assert {"1.00", "-3.00"} <= set(texts(tile_of(np.array([1e-5, 0, 0, -3e-5])).draw()))
    assert "±3" in texts(tile_of(np.array([1.0, -3.0])).draw())
    assert "all 0" in texts(tile_of(np.zeros(3)).draw())


def test_numbers_are_written_where_they_can_be_read_else_there_is_one_raster():
    assert tile_of(np.eye(4)).is_readable
    small = tile_of(np.eye(24), height=150)
    assert not small.is_readable
    assert any(isinstance(item, Pixels) for item in small.draw()[0].items)


def test_a_place_in_the_picture_is_a_number():
    tile = tile_of(np.arange(12).reshape(3, 4), ("batch", "features"))
    assert tile.under(tile.x + 2.5 * tile.width / 4, tile.y + 1.5 * tile.height / 3) == (1, 2)
    assert tile.under(tile.x - 1, tile.y) is None and tile.holds(tile.x + 1, tile.y - 10)


@pytest.mark.parametrize("count", [1, 4, 9, 30])
def test_many_tensors_stay_inside_and_apart(count):
    entries = [(f"tensor_{n}", n, None, np.ones((12, 5)), ("batch", "features"), None) for n in range(count)]
    tiles, _ = arrange([entries[:-1], entries[-1:]], 20, 10, 660, 220)
    assert [tile.key for tile in tiles] == list(range(count))
    for tile in tiles:
        assert tile.x >= 20 and tile.x + max(tile.room, tile.width) <= 681 and tile.y + tile.height <= 231
    for one, other in itertools.pairwise(tiles):
        assert other.y > one.y or other.x >= one.x + one.width + 5
