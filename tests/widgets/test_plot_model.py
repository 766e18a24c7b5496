"""Keras's drawing functions, without graphviz."""

import inspect

import pytest

from kerasteach.widgets import model_to_dot, plot_model


@pytest.mark.parametrize("name", ["plot_model", "model_to_dot"])
def test_the_signature_is_that_of_keras(name):
    pytest.importorskip("torch")
    keras = pytest.importorskip("keras")
    ours = inspect.signature({"plot_model": plot_model, "model_to_dot": model_to_dot}[name])
    assert ours == inspect.signature(getattr(keras.utils, name))


def test_a_png_is_written_and_shown(two_inputs, tmp_path):
    pytest.importorskip("PIL")
    shown = plot_model(two_inputs, tmp_path / "m.png", show_shapes=True)
    data = (tmp_path / "m.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    if shown is not None:
        assert shown.data == data


def test_an_svg_says_only_what_was_asked_for(two_inputs, tmp_path):
    plot_model(two_inputs, str(tmp_path / "a.svg"))
    plot_model(two_inputs, str(tmp_path / "b.svg"), show_layer_names=True, show_shapes=True, show_dtype=True)
    bare, full = ((tmp_path / n).read_text() for n in ("a.svg", "b.svg"))
    assert ">both</text>" not in bare
    for text in (">both</text>", ">(batch, 64)</text>", ">float32</text>"):
        assert text in full


def test_more_dots_per_inch_make_a_larger_png(two_inputs):
    pytest.importorskip("PIL")
    width = [
        int.from_bytes(model_to_dot(two_inputs, dpi=dpi).create_png()[16:20], "big") for dpi in (96, 192)
    ]
    assert abs(width[1] - 2 * width[0]) <= 2


def test_the_dot_object_speaks_like_pydot(two_inputs, tmp_path):
    dot = model_to_dot(two_inputs, show_shapes=True, rankdir="LR")
    assert dot.create(prog="dot", format="svg").startswith(b"<svg")
    assert '"dense" -> "both" [label="(batch, 64)"];' in dot.to_string()
    assert dot.to_string().count('"dense" -> "both"') == 2
    assert dot.write(tmp_path / "m.dot")
    assert (tmp_path / "m.dot").read_text() == dot.to_string()


def test_an_unbuilt_model_is_refused_as_keras_does(subclassed, tmp_path):
    with pytest.raises(ValueError, match="This model has not yet been built"):
        plot_model(subclassed, tmp_path / "m.png")


def test_a_format_nobody_can_draw_here_is_named_with_those_that_can(two_inputs, tmp_path):
    with pytest.raises(ValueError, match=r"Cannot draw a model as 'pdf'.*png, svg, dot"):
        plot_model(two_inputs, tmp_path / "m.pdf")
    assert not list(tmp_path.iterdir())


def test_unknown_arguments_are_refused_as_keras_does(two_inputs):
    with pytest.raises(ValueError, match=r"Unrecognized keyword arguments: \{'size': 3\}"):
        plot_model(two_inputs, size=3)
    with pytest.raises(ValueError, match="`layer_range` is no longer supported"):
        plot_model(two_inputs, layer_range=[0, 1])
