"""What every public panel promises, on both backends. A panel joins by its line in kerasteach/widgets/__init__.py."""

import functools
import subprocess
import sys
from itertools import combinations

import pytest

from kerasteach.widgets import panels
from kerasteach.widgets.faces import LARGEST, faults
from kerasteach.widgets.palette import CATEGORIES, NIGHT, signed, viridis

from .colour_vision import MACHADO, distance, lab

NAMES = list(panels())
BACKENDS = ["numpy", "torch"]


@functools.cache
def example(name, backend):
    """A panel's example, for tests that leave it as it is."""
    return panels()[name].example(backend)


@pytest.fixture(params=BACKENDS)
def backend(request):
    if request.param == "torch":
        pytest.importorskip("torch")
    return request.param


@pytest.fixture
def panel(name, backend):
    return example(name, backend)


every_panel = pytest.mark.parametrize("name", NAMES)


@every_panel
def test_its_faces_have_no_fault(name, panel):
    pytest.importorskip("PIL")
    assert faults(panel) == []


@every_panel
def test_both_backends_say_the_same(name, backend):
    assert repr(example(name, backend)) == repr(example(name, "numpy"))


@every_panel
def test_the_printed_line_makes_the_same_view_again(name, panel):
    again = eval(panel.code(), {name: type(panel), **panel.sources()})
    assert again.state == panel.state
    assert repr(again) == repr(panel)


@every_panel
def test_a_setting_it_does_not_have_changes_nothing(name):
    panel = example(name, "numpy")
    before = panel.state
    with pytest.raises(TypeError, match="has no setting 'colour_of_the_moon'"):
        panel.set(colour_of_the_moon="green")
    assert panel.state == before


def test_a_fresh_process_says_the_same():
    """Whatever ran before in this one: names Keras counts up, random numbers, a changed dtype."""
    code = "from kerasteach.widgets import panels\nfor panel in panels().values(): print(repr(repr(panel.example('numpy'))))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert [eval(line) for line in run.stdout.splitlines()] == [repr(example(name, "numpy")) for name in NAMES]


def test_an_example_leaves_no_trace():
    import random

    import numpy as np

    import kerasteach

    before = random.getstate(), np.random.get_state()[1].tolist(), kerasteach.config.backend()
    for name in NAMES:
        panels()[name].example("numpy")
    assert (random.getstate(), np.random.get_state()[1].tolist(), kerasteach.config.backend()) == before


def test_without_ipywidgets_plotly_and_anywidget_the_static_faces_show():
    code = """
import sys
for name in ("ipywidgets", "plotly", "anywidget"):
    sys.modules[name] = None
from kerasteach.widgets import panels
for name, kind in panels().items():
    panel = kind.example("numpy")
    bundle = panel._repr_mimebundle_()
    assert {"text/plain", "text/html"} <= set(bundle), name
    assert "data:image/svg+xml;base64," in bundle["text/html"], name
    panel.set()
    try:
        panel.widget()
    except ImportError as error:
        assert "pip install kerasteach[lab]" in str(error), name
    else:
        raise AssertionError(name)
print("all")"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "all", run.stderr


def test_no_panel_is_loaded_before_it_is_named():
    code = "import sys, kerasteach.widgets; print([n for n in sys.modules if n.startswith('kerasteach.widgets.')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def parts_of(widget):
    """A widget and all inside it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts_of(child)


@every_panel
def test_its_controls_are_core_ones_with_words_beside_them(name):
    pytest.importorskip("ipywidgets")
    live = example(name, "numpy").widget()
    for control in live.control.values():
        for part in parts_of(control):
            if hasattr(part, "children"):
                continue  # a row of boxes to tick: each is looked at
            assert type(part).__module__.startswith("ipywidgets."), part
            assert part.description or type(part).__name__ == "Label", part


@every_panel
def test_it_has_one_plotly_figure_at_most(name):
    pytest.importorskip("ipywidgets")
    pytest.importorskip("plotly")
    from plotly.basedatatypes import BaseFigure

    live = example(name, "numpy").widget()
    assert sum(isinstance(part, BaseFigure) for part in parts_of(live)) <= 1


def another(control):
    """A value the control does not have now, or None."""
    if hasattr(control, "options"):
        return next((value for _, value in control.options if value != control.value), None)
    if isinstance(control.value, bool):
        return not control.value
    if getattr(control, "max", None) is not None and getattr(control, "step", None):
        up = control.value + control.step
        return up if up <= control.max else control.value - control.step if control.value > control.min else None
    return None


@every_panel
def test_each_control_does_what_it_says_and_the_view_can_be_copied(name, backend):
    """Moved one after the other: nothing is refused, and the state it ends in makes the same view again."""
    pytest.importorskip("ipywidgets")
    panel = panels()[name].example(backend)
    live = panel.widget()
    for key, control in list(live.control.items()):
        value = None if getattr(control, "disabled", False) or key.endswith("()") else another(control)
        if value is not None:
            control.value = value
            assert live.words.words == repr(panel), (key, value)
    assert len(panel.to_svg()) < LARGEST
    again = type(panel)(*panel.sources().values(), **panel.state)
    assert repr(again) == repr(panel)


@pytest.mark.parametrize("eyes", MACHADO)
def test_every_two_categories_are_far_apart_to_all_eyes(eyes):
    for colours in ([s.color for s in CATEGORIES], [NIGHT[s.color] for s in CATEGORIES]):
        for a, b in combinations(colours, 2):
            assert distance(a, b, eyes) > 10, (a, b)


def test_categories_differ_in_more_than_colour():
    assert len({s.marker for s in CATEGORIES}) == len({s.dash for s in CATEGORIES}) == len(CATEGORIES)


@pytest.mark.parametrize("eyes", MACHADO)
def test_scales_keep_their_order_to_all_eyes(eyes):
    """More is lighter on Viridis; on the signed scale both ends are dark, and apart from each other."""
    lightness = [lab(viridis(n / 40), eyes)[0] for n in range(41)]
    assert lightness == sorted(lightness)
    for side in (-1, 1):
        lightness = [lab(signed(side * n / 20, 1), eyes)[0] for n in range(21)]
        assert lightness == sorted(lightness, reverse=True)
    for amount in (0.25, 0.5, 1):
        assert distance(signed(-amount, 1), signed(amount, 1), eyes) > 30
