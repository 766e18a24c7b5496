"""The drawing of a recurrent layer: time runs to the right; states on the left, gates on the right, one below the other."""

import math

import numpy as np

from kerasteach.explain.arrays import shrunk
from kerasteach.widgets.heat import colours_of, limit_of
from kerasteach.widgets.palette import ACCENT, FRAME, INK, ON_DARK, PLAIN, SOFT, category
from kerasteach.widgets.plots import Box, axes, card, legend, line
from kerasteach.widgets.scene import Group, Path, Pixels, Rect, Text, cut, line_through, text_width
from kerasteach.widgets.words import number

WIDTH, LEFT, RIGHT, SPAN, TOP = 880, 40, 474, 366, 92
FINEST = 200  # rows and columns drawn; of more, blocks are


def _blocks(found, gradient):
    """Every field of numbers with its place: `(title, values (time, units), scale, limit, box)`; and the place of the gradient."""
    high = min(max(14 * found.units, 36), 70)
    hidden = None if found.mask is None else ~found.mask

    def column(parts, x):
        return [(*part, Box(x, TOP + n * (high + 40), SPAN, high)) for n, part in enumerate(parts)]

    of_states = [(f"state {name}" if len(name) < 3 else name, values, "signed", limit_of(values, "signed") or 1.0) for name, values in found.states.items()]
    of_gates = []
    for gate in (gate for gate in found.gates if gate.letter not in found.states):
        values = gate.values if hidden is None else np.where(hidden[:, None], np.nan, gate.values)
        is_share = gate.values.min() >= 0 and gate.values.max() <= 1
        limit = (0.0, 1.0) if is_share else max(1.0, limit_of(values, "signed"))
        of_gates.append((f"{gate.name} {gate.letter}", values, "viridis" if is_share else "signed", limit))
    blocks = [*column(of_states, LEFT), *column(of_gates, RIGHT)]
    low = max((box.y + box.height for *_, box in blocks if box.x == LEFT), default=TOP)
    at_right = not of_gates  # a layer without gates has room there
    slopes = Box(RIGHT if at_right else LEFT, TOP + 26 if at_right else low + 70, SPAN, 96) if gradient is not None else None
    ends = [box.y + box.height for *_, box in blocks] + ([slopes.y + slopes.height + 34] if slopes else [])
    return blocks, slopes, max(ends)


def under(found, gradient, x, y):
    """Which step, and which unit, lies at a place: a dict for `set`, empty beside the pictures."""
    blocks, slopes, _ = _blocks(found, gradient)
    for box, units in [*((box, found.units) for *_, box in blocks), *[(slopes, None)] * bool(slopes)]:
        if box.x <= x < box.x + box.width and box.y <= y < box.y + box.height:
            step = {"step": int((x - box.x) / box.width * found.steps)}
            return step if units is None else step | {"unit": int((y - box.y) / box.height * units)}
    return {}


def scene(found, names, gradient, step, unit, desc):
    """The whole picture."""
    blocks, slopes, bottom = _blocks(found, gradient)
    way = ", read from its end" if found.backwards else ""
    items = [Text(28, 36, f'{found.kind} "{found.name}" over {found.steps} steps{way}', 14, INK, "start", bold=True)]
    for x in sorted({box.x for *_, box in blocks} | ({slopes.x} if slopes else set())):
        items += _step_names(names, step, x)
    for title, values, scale, limit, box in blocks:
        items += _block(title, values, scale, limit, box, step, unit)
    if slopes:
        items += _gradient(gradient, slopes, found.steps, step)
    made, bottom = _arithmetic(found, names, step, unit, bottom + 46)
    return card(WIDTH, bottom + 28, [*items, *made], f"Recurrent layer {found.name}", desc)


def _step_names(names, step, x):
    """The steps' names above the fields, as many as there is room for."""
    wide = SPAN / len(names)
    longest = max(text_width(name, 11.5) for name in names)
    every = max(1, math.ceil((min(longest, 60) + 6) / wide))
    items = []
    for n, name in enumerate(names):
        if n != step and (n % every or (every > 1 and abs(n - step) < every)):
            continue
        ink = ACCENT if n == step else SOFT
        items.append(Text(x + (n + 0.5) * wide, TOP - 32, cut(name, 11.5, max(wide * every, 14)), 11.5, ink, bold=n == step))
    return items


def _block(title, values, scale, limit, box, step, unit):
    """A field of numbers, unit below unit, with its scale; the chosen step framed, the chosen cell ringed."""
    steps, units = values.shape
    wide, high = box.width / steps, box.height / units
    colours = colours_of(shrunk(values.T, FINEST)[0], scale, limit)
    items = [Text(box.x, box.y - 9, title, 12, INK, "start"), *_strip(box, scale, limit)]
    items += [Pixels(*box, colours), Rect(*box, 0, "", FRAME)]
    items.append(Rect(box.x + step * wide, box.y - 3, wide, box.height + 6, 1, "", ACCENT, 1.2))
    x, y = box.x + step * wide, box.y + unit * high
    ring = (x, y, wide, max(high, 4))
    items.append(Group((Rect(*ring, 1, "", ON_DARK, 4), Rect(*ring, 1, "", ACCENT, 2.2)), f"{title}, unit {unit}, step {step}: {number(values[step, unit])}", "ring"))
    if units <= 16:
        items.append(Text(box.x - 6, y + high / 2 + 4, str(unit), 11, ACCENT, "end", bold=True))
    return items


def _strip(box, scale, limit):
    """A small scale on the title's line, its ends beside it."""
    low, high = limit if scale == "viridis" else (-limit, limit)
    x, y = box.x + box.width, box.y - 9
    right = text_width(number(high, 3), 11) + 6
    strip = colours_of(np.linspace(low, high, 48)[None], scale, limit)
    left = x - right - 64
    return [
        Text(x, y, number(high, 3), 11, SOFT, "end"),
        Pixels(left, y - 8, 60, 8, strip),
        Rect(left, y - 8, 60, 8, 0, "", PLAIN),
        Text(left - 5, y, number(low, 3), 11, SOFT, "end"),
    ]


def _gradient(gradient, box, steps, step):
    """The norms over time on a scale of powers of ten."""
    norms = {state: np.asarray(values, "float64") for state, values in gradient.items()}
    some = np.concatenate(list(norms.values()))
    some = np.log10(some[some > 0])
    low, high = (math.floor(some.min()), math.ceil(some.max())) if some.size else (-1, 0)
    low, high = (low, high) if high > low else (low - 1, high)
    every = max(1, (high - low) // 4)
    ticks = {power: f"1e{power}" if power else "1" for power in range(low, high + 1, every)}
    drawn = axes(box, (-0.5, steps - 0.5), (low, high), yticks=ticks, xticks={})
    items = [*drawn.items, Text(box.x, box.y - 26, "gradient of the loss for the state, its length", 12, INK, "start")]
    entries = []
    for n, (state, values) in enumerate(norms.items()):
        logs = np.where(values > 0, np.log10(np.maximum(values, 1e-300)), np.nan)
        items += line(drawn, range(steps), logs, category(n), 2, 30, f"gradient for {state}")
        entries.append((state, category(n)))
    items += legend(entries, box.x + box.width - sum(56 + text_width(state, 11.5) for state, _ in entries), box.y - 8)
    wide = box.width / steps
    items.append(Rect(box.x + step * wide, box.y - 3, wide, box.height + 6, 1, "", ACCENT, 1.2))
    return items


def _arithmetic(found, names, step, unit, y):
    """How the chosen unit came about at the chosen step, line by line. Returns the shapes and where they end."""
    items = [Text(28, y, f"Unit {unit} at step {step} ({cut(names[step], 13, 120)})", 13, INK, "start", bold=True)]
    lines = found.arithmetic(step, unit)
    if not lines:
        held = ", ".join(f"{state} = {number(values[step, unit])}" for state, values in found.states.items())
        why = "the mask leaves this step out, so the state stays: " if found.mask is not None and not found.mask[step] else ""
        return [*items, Text(28, y + 24, why + held, 12.5, INK, "start")], y + 24
    before = ", ".join(f"{state}' = {number(values[step, unit])}" for state, values in found.before.items())
    items.append(Text(WIDTH - 40, y, f"before: {before}", 12, SOFT, "end"))
    for n, (name, rule, told, value) in enumerate(lines):
        at = y + 26 + n * 21
        gate = next((gate.name for gate in found.gates if gate.letter == name), "state")
        last = n == len(lines) - 1
        items += [
            Text(28, at, name, 12.5, INK, "start", bold=True),
            Text(52, at, gate, 12.5, SOFT, "start"),
            Text(170, at, rule, 12.5, INK, "start"),
            Text(430, at, f"= {told}", 12.5, INK, "start"),
            Text(WIDTH - 40, at, f"= {number(value)}", 12.5, INK, "end", bold=last or name in found.states),
        ]
    end = y + 26 + (len(lines) - 1) * 21
    near = 10 ** math.ceil(math.log10(max(found.distance, 1e-6)))
    proof = f"worked out from the layer's weights; equal to the states it computed itself, within {near:g}"
    items.append(Path(line_through([(28, end + 12), (WIDTH - 40, end + 12)]), FRAME, 1))
    items.append(Text(28, end + 30, proof, 11.5, SOFT, "start"))
    return items, end + 30
