"""JupyterLab in a headless Chromium, as a student uses it: open a notebook, run cells, look at what shows.

`LabServer` is one server in folders of its own; `LabPage` is one notebook open in it.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# The news pop-up is turned off here because its command-line trait does not do it. All cells are rendered, seen or not.
SETTINGS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "checkForUpdates": False,
        "fetchNews": "false",
        "doNotDisturbMode": True,
    },
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
}

COUNT_POINTS = """chart => {
    const seen = window.pointsSeen = [];
    const length = trace => Math.max(0, ...[trace.x, trace.y].filter(Boolean).map(a => a.length ?? a._length ?? 0));
    setInterval(() => {
        const counts = [...document.querySelectorAll(chart)].flatMap(c => (c._fullData ?? []).map(length));
        const most = Math.max(0, ...counts);
        if (most > 0 && most !== seen.at(-1)) seen.push(most);
    }, 20);
}"""


def chromium():
    """The path of a Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class LabServer:
    """JupyterLab on a folder of notebooks, with settings, workspaces and run files in `home`."""

    def __init__(self, notebooks, home):
        self.notebooks, self.home = Path(notebooks), Path(home)
        self.token, self.port = secrets.token_hex(16), free_port()
        for name, settings in SETTINGS.items():
            path = self.home / "settings" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(settings))
        self.log = self.home / "lab.log"
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += [
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={notebooks}",
            f"--IdentityProvider.token={self.token}",
            f"--LabApp.user_settings_dir={self.home / 'settings'}",
            f"--LabApp.workspaces_dir={self.home / 'workspaces'}",
            "--LabApp.extension_manager=readonly",
        ]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, cwd=notebooks, env=self._environment(), stdout=log, stderr=subprocess.STDOUT
            )

    def _environment(self):
        folders = {
            f"JUPYTER_{name}_DIR": str(self.home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")
        } | {"IPYTHONDIR": str(self.home / "ipython")}
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        return {**os.environ, **folders, "PYTHONPATH": path}

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def wait(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                urlopen(f"{self.url}/api?token={self.token}", timeout=5).close()
                return self
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()[-3000:]}")

    def stop(self):
        self.process.terminate()  # the server shuts its kernels down
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class LabPage:
    """A notebook open in JupyterLab. Cells are counted from 0, markdown cells included."""

    def __init__(self, browser, server, pictures):
        self.server, self.pictures = server, Path(pictures)
        self.page = browser.new_page(viewport={"width": 1400, "height": 1000})
        self.problems = []  # console errors, page errors, requests that leave this machine
        self.page.on("console", lambda m: m.type == "error" and self.problems.append(f"console: {m.text}"))
        self.page.on("pageerror", lambda e: self.problems.append(f"page: {e}"))
        self.page.on("request", self._outside)

    def _outside(self, request):
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != "127.0.0.1":
            self.problems.append(f"request to {request.url}")

    def open(self, notebook, seconds=90):
        """Open a notebook and wait until its kernel is idle; before that a "Select Kernel" dialog swallows commands."""
        assert (self.server.notebooks / notebook).is_file(), f"no notebook {notebook}"
        self.page.goto(f"{self.server.url}/lab/tree/{notebook}?token={self.server.token}&reset")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=1000 * seconds)
        self.page.wait_for_selector("#jp-main-statusbar >> text=/\\| Idle/", timeout=1000 * seconds)
        return self

    def cell(self, number):
        return self.page.locator(".jp-Notebook > .jp-WindowedPanel-outer .jp-Cell").nth(number)

    @property
    def cells(self):
        return self.cell(0).locator("xpath=..").locator("> .jp-Cell")

    def wait_idle(self, seconds=120):
        """Until no cell waits or runs (their prompts read [*]) and what came last is drawn."""
        self.page.wait_for_function(
            "() => ![...document.querySelectorAll('.jp-InputPrompt')].some(p => p.textContent.includes('*'))",
            timeout=1000 * seconds,
        )
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))")

    def run_cell(self, number, seconds=120):
        """Select a cell, press Shift+Enter, and wait until it has run: a code cell's number has changed."""
        cell = self.cell(number)
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        cell.locator(".jp-InputPrompt, .jp-MarkdownOutput").first.click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Shift+Enter")
        if "jp-CodeCell" in cell.get_attribute("class") and cell.locator(".cm-content").inner_text().strip():
            self.page.wait_for_function(
                "([prompt, before]) => prompt.innerText !== before && !prompt.innerText.includes('*')",
                arg=[prompt.element_handle(), before],
                timeout=1000 * seconds,
            )
        self.wait_idle(seconds)

    def run_all(self):
        self.page.click("text=Run >> nth=0")
        self.page.click("text=Run All Cells")

    def outputs(self, number):
        """What a cell shows, as text."""
        return [t.strip() for t in self.cell(number).locator(".jp-OutputArea-output").all_inner_texts()]

    def errors(self):
        """What the notebook shows on red (tracebacks, warnings) and widgets that could not be drawn."""
        red = self.page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']")
        broken = self.page.get_by_text("Error displaying widget").all_inner_texts()
        return red.all_inner_texts() + broken

    def watch_points(self, chart):
        """From now on note, 50 times a second, how many points the longest line of a plotly chart has."""
        self.page.evaluate(COUNT_POINTS, chart)

    def points_seen(self):
        """The different counts noted, in order: [1, 2, 5] is a chart seen growing."""
        return self.page.evaluate("() => window.pointsSeen")

    def screenshot(self, name):
        path = self.pictures / f"{name}.png"
        self.page.screenshot(path=path)
        return path

    def close(self):
        self.page.close()
