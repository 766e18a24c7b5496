"""What `compile` sets up; metrics; batches by hand."""

import warnings

from .. import backend, errors, optimizers, tree
from ..backend.replicas import REPLICAS
from ..backend.scopes import StatelessScope
from ..layers.stateless import held
from .compile_loss import CompileLoss
from .compile_metrics import CompileMetrics
from .data import as_arrays, class_weight_to_sample_weights, pack, row_count
from .loop import Loop
from .loss_tracker import LossTracker
from .observing import step_observed
from .steps import Steps, bring_home
from .together import agree_once


class Trainer(Steps, Loop):
    """The training half of a model; `Loop` runs these steps over data."""

    def compile(
        self,
        optimizer="rmsprop",
        loss=None,
        loss_weights=None,
        metrics=None,
        weighted_metrics=None,
        run_eagerly=False,
        steps_per_execution=1,
        jit_compile="auto",
        auto_scale_loss=True,
    ):
        """Say how to train.

        Args:
            optimizer: name or object.
            loss: name, function or object; a list or dict of them for several outputs.
            loss_weights: factors on the losses of several outputs, as a list or dict.
            metrics: list of names, functions or objects; per output as a list of lists or dict.
            weighted_metrics: the same, for metrics that use sample weights.
            run_eagerly: whether to run every step op by op, never as a program.
            steps_per_execution: batches between two calls of the callbacks' batch hooks.
            jit_compile: whether a model on Torch has its whole step compiled, update and all. That takes 10 to 30 seconds
                and a C++ compiler, and makes steps of small models 2 to 3 times as fast; large ones gain little. `"auto"`
                does so for small models after 50,000 steps: a lesson is over before it would pay.
            auto_scale_loss: whether a model of policy `"mixed_float16"` gets a `LossScaleOptimizer` around its optimizer.
        """
        if jit_compile is True and run_eagerly:
            warnings.warn("If `run_eagerly` is True, then `jit_compile` cannot also be True. Disabling `jit_compile`.", stacklevel=2)
            jit_compile = False
        if jit_compile is True and self._backend.compiler is None:
            warnings.warn(
                "`jit_compile=True` has no effect on the NumPy backend, where a step is one plain function already. "
                'Fix: model.to("torch"), or leave jit_compile out.',
                stacklevel=2,
            )
        optimizer = optimizers.get(optimizer)
        self.optimizer = optimizer
        small_gradients_vanish = optimizer is not None and self.dtype_policy.name == "mixed_float16"
        if auto_scale_loss and small_gradients_vanish and not isinstance(optimizer, optimizers.LossScaleOptimizer):
            self.optimizer = optimizers.LossScaleOptimizer(optimizer, name="loss_scale_optimizer")
        names = getattr(self, "output_names", None)
        self._compile_loss = None if loss is None else CompileLoss(loss, loss_weights, names)
        none = metrics is None and weighted_metrics is None
        self._compile_metrics = None if none else bring_home(CompileMetrics(metrics, weighted_metrics, names), self._backend)
        self._loss_tracker = bring_home(LossTracker(), self._backend)
        self.loss, self.loss_weights = loss, loss_weights
        self.run_eagerly, self.jit_compile, self.steps_per_execution = run_eagerly, jit_compile, steps_per_execution
        self.stop_training = False
        self.compiled = True
        self._compile_arguments = {
            "optimizer": optimizer, "loss": loss, "loss_weights": loss_weights, "metrics": metrics,
            "weighted_metrics": weighted_metrics, "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution, "jit_compile": jit_compile,
        }  # fmt: skip
        self._clear_functions()

    def get_compile_config(self):
        """Return the arguments of `compile`, as saved files hold them; `{}` if not compiled."""
        if not self.compiled:
            return {}
        from ..saving.serialize import serialize_keras_object

        return {key: serialize_keras_object(value) for key, value in self._compile_arguments.items()}

    def compile_from_config(self, config):
        """Call `compile` with saved arguments."""
        from ..saving.serialize import deserialize_keras_object

        self.compile(**deserialize_keras_object(config))
        if self.built:
            self.optimizer.build(self.trainable_variables)

    def __getstate__(self):
        """What a copy is made of; what steps were written as is written anew."""
        functions = ("train_function", "test_function", "predict_function", "_last_structure", "_fixed_structure")
        return {**vars(self), **dict.fromkeys(functions), "_observers": ()}

    # Metrics

    @property
    def metrics(self):
        """The loss, the compiled metrics as one, the losses of several outputs, and those that layers own."""
        found = [metric for metric in (self._loss_tracker, self._compile_metrics) if metric is not None]
        found += self._compile_loss.trackers if self._compile_loss is not None else []
        found += self._structure().metrics
        return list({id(metric): metric for metric in found}.values())

    @property
    def metrics_names(self):
        """Names of `metrics`; the names in logs are the keys of `evaluate(..., return_dict=True)`."""
        return [metric.name for metric in self.metrics]

    def reset_metrics(self):
        """Start all metrics again."""
        for metric in self.metrics:
            metric.reset_state()

    def get_metrics_result(self):
        """Return the metrics so far as a dict; values may still be tensors."""
        results = {}
        for metric in self.metrics:
            result = metric.result()
            results.update(result if isinstance(result, dict) else {metric.name: result})
        return results

    def stateless_compute_loss(
        self,
        trainable_variables,
        non_trainable_variables,
        metrics_variables,
        x=None,
        y=None,
        y_pred=None,
        sample_weight=None,
        training=True,
    ):
        """Return the loss for other weights and metrics than the model's own; nothing in the model changes.

        Returns:
            (loss, (trainable, non-trainable, metrics variables)): the values after it.
        """
        given = {
            "trainable_variables": trainable_variables, "non_trainable_variables": non_trainable_variables,
            "metrics_variables": metrics_variables,
        }  # fmt: skip
        with StatelessScope(self._mapping(given)) as scope:
            loss = self.compute_loss(x, y, y_pred, sample_weight, training)
        after = [held(scope, variables) for variables in (self.non_trainable_variables, self.metrics_variables)]
        return loss, (trainable_variables, *after)

    @property
    def metrics_variables(self):
        """Variables of all metrics."""
        return [variable for metric in self.metrics for variable in metric.variables]

    # One batch by hand

    @errors.door
    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None, return_dict=False):
        """Train on one batch; return the loss, or the list of loss and metrics.

        Args:
            x, y, sample_weight: the batch.
            class_weight: dict of class number -> weight.
            return_dict: return a dict instead.
        """
        with errors.COACHED:
            self._assert_compile_called("train_on_batch")
            data = self._one_batch(x, y, sample_weight, class_weight)
            function = self.make_train_function()
            if self._observers:
                return self._run_one(lambda data: step_observed(self, function, data), data, return_dict)
            return self._run_one(function, data, return_dict)

    @errors.door
    def test_on_batch(self, x, y=None, sample_weight=None, return_dict=False):
        """Judge one batch; return the loss, or the list of loss and metrics."""
        with errors.COACHED:
            self._assert_compile_called("test_on_batch")
            data = self._one_batch(x, y, sample_weight, None)
            return self._run_one(self.make_test_function(), data, return_dict)

    def _run_one(self, function, data, return_dict):
        self._symbolic_build(data)
        agree_once(self)
        try:
            with self._fixed():
                self.reset_metrics()
                return self._result(self._as_numbers(function(data)), return_dict)
        finally:
            REPLICAS.take(None)

    @errors.door
    def predict_on_batch(self, x):
        """Return the predictions for one batch, as NumPy arrays."""
        with errors.COACHED:
            data = self._one_batch(x, None, None, None)
            agree_once(self)
            try:
                return tree.map_structure(backend.to_numpy, self.make_predict_function()(data))
            finally:
                REPLICAS.take(None)

    def _one_batch(self, x, y, sample_weight, class_weight):
        x, y = as_arrays(x, "x"), None if y is None else as_arrays(y, "y")
        if class_weight is not None:
            if sample_weight is not None:
                raise ValueError("You cannot `class_weight` and `sample_weight` at the same time.")
            sample_weight = class_weight_to_sample_weights(y, class_weight)
        weight = None if sample_weight is None else as_arrays(sample_weight, "sample_weight")
        row_count(x, y, weight)
        return tree.map_structure(self._backend.convert, REPLICAS.own_rows(pack(x, y, weight)))

    def _result(self, logs, return_dict):
        if return_dict:
            return logs
        names = []
        for metric in self.metrics:
            names += [m.name for m in metric.metrics] if isinstance(metric, CompileMetrics) else [metric.name]
        rest = sorted(set(logs) - set(names))
        values = [logs[name] for name in [*names, *rest] if name in logs]
        return values[0] if len(values) == 1 else values

    def _assert_compile_called(self, method):
        if not self.compiled:
            raise ValueError(
                f"You must call `compile()` before calling `{method}()`.\n"
                f"Model '{self.name}' has no optimizer and no loss yet. "
                "Fix: model.compile(optimizer='adam', loss='mse') with the loss your targets need."
            )
