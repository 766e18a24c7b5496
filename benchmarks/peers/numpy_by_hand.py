"""What a skilled person writes in NumPy for this one model: gradients by hand, Adam over one flat vector."""

import numpy as np

from .problem import BATCH, BETA_1, BETA_2, EPSILON, HIDDEN, RATE, ROWS, first_weights, rows

PACKAGES = ["numpy"]


def setup():
    """Return `train(epochs)`."""
    X1, X2, Y = rows()
    first = first_weights()
    flat = np.concatenate([w.ravel() for w in first])  # all weights in one row; W1, b1, W2, b2 look into it
    W1, b1, W2, b2 = np.split(flat, np.cumsum([w.size for w in first])[:-1])
    W1, W2 = W1.reshape(first[0].shape), W2.reshape(first[2].shape)
    gradient, m, v = np.empty_like(flat), np.zeros_like(flat), np.zeros_like(flat)
    step = 0

    def adam():
        nonlocal step, m, v
        step += 1
        rate = RATE * (1 - BETA_2**step) ** 0.5 / (1 - BETA_1**step)
        m += (gradient - m) * (1 - BETA_1)
        v += (gradient * gradient - v) * (1 - BETA_2)
        np.subtract(flat, m * rate / (np.sqrt(v) + EPSILON), out=flat)

    def train_batch(x1, x2, y):
        n = len(y)
        h1 = np.maximum(x1 @ W1 + b1, 0)  # (n, 64)
        h2 = np.maximum(x2 @ W1 + b1, 0)
        h = np.concatenate([h1, h2], axis=1)  # (n, 128)
        p = 1 / (1 + np.exp(-(h @ W2 + b2)))  # (n, 1)
        q = np.clip(p, EPSILON, 1 - EPSILON)
        loss = -(y * np.log(q) + (1 - y) * np.log(1 - q)).sum()
        hits = ((p > 0.5) == y).sum()

        dz = (p - y) / n  # cross-entropy and sigmoid, backward in one
        dh = (dz @ W2.T) * (h > 0)
        d1, d2 = dh[:, :HIDDEN], dh[:, HIDDEN:]
        gradient[:] = np.concatenate(
            [(x1.T @ d1 + x2.T @ d2).ravel(), d1.sum(0) + d2.sum(0), (h.T @ dz).ravel(), dz.sum(0)]
        )
        adam()
        return loss, hits

    def train(epochs):
        x1, x2, y = X1.astype("float32"), X2.astype("float32"), Y.astype("float32")
        logs = []
        for _ in range(epochs):
            order = np.random.permutation(ROWS)
            a, b, c = x1[order], x2[order], y[order]
            loss = hits = 0
            for i in range(0, ROWS, BATCH):
                batch_loss, batch_hits = train_batch(a[i : i + BATCH], b[i : i + BATCH], c[i : i + BATCH])
                loss, hits = loss + batch_loss, hits + batch_hits
            logs.append((float(loss) / ROWS, float(hits) / ROWS))
        return logs

    return train
