"""What a live face can be steered with: plain descriptions, each bound to one setting of the panel's state.

A panel says in `controls()` which it wants; `live.py` makes core ipywidgets of them, which can be reached and used from
the keyboard, and keeps both sides together.

>>> Slider("step", "Step", 0, 9).name
'step'
"""

import time
from dataclasses import dataclass, replace

ECHO = 2.0  # seconds after which what a slider was shown is no longer expected back


@dataclass(frozen=True)
class Control:
    """The part all controls have: the setting's key in the state, and the words beside the control.

    Attributes:
        locked: Shown, but not to be moved.
    """

    key: str
    label: str
    part = None  # of a setting that is a tuple: which of its members

    @property
    def name(self):
        """What tells it from the panel's other controls."""
        return self.key if self.part is None else f"{self.key}[{self.part}]"

    def read(self, state):
        """What the state says of it."""
        return state[self.key] if self.part is None else state[self.key][self.part]

    def is_news(self, widget, now, value):
        """Whether a widget's new value says something else than the state does."""
        return now != value

    def changed(self, state, value):
        """The whole setting, with what this control says now."""
        if self.part is None:
            return value
        return tuple(value if n == self.part else old for n, old in enumerate(state[self.key]))

    def make(self, w, panel):
        """The ipywidgets widget."""
        raise NotImplementedError(f"{type(self).__name__} must define `make`.")

    def show(self, widget, value):
        """Brings range and value of the widget up to the state."""
        widget.disabled = self.locked
        if widget.value != value:
            widget.value = value


def _described(control, width, **more):
    return {"description": control.label, "style": {"description_width": "initial"}, "layout": {"width": width, "margin": "2px 16px 2px 0"}, **more}


def _stretch(widget, low, high):
    """Sets both ends of a range, in the order in which neither crosses the other."""
    if low > widget.max:
        widget.max, widget.min = high, low
    else:
        widget.min, widget.max = low, high


@dataclass(frozen=True)
class Slider(Control):
    """A number between two ends; whole ones where `low`, `high` and `step` are whole."""

    low: float
    high: float
    step: float = 1
    part: int | None = None
    locked: bool = False

    def is_news(self, widget, now, value):
        """A browser's slider stands on a step and reports that, a moment later: an echo of what it was shown is no news."""
        shown = [v for when, v in getattr(widget, "shown", ()) if time.monotonic() - when < ECHO]
        return all(abs(v - value) > self.step / 2 for v in (now, *shown))

    def make(self, w, panel):
        whole = all(isinstance(n, int) for n in (self.low, self.high, self.step))
        kind = w.IntSlider if whole else w.FloatSlider
        options = {} if whole else {"readout_format": ".3g"}
        return kind(min=self.low, max=self.high, step=self.step, **options, **_described(self, "310px"))

    def show(self, widget, value):
        if (widget.min, widget.max) != (self.low, self.high):
            _stretch(widget, self.low, self.high)
        widget.step = self.step
        value = min(max(value, self.low), self.high)
        if widget.value != value and isinstance(value, float):
            widget.shown = [*getattr(widget, "shown", ())[-99:], (time.monotonic(), value)]
        super().show(widget, value)


@dataclass(frozen=True)
class Play(Control):
    """Buttons that count a setting up by themselves: play, pause, stop."""

    low: int
    high: int
    step: int = 1
    interval: int = 500  # milliseconds
    locked: bool = False

    @property
    def name(self):
        return f"{self.key}/play"

    def make(self, w, panel):
        return w.Play(min=self.low, max=self.high, step=self.step, interval=self.interval, show_repeat=False,
                      description=self.label, layout={"margin": "2px 8px 2px 0"})  # fmt: skip

    def show(self, widget, value):
        if (widget.min, widget.max) != (self.low, self.high):
            _stretch(widget, self.low, self.high)
        widget.interval, widget.step = self.interval, self.step
        super().show(widget, min(max(value, self.low), self.high))


@dataclass(frozen=True)
class Choice(Control):
    """One of several: plain values, or pairs `(what is read, value)`."""

    options: tuple
    locked: bool = False

    @property
    def pairs(self):
        """Every option as a pair."""
        return tuple(o if isinstance(o, tuple) and len(o) == 2 else (str(o), o) for o in self.options)

    def make(self, w, panel):
        longest = max((len(text) for text, _ in self.pairs), default=0)
        return w.Dropdown(options=self.pairs, **_described(self, f"{min(90 + 8 * (len(self.label) + longest), 380)}px"))

    def show(self, widget, value):
        if tuple(widget.options) != self.pairs:
            widget.options = self.pairs
        widget.disabled = self.locked
        widget.index = [v for _, v in self.pairs].index(value)  # by place: the value None would choose nothing


@dataclass(frozen=True)
class Several(Control):
    """Any of several, a box to tick for each; the value is a tuple in the order of the options."""

    options: tuple
    locked: bool = False

    def make(self, w, panel):
        import traitlets

        ticks = {option: w.Checkbox(description=str(option), indent=False, layout={"width": "auto", "margin": "2px 12px 2px 0"}) for option in self.options}

        class Boxes(w.HBox):
            value = traitlets.Tuple()
            disabled = traitlets.Bool()
            following = False

            @traitlets.observe("value", "disabled")
            def _show(self, change):
                self.following = True  # the boxes follow the value, one after the other
                for option, box in ticks.items():
                    box.value, box.disabled = option in self.value, self.disabled
                self.following = False

            def take(self, change):
                if not self.following:
                    self.value = tuple(option for option, box in ticks.items() if box.value)

        made = Boxes([w.Label(self.label, layout={"margin": "2px 10px 2px 0"}), *ticks.values()], layout={"flex_flow": "row wrap", "align_items": "center", "margin": "2px 4px 2px 0"})
        for box in ticks.values():
            box.observe(made.take, "value")
        return made

    def show(self, widget, value):
        super().show(widget, tuple(o for o in self.options if o in value))


@dataclass(frozen=True)
class Toggle(Control):
    """On or off."""

    locked: bool = False

    def make(self, w, panel):
        return w.Checkbox(**_described(self, "auto", indent=False))


@dataclass(frozen=True)
class Number(Control):
    """A number typed in; `low` and `high` may bound it."""

    low: float | None = None
    high: float | None = None
    step: float | None = None
    whole: bool = False
    locked: bool = False

    def make(self, w, panel):
        bounds = {"min": self.low, "max": self.high}
        kinds = (w.BoundedIntText, w.IntText) if self.whole else (w.BoundedFloatText, w.FloatText)
        if self.low is None and self.high is None:
            bounded, bounds = False, {}
        else:
            bounded, top = True, 2**31 if self.whole else 1e308
            bounds = {"min": -top if self.low is None else self.low, "max": top if self.high is None else self.high}
        width = f"{150 + 7 * len(self.label)}px"
        return kinds[not bounded](**bounds, step=self.step or (1 if self.whole else None), **_described(self, width))


@dataclass(frozen=True)
class Entry(Control):
    """A line of text typed in; it counts when Enter is pressed or the field is left."""

    width: str = "260px"
    locked: bool = False

    def make(self, w, panel):
        return w.Text(continuous_update=False, **_described(self, self.width))


@dataclass(frozen=True)
class Button:
    """Calls a method of the panel."""

    label: str
    method: str
    locked: bool = False
    key = None

    @property
    def name(self):
        return f"{self.method}()"

    def read(self, state):
        """A button has no value."""

    def make(self, w, panel):
        return w.Button(description=self.label, layout={"width": "auto", "margin": "2px 16px 2px 0"})

    def show(self, widget, value):
        widget.disabled, widget.description = self.locked, self.label


def locked(controls, keys=None):
    """The same controls, those of some keys (all by default) not to be moved.

    >>> [c.locked for c in locked([Toggle("a", "A"), Toggle("b", "B")], ["b"])]
    [False, True]
    """
    return [replace(c, locked=True) if keys is None or c.key in keys else c for c in controls]
