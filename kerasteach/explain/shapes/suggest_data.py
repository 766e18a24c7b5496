"""Changes to data that might mend it, likely ones first; whether they do is for a trial to say."""

import itertools

import numpy as np

from . import reforms
from .edits import Data
from .given import as_numbers, graph_of, leaves, spelled
from .needs import wanted_shape
from .suggest_loss import is_about_targets


def for_data(incident, trial):
    """Edits of what was given to `fit` and its kin."""
    given, graph = trial.given(), graph_of(incident.owner)
    yield from _rows(given, incident)
    for name in ("y", "x", "sample_weight") if is_about_targets(incident) else ("x", "y", "sample_weight"):
        if given.get(name) is not None:
            wanted = _wanted(name, incident, graph)
            yield from structures(name, given[name], wanted, graph, incident)
            yield from _arrays(name, given[name], wanted, incident)


def _wanted(name, incident, graph):
    """Shapes that are expected, a list; None if nobody says."""
    if graph is not None:
        return [tuple(t.shape) for t in (graph.inputs if name == "x" else graph.outputs)]
    built = incident.owner._build_shapes
    shape = built if isinstance(built, tuple) else wanted_shape(incident)
    return [shape] if shape and name == "x" else None


def _rows(given, incident):
    """As many rows everywhere."""
    arrays = {(name, place): leaf for name in ("x", "y", "sample_weight") for place, leaf in leaves(given.get(name))}
    lengths = {key: len(leaf) for key, leaf in arrays.items() if hasattr(leaf, "__len__") and getattr(leaf, "shape", True) != ()}
    if len(set(lengths.values())) < 2:
        return
    for name, place in lengths:
        shape = np.shape(as_numbers(arrays[name, place]))
        others = [n for key, n in lengths.items() if key != (name, place)]
        for axis in range(1, len(shape)):
            if shape[axis] in others:
                order = (axis, *[i for i in range(len(shape)) if i != axis])
                yield _data(incident, name, place, reforms.reorder(order, "put samples first"))
        if shape[:1] == (1,) and shape[1:] and shape[1] in others:
            yield _data(incident, name, place, reforms.drop_axis(0))
    shortest = min(lengths.values())
    longer = [key for key, n in lengths.items() if n > shortest]
    for name in dict.fromkeys(name for name, _ in longer):
        places = [place for other, place in longer if other == name]
        yield _cut(name, places if len(places) > 1 else places[0], shortest, incident)


def _cut(name, places, rows, incident):
    what = "as many rows as the others have, if these belong together"
    if isinstance(places, list):  # of many arrays under one name
        told = spelled(name, (), incident)
        return Data(name, lambda parts: [part[:rows] for part in parts], f"{told} = [part[:{rows}] for part in {told}]", what)
    told = spelled(name, places, incident)
    return Data(name, lambda array: array[:rows], f"{told} = {told}[:{rows}]", what, places)


def structures(name, value, wanted, graph, incident):
    """Lists and dicts in the form, order and names that are expected.

    Args:
        name: `"x"` or `"y"`.
        value: what was given under it.
        wanted: shapes that are expected, or None.
        graph: the model's graph, or None.
        incident: what happened.
    """
    told, count = spelled(name, (), incident), len(wanted) if wanted else None
    if isinstance(value, dict):
        yield from _by_name(name, value, told, count, graph)
    elif isinstance(value, (list, tuple)) and value and all(hasattr(part, "shape") for part in value):
        yield from _in_order(name, value, told, count)
    elif isinstance(value, (list, tuple)):
        for reform in (reforms.padded(), reforms.as_array()):
            yield Data(name, reform.apply, f"{told} = {reform.code.format(told)}", reform.what)
    elif count and count > 1 and hasattr(value, "shape"):
        yield from _in_parts(name, value, told, wanted)


def _by_name(name, value, told, count, graph):
    """A dict with other keys, or an array out of it."""
    keys = [] if graph is None else list(graph.input_names if name == "x" else graph.output_names)
    if len(keys) == len(value) < 6 and set(value) != set(keys):
        for order in itertools.permutations(value):
            renamed = dict(zip(order, keys))
            code = "{" + ", ".join(f"{new!r}: {told}[{old!r}]" for old, new in renamed.items()) + "}"
            yield Data(name, lambda v, r=renamed: {r[k]: part for k, part in v.items()}, f"{told} = {code}", "names as the model has them")
    if keys and set(keys) < set(value):
        code = "{" + ", ".join(f"{k!r}: {told}[{k!r}]" for k in keys) + "}"
        yield Data(name, lambda v: {k: v[k] for k in keys}, f"{told} = {code}", "only what the model asks for")
    if count == 1:
        yield from (Data(name, lambda v, k=k: v[k], f"{told} = {told}[{k!r}]", "the array itself") for k in value)


def _in_order(name, value, told, count):
    """A list of arrays in another order, of fewer of them, or made one."""
    if count == len(value) and 1 < count < 5:
        for order in list(itertools.permutations(range(count)))[1:]:
            code = f"[{', '.join(f'{told}[{i}]' for i in order)}]"
            whose = "inputs" if name == "x" else "outputs"
            yield Data(name, lambda v, o=order: [v[i] for i in o], f"{told} = {code}", f"in the order of the model's {whose}")
    if count == 1:
        yield Data(name, lambda v: np.concatenate(v, axis=-1), f"{told} = np.concatenate({told}, axis=-1)", "one array of all columns")
        yield Data(name, np.stack, f"{told} = np.stack({told})", "one array of all samples")
        yield Data(name, lambda v: v[0], f"{told} = {told}[0]", "the array itself")
    if count and len(value) > count:
        yield Data(name, lambda v: list(v[:count]), f"{told} = {told}[:{count}]", "as many arrays as the model has")


def _in_parts(name, value, told, wanted):
    """One array as several."""
    widths, what = [shape[-1] for shape in wanted], "one array per input" if name == "x" else "one array per output"
    if len(value.shape) == 2 and None not in widths and sum(widths) == value.shape[-1]:
        ends = list(itertools.pairwise([0, *itertools.accumulate(widths)]))
        code = ", ".join(f"{told}[:, {a or ''}:{b if b < value.shape[-1] else ''}]" for a, b in ends)
        yield Data(name, lambda v: [v[:, a:b] for a, b in ends], f"{told} = [{code}]", what)
    yield Data(name, lambda v: [v] * len(wanted), f"{told} = [{', '.join([told] * len(wanted))}]", what)


def _arrays(name, value, wanted, incident):
    """Single arrays in another form."""
    for i, (place, leaf) in enumerate(leaves(value)):
        like = wanted[i] if wanted and i < len(wanted) else None
        yield from (_data(incident, name, place, reform) for reform in of_array(name, leaf, like))


def of_array(name, leaf, like):
    """Reforms worth a try for one array, given the shape it should have, or None."""
    array = leaf if hasattr(leaf, "shape") and not hasattr(leaf, "to_numpy") else as_numbers(leaf)
    if array is None:
        return
    if getattr(array.dtype, "kind", "f") in "USO":
        yield reforms.numbers_of_text()
        yield reforms.codes_of_text()
        return
    shape = tuple(array.shape)
    if name == "y":
        yield from _of_targets(np.asarray(leaf), like)
    ways = [reform for reform in reforms.of_shape(shape, like) if reform.code]
    if like is not None and name != "y":  # what has the shape that is wanted comes first
        ways.sort(key=lambda reform: not reforms.fits(reform, shape, like))
    yield from ways
    if like is not None and like[-1] and shape and shape[-1] > like[-1]:
        yield reforms.first_features(like[-1])
    yield from (reforms.cast(dtype) for dtype in ("float32", "int32"))


def _of_targets(y, like):
    """Class numbers as one-hot rows, and the reverse."""
    whole = y.size and y.dtype.kind in "iufb" and np.all(y == np.round(np.asarray(y, float)))
    if whole and y.min() > 0:
        yield reforms.from_zero()
    if like is None or not like[-1]:
        return
    if whole and like[-1] > 1 and (y.ndim < len(like) or y.shape[-1] == 1) and y.max() < like[-1]:
        yield reforms.one_hot(like[-1])
    if y.ndim == len(like) and y.shape[-1] > 1:
        yield reforms.class_numbers()


def _data(incident, name, place, reform):
    told = spelled(name, place, incident)
    return Data(name, reform.apply, f"{told} = {reform.code.format(told)}", reform.what, place)
