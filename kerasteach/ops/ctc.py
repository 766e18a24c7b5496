"""CTC: the surprise at a text when nobody said which step speaks which letter.

A path names a class, or a blank, at every step; it spells the text left after repeats and
then blanks are dropped. CTC adds up the chances of all paths that spell the truth. Letters
are walked in order, so that one number per place in the text is all it takes to carry on.
"""

import numpy as np

from .elementwise import cast, negative
from .index import take_along_axis, where
from .logic import equal, greater, greater_equal, logical_and, not_equal
from .nn import log_softmax
from .reduce import logsumexp
from .reshaping import concatenate, expand_dims, reshape, squeeze, stack
from .table import composite

_NEVER = -1e30  # the logarithm of no chance; minus infinity would make NaN of its gradient


def _example(rng):
    texts = np.array([[1, 2, 2], [3, 1, 0]])
    return [((texts, rng.normal(size=(2, 6, 4)), np.array([3, 2]), np.array([6, 5])), {})]


@composite(example=_example)
def ctc_loss(target, output, target_length, output_length, mask_index=0):
    """Surprise, in nats, at a text: minus the logarithm of the chances of all paths that spell it.

    Args:
        target: class numbers, `(batch, letters)`.
        output: scores per step, `(batch, steps, classes)`.
        target_length, output_length: how many letters and steps count, `(batch,)`.
        mask_index: the class that is the blank.

    Output shape: `(batch,)`; infinite where the steps are too few.

    Source: Graves et al., 2006, "Connectionist Temporal Classification".

    >>> scores = np.log(np.array([[[0.5, 0.5], [0.5, 0.5]]]))
    >>> ctc_loss(np.array([[1]]), scores, np.array([1]), np.array([2])).round(4)  # three of four paths spell it
    array([0.2877])
    """
    target = cast(target, dtype="int64")
    batch, letters = target.shape
    blank = target * 0 + mask_index
    # Blanks before, between and behind the letters: (batch, places), places = 2 letters + 1.
    places = concatenate([reshape(stack([blank, target], axis=-1), (batch, 2 * letters)), blank[:, :1]], axis=1)
    # Two places at once may be stepped over a blank between letters that differ.
    two_before = concatenate([places[:, :2] * 0 + mask_index, places[:, :-2]], axis=1)
    may_skip = logical_and(not_equal(places, mask_index), not_equal(places, two_before))
    log_p = log_softmax(output, axis=-1)
    never = log_p[:, 0, :1] * 0.0 + _NEVER  # (batch, 1)
    chance = concatenate([take_along_axis(log_p[:, 0], places[:, :2], axis=-1), *[never] * (2 * letters - 1)], axis=1)
    for step in range(1, output.shape[1]):
        one_back = concatenate([never, chance[:, :-1]], axis=1)
        two_back = where(may_skip, concatenate([never, never, chance[:, :-2]], axis=1), _NEVER)
        arrived = logsumexp(stack([chance, one_back, two_back]), axis=0)
        moved = arrived + take_along_axis(log_p[:, step], places, axis=-1)
        still_going = expand_dims(greater(output_length, step), axis=-1)  # (batch, 1)
        chance = where(still_going, moved, chance)
    last = expand_dims(cast(target_length, dtype="int64") * 2, axis=-1)  # (batch, 1): the blank behind the text
    letter_before = where(equal(last, 0), last, last - 1)
    before = where(equal(last, 0), _NEVER, take_along_axis(chance, letter_before, axis=-1))
    ends = stack([take_along_axis(chance, last, axis=-1), before])  # (2, batch, 1)
    loss = squeeze(negative(logsumexp(ends, axis=0)), axis=-1)
    return where(greater_equal(loss, -0.5 * _NEVER), float("inf"), loss)
