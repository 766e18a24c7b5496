"""A FigureWidget that does not bring its own copy of plotly's JavaScript.

Plotly gives each FigureWidget about 5 MB of script, sent and compiled once per figure. Here one
hidden widget holds the script for the whole kernel; a figure carries a few lines that fetch it from
there, and the browser compiles it once.
"""

import contextlib
import functools
import importlib.util
import sys
import types
from pathlib import Path

_LOADER = """
const KEY = Symbol.for("kerasteach.plotly.VERSION"); // notebooks with other versions keep theirs

async function load(model) {
  const id = model.get("_script").slice("IPY_MODEL_".length);
  const holder = await model.widget_manager.get_model(id);
  const url = URL.createObjectURL(new Blob([holder.get("source")], { type: "text/javascript" }));
  try {
    return (await import(url)).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function plotly(model) {
  globalThis[KEY] ??= load(model).catch((error) => {
    delete globalThis[KEY]; // so that the next figure may try again
    throw error;
  });
  return globalThis[KEY];
}

export default () => {
  let figure; // plotly's script makes one object for each figure
  return {
    async initialize(context) {
      figure = await (await plotly(context.model))();
      return figure.initialize(context);
    },
    render(context) {
      return figure.render(context);
    },
  };
};
"""


class _Late(types.ModuleType):
    """Stands in for a module, and loads it when something of it is asked for."""

    def __getattr__(self, name):
        return getattr(importlib.import_module(self.__name__), name)


@contextlib.contextmanager
def loaded_when_used(name):
    """Context in which an import of a module gives a stand-in: whoever keeps it pays when it is used, not now.

    Outside the context Python knows nothing of the stand-in.
    """
    found = importlib.util.find_spec(name) if name not in sys.modules else None
    if found is None:  # it is loaded already, or not installed
        yield
        return
    sys.modules[name] = _Late(name)
    sys.modules[name].__spec__ = found
    try:
        yield
    finally:
        del sys.modules[name]


@functools.lru_cache(maxsize=1)
def figure_class():
    """The class of figures that share one script; plotly's own where its script is not found.

    Raises:
        ImportError: When plotly, or the anywidget it needs, is missing.
    """
    import anywidget  # noqa: F401  without it plotly has only a stand-in for FigureWidget
    import ipywidgets
    import plotly
    import plotly.graph_objects as go
    import traitlets

    with loaded_when_used("nbformat"):  # plotly's `show` asks for its version; it takes 21 MB, and no figure here needs it
        plain = go.FigureWidget
    path = Path(plotly.__file__).parent / "package_data" / "widgetbundle.js"
    if not path.is_file():
        return plain

    class PlotlyScript(ipywidgets.Widget):
        source = traitlets.Bytes().tag(sync=True)  # as text, Python would keep two bytes for each of its letters

    holder = []  # made with the first figure, when there is a kernel to talk to

    class SharedFigure(plain):
        _esm = _LOADER.replace("VERSION", plotly.__version__)
        _script = traitlets.Instance(ipywidgets.Widget).tag(sync=True, **ipywidgets.widget_serialization)

        @traitlets.default("_script")
        def _hold(self):
            if not holder or holder[0].comm is None:  # closed, by Widget.close_all() say
                holder[:] = [PlotlyScript(source=path.read_bytes())]
            return holder[0]

    return SharedFigure
