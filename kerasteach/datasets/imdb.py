"""IMDB: film reviews, good or bad."""

import numpy as np

from . import texts
from .fetch import fetch, load_arrays, mix


def load_data(
    path="imdb.npz",
    num_words=None,
    skip_top=0,
    maxlen=None,
    seed=113,
    start_char=1,
    oov_char=2,
    index_from=3,
    **kwargs,
):
    """Load 50,000 film reviews as lists of word numbers, the most frequent word being 1.

    Args:
        path: name of the file in `~/.keras/datasets`.
        num_words: keep words below this number; all by default.
        skip_top: drop so many of the most frequent words.
        maxlen: keep reviews shorter than this.
        seed: whole number that decides the order.
        start_char: number that begins each review; None for none.
        oov_char: number in place of words that are not kept; None to drop them.
        index_from: how far word numbers are moved up, to make room for marks.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: arrays of lists, `(25000,)`, and 0 (bad) or 1 (good), `(25000,)`.

    Raises:
        ValueError: if no review is shorter than `maxlen`.
        OSError: without internet, if the file is not there yet; it tells where to put it.

    Source: https://ai.stanford.edu/~amaas/data/sentiment/
    """
    if kwargs:
        raise TypeError(f"Unrecognized keyword arguments: {kwargs}.")
    arrays = load_arrays(fetch(path, "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f", name="imdb.npz"))
    random, parts = np.random.RandomState(seed), []
    for part in ("train", "test"):
        x, y = mix(random, arrays[f"x_{part}"], arrays[f"y_{part}"])
        x = texts.mark(x, start_char, index_from)
        parts.append(texts.shorter(maxlen, x, y) if maxlen else (x, y))
    (x_train, y_train), (x_test, y_test) = parts
    if not x_train or not x_test:
        raise ValueError(f"After filtering for sequences shorter than maxlen={maxlen}, no sequence was kept. Increase maxlen.")
    x = texts.limit(x_train + x_test, num_words, skip_top, oov_char)
    cut = len(x_train)
    return (texts.as_lists(x[:cut]), y_train), (texts.as_lists(x[cut:]), y_test)


def get_word_index(path="imdb_word_index.json"):
    """Load the number of each word; in the reviews numbers are higher by `index_from`.

    Args:
        path: name of the file in `~/.keras/datasets`.
    """
    return texts.word_index(path, "imdb_word_index.json", "bfafd718b763782e994055a2d397834f")
