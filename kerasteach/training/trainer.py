"""What `compile` sets up and one step does: loss, gradients, update, metrics."""

import warnings

from .. import backend, optimizers, tree
from ..metrics import Metric
from .compile_loss import CompileLoss
from .compile_metrics import CompileMetrics
from .data import as_arrays, class_weight_to_sample_weights, pack, unpack_x_y_sample_weight
from .loop import Loop
from .loss_tracker import LossTracker
from .static import write_program


class _Structure:
    """Layers, trained variables and regularized ones: looked up once a `fit`, not once a step.

    In a `fit` it also keeps the programs of the step, one per shape of batch.
    """

    def __init__(self, model, programs=None):
        self.layers, self.trainable = model._flatten_layers(), model.trainable_variables
        self.regularized = [v for v in self.trainable if v.regularizer is not None]
        self.programs = programs

    def program_for(self, model, data):
        """Return the program for such a batch, or None."""
        key = tuple([(a.shape, a.dtype) for a in tree.flatten(data)])
        if key not in self.programs:
            self.programs[key] = write_program(model, data, self.regularized, self.trainable)
        return self.programs[key]


class Trainer(Loop):
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
            run_eagerly: kept for Keras's sake; NumPy and Torch always run step by step.
            steps_per_execution: batches between two calls of callbacks.
            jit_compile: kept for Keras's sake; nothing is compiled in this version.
            auto_scale_loss: kept for Keras's sake.
        """
        if jit_compile is True:
            warnings.warn("`jit_compile=True` has no effect: steps are not compiled in this version.", stacklevel=2)
        self.optimizer = optimizers.get(optimizer)
        names = getattr(self, "output_names", None)
        self._compile_loss = None if loss is None else CompileLoss(loss, loss_weights, names)
        self._compile_metrics = CompileMetrics(metrics, weighted_metrics, names)
        self._loss_tracker = _home(LossTracker(), self._backend)
        self.loss, self.loss_weights = loss, loss_weights
        self.run_eagerly, self.jit_compile, self.steps_per_execution = run_eagerly, jit_compile, steps_per_execution
        self.stop_training = False
        self.compiled = True
        self._compile_arguments = {
            "optimizer": self.optimizer, "loss": loss, "loss_weights": loss_weights, "metrics": metrics,
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

    # One step

    def train_step(self, data):
        """Train on one batch and return the metrics so far.

        Override it for training of your own kind. `data` is `(x,)`, `(x, y)` or
        `(x, y, sample_weight)`, in tensors of the model's backend.
        """
        self._train_on(data)
        return self.get_metrics_result()

    def _train_on(self, data):
        """The arithmetic of a training step; metrics are updated and not read."""
        structure = self._structure()
        variables = structure.trainable
        program = structure.program_for(self, data) if structure.programs is not None else None
        if program is not None:
            (loss, *rest), gradients = program(tree.flatten(data))
            self.optimizer.apply(gradients, variables)
            self._track_program(data, loss, rest)
            return
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        scale = self.optimizer.loss_scale_factor

        def forward():
            self._forget_losses()
            y_pred = self(x, training=True)
            loss = self.compute_loss(x, y, y_pred, sample_weight, training=True)
            return (loss if not scale else loss * scale), (loss, y_pred)

        _, (loss, y_pred), gradients = self._backend.value_and_gradients(forward, variables)
        self._warn_of_missing(gradients, variables)
        self.optimizer.apply(gradients, variables)
        detach = self._backend.detach
        y_pred = detach(y_pred) if not isinstance(y_pred, (list, tuple, dict)) else tree.map_structure(detach, y_pred)
        self._update_metrics(x, y, y_pred, sample_weight, detach(loss))

    def _track_program(self, data, loss, rest):
        """Update the metrics with what a program returned."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        parts = len(self._compile_loss.trackers)
        self._compile_loss.parts = rest[:parts]
        outputs = rest[parts:]
        y_pred = tree.pack_sequence_as(self.output, outputs) if len(outputs) > 1 else outputs[0]
        self._update_metrics(x, y, y_pred, sample_weight, loss)

    def test_step(self, data):
        """Judge one batch and return the metrics so far."""
        self._test_on(data)
        return self.get_metrics_result()

    def _test_on(self, data):
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        with self._backend.inference():
            self._forget_losses()
            y_pred = self(x, training=False)
            loss = self.compute_loss(x, y, y_pred, sample_weight, training=False)
            self._update_metrics(x, y, y_pred, sample_weight, loss)

    def predict_step(self, data):
        """Return the predictions for one batch."""
        x, _, _ = unpack_x_y_sample_weight(data)
        with self._backend.inference():
            return self(x, training=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the loss to minimize: the compiled one, plus what layers added.

        Raises:
            ValueError: if there is nothing to minimize.
        """
        loss = None
        if self._compile_loss is not None:
            if y is None:
                raise ValueError(
                    "The model was compiled with a loss but got no targets `y`. Fix: pass fit(x, y), or batches (x, y)."
                )
            loss = self._compile_loss(y, y_pred, sample_weight)
        for extra in self._extra_losses():
            loss = extra if loss is None else loss + extra
        if loss is None:
            raise ValueError(
                "No loss to compute. Provide a `loss` argument in `compile()`, or call `self.add_loss(...)` in a layer."
            )
        return loss

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """Update the compiled metrics with one batch and return all metrics."""
        if self._compile_metrics is not None and y is not None:
            first = self._compile_metrics.entries is None
            self._compile_metrics.update_state(y, y_pred, sample_weight)
            if first:
                for metric in self._compile_metrics.metrics:
                    _home(metric, self._backend)
        return self.get_metrics_result()

    def _update_metrics(self, x, y, y_pred, sample_weight, loss):
        first = tree.flatten(x)[0] if isinstance(x, (list, tuple, dict)) else x
        self._loss_tracker.keep(loss, int(first.shape[0]))
        if self._compile_loss is not None and self._compile_loss.trackers:
            for tracker, part in zip(self._compile_loss.trackers, self._compile_loss.parts):
                _home(tracker, self._backend).keep(self._backend.detach(part), int(first.shape[0]))
        if type(self).compute_metrics is not Trainer.compute_metrics:
            self.compute_metrics(x, y, y_pred, sample_weight)
        elif self._compile_metrics.entries is None or y is None:
            Trainer.compute_metrics(self, x, y, y_pred, sample_weight)
        elif self._compile_metrics.entries:
            self._compile_metrics.update_state(y, y_pred, sample_weight)

    # Losses of layers

    def _structure(self):
        return self._fixed_structure or _Structure(self)

    def _fix_structure(self):
        """Look the structure up for all steps to come; `fit` does, and releases it."""
        scales = self.optimizer.loss_scale_factor
        self._fixed_structure = _Structure(self, programs=None if scales else {})
        return self._fixed_structure

    def _forget_losses(self):
        for layer in self._structure().layers:
            if layer._losses:
                layer._losses.clear()

    def _extra_losses(self):
        structure = self._structure()
        losses = [v.regularizer(v) for v in structure.regularized]
        return losses + [loss for layer in structure.layers for loss in layer._losses]

    def _warn_of_missing(self, gradients, variables):
        missing = [v.path for g, v in zip(gradients, variables) if g is None]
        if not missing:
            return
        if len(missing) == len(variables):
            raise ValueError(
                f"No gradients provided for any variable. Variables: {missing}. The loss does not depend on any of them.\n"
                "Fix: compute the loss from the model's output with keras.ops, and leave some layer trainable."
            )
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"Gradients do not exist for variables {missing} when minimizing the loss. If using `model.compile()`, "
                "did you forget to provide a `loss` argument?",
                stacklevel=4,
            )

    # Metrics

    @property
    def metrics(self):
        """The loss, the compiled metrics, and those that layers own."""
        found = [self._loss_tracker] if self._loss_tracker is not None else []
        found += self._compile_loss.trackers if self._compile_loss is not None else []
        found += self._compile_metrics.metrics if self._compile_metrics is not None else []
        own = [v for layer in self._flatten_layers() for v in vars(layer).values() if isinstance(v, Metric)]
        return list({id(metric): metric for metric in found + own}.values())

    @property
    def metrics_names(self):
        """Names of the metrics, as `evaluate` orders them."""
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

    # One batch by hand

    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None, return_dict=False):
        """Train on one batch; return the loss, or the list of loss and metrics.

        Args:
            x, y, sample_weight: the batch.
            class_weight: dict of class number -> weight.
            return_dict: return a dict instead.
        """
        self._assert_compile_called("train_on_batch")
        data = self._one_batch(x, y, sample_weight, class_weight)
        self._symbolic_build(data)
        self.reset_metrics()
        return self._result(self.make_train_function()(data), return_dict)

    def test_on_batch(self, x, y=None, sample_weight=None, return_dict=False):
        """Judge one batch; return the loss, or the list of loss and metrics."""
        self._assert_compile_called("test_on_batch")
        data = self._one_batch(x, y, sample_weight, None)
        self._symbolic_build(data)
        self.reset_metrics()
        return self._result(self.make_test_function()(data), return_dict)

    def predict_on_batch(self, x):
        """Return the predictions for one batch, as NumPy arrays."""
        data = self._one_batch(x, None, None, None)
        return tree.map_structure(backend.to_numpy, self.make_predict_function()(data))

    def _one_batch(self, x, y, sample_weight, class_weight):
        x, y = as_arrays(x, "x"), None if y is None else as_arrays(y, "y")
        if class_weight is not None:
            if sample_weight is not None:
                raise ValueError("You cannot `class_weight` and `sample_weight` at the same time.")
            sample_weight = class_weight_to_sample_weights(y, class_weight)
        weight = None if sample_weight is None else as_arrays(sample_weight, "sample_weight")
        return tree.map_structure(self._backend.convert, pack(x, y, weight))

    def _result(self, logs, return_dict):
        logs = self._as_numbers(logs)
        if return_dict:
            return logs
        values = [logs[name] for name in self.metrics_names if name in logs]
        return values[0] if len(values) == 1 else values

    def _assert_compile_called(self, method):
        if not self.compiled:
            raise ValueError(
                f"You must call `compile()` before calling `{method}()`.\n"
                f"Model '{self.name}' has no optimizer and no loss yet. "
                "Fix: model.compile(optimizer='adam', loss='mse') with the loss your targets need."
            )


def _home(metric, home):
    """Move a metric's state to the model's backend, if it is elsewhere."""
    if metric._backend is not home:
        metric.to(home.name)
    return metric
