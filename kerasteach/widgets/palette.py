"""One set of colours for every panel, chosen so that nobody has to tell two hues apart.

Categories are Okabe and Ito's colours, each with its own dash and marker shape. Amounts are
Viridis; signed amounts a blue-white-orange scale whose middle is exactly zero.
"""

from dataclasses import dataclass

INK = "#1f2933"  # text on paper: 14.6 to 1
SOFT = "#52606d"  # second text: 6.5 to 1
GRID = "#e4e7eb"
PAPER = "#ffffff"  # panels bring their own paper, so a dark theme cannot hide them
ACCENT = "#d55e00"


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
    Style("#b87700", (5, 2), "cross"),
    Style("#2f7fb0", (12, 4), "triangle-down"),
    Style("#000000", (3, 3, 1, 3), "x"),
)
"""Okabe and Ito's order; green, purple, orange and sky darkened to 3 to 1 on white paper."""

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
    """Black or white, whichever reads better on `color`."""
    r, g, b = (_linear(int(color[n : n + 2], 16) / 255) for n in (1, 3, 5))
    return INK if 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.25 else PAPER


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
