"""What kerasteach stands among: `python -m kerasteach info` says what is installed, and what will be used."""

import os
import platform
import shutil
from importlib import metadata

import kerasteach
from kerasteach import backend, config

# package, what it is for, whether kerasteach works without it
PACKAGES = [
    ("numpy", "arrays and the NumPy backend", True),
    ("h5py", "saved models", True),
    ("torch", "the Torch backend", False),
    ("jupyterlab", "lessons in the browser", False),
    ("ipykernel", "lessons", False),
    ("ipywidgets", "panels", False),
    ("anywidget", "panels", False),
    ("plotly", "curves", False),
    ("nbclient", "running lessons from the command line", False),
    ("keras", "comparing with the original", False),
    ("playwright", "browser tests", False),
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def report():
    """Return the table as text: one line a thing, its version or what is missing, what it is for."""
    lines = [("python", platform.python_version(), platform.system()), ("kerasteach", kerasteach.__version__, "this")]
    lines += [(name, installed(name, needed), use) for name, use, needed in PACKAGES]
    lines += [("browser", _browser(), "browser tests"), ("backend", _backend(), "new models"), ("device", _device(), "Torch's tensors")]
    widths = [max(len(line[i]) for line in lines) for i in (0, 1)]
    return "\n".join(f"{name:{widths[0]}}  {found:{widths[1]}}  {use}" for name, found, use in lines)


def installed(package, needed=False):
    """Return a package's version, or that it is missing.

    >>> installed("no such package"), installed("no such package", needed=True)
    ('-', 'MISSING')
    """
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "MISSING" if needed else "-"


def _browser():
    return next((name for name in BROWSERS if shutil.which(name)), "-")


def _backend():
    try:
        name = config.backend()
    except ValueError as error:
        return f"WRONG: {error}"
    return f"{name}, by KERASTEACH_BACKEND" if "KERASTEACH_BACKEND" in os.environ else name


def _device():
    """Where Torch computes, asked of Torch itself; it may be installed and broken."""
    try:
        return str(backend.get("torch").device)
    except (ImportError, OSError) as error:
        return f"- ({error})" if installed("torch") != "-" else "-"
