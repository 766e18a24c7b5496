"""All benchmarks, or some: `python benchmarks/suite.py [--only cnn lstm]`; `make bench` calls this.

Results are kept as data in docs/benchmarks/results.json; the page and the plot beside it are made from them.
"""

import argparse
import json
import sys
from pathlib import Path

from harness import machine
from peers import PEERS
from parts import training

PARTS = {**{race: training for race in training.TITLES}}


def parse(argv):
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS), metavar="PEER", help=", ".join(PEERS))
    parser.add_argument("--rounds", type=int, default=15, help="how often each contender gets its turn, at most")
    parser.add_argument("--seconds", type=float, default=4, help="time of a contender in a race; then it takes no more turns")
    parser.add_argument("--threads", type=int, default=1, help="threads for every library")
    return parser.parse_args(argv)


def main(argv=None):
    options = parse(argv)
    for name in options.only:
        data = PARTS[name].measure(name, options)
        print("\n".join(PARTS[name].report(name, data)), flush=True)


if __name__ == "__main__":
    sys.exit(main())
