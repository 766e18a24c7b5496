"""From solutions/ to exercises/: answers cut out, outputs cleared, the same bytes every time.

A solution notebook marks answers as nbgrader does:

    ### BEGIN SOLUTION
    return x @ kernel
    ### END SOLUTION

What stands between is replaced by a stub; what stands between `### BEGIN HIDDEN TESTS` and
`### END HIDDEN TESTS` is left out. The answers also go into kerasteach/learn/answers.json, where
`solution()` finds them.
"""

import difflib
import json
import re
from pathlib import Path

from . import answers
from .notebooks import dumps, normalize, read, write_text

STUB = "return ...  # your code here"
_MARK = re.compile(r"^( *)### (BEGIN|END) (SOLUTION|HIDDEN TESTS)$")
_DIFF_LINES = 20
_PACKAGE = Path(__file__).resolve().parents[1]


def cut(source, where="", stub=STUB):
    """Return a cell's source with solutions replaced by `stub`, if not None, and hidden tests left out.

    Raises:
        ValueError: if a region is not closed, not opened, or inside another.

    >>> print(cut('''def f(x):
    ...     ### BEGIN SOLUTION
    ...     return 2 * x
    ...     ### END SOLUTION'''))
    def f(x):
        return ...  # your code here
    """
    kept, region = [], None
    for number, line in enumerate(source.split("\n"), start=1):
        mark = _MARK.match(line)
        if not mark:
            if region is None:
                kept.append(line)
            continue
        indent, edge, kind = mark.groups()
        if (edge == "BEGIN") != (region is None) or (edge == "END" and kind != region):
            raise ValueError(f"{where}line {number}: '{line.strip()}' does not fit; a region is open: {region}.")
        region = kind if edge == "BEGIN" else None
        if edge == "BEGIN" and kind == "SOLUTION":
            kept.append(indent + stub)
    if region:
        raise ValueError(f"{where}'### BEGIN {region}' is never closed.")
    return "\n".join(kept).strip("\n")


def answer(source):
    """Return a cell's source with its solution and without the marks.

    >>> answer("### BEGIN SOLUTION\\nx = 1\\n### END SOLUTION")
    'x = 1'
    """
    return "\n".join(line for line in source.split("\n") if not _MARK.match(line))


def student_version(nb, name=""):
    """Return the exercise that a solution notebook makes.

    Raises:
        ValueError: if marks and nbgrader's metadata do not agree.
    """
    nb = normalize(json.loads(json.dumps(nb)))
    for cell in nb["cells"]:
        where = f"{name}, cell {cell['id']}: "
        is_answer = cell["metadata"].get("nbgrader", {}).get("solution", False)
        if is_answer != ("### BEGIN SOLUTION" in cell["source"]):
            raise ValueError(f"{where}an answer needs both the marks and nbgrader's metadata `solution: true`.")
        if cell["cell_type"] == "code":
            cell |= {"source": cut(cell["source"], where), "outputs": [], "execution_count": None}
    return nb


def answers_of(nb):
    """Return `{cell id: code}` of a solution notebook's answers."""
    return {cell["id"]: answer(cell["source"]) for cell in nb["cells"] if "### BEGIN SOLUTION" in cell["source"]}


def generated(root):
    """Return `{path: text}` of all that the solution notebooks under `root` make."""
    sources = {path: read(path) for path in sorted((root / "solutions").glob("*.ipynb"))}
    files = {root / "exercises" / path.name: dumps(student_version(nb, path.name)) for path, nb in sources.items()}
    known = {path.stem: answers_of(nb) for path, nb in sources.items()}
    files[root / answers.PATH.relative_to(_PACKAGE.parent)] = json.dumps(known, indent=1, ensure_ascii=False) + "\n"
    return files


def generate(check=False, root=None):
    """Write the exercises, or with `check` only say whether they are what the solutions make.

    Args:
        check: whether to compare and write nothing.
        root: folder with solutions/ and exercises/; the repository by default.

    Returns:
        0 if all is well; 1 if `check` found a difference, or an exercise has no solution notebook.
    """
    root = Path(root) if root else repository()
    files = generated(root)
    strangers = sorted(path for path in (root / "exercises").glob("*.ipynb") if path not in files and ".old" not in path.name)
    problems = [f"{path.relative_to(root)}: no notebook of that name in solutions/. Delete it." for path in strangers]
    for path, text in files.items():
        if check:
            problems += _differences(root, path, text)
        elif write_text(path, text):
            print(f"wrote {path.relative_to(root)}")
    print("\n".join(problems) or f"exercises/ is in step with solutions/: {len(files) - 1} notebook(s)")
    return 1 if problems else 0


def _differences(root, path, text):
    """A short diff with the way out, in a list; an empty list if the file is as it should be."""
    stored = path.read_text("utf-8") if path.exists() else ""
    if stored == text:
        return []
    diff = difflib.unified_diff(stored.splitlines(), text.splitlines(), "stored", "generated", n=1, lineterm="")
    lines = [f"  {line}" for line in diff]
    more = [f"  … {len(lines) - _DIFF_LINES} more lines"] if len(lines) > _DIFF_LINES else []
    title = f"{path.relative_to(root)}: out of step with solutions/. Run: python -m kerasteach exercises make"
    return ["\n".join([title, *lines[:_DIFF_LINES], *more])]


def repository():
    """Return the folder with solutions/: the one the package lies in, or this one.

    Raises:
        FileNotFoundError: if neither has it.
    """
    for root in (_PACKAGE.parent, Path.cwd()):
        if (root / "solutions").is_dir():
            return root
    raise FileNotFoundError("There is no folder solutions/ here. Run this in a copy of the repository.")

