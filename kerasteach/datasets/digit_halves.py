"""Handwritten digits cut down the middle: real data for a model with two inputs.

1,797 grey pictures of 8 x 8 pixels, handwritten by 13 people, come with scikit-learn, so nothing is
downloaded. Cut between columns 4 and 5, each gives two halves of 8 x 4 = 32 numbers.

Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", 1998,
https://doi.org/10.24432/C50P49 (the part that scikit-learn carries).
"""

import numpy as np

from .bundled import split, table

ROWS, COLUMNS = 8, 4  # of one half
_INK = " ░▒▓█"  # from white to black


def load_data(test_share=0.2, seed=0):
    """Load the halves, shuffled and split in the same way each time.

    Args:
        test_share: share of the 1,797 pictures kept for testing; 0.2 are 360.
        seed: whole number that picks the shuffle.

    Returns:
        `([left, right], digit), ([left, right], digit)`: the training part, then the test part. With
        the named axes of each array:

        * `left`, `right`: `(picture, pixel 32)`, float32 from 0 (white) to 1 (black), row by row.
        * `digit`: `(picture, 1)`, uint8 from 0 to 9.

    Raises:
        ImportError: if scikit-learn is missing; the message has the line that installs it.
        ValueError: if a part would be empty.

    >>> ([left, right], digit), (_, test_digit) = load_data()
    >>> left.shape, right.shape, digit.shape, test_digit.shape
    ((1437, 32), (1437, 32), (1437, 1), (360, 1))
    """
    pictures, digit = _bundled()
    known, new = split(len(pictures), test_share, seed, "pictures")
    return _part(pictures, digit, known), _part(pictures, digit, new)


def sketch(left, right, gap="  |  "):
    """Draw two halves as text, two characters a pixel.

    Args:
        left, right: 32 numbers from 0 to 1 each.
        gap: what stands between the halves.

    Returns:
        Eight lines of text.

    >>> ([left, right], digit), _ = load_data()
    >>> print(sketch(left[2], right[2]))
      ▒▒████  |  ████▒▒
      ▒▒██▓▓  |  ▒▒▒▒░░
      ▓▓██    |
      ▒▒██▒▒  |
      ░░████  |  ░░
        ░░██  |  ▓▓
        ░░██  |  ▒▒
      ▒▒██▓▓  |
    """
    halves = [np.asarray(half, "float32").reshape(ROWS, COLUMNS) for half in (left, right)]
    return "\n".join(gap.join(_row(half[i]) for half in halves).rstrip() for i in range(ROWS))


def _bundled():
    """The pictures `(picture, row 8, column 8)` and what each shows."""
    numbers = table("digits.csv.gz", "The digits", dtype="uint8")
    pictures, digit = numbers[:, :-1].reshape(-1, ROWS, 2 * COLUMNS), numbers[:, -1]  # 64 pixels from 0 to 16, then the digit
    return pictures.astype("float32") / 16, digit


def _part(pictures, digit, chosen):
    pictures = pictures[chosen]
    left, right = pictures[:, :, :COLUMNS], pictures[:, :, COLUMNS:]
    flat = [np.ascontiguousarray(half.reshape(len(half), ROWS * COLUMNS)) for half in (left, right)]
    return flat, digit[chosen][:, None]


def _row(pixels):
    steps = np.clip(np.rint(pixels * (len(_INK) - 1)), 0, len(_INK) - 1).astype(int)
    return "".join(2 * _INK[step] for step in steps)
