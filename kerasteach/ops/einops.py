"""`rearrange`: axes by name, grouped, split and moved in one line."""

import math

from . import examples
from .create import convert_to_tensor
from .reshaping import reshape, transpose
from .table import composite


def _axes(side):
    """`"b (h w) c"` as [["b"], ["h", "w"], ["c"]]."""
    groups, inside = [], None
    for word in side.replace("(", " ( ").replace(")", " ) ").split():
        if word == "(":
            inside = []
        elif word == ")":
            groups.append(inside)
            inside = None
        else:
            (groups if inside is None else inside).append([word] if inside is None else word)
    return groups


def _lengths(groups, shape, known):
    """Length of each named axis; one of a group may follow from the others."""
    found = dict(known)
    for group, n in zip(groups, shape):
        open_names = [name for name in group if name not in found]
        rest = math.prod(found[name] for name in group if name in found)
        if len(open_names) > 1 or (not open_names and n not in (None, rest)) or (open_names and n is not None and n % rest):
            raise ValueError(f"rearrange: cannot share out an axis of length {n} to ({' '.join(group)}) with {known}.")
        if open_names:
            found[open_names[0]] = None if n is None else n // rest
    return found


@composite(
    example=examples.cases(
        ([(2, 3, 4)], {"pattern": "b h c -> b (h c)"}), ([(2, 6)], {"pattern": "b (h c) -> c h b", "c": 2}),
    )
)  # fmt: skip
def rearrange(tensor, pattern, **axes_lengths):
    """Axes split, moved and grouped, as a pattern of their names says.

    Args:
        tensor: tensor.
        pattern: for instance `"b h w c -> b (h w) c"`; names in parentheses share an axis.
        **axes_lengths: lengths of axes that an axis is split into, as `h=2`.

    Raises:
        ValueError: if the pattern does not fit the tensor.

    Source: Rogozhnikov, 2022, "Einops".

    >>> rearrange(np.zeros((2, 3, 4)), "b h c -> b (c h)").shape
    (2, 12)
    """
    tensor = convert_to_tensor(tensor)
    left, _, right = pattern.partition("->")
    before, after = _axes(left), _axes(right)
    names, wanted = ([name for group in groups for name in group] for groups in (before, after))
    if len(before) != len(tensor.shape) or sorted(names) != sorted(wanted) or len(set(names)) != len(names):
        raise ValueError(
            f"rearrange: the pattern must name each axis once on both sides. Received: pattern='{pattern}', "
            f"shape={tuple(tensor.shape)}"
        )
    lengths = _lengths(before, tensor.shape, axes_lengths)
    apart = reshape(tensor, [-1 if lengths[name] is None else lengths[name] for name in names])
    moved = transpose(apart, axes=tuple(names.index(name) for name in wanted))
    together = [None if None in (n := [lengths[name] for name in group]) else math.prod(n) for group in after]
    return reshape(moved, [-1 if n is None else n for n in together])
