"""The map of the course never lies: every link leads to a lesson that is there, and every lesson that is there is on it."""

import base64
import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kerasteach.learn.course_map import LESSONS, course_map, station

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
START = NOTEBOOKS / "00_start_here.ipynb"
NAMES = [name for name, *_ in LESSONS]


class Links(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.links, self.alts, self.pictures = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "a":
            self.links.append(attrs["href"])
        if tag == "img":
            self.alts.append(attrs["alt"])
            self.pictures.append(base64.b64decode(attrs["src"].partition("base64,")[2]).decode())


def stored():
    """The map's output in the first lesson: text, HTML."""
    cells = json.loads(START.read_text("utf-8"))["cells"]
    (cell,) = [cell for cell in cells if "course_map()" in "".join(cell["source"])]
    (output,) = cell["outputs"]
    return "".join(output["data"]["text/plain"]), "".join(output["data"]["text/html"])


def test_every_stored_link_leads_to_a_file():
    links = Links(stored()[1]).links
    assert links and [link for link in links if not (NOTEBOOKS / link).is_file()] == []


def test_the_stored_map_is_that_of_today():
    now = course_map(NOTEBOOKS)
    refresh = "a lesson or exercise came or went. Run: python -m kerasteach notebooks notebooks/00_start_here.ipynb"
    assert stored() == (repr(now), now._repr_html_()), refresh


def test_every_lesson_of_the_path_is_on_the_map():
    there = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb") if path.stem[:2] <= NAMES[-1][:2])
    assert set(there) <= set(NAMES)
    assert [int(name[:2]) for name in NAMES] == list(range(len(NAMES)))


def test_a_lesson_that_is_missing_has_no_link(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "exercises").mkdir()
    for path in ("notebooks/00_start_here", "notebooks/03_functional", "exercises/03_functional"):
        (tmp_path / f"{path}.ipynb").write_text("{}")
    found = course_map(tmp_path / "notebooks")
    seen = Links(found._repr_html_())
    assert sorted(set(seen.links)) == ["../exercises/03_functional.ipynb", "00_start_here.ipynb", "03_functional.ipynb"]
    assert [alt for alt in seen.alts if "not yet" not in alt] == ["Lesson 0: Start here", "Lesson 3: Functional"]
    assert repr(found).splitlines()[0] == "The course: 2 of 11 lessons are here"
    assert repr(found).count("not yet") == 9


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("i", range(len(LESSONS)), ids=NAMES)
def test_a_station_is_a_picture_with_its_title(i, there):
    root = ElementTree.fromstring(station(i, there))
    words = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert LESSONS[i][1] in words and str(i) in words and ("not yet" in words) != there


def test_a_picture_speaks():
    seen = Links(course_map(NOTEBOOKS)._repr_html_())
    assert len(seen.pictures) == len(LESSONS) and all(len(alt) > 10 for alt in seen.alts)


def test_the_titles_have_the_numbers_of_the_files():
    for name in course_map(NOTEBOOKS).here[1:]:
        first = "".join(json.loads((NOTEBOOKS / f"{name}.ipynb").read_text("utf-8"))["cells"][0]["source"]).splitlines()[0]
        assert re.match(rf"# Lesson {int(name[:2])}\b", first), f"{name} begins with {first!r}"
