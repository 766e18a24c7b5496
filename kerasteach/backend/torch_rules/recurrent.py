"""Torch's rules for the rows that run over time: its own kernels; with a mask, its cells step by step."""

import torch

from .common import promoted
from .gru import GRU


def _inputs(xs, count):
    """The first `count` inputs in one dtype; and the mask, or None."""
    return promoted(*xs[:count]), xs[count].bool() if len(xs) > count else None


def _weights(kernel, recurrent_kernel, bias, recurrent_bias=None):
    """Weights as Torch's kernels take them: transposed, with a second bias."""
    second = torch.zeros_like(bias) if recurrent_bias is None else recurrent_bias
    return [kernel.T.contiguous(), recurrent_kernel.T.contiguous(), bias.contiguous(), second.contiguous()]


def _layered(state):
    """A state as Torch's kernels take it: `(layers, batch, units)`, of one piece."""
    return state.contiguous()[None]


def _run(kernel, x, state, weights):
    """All steps by one kernel: (outputs, last states). cuDNN goes backwards only if told that it trains."""
    outputs, *last = kernel(x, state, weights, True, 1, 0.0, torch.is_grad_enabled(), False, True)
    return outputs, [h[0] for h in last]


def _run_masked(cell, x, states, weights, mask):
    """Step by step: (outputs, last states); where the mask is false the states stay."""
    outputs = []
    for t in range(x.shape[1]):
        new = cell(x[:, t], states, *weights)
        keep = mask[:, t, None]
        states = [torch.where(keep, n, s) for n, s in zip(new, states)]
        outputs.append(states[0])
    return torch.stack(outputs, dim=1), states


def _simple_rnn(xs):
    (x, h, *weights), mask = _inputs(xs, 5)
    if mask is None:
        return _run(torch.rnn_tanh, x, _layered(h), _weights(*weights))[0]
    return _run_masked(lambda x, s, *w: [torch.rnn_tanh_cell(x, s[0], *w)], x, [h], _weights(*weights), mask)[0]


def _lstm(xs):
    (x, h, c, *weights), mask = _inputs(xs, 6)
    weights = _weights(*weights)
    if mask is None:
        outputs, (_, c) = _run(torch.lstm, x, (_layered(h), _layered(c)), weights)
    else:
        outputs, (_, c) = _run_masked(torch.lstm_cell, x, [h, c], weights, mask)
    return torch.cat([outputs, c[:, None]], dim=1)  # (batch, time + 1, units)


def _reset_first(w):
    """A GRU's weights in Torch's order of gates: reset, update, new."""
    update, reset, new = w.chunk(3, dim=-1)
    return torch.cat([reset, update, new], dim=-1)


def _gru(xs):
    (x, h, *weights), mask = _inputs(xs, 6)
    noted = torch.is_grad_enabled() and any(t.requires_grad for t in (x, h, *weights))
    if mask is None and noted and x.device.type == "cpu":
        return GRU.apply(x, h, *weights)
    weights = _weights(*map(_reset_first, weights))
    if mask is None:
        return _run(torch.gru, x, _layered(h), weights)[0]
    return _run_masked(lambda x, s, *w: [torch.gru_cell(x, s[0], *w)], x, [h], weights, mask)[0]


ROWS = {"simple_rnn": _simple_rnn, "lstm": _lstm, "gru": _gru}
FUSED = {}
