"""Three spirals in the plane, told apart by two hidden layers of 64: as small as a classifier gets."""

from dataclasses import dataclass

import numpy as np

from .mlp import MLP


@dataclass(frozen=True, kw_only=True)
class Spirals(MLP):
    """Rows are points, dealt to the three arms in turn."""

    rows: int = 960
    batch: int = 32
    epochs: int = 10
    width: int = 2
    hidden: tuple = (64, 64)
    classes: int = 3

    def data(self):
        rng = np.random.default_rng(0)
        arm = np.arange(self.rows) % self.classes
        radius = rng.random(self.rows)
        angle = 2 * np.pi * arm / self.classes + 4 * radius + 0.1 * rng.normal(size=self.rows)
        return [np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).astype("float32")], arm.astype("int32")


problem = Spirals
