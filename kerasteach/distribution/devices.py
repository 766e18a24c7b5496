"""What devices there are, and the other processes of the job."""

import importlib.util
import os

from .. import backend
from ..backend.replicas import REPLICAS

_KINDS = "cpu", "gpu", "tpu"


def list_devices(device_type=None):
    """Return the names of all devices of a kind, of all processes of the job.

    Args:
        device_type: `"cpu"`, `"gpu"` or `"tpu"`; the best kind there is by default.

    Raises:
        ValueError: for another kind.

    >>> list_devices("cpu"), list_devices("tpu")
    (['cpu:0'], [])
    """
    kind = None if device_type is None else str(device_type).lower()
    if kind not in (None, *_KINDS):
        raise ValueError(f"Unknown device_type. Expected 'cpu', 'gpu' or 'tpu'. Received: device_type={device_type!r}")
    return engine_room().devices(kind)


def get_device_count(device_type=None):
    """Return how many devices of a kind there are, in all processes of the job.

    Args:
        device_type: `"cpu"`, `"gpu"` or `"tpu"`; the best kind there is by default.

    >>> get_device_count("cpu")
    1
    """
    return len(list_devices(device_type))


def initialize(job_addresses=None, num_processes=None, process_id=None):
    """Connect with the other processes of the job.

    Under torchrun it takes no arguments, and `DataParallel` calls it. Otherwise the environment variables
    `KERAS_DISTRIBUTION_JOB_ADDRESSES`, `..._NUM_PROCESSES` and `..._PROCESS_ID` stand for arguments that are not given.
    A process that is alone has nobody to connect with.

    Args:
        job_addresses: `"host:port"` of process 0, or of all with commas between.
        num_processes: how many processes there are.
        process_id: number of this one, from 0.

    Raises:
        ValueError: if only some of the three are known.

    >>> initialize()
    """
    if REPLICAS.engine is not None:
        return
    address = job_addresses or os.environ.get("KERAS_DISTRIBUTION_JOB_ADDRESSES")
    world, rank = _number(num_processes, "NUM_PROCESSES"), _number(process_id, "PROCESS_ID")
    known = [value for value in (address, world, rank) if value is not None]
    if len(known) in (1, 2):
        raise ValueError(
            "`initialize` needs job_addresses, num_processes and process_id together, or none of them under torchrun. "
            f"Received: job_addresses={address}, num_processes={world}, process_id={rank}\n"
            "Fix: torchrun --nproc-per-node 2 -m kerasteach run train.py needs none."
        )
    if known or int(os.environ.get("WORLD_SIZE", 1)) > 1:
        engine = engine_room().join_job(*([address.split(",")[0], world, rank] if known else []))
        REPLICAS.engine, REPLICAS.rank, REPLICAS.world = engine, engine.rank, engine.world


def engine_room():
    """The backend that knows devices and processes: Torch, if it is installed."""
    return backend.get("torch" if importlib.util.find_spec("torch") else "numpy")


def _number(given, name):
    value = os.environ.get(f"KERAS_DISTRIBUTION_{name}") if given is None else given
    return None if value is None else int(value)
