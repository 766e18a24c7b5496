"""Differences that random models, made in both packages, brought to light; each test is one of them."""

import numpy as np
import pytest

RNG = np.random.default_rng(11)
X = RNG.normal(size=(13, 4)).astype("float32")
Y = RNG.normal(size=(13, 1)).astype("float32")


def of_lists(api):
    x = api.Input((4,))
    return api.Model([x], [api.layers.Dense(1)(x)])


def test_a_list_of_one_output_is_that_output(twins, close):
    pair = twins(of_lists)
    (_, ours), (_, theirs) = pair
    close(ours(X), theirs(X))
    close(ours.predict(X, verbose=0), theirs.predict(X, verbose=0))
    for api, model in pair:
        assert isinstance(model(api.Input((4,))), list) and isinstance(model.output, list)
        model.compile("sgd", ["mse"], metrics=["mae"])
    close(*[model.fit(X, [Y], shuffle=False, epochs=2, verbose=0).history for _, model in pair])


def test_metric_objects_used_again_start_afresh(both, close):
    """One list of metrics for two models, as in a loop over settings."""

    def recipe(api):
        metrics, histories = [api.metrics.MeanAbsoluteError(name="mae")], []
        for scale in (1.0, 5.0):
            model = api.Sequential([api.Input((4,)), api.layers.Dense(1, kernel_initializer="ones")])
            model.compile("sgd", "mse", metrics=metrics)
            histories.append(model.fit(X, scale * Y, epochs=2, shuffle=False, verbose=0).history)
        return histories

    close(*both(recipe))


def test_a_chain_keeps_the_input_it_was_called_on(both):
    """A clone, and a model made from the config, have weights at once."""

    def recipe(api):
        model = api.Sequential([api.layers.Dense(3), api.layers.Dense(1)])
        model(X)
        clone, again = api.models.clone_model(model), api.Sequential.from_config(model.get_config())
        names = [layer["config"]["name"] for layer in model.get_config()["layers"]]
        return names, [w.shape for w in clone.weights], [w.shape for w in again.weights], clone.input_shape

    ours, theirs = both(recipe)
    assert ours == theirs


def test_losses_of_outputs_are_listed_as_their_dict_is(twins, close):
    def make(api):
        x = api.Input((4,))
        return api.Model(x, {"a": api.layers.Dense(1)(x), "b": api.layers.Dense(1)(x)})

    results = []
    for _, model in twins(make):
        model.compile("sgd", {"b": "mse", "a": "mae"}, loss_weights={"b": 0.5, "a": 2.0})
        results.append([model.evaluate(X, {"a": Y, "b": 3 * Y}, verbose=0), model.train_on_batch(X, {"a": Y, "b": 3 * Y})])
        assert [metric.name for metric in model.metrics] == ["loss", "b_loss", "a_loss"]
    close(*results)


def mixed(api):
    x = api.Input((4,))
    h = api.layers.Dense(4, name="d")(x) / 2.0
    return api.Model(x, api.ops.maximum(h, 0.0)[:, :2] // 0.5 + round(x[:, 2:]) % 2, name="mixed")


def test_ops_in_graphs_are_named_as_in_keras(twins, close):
    """`/` is TrueDivide and `[]` GetItem; `//`, `%` and `round` work on symbols."""
    (kt, ours), (keras, theirs) = twins(mixed)
    close(ours(X), theirs(X))
    assert [(type(o).__name__, o.name) for o in ours.operations] == [(type(o).__name__, o.name) for o in theirs.operations]
    again = kt.models.model_from_json(theirs.to_json())
    again.set_weights(ours.get_weights())
    close(again(X), theirs(X))
    assert [o.name for o in keras.models.model_from_json(ours.to_json()).operations] == [o.name for o in theirs.operations]


@pytest.mark.parametrize("expression", ["v // 2", "7 // v", "v % 2", "7 % v", "round(v)", "v > 2"])
def test_operators_of_variables(expression, both, close):
    ours, theirs = both(lambda api: eval(expression, {"v": api.Variable(np.array([1.6, -2.4, 3.0], "float32"))}))
    close(ours, theirs)


def test_a_clone_keeps_the_names_of_ops(both):
    def recipe(api):
        clone = api.models.clone_model(mixed(api))
        lines = []
        clone.summary(print_fn=lambda text: lines.append(text))
        return [o.name for o in clone.operations], [o.name for o in api.models.clone_model(clone).operations]

    ours, theirs = both(recipe)
    assert ours == theirs


def test_output_shapes_of_structures(both):
    def recipe(api):
        a, b, c = api.Input((4,), name="a"), api.Input((4,), name="b"), api.Input((4,), name="c")
        h = api.layers.Dense(3)(a) + api.layers.Dense(3)(b) * c[:, :3]
        by_name = api.Model({"b": b, "a": a, "c": c}, {"h": h})
        nested = api.Model({"x": [a, b], "y": c}, [h, (h,)])
        return (
            by_name.compute_output_shape({"a": (7, 4), "b": (7, 4), "c": (7, 4)}),
            nested.compute_output_shape({"x": [(7, 4), (7, 4)], "y": (7, 4)}),
        )

    ours, theirs = both(recipe)
    assert ours == theirs


def test_a_constructor_that_calls_itself_otherwise(both):
    """The first argument of a method need not be called `self`."""

    def recipe(api):
        class Scale(api.layers.Layer):
            def __init__(this, factor, **kwargs):
                super().__init__(**kwargs)
                this.factor = factor

            def call(this, x):
                return this.factor * x

        return Scale.from_config(Scale(3.0, name="s").get_config()).factor, Scale(3.0).get_config()["factor"]

    ours, theirs = both(recipe)
    assert ours == theirs


@pytest.mark.parametrize("positions", [[0.3, 0.6, 0.8], [0.2, 0.5, 0.6], [0.3, 0.6, 0.8, 1.0]])
def test_summaries_with_places_of_columns(positions, both):
    """Columns that do not fill the line are widened in proportion; places too many are left out."""

    def recipe(api):
        lines = []
        model = api.Sequential([api.Input((4,)), api.layers.Dense(3), api.layers.Dense(1)])
        model.summary(positions=positions, line_length=76, print_fn=lambda text: lines.append(text))
        return [line.rstrip() for line in "\n".join(lines).strip().splitlines()]

    ours, theirs = both(recipe)
    assert ours == theirs
