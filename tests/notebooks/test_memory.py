"""A hundred students fit on one machine of 24 GiB: what a lesson's kernel holds at its end, measured in the kernel."""

from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted([*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "solutions").glob("*.ipynb")])
MOST = 150  # MiB

# Torch takes 190 MiB by itself: here it is not to be had, as in a browser, so the NumPy backend is measured alone.
HIDE_TORCH = """
import sys
class Hide:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name=name)
sys.meta_path.insert(0, Hide())
"""
MEASURE = "print(open('/proc/self/status').read())"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux says here how large a process is")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_kernel_of_a_lesson_is_small(path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    book = nbformat.read(path, as_version=4)
    book.cells = [nbformat.v4.new_code_cell(HIDE_TORCH), *book.cells, nbformat.v4.new_code_cell(MEASURE)]
    nbclient.NotebookClient(book, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}).execute()
    status = book.cells[-1].outputs[0]["text"]
    size = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024
    assert size <= MOST, f"the kernel holds {size:.0f} MiB at the end; find what imports most with `python -X importtime`"
