"""Dense layers, backward by hand."""

import numpy as np


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
