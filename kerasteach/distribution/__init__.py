"""`keras.distribution`: one model trained by several processes, each on its rows of every batch.

    torchrun --nproc-per-node 2 -m kerasteach run train.py

does all of it for a script that knows nothing of it; docs/distribution.md says what is equal, and what to do after a
crash. A script that wants to say it itself:

    keras.config.set_backend("torch")
    keras.distribution.set_distribution(keras.distribution.DataParallel())
"""

from ..left_out import getattr_of
from .data_parallel import DataParallel, distribution, set_distribution
from .devices import get_device_count, initialize, list_devices
from .mesh import DeviceMesh, TensorLayout

__all__ = [
    "DataParallel", "DeviceMesh", "TensorLayout", "distribution", "get_device_count", "initialize", "list_devices",
    "set_distribution",
]  # fmt: skip

__getattr__ = getattr_of("distribution")
