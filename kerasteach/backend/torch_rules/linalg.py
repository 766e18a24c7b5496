"""Torch's rules for matrices: triangles, diagonals, solving and taking apart."""

import torch


def _symmetric(x):
    return 0.5 * (x + x.mT)


def _heads_up(v):
    largest = v.detach().abs().argmax(-2, keepdim=True)
    return torch.where(torch.take_along_dim(v.detach(), largest, -2) < 0, -1.0, 1.0).to(v.dtype)


def _eigh(x, part=0):
    w, v = torch.linalg.eigh(_symmetric(x))
    return v * _heads_up(v) if part else w


def _svd(x, full_matrices=True, part=1):
    u, s, vh = torch.linalg.svd(x, full_matrices)
    sign, k = _heads_up(u), s.shape[-1]
    return [u * sign, s, torch.cat([vh[..., :k, :] * sign.mT[..., :k, :], vh[..., k:, :]], -2)][part]


def _solve(a, b):
    return torch.linalg.solve(a, b.unsqueeze(-1)).squeeze(-1) if b.ndim == a.ndim - 1 else torch.linalg.solve(a, b)


ROWS = {
    "tril": lambda x, k=0: torch.tril(x, k),
    "triu": lambda x, k=0: torch.triu(x, k),
    "diagonal": lambda x, offset=0, axis1=0, axis2=1: torch.diagonal(x, offset, axis1, axis2),
    "det": torch.linalg.det,
    "inv": torch.linalg.inv,
    "solve": _solve,
    "cholesky": lambda x, upper=False: torch.linalg.cholesky(_symmetric(x), upper=upper),
    "_slogdet": lambda x, part=1: torch.linalg.slogdet(x)[part],
    "_qr": lambda x, mode="reduced", part=0: torch.linalg.qr(x, mode)[part],
    "_eigh": _eigh,
    "_svd": _svd,
    "pinv": lambda x, rcond=None: torch.linalg.pinv(x, rtol=rcond),
    "matrix_rank": lambda x, tol=None: torch.linalg.matrix_rank(x, atol=tol).int(),
}

FUSED = {}
