"""Benchmarks 1 to 4: a training step, on every contender that has a program for the problem."""

import statistics

import problems
from harness import check_equal_work, median_ratio, set_up, take_turns, team
from peers import ALL
from tables import duration, markdown_table, ratio

TITLES = {
    "two_inputs": "1. Small step: the two-input model of the first lesson, batch 32",
    "spirals": "1. Small step: a 2-64-64-3 classifier, batch 32",
    "mlp": "2. MLP: 60,000 rows of 784, two hidden layers of 256, batch 128",
    "cnn": "3. CNN: two convolutions with pooling on 28 x 28, batch 128",
    "cnn_gradients": "3. The same CNN, forward and backward alone",
    "resnet": "3. Two residual blocks with BatchNormalization on 32 x 32, batch 32",
    "lstm": "4. Embedding and LSTM(64), length 100, batch 32",
    "gru": "4. Embedding and GRU(64), length 100, batch 32",
    "transformer": "4. Two Transformer encoder layers of width 64, length 128, batch 32",
}
REFERENCES = ("numpy_by_hand", "torch_by_hand")


def problem_of(race):
    """Return the problem's name and sizes.

    >>> problem_of("cnn_gradients")
    ('cnn', {'updates': False})
    """
    name = race.removesuffix("_gradients")
    return name, {} if name == race else {"updates": False}


def measure(race, options):
    """Race all contenders; return what they took."""
    name, sizes = problem_of(race)
    problem = problems.make(name, **sizes)
    with team(options.peers, options.threads) as workers:
        running, skipped, versions = set_up(workers, name, sizes)
        found = take_turns(running, "fit", {}, options.rounds, options.seconds, options.clock)
    check_equal_work(found, problem.tolerance)
    return {"steps": problem.steps, "versions": versions, "skipped": skipped, "contenders": found}


def per_step(data, name):
    """Median seconds a step."""
    return statistics.median(data["contenders"][name]["seconds"]) / data["steps"]


def ratio_to(data, name, other):
    """How many times as long as another contender; None where one did not run."""
    contenders = data["contenders"]
    if name not in contenders or other not in contenders:
        return None
    return median_ratio(contenders[name]["seconds"], contenders[other]["seconds"])


def report(race, data):
    """Return the table of a race."""
    return [f"### {TITLES[race]}", "", race_table(data), "", *skipped_lines(data)]


def race_table(data, learned=True, against=REFERENCES):
    """Return one line a contender: time, ratios, and, where it learned, its losses."""
    known = [other for other in against if other in data["contenders"]]
    head = ["", "time" if not learned else "a step", "fastest", *(f"x {ALL[other].words}" for other in known), "turns"]
    rows = []
    for name, entry in data["contenders"].items():
        ratios = [ratio(ratio_to(data, name, other)) for other in known]
        fastest = min(entry["seconds"]) / data["steps"]
        rows.append([ALL[name].words, duration(per_step(data, name)), duration(fastest), *ratios, len(entry["seconds"])])
        if learned:
            rows[-1] += [f"{entry[when][0]:.3f}" for when in ("first", "last")]
    return markdown_table(head + ["loss, first", "last"] * learned, rows)


def skipped_lines(data):
    """Who did not take part, and why; nobody having written a program is no news."""
    return [f"- {ALL[name].words}: skipped, {why}" for name, why in data["skipped"].items() if "nobody wrote" not in why]
