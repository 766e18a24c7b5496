"""What the methods of a layer class take; and shapes, from JSON or from Python."""

import collections
import functools
import inspect

from .. import backend
from ..backend.symbolic import KerasTensor

_Signature = collections.namedtuple(
    "_Signature",
    "takes_training default_training takes_mask with_own_masks build_arguments shape_arguments tensor_arguments",
)
_signatures = {}


class ShapesByName(dict):
    """Shapes for a `build` that takes several: name of its argument -> shape."""


def signature_of(cls):
    """What `call` and `build` of a class take; looked up once per class."""
    if cls not in _signatures:
        call = inspect.signature(cls.call).parameters
        default = call["training"].default if "training" in call else None
        build = [p for p in inspect.signature(cls.build).parameters.values() if p.kind == p.POSITIONAL_OR_KEYWORD]
        shape = inspect.signature(cls.compute_output_shape).parameters.values()
        variadic = any(p.kind == p.VAR_POSITIONAL for p in shape)
        _signatures[cls] = _Signature(
            "training" in call,
            False if default is inspect.Parameter.empty else default,
            "mask" in call,
            tuple((i - 1, name) for i, name in enumerate(call) if f"{name}_mask" in call),
            tuple(_sources(build[1:], [*call][1:])),
            None if variadic else len(shape) - 1,
            sum(p.default is p.empty and p.kind == p.POSITIONAL_OR_KEYWORD for p in call.values()) - 1,
        )
    return _signatures[cls]


def _sources(build, call):
    """Whose shape each argument of `build` is: (its name, number of the argument of `call`, name of that)."""
    for i, name in enumerate([p.name for p in build] or ["input_shape"]):
        stem = name.removesuffix("_shape")
        i = call.index(stem) if stem in call else i
        if i < len(call):
            yield name, i, call[i]


def remembering_shapes(build):
    """A `build` that also works when the user calls it: weights get the layer's path, files the input's shape."""

    @functools.wraps(build)
    def build_and_remember(self, *shapes, **kwargs):
        if self._build_shapes is not None:
            return build(self, *shapes, **kwargs)
        given = dict([*inspect.signature(build).bind(self, *shapes, **kwargs).arguments.items()][1:])
        given = {name: as_shapes(shape) for name, shape in given.items() if shape is not None}
        self._build_shapes = ShapesByName(given) if len(given) > 1 else next(iter(given.values()), None)
        with backend.names.scope_of(self.name, self):
            self._path = backend.names.current_path()
            build(self, *shapes, **kwargs)
        self.built = True

    return build_and_remember


def as_shapes(shapes):
    """Lists of numbers (as JSON has them) into tuples, at any depth."""
    if shapes is None:
        return None
    if isinstance(shapes, dict):
        return {k: as_shapes(v) for k, v in shapes.items()}
    if isinstance(shapes, (list, tuple)):
        if all(n is None or isinstance(n, int) for n in shapes):
            return tuple(shapes)
        return [as_shapes(s) for s in shapes]
    return None


def symbolic_from_shape(shape, dtype):
    shape = as_shapes(shape)
    if isinstance(shape, dict):
        return {k: symbolic_from_shape(v, dtype) for k, v in shape.items()}
    if isinstance(shape, list):
        return [symbolic_from_shape(s, dtype) for s in shape]
    return KerasTensor(shape, dtype)
