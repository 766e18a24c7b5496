"""Benchmark 6: what it costs to start: time and memory of an import, memory of a lesson's kernel."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from harness import median_ratio, thread_limits
from tables import duration, markdown_table, ratio, short

ROOT = Path(__file__).resolve().parents[2]
IMPORTS = {  # name -> what is imported, variables
    "numpy": ("numpy", {}),
    "kerasteach": ("kerasteach", {}),
    "autograd": ("autograd", {}),
    "mygrad": ("mygrad", {}),
    "torch": ("torch", {}),
    "keras_torch": ("keras", {"KERAS_BACKEND": "torch"}),
    "keras_jax": ("keras", {"KERAS_BACKEND": "jax"}),
    "keras_tensorflow": ("keras", {"KERAS_BACKEND": "tensorflow"}),
}


def measure(_, options):
    """Import everything in turn, each in a process of its own; then run the lessons."""
    found = {name: import_once(name) for name in IMPORTS}  # warm-up: files come off the disk, bytecode is written
    skipped = {name: answer["skipped"] for name, answer in found.items() if "skipped" in answer}
    found = {name: {"seconds": [], "answers": []} for name in IMPORTS if name not in skipped}
    for i in range(options.rounds):
        for name, entry in found.items():
            if i < 2 or sum(entry["seconds"]) < options.seconds:
                answer = import_once(name)
                entry["seconds"].append(answer[options.clock])
                entry["answers"].append(answer)
    found = {name: in_the_middle(entry, options.clock) for name, entry in found.items()}
    return {"imports": found, "skipped": skipped, **lessons(options)}


def in_the_middle(entry, clock):
    """Return the seconds of every import, and medians of all else; `model` is time and memory with a first model made."""
    answers = entry["answers"]

    def middle(value):
        return statistics.median(map(value, answers))

    found = {"seconds": entry["seconds"], "rss": middle(lambda a: a["rss"]), "torch": answers[0]["torch"]}
    if "model" in answers[0]:
        found["model"] = [middle(lambda a: a[clock] + a["model"][clock]), middle(lambda a: a["model"]["rss"])]
    return found


def import_once(name):
    """Import in a fresh process; return its seconds, its memory, and whether torch came along."""
    module, variables = IMPORTS[name]
    # Installed packages come with their bytecode; a checkout has it from the second time on, unless Python is told not to.
    compiled = {"PYTHONDONTWRITEBYTECODE": ""}
    environment = {**os.environ, **thread_limits(1), "PYTHONPATH": str(ROOT), **compiled, **variables}
    script = Path(__file__).with_name("import_once.py")
    done = subprocess.run([sys.executable, "-P", script, module], capture_output=True, text=True, env=environment, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def lessons(options):
    """Run every lesson in the environment students have; return the memory of each one's kernel, cell by cell."""
    script = Path(__file__).with_name("lesson_memory.py")
    environment = {**os.environ, **thread_limits(1), "PYTHONPATH": str(ROOT)}
    notebooks = sorted(map(str, (ROOT / "notebooks").glob("*.ipynb")))
    done = subprocess.run([options.lesson_python, "-P", script, *notebooks], capture_output=True, text=True, env=environment)
    if done.returncode:
        return {"lessons": {}, "no_lessons": done.stderr.strip().splitlines()[-1]}
    return {"lessons": json.loads(done.stdout)}


def import_ratio(data, name="kerasteach"):
    """How many times as long as `import numpy`."""
    return median_ratio(data["imports"][name]["seconds"], data["imports"]["numpy"]["seconds"])


def report(_, data):
    """Return both tables."""
    rows = [import_row(*item, import_ratio(data, item[0])) for item in data["imports"].items()]
    head = ["", "time", "x NumPy", "RSS, MiB", "torch loaded", "with a first model", "RSS, MiB"]
    lines = ["### 6. Import and memory", "", markdown_table(head, rows), ""]
    lines += [f"- `{name}`: skipped, {why}" for name, why in data["skipped"].items()]
    if not data["lessons"]:
        return [*lines, f"The lessons were not run: {data['no_lessons']}"]
    head = ["lesson's kernel, RSS in MiB", "at the start", "before Torch is loaded", "at the end", "of which shared files"]
    return [*lines, markdown_table(head, [lesson_row(*item) for item in data["lessons"].items()])]


def import_row(name, entry, times):
    """A package's line; the last two columns are there if it is a Keras."""
    module, variables = IMPORTS[name]
    words = f"`import {module}`" + "".join(f", {value}" for value in variables.values())
    cells = [words, duration(statistics.median(entry["seconds"])), ratio(times), mib(entry["rss"])]
    seconds, rss = entry.get("model", (None, None))
    return [*cells, "yes" if entry["torch"] else "no", *([duration(seconds), mib(rss)] if seconds else ["", ""])]


def mib(size):
    """Bytes in MiB."""
    return short(size / 2**20)


def lesson_row(name, cells):
    """A lesson's line; `before` is the last cell that has no torch in memory."""
    before = [cell for cell in cells if not cell["torch"]]
    sizes = [cells[0]["rss"], max(cell["rss"] for cell in before), cells[-1]["rss"], cells[-1]["shared"]]
    return [name, *map(mib, sizes)]
