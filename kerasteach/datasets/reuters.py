"""Reuters: newswires of 46 topics."""

from . import texts
from .fetch import fetch, load_arrays, mix

_TOPICS = (
    "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves ship cotton carcass crude "
    "nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin strategic-metal livestock retail ipi iron-steel "
    "rubber heat jobs lei bop zinc orange pet-chem dlr gas silver wpi hog lead"
)


def load_data(
    path="reuters.npz",
    num_words=None,
    skip_top=0,
    maxlen=None,
    test_split=0.2,
    seed=113,
    start_char=1,
    oov_char=2,
    index_from=3,
):
    """Load 11,228 newswires as lists of word numbers, the most frequent word being 1.

    Args:
        path: name of the file in `~/.keras/datasets`.
        num_words: keep words below this number; all by default.
        skip_top: drop so many of the most frequent words.
        maxlen: keep newswires shorter than this.
        test_split: share to test with.
        seed: whole number that decides the order.
        start_char: number that begins each newswire; None for none.
        oov_char: number in place of words that are not kept; None to drop them.
        index_from: how far word numbers are moved up, to make room for marks.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: arrays of lists, and topics from 0 to 45.

    Raises:
        OSError: without internet, if the file is not there yet; it tells where to put it.

    Source: https://martin-thoma.com/nlp-reuters/
    """
    arrays = load_arrays(fetch(path, "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916", name="reuters.npz"))
    x, y = mix(seed, arrays["x"], arrays["y"])
    x = texts.mark(x, start_char, index_from)
    x, y = texts.shorter(maxlen, x, y) if maxlen else (x, y)
    x = texts.limit(x, num_words, skip_top, oov_char)
    cut = int(len(x) * (1 - test_split))
    return (texts.as_lists(x[:cut]), y[:cut]), (texts.as_lists(x[cut:]), y[cut:])


def get_word_index(path="reuters_word_index.json"):
    """Load the number of each word; in the newswires numbers are higher by `index_from`.

    Args:
        path: name of the file in `~/.keras/datasets`.
    """
    return texts.word_index(path, "reuters_word_index.json", "4d44cc38712099c9e383dc6e5f11a921")


def get_label_names():
    """Return the names of the topics.

    >>> get_label_names()[:3], len(get_label_names())
    (('cocoa', 'grain', 'veg-oil'), 46)
    """
    return tuple(_TOPICS.split())
