"""The models by hand in Torch. They return logits: Torch's losses take those."""

import torch
from torch import nn
from torch.nn import functional as F


def set_to(parameter, value):
    """Give a parameter its first value."""
    with torch.no_grad():
        parameter.copy_(value)


def linear(W, b):
    """A Linear from Keras's kernel, (in, out), and bias."""
    layer = nn.Linear(*W.shape)
    set_to(layer.weight, W.T)
    set_to(layer.bias, b)
    return layer


class Model(nn.Module):
    """Where data needs no other layout."""

    def to_input(self, x):
        return x


class MLP(Model):
    """Linear layers with ReLU between them."""

    def __init__(self, problem, weights):
        super().__init__()
        layers = [linear(W, b) for W, b in zip(weights[::2], weights[1::2], strict=True)]
        self.layers = nn.Sequential(*[part for layer in layers[:-1] for part in (layer, nn.ReLU())], layers[-1])

    def forward(self, x):
        return self.layers(x)


Spirals = MLP


class TwoInputs(Model):
    """One Linear for both inputs, joined, one Linear behind."""

    def __init__(self, problem, weights):
        super().__init__()
        self.shared, self.output = linear(*weights[:2]), linear(*weights[2:])

    def forward(self, x1, x2):
        return self.output(torch.cat([F.relu(self.shared(x1)), F.relu(self.shared(x2))], dim=1))


class Pictures(Model):
    """Pictures come as Keras has them, channels last; Torch names the channels first and keeps them where they are."""

    def to_input(self, x):
        return x.permute(0, 3, 1, 2)

    def conv(self, W, b=None, **options):
        size, _, n_in, n_out = W.shape
        layer = nn.Conv2d(n_in, n_out, size, bias=b is not None, **options)
        set_to(layer.weight, W.permute(3, 2, 0, 1))
        if b is not None:
            set_to(layer.bias, b)
        return layer.to(memory_format=torch.channels_last)


class CNN(Pictures):
    """ReLU comes after pooling: the same numbers on a quarter of the pixels."""

    def __init__(self, problem, weights):
        super().__init__()
        self.first, self.second = self.conv(*weights[:2]), self.conv(*weights[2:4])
        self.output = linear(*weights[4:])

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.first(x), 2))
        x = F.relu(F.max_pool2d(self.second(x), 2))
        return self.output(x.permute(0, 2, 3, 1).flatten(1))


class ResNet(Pictures):
    """Two residual blocks."""

    def __init__(self, problem, weights):
        super().__init__()
        kernels, c = [*weights[:20:5], weights[20], weights[21]], problem.channels
        strides = [1, 1, 1, 2, 1, 2]
        self.convs = nn.ModuleList(
            self.conv(W, stride=s, padding=len(W) // 2 if s == 1 else 0) for W, s in zip(kernels, strides, strict=True)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(n, eps=1e-3, momentum=0.01) for n in (c, c, c, 2 * c, 2 * c, 2 * c))
        self.output = linear(*weights[-2:])

    def convolve(self, i, x):
        if i == 3:  # Keras's "same" at a stride of two has its border at the end
            x = F.pad(x, (0, 1, 0, 1))
        return self.norms[i](self.convs[i](x))

    def forward(self, x):
        x = F.relu(self.convolve(0, x))
        x = F.relu(self.convolve(2, F.relu(self.convolve(1, x))) + x)
        x = F.relu(self.convolve(4, F.relu(self.convolve(3, x))) + self.convolve(5, x))
        return self.output(x.mean(dim=(2, 3)))


class LSTM(Model):
    """Torch's own kernel; it has a second bias, which stays zero, as Keras has one."""

    def __init__(self, problem, weights):
        super().__init__()
        E, W, U, b = weights[:4]
        self.embedding = nn.Embedding.from_pretrained(E, freeze=False)
        self.recurrent = nn.LSTM(problem.width, problem.units, batch_first=True)
        self.set_recurrent(W, U, b)
        self.output = linear(*weights[4:])

    def set_recurrent(self, W, U, b):
        set_to(self.recurrent.weight_ih_l0, W.T)
        set_to(self.recurrent.weight_hh_l0, U.T)
        set_to(self.recurrent.bias_ih_l0, b)
        set_to(self.recurrent.bias_hh_l0, torch.zeros_like(b))
        self.recurrent.bias_hh_l0.requires_grad_(False)

    def forward(self, words):
        return self.output(self.recurrent(self.embedding(words))[0][:, -1])


class GRU(LSTM):
    """Torch has the reset gate first and lets the update gate keep the new, Keras the old: h = z h + (1 - z) c in both."""

    def __init__(self, problem, weights):
        Model.__init__(self)
        E, W, U, b = weights[:4]
        self.embedding = nn.Embedding.from_pretrained(E, freeze=False)
        self.recurrent = nn.GRU(problem.width, problem.units, batch_first=True)
        set_to(self.recurrent.weight_ih_l0, self.turned(W.T))
        set_to(self.recurrent.weight_hh_l0, self.turned(U.T))
        set_to(self.recurrent.bias_ih_l0, self.turned(b[0]))
        set_to(self.recurrent.bias_hh_l0, self.turned(b[1]))
        self.output = linear(*weights[4:])

    def turned(self, gates):
        """Keras's z, r, h as Torch's r, z, h."""
        z, r, h = gates.chunk(3)
        return torch.cat([r, z, h])


class Encoder(nn.Module):
    """Attention, added and normalized; two Linear layers, added and normalized."""

    def __init__(self, heads, q, bq, k, bk, v, bv, o, bo, gamma_1, beta_1, W1, b1, W2, b2, gamma_2, beta_2):
        super().__init__()
        width = len(q)
        self.heads = heads
        packed = torch.cat([w.reshape(width, width) for w in (q, k, v)], dim=1)
        self.into = linear(packed, torch.cat([b.reshape(width) for b in (bq, bk, bv)]))
        self.out = linear(o.reshape(width, width), bo)
        self.norms = nn.ModuleList(nn.LayerNorm(width, eps=1e-3) for _ in range(2))
        self.first, self.second = linear(W1, b1), linear(W2, b2)

    def forward(self, x):
        n, t, width = x.shape
        q, k, v = self.into(x).view(n, t, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, t, width)
        x = self.norms[0](x + self.out(seen))
        return self.norms[1](x + self.second(F.relu(self.first(x))))


class Transformer(Model):
    """Embedding, encoders, the mean over time, one Linear."""

    def __init__(self, problem, weights):
        super().__init__()
        self.embedding = nn.Embedding.from_pretrained(weights[0], freeze=False)
        inner = weights[1:-2]
        each = len(inner) // problem.depth
        self.encoders = nn.Sequential(*[Encoder(problem.heads, *inner[i : i + each]) for i in range(0, len(inner), each)])
        self.output = linear(*weights[-2:])

    def forward(self, words):
        return self.output(self.encoders(self.embedding(words)).mean(dim=1))
