"""More optimizers that look at each element by itself; written as those in `optimizers.py` are."""

from .. import ops
from .base import Optimizer
from .settings import shared_settings
from .state import wide


class Adadelta(Optimizer):
    """Steps as long as the steps before them were, so that no learning rate is needed: 1.0 is the paper's.

    Source: Zeiler, 2012, arXiv:1212.5701.

    Args:
        learning_rate: factor on the steps.
        rho: how slowly sizes of gradients and steps are forgotten.
        epsilon: keeps the division finite, and gives the first step its length.
        **shared: as for `Optimizer`.

    >>> from kerasteach import Variable
    >>> w = Variable([1.0, 1.0])
    >>> Adadelta(1.0, epsilon=1e-3).apply([np.array([5.0, 1.0])], [w])
    >>> w.numpy().round(3)
    array([0.859, 0.86 ], dtype=float32)
    """

    slots = ("accumulated_grad", "accumulated_delta_var")

    @shared_settings
    def __init__(self, learning_rate=0.001, rho=0.95, epsilon=1e-7, **shared):
        super().__init__(learning_rate, **shared)
        self._keep(locals())

    def formula(self, w, g, learning_rate, step, gradients, moves):
        gradients += (1 - self.rho) * (g * g - gradients)
        move = -g * ((moves + self.epsilon) / (gradients + self.epsilon)) ** 0.5
        moves += (1 - self.rho) * (move * move - moves)
        w += learning_rate * move


class Adamax(Optimizer):
    """Adam whose measure of size is the largest recent gradient.

    Source: Kingma and Ba, 2014, arXiv:1412.6980, section 7.1.

    Args:
        learning_rate: step size.
        beta_1: how slowly the mean gradient is forgotten.
        beta_2: how slowly the largest one is forgotten.
        epsilon: keeps the division finite.
        **shared: as for `Optimizer`.

    >>> from kerasteach import Variable
    >>> w = Variable([1.0, 1.0])
    >>> Adamax(0.1).apply([np.array([5.0, 0.01])], [w])
    >>> w.numpy().round(3)
    array([0.9, 0.9], dtype=float32)
    """

    slots = ("momentum", "norm")

    @shared_settings
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **shared):
        super().__init__(learning_rate, **shared)
        self._keep(locals())

    def formula(self, w, g, learning_rate, step, m, u):
        m += (1 - self.beta_1) * (g - m)
        u[...] = ops.maximum(self.beta_2 * u, abs(g))
        w -= learning_rate / (1 - self.beta_1**step) * m / (u + self.epsilon)


class Nadam(Optimizer):
    """Adam that looks ahead along its momentum, as Nesterov's method does.

    Source: Dozat, 2016, Incorporating Nesterov momentum into Adam.

    Args:
        learning_rate: step size.
        beta_1: how slowly the mean gradient is forgotten, in the long run.
        beta_2: how slowly its size is forgotten.
        epsilon: keeps the division finite.
        **shared: as for `Optimizer`.

    >>> from kerasteach import Variable
    >>> w = Variable([1.0, 1.0])
    >>> Nadam(0.1).apply([np.array([5.0, 0.01])], [w])
    >>> w.numpy().round(3)
    array([0.894, 0.894], dtype=float32)
    """

    slots = ("momentum", "velocity")

    @shared_settings
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **shared):
        super().__init__(learning_rate, **shared)
        self._keep(locals())

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self._u_product = self._number(1.0, wide(self._variables[0].dtype))

    def _u(self, step):
        """How slowly the mean is forgotten at a step: less than `beta_1` at first."""
        return self.beta_1 * (1 - 0.5 * 0.96**step)

    def _step(self, grads, variables):
        self._u_product._value *= self._u(int(self.iterations) + 1)
        super()._step(grads, variables)

    def formula(self, w, g, learning_rate, step, m, v):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        u, next_u, product = self._u(step), self._u(step + 1), float(self._u_product)
        m_hat = next_u / (1 - product * next_u) * m + (1 - u) / (1 - product) * g
        v_hat = v / (1 - self.beta_2**step)
        w -= learning_rate * m_hat / (v_hat**0.5 + self.epsilon)


class Lion(Optimizer):
    """Steps of one length in every direction: only the sign of the mean gradient counts.

    Source: Chen et al., 2023, arXiv:2302.06675.

    Args:
        learning_rate: step size; smaller than Adam's by 3 to 10 times.
        beta_1: share of the mean gradient, against the last one, in the sign.
        beta_2: how slowly the mean gradient is forgotten.
        **shared: as for `Optimizer`.

    Raises:
        ValueError: if `beta_1` is not above 0 and at most 1.

    >>> from kerasteach import Variable
    >>> w = Variable([1.0, 1.0])
    >>> Lion(0.1).apply([np.array([5.0, -0.01])], [w])
    >>> w.numpy().round(3)
    array([0.9, 1.1], dtype=float32)
    """

    slots = ("momentum",)

    @shared_settings
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.99, **shared):
        if not 0 < beta_1 <= 1:
            raise ValueError(
                "Argument `beta_1` must be in the [0, 1] range, and not 0. Otherwise, the optimizer degenerates to SignSGD. "
                f"Received: beta_1={beta_1}."
            )
        super().__init__(learning_rate, **shared)
        self._keep(locals())

    def formula(self, w, g, learning_rate, step, m):
        w -= learning_rate * ops.sign(self.beta_1 * m + (1 - self.beta_1) * g)
        m += (1 - self.beta_2) * (g - m)


class Ftrl(Optimizer):
    """Follow the regularized leader: the best weights for all gradients so far, many of them exactly 0.

    Source: McMahan et al., 2013, Ad click prediction: a view from the trenches.

    Args:
        learning_rate: step size.
        learning_rate_power: how fast steps shrink as gradients add up; 0 for not at all.
        initial_accumulator_value: what the sum of squares starts with.
        l1_regularization_strength: how strongly weights are drawn to exactly 0.
        l2_regularization_strength: how strongly weights are made small.
        l2_shrinkage_regularization_strength: the same, as part of the gradient.
        beta: the paper's beta, shortens first steps.
        **shared: as for `Optimizer`.

    Raises:
        ValueError: for a value of the wrong sign.

    >>> from kerasteach import Variable
    >>> w = Variable([0.0, 0.0])
    >>> Ftrl(1.0, l1_regularization_strength=1.0).apply([np.array([2.0, 0.5])], [w])
    >>> w.numpy().round(3)
    array([-0.494,  0.   ], dtype=float32)
    """

    slots = ("accumulator", "linear")

    @shared_settings
    def __init__(
        self,
        learning_rate=0.001,
        learning_rate_power=-0.5,
        initial_accumulator_value=0.1,
        l1_regularization_strength=0.0,
        l2_regularization_strength=0.0,
        l2_shrinkage_regularization_strength=0.0,
        beta=0.0,
        **shared,
    ):
        super().__init__(learning_rate, **shared)
        self._keep(locals())
        for name in self._own:
            value, power = getattr(self, name), name == "learning_rate_power"
            if name != "beta" and (value > 0 if power else value < 0):
                sign = "negative" if power else "positive"
                raise ValueError(f"`{name}` needs to be {sign} or zero. Received: {name}={value}.")

    def slot_start(self, name, variable):
        return self.initial_accumulator_value if name == "accumulator" else 0.0

    def formula(self, w, g, learning_rate, step, squares, linear):
        before = squares**-self.learning_rate_power
        squares += g * g
        now = squares**-self.learning_rate_power
        linear += g + 2 * self.l2_shrinkage_regularization_strength * w - (now - before) / learning_rate * w
        l1, l2 = self.l1_regularization_strength, self.l2_regularization_strength + self.beta / (2 * learning_rate)
        w[...] = (linear.clip(-l1, l1) - linear) / (now / learning_rate + 2 * l2)


class ScheduleFreeAdamW(Optimizer):
    """Adam that needs no schedule: the weights are drawn to the average of all points it has been at.

    Gradients are taken at `w`, between the point `z` that Adam moves and the average `x` of all `z`.

    Source: Defazio et al., 2024, arXiv:2405.15682.

    Args:
        learning_rate: step size.
        beta_1: share of the average, against the moving point, in the weights.
        beta_2: how slowly the size of gradients is forgotten.
        epsilon: keeps the division finite.
        warmup_steps: steps in which the rate rises on a line.
        **shared: as for `Optimizer`.

    >>> from kerasteach import Variable
    >>> w = Variable([1.0, 1.0])
    >>> ScheduleFreeAdamW(0.1).apply([np.array([5.0, 0.01])], [w])
    >>> w.numpy().round(3)
    array([0.9, 0.9], dtype=float32)
    """

    slots = ("momentum", "velocity")

    @shared_settings
    def __init__(self, learning_rate=0.0025, beta_1=0.9, beta_2=0.999, epsilon=1e-8, warmup_steps=0, **shared):
        super().__init__(learning_rate, **shared)
        self._keep(locals())

    def slot_start(self, name, variable):
        return variable.numpy() if name == "momentum" else 0.0

    def formula(self, w, g, learning_rate, step, z, v):
        rate = learning_rate * min(1, step / self.warmup_steps) if self.warmup_steps > 0 else learning_rate
        x = (w - (1 - self.beta_1) * z) / self.beta_1
        v += (1 - self.beta_2) * (g * g - v)
        z -= rate * g / ((v / (1 - self.beta_2**step)) ** 0.5 + self.epsilon)
        x += (z - x) / step
        w[...] = (1 - self.beta_1) * z + self.beta_1 * x
