"""The same cells on real Keras: a lesson's code, `import kerasteach as keras` changed to `import keras`.

Cells that show a panel or open the machine carry the tag `kerasteach-only` and are left out; loaders of data stay. By
default every `fit` takes one step an epoch, and what a lesson asserts about learning is not asked: all cells run, in seconds.
KERASTEACH_FULL=1 runs them in full, assertions and all, which takes minutes.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FULL = bool(os.environ.get("KERASTEACH_FULL"))
BRIEFLY = """
import keras
def _briefly(fit):
    def brief(self, *args, **named):
        named["steps_per_epoch"] = 1
        if named.get("validation_data") is not None or named.get("validation_split"):
            named["validation_steps"] = 1
        return fit(self, *args, **named)
    return brief
keras.Model.fit = _briefly(keras.Model.fit)
"""

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec(name) is None, reason=f"{name} is not installed") for name in ("keras", "torch")
]


def program(path):
    """A lesson's cells for real Keras, as one program; each begins with a line that tells where it stands."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    shared = [c for c in cells if c["cell_type"] == "code" and "kerasteach-only" not in c["metadata"].get("tags", [])]
    return "\n\n".join(f"# cell {c['id']}\n" + real("".join(c["source"])) for c in shared)


def real(source):
    return re.sub(r"^import kerasteach as keras$", "import keras", source, flags=re.MULTILINE)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs_on_real_keras(path, tmp_path):
    code = program(path)
    assert code.count("import keras\n") == 1, "a lesson begins with `import kerasteach as keras`"
    assert not re.search(r"keras\.(widgets|explain)|from kerasteach (?!import keras)|^%", code, re.MULTILINE), "kerasteach-only"
    script = tmp_path / f"{path.stem}.py"
    script.write_text(code if FULL else BRIEFLY + code, "utf-8")
    env = {**os.environ, "KERAS_BACKEND": "torch", "PYTHONPATH": str(ROOT), "MPLBACKEND": "agg"}
    flags = [] if FULL else ["-O"]
    run = subprocess.run([sys.executable, *flags, script], cwd=path.parent, env=env, capture_output=True, text=True, timeout=1800 if FULL else 170)
    line = re.findall(rf'{script.name}", line (\d+)', run.stderr)
    cell = re.findall(r"^# cell (.+)", "\n".join(script.read_text("utf-8").splitlines()[: int(line[0])]), re.MULTILINE) if line else [""]
    assert run.returncode == 0, f"in the cell {cell[-1]}:\n{run.stderr[-3000:]}"
