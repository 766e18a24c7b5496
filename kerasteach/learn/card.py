"""What a question says, with two faces: plain text that never varies, and HTML with a role and a label."""

import textwrap
from dataclasses import dataclass
from html import escape

# Never colour alone: the sign and the title say the same.
_COLOURS = {"✓": "#009E73", "✗": "#D55E00", "○": "#767676", "?": "#0072B2"}  # Okabe and Ito's, and a grey


@dataclass(frozen=True)
class Card:
    """A sign, a title, paragraphs, and perhaps some code.

    Attributes:
        sign: `✓`, `✗`, `○` or `?`.
        title: one line.
        paragraphs: texts between title and code.
        code: lines that keep their breaks; may be empty.
        footer: a last line; may be empty.
        pictures: SVG that shows what the code says, for the HTML face alone.

    >>> Card("?", "q1, hint 1 of 3", ("Read the shapes first.",))
    ? q1, hint 1 of 3
      Read the shapes first.
    """

    sign: str
    title: str
    paragraphs: tuple = ()
    code: str = ""
    footer: str = ""
    pictures: tuple = ()

    def __repr__(self):
        lines = [f"{self.sign} {self.title}"]
        for paragraph in self.paragraphs:
            lines += textwrap.wrap(paragraph, 96, initial_indent="  ", subsequent_indent="  ")
        lines += textwrap.indent(self.code, "    ").splitlines()
        return "\n".join([*lines, f"  {self.footer}"] if self.footer else lines)

    def _repr_html_(self):
        body = [f"<strong>{self.sign} {escape(self.title)}</strong>"]
        body += [f"<p>{escape(paragraph)}</p>" for paragraph in self.paragraphs]
        body += [f"<pre>{escape(self.code)}</pre>"] if self.code else []
        body += [f"<p>{drawn}</p>" for drawn in self.pictures if drawn]
        body += [f"<p>{escape(self.footer)}</p>"] if self.footer else []
        # A status is read aloud when it appears.
        return (
            f'<section role="status" aria-label="{escape(self.title)}" '
            f'style="border-left: 4px solid {_COLOURS[self.sign]}; padding: 2px 12px">{"".join(body)}</section>'
        )
