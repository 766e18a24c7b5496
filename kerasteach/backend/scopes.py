"""Two scopes that change what a variable's value is: one keeps writes to itself, one reads in another dtype."""

from ..ops.elementwise import cast
from .dtypes import is_float_dtype, standardize_dtype
from .modes import SCOPES
from .symbolic import dtype_name


class StatelessScope:
    """A `with` block in which no variable changes: what is assigned is kept here, and read from here.

    Args:
        state_mapping: pairs (variable, value) that hold inside, instead of the variables' own values.
        collect_losses: whether `add_loss` gives its losses to the scope.
        initialize_variables: kept for Keras's sake: variables made here have their value at once.

    Raises:
        ValueError: if a key is no variable, or a value has another shape than its variable.

    Source: https://keras.io/api/ (`keras.StatelessScope`)

    >>> from kerasteach import Variable
    >>> v = Variable([1.0, 2.0])
    >>> with StatelessScope([(v, np.array([5.0, 5.0]))]) as scope:
    ...     v.assign_add([1.0, 1.0])
    array([6., 6.], dtype=float32)
    >>> scope.get_current_value(v), v.numpy()
    (array([6., 6.], dtype=float32), array([1., 2.], dtype=float32))
    """

    def __init__(self, state_mapping=None, collect_losses=False, initialize_variables=True):
        self.collect_losses, self.initialize_variables = collect_losses, initialize_variables
        self.losses, self.state_mapping = [], {}
        self._owners, self._held = [], []  # the ids above stay theirs while we hold the variables
        for variable, value in state_mapping or []:
            self.state_mapping[id(variable)] = _as_value_of(variable, value)
            self._held.append(variable)

    def __enter__(self):
        self._outer, SCOPES.stateless = SCOPES.stateless, self
        return self

    def __exit__(self, *exc):
        SCOPES.stateless = self._outer

    def add_loss(self, loss):
        """Keep a loss."""
        self.add_loss_of(None, loss)

    def add_loss_of(self, layer, loss):
        """Keep a loss that a layer added."""
        self.losses.append(loss)
        self._owners.append(layer)

    def losses_of(self, layer):
        """Return the losses that a layer added in this scope."""
        return [loss for loss, owner in zip(self.losses, self._owners) if owner is layer]

    def add_update(self, update):
        """Keep the new value of a variable, given as a pair."""
        variable, value = update
        self.state_mapping[id(variable)] = value
        self._held.append(variable)

    def get_current_value(self, variable):
        """Return the value a variable has in this scope; None if it is the variable's own."""
        return self.state_mapping.get(id(variable))


def _as_value_of(variable, value):
    """A value as a tensor of the variable's backend and dtype; of its shape, or an error."""
    if not hasattr(variable, "assign_add"):
        raise ValueError(
            "Invalid reference variable in StatelessScope: all keys in argument `mapping` must be Variable instances. "
            f"Received instead: {variable}\nFix: pass pairs (variable, value), as zip(model.variables, values)."
        )
    value = as_tensor_of(variable, value)
    if tuple(value.shape) != variable.shape:
        raise ValueError(
            "Invalid variable value in StatelessScope: all values in argument `mapping` must be tensors with a shape "
            f"that matches the corresponding variable shape. For variable {variable.path} of shape {variable.shape}, "
            f"received a value of shape {tuple(value.shape)}.\nFix: keep the order of the variables."
        )
    return value


def as_tensor_of(variable, value):
    """`value` as a tensor of the variable's backend and dtype; gradients flow through."""
    value = value.value if hasattr(value, "assign_add") else value
    value = variable._backend.convert(value)
    return value if dtype_name(value.dtype) == variable._dtype else cast(value, dtype=variable._dtype)


class AutocastScope:
    """A `with` block in which float variables are read in `dtype`; `None` reads them as they are.

    >>> from kerasteach import Variable
    >>> v = Variable([1.0])
    >>> with AutocastScope("float16"):
    ...     v.value, v.dtype
    (array([1.], dtype=float16), 'float16')
    """

    def __init__(self, dtype):
        self.dtype = None if dtype is None else standardize_dtype(dtype)
        if self.dtype is not None and not is_float_dtype(self.dtype):
            raise ValueError(
                "`AutocastScope` can only be used with a floating-point target dtype, such as 'float16'. "
                f"Received: dtype={dtype}"
            )

    def __enter__(self):
        self._outer, SCOPES.autocast = SCOPES.autocast, self.dtype
        return self

    def __exit__(self, *exc):
        SCOPES.autocast = self._outer
