"""Attention: a mean of values, weighed by how well each key answers the query."""

import math

from .create import arange, convert_to_tensor
from .elementwise import add, cast, multiply
from .index import where
from .linalg import matmul
from .logic import greater_equal, logical_and
from .nn import softmax
from .reshaping import expand_dims, repeat, transpose
from .table import composite

# Keras's number for "do not look here"; softmax makes 0 of it, unless all places are forbidden.
FORBIDDEN = -0.7 * 3.38953e38


def causal_mask(length, sources):
    """Truth table `(length, sources)`: a place sees itself and what came before."""
    rows, columns = arange(length or 1), arange(sources or 1)  # an unknown length may stand as 1: it broadcasts
    return greater_equal(expand_dims(rows, axis=1), expand_dims(columns, axis=0))


def _examples(rng):
    def draw(*shape):
        return rng.uniform(-2, 2, shape)

    # (batch, time, heads, features); the mask is (batch, heads, queries, keys)
    query, key, value = draw(2, 3, 2, 4), draw(2, 5, 2, 4), draw(2, 5, 2, 4)
    mask = rng.random((2, 1, 3, 5)) < 0.7
    mask[..., 0] = True
    return [
        ((query, key, value), {}),
        ((query, key, value), {"scale": 0.3, "is_causal": True}),
        ((query, key, value, None, mask), {}),
        ((query, key, value, None, mask), {"is_causal": True}),
        ((query, key, value, draw(1, 2, 3, 5)), {}),
        ((draw(2, 3, 4, 4), key, value), {}),
        ((draw(2, 3, 4, 4), key[:, :, :1], value[:, :, :1]), {}),
    ]


@composite(example=_examples)
def dot_product_attention(
    query,
    key,
    value,
    bias=None,
    mask=None,
    scale=None,
    is_causal=False,
    flash_attention=None,
    attn_logits_soft_cap=None,
):
    """`softmax(query @ key / sqrt(features)) @ value`, for each head.

    Args:
        query: `(batch, queries, heads, features)`.
        key, value: `(batch, keys, heads, features)`; with fewer heads, each serves several of the query.
        bias: added to the scores, if any; broadcasts to `(batch, heads, queries, keys)`.
        mask: truth values of that shape; False hides a key from a query. Not with `bias`.
        scale: factor on the scores; `1 / sqrt(features)` by default.
        is_causal: whether a query sees only keys up to its own place.
        flash_attention: must not be True; Torch picks its kernel by itself.
        attn_logits_soft_cap: must be `None`.

    Returns:
        Tensor `(batch, queries, heads, features)`.

    Raises:
        ValueError: unless all three have four axes.

    Source: Vaswani et al., 2017, arXiv:1706.03762.

    >>> dot_product_attention(np.ones((1, 2, 1, 4)), np.ones((1, 3, 1, 4)), np.ones((1, 3, 1, 4))).shape
    (1, 2, 1, 4)
    """
    query, key, value = map(convert_to_tensor, (query, key, value))
    check_attention(query, key, value, bias, mask, flash_attention, attn_logits_soft_cap)
    heads = query.shape[2]
    query, key, value = [transpose(x, axes=(0, 2, 1, 3)) for x in (query, key, value)]  # (batch, heads, time, features)
    if key.shape[1] != heads:
        key, value = [repeat(x, heads // key.shape[1], axis=1) for x in (key, value)]  # each serves several heads
    scores = matmul(query, transpose(key, axes=(0, 1, 3, 2)))  # (batch, heads, queries, keys)
    scores = multiply(scores, 1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    if is_causal:
        causal = causal_mask(scores.shape[-2], scores.shape[-1])
        mask = causal if mask is None else logical_and(cast(mask, "bool"), causal)
    if mask is not None:
        scores = add(scores, where(cast(mask, "bool"), 0.0, FORBIDDEN))
    if bias is not None:
        scores = add(scores, bias)
    return transpose(matmul(softmax(scores), value), axes=(0, 2, 1, 3))  # (batch, queries, heads, features)


def check_attention(query, key, value, bias, mask, flash_attention, attn_logits_soft_cap):
    """Raise for arguments that no kernel takes."""
    if any(len(x.shape) != 4 for x in (query, key, value)):
        raise ValueError(
            "`dot_product_attention` only supports 4D inputs, (batch, time, heads, features). Received: "
            f"query.shape={query.shape}, key.shape={key.shape}, value.shape={value.shape}."
        )
    if bias is not None and mask is not None:
        raise ValueError("Only one of `bias` and `mask` can be provided. Received both.")
    if flash_attention:
        raise ValueError(
            "`flash_attention=True` is not supported. Fix: leave it out; on a GPU, Torch picks the fused kernel by itself."
        )
    if attn_logits_soft_cap is not None:
        raise ValueError("`attn_logits_soft_cap` is only supported by Keras for JAX on TPU. Fix: leave it out.")
