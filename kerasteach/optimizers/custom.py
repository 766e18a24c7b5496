"""What an optimizer written for Keras calls in its `build` and `update_step`."""

from .. import backend, config, initializers


class Custom:
    """Mixin: state made piece by piece, and changed by assignment."""

    def add_variable(self, shape, initializer="zeros", dtype=None, aggregation="none", layout=None, name=None):
        """Make a piece of state of your own."""
        near = self._variables[0] if self._variables else None
        return self._piece(shape, initializer, dtype or config.floatx(), name, near)

    def add_variable_from_reference(self, reference_variable, name=None, initializer="zeros"):
        """Make a piece of state of the shape and dtype of a weight."""
        v = reference_variable
        return self._piece(v.shape, initializer, v.dtype, f"{v.path.replace('/', '_')}_{name or 'var'}", v)

    def _piece(self, shape, initializer, dtype, name, near):
        home = near._backend.name if near is not None else None
        with backend.names.scope_of(self.name):
            start = initializers.get(initializer)
            return self._track(
                backend.Variable(start, shape=shape, dtype=dtype, trainable=False, name=name, backend=home)
            )

    def add_optimizer_variables(self, trainable_variables, name, initializer="zeros"):
        """Make a piece of state for each weight; for a list of names, a list for each name.

        Raises:
            ValueError: if there are not as many initializers as names.
        """
        if isinstance(name, str):
            return [self.add_variable_from_reference(v, name, initializer) for v in trainable_variables]
        starts = initializer if isinstance(initializer, (list, tuple)) else [initializer] * len(name)
        if len(starts) != len(name):
            raise ValueError(
                "The number of provided names must match the number of provided initializers. "
                f"Received name='{name}', initializer='{initializer}'"
            )
        made = [[self.add_variable_from_reference(v, n, s) for n, s in zip(name, starts)] for v in trainable_variables]
        return tuple([row[i] for row in made] for i in range(len(name)))

    def assign(self, variable, value):
        """Replace a variable's value."""
        variable.assign(value)

    def assign_add(self, variable, value):
        """Add to a variable."""
        variable.assign_add(value)

    def assign_sub(self, variable, value):
        """Subtract from a variable."""
        variable.assign_sub(value)
