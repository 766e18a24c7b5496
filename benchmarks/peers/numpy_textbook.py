"""The same loop as a textbook writes it: a list of parameters, one Adam update for each, batches picked by their rows."""

import numpy as np

from .problem import BATCH, BETA_1, BETA_2, EPSILON, HIDDEN, RATE, ROWS, first_weights, rows

PACKAGES = ["numpy"]


def setup():
    """Return `train(epochs)`."""
    X1, X2, Y = rows()
    W1, b1, W2, b2 = parameters = first_weights()
    momenta = [np.zeros_like(w) for w in parameters]
    velocities = [np.zeros_like(w) for w in parameters]
    t = 0

    def adam(gradients):
        nonlocal t
        t += 1
        for w, g, m, v in zip(parameters, gradients, momenta, velocities, strict=True):
            m[:] = BETA_1 * m + (1 - BETA_1) * g
            v[:] = BETA_2 * v + (1 - BETA_2) * g**2
            m_hat = m / (1 - BETA_1**t)
            v_hat = v / (1 - BETA_2**t)
            w -= RATE * m_hat / (np.sqrt(v_hat) + EPSILON)

    def train_batch(x1, x2, y):
        z1, z2 = x1 @ W1 + b1, x2 @ W1 + b1  # (n, 64)
        h = np.concatenate([np.maximum(z1, 0), np.maximum(z2, 0)], axis=1)  # (n, 128)
        p = 1 / (1 + np.exp(-(h @ W2 + b2)))  # (n, 1)
        q = np.clip(p, EPSILON, 1 - EPSILON)
        loss = -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))
        accuracy = np.mean((p > 0.5) == y)

        dz = (p - y) / len(y)
        dh = dz @ W2.T
        d1, d2 = dh[:, :HIDDEN] * (z1 > 0), dh[:, HIDDEN:] * (z2 > 0)
        adam([x1.T @ d1 + x2.T @ d2, d1.sum(axis=0) + d2.sum(axis=0), h.T @ dz, dz.sum(axis=0)])
        return loss, accuracy

    def train(epochs):
        x1, x2, y = X1.astype("float32"), X2.astype("float32"), Y.astype("float32")
        logs = []
        for _ in range(epochs):
            order = np.random.permutation(ROWS)
            loss = accuracy = 0
            for i in range(0, ROWS, BATCH):
                chosen = order[i : i + BATCH]
                batch_loss, batch_accuracy = train_batch(x1[chosen], x2[chosen], y[chosen])
                loss += batch_loss * len(chosen) / ROWS
                accuracy += batch_accuracy * len(chosen) / ROWS
            logs.append((float(loss), float(accuracy)))
        return logs

    return train
