"""The history panel: the curves of a finished run, or of one that is running."""

from kerasteach.callbacks.callback import Callback
from kerasteach.widgets.controls import Toggle
from kerasteach.widgets.curves import curves_of, draw_curves, epochs_of
from kerasteach.widgets.examples import classifier
from kerasteach.widgets.panel import Panel


class History(Panel, Callback):
    """Loss and metric curves, training beside validation.

    Args:
        source: What to show: the result of `fit`, a model that has been fitted, or a dict
            `{name: [value per epoch]}`. Without it the panel is empty and waits to be given to
            `fit(callbacks=[panel])`, where it grows with each epoch.
        epoch: The epoch numbers, counted from 0, where they do not start there.
        log: Whether losses stand on a logarithmic axis, which shows how they still fall once they are small.

    Example:

    >>> History({"loss": [0.6931, 0.4210], "val_accuracy": [0.5, 0.75]})
    History: 2 epochs; loss 0.6931 → 0.4210 (best 0.4210 at epoch 2); val_accuracy 0.5000 → 0.7500
    """

    options = {"source": None, "epoch": None, "log": False}
    css_class = "kt-history"

    def __init__(self, source=None, epoch=None, log=False):
        Callback.__init__(self)
        self.history, self.epoch = _read(source, epoch)
        self._planned = None  # the number of epochs, while a run is going on
        Panel.__init__(self, source=self.history or None, epoch=epoch, log=log)

    @classmethod
    def example(cls, backend=None):
        return cls(classifier(backend)[3])

    @property
    def state(self):
        """The numbers shown, as `History(**state)` takes them."""
        plain = self.epoch == list(range(len(self.epoch)))
        source = {name: list(values) for name, values in self.history.items()}
        return {"source": source or None, "epoch": None if plain else list(self.epoch), "log": self._state["log"]}

    @property
    def sentence(self):
        if not self.epoch:
            return "No epoch of training has been recorded yet."
        parts = [f"Training ran for {_epochs(len(self.epoch))}"]
        parts += [f"{name.replace('_', ' ')} {_way(v)}" for name, v in self._losses_first()]
        return "; ".join(parts) + "."

    def set(self, **changes):
        """Shows other numbers, or the same on another axis: `set(source=..., epoch=..., log=...)`."""
        state = {**self.state, **changes}
        history, epoch = _read(state["source"], state["epoch"])
        self._change(changes)
        self.history, self.epoch = history, epoch
        self._refresh()
        return self

    def on_train_begin(self, logs=None):
        self._planned = (self.params or {}).get("epochs")
        self._drawn = 0.0

    def on_epoch_begin(self, epoch, logs=None):
        """A run that starts again begins a new picture; one that goes on continues the old."""
        if self.epoch and epoch <= self.epoch[-1]:
            self.history, self.epoch = {}, []

    def on_epoch_end(self, epoch, logs=None):
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(float(value))
        self.changed()

    def on_train_end(self, logs=None):
        self._planned = None
        self.changed(last=True)

    def controls(self):
        return [Toggle("log", "Logarithmic loss")]

    def curves(self):
        """The curves as data, in the order they are drawn."""
        return curves_of(self.history, self.epoch)

    def _text(self):
        if not self.epoch:
            return "History: no epochs yet"
        done = len(self.epoch)
        parts = [f"{done} of {_epochs(self._planned)}" if self._planned else _epochs(done)]
        parts += [_line(name, values, self.epoch) for name, values in self._losses_first()]
        return "History: " + "; ".join(parts)

    def _losses_first(self):
        """Losses before metrics, whatever order the run reported them in."""
        return sorted(self.history.items(), key=lambda item: not item[0].endswith("loss"))

    def _scene(self):
        return draw_curves(self.curves(), "Curves of a training run", self.sentence, self._state["log"])

    def _build(self, ipywidgets):
        from kerasteach.widgets.history_live import figure_of
        from kerasteach.widgets.live import build

        return build(self, ipywidgets, figure_of(self))


def _read(source, epoch):
    """Takes the numbers out of whatever holds them."""
    found = source
    if found is None:
        return {}, []
    while not isinstance(found, dict):  # a model holds a History, that holds a dict
        if not hasattr(found, "history"):
            raise ValueError(
                "History shows the result of `model.fit(...)`, a model that has been fitted, or a "
                f"dict of lists. Received: source={source!r} (of type {type(source).__name__})."
                + (" Call `fit` first." if hasattr(source, "fit") else "")
            )
        epoch = getattr(found, "epoch", None) if epoch is None else epoch
        found = found.history
    history = {name: [float(v) for v in values] for name, values in found.items()}
    length = max(map(len, history.values()), default=0)
    epochs = list(range(length)) if epoch is None else [int(e) for e in epoch]
    if len(epochs) != length:
        raise ValueError(
            f"Expected one epoch number per value. Received: {len(epochs)} epoch numbers for {length} values."
        )
    return history, epochs


def _way(values):
    """How a quantity went, in words."""
    first, last = values[0], values[-1]
    if last != last:
        return f"began at {_n(first)} and is no longer a number"
    if last == first:
        return f"stayed at {_n(last)}"
    return f"{'fell' if last < first else 'rose'} from {_n(first)} to {_n(last)}"


def _line(name, values, epochs):
    text = f"{name} {_n(values[0])} → {_n(values[-1])}"
    if name.endswith("loss"):
        best = min(range(len(values)), key=lambda i: (values[i] != values[i], values[i]))
        at = epochs_of(values, epochs)[best] + 1
        text += f" (best {_n(values[best])} at epoch {at})"
    return text


def _n(value):
    """Four decimals, or four digits where those would say nothing.

    >>> _n(0.69314), _n(1e-6), _n(123456.0)
    ('0.6931', '1.000e-06', '1.235e+05')
    """
    plain = value == 0 or 1e-3 <= abs(value) < 1e4 or value != value
    return f"{value:.4f}" if plain else f"{value:.3e}"


def _epochs(number):
    return f"{number} epoch{'' if number == 1 else 's'}"
