"""Memory that is free goes back to the system where that is asked for."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

HELD_AND_GIVEN_BACK = """
import ctypes
from kerasteach.backend.memory import give_back_freed_memory

def held():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

ctypes.CDLL(None).mallopt(-3, 32 << 20)  # nothing goes back by itself
pieces = [b"x" * 100_000 for _ in range(400)]
last = pieces.pop()  # on top of the others
del pieces
before = held()
print(give_back_freed_memory(), before - held() > 20_000_000)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc")
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux says here how large a process is")
def test_freed_memory_goes_back_also_from_below_what_is_held():
    run = subprocess.run([sys.executable, "-c", HELD_AND_GIVEN_BACK], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["True", "True"]


def test_elsewhere_nothing_happens(monkeypatch):
    from kerasteach.backend.memory import give_back_freed_memory

    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    assert give_back_freed_memory() is False
