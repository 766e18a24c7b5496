"""Pictures for what is not a panel itself: layers, variables, histories and models at the end of a notebook's cell.

Still ones: a live face is shown by the panel of the same name. `%load_ext kerasteach.widgets` shows arrays of NumPy and tensors
of Torch so, too.
"""

import base64
from html import escape

from kerasteach.explain.arrays import NoNumbers
from kerasteach.explain.graph_layer import get, read_node
from kerasteach.widgets.arrays_scene import weight_items
from kerasteach.widgets.palette import INK, SOFT
from kerasteach.widgets.plots import card
from kerasteach.widgets.scene import Text, text_width
from kerasteach.widgets.svg import to_svg
from kerasteach.widgets.words import count, shape

MOST_WEIGHTS = 6


def html_of(thing):
    """The picture of a layer, model, variable or history as HTML; empty where there is nothing to draw yet."""
    try:
        return _html_of(thing)
    except NoNumbers:  # complex ones, or strings
        return ""


def _html_of(thing):
    if hasattr(thing, "assign"):
        from kerasteach.widgets.arrays import Arrays

        return Arrays(thing).to_html()
    if hasattr(thing, "history"):
        from kerasteach.widgets.history import History

        return History(thing).to_html() if thing.history and not hasattr(thing, "call") else _of_layer(thing)
    return _of_layer(thing)


def _of_layer(layer):
    if get(layer, "layers"):
        from kerasteach.widgets.graph import Graph

        return Graph(layer).to_html()
    if not layer.built or not layer.weights:
        return ""
    scene = layer_card(layer)
    picture, label = base64.b64encode(to_svg(scene).encode()).decode(), escape(scene.desc, quote=True)
    return f'<figure class="kt-layer" role="img" aria-label="{label}" style="margin:0;overflow-x:auto"><img alt="{label}" src="data:image/svg+xml;base64,{picture}"></figure>'


def layer_card(layer):
    """A layer's weights as small fields of colours, side by side.

    >>> from kerasteach import layers
    >>> dense = layers.Dense(2, name="dense")
    >>> dense.build((None, 3))
    >>> layer_card(dense).desc
    'The Dense layer dense has 8 parameters: kernel (inputs 3, units 2), bias (units 2).'
    """
    from kerasteach.explain.arrays import as_array, names_of_axes

    node = read_node(layer, (), layer.name)
    items = [Text(20, 30, f"{node.class_name} {node.name}", 14, INK, "start", bold=True)]
    about = " · ".join([*node.highlights, count(node.parameters, "parameter"), *([] if layer.trainable else ["frozen"])])
    items.append(Text(20, 50, about, 12, SOFT, "start"))
    x, bottom, told = 20, 0, []
    for weight in layer.weights[:MOST_WEIGHTS]:
        values, names = as_array(weight), names_of_axes(weight)
        flat = values.reshape(-1, values.shape[-1]) if values.ndim > 2 else values  # what leads goes into the rows
        known = names if values.ndim == 2 and not names[0].startswith("axis ") else ()
        told.append(f"{weight.name} {shape(values.shape, names)}")
        left = x + (text_width(known[0], 11) + 4 if known else 0)
        items.append(Text(x, 78, f"{weight.name} {shape(values.shape)}", 12, INK, "start"))
        if values.size:
            field, wide, high = weight_items(flat, known, left, 104 if known else 90, 220, 130)
            items += field
            x, bottom = max(left + wide, x + text_width(told[-1], 12)) + 30, max(bottom, 104 + high)
    if len(layer.weights) > MOST_WEIGHTS:
        items.append(Text(x, 100, f"and {len(layer.weights) - MOST_WEIGHTS} more", 12, SOFT, "start"))
        x += 90
    desc = f"The {node.class_name} layer {node.name} has {count(node.parameters, 'parameter')}: {', '.join(told)}."
    return card(max(x, 40 + text_width(about, 12), 240), bottom + 18, items, f"{node.class_name} {node.name}", desc)


def show_arrays(ipython):
    """Gives arrays of NumPy and tensors of Torch the picture `Arrays` has of them, in one notebook."""
    from kerasteach.widgets.arrays import Arrays

    def html(array):
        try:
            return Arrays(array).to_html()
        except NoNumbers:
            return None  # the text alone

    formatter = ipython.display_formatter.formatters["text/html"]
    formatter.for_type_by_name("numpy", "ndarray", html)
    formatter.for_type_by_name("torch", "Tensor", html)
