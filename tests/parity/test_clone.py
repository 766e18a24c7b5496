"""`clone_model`, beside Keras's: the same architecture, new weights, layers replaced or called otherwise on request."""

import numpy as np
import pytest

import kerasteach as kt

X = np.random.default_rng(3).normal(size=(4, 6)).astype("float32")


def chain(api):
    L = api.layers
    return api.Sequential([api.Input((6,), name="x"), L.Dense(3, activation="relu", name="a"), L.Dense(2, name="b")], name="m")


def graph(api):
    L = api.layers
    x = api.Input((6,), name="x")
    shared = L.Dense(3, name="shared")
    y = L.Add(name="sum")([shared(x), shared(x * 2.0)])
    return api.Model(x, {"one": L.Dense(1, name="one")(y), "two": L.Dense(2, name="two")(y)}, name="m")


def nested(api):
    x = api.Input((6,), name="x")
    inner = chain(api)
    return api.Model(x, api.layers.Dense(1, name="end")(inner(x)), name="outer")


def described(model):
    return [(w.path, tuple(w.shape)) for w in model.weights], model.name, [layer.name for layer in model.layers]


@pytest.mark.parametrize("make", [chain, graph, nested])
@pytest.mark.parametrize("recursive", [False, True])
def test_a_clone_has_the_same_parts_and_new_weights(make, recursive, twins, close):
    pair = twins(make)
    clones = [(api, api.models.clone_model(model, recursive=recursive)) for api, model in pair]
    assert described(clones[0][1]) == described(clones[1][1])
    for (_, model), (_, clone) in zip(pair, clones):
        assert not np.allclose(clone.get_weights()[0], model.get_weights()[0])
        clone.set_weights(model.get_weights())
    close(clones[0][1].predict(X, verbose=0), clones[1][1].predict(X, verbose=0))


def test_layers_can_be_replaced(twins, close):
    def smoother(layer, api):
        config = layer.get_config()
        if config.get("activation") == "relu":
            config["activation"] = "tanh"
        return type(layer).from_config(config)

    outs = []
    for api, model in twins(chain):
        clone = api.models.clone_model(model, clone_function=lambda layer, api=api: smoother(layer, api))
        clone.set_weights(model.get_weights())
        outs.append(clone.predict(X, verbose=0))
    close(*outs)


def test_a_call_function_puts_layers_in_between(twins, close):
    def call(layer, *args, api, **kwargs):
        out = layer(*args, **kwargs)
        return api.layers.ReLU(name=f"{layer.name}_relu")(out) if layer.name in ("one", "two") else out

    outs = []
    for api, model in twins(graph):
        clone = api.models.clone_model(
            model, clone_function=lambda layer: layer, call_function=lambda *a, api=api, **k: call(*a, api=api, **k)
        )
        assert [layer.name for layer in clone.layers][-2:] == ["one_relu", "two_relu"]
        outs.append(clone.predict(X, verbose=0))
    close(*outs)


def test_new_inputs_can_be_given(twins, close):
    shapes = []
    for api, model in twins(graph):
        clone = api.models.clone_model(model, input_tensors=api.Input((6,), batch_size=4, name="x"))
        shapes.append({key: tuple(t.shape) for key, t in clone.output.items()})
    assert shapes[0] == shapes[1] == {"one": (4, 1), "two": (4, 2)}


def test_a_compiled_model_gives_a_compiled_clone(backend):
    model = chain(kt)
    model.compile(kt.optimizers.Adam(0.02), "mse", metrics=["mae"])
    clone = kt.models.clone_model(model)
    assert clone.compiled and abs(float(clone.optimizer.learning_rate) - 0.02) < 1e-6
    assert clone.optimizer is not model.optimizer
    clone.fit(X, X[:, :2], verbose=0)


class Custom(kt.Model):
    def __init__(self, units=2, **kwargs):
        super().__init__(**kwargs)
        self.units, self.dense = units, kt.layers.Dense(units)

    def call(self, x):
        return self.dense(x)

    def get_config(self):
        return super().get_config() | {"units": self.units}


def test_a_subclass_is_made_again_from_its_config():
    clone = kt.models.clone_model(Custom(units=3))
    assert type(clone) is Custom and clone.units == 3


BAD = {
    "unknown argument": lambda api: api.models.clone_model(chain(api), nonsense=1),
    "call_function for a chain": lambda api: api.models.clone_model(chain(api), call_function=lambda layer, x: layer(x)),
    "clone_function is no function": lambda api: api.models.clone_model(graph(api), clone_function=3),
    "two inputs for one": lambda api: api.models.clone_model(chain(api), input_tensors=[api.Input((6,)), api.Input((6,))]),
    "inputs that are arrays": lambda api: api.models.clone_model(graph(api), input_tensors=X),
    "inputs nested otherwise": lambda api: api.models.clone_model(graph(api), input_tensors=[api.Input((6,))]),
}


@pytest.mark.parametrize("recipe", BAD.values(), ids=BAD)
def test_wrong_arguments_raise_as_in_keras(recipe, both):
    ours, theirs = both(recipe)
    assert isinstance(ours, ValueError) and isinstance(theirs, (ValueError, TypeError)), (ours, theirs)
