"""An exercise proved by mutation: every named mistake is caught, no right answer is refused.

`python -m kerasteach exercises verify` prints a line for each exercise and names each miss.
"""

import statistics
from dataclasses import dataclass, field

import numpy as np

from .exercise import exercise
from .generate import repository, student_version
from .given import unexplained
from .notebooks import read
from .result import Outcome
from .sheet import run_answers

MISCONCEPTIONS = 8  # at least, an exercise
RIGHT_ANSWERS = 3  # at least, a question
OWN_MESSAGE = 0.95  # of the mistakes that are caught
LARGEST = 4  # elements in the largest array of a counterexample, in the median


@dataclass
class Proof:
    """What trying every answer of an exercise has shown.

    Attributes:
        number: of the exercise.
        questions, misconceptions, caught, named, right, refused, stubs, not_attempted: counts.
        sizes: elements in the largest input of each counterexample.
        unexplained: names of Keras that no lesson up to this one shows.
        misses: what went wrong, one text each; empty if the exercise is proved.
    """

    number: str
    questions: int = 0
    misconceptions: int = 0
    caught: int = 0
    named: int = 0
    right: int = 0
    refused: int = 0
    stubs: int = 0
    not_attempted: int = 0
    sizes: list = field(default_factory=list)
    unexplained: list = field(default_factory=list)
    misses: list = field(default_factory=list)

    def row(self):
        """The proof as a line of the table."""
        share = f"{100 * self.named / max(self.misconceptions, 1):.0f}%"
        size = f"{statistics.median(self.sizes):g}" if self.sizes else "-"
        cells = [
            self.number, self.questions, f"{self.caught}/{self.misconceptions}", share, f"{self.refused}/{self.right}",
            f"{self.not_attempted}/{self.stubs}", size, len(self.unexplained), "no" if self.misses else "yes",
        ]  # fmt: skip
        return line(cells)


HEAD = ("exercise", "questions", "caught", "by name", "refused", "stubs", "elements", "unknown", "proved")


def prove(number, root=None):
    """Return the `Proof` of an exercise.

    Args:
        number: as `"01"`.
        root: folder with notebooks/ and solutions/; the repository by default.
    """
    root = root or repository()
    proof = Proof(number)
    ex = exercise(number)
    nb = read(root / "solutions" / f"{ex.notebook}.ipynb")
    solution, handed_out = run_answers(nb), run_answers(student_version(nb, ex.notebook))
    for question in ex:
        _mistakes(proof, question)
        _right_answers(proof, question, solution[question.task.name])
        _stubs(proof, question, handed_out[question.task.name])
    proof.questions = len(ex)
    proof.unexplained = unexplained(number, root)
    _judge(proof)
    return proof


def size(case):
    """How many elements the largest input of a case has.

    >>> size({"x": np.zeros((2, 3)), "shape": (4, 5), "units": 7})
    6
    """
    return max((_elements(value) for value in case.values()), default=0)


def _elements(value):
    if isinstance(value, np.ndarray):
        return value.size
    if isinstance(value, dict):
        return sum(_elements(item) for item in value.values())
    return sum(_elements(item) for item in value) if isinstance(value, (list, tuple)) else 1


def _mistakes(proof, question):
    texts = [mistake.message for mistake in question.task.misconceptions]
    if len(set(texts)) < len(texts):
        proof.misses.append(f"{question.name}: two misconceptions have the same message")
    for mistake in question.task.misconceptions:
        where = f"{question.name}, misconception '{mistake.name}': "
        result = question.judge(mistake.answer)
        proof.misconceptions += 1
        if not 1 <= mistake.hint <= len(question.task.hints):
            proof.misses.append(f"{where}there is no hint {mistake.hint}")
        if result.outcome is not Outcome.INCORRECT:
            proof.misses.append(f"{where}{result.outcome.value}, should be incorrect")
            continue
        proof.caught += 1
        if result.counterexample:
            proof.sizes.append(size(result.counterexample.case))
        else:
            proof.misses.append(f"{where}no counterexample")
        if (result.misconception, result.message) == (mistake.name, mistake.message):
            proof.named += 1
        else:
            proof.misses.append(f"{where}is told it were '{result.misconception}'")


def _right_answers(proof, question, solution):
    answers = question.task.right_answers
    if len(answers) < RIGHT_ANSWERS:
        proof.misses.append(f"{question.name}: {len(answers)} right answers, should be {RIGHT_ANSWERS} or more")
    for position, answer in enumerate([*answers, solution], start=1):
        result = question.judge(answer)
        proof.right += 1
        if not result.is_correct:
            proof.refused += 1
            name = f"right answer {position}" if position <= len(answers) else "the solution"
            proof.misses.append(f"{question.name}, {name} is refused:\n{result!r}")


def _not_implemented(*arguments, **named):
    raise NotImplementedError


def _stubs(proof, question, handed_out):
    """Everything that is no attempt; `handed_out` is what the student's notebook starts with."""
    for stub in (..., None, NotImplemented, lambda *arguments: ..., _not_implemented, handed_out):
        proof.stubs += 1
        outcome = question.judge(stub).outcome
        if outcome is Outcome.NOT_ATTEMPTED:
            proof.not_attempted += 1
        else:
            proof.misses.append(f"{question.name}: the stub {stub!r} is {outcome.value}, should be not attempted")


def _judge(proof):
    """Misses of the exercise as a whole; a few mistakes may go by another's name."""
    if proof.named >= OWN_MESSAGE * proof.misconceptions:
        proof.misses = [miss for miss in proof.misses if "is told it were" not in miss]
    if proof.misconceptions < MISCONCEPTIONS:
        proof.misses.append(f"{proof.misconceptions} misconceptions, should be {MISCONCEPTIONS} or more")
    if proof.sizes and statistics.median(proof.sizes) > LARGEST:
        proof.misses.append(f"counterexamples of {statistics.median(proof.sizes):g} elements in the median, at most {LARGEST} are meant")
    proof.misses += [f"'{name}' is used in an answer; no lesson or exercise up to {proof.number} shows it" for name in proof.unexplained]


def line(cells):
    """Cells as a line of the table."""
    return "  ".join(f"{cell!s:>{len(head)}}" for cell, head in zip(cells, HEAD))


def verify(numbers):
    """Prove exercises, print a table and each miss; return 0 if all are proved, else 1."""
    print(line(HEAD))
    proofs = []
    for number in numbers:
        proofs.append(prove(number))
        print(proofs[-1].row(), flush=True)
    misses = [f"{proof.number} {miss}" for proof in proofs for miss in proof.misses]
    sizes = [size for proof in proofs for size in proof.sizes]
    print("\n".join(misses) or _conclusion(proofs, sizes))
    return 1 if misses else 0


def _conclusion(proofs, sizes):
    count = sum(proof.misconceptions for proof in proofs)
    right = sum(proof.right for proof in proofs)
    return (
        f"{count} mistakes caught, {sum(proof.named for proof in proofs)} by their own message; {right} right answers "
        f"accepted; the largest input of a counterexample has {statistics.median(sizes):g} elements in the median."
    )
