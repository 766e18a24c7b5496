"""Every panel, all its faces, on both backends: made, checked, and written as a gallery page.

    python -m kerasteach faces                        make and check all
    python -m kerasteach faces --write docs/gallery   and write the page with its pictures
"""

import argparse
import importlib.util
import io
import re
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from kerasteach.widgets import panels
from kerasteach.widgets.files import write_whole

LARGEST = 300_000  # bytes of a picture
BACKENDS = ("numpy", "torch")
# An address, a uuid or a long hexadecimal number: they differ from run to run.
_RANDOM = re.compile(r"0x[0-9a-f]{5,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{12,}\b", re.I)


@dataclass
class Face:
    """What came out for one panel on one backend."""

    name: str
    backend: str
    panel: object
    seconds: float
    faults: list = field(default_factory=list)


def made(name, backend):
    """Makes a panel's example and checks its faces."""
    start = time.perf_counter()
    panel = panels()[name].example(backend)
    face = Face(name, backend, panel, 0.0)
    face.faults = faults(panel)
    face.seconds = time.perf_counter() - start
    return face


def faults(panel):
    """What is wrong with a panel's faces, as a list of sentences; empty if nothing is.

    >>> from kerasteach.widgets import History
    >>> faults(History({"loss": [0.7, 0.4]}))
    []
    """
    svg, png, html = panel.to_svg(), panel.to_png(), panel.to_html()
    label = escape(panel.sentence, quote=True)
    said = {"text": repr(panel), "sentence": panel.sentence, "code": panel.code()}
    found = [f"the {face} is empty" for face, text in said.items() if not text.strip()]
    found += [f"the {face} has an address or random id: {hit[0]}" for face, text in said.items() if (hit := _RANDOM.search(text))]
    found += [] if panel.sentence.endswith(".") else ["the sentence does not end in a full stop"]
    found += [] if f'role="img" aria-label="{label}"' in html else ["the HTML picture has no label"]
    found += _of_svg(svg) + _of_png(png)
    found += [f"the {face} has {len(data):,} bytes" for face, data in (("SVG", svg), ("PNG", png)) if len(data) > LARGEST]
    again = type(panel)(*panel.sources().values(), **panel.state)
    found += [] if repr(again) == repr(panel) and again.to_svg() == svg else ["the same state shows something else"]
    return found


def _of_svg(svg):
    root = ET.fromstring(svg)
    shapes = [e for e in root.iter() if e.tag.rpartition("}")[2] in ("rect", "path", "polygon", "text", "image")]
    found = [] if len(shapes) > 2 else ["the SVG is empty"]
    found += [] if root.get("aria-label") else ["the SVG has no label"]
    numbers = " ".join(v for e in shapes for k, v in e.items() if k in ("x", "y", "width", "height", "d", "points"))
    return found + (["the SVG has shapes at nan or inf"] if "nan" in numbers or "inf" in numbers else [])


def _of_png(png):
    from PIL import Image

    colours = Image.open(io.BytesIO(png)).convert("RGB").getcolors(1 << 24)
    return [] if len(colours) > 2 else ["the PNG is empty"]


def main(arguments=None):
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="kerasteach faces", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="panel", help="names of panels (default: all)")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="also write README.md and the pictures into a folder")
    options = parser.parse_args(arguments)
    unknown = sorted({*options.names} - {*panels()})
    if unknown:
        print(f"There is no panel {', '.join(unknown)}. There are: {', '.join(panels())}.", file=sys.stderr)
        return 2
    backends = [b for b in BACKENDS if b == "numpy" or importlib.util.find_spec(b)]
    faces = []
    for name in options.names or panels():
        for backend in backends:
            faces.append(made(name, backend))
            _agree(faces)
            print(_line(faces[-1]), flush=True)
    wrong = [f for f in faces if f.faults]
    print(f"{len(faces)} panels made, {len(wrong)} with faults")
    if options.write and not wrong:
        write_gallery(options.write, [f.panel for f in faces if f.backend == "numpy"])
        print(f"written: {options.write / 'README.md'}")
    return 1 if wrong else 0


def _agree(faces):
    """The same model on the other backend has the same text."""
    last = faces[-1]
    for other in faces[:-1]:
        if other.name == last.name and repr(other.panel) != repr(last.panel):
            last.faults.append(f"{last.backend} says {repr(last.panel)!r}, {other.backend} says {repr(other.panel)!r}")


def _line(face):
    size = len(face.panel.to_png())
    state = "; ".join(face.faults) or "ok"
    return f"{face.name:18} {face.backend:6} {size / 1000:6.0f} kB  {face.seconds:5.1f} s  {state}"


def write_gallery(folder, shown):
    """Writes README.md and a picture for each panel."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = ["# Gallery\n", "Every panel on a small trained model, as `python -m kerasteach faces --write docs/gallery` makes it.",
             "In a notebook each is live: controls, keyboard, words for screen readers.\n",
             " · ".join(f"[{name}](#{name.lower()})" for name in (type(panel).__name__ for panel in shown)) + "\n"]  # fmt: skip
    for panel in shown:
        name = type(panel).__name__
        write_whole(folder / f"{name}.png", panel.to_png())
        code = panel.code() if len(panel.code()) < 200 else f"{name}({panel.source_name or '...'})"
        about = (type(panel).__doc__ or "").strip().splitlines()[0]
        parts.append(f"## {name}\n\n{about}\n\n![{panel.sentence}]({name}.png)\n\n{panel.sentence}\n")
        parts.append(f"```python\n{code}\n```\n\n```\n{panel!r}\n```\n")
    write_whole(folder / "README.md", "\n".join(parts).encode())
