"""Freed memory kept for the next step.

A step frees what it made, and the next one asks for the same again. By default the C library gives large pieces back to
the system each time, which must then hand them out anew, filled with zeros, page by page: up to half of a
convolutional step. Here some of what was freed stays with the process; pieces of 32 MiB and more, such as datasets, are
still given back.
"""

import ctypes
import platform

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # names of glibc's settings
_kept = 0  # MiB asked for so far


def keep_freed_memory(most):
    """Ask the C library for this; where it is not glibc nothing is changed.

    Args:
        most: MiB that may be kept; what was asked for before is not made less.

    Returns:
        Whether the C library agreed.
    """
    global _kept
    if most <= _kept:
        return True
    if platform.libc_ver()[0] != "glibc":
        return False
    libc, _kept = ctypes.CDLL(None), most
    return bool(libc.mallopt(_MMAP_THRESHOLD, 32 << 20) and libc.mallopt(_TRIM_THRESHOLD, most << 20))


def give_back_freed_memory():
    """Hand what is free back to the system, wherever it lies; for after a piece of work that is done only now and then.

    Returns:
        Whether the C library gave back something; `False` where it is not glibc.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    return bool(ctypes.CDLL(None).malloc_trim(0))
