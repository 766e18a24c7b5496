"""Judges what an error's text is worth, by one rule for whoever wrote it.

The text is the message and all notes. It *names the culprit* if it holds the culprit's name (that of a layer in quotation
marks of any kind or after `name=`, that of an argument or array as a whole word), and the names of at most two other layers of
the model: a text that lists every layer has named nobody. It *holds a fix that runs* if it
holds, in words of its own, one of the fixes that the case lists (a pattern each), and the user's code, run again from its
start with that fix written in, comes to its end. The coach knows neither names nor patterns of the corpus.
"""

import contextlib
import io
import re
import warnings
from dataclasses import dataclass

from .corpus import CASES

OTHERS = 2  # other layers a text may name besides the culprit


@dataclass(frozen=True)
class Verdict:
    """What one text is worth.

    Attributes:
        case: name of the case.
        kind: type of the error; "" if there was none.
        text: message and notes.
        named, mended: whether the culprit is named, and a fix that runs is told.
    """

    case: str
    kind: str
    text: str
    named: bool
    mended: bool


def judge(case, keras):
    """Run one case with a library, and judge the text of its error."""
    error = error_of(lambda: case.run(keras))
    if error is None:
        return Verdict(case.name, "", "", False, False)
    text = text_of(error)
    return Verdict(case.name, type(error).__name__, text, names_culprit(case, text), bool(running_fix(case, text, keras)))


def text_of(error):
    """The message of an error and its notes."""
    return "\n".join([str(error), *getattr(error, "__notes__", [])])


def error_of(function):
    """The error of a function, or None; what it prints and warns of is dropped."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            function()
        except Exception as error:
            return error
    return None


def names_culprit(case, text):
    """Whether a text names who is to blame, and not simply everybody."""
    guilty, layers = set(case.culprit.split("|")), case.names
    others = {name for name in layers - guilty if has_name(name, text)}
    return len(others) <= OTHERS and any(has_name(name, text) if name in layers else has_word(name, text) for name in guilty)


def has_name(name, text):
    """Whether a text holds the name of a layer: quoted, or after `name=`.

    >>> has_name("out", "layer 'out'"), has_name("out", "<KerasTensor name=out>"), has_name("out", "a way out")
    (True, True, False)
    """
    return re.search(rf"([\'\"`]){re.escape(name)}\1|\bname={re.escape(name)}\b", text) is not None


def has_word(word, text):
    """Whether a text holds a word that is not a part of a longer one.

    >>> has_word("y", "`y` is short"), has_word("y", "many")
    (True, False)
    """
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def running_fix(case, text, keras):
    """The first pattern of a case that a text holds and whose fix runs; None if there is none."""
    for pattern, parts in case.fixes:
        if re.search(pattern, text) and error_of(lambda parts=parts: case.run(keras, **parts)) is None:
            return pattern
    return None


def judge_all(keras, names=()):
    """Verdicts on all cases, or on those named."""
    verdicts = []
    for case in CASES.values():
        if not names or case.name in names or case.room in names:
            keras.utils.clear_session()
            verdicts.append(judge(case, keras))
    return verdicts
