"""The course as pages that need no kernel: lessons with their outputs, exercises, glossary, and a page that leads to them."""

import re
import shutil
from html import escape

from .glossary import terms, title
from .notebooks import read, write_text

_NOTEBOOK = re.compile(r'href="([^":]*?)\.ipynb(#[^"]*)?"')
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 17px/1.55 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }}
ol, ul {{ list-style: none; padding: 0; }}
li.lesson {{ border-left: 4px solid #0072B2; padding: .1rem 1rem; margin: 1rem 0; }}
li.lesson h2 {{ font-size: 1.15rem; margin: 0; }}
p {{ margin: .3rem 0; }}
td, th {{ text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8886; }}
code {{ font-size: .92em; }}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def build(root, folder):
    """Write the pages; return how many.

    Args:
        root: the folder with notebooks/ and exercises/.
        folder: where the pages go; pages of an earlier run are replaced.
    """
    for part in ("notebooks", "exercises"):
        shutil.rmtree(folder / part, ignore_errors=True)
    notebooks = [path for part in ("notebooks", "exercises") for path in sorted((root / part).glob("*.ipynb")) if ".old" not in path.name]
    for path in notebooks:
        write_text(folder / path.parent.name / f"{path.stem}.html", exported(path))
    write_text(folder / "glossary.html", _glossary(root))
    write_text(folder / "index.html", index(root))
    return len(notebooks) + 2


def exported(path):
    """Return a notebook as a page; its links to notebooks lead to their pages, those to nothing are plain words."""
    from .page import PageExporter

    page, _ = PageExporter().from_filename(str(path))
    page = _NOTEBOOK.sub(lambda link: _link(path, *link.groups()), page)
    home = '<nav style="padding: 8px 16px"><a {0} href="../index.html">The course</a> · <a {0} href="../glossary.html">Glossary</a></nav>'.format(
        'style="color: #0061a8; text-decoration: underline"'
    )
    return re.sub(r"(<body[^>]*>)", lambda body: body[0] + home, page, count=1)


def _link(path, target, anchor):
    there = (path.parent / f"{target}.ipynb").exists()
    return f'href="{target}.html{anchor or ""}"' if there else 'title="not yet written"'


def index(root):
    """Return the page that leads to all others."""
    items = []
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        nb = read(path)
        intro = nb["cells"][0]["source"].split("\n\n")[1]
        exercise = f' · <a href="exercises/{path.stem}.html">exercise</a>' if (root / "exercises" / path.name).exists() else ""
        items.append(
            f'<li class="lesson"><h2><a href="notebooks/{path.stem}.html">{path.stem[:2]} · {_inline(title(nb))}</a></h2>\n'
            f"<p>{_inline(intro)}</p>\n<p><a href=\"notebooks/{path.stem}.html\">lesson</a>{exercise}</p></li>"
        )
    body = (
        "<h1>kerasteach: the course</h1>\n<p>Keras, opened up: each lesson with its outputs, to read anywhere. To run them, and to have "
        "your answers checked, open the notebooks in JupyterLab: <code>make lab</code>.</p>\n<ol>\n" + "\n".join(items) + "\n</ol>\n"
        '<p><a href="glossary.html">Glossary</a>: every word of the course in one line.</p>'
    )
    return _PAGE.format(title="kerasteach: the course", body=body)


def _glossary(root):
    rows = "\n".join(
        f'<tr><td>{_inline(term.name)}</td><td>{_inline(term.meaning)}</td><td><a href="notebooks/{term.lesson.stem}.html">{term.lesson.stem[:2]}</a></td></tr>'
        for term in terms(root)
    )
    head = '<tr><th scope="col">term</th><th scope="col">in one line</th><th scope="col">lesson</th></tr>'
    body = f'<p><a href="index.html">The course</a></p>\n<h1>Glossary</h1>\n<table>\n<thead>{head}</thead>\n<tbody>\n{rows}\n</tbody>\n</table>'
    return _PAGE.format(title="Glossary", body=body)


def _inline(text):
    """The little Markdown that a line of a lesson has: code, strong, emphasis; links become words.

    >>> _inline("**`fit`** takes *steps*, a < b")
    '<strong><code>fit</code></strong> takes <em>steps</em>, a &lt; b'
    """
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", escape(text, quote=False).replace("\n", " "))
    for mark, tag in (("`", "code"), (r"\*\*", "strong"), (r"\*", "em")):
        text = re.sub(rf"{mark}(.+?){mark}", rf"<{tag}>\1</{tag}>", text)
    return text
