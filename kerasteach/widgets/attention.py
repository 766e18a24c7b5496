"""The attention panel: who looks at whom, head by head."""

import numpy as np

from kerasteach.explain.attention import attended, attention_layers, token_names
from kerasteach.widgets.attention_scene import scene, under
from kerasteach.widgets.controls import Choice, Slider
from kerasteach.widgets.features import call_of, count_of, tables
from kerasteach.widgets.looking import Looking
from kerasteach.widgets.words import count, number


class Attention(Looking):
    """An attention layer's weights: each head as a map of queries and keys, and what one query looks at.

    The layer is watched as the model calls it, so its masks count; hidden places are grey. The weights are worked out
    from the layer's projections and proved equal to those it returns with `return_attention_scores=True`.

    Args:
        model: Any model with a MultiHeadAttention, GroupQueryAttention, Attention or AdditiveAttention in it.
        x: Data for it, as for `model.predict`.
        tokens: What places are called: `{number: text}`, a list of texts, a list per sample, or a function(sample).
        layer: The name of the layer; the first by default.
        head: Which head.
        sample: Which sample of `x`.
        query: Which query's row is stressed.
        call: Which call of the layer, if it is called more than once.

    Example:

    >>> from kerasteach import Input, Model, layers
    >>> x = Input((2, 4))
    >>> model = Model(x, layers.Attention(name="look")([x, x], use_causal_mask=True))
    >>> Attention(model, np.ones((1, 2, 4)), tokens=["one", "two"], query=1)
    Attention: Attention "look", 1 head, 2 queries, 2 keys, causal; sample 0, head 0, query 1 (two) looks at one 0.5, two 0.5
    """

    options = {"layer": None, "head": 0, "sample": 0, "query": 0, "call": 0}
    css_class = "kt-attention"

    def __init__(self, model, x, tokens=None, layer=None, head=0, sample=0, query=0, call=0):
        self.model, self.x, self.tokens = model, x, tokens
        self.source_name = "model, x" + ", tokens" * (tokens is not None)
        super().__init__(layer=layer, head=head, sample=sample, query=query, call=call)

    @classmethod
    def example(cls, backend=None):
        from kerasteach.widgets.feature_examples import backwards

        return cls(*backwards(backend), head=1, query=2)

    @property
    def attended(self):
        """The layer on the sample, as data (`explain.attention.Attended`)."""
        return self._attended(self._state)

    @property
    def names(self):
        """What queries and what keys are called."""
        _, queries, keys = self.attended.weights.shape
        return tuple(token_names(self.tokens, self.x, self._state["sample"], n) for n in (queries, keys))

    def _attended(self, state):
        key = "attended", state["layer"], state["sample"], state["call"]
        return self.remembered(key, lambda: attended(self.model, self.x, state["layer"], state["sample"], state["call"]))

    def _moved(self, state, changes):
        """A new layer, or another call of it, may have fewer heads and queries."""
        if state["layer"] is None:
            state = state | {"layer": next(iter(attention_layers(self.model)))}
        moved = {"layer": state["layer"]} | call_of(changes)
        heads, queries, _ = self._attended(state | moved).weights.shape
        for name, most in (("head", heads), ("query", queries)):
            if name not in changes:
                moved[name] = min(state[name], most - 1)
        return moved

    def _check(self, state):
        found = self._attended(state)
        for name, most in zip(("head", "query"), found.weights.shape):
            if not 0 <= state[name] < most:
                raise ValueError(f"Layer '{found.name}' has no {name} {state[name]!r}: it has {most}, counted from 0. Fix: 0 <= {name} < {most}.")

    def strongest(self, most=3):
        """The keys that the chosen query looks at most: `(place, name, weight)`, the largest weight first."""
        s, found, (_, keys) = self._state, self.attended, self.names
        row, seen = found.weights[s["head"], s["query"]], found.seen[s["head"], s["query"]]
        order = [int(k) for k in np.argsort(-row, kind="stable") if seen[k]]
        return [(k, keys[k], float(row[k])) for k in order[:most]]

    @property
    def sentence(self):
        s, found = self._state, self.attended
        looks = ", ".join(f"{name} with weight {number(weight, 2)}" for _, name, weight in self.strongest())
        spread = number(found.spread()[s["head"]].mean(), 2)
        return (
            f"In head {found.heads[s['head']]} of {count(len(found.heads), 'head')} of layer {found.name}, on sample {s['sample']}, the query "
            f"{self.names[0][s['query']]} looks at {looks or 'nothing'}; a query of this head looks at about {spread} keys."
        )

    def _text(self):
        s, found = self._state, self.attended
        heads, queries, keys = found.weights.shape
        size = f"{count(heads, 'head')}, {count(queries, 'query', 'queries')}, {count(keys, 'key')}"
        hidden = ", causal" if found.is_causal else ", masked" if found.has_mask else ""
        looks = ", ".join(f"{name} {number(weight, 2)}" for _, name, weight in self.strongest())
        where = f"sample {s['sample']}, head {found.heads[s['head']]}, query {s['query']} ({self.names[0][s['query']]})"
        return f'Attention: {found.kind} "{found.name}", {size}{hidden}; {where} looks at {looks or "nothing"}'

    def _scene(self):
        return scene(self.attended, *self.names, self._state["head"], self._state["query"], self.sentence)

    def controls(self):
        found = self.attended
        layers = tuple((f"{type(layer).__name__} {name}", name) for name, layer in attention_layers(self.model).items())
        heads, queries, _ = found.weights.shape
        return [
            *[Choice("layer", "Layer", layers)] * (len(layers) > 1),
            *[Slider("call", "Call", 0, found.calls - 1)] * (found.calls > 1),
            Slider("sample", "Sample", 0, count_of(self.x) - 1),
            *[Slider("head", "Head", 0, heads - 1)] * (heads > 1),
            Slider("query", "Query", 0, queries - 1),
        ]

    def details(self):
        """Score and weight of every key, as a table."""
        s, found, (_, keys) = self._state, self.attended, self.names
        if len(keys) > 40:
            return ""
        head, query = s["head"], s["query"]
        scores, seen = found.scores[head, query], found.seen[head, query]
        values = np.stack([np.where(seen, scores, -np.inf), found.weights[head, query]])
        return tables([(f"query {self.names[0][query]}: softmax of the scores is the weights", values, ("score", "weight"), keys)])

    def pointed(self, x, y, kind):
        s, found = self._state, self.attended
        heads, queries, _ = found.weights.shape
        if kind in _STEPS:
            head, query = _STEPS[kind]
            self.set(head=min(max(s["head"] + head, 0), heads - 1), query=min(max(s["query"] + query, 0), queries - 1))
        else:
            self.set(**under(found, x, y))


_STEPS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
