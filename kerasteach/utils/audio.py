"""Folders of sounds as data sets."""

import wave

import numpy as np

from .directory import from_directory


def audio_dataset_from_directory(
    directory,
    labels="inferred",
    label_mode="int",
    class_names=None,
    batch_size=32,
    sampling_rate=None,
    output_sequence_length=None,
    ragged=False,
    shuffle=True,
    seed=None,
    validation_split=None,
    subset=None,
    follow_links=False,
    verbose=True,
):
    """Return the `.wav` files of a folder as a data set; each subfolder is a class.

    It is a `keras.utils.PyDataset` with `class_names`, `file_paths`, `take` and `map`: there is no `tf.data` here.

    Args:
        directory: the folder; files of 16 bits a sample.
        labels, label_mode, class_names, batch_size, shuffle, seed: as for `image_dataset_from_directory`.
        validation_split, subset, follow_links, verbose: as for `image_dataset_from_directory`.
        sampling_rate: not supported; Keras needs another package for it.
        output_sequence_length: samples to cut or fill up each sound to; that of the batch's longest by default.
        ragged: not supported; short sounds are filled up with silence.

    Returns:
        A data set of `(batch, samples, channels)` float32 from -1 to 1, with labels if there are any.

    Raises:
        ValueError: if arguments do not fit each other or the folder, or a file has not 16 bits.

    Source: https://keras.io/api/data_loading/audio/

    >>> import os, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> os.mkdir(f"{folder}/beeps")
    >>> with wave.open(f"{folder}/beeps/1.wav", "wb") as file:
    ...     file.setparams((1, 2, 8000, 0, "NONE", ""))
    ...     file.writeframes(np.zeros(5, "<i2").tobytes())
    >>> [x.shape for x, y in audio_dataset_from_directory(folder, verbose=False)]
    [(1, 5, 1)]
    """
    if ragged and output_sequence_length is not None:
        raise ValueError("Cannot set both `ragged` and `output_sequence_length`")
    if ragged or sampling_rate is not None:
        raise ValueError(
            f"`ragged` and `sampling_rate` are not supported. Received: ragged={ragged}, sampling_rate={sampling_rate}\n"
            "Fix: leave them out; bring sounds to one rate before, and fill them up with silence."
        )

    def load(path):
        sound = _read(path)  # (samples, channels)
        return sound if output_sequence_length is None else _fill(sound[:output_sequence_length], output_sequence_length)

    return from_directory(
        load, directory, labels, label_mode, class_names, batch_size, shuffle, seed, validation_split, subset, follow_links,
        verbose, (".wav",), "audio files", join=_join,
    )  # fmt: skip


def _read(path):
    with wave.open(path, "rb") as file:
        if file.getsampwidth() != 2:
            raise ValueError(f"{path} has {8 * file.getsampwidth()} bits a sample; expected 16. Fix: convert it.")
        numbers = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return numbers.reshape(-1, file.getnchannels()).astype("float32") / 32768


def _fill(sound, length):
    """Silence put after a sound."""
    return np.pad(sound, [(0, length - len(sound)), *[(0, 0)] * (sound.ndim - 1)])


def _join(samples):
    """Sounds as long as the longest; labels as they are."""
    longest = max((len(sample) for sample in samples if sample.ndim), default=0)
    return np.stack([_fill(sample, longest) if sample.ndim else sample for sample in samples])
