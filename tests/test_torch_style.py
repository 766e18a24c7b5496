"""On Torch a layer is a `torch.nn.Module`: Keras's guides for Torch, run with both packages, give equal numbers."""

import copy
import os
import pickle

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")  # real Keras reads it once, when first imported
torch = pytest.importorskip("torch")
keras = pytest.importorskip("keras")

import kerasteach as kt  # noqa: E402

RNG = np.random.default_rng(0)
X = RNG.normal(size=(32, 4)).astype("float32")
Y = RNG.normal(size=(32, 1)).astype("float32")
CLASSES = RNG.integers(3, size=32)


@pytest.fixture(autouse=True)
def on_torch():
    for api in (kt, keras):
        api.utils.clear_session()
    with kt.config.set_backend("torch"):
        yield


def two_layers(api, outputs=1, cls=None):
    """A graph with the same weights in either package."""
    x = api.Input((4,))
    h = api.layers.Dense(8, activation="relu", name="first")(x)
    model = (cls or api.Model)(x, api.layers.Dense(outputs, name="second")(h))
    draw = np.random.default_rng(1)
    model.set_weights([draw.normal(size=w.shape).astype("float32") for w in model.get_weights()])
    return model


def both(recipe, **tolerances):
    ours, theirs = recipe(kt), recipe(keras)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, **{"rtol": 1e-5, "atol": 1e-6} | tolerances)


# Keras's guides


def test_customizing_fit():
    """https://keras.io/guides/custom_train_step_in_torch/: compiled metrics."""

    def recipe(api):
        class CustomModel(api.Model):
            def train_step(self, data):
                x, y = data
                self.zero_grad()
                y_pred = self(x, training=True)
                loss = self.compute_loss(y=y, y_pred=y_pred)
                loss.backward()
                trainable_weights = list(self.trainable_weights)
                gradients = [v.value.grad for v in trainable_weights]
                with torch.no_grad():
                    self.optimizer.apply(gradients, trainable_weights)
                for metric in self.metrics:
                    if metric.name == "loss":
                        metric.update_state(loss)
                    else:
                        metric.update_state(y, y_pred)
                return {m.name: m.result() for m in self.metrics}

        model = two_layers(api, cls=CustomModel)
        model.compile("adam", "mse", metrics=["mae"])
        history = model.fit(X, Y, epochs=3, batch_size=8, shuffle=False, verbose=0).history
        return [history["loss"], history["mae"], *model.get_weights()]

    both(recipe)


def test_customizing_fit_going_lower_level():
    def recipe(api):
        class CustomModel(api.Model):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.loss_tracker = api.metrics.Mean(name="loss")
                self.mae_metric = api.metrics.MeanAbsoluteError(name="mae")
                self.loss_fn = api.losses.MeanSquaredError()

            def train_step(self, data):
                x, y, sample_weight = data
                self.zero_grad()
                y_pred = self(x, training=True)
                loss = self.loss_fn(y, y_pred, sample_weight=sample_weight)
                loss.backward()
                gradients = [v.value.grad for v in self.trainable_weights]
                with torch.no_grad():
                    self.optimizer.apply(gradients, self.trainable_weights)
                self.loss_tracker.update_state(loss)
                self.mae_metric.update_state(y, y_pred, sample_weight=sample_weight)
                return {"loss": self.loss_tracker.result(), "mae": self.mae_metric.result()}

            @property
            def metrics(self):
                return [self.loss_tracker, self.mae_metric]

        model = two_layers(api, cls=CustomModel)
        model.compile(optimizer="adam")
        fitted = model.fit(X, Y, sample_weight=np.arange(32) / 31, epochs=3, batch_size=8, shuffle=False, verbose=0)
        return [fitted.history["loss"], fitted.history["mae"]]

    both(recipe)


def test_a_loop_from_scratch_with_torch_s_optimizer():
    """https://keras.io/guides/writing_a_custom_training_loop_in_torch/"""

    def recipe(api):
        model = two_layers(api, 3)
        optimizer, loss_fn, losses = torch.optim.Adam(model.parameters(), lr=1e-2), torch.nn.CrossEntropyLoss(), []
        data = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(CLASSES))
        for _ in range(2):
            for x, y in torch.utils.data.DataLoader(data, batch_size=8):
                loss = loss_fn(model(x), y)
                model.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
        return [losses, *model.get_weights()]

    both(recipe)


def test_a_loop_from_scratch_with_keras_s_optimizer():
    def recipe(api):
        model = two_layers(api, 3)
        optimizer, metric = api.optimizers.Adam(1e-2), api.metrics.SparseCategoricalAccuracy()
        loss_fn, losses = api.losses.SparseCategoricalCrossentropy(from_logits=True), []
        for start in range(0, 32, 8):
            x, y = torch.from_numpy(X[start : start + 8]), torch.from_numpy(CLASSES[start : start + 8])
            logits = model(x, training=True)
            loss = loss_fn(y, logits)
            model.zero_grad()
            loss.backward()
            weights = list(model.trainable_weights)
            with torch.no_grad():
                optimizer.apply([v.value.grad for v in weights], weights)
            metric.update_state(y, logits)
            losses.append(loss.item())
        return [losses, float(metric.result()), *model.get_weights()]

    both(recipe)


def test_modules_inside_a_model():
    """The example of TorchModuleWrapper: modules with parameters, with state, and without either."""

    def recipe(api):
        torch.manual_seed(0)

        class Classifier(api.Model):
            def __init__(self):
                super().__init__()
                self.conv = torch.nn.Conv2d(1, 4, 3)  # wrapped by itself
                self.pool, self.flatten = torch.nn.MaxPool2d(2), torch.nn.Flatten()
                self.norm = torch.nn.BatchNorm1d(36)
                self.last = api.layers.TorchModuleWrapper(torch.nn.Linear(36, 3))

            def call(self, x):
                x = self.flatten(self.pool(torch.nn.functional.relu(self.conv(x))))
                return self.last(self.norm(x))

        model = Classifier()
        model.build((1, 1, 8, 8))
        model.compile("sgd", api.losses.SparseCategoricalCrossentropy(from_logits=True))
        x = np.random.default_rng(3).normal(size=(16, 1, 8, 8)).astype("float32")
        history = model.fit(x, np.arange(16) % 3, epochs=3, batch_size=8, shuffle=False, verbose=0).history
        names.append(sorted(name for name, _ in model.named_parameters()))
        state = model.state_dict()
        return [history["loss"], model.predict(x, verbose=0), *[w for w in model.get_weights()], state["norm.module.running_mean"]]

    names = []
    both(recipe)
    assert names[0] == names[1]


# As a module


def test_it_is_a_module_and_a_layer():
    model = two_layers(kt)
    assert isinstance(model, torch.nn.Module) and isinstance(model, kt.Model) and isinstance(model, kt.Layer)
    assert model.__class__ is type(kt.Model(model.inputs, model.outputs)).__mro__[1]  # the class as written
    assert model.layers[1].__class__ is kt.layers.Dense and type(model.layers[1]).__name__ == "Dense"
    assert not isinstance(model.to("numpy"), torch.nn.Module) and not isinstance(model.layers[1], torch.nn.Module)
    assert isinstance(model.to("torch").layers[1], torch.nn.Module)
    with kt.config.set_backend("numpy"):
        assert not isinstance(two_layers(kt), torch.nn.Module)


def test_parameters_have_keras_names():
    def recipe(api):
        model = two_layers(api)
        return [n for n, _ in model.named_parameters()], list(model.state_dict()), [tuple(p.shape) for p in model.parameters()]

    assert recipe(kt) == recipe(keras)


def test_a_state_dict_goes_both_ways():
    ours, theirs = two_layers(kt), two_layers(keras)
    theirs.set_weights([w * 0 + i for i, w in enumerate(theirs.get_weights())])
    ours.compile("adam", "mse")
    ours.fit(X, Y, verbose=0)  # now the variables are views of one vector
    ours.load_state_dict(theirs.state_dict())
    for a, b in zip(ours.get_weights(), theirs.get_weights()):
        np.testing.assert_array_equal(a, b)
    ours.fit(X, Y, verbose=0)
    theirs.load_state_dict(ours.state_dict())
    for a, b in zip(ours.get_weights(), theirs.get_weights()):
        np.testing.assert_array_equal(a, b)
    with pytest.raises(ValueError, match="assign"):
        ours.load_state_dict(theirs.state_dict(), assign=True)


def test_parameters_stay_the_true_storage_after_fit():
    """Torch's optimizer and Keras's take turns on the same numbers."""
    model = two_layers(kt)
    before = list(model.parameters())
    model.compile("adam", "mse")
    model.fit(X, Y, verbose=0)
    assert all(a is b for a, b in zip(before, model.parameters()))
    weights = model.get_weights()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    torch.nn.functional.mse_loss(model(torch.from_numpy(X)), torch.from_numpy(Y)).backward()
    gradients = {id(v): v.value.grad.clone() for v in model.trainable_variables}
    optimizer.step()
    for variable, old in zip(model.weights, weights):
        np.testing.assert_allclose(variable.numpy(), old - 0.1 * gradients[id(variable)].numpy(), rtol=1e-5)
    stepped = model.get_weights()
    model.fit(X, Y, verbose=0)
    assert all(np.any(a != b) for a, b in zip(stepped, model.get_weights()))


def test_layers_inside_a_module():
    class Net(torch.nn.Module):
        def __init__(self, api):
            super().__init__()
            self.model, self.linear = two_layers(api, 3), torch.nn.Linear(3, 3)
            with torch.no_grad():
                self.linear.weight.copy_(torch.eye(3))
                self.linear.bias.zero_()

        def forward(self, x):
            return self.linear(self.model(x))

    def recipe(api):
        net, losses = Net(api), []
        names.append(sorted(name.split(".")[-1] for name, _ in net.named_parameters()))
        optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
        for _ in range(4):
            loss = torch.nn.functional.cross_entropy(net(torch.from_numpy(X)), torch.from_numpy(CLASSES))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return [losses]

    names = []
    both(recipe)
    assert names[0] == names[1]


def test_layers_inside_torch_s_sequential():
    chain = torch.nn.Sequential(torch.nn.Linear(4, 3), kt.layers.Dense(2, activation="relu"))
    assert chain(torch.from_numpy(X)).shape == (32, 2)
    assert len(list(chain.parameters())) == 4
    assert chain.eval()[1].training is False and chain.train()[1].training is True


def test_call_and_forward_agree():
    model = two_layers(kt)
    torch.testing.assert_close(model.forward(torch.from_numpy(X)), model(X))
    assert model.torch_params["first/kernel"] is model.layers[1].kernel.value


def test_frozen_layers_get_no_gradient():
    model = two_layers(kt)
    model.layers[1].trainable = False
    model(torch.from_numpy(X)).sum().backward()
    assert model.layers[1].kernel.value.grad is None and model.layers[2].kernel.value.grad is not None
    model.zero_grad()
    assert model.layers[2].kernel.value.grad is None


def test_moving_and_casting():
    model = two_layers(kt)
    assert model.to("cpu") is model and model.to(torch.device("cpu")) is model
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0)
    model.double()
    assert model.layers[1].kernel.dtype == model.layers[1].compute_dtype == "float64" and model(X).dtype == torch.float64
    with pytest.raises(ValueError, match=r"Expected 'numpy' or 'torch'"):
        model.to("numpy").to("cuda")


def test_torch_s_functions_take_variables():
    for api in (kt, keras):
        v = api.Variable([[1.0, 2.0]])
        assert torch.nn.functional.linear(torch.ones(1, 2), v).tolist() == [[3.0]]
        assert (torch.ones(1, 2) + v).tolist() == [[2.0, 3.0]]


def test_shapes_of_layers_that_call_torch():
    """Symbols mean nothing to Torch's functions: shapes are found by trying."""

    class Pooled(kt.layers.Layer):
        def call(self, x):
            return torch.nn.functional.relu(x).mean(dim=1, keepdim=True).view(x.shape[0], 1)

    x = kt.Input((4,))
    model = kt.Model(x, kt.layers.Dense(2)(Pooled()(x)))
    assert model.output_shape == (None, 2) and model.predict(X, verbose=0).shape == (32, 2)
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0)


def test_copies_train_on_their_own():
    model = two_layers(kt)
    model.compile("adam", "mse")
    model.fit(X, Y, verbose=0)
    other = copy.deepcopy(model)
    assert other.__class__ is model.__class__ and isinstance(other, torch.nn.Module)
    before = model.get_weights()
    for a, b in zip(other.get_weights(), before):
        np.testing.assert_array_equal(a, b)
    other.fit(X, Y, verbose=0)
    for a, b in zip(model.get_weights(), before):
        np.testing.assert_array_equal(a, b)
    model.fit(X, Y, shuffle=False, verbose=0)
    assert all(np.any(a != b) for a, b in zip(other.get_weights(), before))


def test_layers_can_be_pickled():
    layer = kt.layers.Dense(2)
    layer(X)
    again = pickle.loads(pickle.dumps(layer))
    assert again.__class__ is kt.layers.Dense
    torch.testing.assert_close(again(X), layer(X))


# TorchModuleWrapper


def test_a_module_in_a_graph():
    """The shape of its output is found by itself; what it learned is saved and read when unsafe loading is allowed."""
    x = kt.Input((4,))
    model = kt.Model(x, kt.layers.TorchModuleWrapper(torch.nn.Sequential(torch.nn.Linear(4, 3, bias=False), torch.nn.BatchNorm1d(3)))(x))
    assert model.output_shape == (None, 3) and model.count_params() == 4 * 3 + 3 + 3
    model.compile("sgd", "mse")
    before = model.get_weights()
    model.fit(X, np.ones((32, 3), "float32"), verbose=0)
    assert all(np.any(a != b) for a, b in zip(before, model.get_weights()))


def test_a_module_s_code_is_not_run_from_a_file(tmp_path):
    x = kt.Input((4,))
    model = kt.Model(x, kt.layers.TorchModuleWrapper(torch.nn.BatchNorm1d(4), name="norm")(x))
    model(X, training=True)
    model.save(tmp_path / "m.keras")
    with pytest.raises(ValueError, match="arbitrary code"):
        kt.models.load_model(tmp_path / "m.keras")
    again = kt.models.load_model(tmp_path / "m.keras", safe_mode=False)
    torch.testing.assert_close(again(X, training=False), model(X, training=False))
    assert float(again.get_layer("norm").module.running_mean.abs().sum()) > 0


def test_what_cannot_be_wrapped():
    with pytest.raises(ValueError, match="LazyModules are not supported"):
        kt.layers.TorchModuleWrapper(torch.nn.LazyLinear(3))
    with pytest.raises(ValueError, match=r"needs a torch\.nn\.Module"):
        kt.layers.TorchModuleWrapper(np.tanh)
    with kt.config.set_backend("numpy"), pytest.raises(ValueError, match="set_backend"):
        kt.layers.TorchModuleWrapper(torch.nn.Linear(3, 2))
    with pytest.raises(RuntimeError, match="forgot to call"):

        class Late(kt.layers.Layer):
            def __init__(self):
                self.linear = torch.nn.Linear(3, 2)
                super().__init__()

        Late()


def test_tensors_are_those_of_the_backend_in_use():
    """Outside of layers the default backend's; inside a call, the layer's."""
    assert all(isinstance(t, torch.Tensor) for t in (kt.ops.convert_to_tensor([1.0]), kt.random.normal((2,)), kt.random.shuffle(X)))

    class Noisy(kt.layers.Layer):
        def call(self, x):
            seen.append(type(kt.random.normal((2,), seed=1)))
            return x + kt.ops.convert_to_tensor([1.0])

    seen = []
    noisy = Noisy()
    noisy(X)
    with kt.config.set_backend("numpy"):
        noisy(X)
        Noisy()(X)
        assert type(kt.ops.convert_to_tensor([1.0])) is np.ndarray
    assert seen == [torch.Tensor, torch.Tensor, np.ndarray]


def test_torch_s_names_on_numpy_say_where_they_are():
    with kt.config.set_backend("numpy"):
        model = two_layers(kt)
    for name in ("zero_grad", "parameters", "state_dict"):
        with pytest.raises(AttributeError, match=r"set_backend\('torch'\)"):
            getattr(model, name)
    with pytest.raises(AttributeError, match=r"no attribute 'something'$"):
        model.something  # noqa: B018
    assert not hasattr(model.to("torch"), "something") and callable(model.zero_grad)
