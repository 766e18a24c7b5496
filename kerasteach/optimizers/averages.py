"""The running average of the weights: smoother than the weights, and often better."""


class Averages:
    """Mixin: averages beside the weights, if `use_ema` is set."""

    def _average(self):
        """Move the running averages towards the weights; they start as the weights after the first step."""
        step = int(self.iterations) + 1
        share = 1.0 if step == 1 else 1 - self.ema_momentum
        for average, variable in zip(self._averages, self._variables):
            average._value += share * (variable._value - average._value)
        if self.ema_overwrite_frequency and step % self.ema_overwrite_frequency == 0:
            self.finalize_variable_values(self._variables)

    def finalize_variable_values(self, var_list):
        """Replace weights by their running average; `fit` calls it at the end.

        Raises:
            ValueError: if these are not the variables it was built with.
        """
        if not self.use_ema:
            return
        if len(var_list) != len(self._averages):
            raise ValueError(
                f"The length of model variables ({len(var_list)}) to override does not match the length of model variables "
                f"stored in the optimizer ({len(self._averages)}). Please check if the optimizer was called on your model."
            )
        for variable in var_list:
            variable.assign(self._averages[self._get_variable_index(variable)].value)
