"""What else is public on models: state trees, graphs as functions, inputs by key, optional inputs, nested structures."""

import numpy as np
import pytest

import kerasteach as kt
from kerasteach import tree

X = np.random.default_rng(3).normal(size=(4, 6)).astype("float32")
Y = X[:, :2].copy()


def small(api):
    model = api.Sequential([api.Input((6,)), api.layers.Dense(3, name="a"), api.layers.Dense(2, name="b")], name="m")
    model.compile(api.optimizers.Adam(), "mse", metrics=["mae"])
    return model


def keys(nested):
    return {k: keys(v) for k, v in nested.items()} if isinstance(nested, dict) else None


# State trees


def test_a_state_tree_holds_the_same_paths(twins, close):
    trees = []
    for _, model in twins(small):
        model.fit(X, Y, batch_size=4, epochs=2, verbose=0, shuffle=False)
        trees.append(model.get_state_tree(value_format="numpy_array"))
    parts = ["trainable_variables", "non_trainable_variables", "optimizer_variables"]
    assert [keys(trees[0][part]) for part in parts] == [keys(trees[1][part]) for part in parts]
    close(trees[0]["trainable_variables"], trees[1]["trainable_variables"])
    close(trees[0]["optimizer_variables"], trees[1]["optimizer_variables"])


def test_a_state_tree_brings_a_model_back(backend):
    model, other = small(kt), small(kt)
    model.fit(X, Y, epochs=3, verbose=0)
    other.fit(X, Y, epochs=1, verbose=0)
    other.set_state_tree(model.get_state_tree())
    for a, b in zip(model.get_weights(), other.get_weights()):
        np.testing.assert_array_equal(a, b)
    assert int(other.optimizer.iterations) == int(model.optimizer.iterations)


@pytest.mark.parametrize("wrong", [{"weights": {}}, {"trainable_variables": {"a": {"no_such": Y}}}])
def test_a_wrong_state_tree_changes_nothing(wrong, backend):
    model = small(kt)
    before = model.get_weights()
    with pytest.raises(ValueError, match="trainable_variables"):
        model.set_state_tree(wrong)
    for a, b in zip(before, model.get_weights()):
        np.testing.assert_array_equal(a, b)


# Graphs as functions


def test_a_function_computes_what_keras_computes(both, close):
    def recipe(api):
        a, b = api.Input((6,)), api.Input((6,))
        f = api.Function([a, b], {"sum": a + b, "soft": api.ops.softmax(a * 2.0)})
        out = f([X, 2 * X])
        symbols = f([api.Input((6,), batch_size=3), api.Input((6,), batch_size=3)])
        return dict(sorted(out.items())), {k: tuple(t.shape) for k, t in symbols.items()}

    (ours, our_shapes), (theirs, their_shapes) = both(recipe)
    close(ours, theirs)
    assert our_shapes == their_shapes == {"soft": (3, 6), "sum": (3, 6)}


# Inputs and outputs by key


def keyed(api):
    x = {"zeta": api.Input((6,), name="zeta"), "alpha": api.Input((2,), name="alpha")}
    h = api.layers.Concatenate()([x["zeta"], x["alpha"]])
    outputs = {"second": api.layers.Dense(2, name="second")(h), "first": api.layers.Dense(1, name="first")(h)}
    return api.Model(x, outputs, name="keyed")


def test_inputs_and_targets_go_by_key_and_not_by_position(twins, close):
    data = {"alpha": Y, "zeta": X}
    logs = []
    for api, model in twins(keyed):
        model.compile(api.optimizers.SGD(0.1), {"first": "mae", "second": "mse"}, metrics={"second": ["mae"]})
        targets = {"second": Y, "first": X[:, :1]}
        history, predictions = model.fit(data, targets, verbose=0, shuffle=False).history, model.predict(data, verbose=0)
        logs.append([history, dict(sorted(predictions.items()))])
    close(*logs)


@pytest.mark.parametrize(
    "data", [{"alpha": Y}, {"alpha": Y, "zeta": X, "omega": X}, {"alpha": Y, "zet": X}], ids=["missing", "unknown", "misspelt"]
)
@pytest.mark.parametrize("method", ["predict", "__call__"])
@pytest.mark.parametrize("listed", [False, True], ids=["inputs in a dict", "inputs in a list"])
def test_a_wrong_key_is_an_error_that_lists_both_sets(data, method, listed, backend):
    model = keyed(kt)
    model = kt.Model(list(model.input.values()), model.output) if listed else model
    with pytest.raises(ValueError) as caught:
        getattr(model, method)(data)
    assert all(key in str(caught.value) for key in [*data, "zeta"])


@pytest.mark.parametrize("y", [{"first": X[:, :1]}, {"first": X[:, :1], "second": Y, "third": Y}], ids=["missing", "unknown"])
def test_a_wrong_key_of_targets_lists_both_sets(y, backend):
    model = keyed(kt)
    model.compile("sgd", {"first": "mae", "second": "mse"})
    with pytest.raises(ValueError) as caught:
        model.fit({"alpha": Y, "zeta": X}, y, verbose=0)
    assert all(key in str(caught.value) for key in [*y, "second"])


def test_a_list_of_inputs_takes_a_dict_by_name(twins, close):
    def listed(api):
        a, b = api.Input((6,), name="zeta"), api.Input((2,), name="alpha")
        return api.Model([a, b], api.layers.Dense(1)(api.layers.Concatenate()([a, b])))

    close(*[model.predict({"alpha": Y, "zeta": X}, verbose=0) for _, model in twins(listed)])


def test_structures_within_structures(twins, close):
    def deep(api):
        a, b, c = api.Input((6,), name="a"), api.Input((2,), name="b"), api.Input((2,), name="c")
        h = api.layers.Concatenate()([a, b, c])
        return api.Model({"pair": [a, b], "one": c}, [{"x": api.layers.Dense(1)(h)}, (h, api.layers.Dense(2)(h))])

    data = {"pair": [X, Y], "one": 2 * Y}
    pair = twins(deep)
    outs = [model(data) for _, model in pair]
    assert tree.map_structure(lambda t: tuple(t.shape), outs[0]) == tree.map_structure(lambda t: tuple(t.shape), outs[1])
    close(*[tree.flatten(model.predict(data, verbose=0)) for _, model in pair])


# Optional inputs


def make_optional(api):
    class Both(api.layers.Layer):
        def call(self, x, y=None):
            return x if y is None else x + y

        def compute_output_shape(self, x_shape, y_shape=None):
            return x_shape

    a, b = api.Input((6,), name="a"), api.Input((6,), name="b", optional=True)
    return api.Model([a, b], Both()(a, b))


def test_an_optional_input_may_be_none(twins, close):
    for inputs in ([X, None], [X, X]):
        close(*[model(inputs) for _, model in twins(make_optional)])


def test_an_input_that_is_not_optional_may_not(both):
    def recipe(api):
        return make_optional(api)([None, X])

    assert [type(error) for error in both(recipe)] == [ValueError, ValueError]


# A chain takes pictures of another size, where its layers do


@pytest.mark.parametrize("start", ["late", "at once"])
def test_a_chain_takes_pictures_of_another_size(start, twins, close):
    big, small = np.ones((2, 12, 12, 3), "float32"), np.arange(2 * 8 * 8 * 3, dtype="float32").reshape(2, 8, 8, 3) / 100

    def net(api):
        L = api.layers
        inputs = [api.Input((12, 12, 3))] if start == "at once" else []
        model = api.Sequential([*inputs, L.Conv2D(4, 3), L.GlobalAveragePooling2D(), L.Dense(2)])
        model(big)
        return model

    outs = []
    for _, model in twins(net):
        model.compile("sgd", "mse")
        model.fit(small, np.zeros((2, 2)), epochs=2, verbose=0, shuffle=False)
        outs.append([model.predict(small, verbose=0), model.predict(big, verbose=0)])
    close(*outs)


def test_a_layer_of_one_size_still_refuses_another(both):
    def recipe(api):
        model = api.Sequential([api.Input((12, 12, 3)), api.layers.Flatten(), api.layers.Dense(2)])
        return model.predict(np.ones((2, 8, 8, 3), "float32"), verbose=0)

    assert [type(error) for error in both(recipe)] == [ValueError, ValueError]
