"""Who looks at whom: the weights of an attention layer, head by head, worked out and compared with the layer's own."""

import inspect
from dataclasses import dataclass

import numpy as np

from .. import layers, tree
from ..saving.identify import suggest
from .calls import array, distance, every_call, layers_of, one_batch, replaced, unchanged
from .window import chosen_call

_ONE_HEAD = (layers.Attention, layers.AdditiveAttention)
_ATTENTION = (layers.MultiHeadAttention, layers.GroupQueryAttention, *_ONE_HEAD)


@dataclass(frozen=True)
class Attended:
    """An attention layer on one sample.

    Attributes:
        name, kind: the layer's name and class.
        weights: `(heads, queries, keys)`, the layer's own, `return_attention_scores=True`; each row sums to 1.
        scores: the same before the softmax, and before masks.
        seen: `(heads, queries, keys)`, False where a mask hides the key from the query.
        heads: what each head is called.
        is_causal: whether no query sees what comes later.
        distance: the largest difference between the weights worked out here and the layer's own.
        calls: how often the model calls the layer.
    """

    name: str
    kind: str
    weights: np.ndarray
    scores: np.ndarray
    seen: np.ndarray
    heads: tuple
    is_causal: bool
    distance: float
    calls: int = 1

    @property
    def has_mask(self):
        """Whether any place is hidden."""
        return not self.seen.all()

    def spread(self):
        """How many keys a query looks at, `(heads, queries)`: the exponential of its weights' entropy.

        >>> even = np.full((1, 1, 4), 0.25)
        >>> Attended("a", "Attention", even, even, even > 0, ("0",), False, 0.0).spread()
        array([[4.]])
        """
        w = np.maximum(self.weights, 1e-12)
        return np.exp(-(self.weights * np.log(w)).sum(axis=-1))


def attention_layers(model):
    """The attention layers of a model: dict of name -> layer.

    Raises:
        ValueError: if there is none.
    """
    found = layers_of(model, *_ATTENTION)
    if not found:
        raise ValueError(
            f"Model '{model.name}' has no attention layer. Expected MultiHeadAttention, GroupQueryAttention, Attention or "
            "AdditiveAttention. Fix: show a model that attends; call it on data first if its layers are made there."
        )
    return found


def attended(model, x, layer=None, sample=0, call=0):
    """Look into an attention layer: how much each query looks at each key, in every head.

    The layer is watched as the model calls it, so masks, causal masks and whatever else it was given count.

    Args:
        model: any model that holds such a layer.
        x: the batch, as for `model.predict`.
        layer: name of the layer; the first by default.
        sample: which sample of the batch.
        call: which call of the layer, if it is called more than once.

    Returns:
        An `Attended`. Where attention goes over several axes, as in a picture, their places are put in one row.

    Raises:
        ValueError: for a layer, sample or call that there is not; if the layer computes something else than its class says.

    Source: Vaswani et al., 2017, arXiv:1706.03762

    >>> from kerasteach import Input, Model
    >>> x = Input((3, 4))
    >>> model = Model(x, layers.MultiHeadAttention(2, 5, name="look")(x, x, use_causal_mask=True))
    >>> found = attended(model, np.ones((1, 3, 4)))
    >>> found.weights[0].round(2)
    array([[1.  , 0.  , 0.  ],
           [0.5 , 0.5 , 0.  ],
           [0.33, 0.33, 0.33]], dtype=float32)
    """
    batch, found = one_batch(model, x, sample), attention_layers(model)
    name = next(iter(found)) if layer is None else layer
    if name not in found:
        raise ValueError(f"Model '{model.name}' has no attention layer {name!r}. It has: {', '.join(found)}.{suggest(str(name), found)}")
    layer, own, runs = found[name], found[name].call, []
    signature = inspect.signature(own)

    def with_weights(*args, **kwargs):
        given = signature.bind(*args, **kwargs).arguments
        outputs, weights = own(**given | {"return_attention_scores": True})
        runs.append((given, weights))
        return (outputs, weights) if given.get("return_attention_scores") else outputs

    with unchanged(model), model._backend.inference(), every_call(), replaced(layer, "call", with_weights):
        model(batch, training=False)
        given, weights = chosen_call(runs, name, call)
        scores, seen, heads = (_of_one_head if isinstance(layer, _ONE_HEAD) else _of_heads)(layer, given, tuple(weights.shape))
    weights = array(weights)[0].reshape(scores.shape)
    far = _distance(name, layer, _softmax(scores, seen, hidden_are_zero=not isinstance(layer, _ONE_HEAD)), weights)
    return Attended(name, type(layer).__name__, weights, scores, seen, heads, bool(given.get("use_causal_mask")), far, len(runs))


def _of_heads(layer, given, shape):
    """Scores before the softmax and which places are seen, each `(heads, queries, keys)`, and the names of the heads."""
    query, value = given["query"], given["value"]
    key = value if given.get("key") is None else given["key"]
    axes = getattr(layer, "attention_axes", None) or tuple(range(1, len(query.shape) - 1))
    axes = [axis % len(query.shape) - 1 for axis in axes]  # without the batch
    q, k = (_to_heads(array(x)[0], dense, axes) for x, dense in ((query, layer._query_dense), (key, layer._key_dense)))
    k = np.repeat(k, q.shape[2] // k.shape[2], axis=2)  # several heads of the query may share one of the key
    scores = np.einsum("oqhd,okhd->ohqk", q, k) * q.dtype.type(layer._scale)  # (other places, heads, queries, keys)
    others, count = scores.shape[:2]
    heads = tuple(f"{h}" if others == 1 else f"{h} at {o}" for o in range(others) for h in range(count))
    scores = scores.reshape(-1, *scores.shape[2:])
    return scores, _seen_by_heads(layer, given, len(axes), shape).reshape(scores.shape), heads


def _to_heads(x, dense, axes):
    """A projection: `(..., features)` becomes `(other places, attended places, heads, dim)`."""
    x = np.moveaxis(x, axes, range(-1 - len(axes), -1))
    wide = int(np.prod([x.shape[axis] for axis in range(x.ndim - 1 - len(axes), x.ndim - 1)]))
    x = x.reshape(-1, wide, x.shape[-1]).astype("float32" if x.dtype != "float64" else x.dtype)
    y = np.tensordot(x, array(dense.kernel).astype(x.dtype), 1)
    return y if dense.bias is None else y + array(dense.bias).astype(x.dtype)


def _seen_by_heads(layer, given, attended_axes, shape):
    """All masks that the layer was given, joined: as many axes as its weights have, without the batch."""
    masks = [given.get(name) for name in ("query_mask", "value_mask", "key_mask", "attention_mask")]
    mask = layer._joined_mask(given["query"], given["value"], *masks)
    if mask is None and not given.get("use_causal_mask"):
        return np.ones(shape[1:], bool)
    mask = np.ones((1, *shape[-2:]), bool) if mask is None else array(mask)
    if given.get("use_causal_mask"):
        mask = mask & np.tri(*mask.shape[-2:], dtype=bool)
    while mask.ndim < len(shape):
        mask = np.expand_dims(mask, -2 * attended_axes - 1)  # the same for every head
    return np.broadcast_to(mask, shape)[0]


def _of_one_head(layer, given, shape):
    """The same for Attention and AdditiveAttention."""
    inputs, masks = given["inputs"], given.get("mask") or (None, None)
    query, key = (array(t)[0] for t in (inputs[0], inputs[-1] if len(inputs) > 2 else inputs[1]))
    scale = 1.0 if layer.scale is None else array(layer.scale)
    if type(layer).__name__ == "AdditiveAttention":
        scores = (scale * np.tanh(query[:, None] + key[None])).sum(axis=-1)  # (queries, keys)
    elif layer.score_mode == "concat":
        scores = np.tanh(scale * (query[:, None] + key[None])).sum(axis=-1) * array(layer.concat_score_weight)
    else:
        scores = query @ key.T * scale
    seen = np.ones(scores.shape, bool) if masks[1] is None else np.broadcast_to(array(masks[1])[0], scores.shape)
    if given.get("use_causal_mask"):
        seen = seen & np.tri(*scores.shape, dtype=bool)
    return scores[None], seen[None], ("0",)


def _softmax(scores, seen, hidden_are_zero):
    """Weights for scores, of which some are hidden; heads see nothing where all is hidden, a plain Attention all alike."""
    hidden = np.where(seen, scores, -1e9 if hidden_are_zero else scores - 1e9)
    powers = np.exp(hidden - hidden.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    return np.where(seen, weights, 0) if hidden_are_zero else weights


def _distance(name, layer, weights, own):
    far = distance(weights, own)
    if not far <= (1e-2 if layer.compute_dtype in ("float16", "bfloat16") else 1e-4):
        raise ValueError(
            f"Layer '{name}' ({type(layer).__name__}) computes something else than its projections say: its weights differ by "
            f"{far:.3g} from those worked out. Does it override a method of its class? Fix: choose another layer."
        )
    return far


def token_names(tokens, x, sample, count):
    """Return what the tokens of a sample are called: `count` texts.

    Args:
        tokens: `{number: text}` for whole numbers in `x`; a list of texts, the same for all samples; a list of such
            lists, one per sample; a function(sample of x) -> list of texts; None for their places.
        x: the batch.
        sample: which sample.
        count: how many are wanted; if there are not so many names, places are counted.

    >>> token_names({0: ".", 1: "the", 2: "cat"}, np.array([[1, 2, 0]]), 0, 3)
    ['the', 'cat', '.']
    >>> token_names(None, np.array([[1, 2, 0]]), 0, 2), token_names(["a", "b"], None, 0, 2)
    (['0', '1'], ['a', 'b'])
    """
    names = []
    if isinstance(x, (list, tuple)) and not any(hasattr(leaf, "shape") for leaf in tree.flatten(x)):
        x = np.asarray(x)  # nested lists of numbers are one array
    if isinstance(tokens, dict):
        rows = (np.asarray(leaf)[sample] for leaf in tree.flatten(x))
        rows = [row for row in rows if row.dtype.kind in "iuf" and row.shape == (count,)]
        names = [tokens.get(int(i), str(int(i))) for i in rows[0]] if rows else []
    elif callable(tokens):
        names = tokens(tree.map_structure(lambda leaf: np.asarray(leaf)[sample], x))
    elif tokens is not None:
        names = tokens if all(isinstance(t, str) for t in tokens) else tokens[sample]
    return [str(t) for t in names] if len(names) == count else [str(i) for i in range(count)]
