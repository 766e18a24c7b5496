"""The matrix as text: for the terminal, and as a page of the docs."""

import argparse
from pathlib import Path

from .. import left_out
from ..progress import watched
from . import matrix
from .names import public_names, unaccounted
from .signatures import signature

HEADERS = ["signature", *(f"{column} {name}" for column in matrix.COLUMNS[1:] for name in ("NumPy", "Torch"))]
_KEYS = [("signature", ""), *((column, name) for column in matrix.COLUMNS[1:] for name in matrix.BACKENDS)]
_PAGE = """# Beside Keras 3.15, name by name

Made by `python -m kerasteach parity --write`; held by tests/parity/test_matrix.py. Every row is run in both packages
with the same numbers, on NumPy and on Torch: signature, output, gradient, config both ways, and a `.keras` file both
ways. `=` is equal, `≠` differs, `·` has no such thing.

{summary}

{table}

## Compared by signature only
{signatures}

## Left out
See [left_out.md](left_out.md).
"""


def cells(row):
    """One row's cells."""
    return ["·" if key not in row else "≠" if row[key] else "=" for key in _KEYS]


def signature_only(names):
    """Check the signatures of names that no table holds; return (equal, [(name, what differs)])."""
    equal, differ = [], []
    for name in names:
        try:
            signature(name)
            equal.append(name)
        except (AssertionError, AttributeError, ImportError) as error:
            differ.append((name, str(error)))
        except (TypeError, ValueError):
            equal.append(name)  # not a function: a constant, a module's flag
    return equal, differ


def text(rows):
    """The matrix for a terminal."""
    width = max(map(len, rows), default=0)
    lines = [" " * width + "  " + "  ".join(HEADERS)]
    for name, row in rows.items():
        lines.append(f"{name:{width}}  " + "  ".join(f"{cell:{len(h)}}" for cell, h in zip(cells(row), HEADERS)))
    return "\n".join(line.rstrip() for line in lines)


def page(rows, equal, summary):
    """The matrix as Markdown."""
    lines = ["| name | " + " | ".join(HEADERS) + " |", "|---" * (len(HEADERS) + 1) + "|"]
    lines += [f"| `{name}` | " + " | ".join(cells(row)) + " |" for name, row in rows.items()]
    return _PAGE.format(summary=summary, table="\n".join(lines), signatures=", ".join(f"`{name}`" for name in equal))


def left_out_page():
    """What is left out, as Markdown."""
    by_reason = {}
    for name, why in left_out.LEFT_OUT.items():
        by_reason.setdefault(why, []).append(f"`{name}`")
    lines = [f"- {', '.join(names)}: {why}." for why, names in by_reason.items()]
    intro = "Using one of these names raises an error with this reason. A room stands for all that is in it."
    return f"# What Keras 3.15 has and kerasteach has not\n\n{intro}\n\n" + "\n".join(lines) + "\n"


def main(argv=None):
    """Run from the command line; return 0 if all is equal, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m kerasteach parity", description="Compare with real Keras, name by name.")
    parser.add_argument("names", nargs="*", help="names, or rooms of names, as in layers.Dense or optimizers; all by default")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="also write parity.md and left_out.md into a folder")
    options = parser.parse_args(argv)
    every = matrix.all_cases()
    chosen = {name: cases for name, cases in sorted(every.items()) if _is_chosen(name, options.names)}
    rows = {name: matrix.row(name, chosen[name]) for name in watched(chosen, "comparing", "names")}
    rest = [n for n in public_names() if n not in every and not left_out.reason(n) and _is_chosen(n, options.names)]
    equal, differ = signature_only(rest)
    print(text(rows))
    for name, row in rows.items():
        for (column, backend), said in row.items():
            if said:
                print(f"\n{name}, {column} {backend}: {said}")
    for name, said in differ:
        print(f"\n{name}, signature: {said}")
    wrong = [name for name, row in rows.items() if any(row.values())] + [name for name, _ in differ]
    missing = [name for name in unaccounted() if _is_chosen(name, options.names)]
    summary = (
        f"{len(rows) + len(rest) - len(wrong)} of {len(rows) + len(rest)} names equal, {len(rows)} of them run on "
        f"{sum(map(len, chosen.values()))} configurations; {len(missing)} neither there nor listed as left out."
    )
    print(f"\n{summary}" + (f"\nDiffer: {', '.join(wrong)}" if wrong else "") + (f"\nMissing: {', '.join(missing)}" if missing else ""))
    if options.write:
        (options.write / "parity.md").write_text(page(rows, equal, summary), "utf-8")
        (options.write / "left_out.md").write_text(left_out_page(), "utf-8")
    return 1 if wrong or missing else 0


def _is_chosen(name, wanted):
    return not wanted or any(name == w or name.startswith(f"{w}.") for w in wanted)
