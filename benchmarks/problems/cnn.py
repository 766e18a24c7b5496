"""Pictures of 28 x 28: convolution and pooling twice, one Dense behind."""

from dataclasses import dataclass

from .base import Draw, Problem
from .mlp import clouds


@dataclass(frozen=True, kw_only=True)
class CNN(Problem):
    """Ten steps of 128 pictures."""

    rows: int = 1280
    batch: int = 128
    size: int = 28
    filters: tuple = (32, 64)
    classes: int = 10

    @property
    def flat(self):
        """Numbers that reach the Dense layer: twice two pixels less at the border, then half of them."""
        side = ((self.size - 2) // 2 - 2) // 2
        return side * side * self.filters[1]

    def data(self):
        return clouds(self.rows, self.classes, (self.size, self.size, 1))

    def weights(self):
        draw, (first, second) = Draw(1), self.filters
        return draw.conv(3, 1, first) + draw.conv(3, first, second) + draw.dense(self.flat, self.classes)

    def model(self, keras):
        layers = keras.layers
        return keras.Sequential(
            [
                layers.Input(shape=(self.size, self.size, 1)),
                layers.Conv2D(self.filters[0], 3, activation="relu"),
                layers.MaxPooling2D(),
                layers.Conv2D(self.filters[1], 3, activation="relu"),
                layers.MaxPooling2D(),
                layers.Flatten(),
                layers.Dense(self.classes, activation="softmax"),
            ]
        )


problem = CNN
