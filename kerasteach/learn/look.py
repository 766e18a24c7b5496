"""What tells one model from another: its doors, its weights, and what it computes with given weights."""

from .. import models
from .counterexample import arrays, call
from .observe import as_value, what_it_is
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
        return what_it_is(returned)
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


def program(task, case, weights, differing, data="x"):
    """The lines that show the mistake: the call alone, or what the model computes if everything else is right."""
    build = call(task, case)
    if differing != [" output:"]:
        return [build]
    return [*arrays(case), f"model = {build}", f"model.set_weights([{', '.join(weights)}])", f"model.predict({data})"]


def _names_and_shapes(answer):
    """The outputs in one line, without the batch."""
    if isinstance(answer, dict):
        return ", ".join(f"{name} {tuple(answer[name].shape)[1:]}" for name in sorted(answer))
    if isinstance(answer, (list, tuple)):
        return f"{len(answer)} without names"
    return f"one, {tuple(answer.shape)[1:]}"
