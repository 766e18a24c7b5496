"""The `metrics` given to `compile`, matched to the outputs of the model."""

import collections

from .. import metrics as m
from .. import tree
from ..backend.names import snake_case
from ..backend.replicas import REPLICAS
from .compile_loss import aligned, kind_of_target, output_names


class CompileMetrics(m.Metric):
    """Metrics per output, plain and weighted; together one metric whose result is a dict.

    Args:
        metrics: a list for all outputs, or a list of lists or a dict of them.
        weighted: the same, for metrics that use sample weights.
        output_names: names of the model's outputs, in order.

    Raises:
        ValueError: if a setting is neither a list nor a dict.
    """

    def __init__(self, metrics, weighted, output_names=None):
        super().__init__(name="compile_metrics")
        for what, given in (("metrics", metrics), ("weighted_metrics", weighted)):
            if given and not isinstance(given, (list, tuple, dict)):
                raise ValueError(
                    f"Expected `{what}` argument to be a list, tuple, or dict. Received instead: {what}={given} of type "
                    f"{type(given)}. Fix: {what}=[{given!r}]."
                )
        self.given, self.output_names = (metrics, weighted), output_names
        self.entries = None  # (output number, metric, weighted?, may it wait?)

    def build(self, y_true, y_pred):
        """Match metrics to outputs; `"accuracy"` becomes the kind that fits their shapes."""
        outputs = tree.flatten(y_pred)
        self.labels = output_names(y_pred, self.output_names)
        truths = aligned(y_true, y_pred, self.labels, "y")
        entries = []
        for setting, weighted in zip(self.given, (False, True)):
            for i, chosen in enumerate(_spread(setting, self.labels)):
                for metric in chosen:
                    metric = _make(metric, truths[i], outputs[i])
                    if metric is not None:
                        metric.to(self._backend.name)
                        metric.reset_state()  # an object may have served another model
                        entries.append((i, metric, weighted, metric.can_wait))
        self.entries = entries
        self.log_names = _log_names(entries, self.labels if len(outputs) > 1 else None)

    @property
    def metrics(self):
        """All metrics, in the order they were given."""
        return [metric for _, metric, *_ in self.entries or []]

    @property
    def variables(self):
        """The state of all metrics."""
        return [v for metric in self.metrics for v in metric.variables]

    def to(self, name):
        """Move the state to another backend."""
        super().to(name)
        for metric in self.metrics:
            metric.to(name)

    def reset_state(self):
        """Start again."""
        for metric in self.metrics:
            metric.reset_state()

    def result(self):
        """Return a dict of log names and results; empty before the first batch."""
        return {name: metric.result() for name, metric in zip(self.log_names, self.metrics)} if self.entries else {}

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Take in one batch."""
        if self.entries is None:
            self.build(y_true, y_pred)
        if not isinstance(y_pred, (list, tuple, dict)) and not isinstance(y_true, (list, tuple, dict)):
            outputs, truths, weights = [y_pred], [y_true], [sample_weight]  # one output, the usual case
            return self._update(truths, outputs, weights)
        outputs = tree.flatten(y_pred)
        truths = aligned(y_true, y_pred, self.labels, "y")
        weights = aligned(sample_weight, y_pred, self.labels, "sample_weight")
        self._update(truths, outputs, weights)

    @property
    def added_up(self):
        """State that, with many processes, is of each one's samples: the sum is the state of all samples."""
        return [v for _, metric, _, joins in self.entries or [] if joins for v in metric.variables]

    def _update(self, truths, outputs, weights):
        for i, metric, weighted, can_wait in self.entries:
            truth, output, weight = truths[i], outputs[i], weights[i]
            if REPLICAS.on:  # a metric that may look at all samples together gets them; states of the others add up
                truth, output, weight = map(REPLICAS.counted if can_wait else REPLICAS.all_rows, (truth, output, weight))
            if weighted and weight is not None:
                metric.update_state(truth, output, weight)
            elif can_wait:
                metric.put_off(truth, output)
            else:
                metric.update_state(truth, output)


def _log_names(entries, labels):
    """Names for logs: after the output if there are several; told apart by `weighted_` and numbers."""
    names, counts = [], collections.Counter()
    for i, metric, weighted, _ in entries:
        start = f"{labels[i]}_" if labels else ""
        name = f"{start}{metric.name}"
        if weighted and counts[name]:
            name = f"{start}weighted_{metric.name}"
        counts[name] += 1
        names.append(name if counts[name] == 1 else f"{name}_{counts[name] - 1}")
    return names


def _spread(setting, names):
    """A list of metrics for each output."""
    if not setting:
        return [[] for _ in names]
    if isinstance(setting, dict):
        unknown = set(setting) - set(names)
        if unknown:
            raise ValueError(
                f"In the dict argument `metrics`, key(s) {sorted(unknown)} do not correspond to any model output. "
                f"Outputs: {names}"
            )
        return [_listed(setting.get(name)) for name in names]
    setting = _listed(setting)
    if len(names) > 1 and len(setting) == len(names):
        return [_listed(item) for item in setting]
    if len(names) > 1 and any(isinstance(item, (list, tuple)) for item in setting):
        raise ValueError(f"`metrics` has {len(setting)} entries for {len(names)} outputs ({', '.join(names)}).")
    if len(names) > 1:
        raise ValueError(
            f"For a model with multiple outputs, when providing the `metrics` argument as a list, it should have as "
            f"many entries as the model has outputs. Received: metrics={setting} of length {len(setting)} whereas the "
            f"model has {len(names)} outputs."
        )
    return [[metric for item in setting for metric in _listed(item)]]


def _listed(x):
    return [] if x is None else list(x) if isinstance(x, (list, tuple)) else [x]


def _make(metric, y_true, y_pred):
    """A metric object from a name, class, function or object."""
    if metric is None:
        return None
    name = metric if isinstance(metric, str) else None
    if name is not None and name.lower() in ("accuracy", "acc"):
        found = _by_shape(y_true, y_pred)()
    else:
        found = m.get(metric)
    if not isinstance(found, m.Metric):
        found = m.MeanMetricWrapper(found, name=snake_case(getattr(found, "__name__", type(found).__name__)))
    if name is not None:
        found.name = name
    return found


def _by_shape(y_true, y_pred):
    """The accuracy that fits: of one output, of class numbers, or of one-hot vectors."""
    kind = kind_of_target(y_true, y_pred)
    return {"binary": m.BinaryAccuracy, "sparse": m.SparseCategoricalAccuracy}.get(kind, m.CategoricalAccuracy)
