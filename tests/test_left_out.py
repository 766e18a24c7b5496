"""What is left out says so, wherever it is looked for, and with the reason."""

import subprocess
import sys

import pytest

import kerasteach as keras
from kerasteach import left_out


def test_an_attribute_that_is_left_out_says_why():
    with pytest.raises(AttributeError, match=r"keras\.applications.*left out.*pretrained"):
        keras.applications  # noqa: B018


@pytest.mark.parametrize(
    "line", ["from kerasteach.applications import VGG16", "import kerasteach.quantizers", "import kerasteach.legacy.saving"]
)
def test_an_import_that_is_left_out_says_why(line):
    with pytest.raises(ImportError, match="left out"):
        exec(line, {})


def test_a_name_that_keras_does_not_have_is_not_called_left_out():
    with pytest.raises(AttributeError, match=r"Keras 3\.15 has none either"):
        keras.Modle  # noqa: B018
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'kerasteach\.modles'"):
        exec("import kerasteach.modles", {})


def test_a_script_for_keras_is_told_too(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("from keras.applications import ResNet50\n", "utf-8")
    run = subprocess.run([sys.executable, "-m", "kerasteach", "run", str(script)], capture_output=True, text=True)
    assert run.returncode == 1 and "left out of kerasteach" in run.stderr


def test_every_reason_is_a_sentence():
    assert all(len(why.split()) > 4 for why in left_out.LEFT_OUT.values())


def test_a_method_that_is_left_out_says_why(backend):
    with pytest.raises(AttributeError, match="left out"):
        keras.layers.Dense(2).quantize("int8")
    with pytest.raises(AttributeError, match="'Dense' object has no attribute 'nonsense'"):
        keras.layers.Dense(2).nonsense  # noqa: B018
