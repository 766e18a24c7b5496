"""What the panels that look into layers share: tables of numbers as HTML, and how many samples there are."""

from html import escape

import numpy as np

from kerasteach import tree
from kerasteach.widgets.words import number


def call_of(changes):
    """A new layer begins with its first call, unless another is asked for: settings to change with the others.

    >>> call_of({"layer": "shared"}), call_of({"layer": "shared", "call": 1}), call_of({"sample": 2})
    ({'call': 0}, {}, {})
    """
    return {"call": 0} if "layer" in changes and "call" not in changes else {}


def count_of(x):
    """The number of samples in a batch, however it is nested.

    >>> count_of([np.zeros((3, 2)), np.zeros(3)])
    3
    """
    return len(tree.flatten(x)[0]) if not _is_numbers(x) else len(x)


def _is_numbers(x):
    """Whether nested lists are one array."""
    return isinstance(x, (list, tuple)) and not hasattr(tree.flatten(x)[0], "shape")


def sample_of(x, sample):
    """One sample's arrays, as a list."""
    leaves = [x] if _is_numbers(x) else tree.flatten(x)
    return [np.asarray(leaf)[sample] for leaf in leaves]


def tables(parts):
    """Small tables of numbers side by side, with the names of rows and columns.

    Args:
        parts: `(caption, values (rows, columns), row names, column names)`.
    """
    made = []
    for caption, values, rows, columns in parts:
        head = "".join(f'<th scope="col" {_CELL}>{escape(str(c))}</th>' for c in columns)
        body = "".join(
            f'<tr><th scope="row" {_CELL}>{escape(str(r))}</th>' + "".join(f"<td {_CELL}>{number(v)}</td>" for v in line) + "</tr>"
            for r, line in zip(rows, values)
        )
        made.append(f'<table style="{_TABLE}"><caption style="text-align:left;font-weight:600">{escape(caption)}</caption><tr><td></td>{head}</tr>{body}</table>')
    return f"<div>{''.join(made)}</div>"


_CELL = 'style="padding:0 8px;text-align:right;font-variant-numeric:tabular-nums"'
_TABLE = "margin:6px 24px 6px 0;display:inline-table;vertical-align:top;line-height:1.5"
