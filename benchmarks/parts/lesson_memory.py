"""Run notebooks, and say after each cell how much memory the kernel itself holds: a table in JSON on stdout.

    python benchmarks/parts/lesson_memory.py notebooks/*.ipynb

It reads /proc, so it needs Linux; and nbclient, so it runs in the environment of `make lab`.
"""

import json
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def memory(pid):
    """Return a process's resident bytes, how many of them are of files it shares, and whether Torch is among those."""
    status = Path(f"/proc/{pid}/status").read_text()
    size = {key: 1024 * int(re.search(rf"{key}:\s+(\d+)", status)[1]) for key in ("VmRSS", "RssFile")}
    return {"rss": size["VmRSS"], "shared": size["RssFile"], "torch": "libtorch" in Path(f"/proc/{pid}/maps").read_text()}


def run(path):
    """Execute a notebook; return the memory before the first cell and after each."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(Path(path).parent)}})
    with client.setup_kernel():
        pid = client.km.provisioner.pid
        found = [memory(pid)]
        for i, cell in enumerate(notebook.cells):
            client.execute_cell(cell, i)
            if cell.cell_type == "code":
                found.append(memory(pid))
    return found


if __name__ == "__main__":
    print(json.dumps({Path(path).stem: run(path) for path in sys.argv[1:]}))
