"""The drawing of a latent space: the plane on the left, what is made of the chosen place on the right."""

import numpy as np

from kerasteach.explain.latent import as_pictures
from kerasteach.widgets.images import fitted, image_colours, limits_of, picture_of, thinned
from kerasteach.widgets.palette import ACCENT, FRAME, INK, ON_DARK, SOFT, category
from kerasteach.widgets.plots import Box, axes, bars, card, scatter
from kerasteach.widgets.scene import Group, Path, Pixels, Rect, Text, cut, line_through, marker
from kerasteach.widgets.words import number

WIDTH, LEFT, TOP, SIDE, RIGHT = 880, 62, 92, 420, 556
GRID, MOST_POINTS = 13, 400
STRIP_ROWS, STRIP_COLUMNS = 5, 6


def plane_box():
    """Where the plane lies."""
    return Box(LEFT, TOP, SIDE, SIDE)


def plane_scene(panel, near, original):
    """The plane with data or grid, the point on it, and what is made of it."""
    from kerasteach.widgets.latent import text_of

    s, plane = panel.state, panel.plane
    drawn = axes(plane_box(), *panel.limits, xlabel=plane.names[0], ylabel=plane.names[1])
    title = "Latent space" + (f" of {panel.dimensions} dimensions, seen in a plane" if panel.dimensions > 2 else "")
    items = [Text(28, 36, title, 14, INK, "start", bold=True)]
    if s["view"] == "grid":
        items += _mosaic(as_pictures(panel.grid()), GRID, drawn.box) + list(drawn.items[-3:])
        items += list(_without_grid(drawn).items)
    else:
        items += drawn.items
        if panel.places is not None:
            labels = None if panel.labels is None else [text_of(label) for label in panel.labels]
            items += _points(drawn, panel.places, labels)
    items += _cross(drawn, s["z1"], s["z2"])
    place = ", ".join(f"{name} = {number(value, 3)}" for name, value in zip(plane.names, (s["z1"], s["z2"])))
    items.append(Text(RIGHT, TOP - 12, f"made of {place}", 12.5, INK, "start"))
    items += _made(panel.made(), Box(RIGHT, TOP, 300, 300))
    if near is not None:
        sample, far = near
        label = "" if panel.labels is None else f", {text_of(panel.labels[sample])}"
        y = TOP + 326
        if original is not None:
            items += picture_of(original, Box(*fitted(*original.shape[:2], RIGHT, y, 94, 94)))
        x = RIGHT + (110 if original is not None else 0)
        items.append(Text(x, y + 16, "the nearest of the data:", 12.5, SOFT, "start"))
        items.append(Text(x, y + 38, f"sample {sample}{label}", 13, INK, "start", bold=True))
        items.append(Text(x, y + 58, f"{number(far, 2)} away", 12.5, INK, "start"))
    return card(WIDTH, TOP + SIDE + 50, items, "Latent space", panel.sentence)


def _without_grid(drawn):
    """The same axes without lines across."""
    return axes(drawn.box, drawn.xlim, drawn.ylim, grid=False)


def _points(drawn, places, labels):
    """The data's places: a short label is written in its colour, a long one has a marker."""
    every = -(-len(places) // MOST_POINTS)
    kinds = sorted(set(labels), key=lambda text: (len(text), text)) if labels else [""]
    if labels is None:
        return scatter(drawn, *places[::every].T, category(0), 5, outline=False)
    short = max(map(len, kinds)) <= 2
    items = []
    for n in range(0, len(places), every):
        if drawn.inside(*places[n]):
            x, y = drawn.at(*places[n])
            style = category(kinds.index(labels[n]))
            items.append(Text(x, y + 4, labels[n], 11, style.color, "middle") if short else marker(style.marker, x, y, 7, style.color))
    if not short:
        for n, kind in enumerate(kinds[:7]):
            y = TOP + 8 + n * 18
            items.append(marker(category(n).marker, LEFT + SIDE + 12, y, 8, category(n).color))
            items.append(Text(LEFT + SIDE + 20, y + 4, cut(kind, 11, RIGHT - LEFT - SIDE - 24), 11, INK, "start"))
    return [Group(tuple(items), f"{len(places)} samples", "data")]


def _cross(drawn, x, y):
    """The point: a ring where two lines meet, on the edge if it lies outside."""
    (x0, x1), (y0, y1), box = drawn.xlim, drawn.ylim, drawn.box
    px, py = drawn.at(min(max(x, x0), x1), min(max(y, y0), y1))
    lines = [
        line_through([(px, box.y), (px, py - 8)]), line_through([(px, py + 8), (px, box.y + box.height)]),
        line_through([(box.x, py), (px - 8, py)]), line_through([(px + 8, py), (box.x + box.width, py)]),
    ]  # fmt: skip
    ring = [Rect(px - 8, py - 8, 16, 16, 8, "", ON_DARK, 5), Rect(px - 8, py - 8, 16, 16, 8, "", ACCENT, 2.5)]
    return [Group((*(Path(way, ACCENT, 1.2, (5, 4)) for way in lines), *ring), "the chosen place", "point")]


def _made(output, box):
    """What was made: a picture, or bars of numbers."""
    pictures = as_pictures(output[None])
    if pictures is not None:
        return picture_of(pictures[0], Box(*fitted(*pictures.shape[1:3], *box)))
    values = output.ravel()[:200].astype("float64")
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    drawn = axes(Box(box.x + 26, box.y + 10, box.width - 40, box.height - 70), (-0.6, len(values) - 0.4), (low, high), "number")
    return [*drawn.items, *bars(drawn, range(len(values)), values)]


def _mosaic(pictures, across, box, limits=None):
    """Many pictures side by side as one field of pixels."""
    limits = limits or limits_of(pictures)
    down = -(-len(pictures) // across)
    _, high, wide, channels = pictures.shape
    every = thinned(down * high, across * wide, channels)
    pictures = pictures[:, ::every, ::every]
    colours = np.stack([image_colours(picture, limits) for picture in pictures])  # (pictures, height, width, 3)
    colours = np.pad(colours, ((0, down * across - len(colours)), (0, 0), (0, 0), (0, 0)), constant_values=255)
    colours = np.stack([np.pad(colours[..., c], ((0, 0), (0, 1), (0, 1)), constant_values=line) for c, line in enumerate(_LINE)], axis=-1)
    _, high, wide, _ = colours.shape
    whole = colours.reshape(down, across, high, wide, 3).transpose(0, 2, 1, 3, 4).reshape(down * high, across * wide, 3)[:-1, :-1]
    return [Pixels(*box, whole), Rect(*box, 0, "", FRAME)]


_LINE = bytes.fromhex(FRAME[1:])  # between two pictures


def _strip(samples):
    """Which moments and which samples the strip shows, and its boxes: a list of `(index of the moment, sample, box)`."""
    count = min(STRIP_COLUMNS, len(samples.epochs))
    moments = sorted({round(n) for n in np.linspace(0, len(samples.epochs) - 1, count)})
    side = 46
    return [
        (moment, row, Box(RIGHT + column * (side + 4), TOP + 24 + row * (side + 4), side, side))
        for column, moment in enumerate(moments)
        for row in range(min(STRIP_ROWS, len(samples.noise)))
    ]


def epoch_at(samples, x, y):
    """The epoch whose column in the strip lies at a place; None beside it."""
    for moment, _, box in _strip(samples):
        if box.x <= x < box.x + box.width and box.y - 20 <= y < box.y + box.height:
            return samples.epochs[moment]
    return None


def samples_scene(samples, epoch, desc):
    """What the generator makes of the same noise: all of it now, and some of it from the first epoch to the last."""
    at = samples.epochs.index(epoch)
    now = as_pictures(samples.samples[at])
    items = [
        Text(28, 36, f"The same noise over training: after epoch {epoch} of {samples.epochs[-1]}", 14, INK, "start", bold=True),
        Text(28, TOP - 12, f"{len(samples.noise)} samples after epoch {epoch}", 12.5, INK, "start"),
    ]
    if now is None:
        items += _made(samples.samples[at].mean(axis=0), Box(28, TOP, 440, 300))
        return card(WIDTH, TOP + 320, items, "Samples over training", desc)
    limits = limits_of(np.concatenate([as_pictures(made) for made in (samples.samples[0], samples.samples[-1])]))
    across = int(np.ceil(np.sqrt(len(now))))
    down = -(-len(now) // across)
    _, high, wide, _ = now.shape
    box = Box(*fitted(down * high, across * wide, 28, TOP, 440, SIDE))
    items += _mosaic(now, across, box, limits)
    items.append(Text(RIGHT, TOP - 12, "some of them, epoch by epoch", 12.5, INK, "start"))
    for moment, row, place in _strip(samples):
        items += picture_of(as_pictures(samples.samples[moment][row][None])[0], Box(*fitted(high, wide, *place)), limits)
        if row == 0:
            chosen = moment == at
            items.append(Text(place.x, place.y - 8, str(samples.epochs[moment]), 11, ACCENT if chosen else SOFT, "start", bold=chosen))
            if chosen:
                rows = min(STRIP_ROWS, len(samples.noise))
                items.append(Rect(place.x - 2, place.y - 2, place.width + 4, rows * (place.height + 4), 1, "", ACCENT, 2))
    return card(WIDTH, TOP + max(box.height, 24 + STRIP_ROWS * 50) + 34, items, "Samples over training", desc)
