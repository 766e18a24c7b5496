"""One JupyterLab and one Chromium a test file; where either is missing the tests are skipped by name.

Playwright keeps an event loop running in its thread as long as it is open, so nothing here outlives its file: tests that
run on the same worker afterwards may want a loop of their own.
"""

import importlib.util
import json
import shutil

import pytest

from .lab import CHROMIUM_FLAGS, ROOT, LabPage, LabServer, chromium

CHROMIUM = chromium()


def pytest_collection_modifyitems(items):
    missing = [name for name in ("playwright", "jupyterlab") if importlib.util.find_spec(name) is None]
    missing += ["chromium"] if CHROMIUM is None else []
    for item in items:
        if item.get_closest_marker("browser") and missing:
            item.add_marker(pytest.mark.skip(reason=f"{item.name}: no {', no '.join(missing)} here"))


def without_outputs(path):
    """Stored outputs out, so that whatever shows was made by this run."""
    book = json.loads(path.read_text("utf-8"))
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    path.write_text(json.dumps(book), "utf-8")


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """A copy of notebooks/, to be run and written to."""
    folder = tmp_path_factory.mktemp("lab") / "notebooks"
    if (ROOT / "notebooks").is_dir():
        shutil.copytree(ROOT / "notebooks", folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    folder.mkdir(exist_ok=True)
    for path in folder.rglob("*.ipynb"):
        without_outputs(path)
    return folder


@pytest.fixture(scope="module")
def server(copies):
    server = LabServer(copies, copies.parent / "home")
    try:
        yield server.wait()
    finally:
        server.stop()


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def lab(browser, server, tmp_path):
    """An open page; `lab.open("01_the_model_class.ipynb")` brings a notebook into it."""
    page = LabPage(browser, server, tmp_path)
    yield page
    page.screenshot("last")  # what it looked like when the test ended, well or not
    page.close()
