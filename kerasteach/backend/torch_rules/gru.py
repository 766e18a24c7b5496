"""All steps of a GRU on the CPU, where Torch has no kernel for them and notes a dozen ops a step.

What does not wait for the step before is done for all steps at once: the inputs' share of the gates, and backwards all
that the gradient of a state is multiplied with. Six small calls a step are left forwards, five backwards.
"""

import torch

from .fused import linear, product


class GRU(torch.autograd.Function):
    """`gru(x, h, kernel, recurrent_kernel, bias, recurrent_bias)` -> every state, `(batch, time, units)`."""

    @staticmethod
    def forward(ctx, x, h, kernel, recurrent_kernel, bias, recurrent_bias):
        (batch, time, features), units = x.shape, h.shape[1]
        rows = x.transpose(0, 1).reshape(-1, features)
        from_x = linear(rows, kernel, bias).view(time, batch, 3 * units)
        from_h, gates = torch.empty_like(from_x), x.new_empty(time, batch, 2 * units)
        new, states = x.new_empty(time, batch, units), x.new_empty(time + 1, batch, units)
        states[0] = h
        update, reset = gates.split(units, -1)
        steps = zip(
            states, states[1:], from_h, from_h[..., : 2 * units], from_h[..., 2 * units :],
            from_x[..., : 2 * units], from_x[..., 2 * units :], gates, update, reset, new,
        )  # fmt: skip
        for before, after, fh, fh_gates, fh_new, fx_gates, fx_new, gate, z, r, n in steps:
            torch.addmm(recurrent_bias, before, recurrent_kernel, out=fh)
            torch.add(fx_gates, fh_gates, out=gate).sigmoid_()
            torch.addcmul(fx_new, r, fh_new, out=n).tanh_()
            torch.lerp(n, before, z, out=after)  # n + z * (before - n)
        ctx.save_for_backward(rows, kernel, recurrent_kernel, from_h, gates, new, states)
        return states[1:].transpose(0, 1).contiguous()

    @staticmethod
    def backward(ctx, g):
        rows, kernel, recurrent_kernel, from_h, gates, new, states = ctx.saved_tensors
        time, batch, units = new.shape
        z, r = gates.split(units, -1)
        to_new = (1 - z) * (1 - new * new)  # what the gradient of a state is multiplied with, for the new state's sum
        to_reset = to_new * from_h[..., 2 * units :] * r * (1 - r)
        to_update = (states[:-1] - new) * z * (1 - z)
        factors = torch.cat([to_update, to_reset, to_new * r], -1)  # (time, batch, 3 * units), for what h gave
        d_h, d_from_h = torch.empty_like(new), torch.empty_like(factors)
        transposed, d, thrice = recurrent_kernel.t(), torch.zeros_like(new[0]), torch.empty_like(factors[0])
        for gt, dh, factor, df, zt in reversed([*zip(g.transpose(0, 1), d_h, factors, d_from_h, z)]):
            torch.add(d, gt, out=dh)
            torch.mul(torch.cat([dh, dh, dh], 1, out=thrice), factor, out=df)  # spreading dh would be slower
            d = torch.addmm(dh * zt, df, transposed)
        d_from_x = d_from_h.clone()
        torch.mul(d_h, to_new, out=d_from_x[..., 2 * units :])
        d_from_x, d_from_h = d_from_x.view(-1, 3 * units), d_from_h.view(-1, 3 * units)
        to_x = ctx.needs_input_grad[0]
        return (
            product(d_from_x, kernel.t()).view(time, batch, -1).transpose(0, 1) if to_x else None,
            d,
            product(rows.t(), d_from_x),
            product(states[:-1].view(-1, units).t(), d_from_h),
            d_from_x.sum(0),
            d_from_h.sum(0),
        )
