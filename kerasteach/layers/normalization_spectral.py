"""`SpectralNormalization`: a layer whose kernel stretches no vector."""

from .. import initializers, ops
from .input_spec import InputSpec
from .wrapper import Wrapper


class SpectralNormalization(Wrapper):
    """A layer whose kernel is divided by its largest singular value at each training call, so that it stretches no vector.

    That number is found by power iteration, which goes on from where it stopped.

    Args:
        layer: a layer with a `kernel` or `embeddings`.
        power_iterations: steps of the iteration in each call.

    Input shape: the layer's. Output shape: the layer's.

    Raises:
        ValueError: if `power_iterations` is not positive, or the layer has no such weight.

    Source: Miyato et al., 2018, arXiv:1802.05957.

    >>> from kerasteach.layers import Dense
    >>> layer = SpectralNormalization(Dense(2, kernel_initializer="ones"), power_iterations=5)
    >>> y = layer(np.ones((1, 8)), training=True)
    >>> round(float(np.linalg.norm(layer.kernel.numpy(), 2)), 3)
    1.0
    """

    static = False  # it looks whether the kernel is 0, and assigns it

    def __init__(self, layer, power_iterations=1, **kwargs):
        super().__init__(layer, **kwargs)
        if power_iterations <= 0:
            raise ValueError(
                f"`power_iterations` should be greater than zero. Received: `power_iterations={power_iterations}`"
            )
        self._keep({"power_iterations": power_iterations})

    def build(self, input_shape):
        super().build(input_shape)
        self.input_spec = InputSpec(min_ndim=1, axes={-1: input_shape[-1]})
        self.kernel = getattr(self.layer, "kernel", getattr(self.layer, "embeddings", None))
        if self.kernel is None:
            raise ValueError(f"{type(self.layer).__name__} object has no attribute 'kernel' nor 'embeddings'")
        draw = initializers.TruncatedNormal(stddev=0.02)
        self.vector_u = self.add_weight(name="vector_u", shape=(1, self.kernel.shape[-1]), initializer=draw, trainable=False)
        self.built = True

    def call(self, inputs, training=False):
        if training and bool(ops.any(ops.not_equal(self.kernel, 0.0))):
            vector_u, kernel = self.normalized_weights()
            self.vector_u.assign(vector_u)
            self.kernel.assign(kernel)
        output = self.layer(inputs)
        return ops.cast(output, inputs.dtype) if output.dtype != inputs.dtype else output

    def normalized_weights(self):
        """Return (the vector the iteration is at, the kernel divided by its largest singular value)."""
        kernel, vector_u = ops.stop_gradient(self.kernel), ops.stop_gradient(self.vector_u)
        matrix = ops.reshape(kernel, (-1, kernel.shape[-1]))  # (inputs, outputs)
        for _ in range(self.power_iterations):
            vector_v = ops.normalize(ops.matmul(vector_u, ops.transpose(matrix)), axis=None)  # (1, inputs)
            vector_u = ops.normalize(ops.matmul(vector_v, matrix), axis=None)  # (1, outputs)
        largest = ops.matmul(ops.matmul(vector_v, matrix), ops.transpose(vector_u))  # (1, 1)
        return vector_u, ops.reshape(ops.divide(matrix, largest), kernel.shape)

    def compute_output_shape(self, input_shape):
        return self.layer.compute_output_shape(input_shape)
