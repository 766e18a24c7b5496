"""How steps are run over batches: the hooks around them, the progress, the logs; and what the first batch tells."""

from .. import config
from ..backend.replicas import REPLICAS
from ..callbacks import CallbackList
from ..callbacks.callback_list import plain_logs
from ..callbacks.rank_0 import CallbacksOnRank0
from .data import Epochs, make_source, unpack_x_y_sample_weight
from .functions import StepFunctions
from .observing import step_observed
from .together import metrics_of_all


class Running(StepFunctions):
    """What `fit`, `evaluate` and `predict` have in common."""

    optimizer = None
    loss = None
    compiled = False
    stop_training = stop_evaluating = stop_predicting = False
    history = None
    run_eagerly = False
    jit_compile = "auto"
    steps_per_execution = 1
    _initial_epoch = None
    _observers = ()  # who is told of training steps
    _compile_loss = _compile_metrics = _loss_tracker = None

    def _steps(self, kind, batches, function, run, logs, shown):
        """Run a function on each batch, and the callbacks around every group of batches; yield what it returns.

        Args:
            kind: `"train"`, `"test"` or `"predict"`.
            batches: the batches of an epoch.
            function: what to do with a batch.
            run: the CallbackList.
            logs: function(result) -> what the hook at the end of a group gets.
            shown: function() -> the metrics that the progress bar shows.
        """
        wanted, every = run.wants(kind), self.steps_per_execution
        begin, end = getattr(run, f"on_{kind}_batch_begin"), getattr(run, f"on_{kind}_batch_end")
        done, result = 0, None
        for done, data in enumerate(batches, 1):
            if wanted and (done - 1) % every == 0:
                begin(done - 1)
            observed = self._observers and kind != "predict"
            result = step_observed(self, function, data, kind) if observed else function(data)
            if not wanted:
                run.progress(done, shown)
            elif done % every == 0:
                end(done - 1, logs(result))
            yield result
        if wanted and done % every:
            end(done - done % every + every - 1, logs(result))  # a last group that is not full

    def _logs(self, result=None):
        """Metrics as plain numbers; a custom `train_step` says which, else all there are."""
        if REPLICAS.on:
            return metrics_of_all(self, result)
        logs = self.get_metrics_result() if result is None else result
        if not isinstance(logs, dict):
            raise ValueError(f"`train_step` must return a dict of metrics. Received: {type(logs).__name__}")
        return plain_logs(logs)

    _as_numbers = _logs

    def _callbacks(self, callbacks, verbose, epochs, data, add_history=False):
        """The callbacks of a run; a list that the user made runs as it is."""
        if isinstance(callbacks, CallbackList):
            if not REPLICAS.on or isinstance(callbacks, CallbacksOnRank0):
                return callbacks
            callbacks = callbacks.callbacks
        if verbose == "auto":
            verbose = 1 if config.is_interactive_logging_enabled() else 2
        return (CallbacksOnRank0 if REPLICAS.on else CallbackList)(
            callbacks, add_history=add_history, add_progbar=verbose != 0, model=self, verbose=int(verbose),
            epochs=epochs, steps=data.num_batches,
        )  # fmt: skip

    def _validation(self, data, batch_size, steps):
        """The batches to validate on; None if there are none."""
        if data is None:
            return None
        data = unpack_x_y_sample_weight(data)
        return Epochs(make_source(*data, batch_size, steps=steps), steps, self.steps_per_execution)

    def _build_from(self, data):
        """Start at the first batch; after `compile`, or before there are weights, it is looked at first."""
        judged = self._compile_loss is not None or self._compile_metrics is not None
        if (self._sample_due and judged) or not self._is_fully_built():
            data.source.on_epoch_begin()
            self._symbolic_build(data.source.sample())
        data.reset()
