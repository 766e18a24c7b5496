"""Numbers and amounts as every text face spells them: few digits, the same on every machine; values as code."""

import math


def number(value, digits=4):
    """A number with a few significant digits; what is nothing has no sign.

    >>> number(0.693147), number(-1234567.0), number(3), number(-0.0), number(1e-9), number(float("nan"))
    ('0.6931', '-1.235e+06', '3', '0', '1e-09', 'nan')
    """
    value = float(value)
    text = f"{value:.{digits}g}" if math.isfinite(value) else str(value)
    return "0" if text == "-0" else text


def count(amount, unit, units=None):
    """How many there are of something.

    >>> count(2241, "parameter"), count(1, "layer"), count(0, "class", "classes")
    ('2,241 parameters', '1 layer', '0 classes')
    """
    return f"{amount:,} {unit if amount == 1 else units or unit + 's'}"


def shape(sizes, names=None):
    """A shape, with the names of its axes where they are known.

    >>> shape((8, 3)), shape((8, 3), ("batch", "features")), shape(())
    ('(8, 3)', '(batch 8, features 3)', '()')
    """
    if names:
        return "(" + ", ".join(f"{name} {size}" for name, size in zip(names, sizes)) + ")"
    return "(" + ", ".join(map(str, sizes)) + ("," if len(sizes) == 1 else "") + ")"


def spell(value):
    """`repr`, but so that Python reads it back: nan and inf have no literal.

    >>> spell({"loss": [1.0, float("nan")]})
    "{'loss': [1.0, float('nan')]}"
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {spell(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(spell, value)) + "]"
    odd = isinstance(value, float) and value - value != 0
    plain = getattr(value, "__name__", None) or repr(value)  # the repr of a function has an address
    return f"float({str(value)!r})" if odd else plain
