"""Convolution, pooling and batch normalization, backward by hand. Pictures are (n, high, wide, channels)."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


class CNN:
    """Convolution, pooling, ReLU, twice; Dense. ReLU comes after pooling: the same numbers on a quarter of the pixels."""

    def __init__(self, problem, weights, gradients):
        self.first, self.second = (Conv(*weights[i : i + 2], *gradients[i : i + 2]) for i in (0, 2))
        (self.W, self.b), (self.dW, self.db) = weights[4:], gradients[4:]
        self.pools = MaxPool(), MaxPool()

    def forward(self, x):
        h1 = self.h1 = self.pools[0].forward(self.first.forward(x))
        relu(h1)
        h2 = self.h2 = self.pools[1].forward(self.second.forward(h1))
        relu(h2)
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
    """Every window a row, so that the convolution is one matrix product.

    Args:
        border: zeros before and behind, in both directions.
    """

    def __init__(self, W, b, dW, db, strides=1, border=(0, 0)):
        self.shape, self.W, self.b = W.shape, W.reshape(-1, W.shape[-1]), b
        self.dW, self.db = dW.reshape(self.W.shape), db
        self.strides, self.border = strides, border

    def forward(self, x):
        if any(self.border):
            x = np.pad(x, ((0, 0), self.border, self.border, (0, 0)))
        (high, wide, _, _), self.x_shape, s = self.shape, x.shape, self.strides
        windows = sliding_window_view(x, (high, wide), axis=(1, 2))[:, ::s, ::s]  # (n, h, w, c, high, wide)
        self.rows = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, len(self.W))
        y = self.rows @ self.W
        if self.b is not None:
            y += self.b
        return y.reshape(*windows.shape[:3], -1)

    def backward(self, dy, wants_input=True):
        n, h, w, channels = dy.shape
        dy = dy.reshape(-1, channels)
        np.matmul(self.rows.T, dy, out=self.dW)
        if self.b is not None:
            dy.sum(axis=0, out=self.db)
        if wants_input:
            (high, wide, c, _), s = self.shape, self.strides
            dx, kernel = np.zeros(self.x_shape, "float32"), self.W.reshape(high, wide, c, channels)
            for i in range(high):
                for j in range(wide):
                    dx[:, i : i + s * h : s, j : j + s * w : s] += (dy @ kernel[i, j].T).reshape(n, h, w, c)
            before, behind = self.border
            return dx[:, before : dx.shape[1] - behind, before : dx.shape[2] - behind]


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


class BatchNorm:
    """Each channel by the mean and spread of its batch; the moving ones follow."""

    def __init__(self, gamma, beta, mean, variance, dgamma, dbeta):
        self.gamma, self.beta, self.dgamma, self.dbeta = gamma, beta, dgamma, dbeta
        self.mean, self.variance = mean, variance

    def forward(self, x):
        shape, x = x.shape, x.reshape(-1, x.shape[-1])
        mean = x.mean(axis=0)
        self.normed = x - mean
        variance = np.einsum("nc,nc->c", self.normed, self.normed) / np.float32(len(x))
        self.scale = 1 / np.sqrt(variance + np.float32(1e-3))
        self.normed *= self.scale
        self.mean += (mean - self.mean) * np.float32(0.01)
        self.variance += (variance - self.variance) * np.float32(0.01)
        y = self.normed * self.gamma
        y += self.beta
        return y.reshape(shape)

    def backward(self, dy):
        shape, dy = dy.shape, dy.reshape(-1, dy.shape[-1])
        dy.sum(axis=0, out=self.dbeta)
        np.einsum("nc,nc->c", dy, self.normed, out=self.dgamma)
        count = np.float32(len(dy))
        d = dy - self.dbeta / count
        d -= self.normed * (self.dgamma / count)
        d *= self.gamma * self.scale
        return d.reshape(shape)


class ResNet:
    """Two residual blocks; the second has a convolution in its short way."""

    def __init__(self, problem, weights, gradients):
        kernels = [0, 5, 10, 15, 20, 21]
        norms = [1, 6, 11, 16, 22, 26]
        self.convs, self.norms = [], []
        for i, (k, n) in enumerate(zip(kernels, norms, strict=True)):
            border = {3: (0, 1), 5: (0, 0)}.get(i, (1, 1))  # "same": at a stride of two it is at the end
            self.convs.append(Conv(weights[k], None, gradients[k], None, 2 if i in (3, 5) else 1, border))
            self.norms.append(BatchNorm(*weights[n : n + 4], *gradients[n : n + 2]))
        (self.W, self.b), (self.dW, self.db) = weights[-2:], gradients[-2:]

    def convolve(self, i, x):
        return self.norms[i].forward(self.convs[i].forward(x))

    def unconvolve(self, i, dy, wants_input=True):
        return self.convs[i].backward(self.norms[i].backward(dy), wants_input)

    def forward(self, x):
        x = self.x = relu(self.convolve(0, x))
        self.inner_1 = relu(self.convolve(1, x))
        y = self.convolve(2, self.inner_1)
        y += x
        x = self.block_1 = relu(y)
        self.inner_2 = relu(self.convolve(3, x))
        y = self.convolve(4, self.inner_2)
        y += self.convolve(5, x)
        self.block_2 = relu(y)
        self.means = self.block_2.mean(axis=(1, 2))
        return self.means @ self.W + self.b

    def backward(self, dz):
        np.matmul(self.means.T, dz, out=self.dW)
        dz.sum(axis=0, out=self.db)
        _, high, wide, _ = self.block_2.shape
        d = (dz @ self.W.T)[:, None, None] / np.float32(high * wide) * (self.block_2 > 0)
        inner = self.unconvolve(4, d)
        inner *= self.inner_2 > 0
        d = self.unconvolve(3, inner) + self.unconvolve(5, d)
        d *= self.block_1 > 0
        inner = self.unconvolve(2, d)
        inner *= self.inner_1 > 0
        d += self.unconvolve(1, inner)
        d *= self.x > 0
        self.unconvolve(0, d, wants_input=False)


def relu(x):
    """In place."""
    return np.maximum(x, 0, out=x)
