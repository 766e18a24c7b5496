"""The digits in halves: shapes, ranges, a split that never changes, and a task worth two inputs."""

import builtins

import numpy as np
import pytest

import kerasteach as kt
from kerasteach.datasets import digit_halves

pytest.importorskip("sklearn")


@pytest.fixture(scope="module")
def data():
    return digit_halves.load_data()


def test_shapes_types_and_range(data):
    for ((left, right), digit), count in zip(data, (1437, 360)):
        assert left.shape == right.shape == (count, 32)
        assert left.dtype == right.dtype == np.float32 and digit.dtype == np.uint8
        assert digit.shape == (count, 1) and set(digit.ravel()) == set(range(10))
        assert min(left.min(), right.min()) == 0 and max(left.max(), right.max()) == 1


def test_halves_join_to_the_pictures_of_scikit_learn(data):
    from sklearn.datasets import load_digits

    halves = np.concatenate([np.concatenate(x, 1) for x, _ in data]).reshape(-1, 2, 8, 4)
    pictures = np.concatenate(halves.swapaxes(0, 1), axis=2)  # (picture, row 8, column 8)
    assert np.array_equal(np.sort(pictures.reshape(-1, 64), 0), np.sort(load_digits().data / 16, 0))
    digits = np.concatenate([y for _, y in data]).ravel()
    known = {p.tobytes(): t for p, t in zip((load_digits().images / 16).astype("float32"), load_digits().target)}
    assert all(known[np.ascontiguousarray(p).tobytes()] == d for p, d in zip(pictures, digits))


def test_the_split_depends_on_the_seed_alone(data):
    np.random.seed(123)
    again, other = digit_halves.load_data(), digit_halves.load_data(seed=1)
    assert all(np.array_equal(a, b) for a, b in zip(kt.tree.flatten(data), kt.tree.flatten(again)))
    assert not np.array_equal(data[0][1], other[0][1])


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5])
def test_an_empty_part_is_refused(share):
    with pytest.raises(ValueError, match=f"test_share={share}"):
        digit_halves.load_data(test_share=share)


def test_without_scikit_learn_the_error_says_how_to_get_it(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("sklearn"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match="pip install scikit-learn"):
        digit_halves.load_data()


def test_sketch_shows_ink_where_it_is():
    left, right = np.zeros(32), np.zeros(32)
    left[0], right[31] = 1, 0.6
    lines = digit_halves.sketch(left, right).splitlines()
    assert len(lines) == 8 and lines[0].startswith("██ ") and lines[7].endswith("  ▒▒")


def test_both_halves_tell_more_than_one(data, fresh):
    """Odd or even: about 97 of 100 with both halves, about 93 with one."""
    (train, digit), (test, test_digit) = data

    def accuracy(*hidden):
        a, b = kt.Input((32,)), kt.Input((32,))
        shared = kt.layers.Dense(64, activation="relu")
        both = kt.layers.Concatenate()([shared(a), shared(b)])
        model = kt.Model([a, b], kt.layers.Dense(1, activation="sigmoid")(both))
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        model.fit(hide(train, hidden), digit % 2, epochs=40, verbose=0)
        return model.evaluate(hide(test, hidden), test_digit % 2, verbose=0)[1]

    def hide(halves, hidden):
        return [0 * half if i in hidden else half for i, half in enumerate(halves)]

    both, left, right = accuracy(), accuracy(1), accuracy(0)
    assert both > 0.94 and both > max(left, right) + 0.015, (both, left, right)
