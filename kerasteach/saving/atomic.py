"""All or nothing: a file is written beside its place and moved there when it is whole.

If anything goes wrong before (a full disk, a power cut, Ctrl-C), the old file is
still there, untouched, and no half of the new one is.
"""

import contextlib
import io
import os
import shutil
import uuid

from ..backend.replicas import REPLICAS


@contextlib.contextmanager
def written_together(*paths):
    """Give one open file per path; when the block ends well they all take their places.

    Of many processes that train together rank 0 writes, and the others wait for it.

    Args:
        *paths: where the files shall be.

    >>> import tempfile
    >>> folder = tempfile.mkdtemp()
    >>> with written_together(f"{folder}/a", f"{folder}/b") as (a, b):
    ...     _ = a.write(b"one"), b.write(b"two")
    >>> sorted(os.listdir(folder))
    ['a', 'b']
    """
    if not REPLICAS.on:
        with _written(paths) as files:
            yield files
    elif REPLICAS.rank:
        yield [io.BytesIO() for _ in paths]
        REPLICAS.engine.wait_for(os.path.realpath(paths[0]))
    else:
        try:
            with _written(paths) as files:
                yield files
        except BaseException as error:
            REPLICAS.engine.announce(os.path.realpath(paths[0]), error)
            raise
        REPLICAS.engine.announce(os.path.realpath(paths[0]))


@contextlib.contextmanager
def _written(paths):
    targets = [os.path.realpath(path) for path in paths]  # a link stays a link
    temporary = [f"{target}.{uuid.uuid4().hex[:8]}.tmp" for target in targets]
    try:
        with contextlib.ExitStack() as stack:
            files = [stack.enter_context(open(name, "x+b")) for name in temporary]
            yield files
            for file in files:
                file.flush()
                os.fsync(file.fileno())
        for name, target in zip(temporary, targets, strict=True):
            if os.path.exists(target):
                shutil.copymode(target, name)
            os.replace(name, target)
        _sync_folders(targets)
    except BaseException:
        for name in temporary:
            with contextlib.suppress(OSError):
                os.unlink(name)
        raise


def _sync_folders(targets):
    """Make the move itself last; not every system can."""
    for folder in {os.path.dirname(target) for target in targets}:
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
