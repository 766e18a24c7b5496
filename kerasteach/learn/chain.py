"""What tells one chain from another, for the questions whose answer is a model."""

from .. import models
from .look import look


def look_at_chain(returned, case, weights, named=None):
    """Return facts about a chain, as plain data; of anything else, what it is.

    Args:
        returned: what the student's function gave.
        case: the arguments, with the batch `x` and the weights by name.
        weights: names of the weights, in the chain's order; no two of them have the same shape.
        named: name that one of the layers should have.
    """
    if isinstance(returned, models.Model) and not isinstance(returned, models.Sequential):
        return "a Model, but no Sequential"
    known = bool(returned.weights) if isinstance(returned, models.Sequential) else None
    found = look(returned, case, weights)
    if known is None:
        return found
    facts = {"weights before any data": "there" if known else "none", **found}
    if named:
        facts[f"layer named {named!r}"] = "there" if any(layer.name == named for layer in returned.layers) else "none"
    return facts
