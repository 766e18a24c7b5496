"""The Transformer encoder, backward by hand. Rows of words are (n, time, width)."""

import numpy as np


class Dense:
    """A Dense layer on the last axis; it keeps its input."""

    def __init__(self, W, b, dW, db):
        self.W, self.dW = W, dW
        self.b, self.db = b.reshape(-1), db.reshape(-1)

    def forward(self, x):
        self.x = x.reshape(-1, x.shape[-1])
        y = self.x @ self.W
        y += self.b
        return y.reshape(*x.shape[:-1], -1)

    def backward(self, dy):
        rows = dy.reshape(-1, dy.shape[-1])
        np.matmul(self.x.T, rows, out=self.dW)
        rows.sum(axis=0, out=self.db)
        return (rows @ self.W.T).reshape(*dy.shape[:-1], -1)


class Norm:
    """Layer normalization."""

    def __init__(self, gamma, beta, dgamma, dbeta):
        self.gamma, self.beta, self.dgamma, self.dbeta = gamma, beta, dgamma, dbeta

    def forward(self, x):
        centered = x - x.mean(axis=-1, keepdims=True)
        width = x.shape[-1]
        self.scale = 1 / np.sqrt(np.einsum("ntw,ntw->nt", centered, centered)[..., None] / np.float32(width) + 1e-3)
        self.normed = centered
        self.normed *= self.scale
        y = self.normed * self.gamma
        y += self.beta
        return y

    def backward(self, dy):
        np.einsum("ntw,ntw->w", dy, self.normed, out=self.dgamma)
        dy.sum(axis=(0, 1), out=self.dbeta)
        d = dy * self.gamma
        along = np.einsum("ntw,ntw->nt", d, self.normed)[..., None] / np.float32(d.shape[-1])
        d -= d.mean(axis=-1, keepdims=True)
        d -= self.normed * along
        d *= self.scale
        return d


class Attention:
    """Every head looks from every word at every word. Heads are (n, heads, time, each)."""

    def __init__(self, heads, weights, gradients):
        width = len(weights[0])
        self.heads = heads
        square = [a.reshape(width, width) for w, g in zip(weights[::2], gradients[::2], strict=True) for a in (w, g)]
        biases = list(zip(weights[1::2], gradients[1::2], strict=True))
        self.q, self.k, self.v, self.out = (
            Dense(square[2 * i], b, square[2 * i + 1], db) for i, (b, db) in enumerate(biases)
        )

    def split(self, x):
        return x.reshape(*x.shape[:2], self.heads, -1).transpose(0, 2, 1, 3)

    def join(self, x):
        return x.transpose(0, 2, 1, 3).reshape(x.shape[0], x.shape[2], -1)

    def forward(self, x):
        q, k, v = self.parts = [self.split(part.forward(x)) for part in (self.q, self.k, self.v)]
        p = q @ k.swapaxes(2, 3)
        p *= self.scale(q)
        p -= p.max(axis=-1, keepdims=True)
        np.exp(p, out=p)
        p /= p.sum(axis=-1, keepdims=True)
        self.p = p
        return self.out.forward(self.join(p @ v))

    def backward(self, dy):
        q, k, v = self.parts
        d = self.split(self.out.backward(dy))
        dv = self.p.swapaxes(2, 3) @ d
        dp = d @ v.swapaxes(2, 3)
        dp -= np.einsum("nhij,nhij->nhi", dp, self.p)[..., None]
        dp *= self.p
        dp *= self.scale(q)
        dx = self.q.backward(self.join(dp @ k))
        dx += self.k.backward(self.join(dp.swapaxes(2, 3) @ q))
        dx += self.v.backward(self.join(dv))
        return dx

    @staticmethod
    def scale(q):
        return np.float32(q.shape[-1] ** -0.5)


class Encoder:
    """Attention, added and normalized; two Dense layers, added and normalized."""

    def __init__(self, heads, w, g):
        self.attention = Attention(heads, w[:8], g[:8])
        self.first_norm = Norm(*w[8:10], *g[8:10])
        self.first, self.second = (Dense(*w[i : i + 2], *g[i : i + 2]) for i in (10, 12))
        self.second_norm = Norm(*w[14:], *g[14:])

    def forward(self, x):
        x = self.first_norm.forward(x + self.attention.forward(x))
        inner = self.first.forward(x)
        np.maximum(inner, 0, out=inner)
        return self.second_norm.forward(x + self.second.forward(inner))

    def backward(self, dy):
        d = self.second_norm.backward(dy)
        inner = self.second.backward(d)
        inner *= self.second.x.reshape(inner.shape) > 0
        d += self.first.backward(inner)
        d = self.first_norm.backward(d)
        d += self.attention.backward(d)
        return d


class Transformer:
    """Embedding, encoders, the mean over time, one Dense."""

    def __init__(self, problem, weights, gradients):
        self.E, self.dE = weights[0], gradients[0]
        ends = range(1, len(weights) - 2, 16)
        self.encoders = [Encoder(problem.heads, weights[i : i + 16], gradients[i : i + 16]) for i in ends]
        self.output = Dense(*weights[-2:], *gradients[-2:])

    def forward(self, words):
        self.words = words
        x = self.E[words]
        for encoder in self.encoders:
            x = encoder.forward(x)
        return self.output.forward(x.mean(axis=1))

    def backward(self, dz):
        time = self.words.shape[1]
        d = np.repeat(self.output.backward(dz)[:, None] / np.float32(time), time, axis=1)
        for encoder in reversed(self.encoders):
            d = encoder.backward(d)
        self.dE[:] = 0
        np.add.at(self.dE, self.words, d)
