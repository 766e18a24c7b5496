"""Kernels that stand for several ops of a program; `torch_fusion.py` says for which."""

import contextlib
import math

import torch
from torch.nn import functional as F

from .common import over_classes
from .conv import conv  # noqa: F401 - one of these kernels

ONE_DNN = getattr(torch.ops.mkldnn, "_linear_pointwise", None) if torch.backends.mkldnn.is_available() else None
_LARGE = 1 << 21  # multiplications that repay oneDNN's preparations


def linear(x, kernel, bias=None, relu=False):
    """`x @ kernel + bias`; large products by oneDNN, which on many processors takes half the time of the usual library."""
    if x.ndim > 2:
        return linear(x.reshape(-1, x.shape[-1]), kernel, bias, relu).view(*x.shape[:-1], kernel.shape[-1])
    if _is_large(x, kernel):
        y = _Linear.apply(x, kernel, bias)
    else:
        y = torch.mm(x, kernel) if bias is None else torch.addmm(bias, x, kernel)
    return y.relu_() if relu else y


def product(x1, x2):
    """`x1 @ x2`, without a gradient of its own: for kernels that have one."""
    return _Linear.product(x1, x2.t(), None) if _is_large(x1, x2) else torch.mm(x1, x2)


def _is_large(x1, x2):
    (m, k), n = x1.shape, x2.shape[1]
    large = m * k * n >= _LARGE and min(m, k, n) >= 32
    return large and ONE_DNN is not None and x1.dtype is torch.float32 and x1.device.type == "cpu"


class _Linear(torch.autograd.Function):
    """`x @ kernel + bias` and its gradients; oneDNN takes the second matrix transposed."""

    @staticmethod
    def product(x, kernel, bias):
        return ONE_DNN(x, kernel, bias, "none", [], "")

    @staticmethod
    def forward(ctx, x, kernel, bias):
        ctx.save_for_backward(x, kernel)
        return _Linear.product(x, kernel.t(), bias)

    @staticmethod
    def backward(ctx, g):
        x, kernel = ctx.saved_tensors
        to_x, to_kernel, to_bias = ctx.needs_input_grad
        return (
            _Linear.product(g, kernel, None) if to_x else None,
            _Linear.product(x.t(), g.t(), None) if to_kernel else None,
            g.sum(0) if to_bias else None,
        )


@contextlib.contextmanager
def product_in_graph(product):
    """Let large products be noted as calls of another function, while Torch notes what a step does."""
    before, _Linear.product = _Linear.product, staticmethod(product)
    try:
        yield
    finally:
        _Linear.product = staticmethod(before)


def linear_over(x, kernel, bias=None, axes=1):
    """A product over the last `axes` axes of `x` and the first of the kernel."""
    rows, features = x.shape[: x.ndim - axes], kernel.shape[axes:]
    bias = None if bias is None else bias.reshape(-1)
    y = linear(x.reshape(rows.numel(), -1), kernel.reshape(kernel.shape[:axes].numel(), -1), bias)
    return y.view(*rows, *features)


def clipped_log_softmax(x, epsilon):
    """`log(softmax(x))`, of probabilities held `epsilon` away from 0 and 1."""
    return over_classes(torch.log_softmax, x).clamp(math.log(epsilon), math.log1p(-epsilon))


def surprise_at_class(target, x, epsilon):
    """Minus the entry of that at the true class."""
    log_p = over_classes(torch.log_softmax, x)
    log_p, flat = log_p.reshape(-1, log_p.shape[-1]), target.long().reshape(-1)  # for pictures its gradient wants one piece
    found = F.nll_loss(log_p, flat, reduction="none", ignore_index=-(1 << 60)).reshape(target.shape)  # no class is ignored
    return found.clamp(-math.log1p(-epsilon), -math.log(epsilon))


def sum_relu(x1, x2):
    """`relu(x1 + x2)`, in the memory of the sum."""
    return torch.add(x1, x2).relu_()


def batch_norm_training(x, gamma, beta, axis, epsilon, relu=False):
    """(normalized, mean, variance) of a batch, by channel."""
    channels = x.shape[axis]
    if x.numel() == channels:
        return _batch_norm_of_one(x, gamma, beta, axis, relu)
    mean, variance = x.new_zeros(channels), x.new_zeros(channels)
    y = F.batch_norm(x.movedim(axis, 1), mean, variance, gamma, beta, True, 1.0, epsilon)
    n = x.numel() // channels
    y = y.relu_() if relu else y
    return y.movedim(1, axis), mean, variance * ((n - 1) / n)  # Torch's has n - 1 below


def _batch_norm_of_one(x, gamma, beta, axis, relu):
    """The same for one number a channel, which is its own mean; Torch's kernel refuses it."""
    y = (x - x.detach()).movedim(axis, -1)  # (1, ..., channels)
    y = y if gamma is None else y * gamma
    y = y if beta is None else y + beta
    return (y.relu() if relu else y).movedim(-1, axis), x.detach().reshape(-1), x.new_zeros(x.shape[axis])


def part(parts, i):
    """One of several outputs."""
    return parts[i]
