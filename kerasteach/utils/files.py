"""Files from the internet, kept in a cache; archives unpacked with care."""

import contextlib
import hashlib
import os
import shutil
import tempfile
import uuid
import warnings

from .progbar import Progbar


def keras_home():
    """The folder of Keras's caches: `$KERAS_HOME`, else `~/.keras`."""
    return os.path.expanduser(os.environ.get("KERAS_HOME") or os.path.join("~", ".keras"))


def get_file(
    fname=None,
    origin=None,
    untar=False,
    md5_hash=None,
    file_hash=None,
    cache_subdir="datasets",
    hash_algorithm="auto",
    extract=False,
    archive_format="auto",
    cache_dir=None,
    force_download=False,
):
    """Return the path of a file, downloaded unless the cache has it.

    A file is never there by halves: it is downloaded beside its place and moved there when it is whole and its hash is
    right. Archives are unpacked the same way, and what would land outside their folder is left out, with a warning.

    Args:
        fname: its name in the cache; that at the end of `origin` by default.
        origin: address to download from.
        untar: old name of `extract`, for tar archives.
        md5_hash: old name of `file_hash`, for md5.
        file_hash: md5 or sha256 of the file.
        cache_subdir: folder in the cache, or an absolute path.
        hash_algorithm: `"md5"`, `"sha256"` or `"auto"`: by the hash's length.
        extract: whether to unpack an archive; then the folder's path is returned.
        archive_format: `"tar"`, `"zip"`, `"auto"`, a list of them, or None.
        cache_dir: the cache; `$KERAS_HOME` or `~/.keras` by default.
        force_download: whether to download even if it is there.

    Raises:
        ValueError: if the hash is wrong, or the arguments make no name.
        OSError: if there is no way to `origin`; it tells where to put the file by hand.

    Source: https://keras.io/api/utils/python_utils/#getfile-function

    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "numbers.txt").write_text("1 2 3")
    >>> path = get_file(origin=(folder / "numbers.txt").as_uri(), cache_dir=folder / "cache")
    Downloading data from file://...
    >>> os.path.relpath(path, folder)
    'cache/datasets/numbers.txt'
    """
    if origin is None:
        raise ValueError('Please specify the "origin" argument (URL of the file to download).')
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    folder = _cache(cache_dir, cache_subdir)
    name = _name(fname, origin)
    extract = extract or untar
    path = os.path.join(folder, name)
    if extract:
        stem = name.partition(".")[0]
        unpacked = os.path.join(folder, f"{stem}_extracted" if fname and "." in name else name)
        path = path if fname and "." in name else path + "_archive"
    known = os.path.exists(path) and not force_download
    if known and file_hash is not None and not _is_right(path, file_hash, hash_algorithm):
        print(
            f"A local file was found, but it seems to be incomplete or outdated because the {hash_algorithm} file hash does "
            f"not match the original value of {file_hash} so we will re-download the data."
        )
        known = False
    if not known:
        _download(origin, path, file_hash, hash_algorithm)
    if not extract:
        return path
    if not known or not os.path.exists(unpacked):
        _unpack(path, unpacked, "tar" if untar else archive_format)
    return unpacked


def _cache(cache_dir, cache_subdir):
    """The folder to keep a file in; below the temporary folder if the cache cannot be written."""
    base = keras_home() if cache_dir is None else os.path.expanduser(cache_dir)
    with contextlib.suppress(OSError):
        os.makedirs(base, exist_ok=True)
    if not os.access(base, os.W_OK):
        base = os.path.join(tempfile.gettempdir(), ".keras")
    folder = os.path.join(base, cache_subdir)
    os.makedirs(folder, exist_ok=True)
    return folder


def _name(fname, origin):
    from urllib.parse import urlsplit

    name = os.fspath(fname) if fname else os.path.basename(urlsplit(origin).path)
    if not name:
        raise ValueError(f"Can't parse the file name from the origin provided: '{origin}'. Please specify the `fname` argument.")
    if os.path.basename(name) != name or name in (".", ".."):
        raise ValueError(
            "Paths are no longer accepted as the `fname` argument. To specify the file's parent directory, use the "
            f"`cache_dir` argument. Received: fname={name}"
        )
    return name


def _is_right(path, file_hash, algorithm):
    """Whether a file has a hash."""
    sha256 = algorithm == "sha256" or (algorithm == "auto" and len(str(file_hash)) == 64)
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256" if sha256 else "md5").hexdigest() == str(file_hash)


def _download(origin, path, file_hash, algorithm):
    import urllib.error
    from urllib.request import urlretrieve

    print(f"Downloading data from {origin}")
    part = f"{path}.{uuid.uuid4().hex[:8]}.part"
    bar = None

    def show(block, block_size, total):
        nonlocal bar
        bar = bar or Progbar(total if total > 0 else None)
        if bar.target is None or bar._seen < bar.target:
            bar.update(min(block * block_size, bar.target or block * block_size))

    try:
        try:
            urlretrieve(origin, part, show)
        except urllib.error.HTTPError as error:
            raise OSError(_unreachable(origin, path, error.code, error.msg)) from error
        except urllib.error.URLError as error:
            raise OSError(_unreachable(origin, path, error.errno, error.reason)) from error
        if file_hash is not None and not _is_right(part, file_hash, algorithm):
            raise ValueError(
                f"Incomplete or corrupted file detected. The {algorithm} file hash does not match the provided value of "
                f"{file_hash}.\nThe download from {origin} was thrown away."
            )
        os.replace(part, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(part)


def _unreachable(origin, path, code, reason):
    return (
        f"URL fetch failure on {origin}: {code} -- {reason}\n"
        f"Fix: without internet, download {origin} on another machine, name it {os.path.basename(path)!r} and place it in "
        f"{os.path.dirname(path)}; it is found there the next time."
    )


def _unpack(path, folder, formats):
    """Unpack an archive beside its place, and move it there when it is whole."""
    import tarfile
    import zipfile

    formats = {"auto": ["tar", "zip"], None: []}.get(formats, formats) if not isinstance(formats, list) else formats
    formats = [formats] if isinstance(formats, str) else formats
    part = f"{folder}.{uuid.uuid4().hex[:8]}.part"
    try:
        if "tar" in formats and tarfile.is_tarfile(path):
            with tarfile.open(path) as archive:
                archive.extractall(part, members=_safe_members(archive, part), filter="data")
        elif "zip" in formats and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                archive.extractall(part, members=_safe_names(archive, part))
        else:
            warnings.warn(f"Could not extract archive. {path} is of none of the formats {formats}.", stacklevel=3)
            return
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _safe_members(archive, folder):
    """The members of a tar archive that stay in their folder and are plain files, folders or links within."""
    import tarfile

    os.makedirs(folder, exist_ok=True)
    for member in archive:
        try:
            yield tarfile.data_filter(member, folder)
        except tarfile.FilterError:
            _skip(member.name)


def _safe_names(archive, folder):
    root = os.path.realpath(folder)
    os.makedirs(root, exist_ok=True)
    for info in archive.infolist():
        if os.path.realpath(os.path.join(root, info.filename)).startswith(root + os.sep):
            yield info
        else:
            _skip(info.filename)


def _skip(name):
    warnings.warn(f"Skipping invalid path during archive extraction: '{name}'.", stacklevel=5)
