"""Arrays made ready, settings, seeds, progress: equal to keras.utils on the same input."""

import io
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as kt

keras = pytest.importorskip("keras")


def both(recipe):
    """What a recipe gives, or raises, in kerasteach and in Keras."""
    found = []
    for api in (kt, keras):
        try:
            found.append(recipe(api))
        except Exception as error:
            found.append(error)
    return found


def assert_same(recipe):
    ours, theirs = both(recipe)
    assert type(ours) is type(theirs), (ours, theirs)
    if isinstance(theirs, np.ndarray):
        assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
        np.testing.assert_array_equal(ours, theirs)
    elif not isinstance(theirs, Exception):
        assert ours == theirs


PADDING = {
    "plain": {},
    "post": {"padding": "post"},
    "cut before": {"maxlen": 2},
    "cut after": {"maxlen": 2, "truncating": "post"},
    "floats": {"dtype": "float32", "value": -1.5},
    "words": {"dtype": object, "value": "none"},
    "words of one length": {"dtype": "<U4", "value": "none"},
    "words as numbers": {"value": "none"},
    "no such side": {"truncating": "middle"},
    "no such padding": {"padding": "middle"},
    "length 0": {"maxlen": 0},
}


@pytest.mark.parametrize("options", PADDING.values(), ids=PADDING)
@pytest.mark.parametrize("sequences", [[[1], [2, 3], [], [4, 5, 6]], [np.ones((2, 3)), np.zeros((1, 3))]], ids=["numbers", "vectors"])
def test_pad_sequences(sequences, options):
    assert_same(lambda api: api.utils.pad_sequences(sequences, **options))


@pytest.mark.parametrize("sequences", [3, [1, 2], [[[1, 2]], [[1]]], [[1], 2]], ids=str)
def test_pad_sequences_refuses(sequences):
    assert_same(lambda api: api.utils.pad_sequences(sequences))


@given(st.lists(st.lists(st.integers(-9, 9), max_size=6), min_size=1, max_size=5), st.integers(1, 7), st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_pad_sequences_of_any_length(sequences, maxlen, before, first):
    sides = {"padding": "pre" if before else "post", "truncating": "pre" if first else "post"}
    assert_same(lambda api: api.utils.pad_sequences(sequences, maxlen, **sides))


@pytest.mark.parametrize("x", [[0, 2, 1], [[1], [3]], [[0, 1], [2, 2]], np.array(2), np.zeros((2, 1, 1), "uint8")], ids=str)
@pytest.mark.parametrize("classes", [None, 5])
def test_to_categorical(x, classes):
    assert_same(lambda api: api.utils.to_categorical(x, classes))


@pytest.mark.parametrize("axis, order", [(-1, 2), (1, 1), (-1, 1)])
def test_normalize(axis, order):
    x = np.random.default_rng(0).normal(size=(3, 4))
    x[1] = 0
    ours, theirs = both(lambda api: api.utils.normalize(x, axis, order))
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_config():
    def use(api):
        config = api.utils.Config(rate=0.1, size=3)
        config.seed = 7
        config["deep"] = [1]
        config.update({"size": 4})
        del config["deep"]
        config.freeze()
        with pytest.raises(ValueError, match="frozen"):
            config.rate = 1
        with pytest.raises(ValueError, match="frozen"):
            config["rate"] = 1
        with pytest.raises(AttributeError, match="Did you mean 'rate'"):
            config.rat  # noqa: B018
        assert config.frozen
        config.unfreeze()
        parts = [config.pop("seed"), config.get("seed"), config.get("seed", 1), "rate" in config, len(config)]
        return [parts, list(config), dict(config.items()), list(config.keys()), list(config.values()), repr(config), config.to_json(), config.as_dict()]

    assert_same(use)


def test_seed():
    kt.utils.set_random_seed(3)
    draws = [np.random.random(), kt.random.uniform((2,))]
    kt.utils.set_random_seed(3)
    assert draws[0] == np.random.random() and (draws[1] == kt.random.uniform((2,))).all()
    assert_same(lambda api: api.utils.set_random_seed("3"))
    torch = pytest.importorskip("torch")
    kt.utils.set_random_seed(3)
    first = torch.rand(3)
    kt.utils.set_random_seed(3)
    assert (first == torch.rand(3)).all()


def test_small_things():
    def use(api):
        a, b = api.Input((2,), name="a"), api.Input((2,), name="b")
        sources = api.utils.get_source_inputs(api.layers.Add()([api.layers.Dense(2)(a), api.layers.Concatenate()([b, a])[:, :2]]))
        api.utils.disable_interactive_logging()
        quiet = api.utils.is_interactive_logging_enabled()
        api.utils.enable_interactive_logging()
        return [
            [s.name for s in sources], [s.name for s in api.utils.get_source_inputs(a)], quiet,
            api.utils.is_interactive_logging_enabled(), api.utils.is_keras_tensor(a), api.utils.is_keras_tensor(np.ones(2)),
            api.utils.standardize_dtype("float32"), api.utils.standardize_dtype(int), api.utils.Sequence is api.utils.PyDataset,
        ]  # fmt: skip

    assert_same(use)


@pytest.mark.parametrize("data", [1, (1,), (1, 2), (1, 2, 3), [1, 2], {"a": 1}, (1, 2, 3, 4)], ids=str)
def test_unpack(data):
    assert_same(lambda api: api.utils.unpack_x_y_sample_weight(data))


@pytest.mark.parametrize("parts", [(1,), ([1, 2],), ((1,),), (1, 2), (1, 2, 3), (1, None, 3)], ids=str)
def test_pack(parts):
    assert_same(lambda api: api.utils.pack_x_y_sample_weight(*parts))


class Clock:
    """Time that passes by a given step at every look."""

    def __init__(self, step):
        self.now, self.step = 1000.0, step

    def __call__(self):
        self.now += self.step
        return self.now


BARS = {
    "a bar": dict(target=12),
    "unknown": dict(target=None),
    "no steps": dict(target=0),
    "wide": dict(target=100, width=40),
    "silent": dict(target=5, verbose=0),
    "a line": dict(target=5, verbose=2),
    "samples": dict(target=5, unit_name="sample"),
    "as they are": dict(target=5, stateful_metrics=["loss"]),
    "means of one": dict(target=5, stateless_metrics=["loss"]),
    "rarely": dict(target=12, interval=10.0),
}


@pytest.mark.parametrize("step", [1e-5, 0.003, 2.0, 90.0, 4000.0])
@pytest.mark.parametrize("name", BARS)
def test_progbar_draws_what_keras_draws(name, step, monkeypatch):
    drawn = []
    for api in (kt, keras):
        monkeypatch.setattr(time, "time", Clock(step))
        monkeypatch.setattr(sys, "stdout", io.StringIO())
        bar = api.utils.Progbar(**BARS[name])
        total = BARS[name]["target"] or 5
        for i in range(1, total + 1):
            bar.update(i, [("loss", 1.0 / i), ("acc", np.float32(i)), ("tiny", 1e-5)])
        if BARS[name]["target"] is None:
            bar.update(total, [("loss", 0.5)], finalize=True)
        bar.add(1)
        drawn.append(sys.stdout.getvalue())
        monkeypatch.undo()
    assert drawn[0] == drawn[1]


def test_progbar_refuses_both_kinds_of_names():
    assert_same(lambda api: api.utils.Progbar(3, stateful_metrics=["a"], stateless_metrics=["b"]))
