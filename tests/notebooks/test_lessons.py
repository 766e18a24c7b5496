"""Every lesson is whole: sixteen parts in order, run from top to bottom, small, and with a proof that can fail.

What the cells print is compared by nbval (`make test`); here the file itself is read, nothing is run.
"""

import ast
import json
import re
from pathlib import Path

import pytest

from kerasteach.learn.notebooks import stale

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CARD = [
    "What", "Where", "Why", "When", "Who", "How", "Pros", "Cons", "Image", "Table", "Example", "Proof of concept",
    "Example code for the proof", "Application", "Key terms", "Summary",
]  # fmt: skip
HEADING = re.compile(r"^## (\d+) · (.+)$", re.MULTILINE)
LARGEST = 1_000_000  # bytes
PATH = [
    "00_start_here", "01_the_model_class", "02_sequential", "03_functional", "04_subclassing", "05_shapes", "06_gradients",
    "07_compile", "08_fit", "09_evaluate_and_predict", "10_saving",
]  # fmt: skip
PREDICT = "**Predict first"
PANEL = "<figure class=\"kt-"
OWN_DATA = {"text/plain", "text/html", "text/latex", "image/png"}  # what a viewer without a kernel can show


def cells_of(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [{**cell, "source": "".join(cell["source"])} for cell in cells]


def parts_of(cells):
    """Cells by the part they lie in, `{heading: [cell]}`; one cell may end a part and begin the next."""
    parts, now = {}, ""
    for cell in cells:
        if cell["cell_type"] == "markdown":
            pieces = HEADING.split(cell["source"])
            parts.setdefault(now, []).append({**cell, "source": pieces[0]})
            for heading, text in zip(pieces[2::3], pieces[3::3]):
                now = heading
                parts.setdefault(now, []).append({**cell, "source": text})
        else:
            parts.setdefault(now, []).append(cell)
    return parts


def outputs_of(cells):
    return [output for cell in cells for output in cell.get("outputs", [])]


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return request.param


@pytest.fixture
def cells(lesson):
    return cells_of(lesson)


def test_there_is_a_lesson():
    assert ROOT / "notebooks" / "01_the_model_class.ipynb" in LESSONS


def test_sixteen_parts_in_order(cells):
    text = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    assert HEADING.findall(text) == [(str(i), name) for i, name in enumerate(CARD, 1)]


def test_no_part_is_empty(cells):
    empty = [name for name, own in parts_of(cells).items() if not any(cell["source"].strip() for cell in own)]
    assert empty == []


def test_it_has_run_from_top_to_bottom(cells):
    counts = [cell["execution_count"] for cell in cells if cell["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))


def test_nothing_went_wrong(cells):
    for cell in cells:
        for output in cell.get("outputs", []):
            assert output["output_type"] != "error" or "raises-exception" in cell["metadata"].get("tags", [])
            assert output.get("name") != "stderr", "".join(output.get("text", ""))


def test_only_what_every_viewer_shows_is_stored(lesson, cells):
    assert "widgets" not in json.loads(lesson.read_text("utf-8"))["metadata"]
    stored = {key for output in outputs_of(cells) for key in output.get("data", {})}
    assert stored <= OWN_DATA, f"drop these by `python -m kerasteach notebooks`: {stored - OWN_DATA}"


def test_it_is_small(lesson):
    assert lesson.stat().st_size < LARGEST


def test_the_image_is_a_panel_and_so_says_what_it_shows(cells):
    shown = ["".join(output.get("data", {}).get("text/html", "")) for output in outputs_of(parts_of(cells)["Image"])]
    panels = [html for html in shown if PANEL in html]
    assert panels and all('role="img"' in html and re.search(r'aria-label="[^"]{20,}"', html) for html in panels)


def test_it_has_three_panels(cells):
    assert sum(PANEL in "".join(output.get("data", {}).get("text/html", "")) for output in outputs_of(cells)) >= 3


def test_three_questions_come_before_the_answer(cells):
    """A question with two choices or more, a cell to run, and only then the answer, folded away."""
    asked, ran, answered = 0, 0, 0
    for cell in cells:
        if cell["cell_type"] == "code":
            ran += asked > answered
            continue
        for piece in re.split(rf"(?={re.escape(PREDICT)})|(?<=</details>)", cell["source"]):
            if "<details>" in piece:
                assert asked == answered + 1 and ran, f"cell {cell['id']}: an answer without a question and a cell in between"
                assert re.search(r"<summary>.+</summary>\n\n", piece), "a blank line lets Markdown be Markdown"
                answered, ran = answered + 1, 0
            choices = len(re.findall(r"^[> ]*- (?:\*\*[A-D]\W{0,2}\*\*|[A-D][:.)])", piece, re.MULTILINE))
            assert PREDICT not in piece or choices >= 2, f"cell {cell['id']}: no choices"
            asked += choices >= 2
    assert asked == answered >= 3


def test_links_lead_somewhere(lesson, cells):
    text = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    for link in re.findall(r"(?<!!)\[[^\]]*\]\(([^)#]+)[^)]*\)", text):
        if "://" in link:
            continue
        to_come = Path(link).stem in PATH and Path(link).suffix == ".ipynb"
        assert to_come or (lesson.parent / link).exists(), f"{link} is not there"


def test_it_leads_to_the_next_lesson(lesson, cells):
    if lesson.stem in PATH[:-1]:
        assert f"({PATH[PATH.index(lesson.stem) + 1]}.ipynb)" in cells[-1]["source"]


def test_it_says_where_the_big_set_goes_in(cells):
    words = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    named = re.findall(r"keras\.datasets\.(\w+)", words)
    assert any((ROOT / "kerasteach" / "datasets" / f"{name}.py").exists() for name in named)


def test_every_picture_says_what_it_shows(cells):
    shown = [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]
    for output in outputs_of(cells):
        data = output.get("data", {})
        assert "image/png" not in data or "text/html" in data, "a PNG alone has no words: show it as <img alt=...>"
        shown.append("".join(data.get("text/html", "")))
    pictures = re.findall(r"<img\b[^>]*>", "\n".join(shown))
    silent = [tag[:60] for tag in pictures if not re.search(r'alt="[^"]{10,}"', tag) and 'role="presentation"' not in tag and 'alt=""' not in tag]
    assert silent == [] and "![](" not in "\n".join(shown)


def test_as_a_page_nothing_lacks_a_description(lesson):
    nbconvert = pytest.importorskip("nbconvert")
    page, _ = nbconvert.HTMLExporter().from_filename(str(lesson))
    assert "No description has been provided" not in page


def test_it_is_not_stale(lesson):
    """Stored as `python -m kerasteach notebooks` would, and run from the very code it shows."""
    assert stale(lesson) == ""


def test_the_table_is_written_and_computed(cells):
    part = parts_of(cells)["Table"]
    assert any("|---|" in cell["source"] for cell in part if cell["cell_type"] == "markdown")
    assert outputs_of(part)


def test_the_proof_asserts(cells):
    code = [cell["source"] for cell in parts_of(cells)["Example code for the proof"] if cell["cell_type"] == "code"]
    asserts = [node for source in code for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]
    assert len(asserts) >= 3
    assert not any(isinstance(node.test, ast.Constant) for node in asserts)


def test_it_ends_with_its_exercise(lesson, cells):
    assert f"(../exercises/{lesson.name})" in cells[-1]["source"]


def test_every_code_cell_is_short(cells):
    long = [cell["source"].splitlines()[0] for cell in cells if cell["cell_type"] == "code" and cell["source"].count("\n") > 24]
    assert long == []
