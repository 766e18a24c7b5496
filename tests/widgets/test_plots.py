"""The drawing kit: where numbers lie, what heat maps show, and that SVG and PNG agree about pixels."""

import base64
import io
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from kerasteach.widgets import plots
from kerasteach.widgets.heat import colours_of, limit_of
from kerasteach.widgets.palette import (
    CATEGORIES,
    INK,
    NIGHT,
    PAPER,
    SOFT,
    TINTS,
    category,
    night_css,
    signed,
    text_on,
    viridis,
)
from kerasteach.widgets.raster import to_png
from kerasteach.widgets.scene import Pixels, Scene
from kerasteach.widgets.svg import png_bytes, to_svg


def luminance(color):
    channels = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_a_place_in_the_picture_is_a_point_of_the_data_and_back():
    axes = plots.axes((40, 20, 200, 100), (-1, 3), (0, 10))
    assert axes.at(-1, 0) == (40, 120) and axes.at(3, 10) == (240, 20)
    assert axes.under(*axes.at(0.5, 7)) == pytest.approx((0.5, 7))


def test_a_line_has_a_gap_where_a_value_is_missing():
    axes = plots.axes((0, 0, 100, 100), (0, 4), (0, 1))
    (group,) = plots.line(axes, range(5), [0.1, 0.2, np.nan, 0.3, 0.4])
    assert [len(path.steps) for path in group.items] == [2, 2]


def test_a_histogram_counts_what_numpy_counts():
    values = np.random.default_rng(0).standard_normal(100)
    axes, items = plots.histogram((0, 0, 100, 100), [*values, np.nan], bins=7)
    counts, _ = np.histogram(values, 7)
    assert [int(bar.title.rpartition(" ")[2]) for bar in items] == list(counts)
    assert axes.ylim == (0, counts.max())


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2.0], [np.nan], [np.inf, 1.0]])
def test_odd_values_can_be_counted(values):
    axes, items = plots.histogram((0, 0, 100, 100), values)
    ET.fromstring(to_svg(plots.card(100, 100, [*axes.items, *items])))


def test_the_colours_of_a_field_are_the_palettes():
    values = np.linspace(-2, 2, 9)
    assert ["#" + bytes(c).hex() for c in colours_of(values, "signed", 2)] == [signed(v, 2) for v in values]
    assert ["#" + bytes(c).hex() for c in colours_of(values, "viridis", (-2, 2))] == [viridis((v + 2) / 4) for v in values]


@pytest.mark.parametrize("scale", ["signed", "viridis"])
@pytest.mark.parametrize("values", [[[0.0]], [[3.0, 3.0]], [[np.nan, 1.0]], [[np.inf, -np.inf, 0.0]], np.zeros((0, 3))])
def test_odd_numbers_have_colours(values, scale):
    assert colours_of(values, scale).shape == (*np.shape(values), 3)
    ET.fromstring(to_svg(Scene(10, 10, tuple(plots.heat(values, (0, 0, 10, 10), scale, numbers=True)))))


def test_zero_is_the_middle_whatever_the_values():
    assert limit_of([[-5.0, 1.0, np.nan]], "signed") == 5
    assert colours_of([[-5.0, 0.0, 1.0]])[0, 1].tolist() == [247, 247, 247]


def test_an_unknown_scale_is_refused():
    with pytest.raises(ValueError, match=r'Expected scale "signed".*Received: scale=\'rainbow\''):
        colours_of([[1.0]], "rainbow")


def test_few_cells_are_shapes_that_tell_their_number_and_many_are_pixels():
    small = plots.heat(np.arange(6).reshape(2, 3), (0, 0, 30, 20), columns="xyz")
    assert small[5].title == "[1], z: 5"
    assert any(isinstance(item, Pixels) for item in plots.heat(np.zeros((30, 30)), (0, 0, 30, 30)))


def test_our_png_is_read_as_written():
    image = pytest.importorskip("PIL.Image")
    colours = np.random.default_rng(0).integers(0, 256, (5, 7, 3), "uint8")
    assert np.array_equal(np.asarray(image.open(io.BytesIO(png_bytes(colours)))), colours)


@pytest.mark.parametrize("band", [10**9, 5_000])
def test_pixels_lie_in_the_png_where_they_lie_in_the_svg(band, monkeypatch):
    image = pytest.importorskip("PIL.Image")
    monkeypatch.setattr("kerasteach.widgets.raster.BAND", band)
    colours = np.zeros((4, 5, 3), "uint8")
    colours[..., 0], colours[..., 1] = 60 * np.arange(4)[:, None], 50 * np.arange(5)
    scene = Scene(80, 60, (Pixels(10, 10, 50, 40, colours),))
    painted = np.asarray(image.open(io.BytesIO(to_png(scene))).convert("RGB")).astype(int)
    middles = painted[2 * (10 + 5) : 100 : 20, 2 * (10 + 5) : 120 : 20]
    assert np.abs(middles - colours).max() <= 8  # the palette of a PNG is small
    assert (painted[:18] == 255).all() and (painted[:, 124:] == 255).all()
    data = re.search(r'<image x="10" y="10" width="50" height="40".*base64,([^"]+)"', to_svg(scene))[1]
    assert base64.b64decode(data) == png_bytes(colours)


def test_text_on_any_colour_of_a_scale_can_be_read():
    for n in range(101):
        for color in (viridis(n / 100), signed(n - 50, 50)):
            assert contrast(text_on(color), color) >= 4.4, color


def test_text_on_the_colour_of_a_number_stays_at_night():
    assert not {text_on(signed(v, 1)) for v in (-1, 0, 1)} & set(NIGHT)


def test_by_day_and_by_night_text_and_lines_stand_out():
    for paper, night in ((PAPER, NIGHT[PAPER]), *((t[0], NIGHT[t[0]]) for t in TINTS.values())):
        assert contrast(INK, paper) >= 7 and contrast(NIGHT[INK], night) >= 7
        assert contrast(SOFT, paper) >= 4.5 and contrast(NIGHT[SOFT], night) >= 4.5
    for style in CATEGORIES:
        assert contrast(style.color, PAPER) >= 3 and contrast(NIGHT[style.color], NIGHT[PAPER]) >= 3
    for tint, outline in TINTS.values():
        assert contrast(outline, tint) >= 3 and contrast(NIGHT[outline], NIGHT[tint]) >= 3


def test_the_night_has_a_rule_for_each_neutral_colour():
    css = night_css()
    assert f'[data-jp-theme-light="false"] .kt-picture svg [fill="{INK}"]' in css
    assert css.count("\n") == 2 * len(NIGHT) - 1


def test_a_table_stresses_one_row_and_puts_numbers_on_the_right():
    items = plots.table([("dense", 12.0), ("out", 3.0)], 10, 20, (80, 60), ("layer", "norm"), marked=1)
    svg = to_svg(Scene(200, 100, tuple(items)))
    assert 'text-anchor="end">12</text>' in svg
    assert 'font-weight="600">out</text>' in svg


def test_a_marker_on_any_ground_has_a_rim_of_paper():
    axes = plots.axes((0, 0, 100, 100), (0, 1), (0, 1))
    (group,) = plots.scatter(axes, [0.5, 7.0], [0.5, 0.5], category(1))
    assert [item.fill for item in group.items] == [PAPER, category(1).color]
