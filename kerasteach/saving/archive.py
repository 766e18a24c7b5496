"""The `.keras` archive: a ZIP, or a folder of the same names, checked before anything in it is read."""

import contextlib
import io
import os
import stat
import sys
import zipfile
import zlib

from ..backend.replicas import REPLICAS

CONFIG, METADATA, WEIGHTS, ASSETS = "config.json", "metadata.json", "model.weights.h5", "assets"
MANY_BYTES = 1 << 28  # a member that declares less than 256 MiB is read without asking
MAX_EXPANSION = 100  # Keras stores members as they are: 1:1
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


def may_write(filepath, overwrite):
    """Whether to go on and write; asks a person at a terminal if `overwrite=False` and the file exists.

    Raises:
        FileExistsError: if nobody is there to ask.
    """
    if overwrite or not os.path.exists(filepath) or (REPLICAS.on and REPLICAS.rank):  # where rank 0 writes, it asks
        return True
    if not (sys.stdin and sys.stdin.isatty()):
        raise FileExistsError(
            f"{filepath} already exists and overwrite=False.\n"
            "Fix: pass overwrite=True to replace it, or save under another name."
        )
    answer = ""
    while answer not in ("y", "n"):
        answer = input(f"[WARNING] {filepath} already exists - overwrite? [y/n]").strip().lower()
    return answer == "y"


def check_exists(filepath):
    """Raise Keras's error if there is no such file."""
    if not os.path.exists(filepath):
        raise ValueError(
            f"File not found: filepath={filepath}. Please ensure the file is an accessible `.keras` zip file.\n"
            f"Where: the current folder is {os.getcwd()}."
        )


@contextlib.contextmanager
def opened(filepath):
    """Give the members of a `.keras` file or folder, after checking them.

    Raises:
        ValueError: if the archive is cut short, or its members are not what a model has.
    """
    check_exists(filepath)
    if os.path.isdir(filepath):
        yield Folder(filepath)
        return
    try:
        zipped = zipfile.ZipFile(filepath)
    except zipfile.BadZipFile as error:
        raise ValueError(
            f"File not found: filepath={filepath}. Please ensure the file is an accessible `.keras` zip file.\n"
            f"Received: {os.path.getsize(filepath):,} bytes that are no whole zip archive ({error}); the file may have "
            "been cut short in copying. Fix: copy or save it again."
        ) from error
    with zipped:
        for info in zipped.infolist():
            _check_member(info, filepath)
        yield Archive(zipped, filepath)


class Archive:
    """The members of an open ZIP."""

    def __init__(self, zipped, where):
        self.zipped, self.where, self.names = zipped, where, set(zipped.namelist())

    def read(self, name):
        """Return a member's bytes.

        Raises:
            ValueError: if it is missing or damaged.
        """
        _check_present(name, self.names, self.where)
        try:
            return self.zipped.read(name)
        except _DAMAGE as error:
            raise ValueError(
                f"Cannot read {name} in {self.where}: {error}.\n"
                "Expected: an undamaged, unencrypted archive. Fix: copy or save the file again."
            ) from error

    def weights(self):
        """Return the weights as an open binary file."""
        return io.BytesIO(self.read(WEIGHTS))


class Folder:
    """The same members as plain files (`model.save(path, zipped=False)`)."""

    def __init__(self, path):
        self.path, self.where = path, path
        files = [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names]
        self.names = {os.path.relpath(file, path).replace(os.sep, "/") for file in files}

    def read(self, name):
        """Return a member's bytes.

        Raises:
            ValueError: if it is missing.
        """
        _check_present(name, self.names, self.where)
        with open(os.path.join(self.path, name), "rb") as file:
            return file.read()

    weights = Archive.weights


def _check_present(name, names, where):
    if name not in names:
        expected = f"a {WEIGHTS} or model.weights.npz file" if name == WEIGHTS else f"a {name}"
        npz = " (npz weights are not read here; save the model as h5.)" if "model.weights.npz" in names else ""
        raise ValueError(
            f"Expected {expected}.{npz}\nWhere: {where}. Received: {sorted(names)}.\n"
            "Fix: save the model with `model.save('x.keras')`."
        )


def _check_member(info, where):
    """Names stay inside the archive, are no links, and do not blow up."""
    parts = info.filename.split("/")
    if info.filename.startswith("/") or ".." in parts or "\\" in info.filename or ":" in parts[0]:
        raise _refused(f"archive member {info.filename!r} points outside the archive", where)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _refused(f"archive member {info.filename!r} is a link", where)
    if info.file_size > MANY_BYTES and info.file_size > MAX_EXPANSION * info.compress_size:
        raise _refused(
            f"archive member {info.filename!r} declares {info.file_size:,} bytes but only {info.compress_size:,} are "
            "stored on disk; refusing to load a potential decompression bomb",
            where,
        )


def _refused(what, where):
    return ValueError(
        f"Not allowed: {what}.\nWhere: {where}. Expected: {METADATA}, {CONFIG}, {WEIGHTS} and {ASSETS}/.\n"
        "Fix: do not load this file unless you know who wrote it; Keras writes no such files."
    )
