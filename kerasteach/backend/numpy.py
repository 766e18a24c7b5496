"""The NumPy backend: the transparent reference. Its rules are the op table, its gradients the tape."""

import contextlib
import math

import numpy as np

from ..config import floatx
from ..ops.elementwise import cast
from ..ops.table import as_value
from .api import Backend
from .modes import TOLD
from .numpy_replaying import Audible, NumpyReplaying
from .tape import OPEN, Tape, Tensor
from .text import Text

_LARGE = 1 << 18  # elements of an array that is worth being made in memory used before
_NOTHING = contextlib.nullcontext()
_FLOATS = {name: np.dtype(name) for name in ("float16", "float32", "float64")}
_NO_BFLOAT16 = (
    "NumPy has no bfloat16.\nFix: use 'float16' or 'mixed_float16', or make the model on Torch: "
    "keras.config.set_backend('torch') first."
)


class NumpyBackend(NumpyReplaying, Backend):
    """Arrays of NumPy; gradients by walking the tape back."""

    name = "numpy"

    def convert(self, x, dtype=None):
        kind = type(x)
        if kind is Audible:
            x, kind = np.asarray(x), np.ndarray
        if kind is Tensor:
            same = dtype is None or x.dtype.kind != "f" or x.dtype.name == dtype
            return x if same else cast(x, dtype=dtype)
        array = x if kind is np.ndarray or kind is Text else _as_array(x)
        if array.dtype.kind == "f":
            target = dtype or (array.dtype if kind is np.ndarray else floatx())
        elif kind is Text:
            return array
        elif array.dtype.kind in "USO":
            raise ValueError(_not_numbers(array))
        else:
            return array
        if target == "bfloat16":
            raise ValueError(_NO_BFLOAT16)
        if array.dtype == target:
            return array
        return cast(array, dtype=target) if TOLD.hears_ops else array.astype(target)

    def to_numpy(self, x):
        if isinstance(x, (np.ndarray, int, float, np.generic)):
            return np.asarray(x)
        return np.asarray(x.value) if type(x) is Tensor else _as_array(x)

    def is_tensor(self, x):
        return isinstance(x, (np.ndarray, Tensor))

    def is_ready(self, x, dtype):
        kind = type(x)
        return (kind is Tensor or kind is np.ndarray) and x.dtype is _FLOATS.get(dtype)

    def wrap(self, array, trainable, dtype):
        if dtype == "bfloat16":
            raise ValueError(_NO_BFLOAT16)
        return np.array(array)

    def read(self, variable):
        tape = OPEN.tape
        return variable._value if tape is None else tape.leaf(variable)

    def assign(self, variable, value):
        if OPEN.tape is not None and variable._flat is None:
            # What the tape has noted must stay as it was: the new value goes elsewhere.
            variable._value = np.empty_like(variable._value)
            OPEN.tape.follow(variable)
        variable._value[...] = value

    def add_in_place(self, variable, value):
        if OPEN.tape is not None and variable._flat is None:
            variable._value = variable._value.copy()
            OPEN.tape.follow(variable)
        variable._value += value.value if type(value) is Tensor else self.to_numpy(value)

    def value_and_gradients(self, function, variables):
        with Tape(variables) as tape:
            loss, aux = function()
        gradients = tape.gradient(loss, variables)
        TOLD.asked(loss, variables, gradients)
        return self.detach(loss), aux, gradients

    def follow(self, x):
        array = self.convert(x)
        if array.dtype.kind != "f":
            raise ValueError(f"Only floats have a gradient. Received: an array of dtype {array.dtype}. Fix: x.astype('float32').")
        return array if type(array) is Tensor else Tensor(array)

    def is_followed(self, x):
        return type(x) is Tensor

    def leaf_of(self, variable, tape):
        return tape.leaves.get(id(variable))

    def pull(self, tape, target, leaves, g, keep, nested):
        if nested:
            raise NotImplementedError(
                "A gradient of a gradient (one tape inside another) needs Torch; the NumPy rules differentiate once.\n"
                "Fix: keras.config.set_backend('torch') before the model is made."
            )
        tape.walked = tape.walked or tape.shared
        found = tape.gradient(target, leaves, g)
        TOLD.asked(target, leaves, found)
        if not keep:
            tape.forget()
        return found

    def program(self, function, shapes_and_dtypes, variables):
        from .memory import keep_freed_memory
        from .numpy_fusion import TOGETHER
        from .program import Program, trace

        traced = TOGETHER.apply(trace(function, shapes_and_dtypes))
        if any(None not in t.shape and math.prod(t.shape) > _LARGE for node in traced.nodes for t in node.outputs):
            keep_freed_memory(64)
        return Program(traced, variables, rule_of=None, constant=as_value)

    def written(self, optimizer, vector, slots):
        from .update import written

        return written(optimizer, vector, slots)

    def inference(self):
        return _NOTHING

    updating = inference

    def detach(self, x):
        return x.value if type(x) is Tensor else np.asarray(x) if type(x) is Audible else x

    def flatten(self, variables):
        vector = self.join([v._value for v in variables])
        start = 0
        for v in variables:
            v._value = vector[start : start + v._value.size].reshape(v._value.shape)
            start += v._value.size
        return vector

    def split(self, tensor, size):
        return [tensor[i : i + size] for i in range(0, len(tensor), size)]

    def stack(self, numbers):
        return np.array(numbers)

    def concatenate(self, tensors):
        return np.concatenate(tensors)

    def join(self, tensors):
        return np.concatenate([t.ravel() for t in tensors])

    def zeros_like(self, x, fill=0.0):
        return np.full_like(x, fill)


def _as_array(x):
    if hasattr(x, "detach"):  # a Torch tensor: its own `__array__` refuses gradients and GPUs
        x = x.detach().cpu()
    try:
        return np.asarray(x)
    except ValueError as error:
        raise ValueError(
            f"Expected numbers in rows of equal length. Received a {type(x).__name__}: {error}\n"
            "Fix: pad the rows to one length, or cut them."
        ) from None


def _not_numbers(array):
    sample = repr(array.flat[0]) if array.size else "nothing"
    if array.size and isinstance(array.flat[0], (np.ndarray, list, tuple)):
        return (
            f"Invalid dtype: object. Expected numbers in rows of equal length. Received an array of shape {array.shape} that "
            f"holds whole rows, as {sample}.\nFix: np.stack the rows if they are of one length, or pad them first."
        )
    return (
        f"Invalid dtype: {'object' if array.dtype == object else 'str'}. Expected numbers. "
        f"Received an array of shape {array.shape} that holds {sample}.\n"
        "Fix: turn text and categories into numbers first, for instance with np.unique(x, return_inverse=True), "
        "or with x.astype('float32') if they are numbers."
    )


BACKEND = NumpyBackend()
