"""The three ways to make a model: outputs, names, weights, layers, configs, freezing and summaries are Keras's."""

import numpy as np
import pytest

RNG = np.random.default_rng(5)
X = RNG.normal(size=(6, 4)).astype("float32")
X2 = RNG.normal(size=(6, 4)).astype("float32")


def shared(api):
    a, b = api.layers.Input((4,), name="a"), api.layers.Input((4,), name="b")
    dense = api.layers.Dense(3, "relu", name="shared")
    return api.Model([a, b], api.layers.Dense(1)(api.layers.Concatenate()([dense(a), dense(b)])), name="pair")


def nested(api):
    L = api.layers
    inner = api.Sequential([L.Input((4,)), L.Dense(3, name="i1"), L.Dense(2, name="i2")], name="inner")
    x = L.Input((4,), name="x")
    return api.Model(x, L.Dense(1, name="o")(inner(x)), name="outer")


def nested_twice(api):
    L = api.layers
    inner = nested(api)
    a, b = L.Input((4,), name="a"), L.Input((4,), name="b")
    return api.Model([a, b], L.Add(name="sum")([inner(a), inner(b)]), name="siamese")


def several_outputs(api):
    L = api.layers
    x = L.Input((4,), name="x")
    h = L.Dense(3, "tanh", name="a_layer_with_a_very_long_name")(x)
    return api.Model(x, {"big": L.Dense(2, name="big")(h), "also": [L.Dense(1, name="one")(h), h]}, name="many")


def dict_inputs(api):
    L = api.layers
    x = {"b": L.Input((4,), name="b"), "a": L.Input((4,), name="a")}
    return api.Model(x, L.Dense(2)(L.Concatenate()([x["a"], L.Dense(2)(x["b"])])))


def residual(api):
    L = api.layers
    x = L.Input((4,), name="x")
    y = L.Dense(4, "relu")(x)
    y = L.Dense(4)(y) + x
    return api.Model(x, L.Dense(1)(y * 2.0))


def chain(api):
    L = api.layers
    return api.Sequential([L.Input((4,)), L.Dense(3), L.ReLU(), L.Dropout(0.5), L.Dense(1)], name="chain")


def deferred(api):
    model = api.Sequential([api.layers.Dense(3), api.layers.Dense(1)], name="later")
    model.build((None, 4))
    return model


def sequential_of_models(api):
    return api.Sequential([chain(api), api.layers.Dense(2)], name="outside")


def frozen(api):
    model = chain(api)
    model.layers[0].trainable = False
    return model


def subclassed(api):
    class Net(api.Model):
        def __init__(self):
            super().__init__(name="net")
            self.first = api.layers.Dense(3, "relu")
            self.rest = [api.layers.Dense(2), api.layers.Dense(1)]

        def call(self, x, training=False):
            x = self.first(x)
            for layer in self.rest:
                x = layer(x)
            return x

    model = Net()
    model(X[:1])
    return model


def custom_layers(api):
    class Scale(api.layers.Layer):
        def build(self, shape):
            self.factor = self.add_weight(shape=(shape[-1],), initializer="ones", name="factor")
            self.seen = self.add_weight(shape=(), initializer="zeros", trainable=False, name="seen")

        def call(self, x):
            return x * self.factor

    class Block(api.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense, self.scale = api.layers.Dense(3), Scale()

        def call(self, x):
            return self.scale(self.dense(x))

    x = api.Input((4,), name="x")
    return api.Model(x, api.layers.Dense(1)(Block()(x)))


MODELS = {f.__name__: f for f in (
    shared, nested, nested_twice, several_outputs, dict_inputs, residual, chain, deferred, sequential_of_models, frozen,
    subclassed, custom_layers,
)}  # fmt: skip


def inputs_of(name):
    if name in ("shared", "nested_twice"):
        return [X, X2]
    return {"a": X, "b": X2} if name == "dict_inputs" else X


def leaves(structure):
    if isinstance(structure, dict):
        return [leaf for key in sorted(structure) for leaf in leaves(structure[key])]
    return [leaf for part in structure for leaf in leaves(part)] if isinstance(structure, (list, tuple)) else [structure]


@pytest.mark.parametrize("name", MODELS)
def test_outputs(name, twins, close):
    """`model(x)`, `model.predict(x)`: equal numbers in the same structure."""
    called, predicted = [], []
    for _, model in twins(MODELS[name]):
        called.append(model(inputs_of(name)))
        predicted.append(model.predict(inputs_of(name), verbose=0))
    for ours, theirs in (called, predicted):
        assert type(ours) is type(theirs) or not isinstance(theirs, (dict, list, tuple))
        close(leaves(ours), leaves(theirs))


@pytest.mark.parametrize("name", MODELS)
def test_weights(name, twins):
    """Order, paths and counts of weights, trainable or not."""
    told = [
        (
            [v.path for v in model.weights],
            [v.path for v in model.trainable_weights],
            [v.path for v in model.non_trainable_weights],
            [tuple(w.shape) for w in model.get_weights()],
            model.count_params(),
        )
        for _, model in twins(MODELS[name])
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize("name", MODELS)
def test_layers(name, twins):
    """Order and names of layers; `get_layer` by name and number."""
    pair = twins(MODELS[name])
    ours, theirs = ([(layer.name, type(layer).__name__, layer.built, layer.trainable) for layer in model.layers] for _, model in pair)
    assert ours == theirs
    for _, model in pair:
        for i, layer in enumerate(model.layers):
            assert model.get_layer(layer.name) is layer and model.get_layer(index=i) is layer


@pytest.mark.parametrize("name", sorted(MODELS.keys() - {"subclassed"}))
def test_shapes_and_names(name, twins):
    ours, theirs = (
        (
            model.input_shape, model.output_shape, [t.shape for t in model.inputs], [t.dtype for t in model.outputs],
            model.compute_output_shape(model.input_shape),
        )
        for _, model in twins(MODELS[name])
    )  # fmt: skip
    assert ours == theirs


SUMMARIES = {
    "plain": {},
    "nested models opened": {"expand_nested": True},
    "with what is trainable": {"show_trainable": True},
    "both": {"show_trainable": True, "expand_nested": True},
    "narrow": {"line_length": 50},
    "positions": {"positions": [0.4, 0.6, 0.8, 1.0], "line_length": 76},
}


CHAINS = "nested chain deferred sequential_of_models frozen subclassed custom_layers".split()


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("settings", SUMMARIES.values(), ids=SUMMARIES)
def test_summary(name, settings, twins):
    texts = []
    if "positions" in settings and name in CHAINS:
        settings = settings | {"positions": settings["positions"][1:]}
    for _, model in twins(MODELS[name]):
        lines = []
        model.summary(print_fn=lines.append, **settings)
        texts.append("\n".join(line.rstrip() for line in "\n".join(lines).splitlines()))
    assert texts[0] == texts[1]


def test_summary_of_what_is_not_built(both):
    def tell(api):
        lines = []
        api.Sequential([api.layers.Dense(3), api.layers.Dense(1)], name="u").summary(print_fn=lines.append)
        return "\n".join(lines).strip()

    ours, theirs = both(tell)
    assert ours == theirs


def test_summary_counts_the_optimizer(twins):
    texts = []
    for _, model in twins(chain):
        model.compile("adam", "mse")
        model.train_on_batch(X, X[:, :1])
        lines = []
        model.summary(print_fn=lines.append)
        texts.append("\n".join(lines).strip())
    assert texts[0] == texts[1] and "Optimizer params: 40" in texts[0]


@pytest.mark.parametrize("names", [("dense", "dropout"), ("dense.*", "re.*"), ("dropout", "dense")])
def test_summary_of_a_range(names, twins):
    texts = []
    for _, model in twins(chain):
        lines = []
        model.summary(print_fn=lines.append, layer_range=names)
        texts.append("\n".join(lines).strip())
    assert texts[0] == texts[1]


def test_freezing(twins, close):
    """`trainable` passes down to layers and weights, and comes back."""
    states = []
    for _, model in twins(nested):
        seen = []
        for action in (
            lambda m: setattr(m, "trainable", False),
            lambda m: setattr(m.get_layer("inner"), "trainable", True),
            lambda m: setattr(m, "trainable", True),
            lambda m: setattr(m.get_layer("inner").layers[0], "trainable", False),
        ):
            action(model)
            seen.append(([v.path for v in model.trainable_weights], [v.path for v in model.non_trainable_weights]))
            seen.append([layer.trainable for layer in model.layers])
        states.append(seen)
    assert states[0] == states[1]


def test_weights_that_never_train_stay_so(twins):
    states = []
    for _, model in twins(custom_layers):
        model.trainable = False
        model.trainable = True
        states.append([v.path for v in model.trainable_weights])
    assert states[0] == states[1]


def test_growing_and_shrinking(both, close):
    """`add` and `pop`, before and after there are weights."""

    def grow(api):
        L = api.layers
        model = api.Sequential(name="s")
        seen = [(len(model.layers), model.built)]
        for layer in (L.Input((4,)), L.Dense(3), L.Dense(2), L.ReLU()):
            model.add(layer)
            seen.append((len(model.layers), model.built, [w.shape for w in model.weights]))
        model.pop()
        model.pop()
        seen.append((len(model.layers), model.output_shape, [w.path for w in model.weights]))
        model.add(L.Dense(5))
        return [*seen, model.output_shape, tuple(model(X).shape), [layer.name for layer in model.layers]]

    ours, theirs = both(grow)
    assert ours == theirs


def test_deferred_models(both):
    def use(api):
        model = api.Sequential([api.layers.Dense(3), api.layers.Dense(1)])
        seen = [model.built, model.weights]
        model(X)
        return [*seen, model.built, [w.shape for w in model.weights], model.input_shape, model.output_shape]

    ours, theirs = both(use)
    assert ours == theirs


def test_a_model_cut_short(twins, close):
    """`Model(model.input, model.get_layer(...).output)`: a look inside."""
    pair = twins(nested)
    close(*[api.Model(model.input, model.get_layer("inner").output)(X) for api, model in pair])
    pair = twins(chain)
    close(*[api.Model(model.inputs, model.layers[0].output)(X) for api, model in pair])


def test_a_class_with_a_training_step(twins, close):
    """Keras's guide: a `train_step` of one's own, on a functional model, with `self.metrics`."""

    def make(api):
        class Custom(api.Model):
            def train_step(self, data):
                x, y = data
                result = super().train_step(data)
                self.steps = getattr(self, "steps", 0) + 1
                assert len(x) == len(y)
                return {**result, "double": 2 * float(result["loss"])}

        x = api.Input((4,))
        return Custom(x, api.layers.Dense(1)(x), name="custom")

    histories = []
    for _, model in twins(make):
        model.compile("sgd", "mse", metrics=["mae"])
        histories.append(model.fit(X, X[:, :1], epochs=2, batch_size=2, shuffle=False, verbose=0).history)
        assert model.steps == 6
    close(*histories)


def test_a_class_with_its_own_test_and_predict_steps(twins, close):
    def make(api):
        class Custom(api.Model):
            def test_step(self, data):
                x, y = data
                y_pred = self(x, training=False)
                return {"largest": api.ops.max(api.ops.absolute(y - y_pred))}

            def predict_step(self, data):
                x = data[0] if isinstance(data, tuple) else data
                return -self(x, training=False)

        x = api.Input((4,))
        return Custom(x, api.layers.Dense(1)(x))

    pair = twins(make)
    for _, model in pair:
        model.compile("sgd", "mse")
    close(*[model.evaluate(X, X[:, :1], verbose=0, return_dict=True) for _, model in pair])
    close(*[[model.predict(X, verbose=0)] for _, model in pair])


def test_a_class_with_its_own_loss_and_metrics(twins, close):
    """`compute_loss` and `compute_metrics`, with a tracker among the model's metrics."""

    def make(api):
        class Custom(api.Model):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.tracker = api.metrics.Mean(name="cubed")

            def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
                loss = api.ops.mean(api.ops.absolute(y - y_pred) ** 3)
                self.tracker.update_state(loss)
                return loss

            def reset_metrics(self):
                self.tracker.reset_state()

            @property
            def metrics(self):
                return [self.tracker]

        x = api.Input((4,))
        return Custom(x, api.layers.Dense(1)(x))

    histories = []
    for _, model in twins(make):
        model.compile("sgd")
        histories.append(model.fit(X, X[:, :1], epochs=2, batch_size=2, shuffle=False, verbose=0).history)
    close(*histories)


def test_the_guides_loop_over_metrics(twins, close):
    """Keras's guide "Customizing what happens in fit()": each metric of `self.metrics` is updated by hand."""

    def make(api):
        class Custom(api.Model):
            def test_step(self, data):
                x, y = data
                y_pred = self(x, training=False)
                loss = self.compute_loss(y=y, y_pred=y_pred)
                for metric in self.metrics:
                    if metric.name == "loss":
                        metric.update_state(loss)
                    else:
                        metric.update_state(y, y_pred)
                return {m.name: m.result() for m in self.metrics}

        x = api.Input((4,))
        return Custom(x, api.layers.Dense(1)(x))

    pair = twins(make)
    for _, model in pair:
        model.compile("sgd", "mse", metrics=["mae"])
    close(*[model.evaluate(X, X[:, :1], batch_size=3, verbose=0, return_dict=True) for _, model in pair])


def test_training_and_its_absence(twins, close):
    """`training` reaches every layer; Dropout does nothing without it."""

    def make(api):
        class Spy(api.layers.Layer):
            def call(self, x, training=None):
                return x * 2.0 if training else x

        class Block(api.layers.Layer):
            def __init__(self):
                super().__init__()
                self.spy = Spy()

            def call(self, x):
                return self.spy(x)

        x = api.Input((4,))
        return api.Model(x, api.layers.Dropout(0.5)(Spy()(Block()(x))))

    pair = twins(make)
    close(*[model(X) for _, model in pair])
    close(*[model(X, training=False) for _, model in pair])
    for _, model in pair:
        spied = model.layers[1](X, training=True)
        np.testing.assert_allclose(np.asarray(spied), 2 * X, rtol=1e-6)


def test_super_init_forgotten(both):
    def make(api):
        class Bare(api.layers.Layer):
            def __init__(self):
                self.dense = api.layers.Dense(1)

        return Bare()

    ours, theirs = both(make)
    assert isinstance(ours, RuntimeError) and "super().__init__()" in str(ours)
    assert isinstance(theirs, RuntimeError | AttributeError)  # Torch is quicker than Keras to say so


WRONG = {
    "no such name": lambda api: chain(api).get_layer("nothing"),
    "no such number": lambda api: chain(api).get_layer(index=9),
    "neither": lambda api: chain(api).get_layer(),
    "both": lambda api: chain(api).get_layer("dense", 0),
    "not symbolic inputs": lambda api: api.Model(X, api.Input((4,))),
    "not symbolic outputs": lambda api: api.Model(api.Input((4,)), X),
    "not connected": lambda api: api.Model(api.Input((4,)), api.layers.Dense(1)(api.Input((4,)))),
    "one input forgotten": lambda api: api.Model(shared(api).inputs[0], shared(api).output),
    "one name twice": lambda api: api.Model(
        x := api.Input((4,)), api.layers.Dense(1, name="d")(api.layers.Dense(1, name="d")(x))
    ),
    "one name twice in a chain": lambda api: api.Sequential([api.layers.Dense(1, name="d"), api.layers.Dense(1, name="d")]),
    "a function in a chain": lambda api: api.Sequential([abs]),
    "a second Input": lambda api: api.Sequential([api.Input((4,)), api.Input((4,))]),
    "pop of nothing": lambda api: api.Sequential().pop(),
    "build of nothing": lambda api: api.Sequential().build((None, 4)),
    "output of what was not called": lambda api: api.layers.Dense(1).output,
    "count before build": lambda api: api.layers.Dense(1).count_params(),
    "layers assigned": lambda api: setattr(chain(api), "layers", []),
    "no call": lambda api: type("Bare", (api.Model,), {})()(X),
    "no call in a layer": lambda api: type("Bare", (api.layers.Layer,), {})()(X),
    "a name with a slash": lambda api: api.layers.Dense(1, name="a/b"),
    "a name that is a number": lambda api: api.layers.Dense(1, name=3),
    "too few weights": lambda api: chain(api).set_weights([X]),
    "a weight of another shape": lambda api: api.layers.Dense(3).set_weights([X]),
    "weights of other shapes": lambda api: chain(api).set_weights([w.T for w in chain(api).get_weights()]),
    "a range of one": lambda api: chain(api).summary(layer_range=["dense"], print_fn=str),
    "a range of nothing": lambda api: chain(api).summary(layer_range=["x", "y"], print_fn=str),
    "too narrow": lambda api: chain(api).summary(line_length=8, print_fn=str),
    "if on a symbol": lambda api: 1 if api.Input((4,)) else 2,
    "NumPy on a symbol": lambda api: np.exp(api.Input((4,))),
    "a loop over a symbol": lambda api: list(api.Input((4,))),
    "Input without a shape": lambda api: api.Input(),
    "Input of a number": lambda api: api.Input(4),
    "Input of both shapes": lambda api: api.Input((4,), batch_shape=(None, 4)),
    "Input of words": lambda api: api.Input(("a",)),
}


@pytest.mark.parametrize("name", WRONG)
def test_same_errors(name, both):
    ours, theirs = both(WRONG[name])
    assert isinstance(theirs, Exception), theirs
    assert isinstance(ours, type(theirs)), repr(ours)
    assert len(str(ours)) > 20
