"""The command line: `python -m kerasteach <command>`, or `kerasteach <command>` once installed.

    lab         open JupyterLab on the first lesson
    run         run a script written for Keras, on kerasteach
    verify      prove every op: forward and gradients
    parity      compare with real Keras, name by name
    faces       make every panel, check its faces, write the gallery
    shapes      judge what errors of shape say
    exercises   where you stand; next, check, reset; make and verify them
    notebooks   run the lessons again and store their outputs
    pages       gather the glossary; make static pages of the course
    doctor      find what is wrong in a zoo of sick trainings, and mend it
    info        say what is installed and what will be used

Each command imports what it needs when it is called, so `run` does not wait for
Jupyter and `verify` does not need it.
"""

import argparse
import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTALL_LAB = 'pip install -c constraints.txt -e ".[torch,lab]"   (in a copy of the repository)'
WHAT_EXERCISES_DO = (
    "list (default): a map of your progress; next: where to go on; check 06: your answers; reset 06: start again, the old "
    "notebook is kept; make: exercises/ from solutions/; verify: prove exercises by their named mistakes"
)
LESSON = Path("notebooks") / "00_start_here.ipynb"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the words after `python -m kerasteach`; those of the command line if not given.

    Returns:
        The exit code: 0 if all went well, 1 if not, 2 if the command made no sense.
    """
    options = _parser().parse_args(argv)
    return options.command(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kerasteach", description="Keras's API on NumPy and Torch, for teaching and learning.")
    parser.add_argument("--version", action="version", version=f"kerasteach {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="command", required=True)
    parser.epilog = "`python -m kerasteach command --help` says more about one."

    def add(function, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(function.__name__, help=text, description=function.__doc__.splitlines()[0])
        command.set_defaults(command=function)
        return command

    command = add(lab, "open JupyterLab on the first lesson")
    command.add_argument("notebook", nargs="?", type=Path, help="another notebook to open")
    command.add_argument("--no-browser", action="store_true", help="only print the address")

    command = add(run, "run a script written for Keras, on kerasteach")
    command.add_argument("--backend", choices=["numpy", "torch"], help="where its models compute (default: KERASTEACH_BACKEND, or numpy)")
    command.add_argument("script", help="a .py file")
    command.add_argument("args", nargs=argparse.REMAINDER, help="the script's own arguments")

    command = add(verify, "prove every op: forward and gradients")
    command.add_argument("ops", nargs="*", metavar="op", help="names of ops (default: all)")
    command.add_argument("--without-torch", action="store_true", help="leave out the comparison with Torch")

    command = add(parity, "compare with real Keras, name by name")
    command.add_argument("names", nargs="*", metavar="name", help="names or rooms, as layers.Dense or optimizers (default: all)")
    command.add_argument("--write", type=Path, metavar="FOLDER", help="also write parity.md and left_out.md into a folder")

    command = add(faces, "make every panel, check its faces, write the gallery")
    command.add_argument("names", nargs="*", metavar="panel", help="names of panels (default: all)")
    command.add_argument("--write", type=Path, metavar="FOLDER", help="also write README.md and the pictures into a folder")

    command = add(shapes, "judge what errors of shape say")
    command.add_argument("names", nargs="*", metavar="name", help="broken models or rooms of them, as conv (default: all)")
    command.add_argument("--text", action="store_true", help="also print the texts of the errors")
    command.add_argument("--without-keras", action="store_true", help="leave real Keras out")
    command.add_argument("--write", type=Path, metavar="FOLDER", help="also write shapes.md into a folder")

    command = add(exercises, "where you stand; next, check, reset; make and verify them")
    command.add_argument("verb", nargs="?", choices=["list", "next", "check", "reset", "make", "verify"], help=WHAT_EXERCISES_DO)
    command.add_argument("numbers", nargs="*", metavar="number", help="exercises, as 06 (default: all)")
    command.add_argument("--check", action="store_true", help="make: write nothing; exit 1 if a student notebook is not up to date")

    command = add(notebooks, "run the lessons again and store their outputs")
    command.add_argument("paths", nargs="*", type=Path, help="notebooks (default: all lessons)")
    command.add_argument("--check", action="store_true", help="run and write nothing; exit 1 if one was changed after it ran")

    command = add(pages, "gather the glossary; make static pages of the course")
    command.add_argument("--check", action="store_true", help="write nothing; exit 1 if docs/glossary.md is not what the lessons say")
    command.add_argument("--html", type=Path, metavar="FOLDER", help="also make the course's static pages there")

    command = add(doctor, "find what is wrong in a zoo of sick trainings, and mend it")
    command.add_argument("--seeds", type=int, default=3, metavar="N", help="how many times each training is run (default: 3)")
    command.add_argument("--write", type=Path, metavar="FILE", help="also write a page, as docs/doctor.md")

    add(info, "say what is installed and what will be used")
    return parser


def lab(options: argparse.Namespace) -> int:
    """Open JupyterLab on the first lesson, or on another notebook."""
    notebook = options.notebook or _in_repository(LESSON)
    if not notebook.exists():
        return _fail(f"There is no {notebook}.", "run this in a copy of the repository, or name a notebook: python -m kerasteach lab FILE.ipynb")
    if importlib.util.find_spec("jupyterlab") is None:
        return _fail("JupyterLab is not installed.", INSTALL_LAB)
    # The folder above the lessons is the root, so that their links to the exercises lead somewhere.
    above = [folder for folder in notebook.resolve().parents if (folder / LESSON).exists()]
    flags = [f"--ServerApp.root_dir={above[0] if above else notebook.resolve().parent}"]
    flags += ["--no-browser"] if options.no_browser else []
    return subprocess.call([sys.executable, "-m", "jupyterlab", *flags, str(notebook)])


def run(options: argparse.Namespace) -> int:
    """Run a script written for Keras, on kerasteach, as `python script.py` would."""
    from .compat import job, script

    try:
        return script.run_script(options.script, options.args, options.backend)
    except (script.NotAScript, job.NotForNumPy) as error:
        print(error, file=sys.stderr)
        return 2


def verify(options: argparse.Namespace) -> int:
    """Prove every op of the table: NumPy against Torch, gradients against finite differences."""
    from .explain import verify

    return verify.main([*options.ops, *(["--without-torch"] if options.without_torch else [])])


def parity(options: argparse.Namespace) -> int:
    """Compare with real Keras, name by name: signature, output, gradient, config, file."""
    from .parity import report

    return report.main([*options.names, *(["--write", str(options.write)] if options.write else [])])


def faces(options: argparse.Namespace) -> int:
    """Make every panel on both backends, check its five faces, and write the gallery."""
    from .widgets import faces

    return faces.main([*options.names, *(["--write", str(options.write)] if options.write else [])])


def shapes(options: argparse.Namespace) -> int:
    """Run a corpus of broken models and judge what their errors say, beside real Keras."""
    from .explain.shapes import command

    flags = ["--text"] * options.text + ["--without-keras"] * options.without_keras
    return command.main([*options.names, *flags, *(["--write", str(options.write)] if options.write else [])])


def exercises(options: argparse.Namespace) -> int:
    """Say where a student stands, go on, check, start again; for authors: make the student notebooks and verify them."""
    from .learn import commands

    return commands.main(options.verb or ("make" if options.check else "list"), options.numbers, check=options.check)


def notebooks(options: argparse.Namespace) -> int:
    """Run the lessons again and store their outputs, without anything that differs from run to run."""
    paths = options.paths or sorted(_in_repository(LESSON.parent).glob("*.ipynb"))
    missing = [path for path in paths if not path.is_file()]
    if missing or not paths:
        there = ", ".join(map(str, missing)) or f"notebook in {LESSON.parent}/"
        return _fail(f"There is no {there}.", "run this in a copy of the repository, or name notebooks that exist")
    if options.check:
        from .learn.notebooks import stale

        reasons = {path: reason for path in paths if (reason := stale(path))}
        print("\n".join(f"{path}: {reason}. Run: python -m kerasteach notebooks {path}" for path, reason in reasons.items()) or "all as they ran")
        return 1 if reasons else 0
    if importlib.util.find_spec("nbclient") is None:
        return _fail("nbclient, which runs notebooks, is not installed.", INSTALL_LAB)
    from .learn.notebooks import execute

    for path in paths:
        print(f"{path}: {'changed' if execute(path) else 'as before'}", flush=True)
    return 0


def pages(options: argparse.Namespace) -> int:
    """Gather the glossary from the lessons' Key terms, and make pages of the course that need no kernel."""
    from .learn import glossary, static
    from .learn.generate import repository

    root = repository()
    code = glossary.gather(root, check=options.check)
    if options.html:
        missing = [name for name in ("nbconvert", "latex2mathml") if importlib.util.find_spec(name) is None]
        if missing:
            return _fail(f"Pages are made with nbconvert and latex2mathml. Not installed: {', '.join(missing)}.", INSTALL_LAB)
        print(f"{static.build(root, options.html)} pages; begin with {options.html / 'index.html'}")
    return code


def doctor(options: argparse.Namespace) -> int:
    """Find what is wrong in a zoo of sick and healthy trainings, mend it, and count."""
    if importlib.util.find_spec("sklearn") is None or importlib.util.find_spec("torch") is None:
        return _fail("scikit-learn or Torch is not installed: the zoo needs the data of the one, and runs on the other, too.", INSTALL_LAB)
    from .explain.doctor.zoo import report

    return report.main(["--seeds", str(options.seeds), *(["--write", str(options.write)] if options.write else [])])


def info(options: argparse.Namespace) -> int:
    """Say what is installed and what will be used."""
    from .compat import environment

    print(environment.report())
    return 0


def _in_repository(path: Path) -> Path:
    """A path in the repository: the one we stand in, else the one this package lies in."""
    return path if path.exists() else ROOT / path


def _fail(problem: str, fix: str) -> int:
    print(f"{problem}\nFix: {fix}", file=sys.stderr)
    return 2


def _version() -> str:
    from . import __version__

    return __version__


if __name__ == "__main__":
    sys.exit(main())
