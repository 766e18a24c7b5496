"""What tells one model from another: its doors, its weights, and what it computes with given weights."""

from .. import models
from .observe import as_value
from .steps import unheard


def look(returned, case, weights, names=("",)):
    """Return facts about a model with one input, as plain data; of anything else, what it is.

    Args:
        returned: what the student's function gave.
        case: the arguments, with the batch `x` and the weights by name.
        weights: names of the weights; no two of them have the same shape.
        names: of the outputs; `("",)` for one without a name.
    """
    if not isinstance(returned, models.Model):
        return "None" if returned is None else f"an object of type {type(returned).__name__}"
    with unheard():
        answer = returned(case["x"])
    shapes = sorted(v.shape for v in returned.weights)
    fits = shapes == sorted(case[name].shape for name in weights)
    if fits:
        for variable in returned.weights:
            variable.assign(next(case[name] for name in weights if case[name].shape == variable.shape))
        answer = returned(case["x"])
    found = answer if isinstance(answer, dict) else {"": answer}
    fits = fits and set(found) == set(names)
    return {
        "outputs": _names_and_shapes(answer),
        "parameters": returned.count_params(),
        "weights": shapes,
        **{f"output {name}".strip(): as_value(found[name]) if fits else None for name in names},
    }


def _names_and_shapes(answer):
    """The outputs in one line, without the batch."""
    if isinstance(answer, dict):
        return ", ".join(f"{name} {tuple(answer[name].shape)[1:]}" for name in sorted(answer))
    if isinstance(answer, (list, tuple)):
        return f"{len(answer)} without names"
    return f"one, {tuple(answer.shape)[1:]}"
