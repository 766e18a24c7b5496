"""How often tokens occur, and in how many documents: what a vocabulary is made of."""

import collections

import numpy as np


class Counts:
    """Counts that grow document by document.

    >>> counts = Counts()
    >>> counts.add([["a", "b", "a"], ["b", "c"]])
    >>> counts.most_frequent()
    ['b', 'a', 'c']
    """

    def __init__(self):
        self.tokens, self.in_documents, self.documents = collections.Counter(), collections.Counter(), 0

    def add(self, documents):
        """Take in documents, each a list of tokens."""
        for document in documents:
            self.tokens.update(document)
            self.in_documents.update(set(document))
        self.documents += len(documents)

    def most_frequent(self, without=()):
        """Return the tokens, the most frequent first; of equally frequent ones, the last in the alphabet first."""
        kept = [(n, _bytes(token), token) for token, n in self.tokens.items() if token not in without]
        return [token for _, _, token in sorted(kept, reverse=True)]

    def rarity(self, tokens):
        """Return `log(1 + documents / (1 + documents with the token))` of each: the rarer, the larger.

        Source: Spaerck Jones, 1972 (inverse document frequency).
        """
        return np.log(1 + self.documents / (1 + np.array([self.in_documents[t] for t in tokens], "float64")))


def _bytes(token):
    """Strings are sorted as their bytes are."""
    return token.encode() if isinstance(token, str) else token


def rows_of(tokens):
    """An array of tokens as documents: the rows; an array without rows is one document."""
    return [tokens.reshape(-1).tolist()] if tokens.ndim <= 1 else tokens.reshape(len(tokens), -1).tolist()
