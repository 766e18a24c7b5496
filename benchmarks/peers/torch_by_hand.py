"""What a skilled person writes in Torch: a Module, fused Adam, and no value asked back before the epoch ends."""

import torch
from torch import nn
from torch.nn import functional as F

from .problem import BATCH, BETA_1, BETA_2, EPSILON, HIDDEN, RATE, ROWS, WIDTH, first_weights, rows

PACKAGES = ["torch"]


class TwoInputs(nn.Module):
    """The model: one Dense for both inputs, joined, one Dense behind."""

    def __init__(self):
        super().__init__()
        self.shared = nn.Linear(WIDTH, HIDDEN)
        self.output = nn.Linear(2 * HIDDEN, 1)
        W1, b1, W2, b2 = map(torch.from_numpy, first_weights())
        with torch.no_grad():
            self.shared.weight.copy_(W1.T)
            self.shared.bias.copy_(b1)
            self.output.weight.copy_(W2.T)
            self.output.bias.copy_(b2)

    def forward(self, x1, x2):
        h = torch.cat([F.relu(self.shared(x1)), F.relu(self.shared(x2))], dim=1)
        return torch.sigmoid(self.output(h))


def setup():
    """Return `train(epochs)`."""
    X1, X2, Y = rows()
    model = TwoInputs()
    adam = torch.optim.Adam(model.parameters(), lr=RATE, betas=(BETA_1, BETA_2), eps=EPSILON, fused=True)

    def train_batch(x1, x2, y):
        adam.zero_grad(set_to_none=True)
        p = model(x1, x2)
        loss = F.binary_cross_entropy(p, y)
        loss.backward()
        adam.step()
        with torch.no_grad():
            return loss.detach() * len(y), ((p > 0.5) == y).sum()

    def train(epochs):
        x1, x2, y = (torch.as_tensor(a, dtype=torch.float32) for a in (X1, X2, Y))
        logs = []
        for _ in range(epochs):
            order = torch.randperm(ROWS)
            batches = zip(*(a[order].split(BATCH) for a in (x1, x2, y)), strict=True)
            loss = hits = torch.zeros(())
            for batch in batches:
                batch_loss, batch_hits = train_batch(*batch)
                loss, hits = loss + batch_loss, hits + batch_hits
            logs.append((loss.item() / ROWS, hits.item() / ROWS))
        return logs

    return train
