"""Which parts of a picture a score depends on: the gradient of the input, and Grad-CAM."""

import contextlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import activations, backend, layers, ops, tree
from ..ops.windows import channels_last
from .calls import array, layers_of, noted, one_batch, replaced, unchanged
from .layer_outputs import watched
from .window import chosen_call

_SQUASHING = (activations.softmax, activations.sigmoid)


@dataclass(frozen=True)
class Slopes:
    """A score of one sample, and how it changes with the input and with a layer's output.

    Attributes:
        score: the number, before a softmax or sigmoid at the end.
        target: which unit of the output it is.
        units: how many there are.
        inputs: gradient for the input, without the batch axis; of several inputs in their structure; None for whole numbers.
        outputs, gradient: a layer's output and the gradient for it, without the batch axis; None if no layer was named.
    """

    score: float
    target: int
    units: int
    inputs: Any
    outputs: np.ndarray | None
    gradient: np.ndarray | None


def slopes(model, x, sample=0, target=None, layer=None, output=0, call=0):
    """Return the gradient of one unit of a model's output for one sample. Nothing is changed.

    A softmax or sigmoid at the end of the model is left out, as both papers below do: where it is sure its slope is 0.

    Args:
        model: any model; it need not be compiled.
        x: the batch, as for `model.predict`.
        sample: which sample.
        target: which unit of the output, its axes but for the batch counted as one; the largest by default.
        layer: name of a layer whose output's gradient is wanted too.
        output: which output of a model with several.
        call: which call of the layer.

    Returns:
        A `Slopes`.

    Raises:
        ValueError: for a sample, target, output, layer or call that there is not.

    >>> from kerasteach import Sequential
    >>> model = Sequential([layers.Input((2,)), layers.Dense(1, activation="sigmoid", name="line")])
    >>> model.set_weights([[[3.0], [-2.0]], [0.0]])
    >>> slopes(model, [[1.0, 1.0]]).inputs
    array([ 3., -2.], dtype=float32)
    """
    batch = one_batch(model, x, sample)
    with unchanged(model), _without_the_end(model, batch):
        with backend.GradientTape(watch_accessed_variables=False) as tape:
            batch = tree.map_structure(lambda t: tape.watch(t) if _is_float(t) else t, batch)
            with watched(model, [] if layer is None else [layer], tape.watch) as seen:
                outputs = tree.flatten(model(batch, training=False))
            units = ops.reshape(_one_of(outputs, output, "output", model), (-1,))  # (units of the one sample,)
            target = int(np.argmax(array(units))) if target is None else target
            score = _one_of(units, target, "target", model)
        made = None if layer is None else chosen_call(next(iter(seen.values()), []), layer, call)
        wanted = [t for t in [*tree.flatten(batch), made] if t is not None and _is_float(t)]
        found = {id(t): _array(g, t) for t, g in zip(wanted, tape.gradient(score, wanted))}
    of_inputs = tree.map_structure(lambda t: found.get(id(t)), batch)
    return Slopes(float(array(score)), target, len(units), of_inputs, None if made is None else array(made)[0], found.get(id(made)))


def saliency(slopes_of_input):
    """Return how much each place of a picture matters: the largest of its channels' slopes, without sign.

    Args:
        slopes_of_input: `(..., channels)`, as `slopes(...).inputs` of a model that takes channels last.

    Source: Simonyan, Vedaldi and Zisserman, 2013, arXiv:1312.6034

    >>> saliency(np.array([[[1.0, -3.0]], [[0.0, 2.0]]]))
    array([[3.],
           [2.]])
    """
    return np.abs(slopes_of_input).max(axis=-1)


def grad_cam(model, x, layer, sample=0, target=None, output=0, call=0):
    """Return where a convolution's maps speak for a score: their sum, each weighed by its mean slope, negative parts cut off.

    Args:
        model, x, sample, target, output, call: as for `slopes`.
        layer: name of the layer whose output the map is drawn on: `(height, width, channels)`, or a line of them.

    Returns:
        The map, as high and wide as the layer's output.

    Raises:
        ValueError: for a layer whose output is no picture.

    Source: Selvaraju et al., 2017, arXiv:1610.02391

    >>> from kerasteach import Sequential
    >>> model = Sequential([layers.Input((2, 2, 1)), layers.ReLU(name="map"), layers.GlobalAveragePooling2D()])
    >>> grad_cam(model, np.array([[[[1.0], [2.0]], [[-3.0], [4.0]]]]), "map")  # every place has the slope 1/4
    array([[0.25, 0.5 ],
           [0.  , 1.  ]], dtype=float32)
    """
    found = slopes(model, x, sample, target, layer, output, call)
    if found.outputs.ndim < 2:
        raise ValueError(
            f"Grad-CAM needs a layer whose output is a picture, (batch, height, width, channels). Received layer {layer!r}, whose "
            f"output has the shape {('batch', *found.outputs.shape)}. Fix: name the last convolution or pooling before Flatten."
        )
    data_format = getattr(layers_of(model)[layer], "data_format", None)
    maps, steep = (channels_last(a[None], data_format)[0] for a in (found.outputs, found.gradient))
    weights = steep.mean(axis=tuple(range(steep.ndim - 1)))  # (channels,)
    return np.maximum(maps @ weights, 0)


def _is_float(t):
    return backend.is_float_dtype(backend.dtype_name(t.dtype))


def _array(gradient, like):
    """A gradient without its batch axis; zeros if there is none."""
    return np.zeros(tuple(like.shape)[1:], backend.dtype_name(like.dtype)) if gradient is None else array(gradient)[0]


def _one_of(things, i, word, model):
    n = len(things)
    if not 0 <= i < n:
        raise ValueError(f"Model '{model.name}' has no {word} {i!r}: it has {n}, counted from 0. Fix: 0 <= {word} < {n}.")
    return things[i]


@contextlib.contextmanager
def _without_the_end(model, batch):
    """Within the block, the softmax or sigmoid of the layers that make the outputs is left out."""
    with unchanged(model), model._backend.inference(), noted(layers_of(model)) as calls:
        ends = {id(t) for t in tree.flatten(model(batch, training=False))}
    with contextlib.ExitStack() as undo:
        for call in calls:
            if id(call.outputs) not in ends:
                continue
            if getattr(call.layer, "activation", None) in _SQUASHING:
                undo.enter_context(replaced(call.layer, "activation", activations.linear))
            elif isinstance(call.layer, layers.Softmax):
                undo.enter_context(replaced(call.layer, "call", lambda inputs, *args, **kwargs: inputs))
        yield
