"""Which devices there are and what lies where, as data."""

import math

import numpy as np

from .devices import list_devices


class DeviceMesh:
    """Devices in a grid whose axes have names.

    Args:
        shape: lengths of the axes.
        axis_names: one name an axis.
        devices: names of the devices; `list_devices()` by default.

    Raises:
        ValueError: if the lengths do not fit.

    >>> mesh = DeviceMesh((2,), ["batch"], ["cpu:0", "cpu:1"])
    >>> mesh
    <DeviceMesh shape=(2,), axis_names=['batch']>
    """

    def __init__(self, shape, axis_names, devices=None):
        if not shape or not axis_names:
            raise ValueError(f"Shape and axis_names cannot be empty. Received: shape={shape}, axis_names={axis_names}")
        if len(shape) != len(axis_names):
            raise ValueError(f"Shape and axis_names should have same size. Received: shape={shape}, axis_names={axis_names}")
        devices = np.array(list_devices() if devices is None else devices)
        if math.prod(shape) != devices.size:
            raise ValueError(
                f"Shape does not match the number of devices. Received: shape={shape}; devices.shape={devices.shape}\n"
                f"Fix: start {math.prod(shape)} processes, torchrun --nproc-per-node {math.prod(shape)}; each has one device."
            )
        self._shape, self._axis_names, self._devices = shape, axis_names, devices.reshape(shape)

    @property
    def shape(self):
        """Lengths of the axes."""
        return self._shape

    @property
    def axis_names(self):
        """Names of the axes."""
        return self._axis_names

    @property
    def devices(self):
        """Names of the devices, an array of this shape."""
        return self._devices

    def __repr__(self):
        return f"<{type(self).__name__} shape={self.shape}, axis_names={self.axis_names}>"


class TensorLayout:
    """Along which axes of a mesh a tensor's axes are split.

    Args:
        axes: for each axis of the tensor the name of a mesh's axis, or None if it is not split.
        device_mesh: the mesh, if it is known yet.

    Raises:
        ValueError: for a name that the mesh does not have, or a second mesh.

    >>> TensorLayout(["batch", None])
    <TensorLayout axes=('batch', None), device_mesh=None>
    """

    def __init__(self, axes, device_mesh=None):
        self._axes, self._device_mesh = tuple(axes), device_mesh
        self._check()

    @property
    def axes(self):
        """For each axis of the tensor the name of a mesh's axis, or None."""
        return self._axes

    @property
    def device_mesh(self):
        """The mesh, or None."""
        return self._device_mesh

    @device_mesh.setter
    def device_mesh(self, device_mesh):
        if self._device_mesh is not None:
            raise ValueError(f"Cannot override device mesh value. Existing value is {self._device_mesh}")
        self._device_mesh = device_mesh
        self._check()

    def _check(self):
        known = set(self._device_mesh.axis_names) if self._device_mesh else None
        unknown = {axis for axis in self._axes if axis is not None} - (known or set())
        if known is not None and unknown:
            raise ValueError(f"Invalid axis names for Layout. Valid axis names: {known}, Got {unknown}")

    def __repr__(self):
        return f"<{type(self).__name__} axes={self.axes}, device_mesh={self.device_mesh}>"
