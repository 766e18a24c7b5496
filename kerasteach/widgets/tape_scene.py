"""The picture of one event of a training step: where we are, what ran, on which numbers, and why one number is what it is."""

import textwrap

import numpy as np

from kerasteach.explain.tracing.events import Value
from kerasteach.explain.tracing.ran import formula_run, lines_run
from kerasteach.widgets.maths import maths
from kerasteach.widgets.palette import FRAME, INK, SOFT, TINTS
from kerasteach.widgets.plots import card
from kerasteach.widgets.scene import CODE, Path, Rect, Text, cut, line_through, text_width
from kerasteach.widgets.stages import TINT, Banner, EventList
from kerasteach.widgets.tape_words import (
    call,
    headline,
    in_list,
    layer_of,
    line_of,
    names_in,
    short,
    summed_over,
)
from kerasteach.widgets.tiles import FOOT, arrange
from kerasteach.widgets.words import number

WIDTH, HEIGHT, EDGE = 980, 700, 18
LIST = 236  # units wide
LEFT = EDGE + LIST + 22  # of what is told about the event
ROOM = WIDTH - EDGE - LEFT
NUMBERS, WHY, FEW = 226, 6, 8  # units high; lines of why; lines of the rule that a long formula leaves room for
MOST_TILES = 10


class TapeScene:
    """One event, laid out.

    Args:
        trace: The `Trace`.
        event: The `Event`.
        cell: The index of a number of its output; None for none.
        reason: Where this number comes from, an `explain.why`; None if that is not asked.
        stage: The stage whose events are listed; None for all.
    """

    def __init__(self, trace, event, cell, reason=None, stage=None):
        self.trace, self.event, self.cell, self.reason = trace, event, cell, reason
        self.banner = Banner([e.stage for e in trace], event.number, EDGE, EDGE, WIDTH - 2 * EDGE)
        top = EDGE + self.banner.height + 12
        rows = [(e.number, e.stage, *in_list(e, trace.name)) for e in trace if stage in (None, e.stage)]
        self.list = EventList(rows, event.number, twin(trace, event), EDGE, top, LIST, HEIGHT - EDGE - top)
        self.top, self.output = top, event.outputs[0]
        self.tiles, self.between, self.left_out = self._arranged()
        self.ran = lines_run(event)

    def draw(self, title, desc):
        """The whole as a scene."""
        items = [*self.banner.draw(), *self.list.draw(), *self._head(), *self.between]
        for tile in self.tiles:
            items += tile.draw([self.cell]) if tile.key == ("out", 0) and self.cell is not None else tile.draw(self._seen(tile), 1.5)
        if self.left_out:
            items.append(Text(LEFT + ROOM, self.top + 76, f"and {self.left_out} more", 11, SOFT, "end"))
        y = max(tile.y + tile.height for tile in self.tiles) + FOOT + 16
        shapes, y = self._why(y)
        items += [*shapes, *self._source(y)]
        return card(WIDTH, HEIGHT, items, title, desc)

    def _seen(self, tile):
        """The numbers of an input that the chosen number was made of."""
        if tile.key[0] != "in" or self.reason is None:
            return []
        parts = [part for term in self.reason.made.parts for part in (term if isinstance(term, tuple) else (term,))]
        return [part.index for part in parts if getattr(part, "value", None) is tile.source]

    def tile(self, x, y):
        """The tile at a place; None elsewhere."""
        return next((tile for tile in self.tiles if tile.holds(x, y)), None)

    def _arranged(self):
        """Inputs, an arrow, outputs; beside them the gradient, or how much an update changed."""
        event, cell = self.event, self.cell
        self.named = names_in(event)
        taken = [self._entry(x, ("in", n)) for n, x in enumerate(event.inputs) if isinstance(x, (Value, int, float)) and not isinstance(x, bool)]
        made = [self._entry(v, ("out", n)) for n, v in enumerate(event.outputs)]
        if event.stage == "update":
            before, after = event.inputs[0], event.outputs[0]
            made.insert(1, ("change", ("change", 0), None, _difference(after.numpy(), before.numpy()), after.axes, cell))
        extra = []
        gradient = self.trace.gradient(self.output) if event.stage in ("forward", "loss") else None
        if gradient is not None and gradient is not self.output:
            extra.append((f"gradient {short(gradient.name)}", ("gradient", 0), gradient, gradient.numpy(), gradient.axes, cell))
        most = MOST_TILES - len(made) - len(extra)
        groups = [taken[:most], made, extra] if taken else [made, extra]
        return *arrange(groups, LEFT, self.top + 84, ROOM, NUMBERS), len(taken) - most if len(taken) > most else 0

    def _entry(self, x, key):
        if not isinstance(x, Value):
            return "number", key, x, np.asarray(x), (), None
        at = self.cell if x.shape == self.output.shape else self._same_sample(x)
        is_slot = self.event.stage == "update" and x.shape == self.output.shape
        return self.named[x], key, x, x.numpy(), self.output.axes if is_slot else x.axes, at

    def _same_sample(self, x):
        """The place in an input that shows the sample the cell belongs to."""
        if self.cell and x.shape and x.axes[0] == "batch" == self.output.axes[0]:
            return (min(self.cell[0], x.shape[0] - 1),) + (0,) * (len(x.shape) - 1)
        return None

    def _head(self):
        event, top = self.event, self.top
        strong = TINTS[TINT[event.stage]][1]
        place = f"event {event.number} of {len(self.trace) - 1}"
        room = ROOM - text_width(place, 12) - 16
        items = [Text(LEFT, top + 15, cut(headline(event), 18, room, True), 18, INK, "start", True)]
        items.append(Text(LEFT + ROOM, top + 15, place, 12, SOFT, "end"))
        layer = layer_of(event, self.trace.name)
        at = LEFT
        if layer:
            layer = cut(layer, 11.5, 260)
            wide = text_width(layer, 11.5) + 16
            items += [Rect(at, top + 26, wide, 19, 9.5, TINTS[TINT[event.stage]][0], strong), Text(at + 8, top + 39.5, layer, 11.5, INK, "start")]
            at += wide + 10
        items.append(Text(at, top + 39.5, cut(event.about.replace("`", ""), 12, LEFT + ROOM - at), 12, SOFT, "start"))
        items.append(_code(LEFT, top + 66, call(event), ROOM, 12.5))
        return items

    def _why(self, y):
        """Where the chosen number comes from, and where the next part begins."""
        if self.reason is None:
            return [], y
        name = self.named[self.output] + (f"[{', '.join(map(str, self.cell))}]" if self.cell else "")
        told = f"{name} = {number(self.reason.cell.number, 5)}"
        items = [_rule(y), Text(LEFT, y + 21, "Why", 12, SOFT, "start", True), _code(LEFT + 34, y + 21, told, ROOM - 34, 12)]
        lines = _wrapped(self.reason.lines, int((ROOM - 34) / (CODE * 11.5)))
        items += [_code(LEFT + 34, y + 38 + 15 * n, line, ROOM - 34) for n, line in enumerate(lines)]
        return items, y + 38 + 15 * len(lines) + (0 if lines else -6)

    def _source(self, y):
        """The formula, the line that called, and the rule with the lines of it that ran."""
        ran, source = self.ran, self.event.source.splitlines()
        place, text = line_of(self.event, self.trace)
        head = 23 if text else 6
        room = HEIGHT - EDGE - y - 30 - head - 15 * min(len(source), FEW) - 6
        after = summed_over(self.event)
        tex = formula_run(self.event, ran) + (rf" \quad \text{{then summed over {' and '.join(after)}}}" if after else "")
        formula, used = maths(tex, LEFT, y + 15, ROOM, max(room, 46), 14)
        if not (text or source or formula):
            return []
        top = y + (used + 30 if used else 15)
        lines = shown_lines(source, ran, max(2, int((HEIGHT - EDGE - top - head - 8) // 15)))
        items = [_rule(y), *formula]
        if text or lines:
            items.append(Rect(LEFT, top, ROOM, head + 15 * len(lines) + 6, 6, TINTS["grey"][0]))
        if text:
            start = LEFT + 10 + text_width(place, 11) + 14
            items += [Text(LEFT + 10, top + 17, place, 11, SOFT, "start"), _code(start, top + 17, text, LEFT + ROOM - 10 - start, ink=SOFT)]
        for n, (line, is_run) in enumerate(lines):
            at = top + head + 11 + 15 * n
            if is_run:
                items.append(Rect(LEFT + 4, at - 11, ROOM - 8, 15, 3, TINTS["amber"][0]))
            items.append(_code(LEFT + 12, at, line, ROOM - 22, ink=INK if is_run or not ran else SOFT))
        return items


def twin(trace, event):
    """The number of the event a gradient goes back through, or of the first that goes back through this one."""
    if event.of is not None:
        return event.of
    return next((e.number for e in trace.of("backward") if e.of == event.number), None)


def _difference(after, before):
    return after.astype("float64") - before.astype("float64")


def shown_lines(source, ran, most):
    """The lines of a rule to show, as `(line, whether it ran)`: all if there is room, else rather those that ran.

    >>> shown_lines(["def f(x):", "    if x:", "        return 1", "    return 2"], {2, 4}, 3)
    [('def f(x):', False), ('    if x:', True), ('    return 2', True)]
    """
    start = next((n for n, line in enumerate(source) if not line.startswith("@")), 0)
    lines = [(line, n in ran) for n, line in enumerate(source, 1)][start:]
    if len(lines) > most and ran:
        lines = lines[:1] + [line for line in lines[1:] if line[1]]
    return lines if len(lines) <= most else [*lines[: most - 1], (f"… {len(lines) - most + 1} more lines", False)]


def _wrapped(texts, room):
    """Sums in lines behind an equals sign, cut between two terms; the first may take three lines, the rest one each."""
    lines = []
    for n, text in enumerate(texts):
        parts = textwrap.wrap(f"= {text}", room, subsequent_indent="    ", max_lines=1 if n else 3, placeholder=" …", break_on_hyphens=False)
        lines += parts
    return lines[:WHY]


def _code(x, y, text, room, size=11.5, ink=INK):
    """A line of code at its indent, as much as there is room for."""
    indent = len(text) - len(text.lstrip())
    most = int(room / (CODE * size)) - indent
    text = text.strip()
    return Text(x + indent * CODE * size, y, text if len(text) <= most else text[: max(most - 1, 1)] + "…", size, ink, "start", code=True)


def _rule(y):
    return Path(line_through([(LEFT, y), (LEFT + ROOM, y)]), FRAME, 1)
