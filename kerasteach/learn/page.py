"""A notebook as one page that needs nothing from anywhere: formulas are MathML, which browsers draw themselves."""

from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

_WITHOUT = """{% extends 'lab/index.html.j2' %}
{% block html_head_js %}{% endblock %}{% block html_head_js_mathjax %}{% endblock %}{% block html_head_js_mermaidjs %}{% endblock %}"""


class _Renderer(IPythonRenderer):
    def inline_math(self, body):
        return convert(body)

    def block_math(self, body):
        return convert(body, display="block")


class PageExporter(HTMLExporter):
    """Writes a notebook as HTML without MathJax, require.js and mermaid, which would be fetched from the network."""

    def __init__(self, **kw):
        super().__init__(raw_template=_WITHOUT, **kw)

    def markdown2html(self, source):
        return MarkdownWithMath(renderer=_Renderer(escape=False, anchor_link_text=self.anchor_link_text)).render(source)

    def default_filters(self):
        yield from super().default_filters()
        yield "markdown2html", self.markdown2html

    def from_notebook_node(self, nb, resources=None, **kw):
        for cell in nb.cells:
            for output in cell.get("outputs", ()):
                latex = output.get("data", {}).pop("text/latex", None)
                if latex is not None:
                    output.data["text/html"] = convert(latex.strip("$"), display="block")
        return super().from_notebook_node(nb, resources, **kw)
