"""What texts as lists of word numbers go through, in `imdb` and `reuters`."""

import json

import numpy as np

from .fetch import fetch


def mark(texts, start_char, index_from):
    """Put the start number before each text, and move word numbers up to make room for marks.

    >>> mark([[1, 2]], start_char=1, index_from=3)
    [[1, 4, 5]]
    """
    start = [] if start_char is None else [start_char]
    return [start + [int(word) + (index_from or 0) for word in text] for text in texts]


def shorter(maxlen, texts, labels):
    """Keep the texts that are shorter."""
    kept = [i for i, text in enumerate(texts) if len(text) < maxlen]
    return [texts[i] for i in kept], labels[kept]


def limit(texts, num_words, skip_top, oov_char):
    """Replace words that are too rare, or too frequent, by a mark; or drop them if there is none.

    >>> limit([[1, 4, 9]], num_words=5, skip_top=2, oov_char=2), limit([[1, 4, 9]], 5, 2, None)
    ([[2, 4, 2]], [[4]])
    """
    num_words = num_words or max(max(text) for text in texts)
    if oov_char is None:
        return [[word for word in text if skip_top <= word < num_words] for text in texts]
    return [[word if skip_top <= word < num_words else oov_char for word in text] for text in texts]


def as_lists(texts):
    """An array of Python lists; of numbers, if all are of one length, as in Keras."""
    return np.array(texts, dtype="object")


def word_index(path, name, file_hash):
    """Load a dict of word -> number."""
    with open(fetch(path, file_hash, name=name)) as file:
        return json.load(file)
