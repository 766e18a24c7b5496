"""An optimizer's state taken out and put back: weights, files, and steps without a trace."""

import warnings

import numpy as np

from .. import backend


class Snapshot:
    """Mixin: the state as arrays."""

    def set_weights(self, weights):
        """Set the state from arrays, in the order of `variables`.

        Raises:
            ValueError: before the state exists, or if a shape differs.
        """
        if not self.built:
            raise ValueError(
                "You are calling `set_weights()` on an optimizer that has not yet been built. Please call "
                "`optimizer.build(trainable_variables)` to create the optimizer weights before calling `set_weights()`."
            )
        for variable, weight in zip(self.variables, weights):
            if variable.shape != tuple(np.shape(weight)):
                raise ValueError(
                    f"Optimizer variable {variable.path} has shape {variable.shape} not compatible with provided weight "
                    f"shape {np.shape(weight)}."
                )
        for variable, weight in zip(self.variables, weights):
            variable.assign(weight)

    def save_own_variables(self, store):
        """Put the state into a mapping of number to array."""
        for i, variable in enumerate(self.variables):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store):
        """Take the state from a mapping; warn and take nothing if the counts differ."""
        if len(store.keys()) != len(self.variables):
            warnings.warn(
                f"Skipping variable loading for optimizer '{self.name}', because it has {len(self.variables)} variables "
                f"whereas the saved optimizer has {len(store.keys())} variables. ",
                stacklevel=2,
            )
            return
        for i, variable in enumerate(self.variables):
            variable.assign(np.asarray(store[str(i)]))

    def stateless_apply(self, optimizer_variables, grads, trainable_variables):
        """Make one step from given values, and leave weights and state as they were.

        Args:
            optimizer_variables: values for `variables`, in that order.
            grads: gradients of the weights.
            trainable_variables: values for the weights the optimizer was built with.

        Returns:
            (new values of the weights, new values of the state).

        Raises:
            ValueError: before the state exists, or if the counts differ.

        >>> from kerasteach import Variable, optimizers
        >>> w = Variable([1.0, 2.0])
        >>> optimizer = optimizers.SGD(0.5)
        >>> optimizer.build([w])
        >>> values, state = optimizer.stateless_apply(optimizer.variables, [np.ones(2)], [w.value])
        >>> values[0], w.numpy()
        (array([0.5, 1.5], dtype=float32), array([1., 2.], dtype=float32))
        """
        kind = type(self).__name__
        if not self.built:
            raise ValueError(
                f"To call `stateless_apply`, {kind} must be built (i.e. its variables must have been created). You can build "
                "it via `optimizer.build(trainable_variables)`."
            )
        _check_count("optimizer_variables", optimizer_variables, self.variables, f"{kind}().variables")
        _check_count("trainable_variables", trainable_variables, self._variables, "the variables it was built with")
        given = [*trainable_variables, *optimizer_variables]
        given = [_copy(v) for v in given]  # they may be the very storage that is written to
        mine = self._variables + self.variables
        before = [_copy(v) for v in mine]
        try:
            _assign(mine, given)
            self.apply(grads)
            after = [v._backend.convert(_copy(v)) for v in mine]
        finally:
            _assign(mine, before)
        return after[: len(self._variables)], after[len(self._variables) :]


def _check_count(argument, given, expected, whose):
    if len(given) != len(expected):
        raise ValueError(
            f"Argument `{argument}` must be a list of tensors corresponding 1:1 to {whose}. Received list with length "
            f"{len(given)}, but expected {len(expected)} variables."
        )


def _copy(value):
    return backend.to_numpy(value).copy()


def _assign(variables, values):
    for variable, value in zip(variables, values):
        variable.assign(value)
