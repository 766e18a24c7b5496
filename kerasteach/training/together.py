"""What many processes that train one model read and hold in common. Alone, nothing here does anything."""

from ..backend.replicas import REPLICAS
from ..backend.scopes import StatelessScope
from ..callbacks.callback_list import plain_logs
from ..callbacks.rank_0 import Agreement


def metrics_of_all(model, told=None):
    """Return the metrics over the samples of all processes, as plain numbers.

    The state of a metric is added up before its result is read, so that an AUC is that of all samples and not a mean of
    AUCs.

    Args:
        model: the model.
        told: what a custom step returned, if it did; what is no metric in it is averaged.

    Raises:
        ValueError: if that is no dict.
    """
    if told is not None and not isinstance(told, dict):
        raise ValueError(f"`train_step` must return a dict of metrics. Received: {type(told).__name__}")
    state = _added_up(model)
    with StatelessScope(zip(state, REPLICAS.engine.sum([v._value for v in state]))):
        known = plain_logs(model.get_metrics_result())
    if told is None:
        return known
    told = plain_logs(told)
    means = REPLICAS.engine.mean_of_numbers([told[name] for name in told if name not in known])
    return {name: known[name] if name in known else means.pop(0) for name in told}


def _added_up(model):
    """The variables of metrics that hold each process's own samples."""
    compiled = model._compile_metrics
    others = [v for metric in model.metrics if metric is not compiled for v in metric.variables]
    return others if compiled is None else [*others, *compiled.added_up]


def agree_once(model):
    """Before a batch by hand: give all processes rank 0's weights, unless they had these already."""
    if REPLICAS.on:
        weights = [id(v._value) for v in model.variables]
        if weights != getattr(model, "_agreed_on", None):
            Agreement(model).reach(everything=True)
            model._agreed_on = weights
