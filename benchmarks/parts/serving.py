"""Benchmark 5: a trained model at work: `predict`, `evaluate`, and one row at a time."""

from harness import check_equal_work, set_up, take_turns, team

from .training import race_table, skipped_lines

SIZES = {"rows": 100_000, "width": 32, "hidden": [64, 64], "classes": 3, "batch": 32}
LEARN_ONLY = ("autograd", "mygrad")  # without gradients they are NumPy
TASKS = {  # name -> title, method, arguments, how many things a turn does
    "predict": ("`predict` of 100,000 rows, batch 32 (the default)", "predict", {"batch": 32}, 1),
    "predict_1024": ("`predict` of 100,000 rows, batch 1,024", "predict", {"batch": 1024}, 1),
    "evaluate": ("`evaluate` of 100,000 rows, batch 32", "evaluate", {}, 1),
    "call_one": ("`model(x)`, one row", "call_one", {"times": 200}, 200),
    "predict_one": ("`model.predict(x)`, one row", "predict_one", {"times": 10}, 10),
    "predict_one_batch": ("`model.predict_on_batch(x)`, one row", "predict_one_batch", {"times": 100}, 100),
}


def measure(_, options):
    """Race all contenders on every task; return {task: what they took}."""
    with team([n for n in options.peers if n not in LEARN_ONLY], options.threads) as workers:
        running, skipped, versions = set_up(workers, "mlp", SIZES)
        races = {}
        for task, (_, method, arguments, count) in TASKS.items():
            found = take_turns(running, method, arguments, options.rounds, options.seconds / 3, options.clock, fewest=1)
            check_equal_work(found, 1e-3)
            races[task] = {"steps": count, "versions": versions, "skipped": skipped, "contenders": found}
    return {"races": races}


def report(_, data):
    """Return the tables."""
    lines = ["### 5. A 32-64-64-3 classifier at work"]
    for task, race in data["races"].items():
        lines += ["", TASKS[task][0], "", race_table(race, learned=False), "", *skipped_lines(race)]
    return lines
