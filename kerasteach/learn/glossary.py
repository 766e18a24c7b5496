"""The words of the course, gathered from the lessons' Key terms."""

import re
from dataclasses import dataclass

from .notebooks import read, write_text

_PART = re.compile(r"^## 15 · Key terms\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\|(.+?)\|(.+)\|\s*$")
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Term:
    """A row of a lesson's table.

    Attributes:
        name: as the lesson writes it, with its Markdown.
        meaning: in one line.
        lesson: the notebook's path.
    """

    name: str
    meaning: str
    lesson: object

    @property
    def key(self):
        """What it is sorted by: letters first, in any case.

        >>> Term("**`.keras` file**", "a zip", None).key
        'keras file'
        """
        return re.sub(r"[^\w ]", "", self.name).strip().lower().lstrip("_")


def title(nb):
    """A lesson's title, without "Lesson 3 · "."""
    text = "\n".join(cell["source"] for cell in nb["cells"] if cell["cell_type"] == "markdown")
    return re.sub(r"^Lesson \d+ · ", "", _TITLE.search(text).group(1))


def terms(root):
    """Return the `Term`s of all lessons under `root`, in the order of the alphabet, then of the course."""
    found = []
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        text = "\n".join(cell["source"] for cell in read(path)["cells"] if cell["cell_type"] == "markdown")
        part = _PART.search(text)
        rows = [row for line in part.group(1).splitlines() if (row := _ROW.match(line))] if part else []
        found += [Term(row[1].strip(), row[2].strip(), path) for row in rows[2:]]  # below the head and its line
    return sorted(found, key=lambda term: (term.key, term.lesson.name))


def page(root):
    """Return the glossary as Markdown; a word that several lessons explain has a line for each."""
    lines = [
        "# Glossary",
        "",
        "What the lessons call things, in their own words, with the lesson that says it. Gathered from their Key terms by",
        "`python -m kerasteach pages`; change a lesson, not this page.",
        "",
        "| term | in one line | lesson |",
        "|---|---|---|",
    ]
    for term in terms(root):
        link = f"[{term.lesson.stem[:2]} {title(read(term.lesson)).split(':')[0]}](../notebooks/{term.lesson.name})"
        lines.append(f"| {term.name} | {term.meaning} | {link} |")
    return "\n".join(lines) + "\n"


def gather(root, check=False):
    """Write docs/glossary.md, or with `check` only say whether it is up to date; return the exit code."""
    path, text = root / "docs" / "glossary.md", page(root)
    if check:
        fresh = path.exists() and path.read_text("utf-8") == text
        print("docs/glossary.md is up to date" if fresh else "docs/glossary.md is not what the lessons say. Run: python -m kerasteach pages")
        return 0 if fresh else 1
    print(f"docs/glossary.md: {len(terms(root))} terms, {'changed' if write_text(path, text) else 'as before'}")
    return 0
