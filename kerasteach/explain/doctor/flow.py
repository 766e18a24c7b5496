"""Signals that die or grow on their way through the layers."""

import numpy as np

from ... import backend
from ..units import Units, activation_of, kind_of
from .chart import REGRESSION
from .finding import Finding, Fix

DEAD = 0.5  # share of a layer's units; CS231n warns from 0.4
SATURATED = 0.5  # share of a layer's outputs
VANISHED = 0.01  # gradient of the weakest layer / gradient of the last one; 0.1 to 1 is usual
EXPLODED = 20.0  # gradient before the first update / He's weights; 0.05 to 5 is usual
FAR_OFF = 4.0  # loss at the first step / that of a guess
LARGE_TARGETS = 10.0  # root mean square
LARGE = 1.5  # deviation of weights / that of He's initializer, which Glorot's is below


def dead_relus(chart):
    """A relu that gives 0 for every sample has gradient 0, and stays so.

    Source: Karpathy, CS231n, "Commonly used activation functions" (as much as 40 % of a network can be dead); He et al.,
        2015, for the initializer; Maas et al., 2013, for the leaky relu.
    """
    shares = _share(chart, "dead", chart.calls)
    learned = chart.skill is not None and chart.skill > 0.5  # without these units; only a layer that is all dead matters then
    sick = [name for name in shares if shares[name] > (0.9 if learned else DEAD) and name in chart.hidden]
    if sick:
        yield Finding(
            "dead relus", f"Most units of {len(sick)} layer(s) give 0 for every sample, so they cannot learn any more.",
            {f"dead in {name}": shares[name] for name in sick},
            Fix("Use a leaky relu, He's initializer and biases that start at 0.",
                'keras.layers.Dense(units, activation="leaky_relu", kernel_initializer="he_normal")',
                lambda t: t.with_layers(_with_sources(chart, sick), activation="leaky_relu", kernel_initializer="he_normal", bias_initializer="zeros")),
            tuple(sick),
        )  # fmt: skip


def _share(chart, kind, names):
    """Share of dead or saturated units over the whole sample: dict of layer -> share."""
    shares = {}
    for name in names:
        layer = chart.layers[name]
        if kind_of(layer) == kind:
            units = Units(layer)
            for outputs in chart.calls[name]:
                units.take(outputs)
            shares[name] = units.share()
    return shares


def _with_sources(chart, names):
    """The layers, and the one with weights in front of each that has none."""
    order, found = list(chart.calls), list(names)
    for name in names:
        before = [n for n in order[: order.index(name)] if n in chart.kernels]
        found += before[-1:] if name not in chart.groups else []
    return found


def saturation(chart):
    """Where tanh and sigmoid are flat, next to no gradient passes; at the first step, that is a matter of too large weights.

    Source: Glorot and Bengio, 2010, section 3.
    """
    first = {name: values[0] for name, values in (chart.watch.saturated if chart.watch is not None else {}).items()}
    sick = [name for name, share in first.items() if share > SATURATED and name in chart.hidden]
    if sick:
        names, sigmoids = _with_sources(chart, sick), [name for name in sick if activation_of(chart.layers[name]) == "sigmoid"]
        instead = ', activation="tanh"' if sigmoids else ""
        yield Finding(
            "saturation", f"Already at the first step, most outputs of {len(sick)} layer(s) lie at the flat ends of their curve.",
            {f"saturated in {name}": first[name] for name in sick},
            Fix(f"Start with smaller weights, as Glorot's initializer draws them{', and with tanh, whose middle is 0' if sigmoids else ''}.",
                f'keras.layers.Dense(units{instead}, kernel_initializer="glorot_uniform")',
                lambda t: t.with_layers(sigmoids, activation="tanh").with_layers(
                    names, kernel_initializer="glorot_uniform", bias_initializer="zeros", recurrent_initializer="orthogonal")),
            tuple(sick),
        )  # fmt: skip


def vanishing_gradients(chart):
    """The first layers get next to no gradient, so they stay as they were drawn.

    Source: Glorot and Bengio, 2010, section 4; Hochreiter, 1991.
    """
    strength = _strength(chart)
    if len(strength) < 3:
        return
    *lower, last = strength
    weakest = min(lower, key=strength.get)
    ratio = strength[weakest] / strength[last] if strength[last] else 1.0
    if not 0 < ratio < VANISHED:
        return
    hidden = [n for n in chart.hidden if n in chart.calls]
    yield Finding(
        "vanishing gradients", f"The gradient shrinks on its way back: '{weakest}' gets {ratio:.1g} times that of '{last}'.",
        {f"gradient of {name}": strength[name] for name in strength},
        Fix("Use relus with He's initializer in the hidden layers.", 'keras.layers.Dense(units, activation="relu", kernel_initializer="he_normal")',
            lambda t: t.with_layers([n for n in hidden if kind_of(chart.layers[n]) or n in chart.kernels], activation="relu", kernel_initializer="he_normal")),
        tuple(n for n in lower if strength[n] < VANISHED**0.5 * strength[last]),
    )  # fmt: skip


def _strength(chart):
    """Root mean square of the early gradients of each layer with a kernel, in order."""
    found = {}
    for name, norms in chart.early("gradient_norm").items():
        if name in chart.kernels:
            size = sum(np.prod(v.shape) for v in chart.groups[name])
            found[name] = float(np.median(norms) / np.sqrt(size))
    return {name: found[name] for name in chart.kernels if name in found and np.isfinite(found[name])}


def exploding_gradients(chart):
    """One step of such a gradient throws the weights far off.

    Source: Pascanu, Mikolov and Bengio, 2013 (clipping); He et al., 2015 (the size of weights); Karpathy, 2019,
        "A recipe for training neural networks" (verify the loss at the first step).
    """
    optimizer = chart.model.optimizer
    if chart.watch is None or any(getattr(optimizer, name, None) for name in ("clipnorm", "clipvalue", "global_clipnorm")):
        return
    names = [n for n in chart.kernels if n in chart.watch.layers]
    first = {what: {n: getattr(chart.watch, what)[n][0] for n in names} for what in ("gradient_norm", "weight_norm")}
    gradient, weights = (float(np.sqrt(np.nansum(np.square(list(lengths.values()))))) for lengths in first.values())
    usual = np.sqrt(sum(2 * v.shape[-1] for n in chart.kernels for v in chart.groups[n] if len(v.shape) > 1))  # of He's weights
    wide = [name for name in chart.kernels if chart.starts.get(name, 0) > LARGE]
    loss, guess = float(chart.losses[0]), chart.outputs[0].baseline if len(chart.outputs) == 1 else None
    lost = wide and guess and chart.outputs[0].is_classes and loss > FAR_OFF * guess  # a crossentropy is clipped, and its gradient lost
    if not np.isfinite(loss) or not (gradient > EXPLODED * usual or lost):
        return
    large = [o for o in chart.outputs if o.kind in REGRESSION and np.sqrt(np.mean(o.truth.astype("float64") ** 2)) > LARGE_TARGETS]
    if wide:
        fix = Fix("Start with smaller weights, as He's initializer draws them.", 'keras.layers.Dense(units, kernel_initializer="he_normal")',
                  lambda t: t.with_layers(wide, kernel_initializer="he_normal", recurrent_initializer="orthogonal"))  # fmt: skip
    elif large:
        size, index = float(large[0].truth.std()), large[0].index
        fix = Fix("Scale the targets to a size of about 1, and predictions back.", "y = y / y.std()", lambda t: t.with_targets(lambda y: y / size, index))
    else:
        fix = Fix("Clip the gradient.", "keras.optimizers.Adam(clipnorm=1.0)", lambda t: t.with_compile(clipnorm=1.0))
    yield Finding(
        "exploding gradients",
        "At the first step, before anything was learned, the gradient is far larger than weights should be." if gradient > EXPLODED * usual else
        "Signals grow from layer to layer, so the first answers are far off, and sure of themselves.",
        {"length of the gradient": gradient, "length of the weights": weights, "of He's weights": float(usual), "loss": loss,
         **{f"weights of {name}, times He's": chart.starts[name] for name in wide}}, fix, tuple(wide),
    )  # fmt: skip


def frozen_layers(chart):
    """A layer that never learned and may not learn passes on chance.

    Source: https://keras.io/guides/transfer_learning/ (freezing is for layers that have learned elsewhere).
    """
    frozen = [n for n, layer in chart.layers.items() if not layer.trainable and not layer._layers and _is_untouched(layer)]
    if frozen:
        yield Finding(
            "frozen layers", f"{len(frozen)} layer(s) are frozen, but their weights are still as they were drawn.",
            {"frozen weights": int(sum(np.prod(v.shape) for n in frozen for v in chart.layers[n].weights))},
            Fix("Let them learn, or load weights that have learned.", f'model.get_layer("{frozen[0]}").trainable = True  # then compile again',
                lambda t: t.with_layers(frozen, trainable=True)), tuple(frozen),
        )  # fmt: skip


def _is_untouched(layer):
    """Whether a layer's weights look as its initializers draw them: biases at their first value, matrices as wide."""
    own = [v for v in layer._own_variables() if v.initializer is not None]
    biases, matrices = [v for v in own if v.name == "bias"], [v for v in own if len(v.shape) > 1]
    return bool(matrices) and all(np.array_equal(v.numpy(), _drawn(v)) for v in biases) and all(map(_is_as_wide, matrices))


def _drawn(variable):
    return np.asarray(backend.to_numpy(variable.initializer(variable.shape, dtype=variable.dtype)))


def _is_as_wide(variable):
    now, drawn = np.asarray(variable.numpy()), _drawn(variable)
    by_chance = 4 / np.sqrt(2 * now.size)  # four standard errors of a deviation
    return abs(now.std() / max(drawn.std(), 1e-12) - 1) < by_chance and np.abs(now).max() < 1.5 * np.abs(drawn).max()


def unused_layers(chart):
    """A layer that the loss does not depend on has weights that nothing moves."""
    if not chart.calls:
        return
    never = [n for n, layer in chart.layers.items() if n not in chart.calls and layer.weights and not layer._layers and not _is_inside_rnn(chart, n)]
    still = [n for n, v in (chart.watch.gradient_norm if chart.watch is not None else {}).items() if np.isnan(v).all() and n not in never]
    zero = [n for n, v in (chart.watch.gradient_norm if chart.watch is not None else {}).items() if np.all(np.array(v) == 0) and n in chart.calls]
    zero = [] if any(share == 1 for share in _share(chart, "dead", chart.calls).values()) else zero
    found = [n for n in dict.fromkeys([*never, *still, *zero]) if n in chart.layers and not _is_inside_rnn(chart, n)]
    if found and len(found) < len(chart.groups) + len(never):
        yield Finding(
            "unused layers", f"{len(found)} layer(s) have weights, but the loss does not depend on them.",
            {"never called": len(never), "called, without a gradient": len(found) - len(never)},
            Fix("Use their outputs on the way to the loss, without stop_gradient, argmax or rounding; or take them out."), tuple(found),
        )  # fmt: skip


def _is_inside_rnn(chart, name):
    return any(name.startswith(outer + "/") and hasattr(layer, "cell") for outer, layer in chart.layers.items())
