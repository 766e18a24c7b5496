"""Torch's fused kernels for optimizers: all variables of a model in a few calls.

A kernel does what the `formula` of its name says (`optimizers/optimizers.py`); a test holds the two together. Weights,
gradients and slots come as lists, so that gradients need not be joined to one vector first.
"""

import torch


def _adam(optimizer, weights, grads, rate, step, m, v, v_hat=()):
    """Adam and AdamW. Torch adds epsilon to the corrected size: the paper's variant without is had by a larger epsilon."""
    grads = [g.to(w.dtype).contiguous() for g, w in zip(grads, weights)]  # the kernel reads memory in order
    torch._fused_adamw_(
        weights, grads, m, v, list(v_hat), [torch.tensor(float(step), device=weights[0].device)] * len(weights),
        lr=rate, beta1=optimizer.beta_1, beta2=optimizer.beta_2, weight_decay=optimizer.weight_decay or 0.0,
        eps=optimizer.epsilon / (1 - optimizer.beta_2**step) ** 0.5, amsgrad=bool(v_hat), maximize=False,
    )  # fmt: skip


def _sgd(optimizer, weights, grads, rate, step, momentum=None):
    if optimizer.weight_decay:
        torch._foreach_mul_(weights, 1 - optimizer.weight_decay * rate)
    if momentum is None:
        torch._foreach_add_(weights, grads, alpha=-rate)
        return
    torch._foreach_mul_(momentum, optimizer.momentum)
    torch._foreach_add_(momentum, grads, alpha=-rate)
    if optimizer.nesterov:
        torch._foreach_add_(weights, momentum, alpha=optimizer.momentum)
        torch._foreach_add_(weights, grads, alpha=-rate)
    else:
        torch._foreach_add_(weights, momentum)


UPDATES = {"adam": _adam, "sgd": _sgd}
