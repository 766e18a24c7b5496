"""The history panel's live picture: one plotly figure that grows, and can be zoomed into.

Without plotly the frame shows the same curves as SVG; they grow just as well.
"""

from kerasteach.widgets.curves import MOST_MARKERS, caption
from kerasteach.widgets.palette import GRID, INK, PAPER
from kerasteach.widgets.shared_plotly import figure_class

HEIGHT = 440  # fixed, so that the page does not jump while the curves grow
_DASH = {(): "solid", (7, 4): "dash", (2, 3): "dot"}


def figure_of(panel):
    """A FigureWidget whose `refresh()` brings it up to the panel's curves; None without plotly."""
    figure = _figure()
    if figure is not None:
        object.__setattr__(figure, "refresh", lambda: _update(figure, panel.curves(), panel.state["log"]))
    return figure


def _figure():
    """An empty FigureWidget with an upper and a lower row, or None without plotly."""
    try:
        figure = figure_class()()
    except ImportError:  # plotly itself, or anywidget, which FigureWidget needs
        return None
    axis = {"gridcolor": GRID, "zeroline": False, "linecolor": INK, "automargin": True}
    figure.update_layout(
        template="none",
        height=HEIGHT,
        margin={"l": 60, "r": 20, "t": 40, "b": 58},
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        font={"color": INK, "size": 13},
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
        hovermode="x unified",
        xaxis={**axis, "title": {"text": "epoch"}, "anchor": "y2", "tickformat": "d"},
        yaxis={**axis, "title": {"text": "loss"}, "domain": [0.56, 1]},
        yaxis2={**axis, "title": {"text": "metrics"}, "domain": [0, 0.46], "visible": False},
        uirevision="kept",  # a redraw keeps the reader's zoom
    )
    return figure


def _update(figure, curves, log):
    """Brings the figure up to the curves; a growing run changes numbers only, in one message."""
    scale = "log" if log else "linear"
    if figure.layout.yaxis.type != scale:
        figure.update_layout(yaxis_type=scale)
    if [t.name for t in figure.data] == [c.name for c in curves]:
        with figure.batch_update():
            for trace, curve in zip(figure.data, curves, strict=True):
                trace.x, trace.y = curve.epochs, curve.values
        return
    figure.data = ()
    figure.add_traces([_trace(curve) for curve in curves])
    two = any(c.row for c in curves)
    figure.update_layout(
        xaxis_anchor="y2" if two else "y",
        yaxis_domain=[0.56, 1] if two else [0, 1],
        yaxis_title_text=caption(curves, 0),
        yaxis2_title_text=caption(curves, 1),
        yaxis2_visible=two,
    )


def _trace(curve):
    import plotly.graph_objects as go

    style = curve.style
    dash = _DASH.get(style.dash) or ",".join(f"{n}px" for n in style.dash)
    return go.Scatter(
        name=curve.name,
        x=curve.epochs,
        y=curve.values,
        mode="lines+markers",
        yaxis="y2" if curve.row else "y",
        line={"color": style.color, "dash": dash, "width": 2},
        marker={
            "color": style.color,
            "symbol": style.marker,
            "size": 8,
            "maxdisplayed": MOST_MARKERS,
        },
    )
