"""Random small models with one broken layer: the coach names it, mends it, and leaves all else as it is."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kerasteach as kt
from kerasteach import config, errors, layers

SIZES = st.integers(2, 9)
settings.register_profile("coach", max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("coach")


def raised(run):
    with pytest.raises(errors.KINDS) as caught:
        run()
    return caught.value


def told(run, monkeypatch):
    """The coach's note; the error is otherwise as it is without the coach."""
    kt.utils.clear_session()
    with monkeypatch.context() as patch:
        patch.delitem(config.HANDED_DOWN, "coach")
        plain = raised(run)
    kt.utils.clear_session()
    error = raised(run)
    assert type(error) is type(plain) and str(error) == str(plain)
    return error.__notes__[-1]


@given(width=SIZES, wrong=SIZES, depth=st.integers(0, 3), at_end=st.booleans())
def test_a_branch_of_another_width(backend, monkeypatch, width, wrong, depth, at_end):
    if wrong == width:
        wrong += 1

    def run(wrong=wrong):
        x = kt.Input((width,), name="begin")
        h = x
        for i in range(depth):
            h = layers.Dense(3 + i, activation="relu", name=f"inner_{i}")(h)
        h = layers.Dense(wrong, name="broken")(h)
        h = layers.Activation("tanh", name="bend")(h) if at_end else h
        kt.Model(x, layers.Add(name="join")([x, h]))(np.ones((2, width)))

    note = told(run, monkeypatch)
    assert f"in layer 'broken', Dense(units={width}) instead of units={wrong}" in note
    run(width)  # the fix, written into the code


@given(length=st.integers(2, 6), features=SIZES, units=st.lists(SIZES, min_size=2, max_size=4), data=st.data())
def test_a_recurrent_layer_that_keeps_its_steps_to_itself(backend, monkeypatch, length, features, units, data):
    broken = data.draw(st.integers(0, len(units) - 2))
    kinds = [data.draw(st.sampled_from([layers.GRU, layers.LSTM, layers.SimpleRNN])) for _ in units]

    def run(broken=broken):
        chain = [kind(n, return_sequences=i != broken, name=f"reader_{i}") for i, (kind, n) in enumerate(zip(kinds, units))]
        kt.Sequential([kt.Input((length, features)), *chain])(np.ones((2, length, features)))

    note = told(run, monkeypatch)
    assert f"in layer 'reader_{broken}', {kinds[broken].__name__}(return_sequences=True)" in note
    run(None)


@given(size=st.integers(3, 8), channels=st.integers(1, 3), kernel=st.integers(2, 5), filters=SIZES)
def test_a_window_larger_than_the_picture(backend, monkeypatch, size, channels, kernel, filters):
    def run(padding="valid"):
        kt.Sequential([
            kt.Input((size, size, channels)), layers.Conv2D(filters, size - kernel % 2, name="first"),
            layers.Conv2D(2, size + kernel, padding=padding, name="broken"),
        ])(np.ones((1, size, size, channels)))  # fmt: skip

    assert "in layer 'broken', Conv2D(padding='same') instead of padding='valid'" in told(run, monkeypatch)
    run("same")


@given(classes=st.integers(3, 6), units=st.integers(2, 8), rows=st.integers(8, 20))
def test_an_output_of_too_few_units(backend, monkeypatch, classes, units, rows):
    if units == classes:
        units += 1
    y = np.eye(classes)[np.arange(rows) % classes]

    def run(units=units):
        model = kt.Sequential([kt.Input((3,)), layers.Dense(4, name="hidden"), layers.Dense(units, activation="softmax", name="broken")])
        model.compile("sgd", "categorical_crossentropy")
        model.fit(np.ones((rows, 3)), y, verbose=0)

    assert f"in layer 'broken', Dense(units={classes}) instead of units={units}" in told(run, monkeypatch)
    run(classes)


@given(shape=st.lists(st.integers(2, 6), min_size=2, max_size=3, unique=True), data=st.data())
def test_data_whose_axes_are_in_another_order(backend, monkeypatch, shape, data):
    order = data.draw(st.permutations(range(len(shape))).filter(lambda p: list(p) != sorted(p)))
    back = (0, *[1 + list(order).index(i) for i in range(len(shape))])
    data = np.ones((7, *[shape[i] for i in order]))

    def run(x=data):
        start = kt.Input(tuple(shape))
        kt.Model(start, layers.Dense(2, name="out")(layers.Flatten(name="flat")(start))).predict(x, verbose=0)

    assert f"x = x.transpose({back})" in told(run, monkeypatch)
    run(data.transpose(back))
