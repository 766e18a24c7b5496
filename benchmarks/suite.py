"""All benchmarks, or some: `python benchmarks/suite.py [--only cnn lstm]`; `make bench` calls this.

Results are kept as data in results.json beside the page; page and plots are made from it. A run of some parts replaces
those parts and leaves the others as they were.
"""

import argparse
import json
import re
import sys
import time
from pathlib import Path

from harness import machine
from page import page, verdict_lines
from parts import growth, pieces, serving, starting, tape, training
from peers import PEERS
from targets import judge

ROOT = Path(__file__).resolve().parents[1]
PARTS = {
    **dict.fromkeys(training.TITLES, training),
    "pieces": pieces,
    "serving": serving,
    "starting": starting,
    "tape": tape,
    "growth": growth,
}


def parse(argv):
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS), metavar="PEER", help=", ".join(PEERS))
    parser.add_argument("--rounds", type=int, default=15, help="how often each contender gets its turn, at most")
    parser.add_argument("--seconds", type=float, default=3, help="time of a contender in a race; then it takes no more turns")
    parser.add_argument("--threads", type=int, default=1, help="threads for every library")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="cpu: time at work, for a machine in use")
    parser.add_argument("--lesson-python", default=sys.executable, help="the Python of `make lab`, which runs the lessons")
    parser.add_argument("--write", type=Path, default=ROOT / "docs" / "benchmarks", metavar="FOLDER", help="where results go")
    parser.add_argument("--check", action="store_true", help="exit 1 if a target is missed")
    return parser.parse_args(argv)


def main(argv=None):
    """Run the parts; return the exit code."""
    options = parse(argv)
    file = options.write / "results.json"
    results = json.loads(file.read_text("utf-8")) if file.exists() else {}
    for name in options.only:
        start = time.perf_counter()
        results[name] = {**PARTS[name].measure(name, options), "machine": machine(), "threads": options.threads, "clock": options.clock}
        print("\n".join(PARTS[name].report(name, results[name])), f"\n({time.perf_counter() - start:.0f} s)\n", flush=True)
        keep(file, results)
    verdicts = judge({name: results[name] for name in options.only})
    print("\n".join(verdict_lines(verdicts)))
    return 1 if options.check and not all(verdict.met for verdict in verdicts) else 0


def keep(file, results):
    """Write the data, and the page and plots made of it."""
    results = {name: results[name] for name in PARTS if name in results}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(as_text(results), "utf-8")
    (file.parent / "README.md").write_text(page(results, PARTS, pictures(results, file.parent)), "utf-8")


def as_text(results):
    """Return data as JSON: numbers in seven digits, lists of numbers on one line.

    >>> print(as_text({"seconds": [0.123456789, 2.0]}), end="")
    {
     "seconds": [0.1234568, 2.0]
    }
    """
    rounded = json.loads(json.dumps(results), parse_float=lambda digits: float(f"{float(digits):.7g}"))
    lists = re.compile(r"\[[^][{}\"]*\]")
    return lists.sub(lambda found: "[" + ", ".join(found[0][1:-1].replace(",", " ").split()) + "]", json.dumps(rounded, indent=1)) + "\n"


def pictures(results, folder):
    """Draw the plots; return their file names, none where matplotlib is not installed."""
    try:
        from plot import draw
    except ImportError as error:
        print(f"no pictures: {error}", file=sys.stderr)
        return []
    return draw(results, folder)


if __name__ == "__main__":
    sys.exit(main())
