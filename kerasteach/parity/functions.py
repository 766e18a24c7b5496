"""Functions of tensors: ops, activations, losses and metrics in their function form."""

import numpy as np

from .. import backend, tree
from .case import drawn, found, said
from .twins import assert_equal, dtype_of, float_leaves, numbers, our_keras, real_keras, with_leaves


def forward(name, case, backend_name):
    """The same output, dtype and shape for the same numbers."""
    args, kwargs = drawn(case.on)
    ours = _function(name, case, kwargs, our_keras())(tensors(args, backend_name))
    theirs = _function(name, case, kwargs, real_keras())(their_tensors(args))
    assert_equal(ours, theirs, case.tolerance)


def gradient(name, case, backend_name):
    """The same slope towards each float input."""
    args, kwargs = drawn(case.on)
    ours = our_slopes(_function(name, case, kwargs, our_keras()), args, [], backend_name)
    theirs = their_slopes(_function(name, case, kwargs, real_keras()), args, [])
    assert_equal(ours, theirs, 10 * case.tolerance, "gradient")


def _function(name, case, kwargs, package):
    """The function of one package, as a function of a tuple of tensors: the case says the rest."""
    rest = said(case.args, package), said(kwargs | case.kwargs, package)
    return lambda tensors: found(package, name)(*tensors, *rest[0], **rest[1])


def tensors(args, backend_name):
    """Arrays as tensors of our backend."""
    convert = backend.get(backend_name).convert
    return tree.map_structure(lambda x: convert(x) if isinstance(x, np.ndarray) else x, args)


def their_tensors(args):
    """Arrays as Keras's tensors."""
    convert = real_keras().ops.convert_to_tensor
    return tree.map_structure(lambda x: convert(x) if isinstance(x, np.ndarray) else x, args)


def _weighed(outputs, package):
    """One number out of all float outputs: each element times a fixed number between -1 and 1."""
    total = 0.0
    for i, y in enumerate(tree.flatten(outputs)):
        if y is not None and "float" in dtype_of(y):
            weights = np.random.default_rng(100 + i).uniform(-1, 1, tuple(y.shape)).astype(dtype_of(y))
            total = total + package.ops.sum(package.ops.multiply(y, weights))
    return total


def our_slopes(function, args, weights, backend_name):
    """Gradients of the weighed outputs towards float inputs and weights; zeros where there is none."""
    library = backend.get(backend_name)
    inputs = [backend.Variable(x, backend=backend_name, dtype=str(x.dtype)) for x in float_leaves(args)]
    kerasteach = our_keras()

    def loss():
        x = with_leaves(args, [v.value for v in inputs])
        total = _weighed(function(tensors(x, backend_name)), kerasteach)
        return (kerasteach.ops.convert_to_tensor(total) if isinstance(total, float) else total), None

    variables = [*inputs, *weights]
    found_ = library.value_and_gradients(loss, variables)[2]
    return [np.zeros(v.shape, v.dtype) if g is None else backend.to_numpy(g) for v, g in zip(variables, found_)]


def their_slopes(function, args, weights):
    """The same by Keras on Torch."""
    leaves = [t.clone().requires_grad_() for t in tree.flatten(their_tensors(float_leaves(args)))]
    for w in weights:
        w.value.grad = None
    total = _weighed(function(their_tensors(with_leaves(args, leaves))), real_keras())
    if hasattr(total, "requires_grad") and total.requires_grad:
        total.backward()
    grads = [*[t.grad for t in leaves], *[w.value.grad for w in weights]]
    return [np.zeros(tuple(t.shape), dtype_of(t)) if g is None else numbers(g) for t, g in zip([*leaves, *weights], grads)]

