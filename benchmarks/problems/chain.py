"""Nothing but a long chain of small operations: what a tape must be able to keep and to walk back."""

from dataclasses import dataclass

from .base import Problem, ones


@dataclass(frozen=True, kw_only=True)
class Chain(Problem):
    """One vector, multiplied again and again."""

    rows: int = 1
    batch: int = 1
    ops: int = 1000
    width: int = 8

    def weights(self):
        return [ones(self.width)]

    def flops(self):
        return self.ops * self.width


problem = Chain
