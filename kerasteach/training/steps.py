"""One step: loss, gradients, update, metrics."""

import contextlib

import numpy as np

from .. import tree
from ..backend.masks import keep_mask, with_mask
from ..backend.replicas import REPLICAS
from .data import unpack_x_y_sample_weight
from .static import graph_of
from .structure import Structure


class Steps:
    """The arithmetic of a step, on one batch."""

    _fixed_structure = _last_structure = None
    _listener = None  # who is told every value of a training step

    # One step

    def _predict(self, x, training):
        """The model's outputs. As in Keras, a `call` without `training` leaves the layers inside at their own default."""
        return self(x, training=training) if self._signature.takes_training else self(x)

    def train_step(self, data):
        """Train on one batch and return the metrics so far.

        Override it for training of your own kind. `data` is `(x,)`, `(x, y)` or
        `(x, y, sample_weight)`, in tensors of the model's backend.
        """
        told = self._train_on(data)
        return self.get_metrics_result() if told is None else told

    def _train_on(self, data):
        """The arithmetic of a training step; metrics are updated and not read, unless a `compute_metrics` of the user's did."""
        structure = self._structure()
        if not self.optimizer.built:
            self.optimizer.build(structure.trainable)
        program, leaves = structure.program_for(self, data, "train")
        if program is not None:
            try:
                (loss, *rest), gradients = program(leaves)
            except IndexError:
                self._say_what_is_wrong(data, True)
                raise
            if self._observers:
                self._tell_loss(loss)
            if gradients is not None:  # else a compiled step has updated
                (structure.update or self._first_update)(gradients)
            return (structure.track or self._first_track)(data, len(leaves[0]), loss, rest, program.masked)
        variables = structure.trainable
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        scale = self.optimizer.loss_scale_factor

        def forward():
            self._forget_losses()
            y_pred = self._predict(x, True)
            loss = self.compute_loss(x, y, y_pred, sample_weight, training=True)
            return self.optimizer.scale_loss(loss), (loss, y_pred)

        # A scaled loss may overflow float16: the optimizer finds out, and skips the step.
        with np.errstate(over="ignore", invalid="ignore") if scale else contextlib.nullcontext():
            _, (loss, y_pred), gradients = self._backend.value_and_gradients(forward, variables)
        self.optimizer.apply(gradients, variables)
        detach = self._backend.detach
        y_pred = tree.map_structure(lambda t: keep_mask(t, detach(t)), y_pred)
        return self._update_metrics(x, y, y_pred, sample_weight, detach(loss))

    def _say_what_is_wrong(self, data, training):
        """Run a batch that a program failed on layer by layer: the layer tells which word has no row, say."""
        with self._backend.inference():
            self._predict(unpack_x_y_sample_weight(data)[0], training)

    def _first_update(self, gradients):
        """Update once, and prepare the function that does it from now on."""
        structure, optimizer = self._fixed_structure, self.optimizer
        variables = structure.trainable
        optimizer.apply(gradients, variables)
        if any(g is None for g in gradients):
            structure.update = lambda grads: optimizer.apply(grads, variables)
        else:
            structure.update = optimizer.update_for(variables)

    def _first_track(self, data, size, loss, rest, masked):
        """Let the metrics take in what a program returned, and prepare the function that does it from now on."""
        told = self._track_program(data, size, loss, rest, masked)
        self._fixed_structure.track = self._tracking(data, masked)
        return told

    def _tracking(self, data, masked):
        """How the metrics take in batches like this one: as `_track_program` does, without its questions."""
        metrics, keep = self._compile_metrics, self._loss_tracker.keep
        plain = type(data) is tuple and len(data) == 2 and not masked and not self._compile_loss.trackers
        alone = not tree.is_nested(data[-1]) and not tree.is_nested(graph_of(self)._pack_outputs([0]))
        ours = type(self).compute_metrics is Steps.compute_metrics
        if not (plain and alone and ours) or (metrics and not all(can_wait for *_, can_wait in metrics.entries)):
            return self._track_program
        waiting = [metric.put_off for _, metric, _, _ in metrics.entries] if metrics else []

        def track(data, size, loss, outputs, masked):
            if len(data) != 2 or REPLICAS.on:
                return self._track_program(data, size, loss, outputs, masked)
            keep(loss, size)
            for put_off in waiting:
                put_off(data[1], outputs[0])
            return None

        return track

    def _track_program(self, data, size, loss, rest, masked):
        """Update the metrics with what a program returned; after the outputs come the masks of those that have one."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        parts = len(self._compile_loss.trackers)
        last = len(rest) - len(masked)
        self._compile_loss.parts, outputs = rest[:parts], list(rest[parts:last])
        for i, mask in zip(masked, rest[last:]):
            outputs[i] = with_mask(outputs[i], mask)
        y_pred = graph_of(self)._pack_outputs(outputs)
        return self._update_metrics(x, y, y_pred, sample_weight, loss, size)

    def test_step(self, data):
        """Judge one batch and return the metrics so far."""
        told = self._test_on(data)
        return self.get_metrics_result() if told is None else told

    def _test_on(self, data):
        structure = self._structure()
        program, leaves = structure.program_for(self, data, "test")
        if program is not None:
            with self._backend.inference():
                try:
                    (loss, *rest), _ = program(leaves)
                except IndexError:
                    self._say_what_is_wrong(data, False)
                    raise
                return (structure.track or self._first_track)(data, len(leaves[0]), loss, rest, program.masked)
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        with self._backend.inference():
            self._forget_losses()
            y_pred = self._predict(x, False)
            loss = self.compute_loss(x, y, y_pred, sample_weight, training=False)
            return self._update_metrics(x, y, y_pred, sample_weight, loss)

    def predict_step(self, data):
        """Return the predictions for one batch."""
        x, _, _ = unpack_x_y_sample_weight(data)
        with self._backend.inference():
            return self._predict(x, False)

    def _predict_on(self, data):
        x, _, _ = unpack_x_y_sample_weight(data)
        structure = self._fixed_structure
        program, leaves = (None, None) if structure is None else structure.program_for(self, (x,), "predict")
        if program is None:
            return self.predict_step(data)
        with self._backend.inference():
            try:
                outputs, _ = program(leaves)
            except IndexError:
                self._say_what_is_wrong(data, False)
                raise
        return graph_of(self)._pack_outputs(list(outputs))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the loss to minimize: the compiled one, plus what layers added.

        Raises:
            ValueError: if there is nothing to minimize.
        """
        loss = None
        if self._compile_loss is not None:
            loss = self._compile_loss(y, y_pred, sample_weight)
        for extra in self._extra_losses():
            loss = extra if loss is None else loss + extra
        if loss is None:
            raise ValueError(
                "No loss to compute. Provide a `loss` argument in `compile()`, or call `self.add_loss(...)` in a layer."
            )
        if training and self._observers:
            self._tell_loss(loss)
        return loss

    def _tell_loss(self, loss):
        for observer in self._observers:
            observer.loss(self._backend.detach(loss))

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """Update the compiled metrics with one batch and return all metrics."""
        if self._compile_metrics is not None and y is not None:
            self._compile_metrics.update_state(y, y_pred, sample_weight)
        return self.get_metrics_result()

    def _update_metrics(self, x, y, y_pred, sample_weight, loss, size=None):
        size = REPLICAS.mine if REPLICAS.count is not None else size or len(tree.flatten(x)[0])
        self._loss_tracker.keep(loss, size)
        if self._compile_loss is not None and self._compile_loss.trackers:
            for tracker, part in zip(self._compile_loss.trackers, self._compile_loss.parts):
                bring_home(tracker, self._backend).keep(self._backend.detach(part), size)
        if type(self).compute_metrics is not Steps.compute_metrics:
            return self.compute_metrics(x, y, y_pred, sample_weight)
        if self._compile_metrics is not None and y is not None:
            self._compile_metrics.update_state(y, y_pred, sample_weight)
        return None

    # Losses of layers

    def _structure(self):
        return self._fixed_structure or Structure(self)

    def _check_targets(self, y):
        """Raise if the loss cannot take the values in `y`; a program would not look."""
        graph = graph_of(self)
        if self._compile_loss is not None and hasattr(graph, "_plan") and self.train_function == self._train_on:
            self._compile_loss.check_targets(y, graph.output)

    @contextlib.contextmanager
    def _fixed(self):
        """Look the structure up once for all steps inside; within a `fit` it is known already."""
        if self._fixed_structure is not None:
            yield
            return
        with self._fixed_anew():
            yield

    @contextlib.contextmanager
    def _fixed_anew(self, fitting=False):
        """The structure as it is now; with programs, which the next run may find again."""
        before, self._fixed_structure = self._fixed_structure, Structure(self, fitting)
        if not self.run_eagerly:
            self._fixed_structure.use_programs(self, self._last_structure)
        try:
            yield
        finally:
            self._last_structure, self._fixed_structure = self._fixed_structure, before

    def _forget_losses(self):
        for layer in self._structure().layers:
            if layer._losses:
                layer._losses.clear()

    def _extra_losses(self):
        structure = self._structure()
        losses = [v.regularizer(v) for v in structure.regularized]
        return losses + [loss for layer in structure.layers for loss in layer._own_losses()]


def bring_home(metric, home):
    """Move a metric's state to the model's backend, if it is elsewhere."""
    if metric._backend is not home:
        metric.to(home.name)
    return metric
