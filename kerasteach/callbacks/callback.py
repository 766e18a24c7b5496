"""The base of callbacks, the list that runs them, and History."""

from .progress import Progress

_BATCH_HOOKS = (
    "on_train_batch_begin", "on_train_batch_end", "on_test_batch_begin", "on_test_batch_end",
    "on_predict_batch_begin", "on_predict_batch_end", "on_batch_begin", "on_batch_end",
)  # fmt: skip
_HOOKS = (
    *_BATCH_HOOKS, "on_train_begin", "on_train_end", "on_test_begin", "on_test_end", "on_predict_begin",
    "on_predict_end", "on_epoch_begin", "on_epoch_end",
)  # fmt: skip


class Callback:
    """Base of all callbacks: override the hooks you need.

    Attributes:
        model: the model in training.
        params: dict with `verbose`, `epochs` and `steps`.
    """

    def __init__(self):
        self.params, self._model = None, None

    @property
    def model(self):
        """The model in training."""
        return self._model

    def set_params(self, params):
        """Take the settings of the run."""
        self.params = params

    def set_model(self, model):
        """Take the model."""
        self._model = model

    def on_batch_begin(self, batch, logs=None):
        """Another name of `on_train_batch_begin`."""

    def on_batch_end(self, batch, logs=None):
        """Another name of `on_train_batch_end`."""

    def on_epoch_begin(self, epoch, logs=None):
        """Called before an epoch; epochs count from 0."""

    def on_epoch_end(self, epoch, logs=None):
        """Called after an epoch and its validation; `logs` has the metrics."""

    def on_train_batch_begin(self, batch, logs=None):
        """Called before a training step."""
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch, logs=None):
        """Called after a training step; `logs` has the means over the epoch so far."""
        self.on_batch_end(batch, logs=logs)

    def on_test_batch_begin(self, batch, logs=None):
        """Called before a test step."""

    def on_test_batch_end(self, batch, logs=None):
        """Called after a test step."""

    def on_predict_batch_begin(self, batch, logs=None):
        """Called before a prediction step."""

    def on_predict_batch_end(self, batch, logs=None):
        """Called after a prediction step; `logs` has the outputs."""

    def on_train_begin(self, logs=None):
        """Called before training."""

    def on_train_end(self, logs=None):
        """Called after training."""

    def on_test_begin(self, logs=None):
        """Called before an evaluation or validation."""

    def on_test_end(self, logs=None):
        """Called after an evaluation or validation."""

    def on_predict_begin(self, logs=None):
        """Called before a prediction."""

    def on_predict_end(self, logs=None):
        """Called after a prediction."""


class History(Callback):
    """Keeps the logs of every epoch; `fit` returns one.

    Attributes:
        epoch: numbers of the epochs.
        history: dict of metric name -> list with one number an epoch.
    """

    def __init__(self):
        super().__init__()
        self.history = {}

    def on_train_begin(self, logs=None):
        self.epoch = []

    def on_epoch_end(self, epoch, logs=None):
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
        self.model.history = self

    def __repr__(self):
        last = ", ".join(f"{name}: {values[-1]:.4g}" for name, values in self.history.items())
        return f"<History of {len(self.epoch)} epochs; last {last or 'nothing'}>"


class CallbackList:
    """Runs callbacks, a History and a progress bar; hooks nobody overrides cost nothing.

    Args:
        callbacks: a callback or a list of them.
        add_history: whether to keep a History.
        add_progbar: whether to show progress.
        model: the model.
        **params: `verbose`, `epochs`, `steps`.
    """

    def __init__(self, callbacks=None, add_history=False, add_progbar=False, model=None, **params):
        self.callbacks = list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks] if callbacks else []
        self.params, self._model = params, model
        for callback in self.callbacks:
            if isinstance(callback, type) or not hasattr(callback, "set_model"):
                kind = TypeError if isinstance(callback, type) else AttributeError  # what Keras stumbles over
                raise kind(
                    f"`callbacks` must hold keras.callbacks.Callback objects. Received: {callback!r}. "
                    "Fix: pass an instance, as in callbacks=[EarlyStopping()]."
                )
        if add_history and not any(isinstance(c, History) for c in self.callbacks):
            self.callbacks.append(History())
        if add_history:
            model.history = next(c for c in self.callbacks if isinstance(c, History))
        self._progress = Progress(params) if add_progbar else None
        for callback in self.callbacks:
            callback.set_params(params)
            callback.set_model(model)
        self._by_hook = {hook: [c for c in self.callbacks if _overrides(c, hook)] for hook in _HOOKS}
        self.wants_batches = any(self._by_hook[hook] for hook in _BATCH_HOOKS)
        self.training = False

    def append(self, callback):
        """Add a callback."""
        self.__init__([*self.callbacks, callback], model=self._model, **self.params)

    def _run(self, hook, *args):
        for callback in self._by_hook[hook]:
            getattr(callback, hook)(*args)

    def on_train_begin(self, logs=None):
        """Start training."""
        self.training = True
        self._run("on_train_begin", logs or {})

    def on_train_end(self, logs=None):
        """End training."""
        self._run("on_train_end", logs)
        self.training = False
        if self._progress:
            self._progress.close()

    def on_epoch_begin(self, epoch, logs=None):
        """Start an epoch."""
        if self._progress:
            self._progress.start(epoch)
        self._run("on_epoch_begin", epoch, logs or {})

    def on_epoch_end(self, epoch, logs=None):
        """End an epoch."""
        if self._progress:
            self._progress.end(logs)
        self._run("on_epoch_end", epoch, logs)

    def progress(self, done, read_logs):
        """Show that so many steps are done; logs are read only if there is something to draw."""
        if self._progress:
            self._progress.update(done, read_logs)

    def finish(self, logs):
        """End the progress bar of an evaluation or prediction."""
        if self._progress:
            self._progress.end(logs)
            self._progress.close()


def _hook(name):
    has_number = "batch" in name

    def hook(self, *args):
        args = args if len(args) > has_number else (*args, {})
        self._run(name, *args)

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
