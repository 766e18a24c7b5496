"""`python -m kerasteach run` is `python`, with another Keras for that one file."""

import subprocess
import sys
import textwrap

import pytest

from kerasteach import config
from kerasteach.compat.script import NotAScript, run_script


@pytest.fixture
def script(tmp_path):
    """A function that writes a script and returns its path."""

    def write(text, name="script.py"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text), "utf-8")
        return path

    return write


def python(*words):
    return subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("name", ["numpy", "torch"])
def test_the_program_runs_as_it_stands(program, script, name):
    if name == "torch":
        pytest.importorskip("torch")
    done = python("-m", "kerasteach", "run", "--backend", name, script(program))
    assert done.returncode == 0, done.stderr
    assert "Total params: 2,241" in done.stdout
    assert "Epoch 10/10" in done.stdout
    assert "loss:" in done.stdout.splitlines()[-1]  # what evaluate printed
    assert done.stderr == ""


WHO = """\
import os, sys
print(sys.argv[1:], __name__, os.path.isabs(__file__), os.path.basename(sys.argv[0]))
print(sys.path[0] == os.path.dirname(__file__), sys.modules["__main__"].__dict__ is globals(), __doc__)
"""


def test_the_script_sees_what_python_would_show_it(script):
    path, words = script(WHO), ["a", "--backend", "torch", "--help"]
    ours = python("-m", "kerasteach", "run", path, *words)
    assert ours.stdout == python(path, *words).stdout
    assert "['a', '--backend', 'torch', '--help'] __main__ True script.py" in ours.stdout


@pytest.mark.parametrize(
    "text",
    [
        "import sys; sys.exit(7)",
        "import sys; sys.exit('stopped')",
        "def f(x):\n    return 1 / x\n\nf(0)",
        "x = = 1",
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise ValueError('second')",
        "eval('1 +')",
    ],
    ids=["exit code", "exit message", "error", "syntax error", "chained errors", "syntax error at run time"],
)
def test_it_ends_as_under_python(script, text):
    path = script(text)
    ours, pythons = python("-m", "kerasteach", "run", path), python(path)
    assert ours.returncode == pythons.returncode
    assert ours.stderr == pythons.stderr


def test_only_this_file_is_read_by_other_names(script, monkeypatch, capsys):
    """Two modules beside the script stand for an installed Keras and a library that imports it."""
    script("real = True", "keras.py")
    script("import keras", "library.py")
    path = script("""\
        import sys, library
        import keras

        def later():
            import keras
            return keras

        print(keras.__name__, later().__name__, library.keras.real, sys.modules["keras"] is library.keras)
        """)
    for name in ("keras", "library"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert run_script(path) == 0
    assert capsys.readouterr().out == "kerasteach kerasteach True True\n"
    for name in ("keras", "library"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_afterwards_all_is_as_it_was(script):
    before = sys.argv, sys.path[:], sys.modules["__main__"], config.backend(), "tensorflow" in sys.modules
    run_script(script("import sys, tensorflow; sys.path.append('x'); sys.argv.append('y')"), ["z"], backend="torch")
    assert (sys.argv, sys.path[:], sys.modules["__main__"], config.backend(), "tensorflow" in sys.modules) == before


def test_classes_of_the_script_can_be_pickled(script):
    path = script("import pickle\nclass A:\n    x = 1\nassert pickle.loads(pickle.dumps(A())).x == 1")
    assert run_script(path) == 0


def test_what_keras_has_and_kerasteach_has_not_is_an_import_error(script, capsys):
    assert run_script(script("from tensorflow.keras.layers import Conv9D")) == 1
    err = capsys.readouterr().err
    assert "line 1" in err and "cannot import name 'Conv9D' from 'kerasteach.layers'" in err


@pytest.mark.parametrize(
    "name, said",
    [
        ("missing.py", r"Cannot read .*missing\.py: no such file or directory\. Scripts there: here\.py\.\nFix:"),
        (".", "is a folder"),
        ("lesson.ipynb", "is a notebook(.|\n)*%%keras"),
    ],
)
def test_what_is_no_script_says_so(script, tmp_path, name, said):
    script("", "here.py")
    with pytest.raises(NotAScript, match=said):
        run_script(tmp_path / name)
