"""`%%keras`: an ordinary cell with another Keras."""

import subprocess
import sys

import pytest

pytest.importorskip("IPython")
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import kerasteach


@pytest.fixture
def shell(monkeypatch, tmp_path):
    """A notebook's shell, with the extension loaded."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # a shell puts its own there
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.colors = "nocolor"
    shell = InteractiveShell.instance(config=settings)
    shell.run_line_magic("load_ext", "kerasteach")
    yield shell
    InteractiveShell.clear_instance()


@pytest.fixture
def run(shell):
    """A function that runs a cell and returns its value; an error in it is raised."""

    def run(cell):
        done = shell.run_cell(cell, store_history=True)
        done.raise_error()
        return done.result

    return run


@pytest.fixture
def real_keras(monkeypatch):
    """A module that stands for an installed Keras, imported already."""
    real = type(sys)("keras")
    monkeypatch.setitem(sys.modules, "keras", real)
    return real


@pytest.mark.parametrize("name", ["numpy", "torch"])
def test_the_program_runs_as_it_stands(run, program, name, capsys):
    if name == "torch":
        pytest.importorskip("torch")
    loss, accuracy = run(f"%%keras --backend {name}\n{program}")
    assert 0 < loss < 1 and 0 < accuracy < 1
    assert "Total params: 2,241" in capsys.readouterr().out


def test_names_land_in_the_notebook(run, shell):
    run("%%keras\nfrom tensorflow import keras\nmodel = keras.Sequential([keras.layers.Dense(3)])")
    assert shell.user_ns["keras"] is kerasteach
    assert run("type(model).__name__") == "Sequential"


def test_the_last_expression_is_shown_unless_it_ends_in_a_semicolon(run, capsys):
    assert run("%%keras\nimport keras\n6 * 7") == 42
    assert "Out[1]: 42" in capsys.readouterr().out
    run("%%keras\n6 * 7;")
    assert capsys.readouterr().out == ""


def test_other_cells_get_the_real_one(run, real_keras):
    assert run("%%keras\nimport keras\nkeras") is kerasteach
    assert run("import keras\nkeras") is real_keras
    assert sys.modules["keras"] is real_keras


def test_functions_keep_the_keras_of_their_cell(run, real_keras):
    run("%%keras\ndef ours():\n    def inner():\n        import keras\n        return keras\n    return inner")
    run("def theirs():\n    import keras\n    return keras")
    assert run("ours()()") is kerasteach
    assert run("%%keras\ntheirs()") is real_keras


def test_the_backend_is_for_one_cell(run):
    pytest.importorskip("torch")
    before = kerasteach.config.backend()
    model = run("%%keras --backend torch\nimport keras\nmodel = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\nmodel")
    assert type(model.variables[0].value).__module__.startswith("torch")
    assert kerasteach.config.backend() == before


def test_the_backend_is_given_back_after_an_error(run):
    before = kerasteach.config.backend()
    with pytest.raises(ZeroDivisionError):
        run("%%keras --backend torch\n1 / 0")
    assert kerasteach.config.backend() == before


def test_errors_point_to_the_lines_of_the_cell(run, capsys):
    with pytest.raises(ZeroDivisionError):
        run("%%keras\nimport keras\n\ndef f():\n    return 1 / 0\n\nf()")
    out = capsys.readouterr().out
    assert "line 7" in out and "line 5, in f()" in out
    assert "kerasteach" not in out.replace(kerasteach.__path__[0], "")


def test_a_syntax_error_is_one(run, capsys):
    with pytest.raises(SyntaxError):
        run("%%keras\nimport keras\nx = = 1")
    assert "line 3" in capsys.readouterr().out


def test_it_works_with_await_with_magics_and_under_other_cell_magics(run, capsys):
    assert run("%%keras\nimport asyncio, keras\nawait asyncio.sleep(0)\nkeras") is kerasteach
    run("%%keras\nimport keras\n%time keras.backend.floatx()")
    run("%%capture shown\n%%keras\nimport keras\nprint(keras.__name__)")
    capsys.readouterr()
    assert run("shown.stdout") == "kerasteach\n"


def test_a_wrong_option_says_what_there_is(run, capsys):
    with pytest.raises(Exception, match="invalid choice: 'jax'"):
        run("%%keras --backend jax\nimport keras")


def test_loading_twice_changes_nothing(shell, run):
    count = len(shell.ast_transformers)
    shell.run_line_magic("reload_ext", "kerasteach")
    assert len(shell.ast_transformers) == count
    assert run("%%keras\nimport keras\nkeras") is kerasteach


def test_it_needs_neither_keras_nor_tensorflow(program):
    code = f"""
import sys
sys.modules["keras"] = sys.modules["tensorflow"] = None  # not installed: importing them fails
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "kerasteach")
shell.run_cell("%%keras\\n" + {program!r}).raise_error()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
