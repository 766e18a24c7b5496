"""A scene as PNG bytes, painted by Pillow with the font Pillow brings along.

No browser, no graphviz, no system fonts: the picture is the same on every machine. Everything is
painted several times too large and then shrunk, which smooths the edges.
"""

import functools
import io
import math
import unicodedata
from itertools import pairwise

import numpy as np

from kerasteach.widgets.palette import CATEGORIES, GRID, INK, PAPER, SOFT, signed, viridis
from kerasteach.widgets.scene import CODE, Group, Pixels, Rect, Text

SMOOTH = 3
MAX_PIXELS = 60_000_000  # of the whole large painting; beyond it the picture gets less smooth, then smaller
BAND = 2_000_000  # pixels of the large painting that are painted at a time: 8 MB; all at once would be up to 240
COLORS = 48
NEAR = 12  # steps of a channel from 0 to 255
_PLAIN = {"×": "x", "→": "->", "←": "<-", "−": "-", "–": "-", "—": "-", "≤": "<=", "≥": ">="}
_FALLBACKS = ("NotoSansCJK-Regular.ttc", "DejaVuSans.ttf", "Arial Unicode.ttf", "arial.ttf")


def to_png(scene, scale=2):
    """Paints a scene.

    Args:
        scene: A `Scene`.
        scale: Pixels for one unit of the scene.

    Returns:
        PNG bytes with a small palette.

    Raises:
        ImportError: When Pillow is missing.
    """
    image_module, draw_module, _ = _pillow()
    if not scale > 0:
        raise ValueError(f"Expected a positive scale. Received: scale={scale!r}.")
    scale, smooth = _affordable(scene, scale)
    size = tuple(max(1, math.ceil(n * scale)) for n in (scene.width, scene.height))
    small = image_module.new("RGB", size)
    rows = min(size[1], max(1, BAND // (size[0] * smooth**2)))
    large = image_module.new("RGB", (size[0] * smooth, rows * smooth))
    for top in range(0, size[1], rows):
        large.paste("#ffffff", (0, 0, *large.size))
        brush = _Brush(draw_module.Draw(large), large, scale * smooth, top * smooth)
        for item in scene.items:
            brush.paint(item)
        small.paste(large.resize((size[0], rows), image_module.Resampling.BOX) if smooth > 1 else large, (0, top))
    small = _few_colours(image_module, small, _has_pixels(scene.items) or len(_fills(scene.items)) > COLORS / 4)
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True, dpi=(96 * scale, 96 * scale))
    return file.getvalue()


def _pillow():
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError as error:
        raise ImportError(
            "A PNG picture needs Pillow, which is not installed. "
            "Install it with `pip install kerasteach[lab]` or `pip install pillow`; "
            "SVG and text work without it."
        ) from error
    return Image, ImageDraw, ImageFont


def _affordable(scene, scale):
    area = max(1.0, scene.width * scene.height)
    for smooth in (SMOOTH, 2, 1):
        if area * (scale * smooth) ** 2 <= MAX_PIXELS:
            return scale, smooth
    return math.sqrt(MAX_PIXELS / area), 1


def _few_colours(image_module, image, has_scale):
    """The image with a palette; where it shows a scale of colours, a full one that keeps the colours of thin lines, too."""
    none = image_module.Dither.NONE
    if not has_scale:
        return image.quantize(COLORS, dither=none)
    plain = _channels((PAPER, INK, SOFT, GRID, *(style.color for style in CATEGORIES)))
    kept = plain + _channels(scale for n in range(20) for scale in (viridis(n / 19), signed(n / 9.5 - 1, 1)))
    found = image.quantize(256 - len(kept), image_module.Quantize.MEDIANCUT).getpalette()
    found = [tuple(found[n : n + 3]) for n in range(0, min(len(found), 768 - 3 * len(kept)), 3)]
    found = [c for c in found if all(max(abs(a - b) for a, b in zip(c, k)) > NEAR for k in plain)]  # else near is taken for equal
    palette = image_module.new("P", (1, 1))
    palette.putpalette([channel for colour in (*kept, *found) for channel in colour])
    return image.quantize(palette=palette, dither=none)


def _channels(colours):
    return [tuple(bytes.fromhex(colour[1:])) for colour in colours]


def _has_pixels(items):
    return any(isinstance(i, Pixels) or (isinstance(i, Group) and _has_pixels(i.items)) for i in items)


def _fills(items):
    """The different colours of boxes."""
    return {f for i in items for f in (_fills(i.items) if isinstance(i, Group) else {i.fill} if isinstance(i, Rect) else ())}


class _Brush:
    """Paints shapes at `zoom` pixels for one unit, on a band that begins at the pixel row `top`."""

    def __init__(self, draw, image, zoom, top=0):
        self.draw, self.image, self.zoom, self.top = draw, image, zoom, top

    def _at(self, x, y):
        return x * self.zoom, y * self.zoom - self.top

    def paint(self, item):
        getattr(self, "paint_" + type(item).__name__.lower())(item)

    def paint_group(self, group):
        for item in group.items:
            self.paint(item)

    def paint_rect(self, r):
        z = self.zoom
        corners = [*self._at(r.x, r.y), *self._at(r.x + r.width, r.y + r.height)]
        radius = min(r.radius, r.width / 2, r.height / 2) * z
        solid = r.stroke if r.stroke and not r.dash else None
        # Pillow paints the outline inside the box, SVG centred on its edge.
        half = r.line * z / 2 if solid else 0
        grown = [corners[0] - half, corners[1] - half, corners[2] + half, corners[3] + half]
        self.draw.rounded_rectangle(grown, radius + half, r.fill or None, solid, max(1, round(r.line * z)))
        if r.stroke and r.dash:
            self._stroke(_outline(r), r.stroke, r.line, r.dash)

    def paint_path(self, p):
        self._stroke(_flatten(p.steps), p.stroke, p.line, p.dash)

    def paint_pixels(self, p):
        """Each pixel of the band takes the colour of the cell it lies in; only the rows inside the band are made."""
        (left, top), (right, bottom) = self._at(p.x, p.y), self._at(p.x + p.width, p.y + p.height)
        left, right = round(left), round(right)
        first, last = max(0, round(top)), min(self.image.height, round(bottom))
        if last <= first or right <= left:
            return
        colours = np.asarray(p.colours, "uint8")
        rows = (np.arange(first, last) - top) * len(colours) / (bottom - top)
        columns = (np.arange(right - left) + 0.5) * colours.shape[1] / (right - left)
        inside = [np.clip(n.astype(int), 0, size - 1) for n, size in zip((rows, columns), colours.shape)]
        self.image.paste(_pillow()[0].fromarray(colours[np.ix_(*inside)]), (left, first))

    def paint_polygon(self, p):
        self.draw.polygon([self._at(x, y) for x, y in p.points], p.fill)

    def paint_text(self, t):
        if t.code:
            return self._paint_code(t)
        text, font = _font_for(t.text, t.size * self.zoom)
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[t.anchor]
        heavy = t.size * self.zoom / 45 if t.bold else 0
        self.draw.text(self._at(t.x, t.y), text, t.fill, font, anchor, stroke_width=heavy, stroke_fill=t.fill)

    def _paint_code(self, t):
        """Letter by letter, each in the middle of its place: the bundled font has letters of many widths."""
        wide = CODE * t.size
        left = t.x - wide * len(t.text) * {"start": 0, "middle": 0.5, "end": 1}[t.anchor]
        for n, letter in enumerate(t.text):
            if letter != " ":
                self.paint_text(Text(left + (n + 0.5) * wide, t.y, letter, t.size * (0.86 if letter in "mMwW@%" else 1), t.fill, "middle", t.bold))

    def _stroke(self, points, color, line, dash):
        for piece in _dashes(points, dash) if dash else [points]:
            scaled = [self._at(x, y) for x, y in piece]
            self.draw.line(scaled, color, max(1, round(line * self.zoom)), joint="curve")


@functools.lru_cache(maxsize=64)
def _default_font(size):
    return _pillow()[2].load_default(size)


def _font_for(text, size):
    """The bundled font; for letters it lacks, a system font, else the nearest plain spelling."""
    text = "".join(_PLAIN.get(c, c) for c in text)
    if all(c < "\x7f" or c in "…·" for c in text):
        return text, _default_font(size)
    for name in _FALLBACKS:
        try:
            return text, _pillow()[2].truetype(name, size)
        except OSError:
            continue
    folded = unicodedata.normalize("NFKD", text)
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    return folded.encode("ascii", "replace").decode(), _default_font(size)


def _flatten(steps, parts=16):
    points = []
    for kind, *v in steps:
        if kind != "C":
            points.append((v[0], v[1]))
            continue
        x0, y0 = points[-1]
        for n in range(1, parts + 1):
            t = n / parts
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            x, y = a * x0 + b * v[0] + c * v[2] + d * v[4], a * y0 + b * v[1] + c * v[3] + d * v[5]
            points.append((x, y))
    return points


def _outline(r, parts=6):
    """The edge of a rounded rectangle as points, for dashing."""
    radius = min(r.radius, r.width / 2, r.height / 2)
    centres = (
        (r.x + r.width - radius, r.y + radius, -90),
        (r.x + r.width - radius, r.y + r.height - radius, 0),
        (r.x + radius, r.y + r.height - radius, 90),
        (r.x + radius, r.y + radius, 180),
    )
    points = []
    for cx, cy, start in centres:
        for n in range(parts + 1):
            angle = math.radians(start + 90 * n / parts)
            points.append((cx + radius * math.cos(angle), cy + radius * math.sin(angle)))
    return [*points, points[0]]


def _dashes(points, dash):
    """Cuts a line into the pieces that are painted."""
    pieces, piece, index, left = [], [points[0]], 0, dash[0]
    for (x1, y1), (x2, y2) in pairwise(points):
        length, done = math.hypot(x2 - x1, y2 - y1), 0.0
        while length - done > left:
            done += left
            at = (x1 + (x2 - x1) * done / length, y1 + (y2 - y1) * done / length)
            if index % 2 == 0:
                pieces.append([*piece, at])
            piece, index = [at], index + 1
            left = dash[index % len(dash)]
        left -= length - done
        piece.append((x2, y2))
    if index % 2 == 0 and len(piece) > 1:
        pieces.append(piece)
    return pieces
