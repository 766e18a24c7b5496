"""What graphs are made with: Input, Lambda, Identity, activations, merging; masks through them, as in Keras."""

import numpy as np
import pytest

import kerasteach as kt

RNG = np.random.default_rng(8)
A, B = [RNG.normal(size=(2, 3, 4)).astype("float32") for _ in range(2)]
A[:, 2] = 0  # masked in the first
B[0, 0] = B[1, 2] = 0  # and in the second


@pytest.fixture
def both(backend):
    """Function: what a recipe gives in kerasteach and in Keras."""
    keras = pytest.importorskip("keras")

    def run(recipe):
        return [recipe(api) for api in (kt, keras)]

    return run


def array(x):
    return np.array(kt.backend.to_numpy(x))


def close(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(array(a), array(b), rtol=1e-5, atol=1e-5)


# Merging and masks


@pytest.mark.parametrize("masked", ["both", "the first", "the second"])
@pytest.mark.parametrize("name", "Add Subtract Multiply Average Maximum Minimum Concatenate".split())
def test_merging_looks_at_masks(name, masked, both):
    """The same numbers, and the same mask for what follows: seen in a mean that leaves masked steps out."""

    def run(api):
        inputs = [api.Input((3, 4)), api.Input((3, 4))]
        wanted = {"both": (True, True), "the first": (True, False), "the second": (False, True)}[masked]
        x = [api.layers.Masking()(t) if is_masked else t for t, is_masked in zip(inputs, wanted)]
        merged = getattr(api.layers, name)()(x)
        model = api.Model(inputs, [merged, api.layers.GlobalAveragePooling1D()(merged)])
        return model.predict([A, B], verbose=0)

    close(*both(run))


@pytest.mark.parametrize("axis", [1, 2])
def test_concatenated_masks(axis, both):
    def run(api):
        inputs = [api.Input((3, 4)), api.Input((3, 4))]
        x = [api.layers.Masking()(inputs[0]), inputs[1]]
        joined = api.layers.Concatenate(axis=axis)(x)
        model = api.Model(inputs, api.layers.GlobalAveragePooling1D()(joined))
        return [model.predict([A, B], verbose=0)]

    close(*both(run))


def test_merging_three_of_unlike_rank(both):
    def run(api):
        return [getattr(api.layers, name)()([A, B[:, 0], A * B]) for name in ("Add", "Multiply", "Maximum")]

    close(*both(run))


# Lambda


def test_lambda_takes_what_its_function_takes(both):
    def run(api):
        def function(x, training=None, factor=1.0):
            return x * factor if training else x

        layer = api.layers.Lambda(function, arguments={"factor": 3.0})
        return [layer(A), layer(A, training=True), layer(A, training=False)]

    close(*both(run))


def test_lambda_and_masks(both):
    """A mask is lost, or given to the function, or made by one."""

    def run(api):
        def zeroed(x, mask=None):
            return x if mask is None else api.ops.where(api.ops.expand_dims(mask, -1), x, -1.0)

        inputs = api.Input((3, 4))
        x = api.layers.Masking()(inputs)
        kept = api.layers.Lambda(lambda x: x * 2, mask=lambda inputs, mask: mask)(x)
        given = api.layers.Lambda(zeroed)(x)
        return api.Model(inputs, [api.layers.GlobalAveragePooling1D()(kept), given]).predict(A, verbose=0)

    close(*both(run))


def test_shapes_of_lambda(both):
    """Found by running the function on symbols; or said, as a shape or as a function of one."""

    def run(api):
        x = api.Input((3, 4))
        L = api.layers.Lambda
        found = [
            L(lambda x: x[:, 0])(x), L(lambda x: api.ops.sum(x, axis=-1), output_shape=(3,))(x),
            L(lambda x: x, output_shape=lambda shape: shape)(x), L(lambda pair: pair[0] + pair[1])([x, x]),
        ]  # fmt: skip
        return [tuple(t.shape) for t in found] + [L(lambda x: x[0] * 2, output_shape=(4,)).compute_output_shape((5, 3))]

    ours, theirs = both(run)
    assert ours == theirs


def test_a_lambda_that_fails_on_symbols_says_why(backend):
    with pytest.raises(NotImplementedError, match=r"could not automatically infer the shape.*ValueError: matmul"):
        kt.layers.Lambda(lambda x: kt.ops.matmul(x, np.ones((7, 2))))(kt.Input((3, 4)))


# Input


def test_an_input_from_a_tensor(both):
    """`tensor=` starts the graph at a tensor that exists; what else is said must agree."""

    def run(api):
        x = api.Input((4,), batch_size=2, dtype="float64", name="x")
        again = api.Input(tensor=x, shape=(4,), batch_size=2, dtype="float64", name="again")
        model = api.Model(again, api.layers.Identity()(again))
        return tuple(again.shape), again.dtype, array(model(A[:, 0].astype("float64"))).tolist()

    ours, theirs = both(run)
    assert ours == theirs


def test_configs_of_inputs(both):
    def run(api):
        layers = [
            api.layers.InputLayer((4,)), api.layers.InputLayer(batch_shape=(2, None), dtype="int32", name="n"),
            api.layers.InputLayer(shape=(3,), batch_size=5, optional=True), api.layers.InputLayer(shape=()),
        ]  # fmt: skip
        return [layer.get_config() for layer in layers]

    ours, theirs = both(run)
    for a, b in zip(ours, theirs):
        assert {**a, "name": 0, "batch_shape": tuple(a["batch_shape"])} == {**b, "name": 0, "batch_shape": tuple(b["batch_shape"])}


def test_an_optional_input(both):
    """The layer it goes into copes with None."""

    def run(api):
        class Maybe(api.layers.Layer):
            def call(self, x, y=None):
                return x if y is None else x + 2 * y

            def compute_output_shape(self, x_shape, y_shape=None):
                return x_shape

        x, y = api.Input((4,), name="x"), api.Input((4,), optional=True, name="y")
        model = api.Model([x, y], Maybe()(x, y))
        data = A[:, 0]
        return [model([data, None]), model([data, data])]

    close(*both(run))


def test_identity_of_anything(both):
    """Also of lists and of whole numbers, whose dtype stays."""

    def run(api):
        x, n = api.Input((4,)), api.Input((3,), dtype="int32")
        same = api.layers.Identity()
        told = [(tuple(t.shape), t.dtype) for t in (same(x), same(n))]
        return told, [array(t).tolist() for t in (same(A[:, 0]), same(np.array([1, 2])))]

    ours, theirs = both(run)
    assert ours == theirs


def test_alpha_of_leaky_relu_is_an_old_name():
    with pytest.warns(UserWarning, match="alpha"):
        assert kt.layers.LeakyReLU(alpha=0.2).negative_slope == 0.2


def test_slopes_are_shared_along_axes(backend):
    layer = kt.layers.PReLU(shared_axes=[1])
    layer(A)
    assert layer.alpha.shape == (1, 4)
    with pytest.raises(ValueError):
        layer(A[:, :, :2])


X = np.ones((2, 3), "float32")
WRONG = {
    "no shape": lambda k: k.Input(),
    "two shapes": lambda k: k.Input((3,), batch_shape=(2, 3)),
    "two batches": lambda k: k.Input(batch_shape=(2, 3), batch_size=2),
    "a shape as a number": lambda k: k.Input(3),
    "a shape of words": lambda k: k.Input(("a",)),
    "a shape with half": lambda k: k.Input((1.5,)),
    "a sparse input": lambda k: k.Input((3,), sparse=True),
    "a ragged input": lambda k: k.Input((3,), ragged=True),
    "an array for a tensor": lambda k: k.layers.InputLayer(input_tensor=X),
    "another batch": lambda k: k.Input(tensor=k.Input((3,), batch_size=2), batch_size=3),
    "another shape": lambda k: k.Input(tensor=k.Input((3,)), shape=(4,)),
    "another batch shape": lambda k: k.Input(tensor=k.Input((3,)), batch_shape=(2, 3)),
    "another dtype": lambda k: k.Input(tensor=k.Input((3,)), dtype="int32"),
    "a missing input": lambda k: k.layers.Add()([X, None]),
    "a product over the batch": lambda k: k.layers.Dot(0)([X, X]),
    "nothing to call": lambda k: k.layers.Lambda(lambda x: x.nothing)(k.Input((3,))),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_same_errors(name, same_error):
    same_error(WRONG[name])


@pytest.mark.parametrize("shape, given", [((6, 6, 1), (2, 6, 6)), ((6, 6, 1), (2, 5, 5)), ((6, 6, 1), (2, 5, 5, 1)), ((9, 1), (2, 9))])
def test_an_axis_of_one_channel_may_be_missing(shape, given, backend):
    model = kt.Sequential([kt.Input(shape), (kt.layers.Conv2D if len(shape) == 3 else kt.layers.Conv1D)(2, 3)])
    x = np.random.default_rng(0).random(given, "float32")
    whole = x if x.ndim == len(shape) + 1 else x[..., None]
    np.testing.assert_array_equal(model.predict(x, verbose=0), model.predict(whole, verbose=0))


def test_an_array_is_added_to_a_symbol(backend):
    x, table = kt.Input((4, 2)), np.arange(8.0, dtype="float32").reshape(1, 4, 2)
    model = kt.Model(x, kt.layers.Add()([x, table]))
    np.testing.assert_array_equal(model.predict(np.ones((3, 4, 2)), verbose=0), np.ones((3, 4, 2)) + table)
