"""Import statements by other names; everything else as it was."""

import ast

import pytest

from kerasteach.compat import translate, translate_tree

BECOMES = {
    "import keras": "import kerasteach as keras",
    "import keras as K": "import kerasteach as K",
    "import keras.layers as L": "import kerasteach.layers as L",
    "import keras.layers": "import kerasteach.layers as keras, kerasteach as keras",
    "from keras import layers": "from kerasteach import layers",
    "from keras.layers import *": "from kerasteach.layers import *",
    "from tensorflow import keras": "from kerasteach.compat.tensorflow import keras",
    "from tensorflow.keras import layers, Model": "from kerasteach import layers, Model",
    "from tensorflow.keras.layers import Dense as D": "from kerasteach.layers import Dense as D",
    "import tensorflow.keras as K": "import kerasteach as K",
    "import tensorflow as tf": "import kerasteach.compat.tensorflow as tf",
    "import tensorflow": "import kerasteach.compat.tensorflow as tensorflow",
    "import tensorflow.keras": "import kerasteach as tensorflow, kerasteach.compat.tensorflow as tensorflow",
    "import numpy as np, keras, os": "import numpy as np, kerasteach as keras, os",
}
STAYS = [
    "import keras_tuner",
    "import tensorflow_datasets as tfds",
    "import tf_keras",
    "from .keras import layers",
    "from . import keras",
    "from numpy import keras",
    "import my.keras",
    "keras = 'import keras'",
]


@pytest.mark.parametrize("source", BECOMES)
def test_becomes(source):
    assert translate(source) == BECOMES[source]


@pytest.mark.parametrize("source", STAYS)
def test_stays(source):
    assert translate(source) == source


def test_in_functions_classes_and_branches():
    source = "def f():\n    class A:\n        try:\n            import keras\n        except ImportError:\n            pass"
    assert "import kerasteach as keras" in translate(source)


@pytest.mark.parametrize("source", [s for s in BECOMES if "*" not in s])
def test_binds_the_names_the_original_would(source):
    def bound(statement):
        return {(a.asname or a.name).partition(".")[0] for a in ast.parse(statement).body[0].names}

    after = {}
    exec(translate(source), after)
    assert set(after) - {"__builtins__"} == bound(source)


def test_line_numbers_stay():
    source = "x = 1\n\nimport keras.layers, os\nfrom keras import (\n    layers,\n    Model,\n)\n\ny = 1 / 0\n"
    tree = translate_tree(ast.parse(source))
    assert [node.lineno for node in tree.body] == [1, 3, 4, 9]
    compile(tree, "<cell>", "exec")  # every node has its place
