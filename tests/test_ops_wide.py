"""The wide table at work: in models that train, in loops and choices, against NumPy, and where it says no."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as kt
from kerasteach import ops
from kerasteach.backend import value_and_gradients


def tensor(x, backend, dtype="float32"):
    return kt.backend.get(backend).convert(np.asarray(x, dtype))


def numbers(x):
    return kt.tree.map_structure(kt.backend.to_numpy, x)


# In models


def busy(x):
    """Ops of many kinds, with several outputs among them, that keep (batch, 6)."""
    left, right = ops.split(x, 2, axis=-1)
    low, high = ops.unstack(ops.stack([left, right], axis=1), axis=1)
    values, _ = ops.top_k(low, 3)
    both = ops.concatenate([ops.sort(high, axis=-1), values], axis=-1)
    spread = ops.std(both, axis=-1, keepdims=True) + 1.0
    return ops.where(both > 0, ops.arctan(both), ops.sinh(both)) / spread


def test_a_graph_of_ops_trains_the_same_on_both_backends():
    pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(16, 4)).astype("float32"), rng.normal(size=(16, 1)).astype("float32")
    losses = []
    for name in ("numpy", "torch"):
        with kt.config.set_backend(name):
            kt.utils.set_random_seed(1)
            inputs = kt.Input((4,))
            model = kt.Model(inputs, kt.layers.Dense(1)(busy(kt.layers.Dense(6)(inputs))))
            model.compile("adam", "mse")
            losses.append(model.fit(x, y, epochs=4, batch_size=8, shuffle=False, verbose=0).history["loss"])
    assert losses[0][-1] < losses[0][0]
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4)


def test_a_choice_in_a_graph_is_made_when_it_runs(backend):
    inputs = kt.Input((2,), batch_size=1)
    output = ops.cond(ops.sum(inputs) > 0, lambda: np.ones((1, 2), "float32"), lambda: np.zeros((1, 2), "float32"))
    model = kt.Model(inputs, output)
    assert model.output_shape == (1, 2)
    assert numbers(model(tensor([[1, 2]], backend))).tolist() == [[1, 1]]
    assert numbers(model(tensor([[-1, -2]], backend))).tolist() == [[0, 0]]


def test_a_model_with_a_choice_trains_though_no_program_can_be_written(backend):
    inputs = kt.Input((2,), batch_size=2)
    x = kt.layers.Dense(1)(inputs)
    model = kt.Model(inputs, ops.while_loop(lambda v: ops.max(ops.abs(v)) > 1.0, lambda v: ops.multiply(v, 0.5), x))
    model.compile("sgd", "mse")
    before = model.get_weights()[0].copy()
    model.fit(np.full((4, 2), 3.0), np.ones((4, 1)), batch_size=2, epochs=1, verbose=0)
    assert not np.array_equal(before, model.get_weights()[0])


# Loops


def test_gradients_flow_through_scan(backend):
    w = kt.Variable([0.5, 2.0], backend=backend)
    xs = tensor(np.arange(6).reshape(3, 2), backend)

    def loss():
        last, all_of_them = ops.scan(lambda h, x: (ops.tanh(w * h + x), h), ops.zeros_like(xs[0]), xs)
        return ops.sum(last) + ops.sum(all_of_them), None

    _, _, (g,) = value_and_gradients(loss, [w])

    def by_hand(w):
        h, total = np.zeros(2), 0.0
        for x in np.arange(6).reshape(3, 2):
            total += h.sum()
            h = np.tanh(w * h + x)
        return total + h.sum()

    steps = [(by_hand(np.array([0.5, 2.0]) + e) - by_hand(np.array([0.5, 2.0]) - e)) / 2e-6 for e in np.eye(2) * 1e-6]
    np.testing.assert_allclose(numbers(g), steps, rtol=1e-3, atol=1e-5)


def test_loops_without_tensors_to_walk_along(backend):
    total, ys = ops.scan(lambda n, _: (n + 1, n), tensor(0, backend, "int32"), None, length=4)
    assert int(total) == 4 and numbers(ys).tolist() == [0, 1, 2, 3]
    assert ops.scan(lambda n, _: (n + 1, None), tensor(0, backend, "int32"), length=2)[1] is None
    assert int(ops.fori_loop(0, 5, lambda i, n: n + i, tensor(0, backend, "int32"))) == 10
    assert int(ops.while_loop(lambda n: n < 100, lambda n: n * 3, tensor(1, backend, "int32"), maximum_iterations=2)) == 9
    a, b = ops.while_loop(lambda a, b: a < 3, lambda a, b: (a + 1, b * 2), (0, 1))
    assert (int(a), int(b)) == (3, 8)


def test_loops_over_structures(backend):
    xs = {"a": tensor([1, 2, 3], backend), "b": tensor([10, 20, 30], backend)}
    found = numbers(ops.map(lambda row: {"sum": row["a"] + row["b"]}, xs))
    assert found["sum"].tolist() == [11, 22, 33]
    sums = ops.associative_scan(lambda p, q: (p[0] + q[0], p[1] * q[1]), (xs["a"], xs["a"]))
    assert [s.tolist() for s in numbers(sums)] == [[1, 3, 6], [1, 2, 6]]


def test_map_keeps_an_open_batch_open():
    assert ops.map(lambda row: ops.sum(row, keepdims=True), kt.KerasTensor((None, 3))).shape == (None, 1)


def test_switch_holds_its_number_in_range(backend):
    branches = [lambda x: x, lambda x: x * 10]
    assert [float(ops.switch(i, branches, tensor(2, backend))) for i in (-5, 0, 1, 9)] == [2, 2, 20, 20]


@pytest.mark.parametrize("wrong, error", [
    (lambda: ops.scan(1, 0, np.ones(2)), TypeError),
    (lambda: ops.scan(lambda c, x: (c, x), 0), ValueError),
    (lambda: ops.scan(lambda c, x: (c, x), 0, np.ones(2), length=3), ValueError),
    (lambda: ops.associative_scan("no", np.ones(2)), TypeError),
    (lambda: ops.vectorize(lambda x: x, signature="()->()"), ValueError),
])  # fmt: skip
def test_loops_say_no(wrong, error):
    with pytest.raises(error):
        wrong()


# Gradients of one's own


def test_custom_gradient(backend):
    @ops.custom_gradient
    def clipped(x):
        return ops.multiply(x, x), lambda x, upstream: ops.clip(2 * x * upstream, -1.0, 1.0)

    x = kt.Variable([0.1, 3.0], backend=backend)
    loss, _, (g,) = value_and_gradients(lambda: (ops.sum(clipped(x)), None), [x])
    np.testing.assert_allclose(numbers(loss), 9.01, rtol=1e-6)
    np.testing.assert_allclose(numbers(g), [0.2, 1.0], rtol=1e-6)
    assert clipped(kt.KerasTensor((None, 2))).shape == (None, 2)


def test_stop_gradient(backend):
    x = kt.Variable([2.0], backend=backend)
    _, _, (g,) = value_and_gradients(lambda: (ops.sum(ops.stop_gradient(x) * x), None), [x])
    assert numbers(g).tolist() == [2.0]


# What is right in several ways


@given(st.integers(1, 5), st.integers(1, 5), st.booleans())
@settings(max_examples=25, deadline=None)
def test_matrices_are_taken_apart_and_put_together(rows, columns, full):
    a = np.random.default_rng(rows * 7 + columns).normal(size=(rows, columns))
    k = min(rows, columns)
    for name in ("numpy", "torch"):
        u, s, vh = numbers(ops.svd(tensor(a, name, "float64"), full_matrices=full))
        np.testing.assert_allclose(u[:, :k] * s @ vh[:k], a, atol=1e-10)
        assert u.shape[1] == (rows if full else k) and (np.diff(s) <= 1e-12).all()
        q, r = numbers(ops.qr(tensor(a, name, "float64"), mode="complete" if full else "reduced"))
        np.testing.assert_allclose(q @ r, a, atol=1e-10)
        np.testing.assert_allclose(q.T @ q, np.eye(q.shape[1]), atol=1e-10)
        w, v = numbers(ops.eigh(tensor(a @ a.T, name, "float64")))
        np.testing.assert_allclose(v * w @ v.T, a @ a.T, atol=1e-10)


def test_partitions(backend):
    x = np.random.default_rng(0).permutation(20).astype("float32")
    order = numbers(ops.argpartition(tensor(x, backend), 6))
    assert x[order][6] == 6 and (x[order][:6] < 6).all() and order.dtype == "int32"


def test_top_k_and_unique(backend):
    values, where = numbers(ops.top_k(tensor([[3, 1, 3, 2]], backend), 3))
    assert values.tolist() == [[3, 3, 2]] and where.tolist() == [[0, 2, 3]] and where.dtype == "int32"
    found = numbers(ops.unique(tensor([3, 1, 3, 2], backend, "int32"), return_index=True, return_inverse=True, return_counts=True))
    assert [part.tolist() for part in found] == [[1, 2, 3], [1, 3, 0], [2, 0, 2, 1], [1, 1, 2]]
    assert numbers(ops.unique(tensor([[1, 2], [1, 2]], backend), axis=0)).tolist() == [[1, 2]]


# Beside NumPy


@given(st.sampled_from(["linear", "lower", "higher", "midpoint", "nearest"]), st.floats(0, 1), st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_quantiles(method, q, n):
    x = np.random.default_rng(n).normal(size=(2, n))
    np.testing.assert_allclose(ops.quantile(x, q, axis=1, method=method), np.quantile(x, q, axis=1, method=method), atol=1e-12)
    x[0, 0] = np.nan
    assert np.isnan(ops.quantile(x, q)) and np.isnan(ops.median(x))
    if n > 1:
        np.testing.assert_allclose(ops.nanquantile(x, q, method=method), np.nanquantile(x, q, method=method), atol=1e-12)


@given(st.sampled_from(["constant", "reflect", "symmetric"]), st.integers(0, 2), st.integers(0, 2))
@settings(max_examples=20, deadline=None)
def test_borders(mode, before, after):
    x = np.arange(12.0).reshape(3, 4)
    widths = ((before, after), (after, before))
    expected = np.pad(x, widths, mode=mode)
    for name in ("numpy", "torch"):
        assert np.array_equal(numbers(ops.pad(tensor(x, name), widths, mode=mode)), expected)


EINSUMS = [("ij,jk->ik", 2), ("...i,ij->...j", 2), ("bhqd,bhkd->bhqk", 2), ("ii->i", 1), ("ii", 1), ("ij->", 1), ("i,j,ij->", 3),
           ("...ij,...jk->...ik", 2), ("b...->b...", 1)]  # fmt: skip


@pytest.mark.parametrize("subscripts, count", EINSUMS)
def test_einsum(subscripts, count, backend):
    rng = np.random.default_rng(0)
    sizes = dict.fromkeys("abcdefghijklmnopqrstuvwxyz", 3)
    terms = subscripts.partition("->")[0].split(",")
    arrays = [rng.normal(size=[2, *(sizes[c] for c in term if c != ".")] if "." in term else [3] * len(term)) for term in terms]
    got = ops.einsum(subscripts, *[tensor(a, backend, "float64") for a in arrays])
    np.testing.assert_allclose(numbers(got), np.einsum(subscripts, *arrays), atol=1e-12)
    symbols = [kt.KerasTensor(a.shape, "float64") for a in arrays]
    assert ops.einsum(subscripts, *symbols).shape == np.einsum(subscripts, *arrays).shape


def test_backward_steps_of_an_index(backend):
    x = np.arange(24).reshape(2, 3, 4)
    for key in [(slice(None, None, -1),), (..., slice(3, 0, -2)), (0, slice(None), slice(None, None, -1)), (slice(0, 2, -1),)]:
        assert np.array_equal(numbers(ops.get_item(tensor(x, backend, "int32"), key)), x[key])


def test_writing_into_tensors(backend):
    x = tensor(np.zeros((3, 3)), backend)
    assert numbers(ops.slice_update(x, (1, 1), tensor(np.ones((2, 2)), backend)))[1:, 1:].all()
    twice = ops.scatter_update(x, [[0, 0], [0, 0]], tensor([1, 2], backend), reduction="add")
    assert numbers(twice)[0, 0] == 3 and numbers(x).sum() == 0  # the tensor itself stays
    with pytest.raises(ValueError, match="Unsupported reduction"):
        ops.scatter_update(x, [[0, 0]], tensor([1], backend), reduction="sum")


@pytest.mark.parametrize("family", ["core", "linalg", "math", "nn", "numpy"])
def test_submodules_hold_what_keras_has_there(family):
    module = getattr(ops, family)
    names = [name for name in ops.families.FAMILIES[family] if hasattr(ops, name)]
    assert len(names) > 10 and all(getattr(module, name) is getattr(ops, name) for name in names)


# Errors


@pytest.mark.parametrize("wrong, words", [
    (lambda: ops.split(np.ones(5), 2), "equal parts"),
    (lambda: ops.concatenate([np.ones((2, 3)), np.ones((3, 3))], axis=1), ""),
    (lambda: ops.convert_to_tensor([1.0], sparse=True), "sparse"),
    (lambda: ops.one_hot([1], 3, sparse=True), "sparse"),
    (lambda: ops.where(np.ones(2), np.ones(2)), "both"),
    (lambda: ops.norm(np.ones((2, 2)), ord="no"), "Invalid `ord`"),
    (lambda: ops.qr(np.ones((2, 2)), mode="raw"), "reduced"),
    (lambda: ops.pad(np.ones(2), 1, mode="reflect", constant_values=1), "constant"),
    (lambda: ops.meshgrid([1], [2], indexing="no"), "indexing"),
    (lambda: ops.searchsorted(np.ones((2, 2)), [1]), "1-D"),
    (lambda: ops.correlate(np.ones(3), np.ones(2), mode="no"), "mode"),
    (lambda: ops.einsum("ij,jk->ik", np.ones((2, 2))), "names 2 inputs"),
    (lambda: ops.det(kt.KerasTensor((2, 3))), "square"),
    (lambda: ops.reshape(kt.KerasTensor((2, 3)), (4, 2)), "Cannot reshape"),
    (lambda: ops.stft(np.ones(9, "float32"), 4, 2, 2), "fft_length"),
    (lambda: ops.fft(np.ones(3)), "tuple of two tensors"),
    (lambda: ops.psnr(np.ones(2), np.ones(3), 1.0), "must match"),
    (lambda: ops.multi_hot([1]), "num_classes"),
])  # fmt: skip
def test_errors_say_what_is_wrong(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()


def test_wrong_types_are_type_errors():
    with pytest.raises(TypeError, match="integer"):
        ops.ldexp(1.0, 2.0)
    with pytest.raises(TypeError, match="nothing for: newshape"):
        ops.reshape(np.ones(4))
    with pytest.raises(TypeError, match="int"):
        ops.array_split(np.ones(4), [1, 2])
    with pytest.raises(TypeError, match="float32"):
        ops.stft(np.ones(9, "int32"), 4, 2, 4)
