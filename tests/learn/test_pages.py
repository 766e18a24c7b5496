"""The glossary is what the lessons say, and the course is readable where no kernel runs."""

import re
import shutil
from html.parser import HTMLParser

import pytest

from kerasteach import __main__ as cli
from kerasteach.learn import exercise, glossary, static
from kerasteach.learn.exercise import numbers
from kerasteach.learn.generate import repository
from kerasteach.widgets import panels

ROOT = repository()
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_the_glossary_is_up_to_date(capsys):
    assert cli.main(["pages", "--check"]) == 0, capsys.readouterr().out


def test_every_lesson_gives_words_and_every_word_has_a_meaning():
    found = glossary.terms(ROOT)
    assert {term.lesson for term in found} == set(LESSONS)
    assert all(term.key and len(term.meaning) > 5 and "---" not in term.name for term in found)
    assert [term.key for term in found] == sorted(term.key for term in found)


def course(tmp_path):
    for name in ("notebooks", "exercises", "docs"):
        (tmp_path / name).mkdir()
    for name in ("notebooks", "exercises"):
        shutil.copy(ROOT / name / "01_the_model_class.ipynb", tmp_path / name)
    return tmp_path


def test_a_stale_glossary_is_found(tmp_path, capsys):
    root = course(tmp_path)
    assert glossary.gather(root, check=True) == 1 and "Run: python -m kerasteach pages" in capsys.readouterr().out
    assert glossary.gather(root) == 0 == glossary.gather(root, check=True)
    path = root / "notebooks" / "01_the_model_class.ipynb"
    path.write_text(path.read_text("utf-8").replace("layers wired together, with", "layers in a row, with"), "utf-8")
    assert glossary.gather(root, check=True) == 1


class Reader(HTMLParser):
    """Links, and the page's words."""

    def __init__(self, page):
        super().__init__()
        self.links, self.words = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "a" and "href" in dict(attrs):
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data):
        self.words += data


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("nbconvert")
    pytest.importorskip("latex2mathml")
    root = course(tmp_path_factory.mktemp("course"))
    static.build(root, root / "html")
    return root / "html"


def test_the_pages_lead_to_each_other(site):
    pages = {path: Reader(path.read_text("utf-8")) for path in site.rglob("*.html")}
    assert len(pages) == 4
    for path, page in pages.items():
        for link in page.links:
            if "://" not in link and not link.startswith("#"):
                assert (path.parent / link.partition("#")[0]).is_file(), f"{path.name} leads to {link}"
    assert "exercises/01_the_model_class.html" in pages[site / "index.html"].links


def test_what_a_lesson_shows_is_on_its_page(site):
    page = (site / "notebooks" / "01_the_model_class.html").read_text("utf-8")
    assert len(re.findall(r'<figure [^>]*class="kt-', page)) >= 4 and "No description has been provided" not in page
    assert "2241 numbers to learn" in page and 'lang="en"' in page


def test_a_page_fetches_nothing_and_its_formulas_are_drawn(site):
    page = (site / "notebooks" / "01_the_model_class.html").read_text("utf-8")
    assert not re.search(r"""(src=|import\(|url\()["']?https?:""", page) and "cdnjs" not in page
    assert page.count("<math") >= 10 and "<mi>tanh</mi>" in page  # words, and the formula an output shows
    assert "\\bar{" not in page and "\\frac" not in page


def test_front_page_and_glossary(site):
    index, words = (Reader((site / name).read_text("utf-8")).words for name in ("index.html", "glossary.html"))
    assert "01 · The Model class" in index and "In half an hour you build one model" in index
    assert "shared layer" in words and "**" not in words and "`" not in words


def test_teaching_knows_every_lesson():
    """A row a lesson; links, panels and mistakes that there are. (Lessons of the path that are still to come may be named.)"""
    text = (ROOT / "docs" / "teaching.md").read_text("utf-8")
    missing = [path.name for path in LESSONS if f"(../notebooks/{path.name})" not in text]
    assert missing == []
    links = [ROOT / "docs" / link for link in re.findall(r"\]\(([^)#:]+)\)", text)]
    assert [link for link in links if not link.exists() and not re.match(r"0\d_|10_", link.name)] == []
    rows = re.findall(r"^\| (\d\d) q(\d) \| \*(.+?)\* \| .+? \| (.+?) \|$", text, re.MULTILINE)
    assert len(rows) >= 15
    for number, question, mistake, shown in rows:
        if number in numbers():
            ex = exercise(number)
            assert mistake in {m.name for m in ex[int(question) - 1].task.misconceptions}, f"{number} q{question}: {mistake}"
            code = (ROOT / "notebooks" / f"{ex.notebook}.ipynb").read_text("utf-8")
            for panel in re.findall(r"`(\w+)`", shown):
                assert panel in panels() and f"widgets.{panel}(" in code, f"lesson {number} shows no {panel}"


def test_hours_of_the_day_go_forwards():
    text = (ROOT / "docs" / "teaching.md").read_text("utf-8")
    times = [int(hour) * 60 + int(minute) for hour, minute in re.findall(r"^\| (\d+):(\d\d) \|", text, re.MULTILINE)]
    assert len(times) > 10 and times == sorted(set(times)) and times[-1] < 17 * 60
