"""Folders of files as data sets: one subfolder a class."""

import os

import numpy as np

from .dataset import Dataset


def from_directory(load, directory, labels, label_mode, class_names, batch_size, shuffle, seed, validation_split, subset, follow_links, verbose, formats, what, join=np.stack):
    """Return the data set of a folder, or the list [training, validation] if `subset="both"`.

    Args:
        load: function(path) -> the sample.
        formats: endings of the files that count.
        what: what they are called in errors.
        join: function(list of samples) -> one array with a batch axis.
    """
    _check(labels, label_mode, class_names, validation_split, subset, shuffle, seed, what)
    if labels is None or label_mode is None:
        labels = label_mode = None
    seed = np.random.randint(int(1e6)) if seed is None else seed
    paths, labels, names = index_directory(directory, labels, formats, class_names, shuffle, seed, follow_links, verbose)
    if label_mode == "binary" and len(names) != 2:
        raise ValueError(f'When passing `label_mode="binary"`, there must be exactly 2 class_names. Received: class_names={names}')
    parts = []
    for part in ("training", "validation") if subset == "both" else (subset,):
        rows = _part(len(paths), validation_split, part)
        if not paths[rows]:
            kind = f"{part} {what}" if subset == "both" else what
            raise ValueError(f"No {kind} found in directory {directory}. Allowed formats: {formats}")
        reorder = shuffle and not (subset == "both" and part == "validation")
        own = None if labels is None else labels[rows]
        parts.append(_dataset(load, paths[rows], own, label_mode, names, batch_size, reorder, seed, join))
    return parts if subset == "both" else parts[0]


def _dataset(load, paths, labels, label_mode, names, batch_size, shuffle, seed, join):
    if labels is not None:
        labels = np.asarray(labels, "int32")  # (files,)
        if label_mode == "binary":
            labels = labels.astype("float32")[:, None]  # (files, 1)
        elif label_mode == "categorical":
            labels = np.eye(len(names), dtype="float32")[labels]  # (files, classes)

    def sample(row):
        return load(paths[row]) if labels is None else (load(paths[row]), labels[row])

    made = Dataset(sample, len(paths), batch_size, shuffle, seed, join)
    made.class_names, made.file_paths = names, paths
    return made


def index_directory(directory, labels, formats, class_names=None, shuffle=True, seed=None, follow_links=False, verbose=True):
    """List the files of a folder with their labels, in Keras's order for the same seed.

    Returns:
        (paths, labels, names of the classes); labels and names are None if there are none.

    Raises:
        ValueError: if names or labels do not fit the files.
    """
    directory = os.fspath(directory)
    folders = [""]
    if labels == "inferred":
        folders = sorted(f for f in os.listdir(directory) if not f.startswith(".") and os.path.isdir(os.path.join(directory, f)))
        if class_names is not None and not set(class_names) <= set(folders):
            raise ValueError(
                "The `class_names` passed did not match the names of the subdirectories of the target directory. "
                f"Expected: {folders} (or a subset of it), but received: class_names={class_names}"
            )
        folders = folders if class_names is None else list(class_names)
    elif class_names is not None:
        raise ValueError("When `labels` is not 'inferred', argument `class_names` cannot be specified.")
    files = [(path, i) for i, folder in enumerate(folders) for path in _files(os.path.join(directory, folder), formats, follow_links)]
    paths = [path for path, _ in files]
    if labels == "inferred":
        labels, names = [i for _, i in files], folders
    elif labels is None:
        names = None
    elif len(labels) != len(paths):
        raise ValueError(
            "Expected the lengths of `labels` to match the number of files in the target directory. "
            f"len(labels) is {len(labels)} while we found {len(paths)} files in directory {directory}."
        )
    else:
        labels, names = list(labels), [str(label) for label in sorted(set(labels))]
    if verbose:
        print(f"Found {len(paths)} files" + (f" belonging to {len(names)} classes." if names is not None else "."))
    if shuffle:
        seed = np.random.randint(int(1e6)) if seed is None else seed
        np.random.RandomState(seed).shuffle(paths)
        if labels is not None:
            np.random.RandomState(seed).shuffle(labels)
    return paths, labels, names


def _files(folder, formats, follow_links):
    walk = sorted(os.walk(folder, followlinks=follow_links), key=lambda step: step[0])
    return [os.path.join(root, name) for root, _, names in walk for name in sorted(names) if name.lower().endswith(formats)]


def _part(count, share, subset):
    """The slice of the files that are for training or validation."""
    if not share:
        return slice(None)
    held = int(share * count)
    print(f"Using {count - held if subset == 'training' else held} files for {subset}.")
    return slice(0, count - held) if subset == "training" else slice(count - held, None)


def _check(labels, label_mode, class_names, share, subset, shuffle, seed, what):
    if labels not in ("inferred", None) and not isinstance(labels, (list, tuple)):
        raise ValueError(
            "`labels` argument should be a list/tuple of integer labels, of the same size as the number of files in the "
            f'target directory; or "inferred", from the names of subdirectories; or None for {what} alone. Received: labels={labels}'
        )
    if labels not in ("inferred", None) and class_names:
        raise ValueError(f'You can only pass `class_names` if `labels="inferred"`. Received: labels={labels}, and class_names={class_names}')
    if label_mode not in ("int", "categorical", "binary", None):
        raise ValueError(f'`label_mode` argument must be one of "int", "categorical", "binary", or None. Received: label_mode={label_mode}')
    if share and not 0 < share < 1:
        raise ValueError(f"`validation_split` must be between 0 and 1, received: {share}")
    if bool(share) != bool(subset):
        raise ValueError("If `subset` is set, `validation_split` must be set, and inversely.")
    if subset not in ("training", "validation", "both", None):
        raise ValueError(f'`subset` must be either "training", "validation" or "both", received: {subset}')
    if share and shuffle and seed is None:
        raise ValueError(
            "If using `validation_split` and shuffling the data, you must provide a `seed` argument, to make sure that there "
            "is no overlap between the training and validation subset."
        )


def check_format(format):
    """Raise if a kind of data set is wanted that Keras does not have."""
    if format not in ("tf", "grain"):
        raise ValueError(f'`format` should be either "tf" or "grain". Received: format={format}. Either gives the same data set here.')
