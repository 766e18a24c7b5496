"""LSTM and GRU, backpropagation through time by hand."""

import numpy as np


class Recurrent:
    """Embedding, a recurrent layer, Dense on its last state. Time comes first, so that a step is one block of memory."""

    def __init__(self, problem, weights, gradients):
        self.E, self.W, self.U, self.b, self.V, self.c = weights
        self.dE, self.dW, self.dU, self.db, self.dV, self.dc = gradients

    def forward(self, words):
        self.words = words.T  # (t, n)
        self.x = self.E[self.words]
        self.h = np.zeros((len(self.x) + 1, len(words), len(self.U)), "float32")  # h[t + 1] is the state after step t
        self.run()
        return self.h[-1] @ self.V + self.c

    def backward(self, dz):
        np.matmul(self.h[-1].T, dz, out=self.dV)
        dz.sum(axis=0, out=self.dc)
        dx = self.unroll(dz @ self.V.T) @ self.W.T  # the gradient by all inputs, (t, n, width)
        self.dE[:] = 0
        np.add.at(self.dE, self.words, dx)


def rows(a):
    """Time and batch in one axis."""
    return a.reshape(-1, a.shape[-1])


class LSTM(Recurrent):
    """Gates i, f, c, o side by side, as Keras has them."""

    def run(self):
        u = len(self.U)
        self.gates = self.x @ self.W
        self.gates += self.b
        self.states = np.zeros_like(self.h)
        self.tanh = np.empty_like(self.h[1:])
        for t, z in enumerate(self.gates):
            z += self.h[t] @ self.U
            candidate = np.tanh(z[:, 2 * u : 3 * u])
            sigmoid(z)
            z[:, 2 * u : 3 * u] = candidate
            i, f, c, o = z[:, :u], z[:, u : 2 * u], z[:, 2 * u : 3 * u], z[:, 3 * u :]
            state = self.states[t + 1]
            np.multiply(f, self.states[t], out=state)
            state += i * c
            np.multiply(o, np.tanh(state, out=self.tanh[t]), out=self.h[t + 1])

    def unroll(self, dh):
        u, dc = len(self.U), np.zeros_like(dh)
        slope = self.gates * (1 - self.gates)  # of the sigmoids; of the candidate below
        c = self.gates[:, :, 2 * u : 3 * u]
        slope[:, :, 2 * u : 3 * u] = 1 - c * c
        through = 1 - self.tanh * self.tanh
        dz = np.empty_like(self.gates)
        for t in range(len(dz) - 1, -1, -1):
            gates, d = self.gates[t], dz[t]
            dc += dh * gates[:, 3 * u :] * through[t]
            np.multiply(dc, gates[:, 2 * u : 3 * u], out=d[:, :u])
            np.multiply(dc, self.states[t], out=d[:, u : 2 * u])
            np.multiply(dc, gates[:, :u], out=d[:, 2 * u : 3 * u])
            np.multiply(dh, self.tanh[t], out=d[:, 3 * u :])
            d *= slope[t]
            dh = d @ self.U.T
            dc *= gates[:, u : 2 * u]
        np.matmul(rows(self.x).T, rows(dz), out=self.dW)
        np.matmul(rows(self.h[:-1]).T, rows(dz), out=self.dU)
        rows(dz).sum(axis=0, out=self.db)
        return dz


class GRU(Recurrent):
    """Gates z, r, h side by side; the reset gate acts behind the matrix product, so there are two biases."""

    def run(self):
        u = len(self.U)
        self.gates = self.x @ self.W
        self.gates += self.b[0]
        self.inner = np.empty_like(self.h[1:])
        for t, g in enumerate(self.gates):
            past = self.h[t] @ self.U
            past += self.b[1]
            both, candidate = g[:, : 2 * u], g[:, 2 * u :]
            both += past[:, : 2 * u]
            sigmoid(both)
            self.inner[t] = past[:, 2 * u :]
            candidate += both[:, u:] * self.inner[t]
            np.tanh(candidate, out=candidate)
            h = self.h[t + 1]
            np.subtract(self.h[t], candidate, out=h)
            h *= both[:, :u]
            h += candidate

    def unroll(self, dh):
        u = len(self.U)
        slope = self.gates * (1 - self.gates)
        candidate = self.gates[:, :, 2 * u :]
        slope[:, :, 2 * u :] = 1 - candidate * candidate
        dx, dpast = np.empty_like(self.gates), np.empty_like(self.gates)
        for t in range(len(dx) - 1, -1, -1):
            g, d = self.gates[t], dx[t]
            z, r = g[:, :u], g[:, u : 2 * u]
            np.multiply(dh, self.h[t] - g[:, 2 * u :], out=d[:, :u])
            np.multiply(dh, 1 - z, out=d[:, 2 * u :])
            d[:, 2 * u :] *= slope[t, :, 2 * u :]
            np.multiply(d[:, 2 * u :], self.inner[t], out=d[:, u : 2 * u])
            d[:, : 2 * u] *= slope[t, :, : 2 * u]
            dpast[t] = d
            dpast[t, :, 2 * u :] *= r
            dh = dh * z + dpast[t] @ self.U.T
        np.matmul(rows(self.x).T, rows(dx), out=self.dW)
        np.matmul(rows(self.h[:-1]).T, rows(dpast), out=self.dU)
        rows(dx).sum(axis=0, out=self.db[0])
        rows(dpast).sum(axis=0, out=self.db[1])
        return dx


def sigmoid(z):
    """The logistic function, in place."""
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1
    np.reciprocal(z, out=z)
