"""Which function runs a step: the library's quick one, or what the user wrote."""

from .. import backend, config, tree
from ..backend.replicas import REPLICAS
from .data import unpack_x_y_sample_weight


class StepFunctions:
    """The functions that the loops call on each batch, and what has to exist before the first."""

    train_function = test_function = predict_function = None
    _sample_due = True  # no batch was seen since `compile`

    def make_train_function(self, force=False):
        """Return the function that `fit` calls on each batch."""
        if self.train_function is None or force:
            # A custom train_step says itself what to log; ours is read only when someone looks.
            custom = type(self).train_step is not _base(type(self), "train_step")
            self.train_function = self.train_step if custom else self._train_on
        return self.train_function

    def make_test_function(self, force=False):
        """Return the function that `evaluate` calls on each batch."""
        if self.test_function is None or force:
            custom = type(self).test_step is not _base(type(self), "test_step")
            self.test_function = self.test_step if custom else self._test_on
        return self.test_function

    def make_predict_function(self, force=False):
        """Return the function that `predict` calls on each batch."""
        if self.predict_function is None or force:
            custom = type(self).predict_step is not _base(type(self), "predict_step")
            self.predict_function = self.predict_step if custom else self._predict_on
        if REPLICAS.on:  # every process gets the predictions of all
            return lambda data: REPLICAS.all_rows(self.predict_function(data))
        return self.predict_function

    def _clear_functions(self):
        self.train_function = self.test_function = self.predict_function = None
        self._sample_due = True

    def _symbolic_build(self, data):
        """Make all weights before the first step, so that the optimizer sees every one."""
        self._sample_due = False
        if self._is_fully_built():
            return
        x, _, _ = unpack_x_y_sample_weight(data)
        symbolic = tree.map_structure(
            lambda a: backend.KerasTensor((None, *a.shape[1:]), self._input_dtype(a)), x
        )  # the batch stays open: (None, ...)
        self(symbolic)

    def _input_dtype(self, array):
        name = backend.dtype_name(array.dtype)
        return config.floatx() if "float" in name else name

    def _is_fully_built(self):
        return all(layer.built for layer in self._flatten_layers())


def _base(cls, name):
    """The method as `Trainer` defines it, below any override."""
    return next(base.__dict__[name] for base in reversed(cls.__mro__) if name in base.__dict__)
