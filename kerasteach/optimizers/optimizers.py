"""The optimizers: each is its settings, its slots, and its formula from the paper.

In a formula, `w` is the weights, `g` their gradient and the slots the running
state, each one long vector. They are changed in place.
"""

from .. import ops
from .base import Optimizer
from .settings import shared_settings
from .state import has_kernel


class SGD(Optimizer):
    """Gradient descent: a step downhill, with a memory of earlier steps if `momentum` is set.

    Args:
        learning_rate: step size.
        momentum: share of the last step that is kept, 0 to 1.
        nesterov: look ahead along the kept step first. Source: Nesterov, 1983.
        **shared: as for `Optimizer`.

    Raises:
        ValueError: if `momentum` is not between 0 and 1.

    >>> from kerasteach import Variable
    >>> w = Variable([1.0, 1.0])
    >>> SGD(0.1).apply([np.array([5.0, 0.01])], [w])
    >>> w.numpy().round(3)
    array([0.5  , 0.999], dtype=float32)
    """

    @shared_settings
    def __init__(self, learning_rate=0.01, momentum=0.0, nesterov=False, **shared):
        if not isinstance(momentum, (int, float)) or not 0 <= momentum <= 1:
            raise ValueError("`momentum` must be a float between [0, 1].")
        super().__init__(learning_rate, **shared)
        self._keep(locals())

    def slot_groups(self):
        return [("momentum",)] if self.momentum else []

    @has_kernel("sgd")
    def formula(self, w, g, learning_rate, step, momentum=None):
        if momentum is None:
            w -= learning_rate * g
            return
        momentum *= self.momentum
        momentum -= learning_rate * g
        w += self.momentum * momentum - learning_rate * g if self.nesterov else momentum


class RMSprop(Optimizer):
    """Gradients divided by their recent size, so that every weight moves about as fast.

    Source: Hinton, Neural Networks for Machine Learning, lecture 6, 2012.

    Args:
        learning_rate: step size.
        rho: how slowly the recent size is forgotten.
        momentum: share of the last step that is kept.
        epsilon: keeps the division finite.
        centered: subtract the recent mean before taking the size.
        **shared: as for `Optimizer`.

    >>> from kerasteach import Variable
    >>> w = Variable([1.0, 1.0])
    >>> RMSprop(0.1, rho=0.0).apply([np.array([5.0, 0.01])], [w])
    >>> w.numpy().round(3)
    array([0.9, 0.9], dtype=float32)
    """

    @shared_settings
    def __init__(self, learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False, **shared):
        super().__init__(learning_rate, **shared)
        self._keep(locals())

    def slot_groups(self):
        return [("velocity",)] + [("momentum",)] * bool(self.momentum) + [("average_gradient",)] * self.centered

    def formula(self, w, g, learning_rate, step, velocity, *rest):
        velocity += (1 - self.rho) * (g * g - velocity)
        size = velocity
        if self.centered:
            average = rest[-1]
            average += (1 - self.rho) * (g - average)
            size = velocity - average * average
        move = learning_rate * g / (size + self.epsilon) ** 0.5
        if self.momentum:
            momentum = rest[0]
            momentum *= self.momentum
            momentum += move
            move = momentum
        w -= move


class Adam(Optimizer):
    """RMSprop with momentum, both corrected for starting at 0.

    Source: Kingma and Ba, 2014, arXiv:1412.6980, the variant before section 2.1,
    whose epsilon is added to the uncorrected size.

    Args:
        learning_rate: step size.
        beta_1: how slowly the mean gradient is forgotten.
        beta_2: how slowly its size is forgotten.
        epsilon: keeps the division finite.
        amsgrad: never let the size shrink. Source: Reddi et al., 2018, arXiv:1904.09237.
        **shared: as for `Optimizer`.

    >>> from kerasteach import Variable
    >>> w = Variable([1.0, 1.0])
    >>> Adam(0.1).apply([np.array([5.0, 0.01])], [w])
    >>> w.numpy().round(3)
    array([0.9, 0.9], dtype=float32)
    """

    @shared_settings
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False, **shared):
        super().__init__(learning_rate, **shared)
        self._keep(locals())

    def slot_groups(self):
        return [("momentum", "velocity")] + [("velocity_hat",)] * self.amsgrad

    @has_kernel("adam")
    def formula(self, w, g, learning_rate, step, m, v, v_hat=None):
        rate = learning_rate * (1 - self.beta_2**step) ** 0.5 / (1 - self.beta_1**step)
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        if v_hat is not None:
            v_hat[...] = v = ops.maximum(v_hat, v)
        w -= rate * m / (v**0.5 + self.epsilon)


class AdamW(Adam):
    """Adam with weight decay that does not pass through its moments.

    Source: Loshchilov and Hutter, 2017, arXiv:1711.05101.

    Raises:
        ValueError: if `weight_decay` is None.

    >>> from kerasteach import Variable
    >>> w = Variable([1.0, 1.0])
    >>> AdamW(0.1, weight_decay=0.5).apply([np.array([0.0, 0.01])], [w])
    >>> w.numpy().round(3)
    array([0.95, 0.85], dtype=float32)
    """

    @shared_settings
    def __init__(
        self, learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False, **shared
    ):
        if weight_decay is None:
            raise ValueError("Argument `weight_decay` must be a float. Received: weight_decay=None")
        super().__init__(learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay=weight_decay, **shared)


class Adagrad(Optimizer):
    """Gradients divided by all their past: what moved much moves less.

    Source: Duchi et al., 2011.

    Args:
        learning_rate: step size.
        initial_accumulator_value: what the past starts with.
        epsilon: keeps the division finite.
        **shared: as for `Optimizer`.

    >>> from kerasteach import Variable
    >>> w = Variable([1.0, 1.0])
    >>> Adagrad(0.1, initial_accumulator_value=0.0).apply([np.array([5.0, 0.01])], [w])
    >>> w.numpy().round(3)
    array([0.9, 0.9], dtype=float32)
    """

    slots = ("accumulator",)

    @shared_settings
    def __init__(self, learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7, **shared):
        super().__init__(learning_rate, **shared)
        self._keep(locals())

    def slot_start(self, name, variable):
        return self.initial_accumulator_value

    def formula(self, w, g, learning_rate, step, accumulator):
        accumulator += g * g
        w -= learning_rate * g / (accumulator + self.epsilon) ** 0.5
