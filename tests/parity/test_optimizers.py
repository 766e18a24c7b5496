"""Every optimizer takes the steps that Keras's takes: the same weights and the same state after each."""

import warnings

import keras
import numpy as np
import pytest

import kerasteach as kt

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


SCHEDULES = {
    "exponential": lambda s: s.ExponentialDecay(0.1, 4, 0.5),
    "stairs": lambda s: s.ExponentialDecay(0.1, 4, 0.5, staircase=True),
    "inverse": lambda s: s.InverseTimeDecay(0.1, 4, 0.5),
    "pieces": lambda s: s.PiecewiseConstantDecay([3, 6, 7], [0.1, 0.01, 0.2, 0.05]),
    "polynomial": lambda s: s.PolynomialDecay(0.1, 5, cycle=True),
    "cosine": lambda s: s.CosineDecay(0.0, 5, warmup_target=0.1, warmup_steps=3),
    "restarts": lambda s: s.CosineDecayRestarts(0.1, 3, t_mul=1.0, m_mul=0.5),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_same_steps_on_a_schedule(name, twins, close):
    """Schedules count batches, also those that are only added up."""
    pair = twins(model)
    rates = []
    for api, twin in pair:
        schedule = SCHEDULES[name](api.optimizers.schedules)
        twin.compile(api.optimizers.Adam(schedule, gradient_accumulation_steps=2, weight_decay=0.1), "mse")
        rates.append([])
        for _ in range(12):
            rates[-1].append(float(twin.optimizer.learning_rate))
            twin.train_on_batch(X, Y)
    close(*rates)
    close(*[twin.get_weights() for _, twin in pair])


@pytest.mark.parametrize("name", SCHEDULES)
def test_same_rates_at_an_array_of_steps(name):
    """To draw a schedule, one calls it on many steps."""
    steps = np.arange(40)
    ours = SCHEDULES[name](kt.optimizers.schedules)(steps)
    theirs = SCHEDULES[name](keras.optimizers.schedules)
    np.testing.assert_allclose(ours, [float(theirs(step)) for step in steps], rtol=1e-5, atol=1e-7)
    assert ours.dtype == np.float32


@pytest.mark.parametrize("name", ["average", "average overwrites", "accumulation", "a scale over accumulation"])
def test_same_fit(name, twins, close):
    """`fit` ends by putting the averages in the weights' place."""
    pair = twins(model)
    for api, twin in pair:
        twin.compile(OPTIMIZERS[name](api.optimizers), "mse")
    histories = [twin.fit(X, Y, batch_size=6, epochs=2, shuffle=False, verbose=0).history for _, twin in pair]
    close(*histories)
    close(*[twin.get_weights() for _, twin in pair])


@pytest.mark.parametrize("name", ["AdamW", "Lamb", "Muon"])
@pytest.mark.parametrize("chosen", [{"var_names": ["bias"]}, {"var_list": 0}])
def test_same_exclusion_from_decay(chosen, name, twins, close):
    pair = twins(model)
    for api, twin in pair:
        optimizer = getattr(api.optimizers, name)(0.02, weight_decay=0.5)
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


def test_a_schedule_can_be_set_and_not_unset(twins, close):
    pair = twins(model)
    for api, twin in pair:
        twin.compile(api.optimizers.SGD(0.1), "mse")
        twin.train_on_batch(X, Y)
        twin.optimizer.learning_rate = api.optimizers.schedules.ExponentialDecay(0.5, 1, 0.5)
        assert float(twin.optimizer.learning_rate) == 0.25
        assert [v.name for v in twin.optimizer.variables] == ["iteration"]
        with pytest.raises(TypeError, match="not settable"):
            twin.optimizer.learning_rate = 0.5
        twin.train_on_batch(X, Y)
    close(*[twin.get_weights() for _, twin in pair])


def test_callbacks_that_set_the_rate(twins, close):
    """They reach the inner optimizer of a LossScaleOptimizer too."""
    pair = twins(model)
    histories = []
    for api, twin in pair:
        twin.compile(api.optimizers.LossScaleOptimizer(api.optimizers.SGD(0.1)), "mse")
        each = api.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5)
        late = api.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.1, patience=0, min_delta=10.0)
        fit = {"epochs": 3, "batch_size": 10, "shuffle": False, "verbose": 0, "callbacks": [each, late]}
        histories.append(twin.fit(X, Y, **fit).history)
    close(*histories)


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


def test_adam_written_for_keras(twins, close):
    """Ops, casts, a number of its own, a variable made without `add_variable`; the weights of the library's Adam."""

    def adam(api):
        ops = api.ops

        class Mine(api.optimizers.Optimizer):
            def build(self, variables):
                if self.built:
                    return
                super().build(variables)
                self.m, self.v = self.add_optimizer_variables(variables, ["m", "v"], ["zeros", api.initializers.Zeros()])
                self.calls = self.add_variable((), dtype="int32", name="calls")
                self.power = api.Variable(1.0, name="power", trainable=False)

            def update_step(self, gradient, variable, learning_rate):
                dtype = variable.dtype
                rate, gradient = ops.cast(learning_rate, dtype), ops.cast(gradient, dtype)
                step = ops.cast(self.iterations + 1, dtype)
                m, v = self.m[self._get_variable_index(variable)], self.v[self._get_variable_index(variable)]
                alpha = rate * ops.sqrt(1 - ops.power(ops.cast(0.999, dtype), step)) / (1 - ops.power(ops.cast(0.9, dtype), step))
                self.assign_add(m, ops.multiply(ops.subtract(gradient, m), 1 - 0.9))
                self.assign_add(v, ops.multiply(ops.subtract(ops.square(gradient), v), 1 - 0.999))
                self.assign_sub(variable, ops.divide(ops.multiply(m, alpha), ops.add(ops.sqrt(v), 1e-7)))
                self.assign_add(self.calls, 1)
                self.assign(self.power, self.power * 0.5)

        return Mine(0.02, clipnorm=0.5, weight_decay=0.1, use_ema=True)

    pair, reference = twins(model), twins(model)[0][1]
    reference.set_weights(pair[0][1].get_weights())
    for api, twin in pair:
        twin.compile(adam(api), "mse")
    reference.compile(kt.optimizers.Adam(0.02, clipnorm=0.5, weight_decay=0.1), "mse")
    for _ in range(5):
        for twin in (pair[0][1], pair[1][1], reference):
            twin.train_on_batch(X, Y)
    close(*[twin.get_weights() for _, twin in pair])
    close(pair[0][1].get_weights(), reference.get_weights())
    close(*[twin.optimizer.variables for _, twin in pair])
    ours, theirs = ([v.path for v in twin.optimizer.variables] for _, twin in pair)
    assert ours == theirs
    assert int(pair[0][1].optimizer.calls) == 20


FILES = {
    **{name: OPTIMIZERS[name] for name in (
        "sgd nesterov", "rmsprop both", "adam amsgrad", "adamw", "adagrad", "adadelta", "adamax", "nadam", "lion",
        "ftrl regularized", "adafactor", "lamb", "muon rest by adam", "average", "adam accumulation", "a scale found by itself",
    )},
    "adam on a schedule": lambda o: o.Adam(o.schedules.CosineDecay(0.1, 10, warmup_target=0.2, warmup_steps=3)),
}  # fmt: skip


@pytest.mark.parametrize("form", [".keras", ".weights.h5"])
@pytest.mark.parametrize("way", ["from Keras", "to Keras"])
@pytest.mark.parametrize("name", FILES)
def test_training_goes_on_from_a_file(name, way, form, twins, close, tmp_path):
    """State written by one package after 3 steps is taken up by the other: the same 4 steps follow."""
    pair = twins(model)
    (_, source), (api, target) = pair if way == "to Keras" else pair[::-1]
    for package, twin in pair:
        twin.compile(FILES[name](package.optimizers), "mse")
    for _ in range(3):
        source.train_on_batch(X, Y)
    file = tmp_path / f"model{form}"
    if form == ".keras":
        source.save(file)
        target = api.saving.load_model(file)
    else:
        target.train_on_batch(X, Y)  # makes the state that the file's goes into
        source.save_weights(file)
        target.load_weights(file)
    close(target.optimizer.variables, source.optimizer.variables)
    for _ in range(4):
        batch = [twin.train_on_batch(X, Y) for twin in (source, target)]
        close(*batch)
    close(target.get_weights(), source.get_weights())


@pytest.mark.parametrize("name", ["sgd momentum", "nadam", "adafactor", "adam accumulation", "a scale found by itself"])
def test_same_stateless_apply(name, twins, close):
    pair = twins(model)
    results = []
    for api, twin in pair:
        optimizer = OPTIMIZERS[name](api.optimizers)
        optimizer.build(twin.trainable_variables)
        start = twin.trainable_variables, optimizer.variables  # copied: Keras on Torch writes into what it is given
        values, state = [[api.ops.convert_to_tensor(v.numpy().copy()) for v in column] for column in start]
        before = [np.array(w) for w in twin.get_weights()]
        for seed in range(3):
            rng = np.random.default_rng(seed)
            grads = [api.ops.convert_to_tensor(rng.normal(size=w.shape).astype("float32")) for w in before]
            values, state = optimizer.stateless_apply(state, grads, values)
        results.append([values, state])
        close(twin.get_weights(), before)
        assert int(optimizer.iterations) == 0
    close(*results)


def test_infinite_gradients_change_nothing_but_the_scale(twins, close):
    """And a function of float16 that overflows is tried again with half the scale."""
    pair = twins(model)
    for api, twin in pair:
        optimizer = api.optimizers.LossScaleOptimizer(api.optimizers.Adam(0.1), initial_scale=4.0, dynamic_growth_steps=2)
        grads = [np.ones(v.shape, "float32") for v in twin.trainable_variables]
        broken = [grads[0] * np.inf, *grads[1:]]
        scales = []
        for given in (grads, broken, grads, grads, grads):
            optimizer.apply([api.ops.convert_to_tensor(g) for g in given], twin.trainable_variables)
            scales.append(float(optimizer.dynamic_scale))
        assert scales == [4.0, 2.0, 2.0, 4.0, 4.0]
        assert int(optimizer.iterations) == 4
    close(*[twin.get_weights() for _, twin in pair])


def test_apply_by_hand(twins, close):
    """Gradients given by hand; `None` leaves a variable alone."""
    pair = twins(model)
    gradients = [RNG.normal(size=w.shape).astype("float32") for w in pair[0][1].get_weights()]
    for api, twin in pair:
        optimizer = api.optimizers.Adam(0.1)
        home = twin.trainable_variables
        given = [api.ops.convert_to_tensor(g) for g in gradients]
        optimizer.apply(given, home)
        with pytest.warns(UserWarning, match=r"Gradients do not exist for variables \['sequential/dense/bias', "):
            optimizer.apply([given[0], None, given[2], None])
        optimizer.apply_gradients(zip(given, home))
        assert int(optimizer.iterations) == 3
    close(*[twin.get_weights() for _, twin in pair])


def on_weight(optimizer, method, *args):
    """Build an optimizer on one weight and call a method of it."""
    api = kt if type(optimizer).__module__.startswith("kerasteach") else keras
    w = api.Variable(np.ones(2, "float32"), name="w")
    optimizer.build([w])
    args = [arg(api, w) if callable(arg) else arg for arg in args]
    return getattr(optimizer, method)(*args)


def forgets_super(optimizers):
    class Forgets(optimizers.Optimizer):
        def __init__(self):
            self.momentum = 0.9

    return Forgets()


def another(api, w):
    return [api.Variable(np.ones(2, "float32"), name="other")]


def tensor(api, w):
    return [api.ops.convert_to_tensor(np.ones(2, "float32"))]


WRONG = {
    "an unknown argument": lambda o: o.SGD(0.1, decay_rate=1),
    "two ways to clip": lambda o: o.SGD(0.1, clipnorm=1.0, clipvalue=1.0),
    "an int as rate": lambda o: o.SGD(1),
    "a word as rate": lambda o: o.SGD("fast"),
    "momentum above 1": lambda o: o.SGD(0.1, momentum=2),
    "one step of accumulation": lambda o: o.SGD(0.1, gradient_accumulation_steps=1),
    "ema momentum above 1": lambda o: o.SGD(0.1, use_ema=True, ema_momentum=2),
    "ema frequency of 0.5": lambda o: o.SGD(0.1, use_ema=True, ema_overwrite_frequency=0.5),
    "AdamW without decay": lambda o: o.AdamW(weight_decay=None),
    "Lion without memory": lambda o: o.Lion(beta_1=0.0),
    "Ftrl rising": lambda o: o.Ftrl(learning_rate_power=0.5),
    "Ftrl below 0": lambda o: o.Ftrl(l1_regularization_strength=-1.0),
    "gradients before build": lambda o: o.SGD(0.1).apply([np.ones(2)]),
    "no pairs": lambda o: o.SGD(0.1).apply_gradients([]),
    "no gradient at all": lambda o: on_weight(o.SGD(0.1), "apply", [None]),
    "too many gradients": lambda o: on_weight(o.SGD(0.1), "apply", [np.ones(2), np.ones(2)]),
    "an unknown variable": lambda o: on_weight(o.Adam(0.1), "apply", tensor, another),
    "averages of other variables": lambda o: on_weight(o.SGD(0.1, use_ema=True), "finalize_variable_values", []),
    "set_weights before build": lambda o: o.SGD(0.1).set_weights([]),
    "set_weights of another shape": lambda o: on_weight(o.SGD(0.1), "set_weights", [np.zeros(3)]),
    "stateless before build": lambda o: o.SGD(0.1).stateless_apply([], [], []),
    "stateless with too little state": lambda o: on_weight(o.SGD(0.1), "stateless_apply", [], [np.ones(2)], [np.ones(2)]),
    "stateless with too few weights": lambda o: on_weight(o.SGD(0.1), "stateless_apply", [0, 0.1], [np.ones(2)], []),
    "more names than initializers": lambda o: on_weight(o.SGD(0.1), "add_optimizer_variables", [], ["a", "b"], ["zeros"]),
    "super() forgotten": forgets_super,
    "a scale that does not move": lambda o: o.LossScaleOptimizer(o.SGD(0.1), dynamic=False),
    "clipping around": lambda o: o.LossScaleOptimizer(o.SGD(0.1), clipnorm=1.0),
    "an unknown argument around": lambda o: o.LossScaleOptimizer(o.SGD(0.1), decay_rate=1.0),
    "decay in no steps": lambda o: o.schedules.ExponentialDecay(0.1, 0, 0.5),
    "waves of no length": lambda o: o.schedules.CosineDecayRestarts(0.1, 0),
    "too few values": lambda o: o.schedules.PiecewiseConstantDecay([1, 2], [0.1, 0.2]),
    "a schedule without a rule": lambda o: o.schedules.LearningRateSchedule()(3),
    "a schedule without a config": lambda o: o.schedules.LearningRateSchedule().get_config(),
    "an unknown name": lambda o: o.get("adma"),
    "a number": lambda o: o.get(3),
    "a class": lambda o: o.get(o.SGD),
    "a schedule for an optimizer": lambda o: o.get(o.schedules.CosineDecay(0.1, 10)),
}


@pytest.mark.parametrize("name", WRONG)
def test_same_errors(name, both):
    ours, theirs = both(lambda api: WRONG[name](api.optimizers))
    assert isinstance(theirs, Exception), theirs
    assert type(ours) is type(theirs), ours
    assert len(str(ours)) > 40


def test_names_and_configs_that_get_understands(both):
    def understood(api):
        o = api.optimizers
        asked = ["adam", "AdamW", "SGD", "schedulefreeadamw", {"class_name": "adam", "config": {"learning_rate": 0.5}}]
        asked += [o.serialize(o.Lion(0.5)), {"class_name": "Ftrl", "config": {}}]
        return [(type(made).__name__, made.name, float(made.learning_rate)) for made in map(o.get, asked)] + [o.get(None)]

    ours, theirs = both(understood)
    assert ours == theirs


def test_configs_of_rates(both):
    """A schedule is an object of its own in the config, a named function a name."""

    def configs(api):
        o = api.optimizers
        plan = o.schedules.PiecewiseConstantDecay([3], [0.1, 0.2])
        again = o.schedules.deserialize(o.schedules.serialize(plan))
        bare = o.schedules.deserialize({"class_name": "ExponentialDecay", "config": {**DECAY}})
        return [o.SGD(plan).get_config(), o.SGD(slow).get_config(), again.get_config(), bare.get_config()]

    ours, theirs = both(configs)
    for a, b in zip(ours, theirs):
        assert a == b


DECAY = {"initial_learning_rate": 0.1, "decay_steps": 3, "decay_rate": 0.5}


def slow():
    return 0.05


def test_a_schedule_and_a_function_of_ones_own_in_a_file(twins, close, tmp_path):
    def halves(package):
        class Halves(package.optimizers.schedules.LearningRateSchedule):
            def __init__(self, start):
                self.start = start

            def __call__(self, step):
                return self.start * package.ops.power(0.5, package.ops.cast(step, "float32"))

            def get_config(self):
                return {"start": self.start}

        return Halves

    for package, twin in twins(model):
        Halves = halves(package)
        for rate in (Halves(0.5), slow):
            twin.compile(package.optimizers.SGD(rate), "mse")
            twin.train_on_batch(X, Y)
            twin.save(tmp_path / "m.keras")
            known = {"Halves": Halves, "slow": slow}
            loaded = package.saving.load_model(tmp_path / "m.keras", custom_objects=known)
            assert float(loaded.optimizer.learning_rate) == float(twin.optimizer.learning_rate)
        assert float(Halves(0.5)(1)) == 0.25


def test_an_old_argument_is_ignored_with_a_warning(both):
    for api in (kt, keras):
        with pytest.warns(UserWarning, match="`decay` is no longer supported"):
            api.optimizers.SGD(0.1, decay=1e-4)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            api.optimizers.SGD(0.1, decay=None)
