"""`save_weights` and `load_weights`: variables only, into a model that exists already."""

import contextlib
import functools
import os

from . import archive, shards, store
from .atomic import written_together
from .state import load_own_variables, own_variables


def save_weights(model, filepath, overwrite=True, max_shard_size=None, **kwargs):
    """Write all variables of a model, and its optimizer's if it is compiled.

    Args:
        model: a built model or layer.
        filepath: ends in `.weights.h5`; in `.weights.json` with `max_shard_size`.
        overwrite: whether an existing file is replaced.
        max_shard_size: in GB; spreads the variables over several files.
        **kwargs: `objects_to_skip`, layers to leave out.

    Raises:
        ValueError: for another ending, or an unbuilt model.
    """
    skipped, filepath = _skipped(kwargs, "save_weights"), os.fspath(filepath)
    _check_built(model, "saving a model")
    _check_ending(filepath, max_shard_size)
    if max_shard_size is not None and filepath.endswith(".h5"):
        filepath = filepath.removesuffix(".h5") + ".json"
    if not archive.may_write(filepath, overwrite):
        return
    groups = own_variables(model, skipped)
    if max_shard_size is not None:
        shards.save(groups, filepath, max_shard_size)
    else:
        content = store.as_bytes(groups)
        with written_together(filepath) as (file,):
            file.write(content)


def load_weights(model, filepath, skip_mismatch=False, **kwargs):
    """Read variables into a model of the same architecture.

    If something does not fit, the model keeps all its old values.

    Args:
        model: a built model or layer.
        filepath: a `.weights.h5`, `.weights.json` or `.keras` file.
        skip_mismatch: load what fits and warn about the rest.
        **kwargs: `objects_to_skip`, layers to leave alone.

    Raises:
        ValueError: for another kind of file, an unbuilt model, or a file that does not fit.
    """
    skipped, filepath = _skipped(kwargs, "load_weights"), os.fspath(filepath)
    if not filepath.endswith((".keras", ".weights.h5", ".weights.json")):
        raise ValueError(
            f"File format not supported: filepath={filepath}. Keras 3 only supports V3 `.keras` files, "
            "`.weights.h5` files, legacy H5 format files (`.h5` extension), or Orbax checkpoints.\n"
            "Expected here: `.keras`, `.weights.h5` or `.weights.json`. "
            "Fix: load the file in Keras and save it again with `save_weights('x.weights.h5')`."
        )
    _check_built(model, "loading weights into a model")
    with open_weights(filepath) as read:
        load_own_variables(model, read, skip_mismatch, skipped)


@contextlib.contextmanager
def open_weights(filepath):
    """Give a function(path) -> dict of arrays for any kind of weights file."""
    if not os.path.exists(filepath):
        raise FileNotFoundError(f"No such file: {filepath}.\nWhere: the current folder is {os.getcwd()}. Fix: check the name of the file.")
    if filepath.endswith(".weights.json"):
        with contextlib.closing(shards.ShardReader(filepath)) as reader:
            yield reader.read
    elif filepath.endswith(".keras"):
        with archive.opened(filepath) as members, open_h5(members.weights(), filepath) as read:
            yield read
    else:
        with open_h5(filepath, filepath) as read:
            yield read


@contextlib.contextmanager
def open_h5(source, where):
    """Give a function(path) -> dict of arrays for an HDF5 file, open or named; its `paths()` are all there are."""
    import h5py

    try:
        file = h5py.File(source, "r")
    except (OSError, OverflowError, RuntimeError) as error:
        raise ValueError(
            f"Cannot read the weights in {where}: {error}.\n"
            "Expected: a whole HDF5 file. It may have been cut short in copying. Fix: copy or save it again."
        ) from error
    with file:
        read = functools.partial(store.read_group, file)
        read.paths = functools.partial(store.object_paths, file)
        yield read


def _skipped(kwargs, function):
    skipped = kwargs.pop("objects_to_skip", None) or ()
    if kwargs:
        raise ValueError(f"Invalid keyword arguments for {function}(): {kwargs}. Expected at most objects_to_skip.")
    return skipped


def _check_built(model, what):
    if not model.built:
        raise ValueError(
            f"You are {what} that has not yet been built. Try building the model first by calling it on some data or "
            "by using `build()`.\n"
            f"Received: {model}, which has no variables yet."
        )


def _check_ending(filepath, max_shard_size):
    if max_shard_size is None and not filepath.endswith(".weights.h5"):
        raise ValueError(f"The filename must end in `.weights.h5`. Received: filepath={filepath}")
    if max_shard_size is not None and not filepath.endswith((".weights.h5", ".weights.json")):
        raise ValueError(
            "The filename must end in `.weights.json` when `max_shard_size` is specified. "
            f"Received: filepath={filepath}"
        )
