"""Callbacks where many processes train one model: they run on rank 0, and what they decide holds for all."""

from ..backend.random_state import random_state, set_random_state
from ..backend.replicas import REPLICAS
from .callback_list import CallbackList, plain_logs

_FLAGS = "stop_training", "stop_evaluating", "stop_predicting", "_initial_epoch"
_WHERE_DRAWS_START = "on_train_begin", "on_epoch_begin", "on_test_begin", "on_predict_begin"


class Agreement:
    """What all processes have to have in common: weights, the optimizer's state, flags, where random numbers stand.

    Args:
        model: the model.
    """

    def __init__(self, model):
        self.model = model

    def variables(self):
        """Everything of the model that training reads or changes."""
        optimizer = self.model.optimizer
        return [*self.model.variables, *(optimizer.variables if optimizer is not None else [])]

    def stamp(self):
        """What differs once a variable was assigned."""
        return REPLICAS.engine.stamp(self.variables())

    def reach(self, everything=False, error=None, draws=False, logs=None):
        """Give all processes what rank 0 has, and return its logs.

        Args:
            everything: whether weights and state may differ.
            error: what was raised on rank 0.
            draws: whether random numbers may stand elsewhere.
            logs: metrics, as callbacks left them.
        """
        model, optimizer = self.model, self.model.optimizer
        said = REPLICAS.engine.tell({
            "flags": {name: getattr(model, name) for name in _FLAGS},
            "error": error if error is None else f"{type(error).__name__}: {error}",
            "everything": everything,
            "built": optimizer is not None and optimizer.built,
            "draws": random_state() if draws or everything else None,
            "logs": logs,
        })  # fmt: skip
        if error is not None:
            raise error
        if said["error"] is not None:
            raise RuntimeError(f"A callback failed on rank 0, where callbacks run; its output says where. {said['error']}")
        for name, value in said["flags"].items():
            setattr(model, name, value)
        if said["draws"] is not None:
            set_random_state(said["draws"])
        if said["built"] and not optimizer.built:
            optimizer.build(model.trainable_variables)
        if said["everything"]:
            REPLICAS.engine.copy(self.variables())
        return said["logs"]


class CallbacksOnRank0(CallbackList):
    """Runs callbacks on rank 0, which writes all files, and a History everywhere.

    After each hook the others take over what changed on rank 0: `stop_training`, the learning rate, weights, the epoch to
    start with. An error in a callback is raised everywhere, so that nobody waits for ever.
    """

    def __init__(self, callbacks=None, add_history=False, add_progbar=False, model=None, **params):
        REPLICAS.engine.need_torch(model)
        self._agreement, self._in_fit = Agreement(model), False
        super().__init__(callbacks, add_history, add_progbar and REPLICAS.rank == 0, model, **params)
        kinds = "train", "test", "predict"
        self._wanted = REPLICAS.engine.tell({kind: super(CallbacksOnRank0, self).wants(kind) for kind in kinds})
        if add_history:  # a `fit`
            REPLICAS.engine.backup = next((c.backup_dir for c in self.callbacks if hasattr(c, "backup_dir")), None)

    def wants(self, kind):
        """Whether anybody on rank 0 listens to single batches; all have to know, since they run the hooks together."""
        return self._wanted[kind]

    def progress(self, done, read_logs):
        """Show rank 0's part of the metrics while batches run: it asks nobody. Finished lines have all of them."""
        if self._progbar is not None:
            with REPLICAS.alone():
                super().progress(done, read_logs)

    def _run(self, hook, number, logs):
        starts = hook == "on_train_begin" or (hook in ("on_test_begin", "on_predict_begin") and not self._in_fit)
        self._in_fit = hook != "on_train_end" and (self._in_fit or hook == "on_train_begin")
        logs, error, changed = plain_logs(logs), None, starts
        if REPLICAS.rank == 0:
            before = self._agreement.stamp()
            try:
                with REPLICAS.alone():
                    for callback in self._by_hook[hook]:
                        getattr(callback, hook)(*number, logs)
            except BaseException as raised:
                error = raised
            changed = starts or before != self._agreement.stamp()
        ours = self._history in self._by_hook[hook]
        logs = self._agreement.reach(changed, error, hook in _WHERE_DRAWS_START, logs if ours else None)
        if ours and REPLICAS.rank:
            getattr(self._history, hook)(*number, logs)
