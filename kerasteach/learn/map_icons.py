"""A small picture for each lesson of the map: 96 x 56 units, its idea in a few strokes."""

INK, SOFT = "#1B1F23", "#C9CED3"
BLUE, ORANGE, GREEN, GOLD, SKY, PLUM = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#8F4B87"


def _box(x, y, width=20, height=14, fill="#FFF6DD", stroke=GOLD):
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="3" fill="{fill}" stroke="{stroke}" stroke-width="1.6"/>'


def _dot(x, y, fill=INK, r=4):
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="{fill}"/>'


def _path(d, stroke=INK, width=1.8, dash=""):
    more = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{d}" fill="none" stroke="{stroke}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"{more}/>'


def _arrow(x1, y, x2, stroke=INK):
    return _path(f"M{x1} {y}H{x2}M{x2 - 4} {y - 3}l4 3l-4 3", stroke)


def _text(x, y, words, size=13, fill=INK):
    return f'<text x="{x}" y="{y}" font-size="{size}" font-family="monospace" text-anchor="middle" fill="{fill}">{words}</text>'


def _start():
    return f'<circle cx="48" cy="28" r="24" fill="#E8F4FB" stroke="{SKY}" stroke-width="2"/><path d="M41 16L61 28L41 40Z" fill="{BLUE}"/>'


def _model():
    wires = "".join(_path(f"M14 {y}C30 {y} 26 28 38 28", BLUE) for y in (14, 42))
    return wires + _dot(14, 14, BLUE) + _dot(14, 42, BLUE) + _box(38, 19, 24, 18) + _arrow(62, 28, 84) + _dot(88, 28, ORANGE)


def _sequential():
    return "".join(_box(x, 19, 18, 18) + _arrow(x + 18, 28, x + 28) for x in (4, 32, 60)) + _dot(91, 28, ORANGE)


def _functional():
    skip = _path("M22 28C22 2 66 2 66 22", ORANGE)
    return _arrow(4, 28, 26) + _box(26, 20) + _arrow(46, 28, 61) + skip + f'<circle cx="66" cy="28" r="6" fill="#FFFFFF" stroke="{INK}" stroke-width="1.6"/>' + _text(66, 32, "+", 12) + _path("M72 28L84 16M72 28L84 40") + _dot(87, 14, BLUE) + _dot(87, 42, GREEN)


def _subclassing():
    return _text(48, 16, "class Mine:", 12, BLUE) + _path("M14 24V48", SOFT) + _text(54, 33, "def call(x):", 11) + _path("M30 44h8m6 0h18m6 0h10", ORANGE, 3)


def _shapes():
    cells = "".join(_box(6 + 11 * i, 10 + 11 * j, 11, 11, "#E8F4FB", BLUE) for i in range(3) for j in range(3))
    more = "".join(_box(60 + 11 * i, 4 + 11 * j, 11, 11, "#FDE9DD", ORANGE) for i in range(2) for j in range(4))
    return cells + more + _text(50, 33, "·", 22)


def _gradients():
    hill = _path("M6 10C22 50 44 56 56 46S80 14 90 8", BLUE, 2.4)
    return hill + _dot(24, 36, ORANGE, 6) + _path("M24 36L40 51M34 51h6v-6", ORANGE, 2)


def _compile():
    rings = "".join(f'<ellipse cx="56" cy="30" rx="{r}" ry="{r * 0.62}" fill="none" stroke="{colour}" stroke-width="1.8"/>' for r, colour in ((36, SOFT), (24, SKY), (12, GREEN)))
    return rings + _path("M10 8L26 20L22 30L40 26L48 34L56 30", ORANGE, 2) + _dot(56, 30, GREEN)


def _fit():
    known = _path("M8 8C18 36 40 46 90 48", BLUE, 2.4)
    return _path("M8 4V52H92", SOFT) + known + _path("M8 12C18 34 34 36 46 34S74 24 90 14", ORANGE, 2.4, "5 3")


def _evaluate():
    shades = ((GREEN, "#EDF7F3", "#EDF7F3"), ("#FDE9DD", GREEN, "#EDF7F3"), ("#EDF7F3", "#FDE9DD", GREEN))
    return "".join(_box(24 + 16 * j, 4 + 16 * i, 16, 16, shades[i][j], "#FFFFFF") for i in range(3) for j in range(3))


def _saving():
    paper = f'<path d="M30 4H58L68 14V52H30Z" fill="#FFFFFF" stroke="{PLUM}" stroke-width="2"/>' + _path("M58 4V14H68", PLUM)
    lines = _path("M36 20h24M36 26h16", INK, 2)
    return paper + lines + "".join(_box(36 + 8 * i, 33 + 8 * j, 8, 8, (SKY, GOLD)[(i + j) % 2], "#FFFFFF") for i in range(3) for j in range(2))


ICONS = {
    "00_start_here": _start(), "01_the_model_class": _model(), "02_sequential": _sequential(), "03_functional": _functional(),
    "04_subclassing": _subclassing(), "05_shapes": _shapes(), "06_gradients": _gradients(), "07_compile": _compile(),
    "08_fit": _fit(), "09_evaluate_and_predict": _evaluate(), "10_saving": _saving(),
}  # fmt: skip
