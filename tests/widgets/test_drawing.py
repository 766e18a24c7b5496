"""The picture: what can be read in it, and that SVG and PNG are well made."""

import io
import xml.etree.ElementTree as ET

import pytest

from kerasteach.explain.graph import model_graph
from kerasteach.widgets.drawing import Options, draw_graph
from kerasteach.widgets.palette import CATEGORIES, PAPER, category, signed, text_on, viridis
from kerasteach.widgets.raster import to_png
from kerasteach.widgets.scene import Group, Path, Rect, Scene, Text, cut, text_width
from kerasteach.widgets.svg import to_svg


def texts(scene):
    """Every text in a scene, groups opened."""
    waiting = list(scene.items)
    found = []
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, Group):
            waiting = [*item.items, *waiting]
        elif isinstance(item, Text):
            found.append(item.text)
    return found


def edges(scene):
    return [g for g in scene.items if isinstance(g, Group) and g.name == "edge"]


def test_boxes_carry_class_name_settings_and_parameters(two_inputs):
    shown = texts(draw_graph(model_graph(two_inputs)))
    for text in ("Dense", "dense", "units=64 · relu", "2,112 parameters", "shared x2"):
        assert text in shown
    assert shown.count("(batch, 64)") == 2


def test_the_calls_of_a_shared_layer_differ_in_number_colour_and_dash(two_inputs):
    scene = draw_graph(model_graph(two_inputs))
    lines = {(p.stroke, p.dash) for g in edges(scene) for p in g.items if isinstance(p, Path)}
    first, second = category(0), category(1)
    assert {(first.color, first.dash), (second.color, second.dash)} <= lines
    assert first.dash != second.dash
    assert [t for t in texts(scene) if t in ("1", "2")] == ["1", "2", "1", "2"]


def test_hovering_an_edge_names_its_axes(two_inputs):
    titles = [g.title for g in edges(draw_graph(model_graph(two_inputs)))]
    assert "left to dense (call 1): (batch, features) = (batch, 32)" in titles


def test_what_is_not_asked_for_is_not_drawn(two_inputs):
    options = Options(show_shapes=False, show_parameters=False, show_names=False, show_config=False)
    shown = texts(draw_graph(model_graph(two_inputs), options))
    assert not [t for t in shown if "batch" in t or "parameters" in t or t == "dense"]


def test_an_expanded_model_is_drawn_inside_its_box(siamese):
    closed = draw_graph(model_graph(siamese))
    opened = draw_graph(model_graph(siamese, expand_nested=True))
    assert "wide" not in texts(closed)
    assert "wide" in texts(opened)
    assert opened.height > closed.height


def test_a_frozen_layer_says_so_and_has_a_dashed_outline(two_inputs):
    two_inputs.get_layer("dense").trainable = False
    scene = draw_graph(model_graph(two_inputs))
    assert "2,112 parameters, frozen" in texts(scene)
    boxes = [i for g in scene.items if isinstance(g, Group) for i in g.items if isinstance(i, Rect)]
    assert any(box.dash for box in boxes)


def test_the_reason_for_missing_edges_is_in_the_picture(subclassed):
    graph = model_graph(subclassed)
    assert graph.note in texts(draw_graph(graph))


@pytest.mark.parametrize("rankdir", ["TB", "LR"])
def test_nothing_is_drawn_outside_the_paper(own_tail, rankdir):
    scene = draw_graph(model_graph(own_tail), Options(rankdir=rankdir))
    for group in edges(scene):
        for x, y in (step[-2:] for step in group.items[0].steps):
            assert 0 <= x <= scene.width
            assert 0 <= y <= scene.height


def test_svg_is_well_formed_whatever_a_layer_is_called():
    name = "<b> & \"'\x00"
    root = ET.fromstring(to_svg(Scene(9, 9, (Text(1, 1, name),), title=name, desc=name)))
    assert [e.text for e in root if e.tag.endswith("text")] == ["<b> & \"'"]
    assert root.get("role") == "img"


def test_the_same_scene_gives_the_same_bytes(siamese):
    graph = model_graph(siamese, expand_nested=True)
    one, two = draw_graph(graph), draw_graph(graph)
    assert to_svg(one) == to_svg(two)
    pytest.importorskip("PIL")
    assert to_png(one) == to_png(two)


def test_a_png_has_the_size_of_its_scene():
    image = pytest.importorskip("PIL.Image")
    scene = Scene(40, 30, (Rect(0, 0, 40, 30, fill="#0072b2"),))
    assert image.open(io.BytesIO(to_png(scene, scale=3))).size == (120, 90)
    assert image.open(io.BytesIO(to_png(scene))).convert("RGB").getpixel((40, 30)) == (0, 0x72, 0xB2)


def test_a_huge_picture_is_made_smaller_rather_than_not_at_all():
    image = pytest.importorskip("PIL.Image")
    tall = Scene(400, 400_000, (Rect(0, 0, 400, 400_000),))
    width, height = image.open(io.BytesIO(to_png(tall))).size
    assert width * height <= 61_000_000


def test_a_png_shows_letters_no_bundled_font_has():
    pytest.importorskip("PIL")
    blank = to_png(Scene(60, 20, ()))
    assert to_png(Scene(60, 20, (Text(30, 15, "größe→中"),))) != blank


@pytest.mark.parametrize("scale", [0, -1, float("nan")])
def test_a_scale_must_be_positive(scale):
    pytest.importorskip("PIL")
    with pytest.raises(ValueError, match="Expected a positive scale"):
        to_png(Scene(10, 10, ()), scale)


def test_long_names_are_cut_in_the_middle():
    short = cut("block_1_expand_batch_normalization_relu", 11, 120)
    assert short.startswith("block")
    assert short.endswith("relu")
    assert text_width(short, 11) <= 120


def test_no_two_categories_share_colour_dash_or_marker():
    for part in ("color", "dash", "marker"):
        assert len({getattr(style, part) for style in CATEGORIES}) == len(CATEGORIES)


def luminance(color):
    channels = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("style", CATEGORIES, ids=lambda s: s.color)
def test_every_category_stands_out_from_the_paper_and_carries_text(style):
    assert contrast(style.color, PAPER) >= 3
    assert contrast(style.color, text_on(style.color)) >= 3


def test_scales_hold_at_their_ends_and_beyond():
    assert viridis(-1) == viridis(0)
    assert viridis(2) == viridis(1)
    assert signed(0, 0) == signed(0, 3)
    assert contrast(viridis(0.2), PAPER) > contrast(viridis(0.8), PAPER)
