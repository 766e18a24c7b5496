"""A layer as a pure function: weights go in as arguments, and what would have changed comes out."""

from ..backend.scopes import StatelessScope


class Stateless:
    """Mixin: calls without side effects."""

    def stateless_call(self, trainable_variables, non_trainable_variables, *args, return_losses=False, **kwargs):
        """Call the layer with other weights than its own; nothing in the layer changes.

        Args:
            trainable_variables: values, one for each of `self.trainable_variables`.
            non_trainable_variables: values, one for each of `self.non_trainable_variables`.
            *args, **kwargs: what the layer is called on.
            return_losses: whether to return what `add_loss` got and the prices of regularized weights too.

        Returns:
            (outputs, new values of the non-trainable variables), and with `return_losses` the list of losses.

        Raises:
            ValueError: if the layer is not built, or a count or shape differs.

        >>> import kerasteach as keras
        >>> layer = keras.layers.Dense(1, use_bias=False)
        >>> layer.build((None, 1))
        >>> layer.stateless_call([np.array([[3.0]])], [], np.array([[2.0]]))
        (array([[6.]], dtype=float32), [])
        """
        if not self.built:
            raise ValueError(
                f"To call stateless_call, {type(self).__name__} must be built (i.e. its variables must have been already "
                "created). You can build it by calling it on some data."
            )
        own = {"trainable_variables": trainable_variables, "non_trainable_variables": non_trainable_variables}
        with StatelessScope(self._mapping(own), collect_losses=return_losses) as scope:
            outputs = self(*args, **kwargs)
            losses = self.losses if return_losses else None
        after = held(scope, self.non_trainable_variables)
        return (outputs, after, losses) if return_losses else (outputs, after)

    def _mapping(self, given):
        """Pairs (variable, value) for dict entries of list name -> values, checked for length."""
        pairs = []
        for name, values in given.items():
            variables, values = getattr(self, name), list(values)
            if len(values) != len(variables):
                raise ValueError(
                    f"Argument `{name}` must be a list of tensors corresponding 1:1 to {type(self).__name__}().{name}. "
                    f"Received list with length {len(values)}, but expected {len(variables)} variables: "
                    f"{[v.path for v in variables]}."
                )
            pairs += zip(variables, values)
        return pairs


def held(scope, variables):
    """The values that variables have in a scope."""
    return [scope.get_current_value(v) for v in variables]
