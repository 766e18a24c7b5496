"""The list that runs callbacks; hooks nobody overrides cost nothing."""

from .. import backend, tree
from .callback import Callback, History
from .progress import ProgbarLogger

_BATCH_HOOKS = [f"on_{kind}_batch_{when}" for kind in ("train", "test", "predict") for when in ("begin", "end")]
_HOOKS = [
    *_BATCH_HOOKS, "on_batch_begin", "on_batch_end", "on_train_begin", "on_train_end", "on_test_begin", "on_test_end",
    "on_predict_begin", "on_predict_end", "on_epoch_begin", "on_epoch_end",
]  # fmt: skip


class CallbackList(Callback):
    """Runs callbacks, in order; then a History and a progress bar.

    Args:
        callbacks: a callback or a list of them.
        add_history: whether to keep a History.
        add_progbar: whether to show progress.
        model: the model.
        **params: `verbose`, `epochs`, `steps`.

    Raises:
        TypeError, AttributeError: if there is something else than a callback in the list.

    >>> from kerasteach.callbacks import LambdaCallback
    >>> callbacks = CallbackList([LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs))])
    >>> callbacks.on_epoch_end(0, {"loss": np.float32(0.5)})
    0 {'loss': 0.5}
    """

    def __init__(self, callbacks=None, add_history=False, add_progbar=False, model=None, **params):
        super().__init__()
        self.callbacks = tree.flatten(callbacks) if callbacks else []
        for callback in self.callbacks:
            if isinstance(callback, type) or not hasattr(callback, "set_model"):
                kind = TypeError if isinstance(callback, type) else AttributeError  # what Keras stumbles over
                raise kind(
                    f"`callbacks` must hold keras.callbacks.Callback objects. Received: {callback!r}. "
                    "Fix: pass an instance, as in callbacks=[EarlyStopping()]."
                )
        self._history, self._progbar = self._find(History, add_history), self._find(ProgbarLogger, add_progbar)
        self.set_model(model)
        self.set_params(params)

    def _find(self, kind, needed):
        """The callback of a kind; made and put last if there is none and it is needed."""
        found = [c for c in self.callbacks if isinstance(c, kind)]
        if not found and needed:
            found = [kind()]
            self.callbacks += found
        return found[-1] if found else None

    def set_params(self, params):
        """Hand the settings of the run to all."""
        self.params = params
        for callback in self.callbacks if params else ():
            callback.set_params(params)
        self._sort()

    def set_model(self, model):
        """Hand the model to all."""
        if model is None:
            return
        self._model = model
        if self._history is not None:
            model.history = self._history
        for callback in self.callbacks:
            callback.set_model(model)

    def append(self, callback):
        """Add a callback."""
        self.callbacks.append(callback)
        self._sort()

    def _sort(self):
        """Note who listens to which hook; the progress bar is told of batches by `progress`."""
        self._by_hook = {hook: [c for c in self.callbacks if _overrides(c, hook)] for hook in _HOOKS}
        for hook in _BATCH_HOOKS:
            self._by_hook[hook] = [c for c in self._by_hook[hook] if c is not self._progbar]

    def wants(self, kind):
        """Whether anybody listens to single batches of `"train"`, `"test"` or `"predict"`."""
        return any(self._by_hook[f"on_{kind}_batch_{when}"] for when in ("begin", "end"))

    @property
    def wants_batches(self):
        """Whether anybody listens to single batches."""
        return any(map(self.wants, ("train", "test", "predict")))

    def progress(self, done, read_logs):
        """Show that so many steps are done; logs are read only if there is something to draw."""
        if self._progbar is not None:
            self._progbar.show(done, read_logs)

    def validating(self, steps):
        """Say that a validation begins, within an epoch, and how many steps it has; None if nobody knows."""
        if self._progbar is not None:
            self._progbar.validating(steps)

    def _run(self, hook, number, logs):
        logs = plain_logs(logs)
        for callback in self._by_hook[hook]:
            getattr(callback, hook)(*number, logs)


def plain_logs(logs):
    """A new dict of the metrics as Python numbers, sorted by name; dicts inside are laid flat.

    >>> plain_logs({"loss": np.float32(2), "a": {"mae": 1.0}})
    {'mae': 1.0, 'loss': 2.0}
    """
    numbers = {}
    for name in sorted(logs or {}):
        value = logs[name]
        if isinstance(value, dict):
            numbers |= plain_logs(value)
        else:
            numbers[name] = value if type(value) is float else _plain(value)
    return numbers


def _plain(value):
    """A number as a float, a tensor of several as an array, anything else as it is."""
    try:
        return float(backend.to_numpy(value) if hasattr(value, "shape") else value)
    except (TypeError, ValueError):
        return backend.to_numpy(value) if hasattr(value, "shape") else value


def _hook(name):
    def of_batch(self, batch, logs=None):
        self._run(name, (batch,), logs)
        if self._progbar is not None:
            getattr(self._progbar, name)(batch, logs)

    def of_epoch(self, epoch, logs=None):
        self._run(name, (epoch,), logs)

    def of_run(self, logs=None):
        self._run(name, (), logs)

    hook = of_batch if "batch" in name else of_epoch if "epoch" in name else of_run
    hook.__name__ = name
    hook.__doc__ = f"Run `{name}` of all callbacks that have one."
    return hook


for _name in _HOOKS:
    if _name not in CallbackList.__dict__:
        setattr(CallbackList, _name, _hook(_name))


def _overrides(callback, hook):
    """Whether a callback does something in a hook."""
    method = getattr(type(callback), hook, None)
    own = method is not None and method is not getattr(Callback, hook)
    if hook in ("on_train_batch_begin", "on_train_batch_end") and not own and method is not None:
        old_name = hook.replace("train_", "")
        return getattr(type(callback), old_name) is not getattr(Callback, old_name) or hook in vars(callback)
    return own or hook in vars(callback)
