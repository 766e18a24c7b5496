"""The zoo's visit: every training is run and diagnosed, every fix applied and run again, and all is counted."""

import contextlib
import importlib
import io
import warnings
from dataclasses import dataclass, field

import numpy as np

from ..diagnosis import diagnose
from .case import HEALTHY, SICK
from .scores import quality

BACKENDS = ("numpy", "torch")
for _room in ("sick_form", "sick_data", "sick_flow", "healthy"):
    importlib.import_module(f"{__package__}.{_room}")  # each puts its trainings into the lists


@dataclass
class Visit:
    """One training and what the doctor said.

    Attributes:
        case, seed, backend: which training.
        found: names of diseases in the report; consequences: those that it explains by others.
        cured: whether the finding is gone after the fix, and the score better; None for a healthy training, or if not found.
        scores: before and after.
    """

    case: object
    seed: int
    backend: str
    found: list
    consequences: list = field(default_factory=list)
    cured: bool | None = None
    scores: tuple = ()

    @property
    def hit(self):
        return self.case.disease in self.found

    @property
    def alarms(self):
        """Diseases found that the training does not have."""
        return [name for name in self.found if name != self.case.disease and name not in self.case.also]


def visit(case, seed, backend, cure=True):
    """Run a training, diagnose it, and see whether the fix of its disease helps."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        training, test = case.built(seed, backend)
        report = _diagnosed(training)
        seen = Visit(case, seed, backend, report.diseases, [f.disease for f in report.consequences])
        if case.disease and cure and seen.hit:
            finding = next(f for f in report if f.disease == case.disease)
            mended = case.mended(seed, backend) if finding.fix.change is None else finding.apply()
            after = _diagnosed(mended)
            score = case.score or quality
            seen.scores = (_score(score, training.model, test), _score(score, mended.model, mended.seen_by(test)))
            seen.cured = case.disease not in after.diseases and seen.scores[1] > seen.scores[0]
    return seen


def _score(score, model, test):
    value = score(model, test)
    return value if np.isfinite(value) else -np.inf


def _diagnosed(training):
    history = watch = None
    with contextlib.suppress(ValueError, RuntimeError):  # labels in the wrong form: `fit` refuses, and the doctor says why
        history, watch = training.fit()
    settings = {k: v for k, v in training.settings.items() if k != "epochs"}
    return diagnose(training.model, training.x, training.y, history, watch, training.validation_data, **settings)


def visits(seeds, pick=lambda case: True, cure=True):
    """Yield a Visit for each case and seed; backends take turns."""
    for i, case in enumerate([*SICK, *HEALTHY]):
        if pick(case):
            for seed in seeds:
                yield visit(case, seed, BACKENDS[(i + seed) % 2], cure)
