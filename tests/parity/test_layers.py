"""Every layer computes what Keras's computes, says the same shapes and configs, and refuses the same arguments."""

import inspect
import json

import numpy as np
import pytest

RNG = np.random.default_rng(6)
A = RNG.normal(size=(4, 6)).astype("float32")
B = RNG.normal(size=(4, 6)).astype("float32")
CUBE = RNG.normal(size=(4, 3, 2)).astype("float32")

# Name of the class, how it is made, what it is called on.
CASES = {
    "Dense": [
        (lambda L, **k: L.Dense(3, **k), A),
        (lambda L, **k: L.Dense(3, "relu", use_bias=False, **k), A),
        (lambda L, **k: L.Dense(2, "softmax", kernel_initializer="he_normal", bias_initializer="ones", **k), CUBE),
        (lambda L, **k: L.Dense(2, "gelu", kernel_regularizer="l2", bias_constraint="non_neg", activity_regularizer="l1", **k), A),
        *[(lambda L, f=f, **k: L.Dense(3, f, **k), A) for f in (
            "celu elu exponential hard_sigmoid hard_silu hard_tanh leaky_relu linear log_sigmoid log_softmax mish relu6 selu "
            "sigmoid silu soft_shrink softplus softsign swish tanh"
        ).split()],
    ],
    "Activation": [(lambda L, **k: L.Activation("tanh", **k), A), (lambda L, **k: L.Activation("softmax", **k), CUBE)],
    "ReLU": [
        (lambda L, **k: L.ReLU(**k), A),
        (lambda L, **k: L.ReLU(max_value=1.0, **k), A),
        (lambda L, **k: L.ReLU(1.0, 0.1, 0.3, **k), A),
    ],
    "LeakyReLU": [(lambda L, **k: L.LeakyReLU(**k), A), (lambda L, **k: L.LeakyReLU(0.01, **k), A)],
    "Softmax": [
        (lambda L, **k: L.Softmax(**k), A), (lambda L, **k: L.Softmax(axis=1, **k), CUBE),
        (lambda L, **k: L.Softmax(axis=(1, 2), **k), CUBE),
    ],
    "Dropout": [(lambda L, **k: L.Dropout(0.5, **k), A), (lambda L, **k: L.Dropout(0.0, seed=1, **k), A)],
    "Flatten": [
        (lambda L, **k: L.Flatten(**k), CUBE), (lambda L, **k: L.Flatten(**k), A[:, 0]),
        (lambda L, **k: L.Flatten(data_format="channels_first", **k), CUBE),
    ],
    "Reshape": [
        (lambda L, **k: L.Reshape((6,), **k), CUBE), (lambda L, **k: L.Reshape((-1, 3), **k), A),
        (lambda L, **k: L.Reshape((1, 2, 3), **k), A),
    ],
    "Concatenate": [
        (lambda L, **k: L.Concatenate(**k), [A, B, A]), (lambda L, **k: L.Concatenate(axis=1, **k), [CUBE, CUBE[:, :2]]),
    ],
    "Add": [(lambda L, **k: L.Add(**k), [A, B, A]), (lambda L, **k: L.Add(**k), [CUBE, CUBE[:, :1]])],
    "Subtract": [(lambda L, **k: L.Subtract(**k), [A, B])],
    "Multiply": [(lambda L, **k: L.Multiply(**k), [A, B, A]), (lambda L, **k: L.Multiply(**k), [CUBE, A[:, :2]])],
    "Average": [(lambda L, **k: L.Average(**k), [A, B, A])],
    "Maximum": [(lambda L, **k: L.Maximum(**k), [A, B])],
    "Minimum": [(lambda L, **k: L.Minimum(**k), [A, B])],
    "Dot": [
        (lambda L, **k: L.Dot(1, **k), [A, B]), (lambda L, **k: L.Dot(-1, normalize=True, **k), [A, B]),
        (lambda L, **k: L.Dot((2, 1), **k), [CUBE, RNG.normal(size=(4, 2, 5)).astype("float32")]),
        (lambda L, **k: L.Dot((1, 2), **k), [CUBE, RNG.normal(size=(4, 5, 3)).astype("float32")]),
        (lambda L, **k: L.Dot((1, 1), **k), [CUBE, A[:, :3]]),
    ],
    "Lambda": [(lambda L, **k: L.Lambda(lambda x: x * 2, **k), A), (lambda L, **k: L.Lambda(lambda x: x[:, :2], **k), A)],
    "Rescaling": [
        (lambda L, **k: L.Rescaling(0.5, offset=-1.0, **k), A), (lambda L, **k: L.Rescaling(1 / 255, **k), np.arange(12).reshape(4, 3)),
    ],
    "Normalization": [
        (lambda L, **k: L.Normalization(mean=[0.1] * 6, variance=[2.0] * 6, **k), A),
        (lambda L, **k: L.Normalization(mean=0.5, variance=0.25, axis=None, **k), A),
        (lambda L, **k: L.Normalization(mean=0.5, variance=0.25, axis=None, invert=True, **k), A),
        (lambda L, **k: L.Normalization(axis=1, mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 3.0], **k), CUBE),
    ],
    "Identity": [(lambda L, **k: L.Identity(**k), CUBE)],
}  # fmt: skip
ALL = [pytest.param(make, x, id=f"{name}-{i}") for name, listed in CASES.items() for i, (make, x) in enumerate(listed)]


def shapes(x):
    return [tuple(part.shape) for part in x] if isinstance(x, list) else tuple(x.shape)


def with_open_batch(x):
    return [(None, *part.shape[1:]) for part in x] if isinstance(x, list) else (None, *x.shape[1:])


@pytest.fixture
def layers(backend):
    """Function: one layer in both packages, built, with equal weights."""
    import keras

    import kerasteach as kt

    def build(make, x):
        pair = [(api, make(api.layers, name="layer")) for api in (kt, keras)]
        for _, layer in pair:
            layer.build(with_open_batch(x))
        weights = [RNG.normal(size=w.shape).astype("float32") for w in pair[0][1].get_weights()]
        for _, layer in pair:
            layer.set_weights(weights)
        return pair

    return build


@pytest.mark.parametrize("make, x", ALL)
def test_forward(make, x, layers, close):
    """On numbers: the same output, in training as well, where nothing is random."""
    pair = layers(make, x)
    close(*[layer(x) for _, layer in pair])
    if "rate" not in pair[0][1].get_config():
        close(*[layer(x, training=True) for _, layer in pair])


@pytest.mark.parametrize("make, x", ALL)
def test_shapes(make, x, layers):
    """On symbols: the same shape and dtype, with an open batch and a closed one."""
    told = []
    for api, layer in layers(make, x):
        concrete = layer.compute_output_shape(shapes(x))
        symbols = [api.Input(part.shape[1:]) for part in x] if isinstance(x, list) else api.Input(x.shape[1:])
        out = layer(symbols)
        told.append((tuple(concrete), tuple(out.shape), out.dtype))
        assert tuple(layer(x).shape) == tuple(concrete)
    assert told[0] == told[1]


@pytest.mark.parametrize("make, x", ALL)
def test_description(make, x, layers):
    """Weights' names, paths and counts; the config, which makes an equal layer."""
    told, configs = [], []
    for _, layer in layers(make, x):
        told.append((layer.name, [(w.name, w.path, tuple(w.shape), w.dtype, w.trainable) for w in layer.weights], layer.count_params()))
        configs.append(plain(layer.get_config()))
        if "function" not in configs[-1]:  # a lambda is saved as code, and read only on request
            again = type(layer).from_config(layer.get_config())
            assert plain(again.get_config()) == configs[-1]
    assert told[0] == told[1]
    ours, theirs = configs
    assert set(theirs) - set(ours) <= {"dtype", "quantization_config", "lora_rank", "lora_alpha"}
    for key in set(ours) & set(theirs) - {"dtype", "function", "scale", "seed"}:
        assert ours[key] == pytest.approx(theirs[key]) if isinstance(theirs[key], float) else ours[key] == theirs[key], key


def plain(config):
    """A config as JSON has it, without what differs by package, run or rounding."""

    def told(value):
        if hasattr(value, "tolist"):
            return value.tolist()
        if hasattr(value, "get_config"):
            return value.get_config()
        return repr(value)

    def tidy(value):
        if isinstance(value, dict):
            return {k: tidy(v) for k, v in value.items() if k not in ("module", "registered_name", "seed", "shared_object_id")}
        if isinstance(value, (list, tuple)):
            return [tidy(v) for v in value]
        return round(value, 6) if isinstance(value, float) else value

    return tidy(json.loads(json.dumps(config, default=told)))


def test_every_layer_is_compared():
    """Here, in a parity table, or in a test file of its own."""
    import kerasteach as kt
    from kerasteach.parity import matrix

    elsewhere = {"CategoryEncoding", "Discretization", "Hashing", "IntegerLookup", "StringLookup", "TextVectorization"}
    elsewhere |= {"Layer", "InputLayer", "InputSpec", "TorchModuleWrapper", "Wrapper"}
    in_tables = {name.rpartition(".")[2] for name in matrix.all_cases()}
    classes = {name for name, c in vars(kt.layers).items() if inspect.isclass(c)}
    assert classes - elsewhere - in_tables - set(CASES) == set()


@pytest.mark.parametrize("axis", [-1, 1, None, (1, 2)], ids=str)
def test_normalization_adapts(axis, layers, both, close):
    """`adapt` measures mean and variance, over all batches of an iterable too."""

    def run(api):
        layer = api.layers.Normalization(axis=axis)
        layer.adapt(CUBE)
        return [layer(CUBE), layer.mean, layer.variance]

    ours, theirs = both(run)
    close([ours[0]], [theirs[0]])
    close([np.ravel(part) for part in ours[1:]], [np.ravel(np.asarray(part)) for part in theirs[1:]])


def test_functions_of_merging(both, close):
    for name in "add subtract multiply average maximum minimum concatenate".split():
        ours, theirs = both(lambda api, name=name: getattr(api.layers, name)([A, B]))
        close(ours, theirs)
    ours, theirs = both(lambda api: api.layers.dot([A, B], axes=1))
    close(ours, theirs)


WRONG = {
    "units of 0": lambda L: L.Dense(0),
    "units of -1": lambda L: L.Dense(-1),
    "units of 2.5": lambda L: L.Dense(2.5),
    "units as a word": lambda L: L.Dense("3"),
    "an activation": lambda L: L.Dense(3, "rleu"),
    "an initializer": lambda L: L.Dense(3, kernel_initializer="glorot"),
    "a regularizer": lambda L: L.Dense(3, kernel_regularizer="l3"),
    "a constraint": lambda L: L.Dense(3, kernel_constraint="max"),
    "an argument": lambda L: L.Dense(3, activations="relu"),
    "a vector into Dense": lambda L: L.Dense(3)(A[0]),
    "another width": lambda L: [d := L.Dense(3), d(A), d(A[:, :2])],
    "an unknown width": lambda L: L.Dense(3)(L.Input((None,))),
    "one input": lambda L: L.Subtract()([A]),
    "one input to Add": lambda L: L.Add()(A),
    "three inputs": lambda L: L.Subtract()([A, B, A]),
    "widths that differ": lambda L: L.Add()([A, B[:, :4]]),
    "batches that differ": lambda L: L.Add()([L.Input(batch_shape=(2, 3)), L.Input(batch_shape=(4, 3))]),
    "ranks that differ": lambda L: L.Concatenate()([A, CUBE]),
    "lengths that differ": lambda L: L.Concatenate()([CUBE, CUBE[:, :2]]),
    "one to concatenate": lambda L: L.Concatenate()(A),
    "dot of different lengths": lambda L: L.Dot(1)([A, B[:, :4]]),
    "dot of three": lambda L: L.Dot(1)([A, B, A]),
    "dot along a word": lambda L: L.Dot("1"),
    "dot along three axes": lambda L: L.Dot((1, 1, 1)),
    "a rate above 1": lambda L: L.Dropout(1.5),
    "a rate below 0": lambda L: L.Dropout(-0.1),
    "a rate as a word": lambda L: L.Dropout("half"),
    "a slope below 0": lambda L: L.LeakyReLU(-1.0),
    "no slope": lambda L: L.LeakyReLU(None),
    "a maximum below 0": lambda L: L.ReLU(max_value=-1.0),
    "a slope of ReLU": lambda L: L.ReLU(negative_slope=-1.0),
    "a threshold": lambda L: L.ReLU(threshold=-1.0),
    "a size that does not fit": lambda L: L.Reshape((5,))(A),
    "two open axes": lambda L: L.Reshape((-1, -1))(A),
    "a mean alone": lambda L: L.Normalization(mean=0.0),
    "shapes that do not align": lambda L: L.Add()([CUBE, A[:, :3]]),
    "a function that is none": lambda L: L.Activation(3),
    "a list of words": lambda L: L.Dense(3)(["a", "b"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_same_errors(name, both):
    ours, theirs = both(lambda api: WRONG[name](api.layers))
    assert isinstance(theirs, Exception), theirs
    expected = (ValueError, RuntimeError) if isinstance(theirs, RuntimeError) else type(theirs)
    assert isinstance(ours, expected), repr(ours)


REGULARIZERS = {
    "l1": lambda r: r.L1(0.3), "l2": lambda r: r.L2(0.2), "both": lambda r: r.L1L2(0.1, 0.2), "by name": lambda r: r.get("l2"),
    "l1_l2": lambda r: r.l1_l2(l1=0.1), "none": lambda r: r.L1L2(),
}  # fmt: skip
CONSTRAINTS = {
    "max": lambda c: c.MaxNorm(0.7), "max, rows": lambda c: c.MaxNorm(0.7, axis=1), "positive": lambda c: c.NonNeg(),
    "unit": lambda c: c.UnitNorm(), "between": lambda c: c.MinMaxNorm(0.5, 1.0, rate=0.3), "by name": lambda c: c.get("unit_norm"),
}  # fmt: skip


@pytest.mark.parametrize("name", REGULARIZERS)
def test_regularizers(name, both, close):
    ours, theirs = both(lambda api: REGULARIZERS[name](api.regularizers)(api.ops.convert_to_tensor(A)))
    close(ours, theirs)


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_constraints(name, both, close):
    ours, theirs = both(lambda api: CONSTRAINTS[name](api.constraints)(api.ops.convert_to_tensor(A)))
    close(ours, theirs)


@pytest.mark.parametrize("wrong", [{"l1": -1.0}, {"l1": "a"}, {"l2": float("nan")}, {"l2": float("inf")}], ids=str)
def test_regularizers_refuse(wrong, both):
    ours, theirs = both(lambda api: api.regularizers.L1L2(**wrong))
    assert type(ours) is type(theirs) is ValueError
