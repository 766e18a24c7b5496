"""Layers: output, gradients, and the `.keras` file both ways."""

import os
import tempfile

import numpy as np

from .. import tree
from .case import drawn, made
from .functions import our_slopes, tensors, their_slopes, their_tensors
from .twins import assert_equal, our_keras, real_keras


def _built(name, case, backend_name):
    """One layer in both packages, called once, with equal weights that are not the initial ones."""
    args, kwargs = drawn(case.on)
    ours, theirs = made(our_keras(), name, case), made(real_keras(), name, case)
    ours(*tensors(args, backend_name), **kwargs)
    theirs(*their_tensors(args), **kwargs)
    _equalize(ours, theirs)
    return ours, theirs, args, kwargs


def _equalize(ours, theirs):
    a, b = [(w.path, tuple(w.shape)) for w in ours.weights], [(w.path, tuple(w.shape)) for w in theirs.weights]
    assert a == b, f"weights {a}, Keras has {b}"
    values = _new_values(theirs)
    ours.set_weights(values)
    theirs.set_weights(values)


def _new_values(layer):
    """Other numbers for all float weights: positive ones where the layer starts with ones, as variances do."""
    rng = np.random.default_rng(7)
    values = []
    for w in layer.get_weights():
        draw = rng.uniform(0.5, 1.5, w.shape) if w.size and (w == 1).all() else rng.normal(0, 0.5, w.shape)
        values.append(draw.astype(w.dtype) if w.dtype.kind == "f" else w)
    return values


def forward(name, case, backend_name):
    """The same output, weight names and shapes."""
    ours, theirs, args, kwargs = _built(name, case, backend_name)
    assert_equal(ours(*tensors(args, backend_name), **kwargs), theirs(*their_tensors(args), **kwargs), case.tolerance)
    assert_equal(ours.get_weights(), theirs.get_weights(), case.tolerance, "weights after the call")


def gradient(name, case, backend_name):
    """The same slopes towards inputs and trained weights."""
    ours, theirs, args, kwargs = _built(name, case, backend_name)
    a = our_slopes(lambda x: ours(*x, **kwargs), args, ours.trainable_variables, backend_name)
    b = their_slopes(lambda x: theirs(*x, **kwargs), args, theirs.trainable_variables)
    assert_equal(a, b, 10 * case.tolerance, "gradient")


def file(name, case, backend_name):
    """A model of this one layer, saved by one package, predicts the same in the other."""
    args, kwargs = drawn(case.on)
    models = [_model(package, name, case, args, kwargs) for package in (our_keras(), real_keras())]
    _equalize(*models)
    with tempfile.TemporaryDirectory() as folder:
        for saver, loader in (models, models[::-1]):
            path = os.path.join(folder, f"{type(saver).__module__.split('.')[0]}.keras")
            saver.save(path)
            package = real_keras() if loader is models[1] else our_keras()
            loaded = package.models.load_model(path)
            x = args if len(args) > 1 else args[0]
            assert_equal(_predict(loaded, x), _predict(saver, x), case.tolerance, "predictions after loading")


def _predict(model, x):
    return tree.map_structure(np.asarray, model.predict(list(x) if isinstance(x, tuple) else x, verbose=0))


def _model(package, name, case, args, kwargs):
    inputs = tree.map_structure(lambda x: package.Input(x.shape[1:], batch_size=len(x), dtype=str(x.dtype)), args)
    kwargs = {k: v for k, v in kwargs.items() if not isinstance(v, np.ndarray)}
    outputs = made(package, name, case)(*inputs, **kwargs)
    return package.Model(list(inputs) if len(inputs) > 1 else inputs[0], outputs)
