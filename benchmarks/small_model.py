"""Microseconds a training step of the two-input model: by hand, on kerasteach, on Keras; one run, side by side.

    python benchmarks/small_model.py
    python benchmarks/small_model.py --rounds 30 --write docs/benchmarks/small_model.md

Small models are where Python's own time shows. Every contender trains on the same rows from the same first weights,
shuffles each epoch, and reports loss and accuracy as `fit` does; the run fails if they do not learn alike.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

from harness import check_equal_work, machine, markdown_table, median_ratio, race
from peers import PEERS
from peers.problem import STEPS

# contender, measured against, at most this many times as long
AIMS = [
    ("kerasteach_numpy", "numpy_by_hand", 1.5),
    ("kerasteach_numpy", "numpy_textbook", 1.5),
    ("kerasteach_torch", "torch_by_hand", 1.15),
    ("kerasteach_numpy", "keras_torch", 1.0),
    ("kerasteach_numpy", "keras_jax", 1.0),
    ("kerasteach_numpy", "keras_tensorflow", 1.0),
]
COMPARED = ("numpy_by_hand", "numpy_textbook", "torch_by_hand")  # a column of ratios for each
HEAD = ["", "median, us a step", "fastest round", "x NumPy, tuned", "x NumPy, textbook", "x Torch by hand", "loss, first", "last"]


def row(worker, by_name, steps):
    """Return a contender's line of the table."""
    micro = [1e6 * seconds / steps for seconds in worker.seconds]
    cells = [PEERS[worker.name], f"{statistics.median(micro):,.0f}", f"{min(micro):,.0f}"]
    for other in COMPARED:
        known = other in by_name
        cells.append(f"{median_ratio(worker.seconds, by_name[other].seconds):.2f}" if known else "")
    return [*cells, f"{worker.logs[0][0]:.3f}", f"{worker.logs[-1][0]:.3f}"]


def aims(by_name):
    """Yield (sentence, met) for each aim whose two contenders ran."""
    for name, other, most in AIMS:
        if name in by_name and other in by_name:
            ratio = median_ratio(by_name[name].seconds, by_name[other].seconds)
            met = ratio <= most
            yield f"{PEERS[name]} / {PEERS[other]}: {ratio:.2f}, aim at most {most}: {'met' if met else 'NOT met'}", met


def report(workers, options):
    """Return the whole result as markdown."""
    running = [worker for worker in workers if not worker.skipped]
    by_name = {worker.name: worker for worker in running}
    versions = {k: v for worker in running for k, v in worker.versions.items()}
    lines = [
        "# The two-input model, microseconds a training step",
        "",
        markdown_table(HEAD, [row(worker, by_name, STEPS * options.epochs) for worker in running]),
        "",
        f"{options.rounds} rounds in turn, {options.epochs} epochs of {STEPS} steps each, {options.threads} thread(s) for every "
        "library; ratios are medians of the ratios within a round.",
        "",
        f"Machine: {machine()}. Versions: {', '.join(f'{k} {v}' for k, v in sorted(versions.items()))}.",
        "",
        *(f"- {sentence}" for sentence, _ in aims(by_name)),
        *(f"- {PEERS[worker.name]}: skipped, {worker.skipped}" for worker in workers if worker.skipped),
    ]
    return "\n".join(lines) + "\n"


def as_data(workers):
    """Return the raw measurements as plain data, for the file beside the table."""
    return {
        worker.name: {"skipped": worker.skipped}
        if worker.skipped
        else {"versions": worker.versions, "seconds": worker.seconds, "last": worker.logs[-1]}
        for worker in workers
    }


def parse(argv):
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, help="how often each contender gets its turn")
    parser.add_argument("--epochs", type=int, default=10, help="epochs a round")
    parser.add_argument("--threads", type=int, default=1, help="threads for every library")
    parser.add_argument("--only", nargs="+", choices=PEERS, default=list(PEERS), metavar="NAME", help=", ".join(PEERS))
    parser.add_argument("--write", type=Path, metavar="FILE.md", help="write the table here, raw numbers to FILE.json")
    parser.add_argument("--check", action="store_true", help="exit 1 if an aim is not met")
    return parser.parse_args(argv)


def main(argv=None):
    """Run the race; return the exit code."""
    options = parse(argv)
    workers = race(options.only, options.rounds, options.epochs, options.threads, lambda text: print(text, file=sys.stderr))
    check_equal_work(workers)
    text = report(workers, options)
    print(text)
    if options.write:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(text, "utf-8")
        data = {"machine": machine(), "epochs": options.epochs, "steps": STEPS, "contenders": as_data(workers)}
        options.write.with_suffix(".json").write_text(json.dumps(data, indent=1) + "\n", "utf-8")
    missed = [sentence for sentence, met in aims({w.name: w for w in workers if not w.skipped}) if not met]
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
