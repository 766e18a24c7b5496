"""Five faces, one state: what holds for the graph panel holds for panels."""

import builtins
import stat

import pytest

from kerasteach.widgets import Graph, Panel

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def without(monkeypatch):
    """Makes imports fail as they do where a package is not installed."""

    def forbid(*names):
        real = builtins.__import__

        def guarded(name, *args, **kwargs):
            if name.split(".")[0] in names:
                raise ImportError(f"No module named {name!r}")
            return real(name, *args, **kwargs)

        monkeypatch.setattr(builtins, "__import__", guarded)

    return forbid


def test_the_text_face_has_the_numbers_that_matter(two_inputs):
    expected = 'Graph: 5 layers, 2 inputs, 1 output, 2,241 parameters; Dense "dense" shared by 2 calls'
    assert repr(Graph(two_inputs)) == expected


def test_text_tells_of_operators_and_of_what_is_frozen(siamese):
    siamese.get_layer("encoder").trainable = False
    assert repr(Graph(siamese)).startswith(
        "Graph: 6 layers, 2 operations, 2 inputs, 2 outputs, 204 parameters (32 trainable);"
    )


def test_the_sentence_can_be_read_aloud(two_inputs):
    assert Graph(two_inputs).sentence == (
        "The model pair leads from 2 inputs through 5 layers to 1 output; "
        "it has 2,241 parameters; its Dense layer dense is shared by 2 calls."
    )


def test_unconnected_layers_are_explained_in_every_face(subclassed):
    panel = Graph(subclassed)
    for face in (repr(panel), panel.sentence, panel.to_svg(), panel.to_html()):
        assert "call() decides the order" in face


def test_the_state_makes_the_same_view_again(two_inputs):
    panel = Graph(two_inputs, rankdir="LR", highlight="dense")
    again = Graph(two_inputs, **panel.state)
    assert again.to_svg() == panel.to_svg()
    assert panel.code() == "Graph(model, rankdir='LR', highlight='dense')"
    assert eval(panel.code(), {"Graph": Graph, "model": two_inputs}).state == panel.state


def test_state_is_a_copy(two_inputs):
    panel = Graph(two_inputs)
    panel.state["rankdir"] = "LR"
    assert panel.state["rankdir"] == "TB"


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"rankdir": "BT"}, ValueError, "Expected rankdir"),
        ({"highlight": "nope"}, ValueError, "No such layer: 'nope'"),
        ({"colour": 1}, TypeError, "has no setting 'colour'.*show_shapes"),
    ],
)
def test_a_bad_setting_changes_nothing(two_inputs, changes, error, message):
    panel = Graph(two_inputs)
    before = panel.state
    with pytest.raises(error, match=message):
        panel.set(**changes)
    assert panel.state == before


def test_static_html_names_itself_and_brings_its_picture(two_inputs):
    html = Graph(two_inputs).to_html()
    assert html.startswith('<figure class="kt-graph" role="img" aria-label="The model pair leads')
    assert '<img alt="The model pair' in html
    assert "data:image/svg+xml;base64," in html
    assert "<svg" not in html  # untrusted viewers would reduce it to its text


def test_the_bundle_is_the_same_each_time(two_inputs):
    panel = Graph(two_inputs)
    bundle = panel._repr_mimebundle_()
    assert {"text/plain", "text/html"} <= set(bundle)
    assert bundle == panel._repr_mimebundle_()


def test_the_bundle_has_no_live_view_without_a_notebook(two_inputs):
    assert VIEW not in Graph(two_inputs)._repr_mimebundle_()


def test_the_bundle_has_a_live_view_in_a_notebook(two_inputs, monkeypatch):
    pytest.importorskip("ipywidgets")
    monkeypatch.setattr("kerasteach.widgets.panel.in_notebook", lambda: True)
    assert "model_id" in Graph(two_inputs)._repr_mimebundle_()[VIEW]


def test_include_and_exclude_choose_faces(two_inputs):
    panel = Graph(two_inputs)
    assert set(panel._repr_mimebundle_(include=["text/plain"])) == {"text/plain"}
    assert "text/html" not in panel._repr_mimebundle_(exclude=["text/html"])


def test_without_pillow_and_ipywidgets_the_other_faces_stay(two_inputs, without):
    panel = Graph(two_inputs)
    without("PIL", "ipywidgets", "IPython", "plotly")
    assert set(panel._repr_mimebundle_()) == {"text/plain", "text/html"}
    with pytest.raises(ImportError, match=r"pip install kerasteach\[lab\]"):
        panel.to_png()
    with pytest.raises(ImportError, match=r"pip install kerasteach\[lab\]"):
        panel.widget()


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.svg", b"<svg"), ("a.html", b"<figure"), ("a.txt", b"Graph:"), ("a.PNG", b"\x89PNG")],
)
def test_saving_chooses_the_face_by_the_ending(two_inputs, tmp_path, name, start):
    if name.lower().endswith("png"):
        pytest.importorskip("PIL")
    Graph(two_inputs).save(tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(start)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_saved_file_may_be_read_by_others(two_inputs, tmp_path):
    (tmp_path / "plain").write_text("")
    Graph(two_inputs).save(tmp_path / "a.svg")
    modes = [stat.S_IMODE((tmp_path / n).stat().st_mode) for n in ("plain", "a.svg")]
    assert modes[0] == modes[1]


def test_an_unknown_ending_is_refused_before_anything_is_written(two_inputs, tmp_path):
    with pytest.raises(ValueError, match=r"as \.pdf.*Expected one of \.svg, \.png"):
        Graph(two_inputs).save(tmp_path / "a.pdf")
    assert not list(tmp_path.iterdir())


def test_a_failed_write_leaves_the_old_file(two_inputs, tmp_path, monkeypatch):
    path = tmp_path / "a.svg"
    path.write_text("old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        Graph(two_inputs).save(path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.svg"]


def test_controls_change_the_state_and_the_picture(siamese):
    pytest.importorskip("ipywidgets")
    panel = Graph(siamese)
    live = panel.widget()
    assert "<svg" in live.picture.svg
    assert ">wide</text>" not in live.picture.svg
    live.control["expand_nested"].value = True
    assert panel.state["expand_nested"]
    assert ">wide</text>" in live.picture.svg
    live.control["show_shapes"].value = False
    assert "(batch, 4)</text>" not in live.picture.svg


def test_choosing_a_layer_rings_it_and_tells_its_details(siamese):
    pytest.importorskip("ipywidgets")
    panel = Graph(siamese, expand_nested=True)
    live = panel.widget()
    live.control["highlight"].value = "encoder/wide"
    assert panel.state["highlight"] == "encoder/wide"
    assert "kernel" in live.details.value
    assert "(16, 8)" in live.details.value
    live.control["expand_nested"].value = False  # the chosen layer is inside the model that closes
    assert panel.state["highlight"] is None
    assert live.details.value == ""


def test_the_state_moves_the_controls(two_inputs):
    pytest.importorskip("ipywidgets")
    panel = Graph(two_inputs)
    live = panel.widget()
    panel.set(rankdir="LR", highlight="dense", show_parameters=False)
    assert (live.control["rankdir"].value, live.control["highlight"].value, live.control["show_parameters"].value) == ("LR", "dense", False)
    assert panel.widget() is live


def test_a_bare_panel_says_what_it_lacks():
    class Unfinished(Panel):
        pass

    with pytest.raises(NotImplementedError, match="Unfinished must define"):
        repr(Unfinished())
