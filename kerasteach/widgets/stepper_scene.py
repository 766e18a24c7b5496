"""The picture of a place in a training run: the losses of all steps, and one weight with its gradient and its change."""

import math

import numpy as np

from kerasteach.explain.tracing.events import Value
from kerasteach.explain.tracing.ran import formula_run
from kerasteach.widgets.maths import maths
from kerasteach.widgets.palette import ACCENT, FRAME, INK, PAPER, SOFT, TINTS, category
from kerasteach.widgets.plots import Box, axes, card, legend, line
from kerasteach.widgets.scene import Path, Rect, Text, cut, line_through, marker, text_width
from kerasteach.widgets.stages import TINT, Banner
from kerasteach.widgets.tape_words import call, headline, layer_of, names_in, short
from kerasteach.widgets.tiles import FOOT, arrange
from kerasteach.widgets.words import number

WIDTH, LEAST, EDGE = 980, 560, 18  # units wide, and at least high
CURVES = 44, 162  # the top of the two charts' boxes from their part, and how high they are
NUMBERS = 250  # units high, at most
WAYS = ("as it was", "with the change")


class StepperScene:
    """A place in a run, laid out.

    Args:
        losses: The loss of each step.
        trace: The `Trace` of the step.
        step: Its number.
        event: The `Event` that has just happened.
        weight: The path of a weight.
        fork: An `explain.fork.Fork`; None for none.
    """

    def __init__(self, losses, trace, step, event, weight, fork=None):
        self.losses, self.trace, self.step, self.event, self.weight, self.fork = losses, trace, step, event, weight, fork
        self.banner = Banner([e.stage for e in trace], event.number, EDGE, EDGE, WIDTH - 2 * EDGE)
        self.top = EDGE + self.banner.height + 30
        self.chart = self._chart()
        self.below = self.top + CURVES[0] + CURVES[1] + 52

    def draw(self, title, desc):
        """The whole as a scene."""
        items = [*self.banner.draw(), *self._head(), *self._losses()]
        if self.fork is not None:
            items += self._distance()
        items.append(Path(line_through([(EDGE, self.below - 4), (WIDTH - EDGE, self.below - 4)]), FRAME, 1))
        numbers, bottom = self._numbers()
        return card(WIDTH, max(bottom + EDGE, LEAST), [*items, *numbers], title, desc)

    def step_under(self, x, y):
        """The step at a place of the curve; None elsewhere."""
        box = self.chart.box
        if not (box.x - 8 <= x <= box.x + box.width + 8 and box.y - 12 <= y <= box.y + box.height + 24):
            return None
        return min(max(round(self.chart.under(x, y)[0]), 0), len(self.losses) - 1)

    def _head(self):
        """What has just happened."""
        y, event = EDGE + self.banner.height + 18, self.event
        strong = TINTS[TINT[event.stage]][1]
        place = f"step {self.step} of {len(self.losses) - 1}, event {event.number} of {len(self.trace) - 1}"
        items = [Text(WIDTH - EDGE, y, place, 12, SOFT, "end")]
        room, at = WIDTH - 2 * EDGE - text_width(place, 12) - 20, EDGE
        title = cut(headline(event), 16, room * 0.6, True)
        items.append(Text(at, y, title, 16, INK, "start", True))
        at += text_width(title, 16, True) + 14
        layer = cut(layer_of(event, self.trace.name), 11.5, 150)
        if layer:
            wide = text_width(layer, 11.5) + 16
            items += [Rect(at, y - 14, wide, 19, 9.5, TINTS[TINT[event.stage]][0], strong), Text(at + 8, y - 0.5, layer, 11.5, INK, "start")]
            at += wide + 10
        room = EDGE + room - at
        if room > 80:
            items.append(Text(at, y, cut(call(event), 12, room), 12, SOFT, "start"))
        return items

    # The losses

    def _chart(self):
        width = (WIDTH - 2 * EDGE - 50) if self.fork is None else 540
        box = Box(EDGE + 44, self.top + CURVES[0], width, CURVES[1])
        known = [v for v in self.losses if math.isfinite(v)] or [0.0, 1.0]
        other = [v for v in self.fork.losses if math.isfinite(v)] if self.fork is not None else []
        low, high = min([*known, *other]), max([*known, *[v for v in other if v <= 3 * max(known)]])
        room = 0.06 * ((high - low) or 1.0)
        return axes(box, (0, max(len(self.losses) - 1, 1)), (low - room, high + room), "step", title="Loss of each step", xticks=_whole(len(self.losses)))

    def _losses(self):
        chart, losses = self.chart, self.losses
        ways = [(losses, 0, category(0), WAYS[0])]
        if self.fork is not None:
            ways.append((self.fork.losses, self.fork.step, category(1), WAYS[1]))
        items = [*chart.items]
        if self.fork is not None:
            at, _ = chart.at(self.fork.step, chart.ylim[0])
            items.append(Path(line_through([(at, chart.box.y), (at, chart.box.y + chart.box.height)]), SOFT, 1))
        left, _ = chart.at(self.step, chart.ylim[0])
        items.append(Path(line_through([(left, chart.box.y), (left, chart.box.y + chart.box.height)]), ACCENT, 1.4, (4, 3)))
        for values, start, style, name in ways:
            items += line(chart, np.arange(start, start + len(values)), values, style, 2, points=12, name=name)
        here = losses[self.step]
        if math.isfinite(here):
            items += [marker("circle", *chart.at(self.step, here), 13, ACCENT), marker("circle", *chart.at(self.step, here), 7, PAPER)]
            end = self.step > 0.8 * len(losses)
            told = f"loss {number(here)}"
            wide = text_width(told, 12, True)
            items.append(Rect(left + (-12 - wide if end else 8), chart.box.y, wide + 4, 17, 3, PAPER))
            items.append(Text(left + (-10 if end else 10), chart.box.y + 12, told, 12, INK, "end" if end else "start", True))
        if self.fork is not None:
            items += legend([(WAYS[0], category(0)), (cut(f"from step {self.fork.step} with {self.fork.change}", 11.5, 250), category(1))], chart.box.x + 140, chart.box.y - 10)
        return items

    def _distance(self):
        """How far the two futures are apart."""
        fork, distance = self.fork, self.fork.distance
        x = self.chart.box.x + self.chart.box.width + 74
        box = Box(x, self.chart.box.y, WIDTH - EDGE - x - 4, CURVES[1])
        finite = [v for v in distance if math.isfinite(v)] or [1.0]
        chart = axes(box, (fork.step, max(len(self.losses) - 1, fork.step + 1)), (0, max(finite) * 1.06 or 1.0), "step", title="Distance of the weights")
        return [*chart.items, *line(chart, np.arange(fork.step, fork.step + len(distance)), distance, category(2), 2, points=8, name="distance")]

    # The weight

    def _numbers(self):
        """The weight, its gradient, and what the update made of them, as far as they are there by now."""
        now, update = self.event.number, update_of(self.trace, self.weight)
        before, gradient = at_event(self.trace, self.weight, update.number - 1 if update else now), self.trace.gradient(self.weight)
        y, items = self.below + 20, []
        items.append(Text(EDGE, y, cut(self.weight, 14, 520, True), 14, INK, "start", True))
        taken, made, later = [_entry(short(self.weight) if now < _number(update) else "before the update", before)], [], []
        if gradient is not None:
            taken, later = ([*taken, _entry("its gradient", gradient)], later) if gradient.event <= now else (taken, [f"its gradient comes at event {gradient.event}"])
        if update is None:
            later.append("no update changes it")
        elif update.number <= now:
            named = names_in(update)
            slots = [_entry(named[v].removeprefix("new "), v, update.output.axes) for v in update.outputs[1:] if v.shape == update.output.shape]
            change = update.output.numpy().astype("float64") - update.inputs[0].numpy().astype("float64")
            made = [("change", "change", None, change, update.output.axes, None), _entry("after the update", update.output), *slots[:2]]
        else:
            later.append(f"its update comes at event {update.number}")
        if later:
            items.append(Text(WIDTH - EDGE, y, "; ".join(later), 12, SOFT, "end"))
        tiles, between = arrange([taken, made] if made else [taken], EDGE, y + 12, WIDTH - 2 * EDGE, NUMBERS)
        for tile in tiles:
            items += tile.draw()
        bottom = max(tile.y + tile.height for tile in tiles) + FOOT
        if update:
            formula, used = maths(formula_run(update), EDGE + 76, bottom + 14, WIDTH - 2 * EDGE - 76, 46, 13)
            items += [Text(EDGE, bottom + 18 + used / 2, update.op, 12, SOFT, "start", True), *formula] if formula else []
            bottom += 14 + used
        return [*items, *between], bottom


def at_event(trace, path, event):
    """The `Value` of a weight after an event; one before all events for -1."""
    made = [v for e in trace.events[: event + 1] for v in e.outputs if v.name == path and v.kind in ("weight", "state")]
    return made[-1] if made else trace.value(path)


def update_of(trace, path):
    """The event that updates a weight; None if none does."""
    return next((e for e in trace.of("update") if e.output.name == path), None)


def _number(event):
    return math.inf if event is None else event.number


def _entry(name, value, names=None):
    array = value.numpy() if isinstance(value, Value) else value
    return name, name, value, array, value.axes if names is None else names, None


def _whole(count):
    """Whole numbers to stand below an axis of steps."""
    every = max(1, math.ceil((count - 1) / 12))
    return {n: str(n) for n in range(0, max(count, 2), every)}
