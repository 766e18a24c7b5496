"""Notebooks are run and stored without what differs from run to run."""

import json

import pytest

from kerasteach import __main__ as cli
from kerasteach.learn.notebooks import dumps, execute, loads, normalize, read, stale, write_text


def code(source, id):
    return {"cell_type": "code", "id": id, "source": source, "metadata": {}, "outputs": [], "execution_count": None}


@pytest.fixture
def path(tmp_path):
    """A notebook that prints twice and shows a number."""
    nb = {"cells": [code("print(1); print(2)\n3", "a"), code("import os; os.getcwd()[-4:]", "b")], "metadata": {}}
    path = tmp_path / "here" / "n.ipynb"
    write_text(path, dumps(nb | {"nbformat": 4, "nbformat_minor": 5}))
    return path


def test_normalize_keeps_outputs_and_drops_the_rest():
    view = "application/vnd.jupyter.widget-view+json"
    output = {"output_type": "display_data", "data": {view: {}, "text/plain": ["x"]}, "metadata": {view: {}}}
    cell = code("x", "a") | {"metadata": {"execution": {}, "tags": ["t"], "scrolled": True}, "outputs": [output]}
    metadata = {"widgets": {}, "title": "T", "language_info": {"name": "python", "version": "3.11.7"}}
    nb = normalize({"cells": [cell], "metadata": metadata})
    assert nb["metadata"].keys() == {"title", "kernelspec", "language_info"}
    assert "version" not in nb["metadata"]["language_info"]
    assert nb["cells"][0]["metadata"] == {"tags": ["t"]}
    assert nb["cells"][0]["outputs"] == [{"output_type": "display_data", "data": {"text/plain": ["x"]}, "metadata": {}}]
    assert normalize(json.loads(json.dumps(nb))) == nb


def test_execute_stores_outputs_and_is_the_same_twice(path):
    pytest.importorskip("nbclient")
    assert execute(path) is True
    first, second = read(path)["cells"]
    stream, shown = first["outputs"]
    assert "".join(stream["text"]) == "1\n2\n" and shown["data"]["text/plain"] == ["3"]
    assert second["outputs"][0]["data"]["text/plain"] == ["'here'"]
    assert first["metadata"] == {}
    assert execute(path) is False


def test_a_cell_that_raises_leaves_the_file_alone(path):
    exceptions = pytest.importorskip("nbclient.exceptions")
    nb = loads(path.read_text("utf-8"))
    nb["cells"][1]["source"] = "1 / 0"
    write_text(path, dumps(nb))
    before = path.read_bytes()
    with pytest.raises(exceptions.CellExecutionError, match="ZeroDivisionError"):
        execute(path)
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]


def test_a_stale_notebook_is_found_without_running_it(path, capsys):
    pytest.importorskip("nbclient")
    assert stale(path) == "its code was changed after it ran" and cli.main(["notebooks", "--check", str(path)]) == 1
    assert f"Run: python -m kerasteach notebooks {path}" in capsys.readouterr().out
    execute(path)
    assert stale(path) == "" and cli.main(["notebooks", "--check", str(path)]) == 0

    nb = loads(path.read_text("utf-8"))
    write_text(path, dumps(nb | {"metadata": nb["metadata"] | {"widgets": {}}}))
    assert stale(path) == "not stored as the command stores it"
    nb["cells"][0]["source"] += "\n"
    write_text(path, dumps(nb))
    assert stale(path) == "its code was changed after it ran"
