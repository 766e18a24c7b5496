"""The zoo's visit as tables: for the terminal, and as a page of the docs."""

import argparse
from collections import Counter
from pathlib import Path

from ....progress import watched
from .. import DISEASES
from .case import HEALTHY, SICK
from .judge import visits

RECALL, ALARMS, CURED = 0.95, 0.05, 0.95
FIRST = 2000  # seed of the first round: thresholds and trainings were made while looking at smaller seeds only
_HEADS = ("disease", "kinds", "trainings", "found", "recall", "false alarms", "cured")
_PAGE = """# The doctor's zoo

Made by `python -m kerasteach doctor --seeds {seeds} --write docs/doctor.md`; a smaller selection is held by
tests/explain/test_doctor.py. {count} trainings, {sick} sick and {healthy} healthy, from {kinds} kinds, half of them on each
backend, on data made by the program and on sets that scikit-learn brings along. Seeds {first} to {last} are reported;
thresholds and trainings were made while looking at smaller seeds only.

- found: the disease is in the report. Recall is their share.
- false alarms: share of all trainings without the disease, healthy or sick with another one, in whose report it is.
- cured: the doctor's own fix was applied by the program (or, where it says that a person has to, the training mended by
  hand), the model trained again from the start; then the finding is gone, *and* the score on data never seen is better.

{summary}

{sick_table}

## The kinds
{kind_table}
"""


class Tally:
    """What a visit to the zoo counts.

    Attributes:
        rows: one per disease: (name, kinds, trainings, found, recall, false alarms, cured).
        flagged: share of healthy trainings in which anything was found.
        problems: one sentence for each visit that went wrong.
    """

    def __init__(self, seen):
        self.seen = list(seen)
        self.rows = [self._row(name) for name in DISEASES]
        self.healthy = [v for v in self.seen if v.case.disease is None]
        self.flagged = sum(bool(v.found) for v in self.healthy) / max(1, len(self.healthy))
        self.problems = [sentence for v in self.seen for sentence in _problems(v)]

    def _row(self, name):
        own = [v for v in self.seen if v.case.disease == name]
        others = [v for v in self.seen if v.case.disease != name and name not in v.case.also]
        hits = sum(v.hit for v in own)
        alarms = sum(name in v.found for v in others)
        cured = sum(v.cured is True for v in own)
        return (name, len({v.case.name for v in own}), len(own), hits, _share(hits, len(own)), _share(alarms, len(others)), _share(cured, hits))

    @property
    def good(self):
        """Whether recall, false alarms and cures are as promised, for each disease and for healthy trainings."""
        return self.flagged <= ALARMS and all(r >= RECALL and a <= ALARMS and c >= CURED for _, _, n, _, r, a, c in self.rows if n)

    def summary(self):
        """Return two lines about all."""
        sick = [v for v in self.seen if v.case.disease]
        hits, cured = sum(v.hit for v in sick), sum(v.cured is True for v in sick)
        alarmed = sum(bool(v.alarms) for v in sick)
        return (
            f"sick: {len(sick)} trainings, found {hits} ({_percent(hits, len(sick))}), cured {cured} of these ({_percent(cured, hits)}), "
            f"with another disease named as well {alarmed} ({_percent(alarmed, len(sick))})\n"
            f"healthy: {len(self.healthy)} trainings, something found in {sum(bool(v.found) for v in self.healthy)} ({self.flagged:.1%})"
        )

    def text(self):
        """Return the table for a terminal."""
        rows = [_HEADS, *map(_cells, self.rows)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADS))]
        lines = ["  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))) for row in rows]
        return "\n".join([*lines, "", self.summary(), *self.problems])

    def page(self, seeds):
        """Return the page of the docs."""
        kinds = Counter((v.case.disease or "healthy", v.case.name) for v in self.seen)
        sick = sum(v.case.disease is not None for v in self.seen)
        return _PAGE.format(
            seeds=seeds, first=FIRST, last=FIRST + seeds - 1, count=len(self.seen), sick=sick, healthy=len(self.healthy), kinds=len(kinds), summary=self.summary().replace("\n", "\n\n"),
            sick_table=_markdown(_HEADS, map(_cells, self.rows)), kind_table=_markdown(("disease", "kind"), kinds),
        )  # fmt: skip


def _problems(v):
    what = f"{v.case.disease or 'healthy'}, {v.case.name}, seed {v.seed}, {v.backend}"
    if v.case.disease and not v.hit:
        yield f"missed: {what}; found {v.found or 'nothing'}"
    if v.alarms:
        yield f"false alarm: {what}; found {', '.join(v.alarms)}"
    if v.cured is False:
        yield f"not cured: {what}; score {v.scores[0]:.4g}, then {v.scores[1]:.4g}"


def _share(part, whole):
    return part / whole if whole else 0.0


def _percent(part, whole):
    return f"{_share(part, whole):.1%}"


def _cells(row):
    name, kinds, trainings, found, recall, alarms, cured = row
    return name, str(kinds), str(trainings), str(found), f"{recall:.2f}", f"{alarms:.3f}", f"{cured:.2f}"


def _markdown(heads, rows):
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main(arguments=()):
    """Visit the zoo, print the table, and write the page if asked to.

    Returns:
        0 if recall, false alarms and cures are as promised, else 1.
    """
    parser = argparse.ArgumentParser(prog="python -m kerasteach doctor")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args(arguments)
    count = (len(SICK) + len(HEALTHY)) * options.seeds
    tally = Tally(watched(visits(range(FIRST, FIRST + options.seeds)), "visiting the zoo", "trainings", count))
    print(tally.text())
    if options.write:
        options.write.write_text(tally.page(options.seeds), "utf-8")
    return 0 if tally.good else 1
