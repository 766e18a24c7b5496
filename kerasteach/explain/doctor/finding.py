"""What the doctor says: findings, each with its evidence and one fix, and the report that lists them."""

import html
from collections.abc import Callable
from dataclasses import dataclass, field

from .training import Training


@dataclass(frozen=True)
class Fix:
    """What to do.

    Attributes:
        text: one sentence.
        code: the line to write.
        change: function(Training) -> Training that does it; None where only a person can.
    """

    text: str
    code: str = ""
    change: Callable[[Training], Training] | None = None


@dataclass(eq=False)
class Finding:
    """One disease of a training.

    Attributes:
        disease: its name, one of `DISEASES`.
        sentence: what is wrong.
        evidence: dict of what was measured -> number or short text.
        fix: a `Fix`.
        layers: names of the layers it is about.
        training: the `Training` it was found in.
    """

    disease: str
    sentence: str
    evidence: dict
    fix: Fix
    layers: tuple = ()
    training: Training | None = field(default=None, repr=False)

    def apply(self):
        """Return the training as the fix makes it, with a fresh model: call its `fit()` to train again.

        Raises:
            ValueError: if only a person can do what the fix says.
        """
        if self.fix.change is None:
            raise ValueError(f"The fix of '{self.disease}' has to be made by hand. Fix: {self.fix.text}")
        return self.fix.change(self.training)

    def __repr__(self):
        lines = [f"{self.disease}: {self.sentence}"]
        lines += [f"  evidence: {self.evidence_text()}"] if self.evidence else []
        lines += [f"  layers: {', '.join(self.layers)}"] if self.layers else []
        lines += [f"  fix: {self.fix.text}"] + ([f"       {self.fix.code}"] if self.fix.code else [])
        return "\n".join(lines)

    def evidence_text(self):
        """Return the evidence as one line."""
        return "; ".join(f"{name}: {number(value)}" for name, value in self.evidence.items())


class Report(list):
    """Findings, causes first. It is empty for a healthy training.

    Attributes:
        consequences: findings that another one explains: mend that one first, and look again.
        note: what could not be judged, and why; "" if all could.

    >>> Report([])
    Nothing found: the training looks healthy.
    """

    def __init__(self, findings, consequences=(), note=""):
        super().__init__(findings)
        self.consequences, self.note = list(consequences), note

    @property
    def diseases(self):
        """Names of the diseases found."""
        return [finding.disease for finding in self]

    def __repr__(self):
        if not self:
            return " ".join(["Nothing found: the training looks healthy.", *self._also()])
        lines = [f"{i}. {finding!r}".replace("\n", "\n   ") for i, finding in enumerate(self, 1)]
        return "\n".join(lines + self._also())

    def _also(self):
        names = ", ".join(dict.fromkeys(finding.disease for finding in self.consequences))
        return ([f"Probably a consequence: {names}."] if names else []) + ([self.note] if self.note else [])

    def _repr_html_(self):
        if not self:
            return f"<p>{html.escape(repr(self))}</p>"
        heads = "".join(f"<th scope='col' style='text-align:left;padding:4px 16px 4px 0'>{head}</th>" for head in ("finding", "evidence", "layers", "fix"))
        rows = "".join(f"<tr>{''.join(map(_cell, _cells(finding)))}</tr>" for finding in self)
        also = "".join(f"<p>{html.escape(line)}</p>" for line in self._also())
        return f"<table><caption>What the doctor found</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{also}"


def _cells(finding):
    escape = html.escape
    code = f"<br><code>{escape(finding.fix.code)}</code>" if finding.fix.code else ""
    yield f"<b>{escape(finding.disease)}</b><br>{escape(finding.sentence)}"
    yield escape(finding.evidence_text())
    yield escape(", ".join(finding.layers))
    yield escape(finding.fix.text) + code


def _cell(text):
    return f"<td style='text-align:left;vertical-align:top;padding:4px 16px 4px 0'>{text}</td>"


def number(value):
    """A number with three digits, whole numbers and words as they are.

    >>> number(0.00012345), number(12), number("x"), number(1e-9)
    ('0.000123', '12', 'x', '1e-09')
    """
    if isinstance(value, (list, tuple)):
        return "(" + ", ".join(map(number, value)) + ")"
    return f"{value:.3g}" if isinstance(value, float) else str(value)
