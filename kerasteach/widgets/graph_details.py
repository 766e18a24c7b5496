"""What the graph panel tells about the layer that was chosen, as HTML: its formula, code, weights, calls and settings."""

from html import escape

from kerasteach.explain.layer_code import code_of, formula_of_op, formulas_of
from kerasteach.widgets.svg import to_svg

_QUIET = ("name", "trainable", "dtype", "quantization_config")


def details_html(node, layer=None):
    """A node's details.

    Args:
        node: A node of the graph.
        layer: The layer it stands for, if it is one of this library.
    """
    title = f"<b>{escape(node.class_name)}</b> <code>{escape(node.name)}</code>"
    parts = [f'<p style="margin:8px 0 0">{title}</p>']
    if node.kind == "op" and (found := formula_of_op(node.class_name)):
        rows = [(left, f"${right}$") for left, right in found.lines.items()]
        parts += [_table("Formulas", ("", "formula"), [(f"${a}$", b) for a, b in rows]), _code("Source", found.source)]
    elif layer is not None and node.kind == "layer":
        parts += [_formulas(node, layer), _code("Code of call", code_of(layer))]
    if layer is not None and node.weights and layer.built:
        from kerasteach.widgets.rich import layer_card

        parts.append(f'<div class="kt-picture" role="img" aria-label="the weights of {escape(node.name, quote=True)}">{to_svg(layer_card(layer))}</div>')
    if node.weights:
        rows = [(w.name, w.shape, "yes" if w.trainable else "no") for w in node.weights]
        parts.append(_table("Weights", ("weight", "shape", "trainable"), rows))
    if node.calls:
        rows = [(c.number, _shapes(c.input_shapes), _shapes(c.output_shapes)) for c in node.calls]
        parts.append(_table("Calls", ("call", "from shape", "to shape"), rows))
    settings = [(k, _short(v)) for k, v in node.config.items() if k not in _QUIET and v is not None]
    if settings:
        parts.append(_table("Settings", ("setting", "value"), settings))
    return f'<div class="kt-layer">{"".join(parts)}</div>'


def _formulas(node, layer):
    shapes = node.calls[0].input_shapes if node.calls else ()
    rows = [(name, f"${tex}$") for name, tex in formulas_of(layer, shapes)] if layer.built and shapes else []
    return _table("Formulas", ("op", "formula"), rows) if rows else ""


def _code(summary, text):
    """Code that opens when it is asked for; a summary is reached and opened by the keyboard."""
    if not text:
        return ""
    pre = f'<pre class="tex2jax_ignore mathjax_ignore" style="margin:4px 0;line-height:1.35">{escape(text)}</pre>'
    return f'<details><summary style="cursor:pointer;font-weight:600">{summary}</summary>{pre}</details>'


def _shapes(shapes):
    return ", ".join(str(tuple("batch" if n is None else n for n in s)).replace("'", "") for s in shapes)


def _short(value):
    """A setting in few words: for a serialized object its class, not its whole recipe."""
    if isinstance(value, dict) and "class_name" in value:
        inner = value.get("config") or {}
        told = {k: v for k, v in inner.items() if v is not None} if isinstance(inner, dict) else {}
        return f"{value['class_name']}({', '.join(f'{k}={v!r}' for k, v in told.items())})"
    text = str(value)
    return text if len(text) < 80 else text[:77] + "..."


def _table(caption, head, rows):
    cells = "".join(f'<th scope="col" style="text-align:left;padding-right:1.5em">{h}</th>' for h in head)
    body = "".join(
        "<tr>" + "".join(f'<td style="padding-right:1.5em">{escape(str(c))}</td>' for c in row) + "</tr>"
        for row in rows
    )
    style = "margin:6px 24px 6px 0;display:inline-table;vertical-align:top;line-height:1.5"
    caption = f'<caption style="text-align:left;font-weight:600">{caption}</caption>'
    return f'<table style="{style}">{caption}<tr>{cells}</tr>{body}</table>'
