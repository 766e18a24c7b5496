"""Expected and received as a picture: two grids of numbers, what differs framed and marked."""

from html import escape

import numpy as np

from .observe import same

_MOST = 64  # numbers a grid may have
_WIDE, _HIGH, _GAP = 58, 24, 28
_LETTER = 7.5  # width of a letter of a title
_WRONG = "#D55E00"


def picture(expected, received):
    """Return two grids as SVG, or an empty string for what is no small array."""
    if not all(isinstance(x, np.ndarray) and 1 <= x.size <= _MOST and x.ndim <= 2 for x in (expected, received)):
        return ""
    left, right = (x.reshape(1, -1) if x.ndim < 2 else x for x in (expected, received))
    wrong = _differing(left, right) if expected.shape == received.shape else set()
    titles = [f"{name} {x.shape if x.shape else ''}" for name, x in (("expected", expected), ("received", received))]
    wide = [max(x.shape[1] * _WIDE, len(title) * _LETTER) for x, title in zip((left, right), titles)]
    width, height = round(sum(wide)) + _GAP + 2, max(len(left), len(right)) * _HIGH + 22
    body = _grid(left, titles[0], 1, set()) + _grid(right, titles[1], round(wide[0]) + _GAP, wrong)
    return (
        f'<svg role="img" aria-label="{escape(_said(expected, received, wrong))}" width="{width}" height="{height}" '
        f'style="max-width: 100%; font: 12px monospace" viewBox="0 0 {width} {height}">{body}</svg>'
    )


def _differing(left, right):
    return {place for place in np.ndindex(left.shape) if not same(np.asarray(left[place]), np.asarray(right[place]))}


def _said(expected, received, wrong):
    """The picture in words."""
    if expected.shape != received.shape:
        return f"Expected an array of shape {expected.shape}, received one of shape {received.shape}."
    if not wrong:
        return f"Expected and received, {expected.size} numbers: all look alike."
    row, column = min(wrong)
    place = [column] if expected.ndim == 1 else [row, column][: expected.ndim]
    pair = (_number(np.atleast_2d(x)[row, column]) for x in (expected, received))
    first = "{} expected, {} received".format(*pair)
    return f"Expected and received: {len(wrong)} of {expected.size} differ; first at {place}: {first}." if place else f"{first}."


def _grid(values, title, x, wrong):
    lines = [f'<text x="{x}" y="13" fill="currentColor">{title}</text>']
    for row, column in np.ndindex(values.shape):
        left, top, is_wrong = x + column * _WIDE, 20 + row * _HIGH, (row, column) in wrong
        colour, thick = (_WRONG, 2.5) if is_wrong else ("#999999", 1)
        lines.append(
            f'<rect x="{left + 1.5}" y="{top + 1.5}" width="{_WIDE - 3}" height="{_HIGH - 3}" fill="none" stroke="{colour}" stroke-width="{thick}"/>'
            f'<text x="{left + _WIDE / 2}" y="{top + 16}" text-anchor="middle" fill="currentColor">{"≠" * is_wrong}{_number(values[row, column])}</text>'
        )
    return "".join(lines)


def _number(x):
    return f"{x:.3g}" if isinstance(x, (float, np.floating)) else str(x)
