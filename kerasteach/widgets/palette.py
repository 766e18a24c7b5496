"""One set of colours for every panel, chosen so that nobody has to tell two hues apart.

Categories are Okabe and Ito's colours, each with its own dash and marker shape. Amounts are
Viridis; signed amounts a blue-white-orange scale whose middle is exactly zero.
"""

from dataclasses import dataclass

INK = "#1f2933"  # text on paper: 14.6 to 1
SOFT = "#52606d"  # second text: 6.5 to 1
GRID = "#e4e7eb"
PAPER = "#ffffff"  # panels bring their own paper, so a dark theme cannot hide them
FRAME = "#d9dee4"  # the outline of the paper
PLAIN = "#7b8794"  # lines and outlines that mean nothing by themselves
ACCENT = "#d55e00"
TINTS = {  # pale papers of boxes, each with an outline of its own: what kind of thing a box is
    "blue": ("#e8f2fa", "#3f7cac"),
    "grey": ("#f1f3f5", "#68737f"),
    "violet": ("#f4f0fa", "#7d6bb0"),
    "green": ("#eef7f0", "#3c8259"),
    "amber": ("#fff6e0", "#a87508"),
    "red": ("#fdeeea", "#b8412c"),
    "white": (PAPER, PLAIN),
}
ON_LIGHT, ON_DARK = "#05070a", "#fefefe"  # text on a colour that stands for a number: the same by day and by night


@dataclass(frozen=True)
class Style:
    """How one category looks: never its colour alone."""

    color: str
    dash: tuple  # lengths of stroke and gap; empty is solid
    marker: str


CATEGORIES = (
    Style("#0072b2", (), "circle"),
    Style("#d55e00", (7, 4), "square"),
    Style("#007a5a", (2, 3), "diamond"),
    Style("#a34d7f", (10, 3, 2, 3), "triangle-up"),
    Style("#805500", (5, 2), "cross"),
    Style("#3d97d4", (12, 4), "triangle-down"),
    Style("#000000", (3, 3, 1, 3), "x"),
)
"""Okabe and Ito's order; green, purple, orange and sky darkened, so that each stands 3 to 1 on white paper and any two are far apart
to eyes that lack one kind of cone (tests/widgets/test_faces.py)."""

_VIRIDIS = ("440154", "482878", "3e4989", "31688e", "26828e", "1f9e89", "35b779", "6ece58",
            "b5de2b", "fde725")  # fmt: skip
_SIGNED = ("0b3c6f", "2f6fae", "84b1d8", "f7f7f7", "eaab7c", "c4622d", "7f2704")


def category(index):
    """The style of the `index`-th category; after seven they come round again.

    >>> category(0).color, category(1).marker
    ('#0072b2', 'square')
    """
    return CATEGORIES[index % len(CATEGORIES)]


def viridis(amount):
    """The colour of an amount from 0 to 1; what lies outside is clipped.

    >>> viridis(0), viridis(1)
    ('#440154', '#fde725')
    """
    return _blend(_VIRIDIS, amount)


def signed(value, limit):
    """The colour of a value on a scale from `-limit` to `limit`; zero is always the middle.

    >>> signed(0.0, 5), signed(-5, 5)
    ('#f7f7f7', '#0b3c6f')
    """
    return _blend(_SIGNED, 0.5 if not limit else 0.5 + value / (2 * limit))


def text_on(color):
    """Black or white, whichever reads better on `color`; a dark theme leaves them as they are."""
    r, g, b = (_linear(int(color[n : n + 2], 16) / 255) for n in (1, 3, 5))
    return ON_LIGHT if 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.184 else ON_DARK


def _linear(channel):
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _blend(stops, amount):
    at = min(1.0, max(0.0, float(amount))) * (len(stops) - 1)
    low = min(int(at), len(stops) - 2)
    mixed = (
        round(int(stops[low][n : n + 2], 16) * (low + 1 - at)
              + int(stops[low + 1][n : n + 2], 16) * (at - low))
        for n in (0, 2, 4)
    )  # fmt: skip
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


# In a dark theme the neutral colours change places; those that stand for something stay, or get lighter.
NIGHT = {
    PAPER: "#1c2228", INK: "#e8ecf0", SOFT: "#aeb8c2", GRID: "#39424c", FRAME: "#46505b", PLAIN: "#8a96a3",
    "#e8f2fa": "#1d3346", "#f1f3f5": "#2a3138", "#f4f0fa": "#2f2a42", "#eef7f0": "#1d3327", "#fff6e0": "#3d3216",
    "#fdeeea": "#472420", "#3f7cac": "#6aa7d6", "#68737f": "#97a3af", "#7d6bb0": "#a797d8", "#3c8259": "#6cb98c",
    "#a87508": "#d6a23a", "#b8412c": "#e88573",
    "#0072b2": "#56a8dc", "#d55e00": "#f08a3c", "#007a5a": "#1fa37e", "#a34d7f": "#d68bb7", "#805500": "#ffd166",
    "#3d97d4": "#9fd8ff", "#000000": "#f4f4f4",
}  # fmt: skip


def night_css(inside=".kt-picture"):
    """Style rules that turn an inline SVG of ours dark where the page is dark; colours of numbers stay.

    Both JupyterLab and VS Code say on the page's body which theme they have.
    """
    pages = ('[data-jp-theme-light="false"]', '[data-vscode-theme-kind="vscode-dark"]')
    rules = []
    for day, night in NIGHT.items():
        for paint in ("fill", "stroke"):
            where = ", ".join(f'{page} {inside} svg [{paint}="{day}"]' for page in pages)
            rules.append(f"{where} {{ {paint}: {night}; }}")
    return "\n".join(rules)
