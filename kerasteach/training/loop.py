"""`fit`, `evaluate` and `predict`: steps run over data, with callbacks, a progress bar and Ctrl-C."""

import itertools
import warnings

import numpy as np

from .. import backend, config, tree
from ..callbacks import CallbackList
from .data import ArraySource, make_source, unpack_x_y_sample_weight, warn_of_nan
from .functions import StepFunctions
from .interrupt import WholeSteps


class Loop(StepFunctions):
    """The loops of a model. What one step does is in `Trainer`."""

    optimizer = None
    loss = None
    compiled = False
    stop_training = False
    history = None
    run_eagerly = False
    jit_compile = "auto"
    steps_per_execution = 1
    _compile_loss = _compile_metrics = _loss_tracker = None

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
            x: inputs: an array, a list or dict of arrays, a table, or an iterable of batches.
            y: targets, in the structure of the outputs; not with an iterable.
            batch_size: samples a step; 32 by default.
            epochs: number of the last epoch.
            verbose: 0 silent, 1 progress bar, 2 one line an epoch, `"auto"` 1 or 2.
            callbacks: list of callbacks.
            validation_split: share of the samples, from the end, to validate on.
            validation_data: (x, y) or (x, y, sample_weight) to validate on.
            shuffle: whether samples come in a new order every epoch.
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
        self._assert_compile_called("fit")
        source = make_source(x, y, sample_weight, batch_size, shuffle, class_weight)
        if validation_split and validation_data is None:
            if not isinstance(source, ArraySource):
                raise ValueError(
                    "`validation_split` is only supported for arrays. Received an iterable of batches.\n"
                    "Fix: split it yourself, and pass the second part as `validation_data`."
                )
            source, validation = source.split(validation_split)
            validation.batch_size = validation_batch_size or source.batch_size
        else:
            validation = self._validation_source(validation_data, validation_batch_size or batch_size)
        warn_of_nan(source)
        self._symbolic_build(source.sample())
        train = self.make_train_function()
        source.check_targets(self._check_targets)
        run = CallbackList(
            callbacks, add_history=True, add_progbar=verbose != 0, model=self, verbose=_verbosity(verbose),
            epochs=epochs, steps=steps_per_epoch or source.steps,
        )  # fmt: skip
        self.stop_training = False
        logs = {}
        with self._fixed_for_fit(), WholeSteps() as steps:
            run.on_train_begin()
            for epoch in range(initial_epoch, epochs):
                logs = self._epoch(source, train, run, steps, epoch, steps_per_epoch)
                if validation is not None and not steps.stopped and _is_due(epoch, validation_freq):
                    result = self._evaluate(validation, run, validation_steps)
                    logs |= {f"val_{name}": value for name, value in result.items()}
                run.on_epoch_end(epoch, logs)
                if self.stop_training or steps.stopped:
                    break
            self.optimizer.finalize_variable_values(self._structure().trainable)
            run.on_train_end(logs)
        return self.history

    def _epoch(self, source, train, run, steps, epoch, limit):
        """Train for one epoch and return its logs."""
        self.reset_metrics()
        run.on_epoch_begin(epoch)
        done, every = 0, self.steps_per_execution
        batches = self._batches(source, limit, goes_on=True)
        for done, data in enumerate(batches, 1):
            if run.wants_batches and (done - 1) % every == 0:
                run.on_train_batch_begin(done - 1)
            result = train(data)
            if run.wants_batches and done % every == 0:
                run.on_train_batch_end(done - 1, self._as_numbers(result))
            run.progress(done, self._logs)
            if steps.stopped or self.stop_training:
                break
        if run.wants_batches and done % every:
            run.on_train_batch_end(done - 1, self._as_numbers(result))  # a last group that is not full
        if not done:
            raise ValueError("The data ended before the first step. Fix: an iterator is used up after one pass; pass a list or make it anew.")
        if limit and done < limit and not (steps.stopped or self.stop_training):
            source.running = None
            warnings.warn(
                f"Your input ran out of data; interrupting epoch. It gave {done} of {limit} steps. Use a generator that "
                "goes on, or fewer `steps_per_epoch`.",
                stacklevel=3,
            )
            self.stop_training = not isinstance(source, ArraySource)
        if source.steps is None and not limit:
            run.params["steps"] = done
        return self._logs(result)

    def _batches(self, source, limit, goes_on=False):
        """An epoch of batches, at most `limit`; with `goes_on` the next epoch starts where this one stopped."""
        if limit is None:
            yield from source.epoch(self._backend)
            return
        running = (goes_on and source.running) or source.epoch(self._backend)
        source.running = running
        batches = itertools.islice(running, limit)
        first = next(batches, None)
        if first is None and goes_on:  # the epoch before took the last one
            source.running = source.epoch(self._backend)
            yield from itertools.islice(source.running, limit)
        elif first is not None:
            yield first
            yield from batches

    def _logs(self, result=None):
        """Metrics as plain numbers; a custom `train_step` says which, else all there are."""
        return self._as_numbers(self.get_metrics_result() if result is None else result)

    def _as_numbers(self, logs):
        logs = self.get_metrics_result() if logs is None else logs
        if not isinstance(logs, dict):
            raise ValueError(f"`train_step` must return a dict of metrics. Received: {type(logs).__name__}")
        numbers = {}
        for name in sorted(logs):
            value = logs[name]
            numbers |= self._as_numbers(value) if isinstance(value, dict) else {name: _number(value)}
        return numbers

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
        if kwargs:
            raise ValueError(f"Arguments not recognized: {kwargs}")
        self._assert_compile_called("evaluate")
        source = make_source(x, y, sample_weight, batch_size)
        self._symbolic_build(source.sample())
        run = CallbackList(
            callbacks, add_progbar=verbose != 0, model=self, verbose=_verbosity(verbose), epochs=1,
            steps=steps or source.steps,
        )  # fmt: skip
        with self._fixed():
            logs = self._evaluate(source, run, steps)
            run.finish(logs)
            return self._result(logs, return_dict)

    def _evaluate(self, source, run, limit=None):
        """Run the test steps and return the logs."""
        test = self.make_test_function()
        self.reset_metrics()
        run.on_test_begin()
        result, alone = None, not run.training
        for i, data in enumerate(self._batches(source, limit)):
            run.on_test_batch_begin(i)
            result = test(data)
            if run.wants_batches:
                run.on_test_batch_end(i, self._as_numbers(result))
            if alone:
                run.progress(i + 1, self._logs)
        logs = self._logs(result)
        run.on_test_end(logs)
        return logs

    def _validation_source(self, data, batch_size):
        if data is None:
            return None
        if isinstance(data, (tuple, list)):
            return make_source(*unpack_x_y_sample_weight(tuple(data)), batch_size=batch_size)
        return make_source(data)

    def predict(self, x, batch_size=None, verbose="auto", steps=None, callbacks=None):
        """Return the predictions for all of `x`, as NumPy arrays.

        Args:
            x, batch_size, verbose, callbacks: as for `fit`.
            steps: number of batches; all there are by default.
        """
        source = make_source(x, batch_size=batch_size)
        predict = self.make_predict_function()
        run = CallbackList(
            callbacks, add_progbar=verbose != 0, model=self, verbose=_verbosity(verbose), epochs=1,
            steps=steps or source.steps,
        )  # fmt: skip
        run.on_predict_begin()
        parts = []
        for i, data in enumerate(self._batches(source, steps)):
            run.on_predict_batch_begin(i)
            parts.append(tree.map_structure(backend.to_numpy, predict(data)))
            run.on_predict_batch_end(i, {"outputs": parts[-1]})
            run.progress(i + 1, dict)
        run.on_predict_end()
        run.finish({})
        return tree.map_structure(lambda *arrays: np.concatenate(arrays), *parts)


def _number(value):
    if isinstance(value, (float, int)):
        return value
    array = backend.to_numpy(value)
    return array.item() if array.ndim == 0 else array


def _verbosity(verbose):
    if verbose == "auto":
        return 1 if config.is_interactive_logging_enabled() else 2
    return int(verbose)


def _is_due(epoch, frequency):
    if isinstance(frequency, int):
        return (epoch + 1) % frequency == 0
    return epoch + 1 in frequency
