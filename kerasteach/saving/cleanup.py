"""Small differences between what real Keras writes and what our constructors take."""

import inspect

_KERAS_ONLY = {  # key -> values that may be dropped: they say "nothing special"
    "quantization_config": (None,),
    "input_axes": (None,),
    "output_axes": (None,),
    "optional": (False, None),
    "sparse": (False, None),
    "ragged": (False, None),
    "autocast": (True,),
}


def clean_config(cls, config):
    """Return a config for `cls.from_config`: dtype policies as plain names, Keras's own keys dropped.

    Raises:
        ValueError: if such a key asks for something that does not exist here.

    >>> policy = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}}
    >>> class Layer:
    ...     def __init__(self, units, **kwargs): ...
    >>> clean_config(Layer, {"units": 3, "dtype": policy, "quantization_config": None})
    {'units': 3, 'dtype': 'float32'}
    """
    config = dict(config)
    config["dtype"] = plain_dtype(config.get("dtype"))
    if config["dtype"] is None:
        del config["dtype"]
    named = inspect.signature(cls.__init__).parameters
    for key in [key for key in config if key in _KERAS_ONLY and key not in named]:
        value = config.pop(key)
        if value not in _KERAS_ONLY[key]:
            raise ValueError(
                f"{cls.__name__} in this file has {key}={value!r}, which this library cannot do.\n"
                f"Expected: {key}={_KERAS_ONLY[key][0]!r}. Fix: save the model from Keras without it."
            )
    return config


def plain_dtype(dtype):
    """Return the name of a dtype policy, whichever way it is written.

    >>> plain_dtype("float32")
    'float32'
    """
    if isinstance(dtype, dict) and "name" in dtype.get("config", {}):
        return dtype["config"].get("name")
    return dtype


def as_shapes(value):
    """Give back the tuples that JSON made lists, in a build config.

    >>> as_shapes({"input_shape": [[None, 4], [None, 2]]})
    {'input_shape': [(None, 4), (None, 2)]}
    """
    if isinstance(value, dict):
        return {key: as_shapes(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        if all(item is None or isinstance(item, int) for item in value):
            return tuple(value)
        return type(value)(as_shapes(item) for item in value)
    return value
