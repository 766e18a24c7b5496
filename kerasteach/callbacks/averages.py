"""Judging the running average of the weights instead of the weights."""

from .callback import Callback


class SwapEMAWeights(Callback):
    """Puts the optimizer's running average of the weights into the model while it is judged.

    The optimizer needs `use_ema=True`. Weights and averages trade places before an evaluation or prediction, and back
    after it.

    Args:
        swap_on_epoch: whether they also trade places at the end of an epoch, for callbacks after this one, such as
            ModelCheckpoint, and back at the next epoch's begin.

    Raises:
        ValueError: if the optimizer keeps no averages.

    Source: https://keras.io/api/callbacks/swap_ema_weights/

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    >>> model.compile(keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9), "mse")
    >>> x, y = np.ones((8, 2)), np.ones((8, 1))
    >>> model.train_on_batch(x, y), model.train_on_batch(x, y)  # far from the average after two steps
    (..., ...)
    >>> plain = model.evaluate(x, y, verbose=0)
    >>> model.evaluate(x, y, verbose=0, callbacks=[SwapEMAWeights()]) > plain
    True
    """

    def __init__(self, swap_on_epoch=False):
        super().__init__()
        self.swap_on_epoch, self._swapped = swap_on_epoch, False

    def _pairs(self):
        optimizer = getattr(self.model.optimizer, "inner_optimizer", self.model.optimizer)
        if not getattr(optimizer, "use_ema", False) or not optimizer.built:
            raise ValueError(
                "SwapEMAWeights must be used when `use_ema=True` is set on the optimizer. "
                f"Received: use_ema={getattr(optimizer, 'use_ema', False)}\nFix: keras.optimizers.SGD(use_ema=True); and train first."
            )
        return list(zip(optimizer._variables, optimizer._averages))

    def _put(self, averages):
        """Have the averages, or the weights, in the model."""
        if averages == self._swapped:
            return
        for variable, average in self._pairs():
            kept = variable.numpy().copy()
            variable.assign(average.value)
            average.assign(kept)
        self._swapped = averages

    def on_epoch_begin(self, epoch, logs=None):
        if self.swap_on_epoch:
            self._put(False)

    def on_epoch_end(self, epoch, logs=None):
        if not self.swap_on_epoch:
            return
        self._put(True)
        if epoch == self.params["epochs"] - 1:  # nobody trades back after the last epoch
            for variable, average in self._pairs():
                average.assign(variable.value)

    def on_test_begin(self, logs=None):
        self._put(True)

    def on_test_end(self, logs=None):
        self._put(False)

    def on_predict_begin(self, logs=None):
        self._put(True)

    def on_predict_end(self, logs=None):
        self._put(False)
