"""The map of the course: its lessons as stations of a line, each a link. Only lessons that are there are linked."""

import base64
from html import escape
from pathlib import Path

from .map_icons import ICONS, INK, SOFT

LESSONS = (  # file, title, what you can do afterwards
    ("00_start_here", "Start here", "train a network in three minutes"),
    ("01_the_model_class", "The Model class", "build, train, test and save a model; catch one that learns nothing"),
    ("02_sequential", "Sequential", "put layers in a row, and see what each of them adds"),
    ("03_functional", "Functional", "several inputs, several answers, one part used twice, roads around layers"),
    ("04_subclassing", "Subclassing", "write layers and models of your own"),
    ("05_shapes", "Shapes", "read a shape error, and mend it"),
    ("06_gradients", "Gradients", "write the machine that finds the slopes, and check it"),
    ("07_compile", "compile", "choose loss, metric and optimizer"),
    ("08_fit", "fit", "batches, epochs, validation; overfitting and its cures"),
    ("09_evaluate_and_predict", "evaluate, predict", "judge a model: confusion, calibration, thresholds"),
    ("10_saving", "Saving", "open a .keras file, read it, and write one by hand"),
)
_LINES = {"start": "#767676", "build": "#0072B2", "slopes": "#D55E00", "train": "#007F5F", "keep": "#8F4B87"}
_STRETCH = ("start", *["build"] * 5, "slopes", *["train"] * 3, "keep")  # which part of the line a lesson is on
_WIDE, _HIGH, _RAIL = 150, 134, 114
_LEFT = 'style="text-align: left"'


class CourseMap:
    """The map, with two faces: text that lists what is there, and HTML with pictures that link.

    Args:
        folder: the folder with the lessons; links are relative to it.

    >>> CourseMap("nowhere").here
    []
    """

    def __init__(self, folder="."):
        self.here = _present(Path(folder))
        self.exercises = _present(Path(folder) / ".." / "exercises")

    def __repr__(self):
        lines = [f"The course: {len(self.here)} of {len(LESSONS)} lessons are here"]
        for name, title, what in LESSONS:
            lines.append(f"  {name[:2]}  {title:<18}  {what if name in self.here else 'not yet'}")
        return "\n".join(lines)

    def _repr_html_(self):
        stations = "".join(self._station(i) for i in range(len(LESSONS)))
        rows = "".join(self._row(*lesson) for lesson in LESSONS)
        head = f"<tr><th {_LEFT}>lesson</th><th {_LEFT}>afterwards you can</th><th {_LEFT}>exercise</th></tr>"
        return f'<nav aria-label="Map of the course"><div>{stations}</div><table>{head}{rows}</table></nav>'

    def _station(self, i):
        name, title, what = LESSONS[i]
        there = name in self.here
        data = base64.b64encode(station(i, there).encode()).decode()
        told = f"Lesson {int(name[:2])}: {title}" + ("" if there else ", not yet")
        image = f'<img src="data:image/svg+xml;base64,{data}" width="{_WIDE}" height="{_HIGH}" alt="{escape(told)}" title="{escape(what)}">'
        return f'<a href="{name}.ipynb">{image}</a>' if there else image

    def _row(self, name, title, what):
        number = int(name[:2])
        if name not in self.here:
            return f"<tr><td {_LEFT}>{number} · {escape(title)}</td><td {_LEFT}>not yet</td><td {_LEFT}></td></tr>"
        link = f'<a href="{name}.ipynb">{number} · {escape(title)}</a>'
        exercise = f'<a href="../exercises/{name}.ipynb">exercise {number}</a>' if name in self.exercises else ""
        return f"<tr><td {_LEFT}>{link}</td><td {_LEFT}>{escape(what)}</td><td {_LEFT}>{exercise}</td></tr>"


def _present(folder):
    return [name for name, *_ in LESSONS if (folder / f"{name}.ipynb").is_file()]


def course_map(folder="."):
    """Return the map of the lessons in a folder; in a lesson that is its own."""
    return CourseMap(folder)


def station(i, there):
    """One station as SVG: a card with a picture and a title, above its piece of the line."""
    name, title, _ = LESSONS[i]
    line = _LINES[_STRETCH[i]]
    colour, ink = (line, INK) if there else (SOFT, "#767676")
    dash = "" if there else ' stroke-dasharray="5 4"'
    begin, end = _WIDE / 2 if i == 0 else 0, _WIDE / 2 if i == len(LESSONS) - 1 else _WIDE
    before = _LINES[_STRETCH[max(i - 1, 0)]]
    middle, size = _WIDE / 2, 14 if len(title) < 16 else 12.5
    parts = [
        f'<rect x="6" y="4" width="{_WIDE - 12}" height="92" rx="8" fill="#FFFFFF" stroke="{colour}" stroke-width="2"{dash}/>',
        f'<g transform="translate(27 12)">{ICONS[name] if there else ""}</g>',
        f'<text x="{middle}" y="86" font-size="{size}" font-weight="600" text-anchor="middle" fill="{ink}">{escape(title)}</text>',
        f'<line x1="{middle}" y1="96" x2="{middle}" y2="{_RAIL}" stroke="{colour}" stroke-width="2"{dash}/>',
        f'<line x1="{begin}" y1="{_RAIL}" x2="{middle}" y2="{_RAIL}" stroke="{before}" stroke-width="6"/>',
        f'<line x1="{middle}" y1="{_RAIL}" x2="{end}" y2="{_RAIL}" stroke="{line}" stroke-width="6"/>',
        f'<circle cx="{middle}" cy="{_RAIL}" r="13" fill="{line if there else "#FFFFFF"}" stroke="{line}" stroke-width="3"/>',
        f'<text x="{middle}" y="{_RAIL + 5}" font-size="13" font-weight="700" text-anchor="middle" '
        f'fill="{"#FFFFFF" if there else "#767676"}">{int(name[:2])}</text>',
    ]
    if not there:
        parts.append(f'<text x="{middle}" y="50" font-size="13" text-anchor="middle" fill="#767676">not yet</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDE}" height="{_HIGH}" viewBox="0 0 {_WIDE} {_HIGH}" '
        f'font-family="system-ui, sans-serif">{"".join(parts)}</svg>'
    )
