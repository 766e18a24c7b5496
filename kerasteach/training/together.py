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
    own = None if told is None else plain_logs(model.get_metrics_result())
    with StatelessScope(zip(state, REPLICAS.engine.sum([v._value for v in state]))):
        known = plain_logs(model.get_metrics_result())
    return known if told is None else _mean_of(plain_logs(told), own, known)


def _mean_of(told, own, known):
    """What a custom step returned: the metric of all where it is a metric's result, else the mean over the processes."""
    numbers = {name: value for name, value in told.items() if isinstance(value, float)}
    is_metric = [float(own.get(name) == value) for name, value in numbers.items()]
    means = REPLICAS.engine.mean_of_numbers([*numbers.values(), *is_metric])
    for name, mean, agreed in zip(numbers, means, means[len(numbers) :]):
        told[name] = known[name] if agreed == 1 else mean
    return told


def _added_up(model):
    """The variables of metrics that hold each process's own samples."""
    compiled = model._compile_metrics
    others = [v for metric in model.metrics if metric is not compiled for v in metric.variables]
    return others if compiled is None else [*others, *compiled.added_up]


def agree_once(model):
    """Before a batch by hand: give all processes rank 0's weights, unless they had these already."""
    if REPLICAS.on:
        REPLICAS.engine.need_torch(model)
        weights = [id(v._value) for v in model.variables]
        if weights != getattr(model, "_agreed_on", None):
            Agreement(model).reach(everything=True)
            model._agreed_on = weights
