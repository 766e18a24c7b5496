"""Optimizers by themselves: formulas that do not depend on how weights lie in memory, and state that follows the model."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import kerasteach as kt

CLASSES = [
    "SGD", "RMSprop", "Adam", "AdamW", "Adagrad", "Adadelta", "Adamax", "Nadam", "Lion", "Ftrl", "ScheduleFreeAdamW",
    "Adafactor", "Lamb", "Muon",
]  # fmt: skip
SHAPES = st.lists(hnp.array_shapes(min_dims=0, max_dims=4, max_side=3), min_size=1, max_size=4)


def trained(make, shapes, seed=0, steps=3, backend="numpy", dtype="float32", order=None):
    """Weights after some steps with drawn gradients."""
    rng = np.random.default_rng(seed)
    draws = [[rng.normal(size=shape) for shape in shapes] for _ in range(steps + 1)]
    order = order or list(range(len(shapes)))
    with kt.config.set_backend(backend):
        weights = [kt.Variable(x, dtype=dtype, name=f"w{i}") for i, x in enumerate(draws[0])]
        optimizer = make()
        for grads in draws[1:]:
            optimizer.apply([grads[i].astype(dtype) for i in order], [weights[i] for i in order])
        return [w.numpy() for w in weights], optimizer


def assert_close(found, expected, tolerance=1e-5):
    for a, b in zip(found, expected, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", CLASSES)
@settings(max_examples=8, deadline=None)
@given(shapes=SHAPES, seed=st.integers(0, 99))
def test_both_backends_take_the_same_steps(name, shapes, seed):
    pytest.importorskip("torch")
    cls = getattr(kt.optimizers, name)
    numpy, torch = (trained(lambda: cls(0.02, clipnorm=2.0), shapes, seed, backend=b)[0] for b in ("numpy", "torch"))
    # A root of a tiny number next to Ftrl's or Muon's differences: one rounding shows.
    assert_close(torch, numpy, 1e-4)


@pytest.mark.parametrize("name", CLASSES)
@settings(max_examples=8, deadline=None)
@given(shapes=SHAPES, data=st.data())
def test_the_order_of_weights_does_not_matter(name, shapes, data):
    cls = getattr(kt.optimizers, name)
    order = data.draw(st.permutations(range(len(shapes))))
    assert_close(trained(lambda: cls(0.02), shapes, order=order)[0], trained(lambda: cls(0.02), shapes)[0])


@pytest.mark.parametrize("name", CLASSES)
def test_one_weight_at_a_time_is_the_same(name):
    """A formula runs on all weights as one long vector; called weight by weight it gives the same."""
    cls = getattr(kt.optimizers, name)
    one_by_one = type(name, (cls,), {"update_step": lambda self, *args: super(type(self), self).update_step(*args)})
    shapes = [(3, 2), (2,), (), (2, 2, 3)]
    expected, _ = trained(lambda: cls(0.02), shapes)
    found, optimizer = trained(lambda: one_by_one(0.02), shapes)
    assert not optimizer._is_flat(optimizer._variables)
    assert_close(found, expected)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CLASSES)
def test_weights_and_state_keep_their_dtype(name, dtype, backend):
    weights, optimizer = trained(lambda: getattr(kt.optimizers, name)(0.02), [(3, 2), (2,)], backend=backend, dtype=dtype)
    assert {w.dtype.name for w in weights} == {dtype}
    assert {v.dtype for v in optimizer.variables if v.shape} <= {dtype}


@pytest.mark.parametrize("name", CLASSES)
def test_every_optimizer_goes_downhill(name, backend):
    """The mean square is brought down to half."""
    rates = {"Adadelta": 100.0, "Adafactor": 0.5, "Ftrl": 1.0, "Adagrad": 0.3, "Muon": 0.5}
    w = kt.Variable(np.linspace(-2, 2, 6).reshape(3, 2) + 0.1, name="w")
    optimizer = getattr(kt.optimizers, name)(rates.get(name, 0.05))

    def loss():
        return kt.ops.mean((w - 0.5) ** 2), None

    first = None
    for _ in range(60):
        value, _, gradients = kt.backend.value_and_gradients(loss, [w])
        first = float(value) if first is None else first
        optimizer.apply(gradients, [w])
    assert float(value) < 0.5 * first


def model():
    L = kt.layers
    return kt.Sequential([L.Input((3,)), L.Dense(4, activation="tanh"), L.Dense(2)])


RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(12, 3)).astype("float32"), RNG.normal(size=(12, 2)).astype("float32")


@pytest.mark.parametrize("name", [*CLASSES, "LossScaleOptimizer"])
def test_state_moves_with_the_model(name):
    """Half of the steps on each backend is as good as all on one."""
    pytest.importorskip("torch")
    stays, moves = model(), model()
    moves.set_weights(stays.get_weights())
    for twin in (stays, moves):
        inner = getattr(kt.optimizers, name) if name in CLASSES else kt.optimizers.Nadam
        optimizer = inner(0.02, use_ema=True, gradient_accumulation_steps=2)
        twin.compile(optimizer if name in CLASSES else kt.optimizers.LossScaleOptimizer(optimizer), "mse")
    for step in range(8):
        if step in (3, 6):
            moves.to("torch" if step == 3 else "numpy")
        assert stays.train_on_batch(X, Y) == pytest.approx(moves.train_on_batch(X, Y), rel=1e-4)
    assert_close(moves.get_weights(), stays.get_weights(), 1e-4)


@pytest.mark.parametrize("name", ["Adam", "Lamb", "LossScaleOptimizer"])
def test_a_copy_of_weights_and_optimizer_trains_by_itself(name):
    w = kt.Variable([1.0, 2.0], name="w")
    inner = kt.optimizers.Adam(0.1)
    optimizer = kt.optimizers.LossScaleOptimizer(inner) if name == "LossScaleOptimizer" else getattr(kt.optimizers, name)(0.1)
    g = np.array([1.0, -1.0], "float32")
    optimizer.apply([g], [w])
    w2, copied = copy.deepcopy((w, optimizer))
    before = w.numpy().copy()
    for _ in range(2):
        copied.apply([g], [w2])
    np.testing.assert_array_equal(w.numpy(), before)
    for _ in range(2):
        optimizer.apply([g], [w])
    np.testing.assert_array_equal(w.numpy(), w2.numpy())
    assert (w.numpy() != before).all()
    assert int(copied.iterations) == 3


def test_one_optimizer_for_weights_of_two_dtypes(backend):
    """There is no one vector then; the formula runs weight by weight."""
    rng = np.random.default_rng(0)
    weights = [kt.Variable(np.ones(3), dtype=dtype, name=dtype) for dtype in ("float32", "float64")]
    optimizer = kt.optimizers.Adam(0.1)
    for _ in range(3):
        g = rng.normal(size=3)
        optimizer.apply([g.astype("float32"), g], weights)
    assert_close([weights[0].numpy()], [weights[1].numpy().astype("float32")], 1e-5)
    assert [v.dtype for v in optimizer.variables[2:]] == ["float32", "float32", "float64", "float64"]


def test_half_floats_do_not_lose_small_gradients(backend):
    """What LossScaleOptimizer is for: the gradient 1e-8 is 0 in float16, and is not if the loss was scaled first."""
    w = kt.Variable([1.0, 1.0], name="w")

    def gradient(scaled):
        def loss():
            small = kt.ops.cast(w, dtype="float16") * np.float16(1e-4) * np.float16(1e-4)
            return scaled(kt.ops.sum(kt.ops.cast(small, dtype="float32"))), None

        return kt.backend.value_and_gradients(loss, [w])[2]

    plain, scaling = kt.optimizers.SGD(1e4), kt.optimizers.LossScaleOptimizer(kt.optimizers.SGD(1e4))
    plain.apply(gradient(plain.scale_loss), [w])
    assert (w.numpy() == 1).all()
    scaling.apply(gradient(scaling.scale_loss), [w])
    np.testing.assert_allclose(1 - w.numpy(), 1e-4, rtol=0.01)


def test_a_new_optimizer_is_slots_and_a_formula(backend, fresh):
    """The recipe of the docstring of `Optimizer`; it saves its state as all do."""

    class Momentum(kt.Optimizer):
        slots = ("momentum",)

        def formula(self, w, g, learning_rate, step, momentum):
            momentum *= 0.9
            momentum -= learning_rate * g
            w += momentum

    shapes = [(3, 2), (2,)]
    found, optimizer = trained(lambda: Momentum(0.1), shapes, backend=backend)
    expected, _ = trained(lambda: kt.optimizers.SGD(0.1, momentum=0.9), shapes, backend=backend)
    assert_close(found, expected)
    assert [v.path for v in optimizer.variables[2:]] == ["momentum/w0_momentum", "momentum/w1_momentum"]


def test_weights_that_training_replaces_are_refused():
    w = kt.Variable(np.ones(2))
    w.overwrite_with_gradient = True
    with pytest.raises(NotImplementedError, match="float8"):
        kt.optimizers.SGD(0.1).build([w])


@pytest.mark.parametrize(
    "make",
    [
        lambda: kt.optimizers.SGD(0.1),
        lambda: kt.optimizers.SGD(0.1, momentum=0.9, weight_decay=0.1),
        lambda: kt.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        lambda: kt.optimizers.Adam(0.1, epsilon=0.1),
        lambda: kt.optimizers.Adam(0.1, amsgrad=True, global_clipnorm=1.0),
        lambda: kt.optimizers.AdamW(kt.optimizers.schedules.CosineDecay(0.1, 10), weight_decay=0.2),
    ],
)
@settings(max_examples=10, deadline=None)
@given(shapes=SHAPES, seed=st.integers(0, 99))
def test_torch_kernels_do_what_the_formulas_say(make, shapes, seed):
    pytest.importorskip("torch")

    def by_formula():
        optimizer = make()
        written = type(optimizer).formula
        optimizer.formula = lambda *args: written(optimizer, *args)  # it has no kernel
        return optimizer

    weights, optimizer = trained(make, shapes, seed, steps=12, backend="torch")
    expected, plain = trained(by_formula, shapes, seed, steps=12, backend="torch")
    assert optimizer._flats[0].kernel is not None and plain._flats[0].kernel is None
    assert_close(weights, expected, 1e-5)
    assert_close([v.numpy() for v in optimizer.variables[2:]], [v.numpy() for v in plain.variables[2:]], 1e-5)


def test_a_gradient_that_is_transposed_in_memory_is_read_as_it_is_meant():
    torch = pytest.importorskip("torch")
    with kt.config.set_backend("torch"):
        weights = [kt.Variable(np.zeros((2, 3), "float32")) for _ in range(2)]
    gradient = torch.arange(6.0).reshape(3, 2).T
    for weight, g in zip(weights, (gradient, gradient.contiguous())):
        kt.optimizers.Adam(0.1, epsilon=1.0).apply([g], [weight])
    np.testing.assert_array_equal(weights[0].numpy(), weights[1].numpy())


def test_a_formula_of_ones_own_is_used_and_not_the_kernel():
    pytest.importorskip("torch")

    class Still(kt.optimizers.Adam):
        def formula(self, w, g, learning_rate, step, m, v):
            pass

    assert_close(trained(Still, [(2, 2)], backend="torch", steps=3)[0], trained(Still, [(2, 2)], backend="torch", steps=1)[0])
