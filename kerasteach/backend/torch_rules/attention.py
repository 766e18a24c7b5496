"""Torch's fused kernel for attention."""

import torch
from torch.nn import functional as F

from ...ops.attention import FORBIDDEN, check_attention
from .common import tensor_like


def _dot_product_attention(
    query, key, value, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None, attn_logits_soft_cap=None
):
    key, value = tensor_like(key, query), tensor_like(value, query)
    check_attention(query, key, value, bias, mask, flash_attention, attn_logits_soft_cap)
    if is_causal and not (mask is None and bias is None):  # the kernel takes one or the other
        causal = torch.ones(query.shape[1], key.shape[1], dtype=torch.bool, device=query.device).tril()
        mask = causal if mask is None else torch.as_tensor(mask, device=query.device).bool() & causal
    if mask is not None:
        mask = torch.as_tensor(mask, device=query.device).bool()
        hidden = torch.where(mask, 0.0, max(FORBIDDEN, 0.7 * torch.finfo(query.dtype).min)).to(query.dtype)
        bias = hidden if bias is None else hidden + bias
    is_causal = is_causal and bias is None
    dtype = query.dtype
    # On the CPU the kernel's way back is several times slower in half floats.
    wide = torch.float32 if dtype.itemsize == 2 and query.device.type == "cpu" and torch.is_grad_enabled() else dtype
    query, key, value = [x.transpose(1, 2).to(wide) for x in (query, key, value)]  # (batch, heads, time, features)
    grouped = key.shape[1] != query.shape[1]
    out = F.scaled_dot_product_attention(query, key, value, _tensor(bias, query), is_causal=is_causal, scale=scale, enable_gqa=grouped)
    return out.transpose(1, 2).to(dtype)  # (batch, queries, heads, features)


def _tensor(bias, query):
    return bias if bias is None else tensor_like(bias, query).to(query.dtype)


ROWS = {}
FUSED = {"dot_product_attention": _dot_product_attention}
