"""Curves of a run: finished or running, with plotly or without."""

import io
import math
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest

from kerasteach.widgets import History
from kerasteach.widgets.curves import ticks
from kerasteach.widgets.panel import REDRAW

RUN = {"accuracy": [0.5, 0.75], "loss": [0.6931, 0.421], "val_loss": [0.7, 0.8]}


def feed(panel, run, epochs=None, start=0):
    """What `fit` does with a callback."""
    length = len(next(iter(run.values())))
    panel.set_params({"epochs": epochs or length})
    panel.on_train_begin()
    for e in range(length):
        panel.on_epoch_begin(start + e)
        panel.on_epoch_end(start + e, {name: values[e] for name, values in run.items()})
    panel.on_train_end()


def test_the_text_face_tells_where_it_began_ended_and_was_best():
    assert repr(History(RUN)) == (
        "History: 2 epochs; loss 0.6931 → 0.4210 (best 0.4210 at epoch 2); "
        "val_loss 0.7000 → 0.8000 (best 0.7000 at epoch 1); accuracy 0.5000 → 0.7500"
    )


def test_the_sentence_says_which_way_it_went():
    assert History(RUN).sentence == (
        "Training ran for 2 epochs; loss fell from 0.6931 to 0.4210; "
        "val loss rose from 0.7000 to 0.8000; accuracy rose from 0.5000 to 0.7500."
    )
    assert "no longer a number" in History({"loss": [1.0, math.nan]}).sentence


def test_an_empty_history_has_all_its_faces():
    panel = History()
    assert repr(panel) == "History: no epochs yet"
    assert "no epochs yet" in panel.to_svg()
    assert panel.sentence == "No epoch of training has been recorded yet."
    assert panel.code() == "History()"


def test_a_live_run_ends_as_the_same_view_as_the_finished_one():
    live = History()
    feed(live, RUN)
    assert repr(live) == repr(History(RUN))
    assert live.to_svg() == History(RUN).to_svg()


def test_while_running_it_counts_the_epochs_to_come():
    live = History()
    live.set_params({"epochs": 10})
    live.on_train_begin()
    live.on_epoch_begin(0)
    live.on_epoch_end(0, {"loss": np.float32(1.0)})
    assert repr(live) == "History: 1 of 10 epochs; loss 1.0000 → 1.0000 (best 1.0000 at epoch 1)"


def test_a_second_run_starts_anew_and_a_continued_one_goes_on():
    live = History()
    feed(live, RUN)
    feed(live, RUN)
    assert live.epoch == [0, 1]
    feed(live, RUN, start=2)
    assert live.epoch == [0, 1, 2, 3]
    assert len(live.history["loss"]) == 4


def test_a_fitted_model_and_what_fit_returned_show_the_same(api):
    model = api.Sequential([api.layers.Input((3,)), api.layers.Dense(1)])
    model.compile("sgd", "mse")
    live, x = History(), np.ones((8, 3), "float32")
    result = model.fit(x, x[:, :1], epochs=3, validation_split=0.5, verbose=0, callbacks=[live])
    assert repr(live) == repr(History(result)) == repr(History(model))
    assert sorted(live.history) == ["loss", "val_loss"]


@pytest.mark.parametrize("source", [3, "loss", object()])
def test_what_holds_no_history_is_refused(source):
    with pytest.raises(ValueError, match=r"History shows the result of `model.fit"):
        History(source)


def test_epoch_numbers_must_fit_the_values():
    with pytest.raises(ValueError, match="Received: 3 epoch numbers for 2 values"):
        History(RUN, epoch=[0, 1, 2])


def test_the_printed_line_makes_the_same_view_again():
    panel = History({"loss": [1.0, math.nan, math.inf]}, epoch=[4, 5, 6])
    assert repr(eval(panel.code())) == repr(panel)
    assert History(**panel.state).to_svg() == panel.to_svg()


def test_validation_every_second_epoch_is_drawn_where_it_was_measured():
    panel = History({"loss": [4, 3, 2, 1], "val_loss": [3.5, 1.5]})
    assert [c.epochs for c in panel.curves()] == [(1, 2, 3, 4), (2, 4)]
    assert "best 1.5000 at epoch 4" in repr(panel)


def test_training_and_validation_differ_in_more_than_colour():
    styles = {c.name: c.style for c in History(RUN).curves()}
    assert styles["loss"].marker != styles["val_loss"].marker
    assert styles["loss"].dash != styles["val_loss"].dash


@pytest.mark.parametrize(
    "values",
    [[1.0], [2.0, 2.0], [0.0, 0.0], [math.nan], [1.0, math.inf, 2.0], [1e30, -1e30], [1e-12, 2e-12]],
)
def test_odd_numbers_can_be_drawn(values):
    for element in ET.fromstring(History({"loss": values}).to_svg()).iter():
        assert not [v for k, v in element.items() if k != "aria-label" and ("nan" in v or "inf" in v)]


def test_ticks_are_round_and_inside():
    assert ticks(0, 1) == [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert ticks(-30, 170) == [0, 50, 100, 150]


def test_the_live_figure_grows_in_place():
    pytest.importorskip("plotly")
    pytest.importorskip("anywidget")
    live = History()
    figure = live.widget().picture
    feed(live, RUN)
    assert [t.name for t in figure.data] == ["loss", "val_loss", "accuracy"]
    kept = figure.data[0]
    feed(live, RUN, start=2)
    assert figure.data[0] is kept
    assert list(kept.x) == [1, 2, 3, 4]
    assert figure.layout.height == 440
    assert "4 epochs" in live.widget().words.words
    assert "kt-history-live" in live.widget()._dom_classes


def test_without_plotly_the_curves_grow_as_svg(monkeypatch):
    pytest.importorskip("ipywidgets")
    monkeypatch.setattr("kerasteach.widgets.history_live._figure", lambda: None)
    live = History()
    live.widget()
    feed(live, RUN)
    assert "accuracy" in live.widget().picture.svg


def test_it_is_redrawn_ten_times_a_second_at_most(monkeypatch):
    now, drawn = [100.0], []
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    live = History()
    monkeypatch.setattr(live, "_widget", type("Face", (), {"refresh": lambda _: drawn.append(now[0])})())
    live.set_params({"epochs": 100})
    live.on_train_begin()
    for epoch in range(100):
        now[0] += 0.03
        live.on_epoch_begin(epoch)
        live.on_epoch_end(epoch, {"loss": 1.0})
    live.on_train_end()
    assert all(later - earlier >= REDRAW for earlier, later in pairwise(drawn[:-1]))
    assert len(drawn) >= 20
    assert drawn[-1] == now[0]  # the last numbers are shown, however soon they came


def test_figures_share_one_copy_of_the_script():
    pytest.importorskip("plotly")
    pytest.importorskip("anywidget")
    one, two = (History(RUN).widget().picture for _ in range(2))
    assert len(str(one._esm)) < 2_000
    assert one._script is two._script
    assert len(one._script.source) > 1_000_000
    one._script.close()
    assert History(RUN).widget().picture._script.comm is not None


def test_what_plotly_keeps_for_later_is_not_loaded_now():
    """Nbformat, with its grammars of JSON schemas, takes 21 MB; `fig.show()` still finds it."""
    pytest.importorskip("plotly")
    pytest.importorskip("nbformat")
    code = """
import sys
from kerasteach.widgets.shared_plotly import figure_class
figure_class()
print("nbformat" in sys.modules)
from plotly.io import _renderers
import nbformat
print(_renderers.nbformat.__version__ == nbformat.__version__, type(nbformat).__name__)"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True", "module"]


def test_importing_panels_loads_neither_widgets_nor_plotly():
    heavy = {"ipywidgets", "plotly", "anywidget", "PIL", "IPython", "torch"}
    code = f"import sys, kerasteach.widgets; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_picture_painted_in_bands_is_the_picture(monkeypatch):
    """Bands keep the memory of a kernel small; a slanted line that crosses them may differ at its edge by a shade."""
    image = pytest.importorskip("PIL.Image")
    from kerasteach.widgets import raster

    painted = []
    for size in (10**9, 300_000):
        monkeypatch.setattr(raster, "BAND", size)
        painted.append(np.asarray(image.open(io.BytesIO(raster.to_png(History(RUN)._scene()))).convert("RGB")).astype(int))
    whole, bands = painted
    assert whole.shape == bands.shape and (abs(whole - bands).max(axis=2) > 8).mean() < 0.005


def test_on_a_logarithmic_axis_equal_ratios_are_equal_steps():
    panel = History({"loss": [1.0, 0.1, 0.01, 0.0]}, log=True)
    assert panel.code().endswith("log=True)")
    (curve,) = [g for g in panel._scene().items if getattr(g, "name", "") == "curve"]
    heights = [y for _, x, y in curve.items[0].steps]
    assert len(heights) == 3 and heights[1] - heights[0] == pytest.approx(heights[2] - heights[1])
    pytest.importorskip("plotly")
    live = panel.widget()
    assert live.picture.layout.yaxis.type == "log"
    live.control["log"].value = False
    assert (live.picture.layout.yaxis.type, panel.state["log"]) == ("linear", False)
