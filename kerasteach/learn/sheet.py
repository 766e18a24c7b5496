"""An exercise's notebook outside of Jupyter: its cells are run one after another, the checks left out."""

import re

_MAGIC = re.compile(r"^\s*[%!].*$", re.MULTILINE)


def run_answers(nb, failures=None):
    """Run a notebook's code but for its checks; return the names it has made.

    Args:
        nb: a notebook as a dict: a student's, a stub, or a solution.
        failures: a list; if given, takes (cell id, error) of a cell that raises, and the next cell goes on.

    Raises:
        Exception: whatever a cell raises, with the cell's id in a note, if no list is given.
    """
    space = {"__name__": "__main__"}
    for cell in nb["cells"]:
        if cell["cell_type"] != "code" or cell["metadata"].get("nbgrader", {}).get("grade"):
            continue
        try:
            exec(compile(_MAGIC.sub("", cell["source"]), f"<cell {cell['id']}>", "exec"), space)
        except (Exception, SystemExit) as error:
            if failures is None:
                error.add_note(f"in the cell {cell['id']}")
                raise
            failures.append((cell["id"], error))
    return space
