"""Reading: from plain data back to objects, trusting nothing.

A file names classes; it cannot bring any. A name is looked up among the custom
objects of the running program, then in the public API; no module is imported
because a file asks for it.
"""

import numpy as np

from ..backend import api
from ..backend.symbolic import KerasTensor
from . import op_nodes, public, safety, sharing
from .cleanup import as_shapes, clean_config
from .registry import CustomObjectScope, get_custom_objects, get_registered_object, scoped_objects


def deserialize_keras_object(config, custom_objects=None, safe_mode=True):
    """Make the object that `serialize_keras_object` described.

    Args:
        config: the plain data; strings, numbers and None come back as they are.
        custom_objects: dict of name -> class or function that the data may name.
        safe_mode: refuse lambdas. With False, code from the file is run.

    Returns:
        The object; lists and dicts of described objects become lists and dicts of objects.

    Raises:
        TypeError: if a class is unknown, or does not take what the data gives it.
        ValueError: if safe mode forbids it.

    >>> from kerasteach.initializers import Constant
    >>> from kerasteach.saving import serialize_keras_object
    >>> deserialize_keras_object(serialize_keras_object(Constant(2.0))).get_config()
    {'value': 2.0}
    """
    safe_mode = safety.is_safe(safe_mode)
    known = {**(custom_objects or {}), **scoped_objects(), **get_custom_objects()}
    if isinstance(config, str) and known.get(config) is not None:
        return known[config]
    if config is None or isinstance(config, (bool, int, float, str)):
        return config
    if isinstance(config, (list, tuple)):
        return [deserialize_keras_object(item, custom_objects, safe_mode) for item in config]
    if not isinstance(config, dict):
        raise TypeError(f"Could not parse config: {config}")
    if "class_name" not in config or "config" not in config:
        return {key: deserialize_keras_object(value, custom_objects, safe_mode) for key, value in config.items()}
    if config["class_name"] in _SPECIALS:
        return _SPECIALS[config["class_name"]](config["config"], custom_objects, safe_mode)
    if config["class_name"] == "function":
        return _function(config, known)
    return _instance(config, known, safe_mode)


def _keras_tensor(config, *_):
    tensor = KerasTensor(config["shape"], dtype=config["dtype"])
    tensor._pre_serialization_keras_history = config["keras_history"]
    return tensor


def _slice(config, *nested):
    return slice(*(deserialize_keras_object(config[key], *nested) for key in ("start", "stop", "step")))


def _lambda(config, _, safe_mode):
    if safe_mode:
        safety.refuse_lambda()
    return safety.load_lambda(config.get("value", config))


_SPECIALS = {  # class_name -> function(config, custom_objects, safe_mode)
    "__keras_tensor__": _keras_tensor,
    "__tensor__": lambda config, *_: api.get().convert(np.array(config["value"], config["dtype"]), config["dtype"]),
    "__numpy__": lambda config, *_: np.array(config["value"], dtype=config["dtype"]),
    "__bytes__": lambda config, *_: config["value"].encode("utf-8"),
    "__ellipsis__": lambda *_: Ellipsis,
    "__slice__": _slice,
    "__lambda__": _lambda,
}


def _function(data, known):
    name = data["config"]
    if not isinstance(name, str):
        raise TypeError(
            "Expected 'config' to be a non-null str for a function classname,\n"
            f"instead got {type(name)}\nFull config: {data}"
        )
    found = get_registered_object(name, known) or get_registered_object(data.get("registered_name"), known)
    module = data.get("module")
    if found is None and module and (module == "builtins" or public.is_builtin_path(module)):
        found = public.find_function(module, name)
    if found is None:  # Keras up to 3.6 wrote registered functions without their package
        found = next((obj for key, obj in known.items() if key.endswith(f">{name}")), None)
    if found is None:
        raise _unknown("function", name, data)
    return found


def _instance(data, known, safe_mode):
    """Construct, then build, then compile: in that order, as Keras does."""
    config = data["config"] if data["config"] is not None else {}
    if not isinstance(config, dict):
        raise TypeError(
            f"Expected 'config' to be a dict for {data['class_name']},\n"
            f"instead got {type(config)}\nFull config: {data}"
        )
    shared = sharing.already_read(data)
    if shared is not None:
        return shared
    with CustomObjectScope(known), safety.SafeModeScope(safe_mode):
        obj = _construct(data, config, known)
        if data.get("build_config") and not getattr(obj, "built", True):
            obj.build_from_config(as_shapes(data["build_config"]))
            obj.built = True
        if data.get("compile_config"):
            obj.compile_from_config(data["compile_config"])
    sharing.note_read(data, obj)
    return obj


def _construct(data, config, known):
    module, name = data.get("module"), data["class_name"]
    cls = get_registered_object(data.get("registered_name") or name, known) or known.get(name)
    if cls is None and module and public.is_builtin_path(module):
        if ".ops." in module or module.endswith(".ops") or ".activations" in module:
            op = op_nodes.find_op(name)
            if op is not None:
                return op_nodes.from_config(op, config)
        cls = public.find_class(module, name)
    if cls is None:
        raise _unknown("class", name, data)
    if public.is_function(cls):
        return cls
    if not hasattr(cls, "from_config"):
        raise TypeError(
            f"Unable to reconstruct an instance of '{name}' because the class is missing a `from_config()` method. "
            f"Full object config: {data}"
        )
    try:
        return cls.from_config(clean_config(cls, config))
    except TypeError as error:
        raise TypeError(
            f"{cls} could not be deserialized properly. Please ensure that components that are Python object instances "
            "(layers, models, etc.) returned by `get_config()` are explicitly deserialized in the model's "
            f"`from_config()` method.\n\nconfig={data}.\n\nException encountered: {error}"
        ) from error


def _unknown(kind, name, data):
    registered = data.get("registered_name") or name
    return TypeError(
        f"Could not locate {kind} '{name}'. Make sure custom classes and functions are decorated with "
        "`@keras.saving.register_keras_serializable()`. If they are already decorated, make sure they are all imported "
        "so that the decorator is run before trying to load them. "
        f"Full object config: {data}\n"
        f"Expected: a built-in {kind}, or something known as {registered!r}. "
        f"Fix: load with custom_objects={{{registered!r}: {name}}}, or import the module that registers it first."
    )
