"""`DataParallel`: the same model in every process, each with its rows of every batch."""

import contextlib
import warnings

from ..backend.random_state import random_state, set_random_state
from ..backend.replicas import REPLICAS
from .devices import initialize, list_devices
from .mesh import DeviceMesh, TensorLayout

_current = None


class DataParallel:
    """Training by several processes that have the same weights: each computes on its rows of every batch.

    `batch_size` is that of all processes together, so that loss, metrics and weights are those of one process with the
    same settings. One device belongs to each process; `torchrun` starts them.

    Args:
        device_mesh: a `DeviceMesh` of one axis.
        devices: names of the devices, instead of a mesh; `list_devices()` by default.
        auto_shard_dataset: kept for Keras's sake; every process takes its rows of each batch by itself.

    Raises:
        ValueError: for something else than a mesh, more devices than processes, or `auto_shard_dataset=False`.

    Source: Li et al., 2020, "PyTorch Distributed", arXiv:2006.15704.

    >>> both = DataParallel(devices=["cpu:0"])
    >>> both.num_processes, both.batch_dim_name, both.device_mesh
    (1, 'batch', <DeviceMesh shape=(1,), axis_names=['batch']>)
    """

    def __init__(self, device_mesh=None, devices=None, auto_shard_dataset=True):
        if device_mesh is not None and not isinstance(device_mesh, DeviceMesh):
            raise ValueError(
                f"Expect `mesh` to be an instance of `DeviceMesh`. Received: mesh={device_mesh} (of type {type(device_mesh)})"
            )
        if not auto_shard_dataset:
            raise ValueError(
                "auto_shard_dataset=False is not supported: every process takes its rows of each batch by itself. "
                "Fix: give all processes the same data, and leave `auto_shard_dataset` out."
            )
        initialize()
        if device_mesh is None:
            devices = list(devices or list_devices())
            device_mesh = DeviceMesh((len(devices),), ["batch"], devices)
        if device_mesh.devices.ndim != 1:
            warnings.warn(
                f"Expect the input mesh to be 1D, but received mesh.devices.ndim={device_mesh.devices.ndim}. "
                "The first axis will be used for data-parallel sharding.",
                stacklevel=2,
            )
        self._device_mesh, self.auto_shard_dataset = device_mesh, True
        _check_one_device_each(device_mesh)

    @property
    def device_mesh(self):
        """The devices."""
        return self._device_mesh

    @property
    def batch_dim_name(self):
        """Name of the mesh's axis that batches are split along."""
        return self._device_mesh.axis_names[0]

    @property
    def num_processes(self):
        """How many processes train together."""
        return REPLICAS.world

    @property
    def num_model_replicas(self):
        """How many copies of the model there are."""
        return self._device_mesh.devices.size

    @property
    def data_shard_id(self):
        """Number of this process, and of its part of each batch."""
        return REPLICAS.rank

    def get_data_layout(self, data_shape):
        """Return the layout of a batch: its rows are split."""
        return TensorLayout([self.batch_dim_name, *[None] * (len(data_shape) - 1)], self.device_mesh)

    def get_variable_layout(self, variable):
        """Return the layout of a weight: every process has all of it."""
        return TensorLayout([None] * len(variable.shape), self.device_mesh)

    def get_tensor_layout(self, path):
        """Return None: what is computed stays where it is."""
        return None

    def distribute_dataset(self, dataset):
        """Return the data set as it is: `fit`, `evaluate` and `predict` take this process's rows of each batch."""
        return dataset

    @contextlib.contextmanager
    def scope(self):
        """Context in which this is the distribution."""
        before = distribution()
        set_distribution(self)
        try:
            yield
        finally:
            set_distribution(before)

    def __repr__(self):
        return f"<{type(self).__name__} device_mesh={self.device_mesh}>"


def distribution():
    """Return the distribution in use, or None.

    >>> distribution() is None
    True
    """
    return _current


def set_distribution(value):
    """Train by a `DataParallel` from now on; None for one process by itself.

    Raises:
        ValueError: for anything else.

    >>> set_distribution(DataParallel(devices=["cpu:0"]))
    >>> distribution()
    <DataParallel device_mesh=<DeviceMesh shape=(1,), axis_names=['batch']>>
    >>> set_distribution(None)
    """
    global _current
    if value is not None and not isinstance(value, DataParallel):
        raise ValueError(f"Expected a `DataParallel` or None. Received: {value!r} (of type {type(value)})")
    _current = value
    REPLICAS.on = value is not None and REPLICAS.world > 1
    if REPLICAS.on:  # what is drawn from now on is the same everywhere
        set_random_state(REPLICAS.engine.tell(random_state()))


def _check_one_device_each(mesh):
    """Raise, or warn on one machine with several GPUs, if there are not as many processes as devices."""
    count, world = mesh.devices.size, REPLICAS.world
    if count == world:
        return
    fix = f"torchrun --nproc-per-node {count} -m kerasteach run train.py"
    if world > 1:
        raise ValueError(f"{world} processes have a device each. Received: {count} devices. Fix: {fix}")
    warnings.warn(f"One process uses one device; {count} are there. To use all of them: {fix}", stacklevel=3)
