"""The command line: each command does its work, and says what to do when it cannot."""

import subprocess
import sys

import pytest

from kerasteach import __main__ as cli
from kerasteach import __version__, backend, config

COMMANDS = ["lab", "run", "verify", "exercises", "notebooks", "pages", "doctor", "info"]


def fails(capsys, *words):
    """Call the command line, which refuses; return what it said."""
    try:
        code = cli.main(words)
    except SystemExit as error:  # argparse's way
        code = error.code
    assert code == 2
    return capsys.readouterr().err


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["--help"])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert all(f"    {name}" in shown for name in COMMANDS)


def test_version(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"kerasteach {__version__}\n"


def test_an_unknown_command_says_which_there_are(capsys):
    said = fails(capsys, "rum")
    assert "'rum'" in said and all(name in said for name in COMMANDS)
    assert "command" in fails(capsys)


def test_nothing_is_imported_before_it_is_needed():
    """`run` must not wait for Torch or Jupyter."""
    code = "import sys, kerasteach.__main__; print(*[m for m in ('torch', 'IPython', 'jupyterlab') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_run(tmp_path, capsys):
    script = tmp_path / "script.py"
    script.write_text("import sys, keras\nprint(keras.__name__, sys.argv[1:])", "utf-8")
    assert cli.main(["run", str(script), "a", "--b"]) == 0
    assert capsys.readouterr().out == "kerasteach ['a', '--b']\n"


def test_run_without_such_a_file(capsys, tmp_path):
    said = fails(capsys, "run", str(tmp_path / "nowhere.py"))
    assert "nowhere.py: no such file" in said and "Fix:" in said


def test_run_on_an_unknown_backend(capsys):
    assert "'jax' (choose from" in fails(capsys, "run", "--backend", "jax", "script.py")


def test_verify_proves_the_ops_it_is_given(capsys):
    assert cli.main(["verify", "--without-torch", "relu"]) == 0
    assert "1 of 1 ops proved" in capsys.readouterr().out


def test_verify_refuses_unknown_ops(capsys):
    assert "no_such_op" in fails(capsys, "verify", "no_such_op")


def test_lab_opens_the_notebook_in_jupyterlab(monkeypatch, tmp_path):
    pytest.importorskip("jupyterlab")
    calls = []
    monkeypatch.setattr(cli.subprocess, "call", lambda words: calls.append(words) or 0)
    notebook = tmp_path / "a.ipynb"
    notebook.touch()
    assert cli.main(["lab", "--no-browser", str(notebook)]) == 0
    root = f"--ServerApp.root_dir={tmp_path.resolve()}"
    assert calls == [[sys.executable, "-m", "jupyterlab", root, "--no-browser", str(notebook)]]


def test_lab_serves_the_repository_so_that_lessons_can_link_to_exercises(monkeypatch):
    pytest.importorskip("jupyterlab")
    calls = []
    monkeypatch.setattr(cli.subprocess, "call", lambda words: calls.append(words) or 0)
    assert cli.main(["lab", "--no-browser"]) == 0
    assert f"--ServerApp.root_dir={cli.ROOT.resolve()}" in calls[0]


def test_lab_without_jupyterlab_says_how_to_install_it(monkeypatch, capsys, tmp_path):
    notebook = tmp_path / "a.ipynb"
    notebook.touch()
    monkeypatch.setattr(cli.importlib.util, "find_spec", lambda name: None)
    said = fails(capsys, "lab", str(notebook))
    assert "JupyterLab is not installed" in said and "pip install" in said


def test_lab_without_the_notebook(capsys):
    assert "There is no nowhere.ipynb" in fails(capsys, "lab", "nowhere.ipynb")


def test_notebooks_runs_each_and_stores_what_it_showed(tmp_path, capsys):
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    path = tmp_path / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(6 * 7)")]), path)
    assert cli.main(["notebooks", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: changed\n"
    assert "42" in nbformat.read(path, 4).cells[0].outputs[0].text


def test_exercises_are_in_step_with_their_solutions(capsys):
    assert cli.main(["exercises", "--check"]) == 0


def test_notebooks_that_do_not_exist_are_named(capsys):
    assert "There is no nowhere.ipynb" in fails(capsys, "notebooks", "nowhere.ipynb")


def test_info_says_what_is_installed_and_used(capsys):
    assert cli.main(["info"]) == 0
    lines = {line.split()[0]: line.split()[1] for line in capsys.readouterr().out.splitlines()}
    assert lines["kerasteach"] == __version__
    assert lines["python"] == sys.version.split()[0]
    assert lines["backend"].rstrip(",") == config.backend()


def test_info_tells_of_a_torch_that_does_not_load(monkeypatch, capsys):
    def broken(name):
        raise ImportError("libtorch is missing")

    monkeypatch.setattr(backend, "get", broken)
    assert cli.main(["info"]) == 0
    assert "-" in next(line for line in capsys.readouterr().out.splitlines() if line.startswith("device"))


def test_info_tells_of_a_wrong_setting(monkeypatch, capsys):
    monkeypatch.setitem(config._settings, "backend", "jax")
    assert cli.main(["info"]) == 0
    assert "WRONG: Unknown backend 'jax'" in capsys.readouterr().out
