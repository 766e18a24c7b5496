"""Data that cannot be learned from as it is."""

import numpy as np

from ... import tree
from .dependence import depends
from .finding import Finding, Fix

LARGEST, SMALLEST = 10.0, 0.01  # root mean square of a feature; 1 is best
COPY = 0.999  # correlation of a feature with the label above which it is the label
SHARE = 0.05  # of validation rows that are in the training data, too
MINORITY = 0.1  # share of a class below which classes are called imbalanced
RECALL = 0.5
PAIRS = 200  # samples: with fewer, a weak relation looks like none
CHANCE = 4.5  # standard deviations of shuffled data; real relations are mostly beyond 10
LAGS = (1, -1, 2, -2, 3, -3)


def nan_in_the_data(chart):
    """One NaN makes the loss NaN, and the next update every weight."""
    for what, array in [*(("x", a) for a in tree.flatten(chart.x)), *(("y", a) for a in tree.flatten(chart.y))]:
        if isinstance(array, np.ndarray) and array.dtype.kind == "f" and not np.isfinite(array).all():
            bad = ~np.isfinite(array).reshape(len(array), -1).all(1)
            yield Finding(
                "nan in the data", f"`{what}` holds NaN or infinity in {bad.sum()} of {len(bad)} rows.", {"first such row": int(bad.argmax())},
                Fix("Drop these rows, or fill them in.", f"keep = np.isfinite({what}).reshape(len({what}), -1).all(1); x, y = x[keep], y[keep]",
                    lambda t: _kept(t, _finite(t.x) & _finite(t.y), _finite)),
            )  # fmt: skip


def _finite(data):
    arrays = [a for a in tree.flatten(data) if a is not None]
    return np.all([np.isfinite(a.astype("float64")).reshape(len(a), -1).all(1) for a in arrays], 0)


def _kept(training, keep, keeps=None):
    """The training with some of its rows; where `keeps` is given, so is the validation."""
    x, y = tree.map_structure(lambda a: a[keep], (training.x, training.y))
    validation = training.validation_data
    if validation is not None and keeps is not None:
        rows = keeps(validation[0]) & keeps(validation[1])
        validation = tree.map_structure(lambda a: a[rows], tuple(validation))
    return training.fresh(x=x, y=y, validation_data=validation)


def unscaled_inputs(chart):
    """Features far larger or smaller than 1 make some directions of the loss steep and others flat.

    Source: LeCun, Bottou, Orr and Müller, 1998, "Efficient BackProp", section 4.3 (mean near 0, variance near 1).
    """
    for x in chart.inputs:
        if x.dtype.kind in "fiu" and np.isfinite(x).all():
            yield from _unscaled(chart, x)


def _unscaled(chart, x):
    """Judge an input if it reaches a layer with a matrix as it is, else what the first of these layers is given instead."""
    given = list(chart.given.values())
    sample = x[:: max(1, len(x) // 256)]
    as_it_is = any(a.shape == sample.shape and np.allclose(a, sample, rtol=1e-4) for a in given)
    reaches = x if as_it_is else given[0] if given and len(chart.inputs) == 1 else None
    if reaches is None or not np.isfinite(reaches).all():
        return
    sizes = np.sqrt((_features(reaches) ** 2).mean(0))
    largest = float(sizes.max())
    if largest <= LARGEST and not (as_it_is and 0 < largest < SMALLEST):
        return
    mean, std = _moments(x)
    yield Finding(
        "unscaled inputs", f"Inputs are {'large' if largest > 1 else 'small'}: layers are made for numbers around 0, of size about 1.",
        {"largest root mean square of a feature": largest, "smallest": float(sizes.min())},
        Fix("Standardize each feature with the mean and deviation of the training data, by a layer that does it.",
            "scale = keras.layers.Normalization(); scale.adapt(x)  # the model's first layer",
            lambda t: t.with_inputs(lambda a: ((a - mean) / std).astype("float32") if a.shape[1:] == x.shape[1:] else a)),
    )  # fmt: skip


def _features(x):
    """Inputs as a table, one column a feature: the last axis, or each pixel value of an image together."""
    return x.astype("float64").reshape(-1, x.shape[-1] if x.ndim > 1 else 1)


def _moments(x):
    table = _features(x)
    std = table.std(0)
    return table.mean(0), np.where(std > 1e-12, std, 1)


def shuffled_labels(chart):
    """Labels in another order than their inputs: nothing ties the one to the other.

    Source: distance correlation, which is 0 only for independence (Székely, Rizzo and Bakirov, 2007).
    """
    if len(chart.outputs) != 1 or len(chart.inputs) != 1 or len(chart.rows) < PAIRS:
        return
    x, y = chart.inputs[0], _label_table(chart.outputs[0])
    if y is None or x.dtype.kind not in "fiu" or y.std() == 0:
        return
    score = depends(x, y)
    if score > CHANCE or _knows_something(chart):
        return
    found, order = max((depends(x, _label_table(chart.outputs[0], ordered)), name) for name, ordered in _orders(chart))
    evidence = {"relation, in standard deviations of shuffled data": score}
    if found > max(8, 3 * score):
        evidence[f"with y {order}"] = found
        fix = Fix(f"Put y into the order of x: here it is {order}.", _CODE[order.split()[0]].format(order.split()[-1]), lambda t: _in_order(t, order))
    else:
        fix = Fix("Load x and y again, and shuffle both with one and the same permutation.", "order = rng.permutation(len(x)); x, y = x[order], y[order]")
    yield Finding("shuffled labels", "Nothing ties the labels to the inputs: they seem to be in another order, or pure chance.", evidence, fix)


_CODE = {"shifted": "y = np.roll(y, {}, axis=0)", "reversed": "y = y[::-1]"}


def _orders(chart):
    y = tree.flatten(chart.y)[0]
    yield "reversed", y[::-1][chart.rows]
    yield from ((f"shifted by {lag}", np.roll(y, lag, 0)[chart.rows]) for lag in LAGS)


def _in_order(training, order):
    kind, *lag = order.split()
    y = training.y[::-1] if kind == "reversed" else np.roll(training.y, int(lag[-1]), 0)
    return training.fresh(y=y)


def _label_table(output, truth=None):
    """Labels as numbers that distances make sense of: one-hot for class numbers."""
    truth = output.truth if truth is None else truth
    flat = truth.reshape(len(truth), -1).astype("float64")
    if output.kind == "sparse_categorical_crossentropy" and flat.shape[1] == 1:
        return (flat == np.unique(flat)).astype("float64")
    return flat if np.isfinite(flat).all() else None


def _knows_something(chart):
    """Whether the model predicts rows that it was not trained on better than a guess does."""
    output = chart.outputs[0]
    if "val_loss" in chart.history and output.baseline:
        return min(chart.history["val_loss"]) < 0.9 * output.baseline
    if chart.skill is None or chart.skill < 0.3:
        return False  # it does not even know those that it was trained on
    known, unseen = np.split(np.random.default_rng(0).permutation(chart.rows), [int(0.7 * len(chart.rows))])
    x, y = tree.map_structure(lambda a: a[known], (chart.x, chart.y))
    epochs = min(chart.training.settings.get("epochs", 1), 1 + 300 * 32 // len(known))
    trial = chart.training.fresh(x=x, y=y, settings={"epochs": epochs})
    trial.fit()
    x, y = tree.map_structure(lambda a: a[unseen], (chart.x, chart.y))
    return trial.model.evaluate(x, y, verbose=0, return_dict=True)["loss"] < 0.9 * output.baseline


def leaking_feature(chart):
    """A feature that is the label under another name: it will not be there when the model is used.

    Source: Kaufman, Rosset and Perlich, 2012, "Leakage in data mining".
    """
    if len(chart.outputs) != 1:
        return
    for x in chart.inputs:
        if x.ndim == 2 and x.shape[1] > 1 and x.dtype.kind in "fiu" and len(x) >= 30 and np.isfinite(x).all():
            yield from _leaks(x, chart.outputs[0])


def _leaks(x, output):
    truth, ids = _label_table(output), output.truth.reshape(len(x), -1)
    columns = [] if truth is None else [truth, ids] if ids.shape[1] == 1 else [truth]
    strength = np.max([_correlation(x, c) for c in columns], 0) if columns else np.zeros(x.shape[1])
    found = [int(i) for i in np.flatnonzero(strength > COPY)]
    if not found or len(found) > max(1, x.shape[1] // 2):
        return
    yield Finding(
        "leaking feature", f"Column {found[0]} of x is the label under another name.",
        {"correlation with the label": float(strength[found[0]]), "columns": found, "next best correlation": float(np.delete(strength, found).max())},
        Fix("Take the column out of x: it will not be known when the model is used.", f"x[:, {found}] = 0  # or np.delete(x, {found}, axis=1)",
            lambda t: t.with_inputs(lambda a: _without(a, found) if a.shape[1:] == x.shape[1:] else a)),
    )  # fmt: skip


def _correlation(x, y):
    """Largest |correlation| of each column of x with a column of y, `(columns of x,)`."""
    x, y = [(a - a.mean(0)) / np.maximum(a.std(0), 1e-12) for a in (x.astype("float64"), y.astype("float64"))]
    return np.abs(x.T @ y / len(x)).max(1)


def _without(a, columns):
    a = np.array(a)
    a[:, columns] = 0
    return a


def training_rows_in_validation(chart):
    """Rows that are in both sets make validation measure memory.

    Source: Kaufman, Rosset and Perlich, 2012.
    """
    if not chart.validation_data:
        return
    train, held_out = (_row_keys(data) for data in (chart.x, chart.validation_data[0]))
    known = set(train)
    shared = np.array([key in known for key in held_out])
    repeated = 1 - len(known) / len(train)  # where rows come again anyway, it means nothing
    if shared.mean() <= max(SHARE, 2 * repeated):
        return
    both = set(held_out) & known
    keep = np.array([key not in both for key in train])
    yield Finding(
        "training rows in validation", f"{shared.mean():.0%} of the validation rows are in the training data, too.",
        {"shared rows": int(shared.sum()), "validation rows": len(shared), "training rows": len(train)},
        Fix("Take them out of the training data.", "keep = [row.tobytes() not in held_out for row in x]", lambda t: _kept(t, keep))
        if keep.mean() >= 0.5 else
        Fix("Hold rows out that training does not see.", "model.fit(x, y, validation_split=0.2)", lambda t: t.fresh(validation_data=None, settings={**t.settings, "validation_split": 0.2})),
    )  # fmt: skip


def _row_keys(x):
    arrays = [np.ascontiguousarray(a.astype("float32") if a.dtype.kind in "fiu" else a) for a in tree.flatten(x)]
    return [b"".join(a[i].tobytes() for a in arrays) for i in range(len(arrays[0]))]


def imbalance_ignored(chart):
    """Few samples of a class weigh little in the loss, so the model may leave the class out.

    Source: King and Zeng, 2001, "Logistic regression in rare events data" (weights n / (classes * count)).
    """
    if len(chart.outputs) != 1 or chart.sample_weight is not None:
        return
    output = chart.outputs[0]
    whole = output.classes
    if whole is None or whole.min() < 0 or output.predicted.ndim > 2:
        return
    counts = np.bincount(whole, minlength=max(2, output.units))
    share = counts / counts.sum()
    rare = [c for c in np.flatnonzero((share > 0) & (share < MINORITY) & (share < share.max() / 5)) if counts[c] >= 5]
    if not rare:
        return
    recall = {c: float((output.guessed[whole == c] == c).mean()) for c in [*rare, int(share.argmax())]}
    worst = min(rare, key=recall.get)
    if recall[worst] >= RECALL or recall[int(share.argmax())] < RECALL:
        return
    weights = {int(c): round(float(counts.sum() / (np.count_nonzero(counts) * n)), 3) for c, n in enumerate(counts) if n}
    yield Finding(
        "imbalance ignored", f"Class {worst} is rare, and the model hardly ever says it: accuracy looks good without.",
        {"share of the class": float(share[worst]), "found of it": recall[worst], "found of the largest class": recall[int(share.argmax())]},
        Fix("Weigh the classes by how rare they are.", f"model.fit(x, y, class_weight={weights})", lambda t: t.with_fit(class_weight=weights)),
    )


