"""Torch's rule for a sum or mean over processes, and rows gathered from them; both with gradients."""

import torch

from ..replicas import REPLICAS


class _Sum(torch.autograd.Function):
    """`sum(weight * x)` over the processes, each with a weight of its own."""

    @staticmethod
    def forward(ctx, x, weight):
        ctx.weight = weight
        return REPLICAS.engine.all_reduce(x * weight)

    @staticmethod
    def backward(ctx, g):
        return REPLICAS.engine.all_reduce(g.clone()) * ctx.weight, None


class _Rows(torch.autograd.Function):
    """All rows of the batch, in order, from the rows that each process has."""

    @staticmethod
    def forward(ctx, x):
        ctx.rows = x.shape[0]
        return REPLICAS.engine.all_rows(x)

    @staticmethod
    def backward(ctx, g):
        first, stop = REPLICAS.rows_of(g.shape[0])
        mine = REPLICAS.engine.all_reduce(g.clone())[first:stop]
        return mine if len(mine) == ctx.rows else torch.zeros_like(g[: ctx.rows])


def over_replicas(x, how="mean"):
    if not REPLICAS.on:
        return x
    weight = REPLICAS.share / REPLICAS.world if how == "mean" else float(REPLICAS.mine > 0)
    return _Sum.apply(x, weight)


def all_rows(x):
    """Return the rows of all processes as one tensor."""
    return _Rows.apply(x) if x.requires_grad else REPLICAS.engine.all_rows(x)


ROWS = {"over_replicas": over_replicas}
FUSED = {}
