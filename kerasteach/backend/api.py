"""What a backend offers, and how to get one.

A backend is a property of a model's variables. Nothing outside this package asks
which one it is; it calls the methods of `Backend`.
"""

import abc
import contextlib
import importlib

import numpy as np

from .. import config
from .modes import DRAWING, SCOPES, TRACE
from .replaying import Replaying

_loaded = {}


class Backend(Replaying):
    """Makes arrays, reads them back, differentiates. Ops find their backend by the type of their inputs."""

    name: str
    compiler = None  # what compiles programs, in words

    def __reduce__(self):
        return get, (self.name,)  # there is one of each: copies of layers share it

    @abc.abstractmethod
    def convert(self, x, dtype=None):
        """Return `x` as this backend's tensor; floats are cast to `dtype`, integers stay."""

    @abc.abstractmethod
    def to_numpy(self, x):
        """Return a NumPy array of a tensor, wherever it lives."""

    @abc.abstractmethod
    def is_tensor(self, x):
        """Whether `x` is already a tensor of this backend."""

    @abc.abstractmethod
    def is_ready(self, x, dtype):
        """Whether `convert(x, dtype)` would return `x` itself; quick, and False when in doubt."""

    @abc.abstractmethod
    def wrap(self, array, trainable, dtype):
        """Return the storage of a variable that starts as `array`; `dtype` may be one that NumPy lacks."""

    def is_storage(self, x):
        """Whether `x` is a variable's storage already, to be shared and not copied."""
        return False

    @abc.abstractmethod
    def read(self, variable):
        """Return the variable's tensor as ops shall see it, gradient and all."""

    @abc.abstractmethod
    def assign(self, variable, value):
        """Write into the variable's storage, in place."""

    @abc.abstractmethod
    def add_in_place(self, variable, value):
        """Add to the variable's storage."""

    @abc.abstractmethod
    def value_and_gradients(self, function, variables):
        """Return (loss, aux, gradients) of `function() -> (loss, aux)`."""

    @abc.abstractmethod
    def program(self, function, shapes_and_dtypes, variables):
        """Write `function(list of tensors) -> [loss, ...]` down as straight-line code.

        Returns:
            A callable(list of tensors) -> (outputs, gradients), with the text in `source`.
        """

    def compiled(self, program, optimizer, patience, quiet=False):
        """Return a program that runs compiled, if this backend has a compiler; else the program itself.

        Args:
            program: what `program` returned.
            optimizer: the built optimizer of its variables; where the update is compiled as well, the program returns None
                for the gradients.
            patience: steps to run uncompiled first.
            quiet: whether nothing is said if it cannot be compiled.
        """
        return program

    @abc.abstractmethod
    def inference(self):
        """Return a context in which nothing is recorded."""

    @abc.abstractmethod
    def detach(self, x):
        """Return the bare tensor, without history."""

    @abc.abstractmethod
    def flatten(self, variables):
        """Make the variables views of one long vector, and return the vector."""

    def update_kernel(self, name, vector):
        """Return the kernel that makes an optimizer's update for weights like this vector; None for its formula as written.

        A kernel is a function(optimizer, weights, gradients, learning_rate, step, *slots), of lists of tensors.
        """
        return None

    @abc.abstractmethod
    def split(self, tensor, size):
        """Return views of `size` rows each; the last may have fewer."""

    @abc.abstractmethod
    def stack(self, numbers):
        """Return a vector of many tensors without axes; quicker than the op, and without a gradient."""

    @abc.abstractmethod
    def concatenate(self, tensors):
        """Return many tensors as one, along their first axis; quicker than the op, and without a gradient."""

    @abc.abstractmethod
    def join(self, tensors):
        """Return all elements of several tensors as one vector."""

    @abc.abstractmethod
    def zeros_like(self, x, fill=0.0):
        """Return a tensor like `x`, filled with one number."""

    def written(self, optimizer, vector, slots):
        """Return an optimizer's formula for one vector and its slots, as quick as this backend runs it."""
        return optimizer.formula

    def unrecorded(self, function):
        """Return a function in which variables may be changed in place, as in `updating`."""
        return function

    def house(self, layer):
        """Give a layer the class that goes with this backend."""
        if type(layer) is not written_as(type(layer)):
            importlib.import_module(f"{__package__}.torch_module").leave(layer)

    def place(self, layer, *args, **kwargs):
        """Move a layer's weights to a device, or change their dtype."""
        raise ValueError(
            f"Unknown backend {args[0] if args else kwargs!r}. Expected 'numpy' or 'torch'; a device only for a layer on Torch. "
            "Fix: model.to('torch') first."
        )

    def use(self, device):
        """Make new tensors on a device from now on.

        Raises:
            ValueError: if there is no such device.
        """
        if str(device) != "cpu":
            raise ValueError(f"NumPy computes on the CPU. Received: device={device!r}. Fix: model.to('torch', device={str(device)!r})")

    def on_device(self, name):
        """Return a context in which new tensors are made on a device."""
        if not str(name).lower().startswith("cpu"):
            raise ValueError(f"NumPy computes on the CPU. Received: device {name!r}. Fix: keras.config.set_backend('torch').")
        return contextlib.nullcontext()

    def is_module(self, x):
        """Whether `x` is a module of the backend's own library, which a layer can wrap."""
        return False

    def spec_by_trial(self, error, call, args, kwargs):
        """Return a call's symbolic outputs, found with real tensors after symbols have failed; or raise that error again."""
        raise error

    # For `GradientTape`

    def recording(self):
        """Return a context in which gradients can be asked for later."""
        return contextlib.nullcontext()

    @abc.abstractmethod
    def follow(self, x):
        """Return an array as a tensor that gradients lead back to."""

    def lend(self, variable):
        """Let gradients lead back to a variable, also if it is frozen, until its `trainable` is set; return it."""
        return variable

    @abc.abstractmethod
    def is_followed(self, x):
        """Whether gradients of `x` can be asked for."""

    @abc.abstractmethod
    def leaf_of(self, variable, tape):
        """Return the tensor that stands for a variable; None if it was not followed."""

    @abc.abstractmethod
    def pull(self, tape, target, leaves, g, keep, nested):
        """Return the gradient of a target for each leaf.

        Args:
            tape: the NumPy tape.
            target: a tensor.
            leaves: tensors, or None.
            g: gradient to start with; ones if None.
            keep: whether it will be asked for again.
            nested: whether a tape outside records this too.
        """

    def hint(self, error):
        """Return a fix for an error that the backend's own library raised in a layer; None if there is none to add."""
        return None

    @abc.abstractmethod
    def updating(self):
        """Return a context in which variables may be changed in place."""

    def devices(self, kind=None):
        """Return the names of the devices there are of a kind, `"cpu"` or `"gpu"`; of the best kind by default."""
        return ["cpu:0"] if kind in (None, "cpu") else []

    def join_job(self, address=None, world=None, rank=None):
        """Connect with the other processes of a job; return what talks to them."""
        raise ValueError("Processes that train together compute on Torch, which is not installed. Fix: pip install torch")

    def random_state(self):
        """Return the state of the library's own global generator as a list of numbers; None if it has none beside NumPy's."""
        return None

    def set_random_state(self, state):
        """Put that state back."""
        raise ValueError(f"The {self.name} backend has no generator beside NumPy's.")


def written_as(cls):
    """Return a layer's class as its author wrote it, whatever backend the layer is on."""
    return vars(cls).get("_plain", cls)


def get(name=None):
    """Return a backend by name; the default one if there is no name.

    Raises:
        ValueError: for an unknown name.
        ImportError: if Torch is asked for and not installed.

    >>> get("numpy").name
    'numpy'
    """
    name = name or config.backend()
    if name not in _loaded:
        if name not in ("numpy", "torch"):
            raise ValueError(f"Unknown backend {name!r}. Expected 'numpy' or 'torch'. Fix: write one of these names.")
        module = importlib.import_module(f"{__package__}.{name}")
        _loaded[name] = module.BACKEND
    return _loaded[name]


def loaded():
    """Return the backends in use so far."""
    return list(_loaded.values())


def owner(x):
    """Return the backend of a tensor or variable; the default one for anything else."""
    home = getattr(x, "_backend", None)
    if home is not None:
        return home
    if isinstance(x, np.ndarray):
        return get()
    return next((home for home in loaded() if home.is_tensor(x)), None) or get()


def at_home(array):
    """Return an array as a tensor of the backend in use; while shapes are found, and text, it stays an array."""
    home = SCOPES.home or get()
    return array if DRAWING.is_on or TRACE.nodes is not None or array.dtype.kind not in "fiub" else home.convert(array)


config.HANDED_DOWN["tensor"] = at_home


def to_numpy(x):
    """Return any tensor, variable or list as a NumPy array."""
    for backend in _loaded.values():
        if backend.is_tensor(x):
            return backend.to_numpy(x)
    return get("numpy").to_numpy(x)
