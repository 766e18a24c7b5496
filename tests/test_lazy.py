"""Names that load when they are first used behave like names that are always there."""

import importlib
import pickle
import pkgutil
import subprocess
import sys

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import lazy

ROOMS = "activations callbacks layers losses metrics models ops optimizers saving utils".split()


def fresh(code):
    """What a fresh Python prints."""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.mark.parametrize("room", ["", *ROOMS])
def test_every_name_of_a_table_is_there(room):
    module = importlib.import_module(f"kerasteach.{room}".rstrip("."))
    assert [name for name in module.__all__ if not hasattr(module, name)] == []
    assert {*module.__all__} <= {*dir(module)}


@pytest.mark.parametrize("room", ROOMS)
def test_no_file_has_the_name_of_a_thing(room):
    """Importing kerasteach/ops/conv.py would put the file where `ops.conv` is."""
    module = importlib.import_module(f"kerasteach.{room}")
    files = {file.name for file in pkgutil.iter_modules(module.__path__)}
    here = {file for file, listed in getattr(module, "_WHERE", {"": ""}).items() if not file}
    meant = {name for file in here for name in module._WHERE[file].split()}
    assert files & {*module.__all__} <= meant


@pytest.mark.parametrize(
    "code",
    [
        "import kerasteach.layers; print(kerasteach.layers.Dense.__name__)",
        "from kerasteach.layers import Dense; print(Dense.__name__)",
        "from kerasteach import layers; print(layers.Dense.__name__)",
        "import kerasteach.layers as L; print(L.Dense.__name__)",
        "from kerasteach.layers import *; print(Dense.__name__)",
        "import kerasteach; print(kerasteach.layers.dense.Dense.__name__ if kerasteach.layers.Dense else 0)",
        "from kerasteach import *; print(layers.Dense.__name__)",
    ],
)
def test_every_way_to_import_a_layer(code):
    assert fresh(code) == "Dense"


def test_all_of_ops_by_a_star_is_the_list():
    code = "from kerasteach.ops import *; import kerasteach.ops as o; print([n for n in o.__all__ if n not in globals()])"
    assert fresh(code) == "[]"


def test_a_name_is_found_once_and_kept():
    assert fresh("from kerasteach import layers as l; print('Dense' in vars(l), l.Dense is l.Dense, 'Dense' in vars(l))") == "False True True"


def test_an_alias_is_the_thing_itself():
    assert keras.ops.abs is keras.ops.absolute and keras.utils.Sequence is keras.utils.PyDataset


def test_listing_the_table_of_ops_loads_every_row():
    """A row of any file, also of one that nobody has used, is in `ops.OPS`."""
    code = """
import importlib, pkgutil
from kerasteach.ops import OPS
listed = set(OPS)
import kerasteach.ops
for file in pkgutil.walk_packages(kerasteach.ops.__path__, 'kerasteach.ops.'): importlib.import_module(file.name)
print({'relu', 'lstm', 'scatter', 'resize', 'ctc_loss'} <= listed, listed == set(OPS), len(listed) > 250)"""
    assert fresh(code) == "True True True"


@pytest.mark.parametrize("family, name", [("numpy", "abs"), ("nn", "conv"), ("linalg", "norm"), ("math", "fft"), ("core", "scan"), ("einops", "rearrange"), ("image", "resize")])
def test_families_hand_out_the_same_ops(family, name):
    place = keras.ops.image if family == "image" else keras.ops
    assert fresh(f"import kerasteach as k; print(k.ops.{family}.{name})") == str(getattr(place, name))
    assert name in dir(getattr(keras.ops, family))


def test_a_row_is_found_though_the_backend_was_not_asked_for():
    assert fresh("from kerasteach.ops import convert_to_tensor; print(convert_to_tensor([1.0]))") == "[1.]"


def test_a_variable_finds_its_initializer_by_name():
    assert fresh("from kerasteach import Variable; print(Variable('ones', shape=(2,)).numpy())") == "[1. 1.]"


def test_a_policy_is_there_before_any_layer():
    assert fresh("from kerasteach import config; print(config.dtype_policy().name)") == "float32"


def test_torch_tensors_are_answered_by_torch_from_the_first_op():
    pytest.importorskip("torch")
    assert fresh("import torch; from kerasteach import ops; print(type(ops.add(torch.ones(2), 1)).__name__)") == "Tensor"


def test_a_missing_name_says_so():
    with pytest.raises(AttributeError, match="belongs to TensorFlow"):
        _ = keras.layers.TFSMLayer
    with pytest.raises(AttributeError, match=r"kerasteach has no `keras\.layers\.Densee`"):
        _ = keras.layers.Densee
    with pytest.raises(ImportError, match="Densee"):
        exec("from kerasteach.layers import Densee")


def test_python_still_suggests_the_near_name():
    """Python looks through `dir` of the module, and finds names that have not been loaded."""
    run = subprocess.run([sys.executable, "-c", "import kerasteach as k; k.layers.Dens"], capture_output=True, text=True)
    assert "Did you mean: 'Dense'" in run.stderr


def test_loading_a_file_finds_classes_nobody_has_imported(tmp_path):
    model = keras.Sequential([keras.Input((4, 3)), keras.layers.LSTM(2), keras.layers.Dense(1, activation="mish")])
    model.compile("rmsprop", loss="huber", metrics=["mae"])
    model.save(tmp_path / "m.keras")
    x = np.ones((2, 4, 3), "float32")
    code = f"import numpy as np, kerasteach as k; print(k.saving.load_model({str(tmp_path / 'm.keras')!r}).predict(np.ones((2, 4, 3), 'float32'), verbose=0).tolist())"
    np.testing.assert_allclose(eval(fresh(code)), model(x), rtol=1e-5)


def test_a_layer_is_unpickled_where_nothing_is_loaded(tmp_path):
    (tmp_path / "layer.pkl").write_bytes(pickle.dumps(keras.layers.Dropout(0.5)))
    assert fresh(f"import pickle; print(pickle.load(open({str(tmp_path / 'layer.pkl')!r}, 'rb')).rate)") == "0.5"


def test_a_metric_by_name_loads_no_other():
    code = """
import sys, kerasteach.metrics as m
m.get("mae")
print("kerasteach.metrics.thresholds" in sys.modules, m.get("auc").name, "kerasteach.metrics.thresholds" in sys.modules)"""
    assert fresh(code) == "False auc True"


def test_known_names_are_a_mapping_that_loads_late():
    known = lazy.ByName("kerasteach.losses", {"mse": "mean_squared_error", "wrong": "no_such_loss"})
    assert len(known) == 2 and list(known) == ["mse", "wrong"] and "wrong" in known and "other" not in known
    assert known["mse"] is keras.losses.mean_squared_error and known.get("other") is None


def test_star_names_are_public():
    for room in ROOMS:
        assert [n for n in importlib.import_module(f"kerasteach.{room}").__all__ if n.startswith("_")] == []


@pytest.mark.parametrize("jedi", [True, False])
def test_tab_completion_knows_names_that_are_not_loaded(jedi):
    pytest.importorskip("IPython")
    code = f"""
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("import kerasteach as keras")
shell.Completer.use_jedi = {jedi}
with provisionalcompleter():
    print(*(c.text.strip(".") for c in shell.Completer.completions("keras.layers.GR", 15)))"""
    assert fresh(code).splitlines()[-1].split() == ["GRU", "GRUCell"]
