"""Writing: from an object to plain data that JSON can hold.

`serialize_keras_object` gives what real Keras would, so that real Keras can
read it; `deserialize_keras_object`, in the file beside this one, is its reverse.

>>> serialize_keras_object({"shape": (None, 4), "part": slice(0, 2)})
{'shape': (None, 4), 'part': {'class_name': '__slice__', 'config': {'start': 0, 'stop': 2, 'step': None}}}
"""

import inspect
import types
import warnings

import numpy as np

from ..backend.api import to_numpy, written_as
from ..backend.op_call import OpCall
from ..backend.symbolic import KerasTensor, dtype_name
from . import op_nodes, public, safety, sharing
from .deserialize import deserialize_keras_object
from .registry import get_registered_name

__all__ = ["deserialize_keras_object", "serialize_keras_object"]


def serialize_keras_object(obj):
    """Turn an object into plain data: a dict with `module`, `class_name`, `config` and `registered_name`.

    Args:
        obj: a layer, model, optimizer, loss, ...; a named function; a tensor; or
            numbers, strings, lists, tuples and dicts of all these.

    Returns:
        What `deserialize_keras_object` makes an equal object of.

    Raises:
        TypeError: if some part cannot be described, because its class has no `get_config`.
    """
    if obj is None or isinstance(obj, (bool, int, float, str)):
        return obj
    if isinstance(obj, (list, tuple)):
        items = [serialize_keras_object(item) for item in obj]
        return tuple(items) if isinstance(obj, tuple) else items
    if isinstance(obj, dict):
        return serialize_dict(obj)
    special = _special(obj)
    if special is not None:
        return special
    if isinstance(obj, (np.generic, np.ndarray)):
        return obj.item()
    if isinstance(obj, np.dtype):
        return obj.name
    return _named_function(obj) if public.is_function(obj) else _instance(obj)


def serialize_dict(mapping):
    """Serialize the values of a dict."""
    return {key: serialize_keras_object(value) for key, value in mapping.items()}


def _special(obj):
    """Values that JSON has no word for, or None."""
    if isinstance(obj, bytes):
        return _tagged("bytes", value=obj.decode("utf-8"))
    if isinstance(obj, slice):
        return _tagged("slice", **serialize_dict({"start": obj.start, "stop": obj.stop, "step": obj.step}))
    if obj is Ellipsis:
        return _tagged("ellipsis")
    if isinstance(obj, KerasTensor):
        return _tagged("keras_tensor", shape=obj.shape, dtype=obj.dtype, keras_history=_origin(obj))
    if isinstance(obj, np.ndarray) and obj.ndim:
        return _tagged("numpy", value=obj.tolist(), dtype=obj.dtype.name)
    if isinstance(obj, types.FunctionType) and obj.__name__ == "<lambda>":
        return _lambda(obj)
    if hasattr(obj, "__array__") and hasattr(obj, "dtype") and not isinstance(obj, (np.generic, np.ndarray)):
        return _tagged("tensor", value=to_numpy(obj).tolist(), dtype=dtype_name(obj.dtype))
    return None


def _tagged(kind, **config):
    return {"class_name": f"__{kind}__", "config": config}


def _origin(tensor):
    """Who made a symbolic tensor: [name of the layer, number of the call, number of the output]."""
    history = getattr(tensor, "_keras_history", None)
    return history and [history.operation.name, history.node_index, history.tensor_index]


def _lambda(function):
    try:
        source = inspect.getsource(function).strip()
    except (OSError, TypeError):
        source = repr(function)
    warnings.warn(
        "The object being serialized includes a `lambda`. This is unsafe. In order to reload the object, you will have "
        "to pass `safe_mode=False` to the loading function. Please avoid using `lambda` in the future, and use named "
        f"Python functions instead. This is the `lambda` being serialized: {source}",
        stacklevel=4,
    )
    dump = list(safety.dump_lambda(function).values())
    # Keras reads `value`, and in a Lambda layer `code`, whose list it takes apart itself.
    return _tagged("lambda", value=dump, code=dump, defaults=None, closure=None)


def _named_function(function):
    return {
        "module": "builtins",
        "class_name": "function",
        "config": get_registered_name(function),
        "registered_name": "function",
    }


def _instance(obj):
    """An object with a config: where its class is, what it was made with, how it was built and compiled."""
    cls = written_as(type(obj))
    data = _where(cls, obj)
    data["config"] = op_nodes.op_config(obj) if isinstance(obj, OpCall) else _config_of(obj)
    for key in ("build_config", "compile_config"):
        getter = getattr(obj, f"get_{key}", None)
        value = getter() if getter else None
        if value is not None:
            data[key] = serialize_dict(value)
    if hasattr(cls, "save_own_variables"):
        sharing.note_written(obj, data)
    return data


def _where(cls, obj):
    if isinstance(obj, OpCall):
        name = op_nodes.class_of(obj.op)
        return _address(op_nodes.module_of(obj.op), name, name)
    public_path = public.path_of(cls)
    if public_path is None:
        module = None if cls.__module__ == "__main__" else cls.__module__
        return _address(module, cls.__name__, get_registered_name(cls))
    module, name = public_path
    return _address(module, name, name if module.startswith("keras.src.") else None)


def _address(module, class_name, registered_name):
    return {"module": module, "class_name": class_name, "config": None, "registered_name": registered_name}


def _config_of(obj):
    if isinstance(obj, type) or not hasattr(obj, "get_config"):
        raise TypeError(
            f"Cannot serialize object {obj} of type {type(obj)}. To be serializable, a class must implement the "
            "`get_config()` method.\n"
            "Fix: "
            + (
                "pass an instance, not the class."
                if isinstance(obj, type)
                else f"add `get_config(self)` to {type(obj).__name__}; it returns the constructor's arguments as a dict."
            )
        )
    config = obj.get_config()
    if not isinstance(config, dict):
        raise TypeError(f"The `get_config()` method of {obj} should return a dict. It returned: {config}")
    return serialize_dict(config)
