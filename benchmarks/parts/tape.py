"""Benchmark 7: what it costs to go op by op, as a trace must, instead of by the step's program."""

import problems
from harness import check_equal_work, set_up, take_turns, team
from peers import ALL

from .training import TITLES, race_table

WAYS = ("kerasteach_numpy", "kerasteach_eager", "kerasteach_tape")
RACES = ("two_inputs", "spirals", "mlp")


def measure(_, options):
    """Race the ways of one step; return {problem: what they took}."""
    races = {}
    with team(WAYS, options.threads) as workers:
        for name in RACES:
            sizes = {"rows": 12_800} if name == "mlp" else {}
            problem = problems.make(name, **sizes)
            running, skipped, versions = set_up(workers, name, sizes)
            found = take_turns(running, "fit", {}, options.rounds, options.seconds, options.clock)
            check_equal_work(found, 0.2)
            races[name] = {"steps": problem.steps, "versions": versions, "skipped": skipped, "contenders": found}
    return {"races": races}


def report(_, data):
    """Return the tables, and what cannot be measured yet."""
    lines = ["### 7. Tape cost"]
    for name, race in data["races"].items():
        lines += ["", TITLES[name].split(": ", 1)[1], "", race_table(race, against=("kerasteach_numpy",))]
    return [
        *lines,
        "",
        f"`fit` runs a step as one written-out program. {ALL['kerasteach_eager'].words.split(', ')[1]} and `GradientTape` run "
        "it op by op on the tape, which is what a trace would have to do. There is no trace and no timeline in kerasteach "
        "yet, so their cost, on or off, in time or in bytes, is not measured here.",
    ]
