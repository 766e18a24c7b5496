"""`fit`, `evaluate` and `predict`: steps run over data, with callbacks, a progress bar and Ctrl-C."""

import contextlib

import numpy as np

from .. import backend, config, errors, tree
from .data import Epochs, at_most, make_source, makes_batches, split, warn_of_nan
from .interrupt import WholeSteps
from .running import Running
from .structure import WORTH


class Loop(Running):
    """The loops of a model. What one step does is in `Trainer`."""

    @errors.door
    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        shuffle=True,
        class_weight=None,
        sample_weight=None,
        initial_epoch=0,
        steps_per_epoch=None,
        validation_steps=None,
        validation_batch_size=None,
        validation_freq=1,
    ):
        """Train for some epochs.

        Args:
            x: inputs: an array, a list or dict of arrays, a table; or what makes batches: a generator, a
                `keras.utils.PyDataset`, a Torch DataLoader, a `tf.data.Dataset`.
            y: targets, in the structure of the outputs; not with what makes batches.
            batch_size: samples a step; 32 by default.
            epochs: number of the last epoch.
            verbose: 0 silent, 1 progress bar, 2 one line an epoch, `"auto"` 1 or 2.
            callbacks: list of callbacks.
            validation_split: share of the samples, from the end, to validate on.
            validation_data: (x, y), (x, y, sample_weight), or what makes batches, to validate on.
            shuffle: whether samples come in a new order every epoch; `"batch"`: only within each batch.
            class_weight: dict of class number -> weight in the loss.
            sample_weight: weight of each sample in the loss.
            initial_epoch: number of epochs that are done already.
            steps_per_epoch: steps an epoch; all there are by default.
            validation_steps: steps of a validation; all there are by default.
            validation_batch_size: samples a validation step; `batch_size` by default.
            validation_freq: validate every so many epochs, or after those listed.

        Returns:
            A `History`: `history.history["loss"]` has one number an epoch.

        Raises:
            ValueError: before `compile`, or for data that does not fit.
            KeyboardInterrupt: on Ctrl-C, after the running step is whole. Weights stay
                trained so far, and `model.history` holds the epochs.
        """
        with errors.COACHED:
            self._assert_compile_called("fit")
            epochs = at_most(config.max_epochs(), epochs, "epochs")
            if validation_split and validation_data is None:
                (x, y, sample_weight), validation_data = _split(x, y, sample_weight, validation_split)
            source = make_source(x, y, sample_weight, batch_size, shuffle, class_weight, steps_per_epoch)
            data = Epochs(source, steps_per_epoch, self.steps_per_execution)
            validation = self._validation(validation_data, validation_batch_size or batch_size, validation_steps)
            warn_of_nan(source)
            self._build_from(data)
            train = self.make_train_function()
            source.check_targets(self._check_targets)
            run = self._callbacks(callbacks, verbose, epochs, data, add_history=True)
            self.stop_training = False
            logs = {}
            with self._fixed_anew(fitting=True), contextlib.closing(data), WholeSteps() as steps:
                run.on_train_begin()
                start, self._initial_epoch = self._initial_epoch or initial_epoch, None  # BackupAndRestore may have set it
                for epoch in range(start, epochs):
                    self.reset_metrics()
                    run.on_epoch_begin(epoch)
                    logs = self._epoch(data, train, run, steps)
                    if validation is not None and not steps.stopped and _is_due(epoch, validation_freq):
                        validation.reset()
                        run.validating(validation.num_batches)
                        result = self._evaluate(validation, run, alone=False)
                        logs = logs | {f"val_{name}": value for name, value in result.items()}
                    run.on_epoch_end(epoch, logs)
                    if self.stop_training or steps.stopped:
                        break
                self.optimizer.finalize_variable_values(self._structure().trainable)
                run.on_train_end(logs)
            return self.history

    def _epoch(self, data, train, run, steps):
        """Train for one epoch and return its logs."""
        result = {}  # no logs, if there is no step
        with contextlib.closing(data.epoch(self._backend)) as batches:
            for result in self._steps("train", batches, train, run, self._logs, self._logs):  # noqa: B007 - read below
                if steps.stopped or self.stop_training:
                    break
        return self._logs(result)

    @errors.door
    def evaluate(
        self,
        x=None,
        y=None,
        batch_size=None,
        verbose="auto",
        sample_weight=None,
        steps=None,
        callbacks=None,
        return_dict=False,
        **kwargs,
    ):
        """Judge the model on data; nothing is trained.

        Args:
            x, y, sample_weight, batch_size, verbose, callbacks: as for `fit`.
            steps: number of batches; all there are by default.
            return_dict: return a dict instead of a list.

        Returns:
            The loss if that is all, else a list of loss and metrics, in the order of `metrics_names`.

        Raises:
            ValueError: before `compile`, or for data that does not fit.
        """
        with errors.COACHED:
            if kwargs:
                raise ValueError(f"Arguments not recognized: {kwargs}")
            self._assert_compile_called("evaluate")
            data = Epochs(make_source(x, y, sample_weight, batch_size, steps=steps), steps, self.steps_per_execution)
            self._build_from(data)
            run = self._callbacks(callbacks, verbose, 1, data)
            with self._fixed():
                return self._result(self._evaluate(data, run), return_dict)

    def _evaluate(self, data, run, alone=True):
        """Run the test steps and return the logs."""
        test = self.make_test_function()
        self.stop_evaluating = False
        run.on_test_begin()
        self.reset_metrics()
        result = {}
        with contextlib.closing(data), contextlib.closing(data.epoch(self._backend)) as batches:
            for result in self._steps("test", batches, test, run, self._logs, self._logs if alone else dict):  # noqa: B007
                if self.stop_evaluating:
                    break
        logs = self._logs(result)
        run.on_test_end(logs)
        return logs

    @errors.door
    def predict(self, x, batch_size=None, verbose="auto", steps=None, callbacks=None):
        """Return the predictions for all of `x`, as NumPy arrays.

        Args:
            x, batch_size, verbose, callbacks: as for `fit`.
            steps: number of batches; all there are by default.
        """
        with errors.COACHED:
            data = Epochs(make_source(x, batch_size=batch_size, steps=steps), steps, self.steps_per_execution)
            run = self._callbacks(callbacks, verbose, 1, data)
            function, parts, every = self.make_predict_function(), [], self.steps_per_execution

            def predict(batch):
                parts.append(tree.map_structure(backend.to_numpy, function(batch)))

            def outputs(_):
                return {"outputs": _joined(parts[-(len(parts) % every or every) :])}

            self.stop_predicting = False
            run.on_predict_begin()
            few = data.num_batches is not None and data.num_batches <= WORTH  # no program would be written
            fixed = contextlib.nullcontext() if few else self._fixed()
            with fixed, contextlib.closing(data), contextlib.closing(data.epoch(self._backend)) as batches:
                for _ in self._steps("predict", batches, predict, run, outputs, dict):
                    if self.stop_predicting:
                        break
            run.on_predict_end()
            return _joined(parts)


def _joined(parts):
    if not parts:
        raise ValueError("The data holds no batch to predict. Fix: an iterator is used up after one pass; make it anew.")
    return tree.map_structure(lambda *arrays: np.concatenate(arrays), *parts)


def _split(x, y, sample_weight, share):
    """Cut validation data off arrays; nothing else can be cut."""
    if makes_batches(x):
        raise ValueError(
            "Argument `validation_split` is only supported for tensors or NumPy arrays. "
            f"Found incompatible type in the input: {type(x).__name__}\n"
            "Fix: split it yourself, and pass the second part as `validation_data`."
        )
    return split(x, y, sample_weight, share)


def _is_due(epoch, frequency):
    """Whether to validate after an epoch.

    Raises:
        ValueError: if the frequency is neither a number nor a list of them.
    """
    if isinstance(frequency, int):
        return (epoch + 1) % frequency == 0
    if isinstance(frequency, list):
        return epoch + 1 in frequency
    raise ValueError(
        "Expected `validation_freq` to be a list or int. "
        f"Received: validation_freq={frequency} of the type {type(frequency)}."
    )
