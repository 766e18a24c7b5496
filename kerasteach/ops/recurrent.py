"""Rows that run over time: a recurrent layer, all its steps, in one op.

Forwards is the textbook: one line per gate, once per step. Backwards is backpropagation through time. What the forward
pass threw away is found again for all steps at once, because every state is in the output; only what depends on the
step after is left for the loop, which runs from the last step to the first.

`xs` may end with a mask `(batch, time)`: where it is false, the state stays as it was.
"""

import numpy as np

from .table import row


def _sigmoid(x):
    return 0.5 * np.tanh(0.5 * x) + 0.5


def _before(start, states):
    """The state before each step: `(batch, time, units)`."""
    return np.concatenate([start[:, None], states[:, :-1]], axis=1)


def _kept(mask, x):
    """1 where a step counts and 0 where it does not: `(batch, time, 1)`."""
    return mask[0].astype(x.dtype)[:, :, None] if mask else np.ones((*x.shape[:2], 1), x.dtype)


def _gates(z, count):
    """The gates side by side in the last axis, each by itself: `(count, batch, time, units)`, a view."""
    return np.moveaxis(z.reshape(*z.shape[:-1], count, -1), -2, 0)


def _summed(a, b):
    """Products of two sequences, summed over samples and steps: the gradient of what multiplies `a` and gets `b`."""
    return a.reshape(-1, a.shape[-1]).T @ b.reshape(-1, b.shape[-1])


def _example(gates, *states):
    """Examples of a cell: with and without a mask, one step, one sample."""

    def example(rng):
        cases = []
        for batch, time, features, units, masked in [(2, 3, 2, 2, False), (2, 4, 1, 2, True), (1, 1, 2, 1, False)]:
            wide = gates * units
            shapes = [(batch, time, features), *[(batch, units)] * len(states), (features, wide), (units, wide), (wide,)]
            xs = [rng.normal(size=s) for s in shapes + ([(wide,)] if gates == 3 else [])]
            cases.append((tuple(xs + [rng.random((batch, time)) < 0.6] * masked), {}))
        return cases

    return example


@row(shape=lambda xs: (*xs[0][:2], xs[1][-1]), example=_example(1, "h"))
class simple_rnn:
    """All steps of a SimpleRNN: `h = tanh(x @ kernel + h @ recurrent_kernel + bias)`.

    Inputs: x `(batch, time, features)`, h `(batch, units)`, kernel, recurrent_kernel, bias. Output: every h,
    `(batch, time, units)`.
    """

    def forward(xs):
        x, h, kernel, recurrent_kernel, bias, *mask = xs
        z = x @ kernel + bias  # (batch, time, units)
        hs, keep = np.empty(z.shape, z.dtype), _kept(mask, x)
        for t in range(z.shape[1]):
            new = np.tanh(z[:, t] + h @ recurrent_kernel)
            h = hs[:, t] = np.where(keep[:, t], new, h)  # (batch, units)
        return hs

    def vjp_xs(g, y, xs):
        x, h, kernel, recurrent_kernel, _, *mask = xs
        keep = _kept(mask, y)
        slope = keep * (1 - y * y)
        dz, dh = np.empty(y.shape, g.dtype), 0
        for t in reversed(range(y.shape[1])):
            dh = dh + g[:, t]
            dz[:, t] = dh * slope[:, t]
            dh = dz[:, t] @ recurrent_kernel.T + (1 - keep[:, t]) * dh
        return [dz @ kernel.T, dh, _summed(x, dz), _summed(_before(h, y), dz), dz.sum(axis=(0, 1))]


@row(shape=lambda xs: (xs[0][0], None if xs[0][1] is None else xs[0][1] + 1, xs[1][-1]), example=_example(4, "h", "c"))
class lstm:
    """All steps of an LSTM, whose cell state `c` is kept or forgotten, and shown as `h`, as gates say.

    Inputs: x `(batch, time, features)`, h and c `(batch, units)`, kernel `(features, 4 * units)`, recurrent_kernel, bias.
    Output: every h, and after them the last c, `(batch, time + 1, units)`.

    Source: Hochreiter and Schmidhuber, 1997; forget gate: Gers et al., 2000.
    """

    def forward(xs):
        x, h, c, kernel, recurrent_kernel, bias, *mask = xs
        z = x @ kernel + bias  # (batch, time, 4 * units)
        time, units = z.shape[1], h.shape[1]
        y, keep = np.empty((len(x), time + 1, units), z.dtype), _kept(mask, z)
        for t in range(time):
            zt = z[:, t] + h @ recurrent_kernel  # (batch, 4 * units)
            i, f, _, o = np.split(_sigmoid(zt), 4, axis=1)
            new_c = f * c + i * np.tanh(zt[:, 2 * units : 3 * units])
            new_h = o * np.tanh(new_c)
            h = y[:, t] = np.where(keep[:, t], new_h, h)  # (batch, units)
            c = np.where(keep[:, t], new_c, c)
        y[:, time] = c
        return y

    def vjp_xs(g, y, xs):
        x, h, c, kernel, recurrent_kernel, bias, *mask = xs
        time, units = x.shape[1], h.shape[1]
        before, keep = _before(h, y[:, :time]), _kept(mask, x)
        z = x @ kernel + bias + before @ recurrent_kernel
        i, f, _, o = _gates(_sigmoid(z), 4)  # each (batch, time, units)
        new = np.tanh(z[..., 2 * units : 3 * units])
        cs = np.empty(before.shape, y.dtype)
        for t in range(time):
            c = cs[:, t] = np.where(keep[:, t], f[:, t] * c + i[:, t] * new[:, t], c)
        shown = np.tanh(cs)
        # What a gate's input adds to the loss, for each unit of gradient that c (or, of the last gate, h) has.
        per_c = np.stack([new * i * (1 - i), _before(xs[2], cs) * f * (1 - f), i * (1 - new * new)], axis=2)
        per_c = per_c * keep[..., None]  # (batch, time, 3, units)
        per_h, h_to_c, c_to_c = keep * shown * o * (1 - o), keep * o * (1 - shown * shown), np.where(keep, f, 1)
        dz = np.empty((len(x), time, 4, units), g.dtype)
        dh, dc = 0, g[:, time]
        for t in reversed(range(time)):
            dh = dh + g[:, t]
            dc = dc + dh * h_to_c[:, t]
            np.multiply(dc[:, None], per_c[:, t], out=dz[:, t, :3])
            np.multiply(dh, per_h[:, t], out=dz[:, t, 3])
            dh = dz[:, t].reshape(len(x), -1) @ recurrent_kernel.T + (1 - keep[:, t]) * dh
            dc = dc * c_to_c[:, t]
        dz = dz.reshape(z.shape)
        return [dz @ kernel.T, dh, dc, _summed(x, dz), _summed(before, dz), dz.sum(axis=(0, 1))]


@row(shape=lambda xs: (*xs[0][:2], xs[1][-1]), example=_example(3, "h"))
class gru:
    """All steps of a GRU, whose state is part old and part new, as a gate says; another says how much of the old is seen.

    Inputs: x `(batch, time, features)`, h `(batch, units)`, kernel `(features, 3 * units)`, recurrent_kernel, bias,
    recurrent_bias. Output: every h, `(batch, time, units)`.

    Source: Cho et al., 2014; the reset gate comes after the matrix product.
    """

    def forward(xs):
        x, h, kernel, recurrent_kernel, bias, recurrent_bias, *mask = xs
        z = x @ kernel + bias  # (batch, time, 3 * units)
        units = h.shape[1]
        hs, keep = np.empty((*x.shape[:2], units), z.dtype), _kept(mask, z)
        for t in range(x.shape[1]):
            inner = h @ recurrent_kernel + recurrent_bias  # (batch, 3 * units)
            update, reset = np.split(_sigmoid(z[:, t, : 2 * units] + inner[:, : 2 * units]), 2, axis=1)
            new = np.tanh(z[:, t, 2 * units :] + reset * inner[:, 2 * units :])
            new = update * h + (1 - update) * new
            h = hs[:, t] = np.where(keep[:, t], new, h)  # (batch, units)
        return hs

    def vjp_xs(g, y, xs):
        x, h, kernel, recurrent_kernel, bias, recurrent_bias, *mask = xs
        before, keep, units = _before(h, y), _kept(mask, y), h.shape[1]
        z = x @ kernel + bias
        inner = before @ recurrent_kernel + recurrent_bias
        update, reset = _gates(_sigmoid(z[..., : 2 * units] + inner[..., : 2 * units]), 2)  # each (batch, time, units)
        new = np.tanh(z[..., 2 * units :] + reset * inner[..., 2 * units :])
        # What the input of each gate adds to the loss, for each unit of gradient that h has.
        to_new = (1 - update) * (1 - new * new)
        to_reset = to_new * inner[..., 2 * units :] * reset * (1 - reset)
        per_h = np.stack([(before - new) * update * (1 - update), to_reset, to_new], axis=2)
        per_h, h_to_h = per_h * keep[..., None], np.where(keep, update, 1)  # (batch, time, 3, units)
        inner_per_h = per_h.copy()
        inner_per_h[:, :, 2] *= reset
        dinner, dhs, dh = np.empty(per_h.shape, g.dtype), np.empty(y.shape, g.dtype), 0
        for t in reversed(range(y.shape[1])):
            dh = dhs[:, t] = dh + g[:, t]
            np.multiply(dh[:, None], inner_per_h[:, t], out=dinner[:, t])
            dh = dinner[:, t].reshape(len(x), -1) @ recurrent_kernel.T + dh * h_to_h[:, t]
        dz, dinner = (dhs[:, :, None] * per_h).reshape(z.shape), dinner.reshape(z.shape)
        dx, dkernel = dz @ kernel.T, _summed(x, dz)
        return [dx, dh, dkernel, _summed(before, dinner), dz.sum(axis=(0, 1)), dinner.sum(axis=(0, 1))]
