"""Benchmark 8: how time grows with the size of the work, beside how the arithmetic grows."""

import math
import statistics

import problems
from harness import set_up, take_turns, team
from peers import ALL
from tables import duration, markdown_table

SMALL = {"width": 32, "classes": 3, "batch": 32}
AXES = {  # name -> what grows, problem, its sizes at a value, the values, who takes part
    "rows": ("rows, one epoch", "mlp", lambda n: {**SMALL, "rows": n, "hidden": (64, 64)}, (1000, 4000, 16_000, 64_000)),
    "width": ("units a layer", "mlp", lambda n: {"rows": 1280, "width": n, "hidden": (n, n)}, (128, 256, 512, 1024, 2048)),
    "depth": ("hidden layers", "mlp", lambda n: {**SMALL, "rows": 320, "hidden": (64,) * n}, (4, 16, 64, 256)),
    "length": ("steps in time, LSTM", "lstm", lambda n: {"rows": 64, "length": n}, (50, 100, 200, 400, 800)),
    "attention": ("length, Transformer", "transformer", lambda n: {"rows": 32, "length": n}, (64, 128, 256, 512)),
    "tape": ("ops on a tape", "chain", lambda n: {"ops": n}, (1000, 10_000, 100_000)),
}
BY_HAND = {  # ours -> the loop by hand on the same library; for the tape, the other library's
    "kerasteach_numpy": "numpy_by_hand",
    "kerasteach_torch": "torch_by_hand",
    "kerasteach_tape": "torch_by_hand",
}
CONTENDERS = ("kerasteach_numpy", "numpy_by_hand", "kerasteach_torch", "torch_by_hand")
ON_A_TAPE = ("kerasteach_tape", "torch_by_hand")


def measure(_, options):
    """Time every axis at every size; return {"axes": {axis: {"sizes", "flops", "seconds"}}}."""
    with team({*CONTENDERS, *ON_A_TAPE}, options.threads) as workers:
        return {"axes": {axis: measure_axis(axis, workers, options) for axis in AXES}}


def measure_axis(axis, workers, options):
    """Return the median seconds of each contender at each size, and the multiplications."""
    _, name, sizes_at, values = AXES[axis]
    wanted = ON_A_TAPE if axis == "tape" else CONTENDERS
    flops, seconds = [], {who: [] for who in wanted}
    for value in values:
        sizes = sizes_at(value)
        problem = problems.make(name, **sizes)
        flops.append(problem.flops() * problem.rows)
        running, _, _ = set_up([w for w in workers if w.name in wanted], name, sizes)
        for who, entry in take_turns(running, "fit", {}, min(options.rounds, 3), options.seconds / 3, options.clock).items():
            seconds[who].append(statistics.median(entry["seconds"]))
    return {"sizes": values, "flops": flops, "seconds": {who: found for who, found in seconds.items() if found}}


def slope(sizes, values):
    """Return the steepness of a straight line through the last three points on log axes: 1 is linear, 2 is a square.

    >>> slope([1, 10, 100], [5, 50, 500])
    1.0
    """
    points = [(math.log(x), math.log(y)) for x, y in zip(sizes[-3:], values[-3:], strict=True)]
    line = statistics.linear_regression(*zip(*points, strict=True))
    return round(line.slope, 6)


def report(_, data):
    """Return the table of slopes, and the times behind it."""
    head = ["what grows", "from", "to", "arithmetic", *(ALL[who].words for who in (*CONTENDERS, "kerasteach_tape"))]
    rows = []
    for axis, found in data["axes"].items():
        sizes = found["sizes"]
        slopes = [
            f"{slope(sizes, found['seconds'][who]):.2f}" if who in found["seconds"] else ""
            for who in (*CONTENDERS, "kerasteach_tape")
        ]
        rows.append([AXES[axis][0], f"{sizes[0]:,}", f"{sizes[-1]:,}", f"{slope(sizes, found['flops']):.2f}", *slopes])
    lines = ["### 8. Growth", "", "Slopes on log axes over the three largest sizes: 1 is linear, 2 is a square.", ""]
    lines += [markdown_table(head, rows)]
    for axis, found in data["axes"].items():
        names = list(found["seconds"])
        times = [[f"{size:,}", *(duration(found["seconds"][who][i]) for who in names)] for i, size in enumerate(found["sizes"])]
        lines += ["", markdown_table([AXES[axis][0], *(ALL[who].words for who in names)], times)]
    return lines
