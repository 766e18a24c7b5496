"""Where Keras hurts: the same results, kinder manners. One test a complaint."""

import warnings

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import layers

RNG = np.random.default_rng(0)
X = RNG.normal(size=(8, 4)).astype("float32")


def regression(units=1):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(units)])
    model.compile("sgd", "mse", metrics=["mae"])
    return model


# Targets that would be spread over the outputs


@pytest.mark.parametrize("shape", [(8,), (8, 1)])
def test_a_column_and_a_vector_are_the_same_targets(shape, backend):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = regression().fit(X, X[:, 0].reshape(shape), verbose=0, shuffle=False)
    assert np.isfinite(history.history["loss"]).all()


def test_a_vector_against_a_column_is_not_a_square(backend):
    model = regression()
    y = X[:, 0]
    expected = np.mean((model.predict(X, verbose=0)[:, 0] - y) ** 2)
    assert abs(model.evaluate(X, y, verbose=0, return_dict=True)["loss"] - expected) < 1e-5


@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_what_would_be_repeated_is_a_warning_that_names_both_shapes(method, backend):
    with pytest.warns(UserWarning, match=r"\(8, 1\).*\(8, 3\)"):
        getattr(regression(units=3), method)(X, X[:, :1], batch_size=8, verbose=0)


def test_class_numbers_are_no_such_case(backend):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(X, np.arange(8) % 3, verbose=0)


# Subclassed models know their shapes after one call


class Branching(keras.Model):
    def __init__(self):
        super().__init__(name="branching")
        self.first = layers.Dense(5, name="first")
        self.second = layers.Dense(2, name="second")

    def call(self, x):
        return self.second(self.first(x))


def test_the_summary_of_a_subclass_shows_real_shapes(backend):
    model, lines = Branching(), []
    model(X)
    model.summary(print_fn=lines.append)
    assert "(8, 5)" in lines[0] and "(8, 2)" in lines[0] and "?" not in lines[0]
    built, lines = Branching(), []
    built.build((None, 4))
    built.summary(print_fn=lines.append)
    assert "(None, 5)" in lines[0] and "(None, 2)" in lines[0]


def test_the_picture_of_a_subclass_shows_real_shapes(backend, tmp_path):
    model = Branching()
    model(X)
    keras.utils.plot_model(model, tmp_path / "model.svg", show_shapes=True)
    drawn = (tmp_path / "model.svg").read_text("utf-8")
    assert "first" in drawn and "5" in drawn and "second" in drawn


# What was never called says what to do


@pytest.mark.parametrize("what", ["input", "output"])
def test_a_layer_that_was_never_called_says_what_to_do(what, backend):
    with pytest.raises(AttributeError, match=r"(?s)never been called.*keras\.Input"):
        getattr(layers.Dense(2), what)


@pytest.mark.parametrize("what", ["inputs", "outputs", "input_shape", "output_shape"])
def test_a_sequential_without_input_says_what_to_do(what, backend):
    with pytest.raises(AttributeError, match=r"keras\.Input"):
        getattr(keras.Sequential([layers.Dense(2)]), what)


# A file without its variables


def test_a_model_without_its_variables_is_an_error(tmp_path, backend):
    import io
    import zipfile

    import h5py

    model = regression()
    model.save(tmp_path / "model.keras")
    empty = io.BytesIO()
    h5py.File(empty, "w").close()
    with zipfile.ZipFile(tmp_path / "model.keras") as old, zipfile.ZipFile(tmp_path / "empty.keras", "w") as new:
        for name in old.namelist():
            new.writestr(name, empty.getvalue() if name.endswith(".h5") else old.read(name))
    with pytest.raises(ValueError, match="expected 2 variables, but received 0"):
        keras.models.load_model(tmp_path / "empty.keras")
