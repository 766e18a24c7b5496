"""An exercise's notebook outside of Jupyter: its cells are run one after another, the checks left out."""

import re

_MAGIC = re.compile(r"^\s*[%!].*$", re.MULTILINE)


def run_answers(nb):
    """Run a notebook's code but for its checks; return the names it has made.

    Args:
        nb: a notebook as a dict: a student's, a stub, or a solution.

    Raises:
        Exception: whatever a cell raises, with the cell's id in a note.
    """
    space = {"__name__": "__main__"}
    for cell in nb["cells"]:
        if cell["cell_type"] != "code" or cell["metadata"].get("nbgrader", {}).get("grade"):
            continue
        try:
            exec(compile(_MAGIC.sub("", cell["source"]), f"<cell {cell['id']}>", "exec"), space)
        except Exception as error:
            error.add_note(f"in the cell {cell['id']}")
            raise
    return space
