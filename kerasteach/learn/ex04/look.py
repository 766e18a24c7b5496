"""What all questions ask: is it a layer, and which weights does it own?"""

from ... import layers
from ...utils.session import set_random_seed
from ..observe import as_value, what_it_is


def refused(returned, kind=layers.Layer):
    """What is wrong with something that is no layer of this kind, in words; None if it is one."""
    return None if isinstance(returned, kind) else what_it_is(returned)


def first_answer(layer, x):
    """What a fresh layer says to its first data. It builds itself on the way, with the same random numbers each time."""
    set_random_seed(0)
    return as_value(layer(x))


def owned(variables):
    """The shapes of some weights in one line, as `(3,), ()`; `none` if there are none."""
    return ", ".join(str(tuple(v.shape)) for v in sorted(variables, key=lambda v: v.shape)) or "none"


def put(layer, arrays):
    """Write arrays into the weights of the same shape; return whether all found a place."""
    fits = sorted(v.shape for v in layer.weights) == sorted(a.shape for a in arrays)
    for variable in layer.weights if fits else ():
        variable.assign(next(a for a in arrays if a.shape == variable.shape))
    return fits
