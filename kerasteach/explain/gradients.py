"""The gradient of a model's loss, and a second opinion on it.

`gradients` asks the backend (the tape, or autograd). `finite_differences` knows no calculus: it nudges
a weight up, then down, and looks how the loss moves. Where the two agree, the gradient is right.
"""

import contextlib

import numpy as np

from .. import backend, dtype_policies, tree
from ..training.data import unpack_x_y_sample_weight
from .layer_outputs import numbers_of_calls, watched


def gradients(model, x, y, sample_weight=None, of="weights"):
    """Return the loss on a batch and its gradient for every trained weight, layer or input. Nothing is changed.

    Args:
        model: a compiled model.
        x, y, sample_weight: the batch, as for `train_on_batch`.
        of: `"weights"`; `"inputs"`; `"layers"` for the outputs of all layers; or some layers, by name or object.

    Returns:
        The loss as a number, and a dict of variable path -> array of the variable's shape; or of layer name -> array
        of its output's shape, as `activations` has them; or of input name -> array. Zeros where the loss does not
        depend on it. Dropout and its like are off.

    Raises:
        ValueError: before `compile`, or for a layer that the model does not have.

    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((1,)), layers.Dense(1, use_bias=False, name="line")], name="m")
    >>> model.compile(loss="mse")
    >>> model.set_weights([[[3.0]]])
    >>> gradients(model, [[2.0]], [[0.0]])  # (3 * 2 - 0)^2 = 36, and 2 * 6 * 2 = 24
    (36.0, {'m/line/kernel': array([[24.]], dtype=float32)})
    >>> gradients(model, [[2.0]], [[0.0]], of="line"), gradients(model, [[2.0]], [[0.0]], of="inputs")[1]["input"].item()
    ((36.0, {'line': array([[12.]], dtype=float32)}), 36.0)
    """
    if isinstance(of, str) and of == "weights":
        return _of_weights(model, loss_function(model, x, y, sample_weight))
    if isinstance(of, str) and of == "inputs":
        return _of_inputs(model, x, y, sample_weight)
    return _of_layers(model, loss_function(model, x, y, sample_weight), None if isinstance(of, str) and of == "layers" else of)


def _of_weights(model, loss_of):
    variables = model.trainable_variables
    loss, _, found = model._backend.value_and_gradients(lambda: (loss_of(), None), variables)
    return _number(loss), {v.path: _array(g, v) for v, g in zip(variables, found)}


def _of_layers(model, loss_of, layers):
    with backend.GradientTape() as tape, watched(model, layers, lambda t: _followed(tape, t)) as seen:
        loss = loss_of()
    outputs = tree.flatten(seen)
    floats = [t for t in outputs if _is_float(t)]
    found = {id(t): g for t, g in zip(floats, tape.gradient(loss, floats))}
    return _number(loss), numbers_of_calls(seen, [_array(found.get(id(t)), t) for t in outputs])


def _is_float(t):
    return backend.is_float_dtype(backend.dtype_name(t.dtype))


def _followed(tape, t):
    return tape.watch(t) if _is_float(t) else t


def _of_inputs(model, x, y, sample_weight):
    follow = {}

    def watch(x):
        follow["tensors"] = x = tree.map_structure(lambda t: _followed(tape, t), x)
        return x

    loss_of = loss_function(model, x, y, sample_weight, watch)
    with backend.GradientTape() as tape:
        loss = loss_of()
    tensors = tree.flatten(follow["tensors"])
    names = getattr(model, "input_names", None) if len(tensors) > 1 else None
    names = names or (["input"] if len(tensors) == 1 else [f"input_{i}" for i in range(len(tensors))])
    found = tape.gradient(loss, tensors)
    return _number(loss), {name: _array(g, t) for name, g, t in zip(names, found, tensors)}


def _number(loss):
    return float(backend.to_numpy(loss))


def _array(gradient, like):
    """A gradient as an array of its own; zeros if there is none."""
    if gradient is None:
        return np.zeros(tuple(like.shape), backend.dtype_name(like.dtype))
    return np.array(backend.to_numpy(gradient))


def finite_differences(model, x, y, variable, indices=None, step=1e-6, sample_weight=None):
    """Return the slope of the loss at entries of a weight, by nudging each up and down.

    The loss is computed in float64 with the NumPy rules, whatever the model's own backend and dtype;
    so small a step drowns in float32. Afterwards all weights are what they were, bit for bit.

    Args:
        model: a compiled model.
        x, y, sample_weight: the batch, as for `train_on_batch`.
        variable: a variable of the model, or its path.
        indices: list of index tuples; every entry by default.
        step: how far to nudge.

    Returns:
        One slope an index, `(index,)`; or an array of the variable's shape for every entry.

    Raises:
        ValueError: before `compile`, or for a variable that the model does not have.

    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((1,)), layers.Dense(1, use_bias=False, name="line")], name="m")
    >>> model.compile(loss="mse")
    >>> model.set_weights([[[3.0]]])
    >>> finite_differences(model, [[2.0]], [[0.0]], "m/line/kernel", [(0, 0)]).round(6)
    array([24.])
    """
    variable = _find(model, variable)
    loss_function(model, x, y, sample_weight)()  # now everything is built
    chosen = list(np.ndindex(variable.shape)) if indices is None else [tuple(np.atleast_1d(i)) for i in indices]
    with _in_float64(model):
        loss_of = loss_function(model, x, y, sample_weight)
        slopes = np.array([_slope(loss_of, variable._value, index, step) for index in chosen])
    return slopes.reshape(variable.shape) if indices is None else slopes


def _slope(loss_of, array, index, step):
    before, losses = array[index], []
    for nudge in (step, -step):
        array[index] = before + nudge
        losses.append(float(loss_of()))
    array[index] = before
    return (losses[0] - losses[1]) / (2 * step)


def loss_function(model, x, y, sample_weight, watch=lambda x: x):
    """Function() -> loss of the batch, as the model's weights are when it is called."""
    model._assert_compile_called("gradients")
    data = model._one_batch(x, y, sample_weight, None)
    model._symbolic_build(data)
    x, y, sample_weight = unpack_x_y_sample_weight(data)

    def loss_of():
        model._forget_losses()
        inputs = watch(x)
        return model.compute_loss(inputs, y, model(inputs, training=False), sample_weight, training=False)

    return loss_of


def _find(model, variable):
    for own in model.weights:
        if own is variable or (isinstance(variable, str) and own.path == variable):
            return own
    path = getattr(variable, "path", variable)
    raise ValueError(f"The model has no variable {path!r}. It has: {', '.join(v.path for v in model.weights)}.")


@contextlib.contextmanager
def _in_float64(model):
    """Within the block the model computes in float64 on NumPy, with copies of its weights."""
    home = backend.get("numpy")
    with contextlib.ExitStack() as undo:
        for variable in model.weights:
            array = np.array(variable.numpy())
            wide = array.astype("float64") if array.dtype.kind == "f" else array
            _set(undo, variable, _backend=home, _value=wide, _dtype=wide.dtype.name)
        for layer in model._flatten_layers():
            wide = "float64" if "float" in layer.compute_dtype else layer.compute_dtype
            _set(undo, layer, _backend=home, _dtype_policy=dtype_policies.get(wide))
            for loss in (getattr(layer, "_compile_loss", None) and layer._compile_loss.functions) or ():
                if hasattr(loss, "_dtype"):
                    _set(undo, loss, _dtype="float64")
            for symbol in tree.flatten(getattr(layer, "_graph_inputs", ())):
                _set(undo, symbol, dtype="float64" if "float" in symbol.dtype else symbol.dtype)
        yield


def _set(undo, thing, **attributes):
    """Set attributes now, and back to what they were when `undo` closes."""
    for name, value in attributes.items():
        undo.callback(thing.__dict__.__setitem__, name, thing.__dict__[name])
        thing.__dict__[name] = value
