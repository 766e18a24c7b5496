"""Code written for Keras, unchanged, on kerasteach.

    python -m kerasteach run script.py

    %load_ext kerasteach
    %%keras --backend torch

Both read the code's own import statements by other names before it runs: `keras`
and `tensorflow.keras` are kerasteach, `tensorflow` is a small stand-in for what
tutorials use of it. Nothing else is touched, neither `sys.modules` nor the import
system, so installed libraries stay what they are: other cells, modules the code
imports, and libraries that import Keras themselves all get the real ones.

What is not read by other names, because no import statement says it:
`importlib.import_module("keras")`, `exec("import keras")`, `__import__("keras")`,
`python -m` in a subprocess, and modules of your own that the script imports.
"""

from .translate import translate, translate_tree

__all__ = ["translate", "translate_tree"]
