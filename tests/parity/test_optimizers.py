"""Every optimizer takes the steps that Keras's takes: the same weights and the same state after each."""

import numpy as np
import pytest

RNG = np.random.default_rng(1)
X = RNG.normal(size=(20, 3)).astype("float32")
Y = RNG.normal(size=(20, 2)).astype("float32")


def of_name(optimizers, name):
    """The class of that name.

    Keras's ScheduleFreeAdamW reads the moving point before its step, and uses it after. On JAX and TensorFlow that is
    the old point, as in the paper; on Torch it was moved in place meanwhile. So it is compared without moving in place.
    """
    cls = getattr(optimizers, name)
    if name != "ScheduleFreeAdamW" or not cls.__module__.startswith("keras."):
        return cls

    def assign_sub(self, variable, value):
        variable._value = (variable.value - value).detach()

    return type(name, (cls,), {"assign_sub": assign_sub})


def schedule_free(optimizers, *args, **kwargs):
    return of_name(optimizers, "ScheduleFreeAdamW")(*args, **kwargs)


OPTIMIZERS = {
    "sgd": lambda o: o.SGD(0.1),
    "sgd momentum": lambda o: o.SGD(0.1, momentum=0.9),
    "sgd nesterov": lambda o: o.SGD(0.1, momentum=0.9, nesterov=True),
    "rmsprop": lambda o: o.RMSprop(0.01),
    "rmsprop momentum": lambda o: o.RMSprop(0.01, momentum=0.5),
    "rmsprop centered": lambda o: o.RMSprop(0.01, centered=True),
    "rmsprop both": lambda o: o.RMSprop(0.01, rho=0.8, momentum=0.5, centered=True, epsilon=1e-3),
    "adam": lambda o: o.Adam(0.02),
    "adam amsgrad": lambda o: o.Adam(0.02, amsgrad=True),
    "adam betas": lambda o: o.Adam(0.02, 0.5, 0.6, 1e-3),
    "adamw": lambda o: o.AdamW(0.02),
    "adagrad": lambda o: o.Adagrad(0.1),
    "adagrad start": lambda o: o.Adagrad(0.1, initial_accumulator_value=0.5),
    "adadelta": lambda o: o.Adadelta(1.0),
    "adadelta rho": lambda o: o.Adadelta(0.5, rho=0.8, epsilon=1e-3),
    "adamax": lambda o: o.Adamax(0.02),
    "adamax betas": lambda o: o.Adamax(0.02, 0.5, 0.6, 1e-3),
    "nadam": lambda o: o.Nadam(0.02),
    "nadam betas": lambda o: o.Nadam(0.02, 0.5, 0.6, 1e-3),
    "nadam accumulation": lambda o: o.Nadam(0.02, gradient_accumulation_steps=3),
    "lion": lambda o: o.Lion(0.01),
    "lion betas": lambda o: o.Lion(0.01, 0.5, 0.6),
    "ftrl": lambda o: o.Ftrl(0.1),
    "ftrl power": lambda o: o.Ftrl(0.1, learning_rate_power=-0.3, initial_accumulator_value=0.5),
    "ftrl regularized": lambda o: o.Ftrl(0.1, -0.5, 0.1, 0.02, 0.03, 0.04, 0.05),
    "schedule free": lambda o: schedule_free(o, 0.02),
    "schedule free warmup": lambda o: schedule_free(o, 0.02, 0.8, 0.9, 1e-3, warmup_steps=6, weight_decay=0.1),
    "adafactor": lambda o: o.Adafactor(0.1),
    "adafactor clipped": lambda o: o.Adafactor(0.5, -0.5, 1e-3, 0.1, clip_threshold=0.5, relative_step=False),
    "lamb": lambda o: o.Lamb(0.02),
    "lamb betas": lambda o: o.Lamb(0.02, 0.5, 0.6, 1e-3, weight_decay=0.1),
    "muon": lambda o: o.Muon(0.02),
    "muon plain": lambda o: o.Muon(0.02, nesterov=False, rms_rate=None, ns_steps=3, momentum=0.8, muon_a=3.0),
    "muon rest by adam": lambda o: o.Muon(0.02, 0.5, 0.6, 0.1, 1e-3, exclude_layers=["dense_1"], adam_lr_ratio=0.5),
    "muon adam alone decays": lambda o: o.Muon(0.02, adam_weight_decay=0.1, weight_decay=None),
    "weight decay": lambda o: o.SGD(0.1, weight_decay=0.1),
    "adam weight decay": lambda o: o.Adam(0.02, weight_decay=0.1),
    "clipnorm": lambda o: o.SGD(0.1, clipnorm=0.3),
    "clipvalue": lambda o: o.SGD(0.1, clipvalue=0.05),
    "global clipnorm": lambda o: o.Adam(0.02, global_clipnorm=0.3),
    "clipnorm of 0": lambda o: o.SGD(0.1, clipnorm=0.0),
    "average": lambda o: o.SGD(0.1, use_ema=True, ema_momentum=0.8),
    "average overwrites": lambda o: o.Adam(0.02, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=3),
    "accumulation": lambda o: o.SGD(0.1, gradient_accumulation_steps=3),
    "adam accumulation": lambda o: o.Adam(0.02, gradient_accumulation_steps=2, clipnorm=0.2, weight_decay=0.1),
    "accumulation and average": lambda o: o.SGD(0.1, gradient_accumulation_steps=2, use_ema=True, ema_momentum=0.8),
    "scaled loss": lambda o: o.SGD(0.1, loss_scale_factor=128.0),
    "learning rate as a function": lambda o: o.SGD(lambda: 0.05),
    "a scale found by itself": lambda o: o.LossScaleOptimizer(o.Adam(0.02), initial_scale=8.0, dynamic_growth_steps=4),
    "a scale over accumulation": lambda o: o.LossScaleOptimizer(o.SGD(0.1, gradient_accumulation_steps=2, use_ema=True)),
}


def model(api):
    """Two layers, so that there are several variables; one constraint."""
    L = api.layers
    first = L.Dense(4, activation="tanh", kernel_constraint=api.constraints.MaxNorm(1.0))
    return api.Sequential([L.Input((3,)), first, L.Dense(2)])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_same_steps(name, twins, close):
    pair = twins(model)
    for api, twin in pair:
        twin.compile(OPTIMIZERS[name](api.optimizers), "mse")
    for step in range(20):
        batch = slice(step % 7 * 2, step % 7 * 2 + 6)
        losses = [twin.train_on_batch(X[batch], Y[batch]) for _, twin in pair]
        close(*losses)
    close(*[twin.get_weights() for _, twin in pair])
    close(*[twin.optimizer.variables for _, twin in pair])
    ours, theirs = ([v.path for v in twin.optimizer.variables] for _, twin in pair)
    assert ours == theirs


@pytest.mark.parametrize("name", ["average", "average overwrites", "accumulation"])
def test_same_fit(name, twins, close):
    """`fit` ends by putting the averages in the weights' place."""
    pair = twins(model)
    for api, twin in pair:
        twin.compile(OPTIMIZERS[name](api.optimizers), "mse")
    histories = [twin.fit(X, Y, batch_size=6, epochs=2, shuffle=False, verbose=0).history for _, twin in pair]
    close(*histories)
    close(*[twin.get_weights() for _, twin in pair])


@pytest.mark.parametrize("chosen", [{"var_names": ["bias"]}, {"var_list": 0}])
def test_same_exclusion_from_decay(chosen, twins, close):
    pair = twins(model)
    for api, twin in pair:
        optimizer = api.optimizers.AdamW(0.02, weight_decay=0.5)
        listed = {"var_list": [twin.trainable_variables[0]]} if "var_list" in chosen else chosen
        optimizer.exclude_from_weight_decay(**listed)
        twin.compile(optimizer, "mse")
        for _ in range(3):
            twin.train_on_batch(X, Y)
    close(*[twin.get_weights() for _, twin in pair])


def test_learning_rate_can_be_set(twins, close):
    pair = twins(model)
    for api, twin in pair:
        twin.compile(api.optimizers.SGD(0.1), "mse")
        twin.train_on_batch(X, Y)
        twin.optimizer.learning_rate = 0.5
        assert float(twin.optimizer.learning_rate) == 0.5
        twin.train_on_batch(X, Y)
    close(*[twin.get_weights() for _, twin in pair])


def test_an_optimizer_written_for_keras(twins, close):
    """The recipe of Keras's own docstring: `build`, `update_step`, slots made with `add_variable_from_reference`."""

    def momentum(api):
        class Momentum(api.optimizers.Optimizer):
            def __init__(self, learning_rate=0.1, **kwargs):
                super().__init__(learning_rate=learning_rate, **kwargs)
                self.momentum = 0.9

            def build(self, variables):
                super().build(variables)
                self.velocities = [self.add_variable_from_reference(v, name="velocity") for v in variables]

            def update_step(self, gradient, variable, learning_rate):
                velocity = self.velocities[self._get_variable_index(variable)]
                self.assign(velocity, velocity * self.momentum - gradient * learning_rate)
                self.assign_add(variable, velocity)

        return Momentum()

    pair = twins(model)
    for api, twin in pair:
        twin.compile(momentum(api), "mse")
        for _ in range(4):
            twin.train_on_batch(X, Y)
    close(*[twin.get_weights() for _, twin in pair])
    close(*[twin.optimizer.variables for _, twin in pair])


def test_apply_by_hand(twins, close):
    """Gradients given by hand; `None` leaves a variable alone."""
    pair = twins(model)
    gradients = [RNG.normal(size=w.shape).astype("float32") for w in pair[0][1].get_weights()]
    for api, twin in pair:
        optimizer = api.optimizers.Adam(0.1)
        home = twin.trainable_variables
        given = [api.ops.convert_to_tensor(g) for g in gradients]
        optimizer.apply(given, home)
        optimizer.apply([given[0], None, given[2], None])
        optimizer.apply_gradients(zip(given, home))
        assert int(optimizer.iterations) == 3
    close(*[twin.get_weights() for _, twin in pair])


WRONG = {
    "an unknown argument": lambda o: o.SGD(0.1, decay_rate=1),
    "two ways to clip": lambda o: o.SGD(0.1, clipnorm=1.0, clipvalue=1.0),
    "an int as rate": lambda o: o.SGD(1),
    "a word as rate": lambda o: o.SGD("fast"),
    "momentum above 1": lambda o: o.SGD(0.1, momentum=2),
    "one step of accumulation": lambda o: o.SGD(0.1, gradient_accumulation_steps=1),
    "ema momentum above 1": lambda o: o.SGD(0.1, use_ema=True, ema_momentum=2),
    "ema frequency of 0.5": lambda o: o.SGD(0.1, use_ema=True, ema_overwrite_frequency=0.5),
    "gradients before build": lambda o: o.SGD(0.1).apply([np.ones(2)]),
    "set_weights before build": lambda o: o.SGD(0.1).set_weights([]),
    "an unknown name": lambda o: o.get("adma"),
    "a number": lambda o: o.get(3),
}


@pytest.mark.parametrize("name", WRONG)
def test_same_errors(name, both):
    ours, theirs = both(lambda api: WRONG[name](api.optimizers))
    assert isinstance(theirs, Exception), theirs
    assert type(ours) is type(theirs), ours
    assert len(str(ours)) > 40
