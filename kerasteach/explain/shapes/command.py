"""`python -m kerasteach shapes`: the corpus of broken models, judged on both backends and, beside it, in real Keras."""

import argparse
import importlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

from ...config import set_backend
from .corpus import CASES
from .judge import OTHERS, judge_all

NAMED, MENDED = 0.95, 0.90  # shares of the corpus that both backends must reach
BACKENDS = ("numpy", "torch")
COLUMNS = {"numpy": "kerasteach on NumPy", "torch": "kerasteach on Torch", "keras": "real Keras"}
_PAGE = """# What errors of shape say

Made by `python -m kerasteach shapes --write docs`; held by tests/explain/test_shape_coach_corpus.py. The corpus is
{count} broken models, written to be read: `kerasteach/explain/shapes/corpus`. Each is run in kerasteach, on both backends, and
in real Keras (on its Torch backend), and the text of its error, message and notes, is judged by one rule:

- **culprit**: the text names the layer, argument or array that is to be changed. The name of a layer must be quoted or
  follow `name=`, that of an argument must be a word by itself. A text that names more than {others} other layers has named
  nobody. Where a layer is missing, the one in front of which it is missing counts.
- **fix**: the text proposes one of the fixes listed with the model, in words of its own (a pattern says which words), and
  the whole code, run again from its start with that fix written in, comes to its end.

The coach knows neither the names nor the patterns of the corpus; but the two were written side by side, so the room `later`
was written when the coach was done, and what it misses there was left as it is. Keras has never promised to propose fixes; the column says
what a reader is left to find alone.

{summary}

What an error says, for example (`{example}`):

```
{text}
```

{rooms}
"""
_EXAMPLE = "skip_connection_of_another_size"


def main(argv=None):
    """Run from the command line; return 0 if both backends reach the shares that are promised, else 1."""
    parser = argparse.ArgumentParser(prog="python -m kerasteach shapes", description="Judge what errors of shape say.")
    parser.add_argument("names", nargs="*", help="names of broken models, or rooms of them, as conv; all by default")
    parser.add_argument("--text", action="store_true", help="also print the texts of the errors")
    parser.add_argument("--without-keras", action="store_true", help="leave real Keras out")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="also write shapes.md into a folder")
    options = parser.parse_args(argv)
    results = all_results(options.names, not options.without_keras)
    print(table(results))
    if options.text:
        for which, verdicts in results.items():
            for v in verdicts:
                print(f"\n===== {v.case}, {COLUMNS[which]}\n{v.kind}: {v.text}")
    print("\n" + summary(results))
    if options.write:
        (options.write / "shapes.md").write_text(page(results), "utf-8")
    return 0 if all(reaches(results[which]) for which in results if which != "keras") else 1


def all_results(names=(), with_keras=True):
    """Verdicts by column: on each backend that is installed, and in real Keras."""
    package = importlib.import_module(__package__.partition(".")[0])  # a broken model is written against the public names
    results = {}
    for backend in BACKENDS:
        if backend == "numpy" or importlib.util.find_spec(backend):
            with set_backend(backend):
                results[backend] = judge_all(package, names)
    if with_keras and importlib.util.find_spec("keras"):
        results["keras"] = in_real_keras(names)
    return results


def in_real_keras(names=()):
    """Verdicts on the texts of real Keras, in a process of its own."""
    code = f"from {__package__}.command import tell_of_keras; tell_of_keras({list(names)!r})"
    environment = {**os.environ, "KERAS_BACKEND": os.environ.get("KERAS_BACKEND", "torch")}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    if run.returncode:
        raise RuntimeError(f"Real Keras could not be judged.\n{run.stderr[-2000:]}")
    from .judge import Verdict

    return [Verdict(**verdict) for verdict in json.loads(run.stdout.splitlines()[-1])]


def tell_of_keras(names):
    """Print the verdicts on real Keras as JSON; what `in_real_keras` starts."""
    keras = importlib.import_module("keras")
    print(json.dumps([vars(verdict) for verdict in judge_all(keras, names)]))


def reaches(verdicts):
    """Whether the verdicts of a backend are what is promised."""
    n = max(len(verdicts), 1)
    return sum(v.named for v in verdicts) >= NAMED * n and sum(v.mended for v in verdicts) >= MENDED * n


def _mark(ok):
    return "yes" if ok else "no"


def table(results):
    """The verdicts for a terminal."""
    width = max((len(v.case) for v in results["numpy"]), default=0)
    lines = [" " * width + "  " + "  ".join(f"{which:>6}: culprit fix" for which in results)]
    for row in zip(*results.values()):
        lines.append(f"{row[0].case:{width}}  " + "  ".join(f"{'':6}  {_mark(v.named):7} {_mark(v.mended):3}" for v in row))
    return "\n".join(line.rstrip() for line in lines)


def summary(results):
    """One line a column; then the same for the models that were written when the coach was done."""
    lines = [f"- {COLUMNS[which]}: {_shares(verdicts)}" for which, verdicts in results.items()]
    later = {which: [v for v in verdicts if CASES[v.case].room == "later"] for which, verdicts in results.items()}
    lines += [f"- of these in `later`, {COLUMNS[which]}: {_shares(verdicts)}" for which, verdicts in later.items() if verdicts]
    return "\n".join(lines)


def _shares(verdicts):
    n = max(len(verdicts), 1)
    named, mended = sum(v.named for v in verdicts), sum(v.mended for v in verdicts)
    fine = sum(not v.kind for v in verdicts)
    told = f"culprit named in {named} of {len(verdicts)} ({named / n:.0%}), a fix that runs in {mended} ({mended / n:.0%})"
    return told + (f"; {fine} run without an error" if fine else "")


def page(results):
    """The verdicts as Markdown."""
    head = "| broken model | what is wrong | culprit | " + " | ".join(f"{COLUMNS[w]}: culprit | fix" for w in results) + " |"
    rows = {}
    for row in zip(*results.values()):
        case = CASES[row[0].case]
        cells = [f"{_mark(v.named) if v.kind else 'no error'} | {_mark(v.mended)}" for v in row]
        culprit = " or ".join(f"`{name}`" for name in case.culprit.split("|"))
        rows.setdefault(case.room, []).append(f"| {case.name} | {case.about.rstrip('.')} | {culprit} | {' | '.join(cells)} |")
    rooms = [f"## {room}\n{head}\n" + "|---" * (3 + 2 * len(results)) + "|\n" + "\n".join(lines) for room, lines in rows.items()]
    example = next((v for v in results["numpy"] if v.case == _EXAMPLE), results["numpy"][0])
    return _PAGE.format(
        count=len(results["numpy"]), others=OTHERS, summary=summary(results), example=example.case,
        text=f"{example.kind}: {example.text}", rooms="\n\n".join(rooms),
    )  # fmt: skip
