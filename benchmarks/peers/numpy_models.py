"""The models by hand in NumPy: `forward` keeps what `backward` needs; `backward` fills the gradients it was given."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


class MLP:
    """Dense layers with ReLU between them."""

    def __init__(self, problem, weights, gradients):
        self.layers = list(zip(weights[::2], weights[1::2], gradients[::2], gradients[1::2], strict=True))

    def forward(self, x):
        self.inputs = [x]
        for W, b, _, _ in self.layers[:-1]:
            x = x @ W
            x += b
            np.maximum(x, 0, out=x)
            self.inputs.append(x)
        W, b, _, _ = self.layers[-1]
        x = x @ W
        x += b
        return x

    def backward(self, dz):
        for (W, _, dW, db), x in zip(self.layers[::-1], self.inputs[::-1], strict=True):
            np.matmul(x.T, dz, out=dW)
            dz.sum(axis=0, out=db)
            if x is not self.inputs[0]:
                dz = dz @ W.T
                dz *= x > 0


Spirals = MLP


class TwoInputs:
    """One Dense for both inputs, joined, one Dense behind."""

    def __init__(self, problem, weights, gradients):
        (self.W1, self.b1, self.W2, self.b2), (self.dW1, self.db1, self.dW2, self.db2) = weights, gradients
        self.hidden = problem.hidden

    def forward(self, x1, x2):
        self.x1, self.x2 = x1, x2
        self.h = np.empty((len(x1), 2 * self.hidden), "float32")
        for x, h in ((x1, self.h[:, : self.hidden]), (x2, self.h[:, self.hidden :])):
            np.matmul(x, self.W1, out=h)
            h += self.b1
        np.maximum(self.h, 0, out=self.h)
        return self.h @ self.W2 + self.b2

    def backward(self, dz):
        np.matmul(self.h.T, dz, out=self.dW2)
        dz.sum(axis=0, out=self.db2)
        dh = dz @ self.W2.T
        dh *= self.h > 0
        d1, d2 = dh[:, : self.hidden], dh[:, self.hidden :]
        np.add(self.x1.T @ d1, self.x2.T @ d2, out=self.dW1)
        np.add(d1.sum(axis=0), d2.sum(axis=0), out=self.db1)


class CNN:
    """Convolution, pooling, ReLU, twice; Dense. ReLU comes after pooling: the same numbers on a quarter of the pixels."""

    def __init__(self, problem, weights, gradients):
        self.first, self.second = (Conv(*weights[i : i + 2], *gradients[i : i + 2]) for i in (0, 2))
        (self.W, self.b), (self.dW, self.db) = weights[4:], gradients[4:]
        self.pools = MaxPool(), MaxPool()

    def forward(self, x):
        h1 = self.h1 = self.pools[0].forward(self.first.forward(x))
        np.maximum(h1, 0, out=h1)
        h2 = self.h2 = self.pools[1].forward(self.second.forward(h1))
        np.maximum(h2, 0, out=h2)
        return h2.reshape(len(x), -1) @ self.W + self.b

    def backward(self, dz):
        np.matmul(self.h2.reshape(len(dz), -1).T, dz, out=self.dW)
        dz.sum(axis=0, out=self.db)
        d = (dz @ self.W.T).reshape(self.h2.shape)
        d *= self.h2 > 0
        d = self.second.backward(self.pools[1].backward(d))
        d *= self.h1 > 0
        self.first.backward(self.pools[0].backward(d), wants_input=False)


class Conv:
    """Every window a row, so that the convolution is one matrix product."""

    def __init__(self, W, b, dW, db):
        self.shape, self.W, self.b = W.shape, W.reshape(-1, W.shape[-1]), b
        self.dW, self.db = dW.reshape(self.W.shape), db

    def forward(self, x):
        (high, wide, _, _), self.x_shape = self.shape, x.shape
        windows = sliding_window_view(x, (high, wide), axis=(1, 2))  # (n, h, w, c, high, wide)
        self.rows = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, len(self.W))
        y = self.rows @ self.W
        y += self.b
        return y.reshape(*windows.shape[:3], -1)

    def backward(self, dy, wants_input=True):
        n, h, w, channels = dy.shape
        dy = dy.reshape(-1, channels)
        np.matmul(self.rows.T, dy, out=self.dW)
        dy.sum(axis=0, out=self.db)
        if wants_input:
            high, wide, c, _ = self.shape
            dx, kernel = np.zeros(self.x_shape, "float32"), self.W.reshape(high, wide, c, channels)
            for i in range(high):
                for j in range(wide):
                    dx[:, i : i + h, j : j + w] += (dy @ kernel[i, j].T).reshape(n, h, w, c)
            return dx


class MaxPool:
    """The largest of 2 x 2: four strided views against one another."""

    def corners(self, x):
        h, w = x.shape[1] // 2 * 2, x.shape[2] // 2 * 2
        return [x[:, i:h:2, j:w:2] for i in (0, 1) for j in (0, 1)]

    def forward(self, x):
        self.x = x
        a, b, c, d = self.corners(x)
        self.y = np.maximum(a, b)
        np.maximum(self.y, c, out=self.y)
        np.maximum(self.y, d, out=self.y)
        return self.y.copy()  # what follows may change its input

    def backward(self, dy):
        dx = np.zeros_like(self.x)
        for part, x in zip(self.corners(dx), self.corners(self.x), strict=True):
            np.multiply(dy, x == self.y, out=part)
        return dx


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
