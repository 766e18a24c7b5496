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


def test_a_chain_with_an_op_of_two_outputs_is_a_chain(both):
    """Its summary does not say what is connected to what; that of a fork does."""

    def recipe(api):
        x = api.Input((4,), name="x")
        left, right = api.ops.split(x, 2, axis=1)
        texts = []
        for outputs in ([left, right], [api.layers.Dense(1)(left), api.layers.Dense(1)(right)], [x, api.layers.Dense(1)(x)]):
            api.Model(x, outputs).summary(line_length=76, print_fn=lambda text: texts.append(text))
        return [line.rstrip() for line in "\n".join(texts).splitlines() if line.strip()]

    ours, theirs = both(recipe)
    assert ours == theirs


def test_layers_without_weights_need_no_build(both):
    """The summary of a chain that has seen no data."""

    def recipe(api):
        L, texts = api.layers, []
        layers = [L.Conv2D(2, 3), L.MaxPooling2D(), L.AveragePooling2D(2), L.Dropout(0.5), L.GlobalAveragePooling2D(), L.ReLU()]
        api.Sequential([*layers, L.Flatten(), L.Reshape((-1,)), L.Dense(1)]).summary(line_length=76, print_fn=lambda text: texts.append(text))
        return [layer.built for layer in layers], [line.rstrip() for line in "\n".join(texts).strip().splitlines()]

    ours, theirs = both(recipe)
    assert ours == theirs


def test_what_compute_metrics_returns_is_logged(twins, close):
    """Keras's own example of `compute_metrics` adds a metric to the dict."""

    def make(api):
        class Custom(api.Model):
            def compute_metrics(self, x, y, y_pred, sample_weight=None):
                results = super().compute_metrics(x, y, y_pred, sample_weight)
                results["largest"] = api.ops.max(y_pred)
                return results

        x = api.Input((4,))
        return Custom(x, api.layers.Dense(1)(x))

    results = []
    for _, model in twins(make):
        model.compile("sgd", "mse", metrics=["mae"])
        history = model.fit(X, Y, epochs=2, batch_size=4, shuffle=False, validation_split=0.3, verbose=0).history
        results.append([history, model.evaluate(X, Y, verbose=0), model.train_on_batch(X, Y, return_dict=True)])
    assert "val_largest" in results[0][0]
    close(*results)


def test_an_output_without_sample_weights(twins, close):
    def make(api):
        x = api.Input((4,))
        return api.Model(x, [api.layers.Dense(1, name="a")(x), api.layers.Dense(1, name="b")(x)])

    weights, results = np.linspace(0.1, 2, 13).astype("float32"), []
    for _, model in twins(make):
        model.compile("sgd", ["mse", "mse"], weighted_metrics=[["mae"], ["mae"]])
        history = model.fit(X, [Y, Y], sample_weight=[weights, None], shuffle=False, batch_size=4, verbose=0).history
        results.append([history, model.evaluate(X, [Y, Y], sample_weight=[None, weights], verbose=0)])
    close(*results)


def test_a_wrong_metric_is_named_every_time(backend):
    import kerasteach as kt

    model = kt.Sequential([kt.Input((4,)), kt.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["no_such_metric"])
    for _ in range(2):
        with pytest.raises(ValueError, match="no_such_metric"):
            model.evaluate(X, Y, verbose=0)


def test_a_model_that_is_not_trained_leaves_its_layers_alone(both):
    def recipe(api):
        x = api.Input((4,))
        h = api.layers.Dense(3)(x)
        frozen = api.Model(x, h, trainable=False)
        return len(frozen.trainable_weights), frozen.layers[1].trainable, len(api.Model(x, h).trainable_weights)

    ours, theirs = both(recipe)
    assert ours == theirs


def test_losses_of_outputs_in_structures_are_named_by_their_place(twins, close):
    def make(api):
        x = api.Input((4,))
        dense = [api.layers.Dense(1, name=name)(x) for name in "abcd"]
        return api.Model(x, [dense[0], {"k": dense[1], "l": [dense[2], dense[3]]}])

    histories = []
    for _, model in twins(make):
        model.compile("sgd", "mse")
        histories.append(model.fit(X, [Y, {"k": Y, "l": [Y, Y]}], shuffle=False, verbose=0).history)
    close(*histories)


def test_weights_from_a_file_that_is_not_there(both, tmp_path):
    def recipe(api):
        api.Sequential([api.Input((4,)), api.layers.Dense(1)]).load_weights(tmp_path / "none.weights.h5")

    ours, theirs = both(recipe)
    assert type(ours) is type(theirs) is FileNotFoundError
