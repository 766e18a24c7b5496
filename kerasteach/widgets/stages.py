"""Where we are in a training step: the banner of its four stages, the strip of its events, and the list of those around."""

import numpy as np

from kerasteach.explain.tracing.events import STAGES
from kerasteach.widgets.palette import ACCENT, FRAME, GRID, INK, PAPER, SOFT, TINTS
from kerasteach.widgets.scene import Group, Path, Pixels, Polygon, Rect, Text, cut, line_through, text_width
from kerasteach.widgets.words import count

TINT = dict(zip(STAGES, ("blue", "amber", "violet", "green")))
BANNER, STRIP = 40, 20  # units high
ROW = 22


class Banner:
    """Four arrows, one for each stage, and below them a mark for each event.

    Args:
        stages: The stage of each event, in order.
        now: The number of the event we are at.
        x, y, width: Where it goes.
    """

    def __init__(self, stages, now, x, y, width):
        self.stages, self.now, self.x, self.y, self.width = stages, now, x, y, width
        self.each = width / max(len(stages), 1)

    @property
    def height(self):
        """Units high."""
        return BANNER + STRIP + 12

    def draw(self):
        """Its shapes."""
        items, wide = [], self.width / len(STAGES)
        for n, stage in enumerate(STAGES):
            items += self._arrow(n, stage, self.x + n * wide, wide - 4)
        return [*items, *self._strip()]

    def under(self, x, y):
        """The number of the event at a place: on the strip itself, on an arrow the first of its stage; None elsewhere."""
        if not self.x <= x <= self.x + self.width:
            return None
        if self.y <= y <= self.y + BANNER:
            stage = STAGES[min(int((x - self.x) / self.width * len(STAGES)), len(STAGES) - 1)]
            return self.stages.index(stage) if stage in self.stages else None
        if self.y + BANNER < y <= self.y + self.height:
            return min(int((x - self.x) / self.each), len(self.stages) - 1)
        return None

    def _arrow(self, n, stage, x, wide):
        here = bool(self.stages) and self.stages[self.now] == stage
        pale, strong = TINTS[TINT[stage]]
        top, bottom, tip = self.y, self.y + BANNER - 4, 12
        corners = [(x, top), (x + wide - tip, top), (x + wide, (top + bottom) / 2), (x + wide - tip, bottom), (x, bottom)]
        if n:
            corners.append((x + tip, (top + bottom) / 2))
        fill, ink = (strong, PAPER) if here else (pale, INK)
        amount = self.stages.count(stage)
        told = count(amount, "event") if amount else "none"
        middle = x + wide / 2 + (tip / 2 if n else 0) - tip / 2
        items = [Polygon(tuple(corners), fill, strong), Text(middle, top + 16, stage, 13.5, ink, bold=True), Text(middle, top + 30, told, 10.5, ink)]
        return [Group(tuple(items), f"{stage}: {told}", "stage")]

    def _strip(self):
        top = self.y + BANNER + 2
        high = STRIP - 8
        items = []
        if self.each >= 4:
            for n, stage in enumerate(self.stages):
                pale, strong = TINTS[TINT[stage]]
                items.append(Rect(self.x + n * self.each + 0.5, top, self.each - 1, high, 2, strong if n <= self.now else pale))
        elif self.stages:
            colours = [bytes.fromhex(TINTS[TINT[s]][n <= self.now][1:]) for n, s in enumerate(self.stages)]
            items.append(Pixels(self.x, top, self.width, high, np.array([[list(c) for c in colours]], "uint8")))
        at = self.x + (self.now + 0.5) * self.each
        items.append(Polygon(((at - 6, top + high + 9), (at + 6, top + high + 9), (at, top + high + 1)), ACCENT))
        return items


class EventList:
    """The events around the one we are at, a row each.

    Args:
        rows: `(number, stage, text, layer)` of each event that may be shown.
        now: The number of the event we are at.
        linked: The number of an event that belongs to it; None if there is none.
        x, y, width, height: Where it goes.
    """

    def __init__(self, rows, now, linked, x, y, width, height):
        self.now, self.linked, self.x, self.y, self.width, self.height = now, linked, x, y, width, height
        fits = max(int(height / ROW), 1)
        place = next((i for i, row in enumerate(rows) if row[0] >= now), 0)
        first = max(0, min(place - fits // 2, len(rows) - fits))
        self.rows = rows[first : first + fits]
        self.height = ROW * len(self.rows)

    def under(self, x, y):
        """The number of the event at a place; None elsewhere."""
        at = int((y - self.y) // ROW)
        return self.rows[at][0] if self.x <= x <= self.x + self.width and 0 <= at < len(self.rows) and y >= self.y else None

    def draw(self):
        """Its shapes."""
        items = [Rect(self.x, self.y, self.width, self.height, 6, "", FRAME)]
        for n, (number, stage, text, layer) in enumerate(self.rows):
            top, here = self.y + n * ROW, number == self.now
            pale, strong = TINTS[TINT[stage]]
            if here or number == self.linked:
                items.append(Rect(self.x + 1, top + 1, self.width - 2, ROW - 2, 5, pale, strong if here else "", 1.4))
            items.append(Rect(self.x + 38, top + 6, 10, 10, 2, strong))
            items.append(Text(self.x + 32, top + 15.5, str(number), 11, SOFT, "end", here))
            name = cut(text, 12, self.width - 130, here)
            items.append(Text(self.x + 55, top + 15.5, name, 12, INK, "start", here))
            room = self.width - 72 - text_width(name, 12, here)
            if layer and room > 24:
                items.append(Text(self.x + self.width - 8, top + 15.5, cut(layer, 10.5, room), 10.5, SOFT, "end"))
            if n and not here and stage != self.rows[n - 1][1]:
                items.append(Path(line_through([(self.x + 8, top), (self.x + self.width - 8, top)]), GRID, 1))
        return [Group(tuple(items), "", "events")]
