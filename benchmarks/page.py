"""The page of results: what was to be reached, the plots, every table, the machine."""

from tables import cells
from targets import NOTES, judge

INTRODUCTION = """# Benchmarks

kerasteach beside its peers, on the same work: the same rows, the same first weights, the same Adam, loss and accuracy
reported as `fit` reports them; a run fails if contenders do not learn alike. Each contender has its own process. They
take turns, round by round; a ratio is taken within a round, and the median of the rounds is shown. Lower is better.

- *by hand*: the loop a skilled person writes for this one model. NumPy: gradients by hand, one flat Adam, no needless
  arrays. Torch: eager, fused Adam, pictures in channels_last, nothing asked back before the epoch ends.
- *autograd*, *MyGrad*: the NumPy loop by hand, its gradients by HIPS autograd and by MyGrad.
- *Keras*: version 3.15 on each of its backends, the same program that kerasteach runs, `compile` and `fit` as they stand.

`make bench` runs all of it, `make bench ONLY="cnn mlp"` a part; numbers of single turns are in results.json."""


ALT = {
    "ratios.svg": "Time of every contender in every benchmark, as a multiple of Torch by hand; the tables below have the numbers",
    "growth.svg": "Time against rows, width, depth, length and ops on log axes; the tables under Growth have the numbers",
}


def page(results, parts, pictures):
    """Return the page as markdown.

    Args:
        results: {part: data}.
        parts: {part: module}, in the order of the page.
        pictures: files beside the page.
    """
    lines = [INTRODUCTION, "", *setting(results), "", "## What was to be reached", "", *verdict_table(judge(results))]
    lines += ["", "## Results", *(f"\n![{ALT[name]}]({name})" for name in pictures)]
    for name in results:
        lines += ["", *parts[name].report(name, results[name])]
    return "\n".join(lines) + "\n"


def setting(results):
    """Say which machine, how many threads, which versions."""
    versions = {k: v for data in results.values() for race in races_of(data) for k, v in race["versions"].items()}
    lines = [f"Versions: {', '.join(f'{k} {v}' for k, v in sorted(versions.items()))}."]
    for machine, threads, clock in sorted({(data["machine"], data["threads"], data["clock"]) for data in results.values()}):
        time = "" if clock == "wall" else " The machine was in use, so times are CPU time."
        lines.insert(0, f"Machine: {machine}; {threads} thread{'s' * (threads != 1)} for every library.{time}")
    return lines


def races_of(data):
    """The races in a part's data."""
    return [data] if "contenders" in data else data.get("races", {}).values()


def verdict_table(verdicts):
    """Return the targets as a table: a line a target, with all the places it was measured at; who missed it is bold."""
    lines = {}
    for v in verdicts:
        lines.setdefault((v.words, v.wanted), []).append(v)
    rows = []
    for (words, wanted), found in lines.items():
        measured = ", ".join(f"{v.race} {v.value if v.met else bold(v.value)}" for v in found)
        missed = sum(not v.met for v in found)
        rows.append([words, wanted, measured, f"**NOT met**, {missed} of {len(found)}" if missed else "met"])
    unmet = {v.words for v in verdicts if not v.met}
    notes = [f"- *{words}*: {note}" for words, note in NOTES.items() if words in unmet]
    return ["| | wanted | measured | |", "|---|---|---|---|", *map(cells, rows), *([""] if notes else []), *notes]


def bold(value):
    """Return a value with its number in bold.

    >>> bold("1.23 (Keras on JAX)")
    '**1.23** (Keras on JAX)'
    """
    number, space, note = value.partition(" ")
    return f"**{number}**{space}{note}"


def verdict_lines(verdicts):
    """Return the targets as lines of text, one for each place."""
    return [f"{'met    ' if v.met else 'NOT met'}  {v.words}, {v.race}: {v.value} (wanted {v.wanted})" for v in verdicts]
