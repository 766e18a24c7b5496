"""Small callbacks: a function at a hook; a stop at the first NaN."""

import math

from .callback import Callback


class LambdaCallback(Callback):
    """Functions as hooks.

    Args:
        on_epoch_begin, on_epoch_end: function(epoch, logs).
        on_train_begin, on_train_end: function(logs).
        on_train_batch_begin, on_train_batch_end: function(batch, logs).
        **kwargs: any other hook of Callback.

    >>> LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs)).on_epoch_end(0, {"loss": 1.0})
    0 {'loss': 1.0}
    """

    def __init__(
        self,
        on_epoch_begin=None,
        on_epoch_end=None,
        on_train_begin=None,
        on_train_end=None,
        on_train_batch_begin=None,
        on_train_batch_end=None,
        **kwargs,
    ):
        super().__init__()
        self.__dict__.update(kwargs)
        hooks = {
            "on_epoch_begin": on_epoch_begin, "on_epoch_end": on_epoch_end, "on_train_begin": on_train_begin,
            "on_train_end": on_train_end, "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
        }  # fmt: skip
        self.__dict__.update({name: hook for name, hook in hooks.items() if hook is not None})


class TerminateOnNaN(Callback):
    """Stops training when the loss is NaN or infinite.

    Args:
        raise_error: raise a RuntimeError instead of stopping quietly.

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    >>> model.compile(keras.optimizers.SGD(0.1), "mse")
    >>> x, y = np.ones((8, 2)), np.ones((8, 1))
    >>> model.fit(x, y * np.inf, epochs=3, verbose=0, callbacks=[TerminateOnNaN()]).epoch
    Batch 0: Invalid loss, terminating training
    [0]
    """

    def __init__(self, raise_error=False):
        super().__init__()
        self.raise_error = raise_error

    def on_batch_end(self, batch, logs=None):
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        if self.raise_error:
            raise RuntimeError(f"NaN or Inf loss encountered at batch {batch}. Loss value: {loss}")
        print(f"Batch {batch}: Invalid loss, terminating training")
        self.model.stop_training = True
