"""Numbers as a reader wants them, and tables of them."""


UNITS = (("s", 1), ("ms", 1e-3), ("µs", 1e-6))


def duration(seconds):
    """Return a time with three digits at most.

    >>> duration(0.0000513), duration(0.0123), duration(2.5), duration(130)
    ('51.3 µs', '12.3 ms', '2.5 s', '130 s')
    """
    unit, size = next((unit, size) for unit, size in UNITS if seconds >= size or unit == UNITS[-1][0])
    return f"{short(seconds / size)} {unit}"


def short(number):
    """Return a number in three digits at most, no empty zeros behind the point.

    >>> short(3), short(12.34), short(0.0123), short(51234)
    ('3', '12.3', '0.012', '51,234')
    """
    if number >= 100:
        return f"{number:,.0f}"
    digits = 1 if number >= 10 else 2 if number >= 1 else 3
    return f"{number:.{digits}f}".rstrip("0").rstrip(".")


def ratio(value):
    """Return a ratio in two digits behind the point, or nothing where there is none.

    >>> ratio(1.234), ratio(None)
    ('1.23', '')
    """
    return "" if value is None else f"{value:.2f}"


def markdown_table(head, rows):
    """Return a markdown table; the first column left, the others right.

    >>> print(markdown_table(["who", "us"], [["a", 1]]))
    | who | us |
    |---|---:|
    | a | 1 |
    """
    line = "|---|" + "---:|" * (len(head) - 1)
    return "\n".join([cells(head), line, *map(cells, rows)])


def cells(row):
    """Return one line of a table."""
    return "| " + " | ".join(map(str, row)) + " |"
