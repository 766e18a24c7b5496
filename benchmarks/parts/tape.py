"""Benchmark 7: what it costs to look on: every number of a step kept; a step op by op on the tape."""

import problems
from harness import check_equal_work, set_up, take_turns, team
from tables import duration, short

from .training import TITLES, per_step, race_table

WATCHED = ("kerasteach_numpy", "kerasteach_off_again", "kerasteach_recorded", "kerasteach_eager", "kerasteach_tape")
RACES = {  # problem -> its sizes, who takes part
    "two_inputs": ({"epochs": 32}, WATCHED),  # 1,024 steps, 1,000 of them kept
    "spirals": ({"epochs": 34}, WATCHED),
    "mlp": ({"rows": 12_800}, ("kerasteach_numpy", "kerasteach_eager", "kerasteach_tape")),
}


def measure(_, options):
    """Race the ways of one step; return {problem: what they took, and what a recording holds}."""
    races = {}
    with team(WATCHED, options.threads) as workers:
        for name, (sizes, ways) in RACES.items():
            problem = problems.make(name, **sizes)
            running, skipped, versions = set_up([worker for worker in workers if worker.name in ways], name, sizes)
            found = take_turns(running, "fit", {}, options.rounds, options.seconds, options.clock)
            check_equal_work(found, 0.2)
            races[name] = {"steps": problem.steps, "versions": versions, "skipped": skipped, "contenders": found}
            for worker in running:
                if worker.name == "kerasteach_recorded":
                    races[name]["held"] = worker.turn("held", {})["value"][0]
    return {"races": races}


def report(_, data):
    """Return the tables, and what a timeline of a thousand steps takes."""
    lines = ["### 7. Tape cost"]
    for name, race in data["races"].items():
        lines += ["", TITLES[name].split(": ", 1)[1], "", race_table(race, against=("kerasteach_numpy",))]
        if "held" in race:
            size, steps = race["held"]
            seconds = per_step(race, "kerasteach_recorded") * steps
            lines += ["", f"The last {steps:,} steps recorded: {duration(seconds)}, {short(size / 2**20)} MiB."]
    return [
        *lines,
        "",
        "`fit` runs a step as one written-out program; `explain.recording` keeps every number in it. `run_eagerly` and "
        "`GradientTape` run it op by op on the tape.",
    ]
