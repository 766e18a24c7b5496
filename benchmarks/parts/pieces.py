"""Where the time of a small step goes in the loops by hand: what nothing that runs on their library can do without."""

import statistics

from harness import set_up, take_turns, team
from peers import ALL
from tables import duration, markdown_table

from .training import REFERENCES

RACES = ("two_inputs", "spirals")
PIECES = ("forward and loss", "backward", "Adam")
TIMES = 300


def measure(_, options):
    """Time the pieces of a step; return {"pieces": {problem: {contender: seconds of each}}}."""
    found = {}
    with team(REFERENCES, options.threads) as workers:
        for race in RACES:
            running, _, _ = set_up(workers, race, {})
            found[race] = {worker.name: [] for worker in running}
            for piece in PIECES:
                arguments = {"piece": piece, "times": TIMES}
                turns = take_turns(running, "pieces", arguments, options.rounds, options.seconds, options.clock)
                for name, entry in turns.items():
                    found[race][name].append(statistics.median(entry["seconds"]) / TIMES)
    return {"pieces": found}


def report(_, data):
    """Return the table."""
    rows = []
    for race, found in data["pieces"].items():
        for name, sums in found.items():
            parts = [after - before for before, after in zip([0, *sums], sums, strict=False)]
            rows.append([f"{race}, {ALL[name].words}", *map(duration, parts), duration(sums[-1])])
    return [
        "### Where the time of a small step goes, by hand",
        "",
        markdown_table(["", *PIECES, "together"], rows),
        "",
        "Torch pays for finding the right kernel and for keeping the graph at every operation, however small: that is the "
        "floor of anything that calls Torch op by op, and why NumPy by hand is out of its reach in a small step.",
    ]
