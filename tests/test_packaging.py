"""What pip, conda and make are told is the same thing, and the repository holds what it says it holds."""

import json
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name as canonical

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
CONDA_NAMES = {"torch": "pytorch-cpu"}  # on conda-forge; every other name is the same
FOR_STUDENTS = ["torch", "lab"]  # the extras environment.yml covers


def declared(*extras):
    lines = PROJECT["dependencies"] + [line for extra in extras for line in EXTRAS[extra]]
    return {canonical(r.name): r for r in map(Requirement, lines)}


def pinned(name):
    """{name: Requirement} of a file of pins, comments left out."""
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines())
    return {canonical(r.name): r for r in (Requirement(line) for line in lines if line)}


def version_of(pin):
    (spec,) = pin.specifier
    return spec.version


def everything_behind(requirements):
    """The names of all that the installed distributions pull in here, requirement by requirement."""
    seen, queue = set(), [(canonical(r.name), frozenset(r.extras)) for r in requirements]
    while queue:
        name, extras = queue.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            wanted = map(Requirement, requires(name) or [])
        except PackageNotFoundError:  # the constraints are tested where all of it is installed
            continue
        for r in wanted:
            if r.marker is None or any(r.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                queue.append((canonical(r.name), frozenset(r.extras)))
    return {name for name, _ in seen}


def test_core_needs_numpy_and_h5py_only():
    assert set(declared()) == {"numpy", "h5py"}


def test_extras():
    assert set(EXTRAS) == {"torch", "lab", "export", "test", "dev"}


def test_every_declared_dependency_is_pinned_within_its_bounds():
    pins = pinned("constraints.txt")
    for name, requirement in declared(*EXTRAS).items():
        assert name in pins, f"constraints.txt: pin {name}"
        assert version_of(pins[name]) in requirement.specifier, f"constraints.txt: {pins[name]} is not {requirement}"


def test_everything_behind_them_is_pinned():
    missing = everything_behind(declared(*EXTRAS).values()) - set(pinned("constraints.txt"))
    assert not missing, f"constraints.txt: pin {', '.join(sorted(missing))}"


@pytest.mark.parametrize("file", ["constraints.txt", "benchmarks/requirements.txt"])
def test_pins_are_exact(file):
    for pin in pinned(file).values():
        assert re.fullmatch(r"==[0-9][0-9a-z.]*", str(pin.specifier)), f"{file}: {pin}: pin one exact version"


def test_one_torch_and_one_keras_everywhere():
    pins, bench = pinned("constraints.txt"), pinned("benchmarks/requirements.txt")
    for name in ("torch", "keras", "numpy"):
        assert str(pins[name].specifier) == str(bench[name].specifier), name


def test_conda_environment_is_in_step():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    assert environment["name"] == PROJECT["name"]
    plain = [d for d in environment["dependencies"] if isinstance(d, str) and d != "pip"]
    (from_pip,) = [d["pip"] for d in environment["dependencies"] if isinstance(d, dict)]
    assert from_pip == ["-e ."]
    conda = {r.name: str(r.specifier) for r in map(Requirement, plain)}
    expected = {CONDA_NAMES.get(n, n): str(r.specifier) for n, r in declared(*FOR_STUDENTS).items()}
    assert conda == {"python": PROJECT["requires-python"], **expected}


def test_console_script_and_version_exist():
    import kerasteach
    from kerasteach.__main__ import main

    assert PROJECT["scripts"] == {"kerasteach": "kerasteach.__main__:main"}
    assert callable(main)
    assert kerasteach.__version__ == PROJECT["version"]


def test_python_here_is_supported():
    assert Requirement("python" + PROJECT["requires-python"]).specifier.contains(".".join(map(str, sys.version_info[:3])))


def targets():
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_makefile_has_its_targets():
    assert {"lab", "test", "bench", "lint", "verify", "exercises", "notebooks", "clean"} <= targets()


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "Makefile"])
def test_make_targets_spoken_of_exist(file):
    named = set(re.findall(r"(?<!\w)make ([a-z][a-z-]*)(?=[`\s.,;:)])", commands((ROOT / file).read_text("utf-8"))))
    assert named <= targets(), f"{file} speaks of `make {', '.join(sorted(named - targets()))}`"


def commands(text):
    """The code in a text: fenced blocks and `spans`."""
    blocks = re.findall(r"```.*?```", text, re.DOTALL)
    spans = re.findall(r"`[^`\n]+`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return "\n".join([*blocks, *spans])


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_files_spoken_of_exist(file):
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", (ROOT / file).read_text("utf-8"))
    missing = [link for link in links if not (ROOT / link).exists()]
    assert not missing, f"{file} links to {', '.join(missing)}"


def test_files_of_a_project():
    for name in "README.md ARCHITECTURE.md CHANGELOG.md CONTRIBUTING.md LICENSE Makefile environment.yml".split():
        assert (ROOT / name).is_file(), name
    assert (ROOT / ".ci/run").stat().st_mode & 0o100, ".ci/run must be executable"


def notebooks():
    return sorted(p for folder in ("notebooks", "solutions", "exercises") for p in (ROOT / folder).rglob("*.ipynb"))


def test_notebooks_hold_no_widget_state():
    for path in notebooks():
        if ".ipynb_checkpoints" in path.parts:
            continue
        where, book = path.relative_to(ROOT), json.loads(path.read_text("utf-8"))
        assert "widgets" not in book["metadata"], f"{where}: widget state saved; run `make notebooks`"
        for number, cell in enumerate(book["cells"]):
            for output in cell.get("outputs", []):
                view = "application/vnd.jupyter.widget-view+json" in output.get("data", {})
                assert not view, f"{where}: cell {number} stores a widget view; run `make notebooks`"
        assert path.stat().st_size <= 1 << 20, f"{where}: over 1 MB"
