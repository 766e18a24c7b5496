"""Pictures of 32 x 32 in colour: a convolution, two residual blocks, the mean over the picture, one Dense."""

from dataclasses import dataclass

from .base import Draw, Problem, ones, zeros
from .mlp import clouds


@dataclass(frozen=True, kw_only=True)
class ResNet(Problem):
    """The second block halves the picture and doubles the channels, so its short way is a convolution too."""

    rows: int = 320
    batch: int = 32
    size: int = 32
    channels: int = 16
    classes: int = 10
    tolerance = 0.1

    def data(self):
        return clouds(self.rows, self.classes, (self.size, self.size, 3))

    @property
    def convolutions(self):
        """(size, channels in, channels out): the first, two of the first block, two of the second, its short way."""
        c = self.channels
        return [(3, 3, c), (3, c, c), (3, c, c), (3, c, 2 * c), (3, 2 * c, 2 * c), (1, c, 2 * c)]

    def weights(self):
        draw = Draw(1)
        kernels = [draw.conv(*sizes)[:1] for sizes in self.convolutions]
        norms = [[ones(n), zeros(n), zeros(n), ones(n)] for _, _, n in self.convolutions]
        in_turn = [w for pair in zip(kernels[:4], norms[:4], strict=True) for part in pair for w in part]
        # The last two convolutions lie equally deep, so Keras counts them both before what follows them.
        return in_turn + kernels[4] + kernels[5] + norms[4] + norms[5] + draw.dense(2 * self.channels, self.classes)

    def model(self, keras):
        layers = keras.layers

        def convolve(x, channels, size=3, strides=1):
            x = layers.Conv2D(channels, size, strides=strides, padding="same", use_bias=False)(x)
            return layers.BatchNormalization()(x)

        def relu(x):
            return layers.Activation("relu")(x)

        def block(x, channels, strides):
            y = relu(convolve(x, channels, strides=strides))
            y = convolve(y, channels)
            short = x if strides == 1 else convolve(x, channels, 1, strides)
            return relu(layers.Add()([y, short]))

        pictures = layers.Input(shape=(self.size, self.size, 3))
        x = relu(convolve(pictures, self.channels))
        x = block(x, self.channels, 1)
        x = block(x, 2 * self.channels, 2)
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(pictures, layers.Dense(self.classes, activation="softmax")(x))


problem = ResNet
