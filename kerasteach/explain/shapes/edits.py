"""The changes that are tried, each to one thing: an argument of a layer, a layer more or less, the data, the loss.

An edit says what it does to a copy that is being made (`made`, `given`, `wrap`, `input_shape`), to the data (`data`) and to the
loss (`loss`); what it does not touch passes through. `str(edit)` is the fix as a reader sees it.
"""

import inspect

from ... import tree
from ...layers import Layer


class Edit:
    """No change at all; with it the error must come again."""

    def given(self, layer, args, kwargs):
        """The arguments of a layer's constructor."""
        return args, kwargs

    def made(self, layer, kind):
        """The class of a layer's copy."""
        return kind

    def wrap(self, layer, new):
        """The copy of a layer, or what stands in its place."""
        return new

    def input_shape(self, layer):
        """The shape of an Input, batch included."""
        return layer.batch_shape

    def data(self, data):
        """What `fit` or a call was given, by name."""
        return data

    def loss(self, loss):
        """What `compile` was given as `loss`."""
        return loss

    is_of_data = False  # whether the model stays as it is

    def __str__(self):
        return "nothing"


class Change(Edit):
    """Another value for one argument of a layer."""

    def __init__(self, layer, setting, old, new):
        self.layer, self.setting, self.old, self.new = layer, setting, old, new

    def given(self, layer, args, kwargs):
        if layer is not self.layer:
            return args, kwargs
        names = [*inspect.signature(type(layer).__init__).parameters][1:]
        if self.setting in names[: len(args)]:
            args = list(args)
            args[names.index(self.setting)] = self.new
            return args, kwargs
        return args, kwargs | {self.setting: self.new}

    def __str__(self):
        return f"in layer '{self.layer.name}', {type(self.layer).__name__}({self.setting}={self.new!r}) instead of {self.setting}={self.old!r}"


class OtherClass(Edit):
    """A layer of another class, with the same arguments."""

    def __init__(self, layer, kind):
        self.layer, self.kind = layer, kind

    def made(self, layer, kind):
        return self.kind if layer is self.layer else kind

    def __str__(self):
        return f"keras.layers.{self.kind.__name__} for layer '{self.layer.name}', instead of {type(self.layer).__name__}"


class InputShape(Edit):
    """Another shape for an Input."""

    def __init__(self, layer, shape):
        self.layer, self.shape = layer, tuple(shape)

    def input_shape(self, layer):
        return self.shape if layer is self.layer else layer.batch_shape

    def __str__(self):
        return f"keras.Input({self.shape[1:]}) for input '{self.layer.name}', instead of {self.layer.batch_shape[1:]}"


class Insert(Edit):
    """A step more in front of a layer or op, on one of its inputs."""

    def __init__(self, layer, index, reform, of_several=False):
        self.layer, self.index, self.reform, self.of_several = layer, index, reform, of_several

    def wrap(self, layer, new):
        return Before(new, self.index, self.reform.apply) if layer is self.layer else new

    def __str__(self):
        which = f" on its input {self.index}" if self.of_several else ""
        return f"put {self.reform.layer} before {_kind(self.layer)} '{self.layer.name}'{which}: {self.reform.what}"


class LeaveOut(Edit):
    """A layer less."""

    def __init__(self, layer):
        self.layer = layer

    def wrap(self, layer, new):
        return Passing(name=layer.name) if layer is self.layer else new

    def __str__(self):
        return f"leave out layer '{self.layer.name}' ({type(self.layer).__name__})"


class CallOn(Edit):
    """A layer called on its inputs in another way."""

    def __init__(self, layer, how, code):
        self.layer, self.how, self.code = layer, how, code

    def wrap(self, layer, new):
        return Differently(new, self.how) if layer is self.layer else new

    def __str__(self):
        return f"call layer '{self.layer.name}' as {self.code}"


class Data(Edit):
    """Other data: a function of what was given under a name."""

    is_of_data = True

    def __init__(self, name, change, code, what="", place=()):
        self.name, self.change, self.code, self.what, self.place = name, change, code, what, place

    def data(self, data):
        return data | {self.name: at(data[self.name], self.place, self.change)}

    def __str__(self):
        return f"{self.code}: {self.what}" if self.what else self.code


class Loss(Edit):
    """Another loss."""

    is_of_data = True

    def __init__(self, new, old, code=None):
        self.new, self.old, self.code = new, old, code or f"{new!r}"

    def loss(self, loss):
        return self.new

    def __str__(self):
        return f"model.compile(loss={self.code}, ...) instead of {self.old}"


class Before(Layer):
    """A layer with a change to one of its inputs in front of it."""

    def __init__(self, layer, index, change):
        super().__init__(name=layer.name)
        self.inner, self.index, self.change = layer, index, change
        self.autocast = False

    def __call__(self, *args, **kwargs):
        tensors = iter(range(len(tree.flatten((args, kwargs)))))
        places = []

        def put(leaf):
            place = next(tensors)
            if not (hasattr(leaf, "shape") and hasattr(leaf, "dtype")):
                return leaf
            places.append(place)
            return self.change(leaf) if len(places) - 1 == self.index else leaf

        args, kwargs = tree.map_structure(put, (args, kwargs))
        return self.inner(*args, **kwargs)


class Passing(Layer):
    """What stands where a layer was left out."""

    def call(self, inputs):
        return inputs


class Differently(Layer):
    """A layer whose call gets its arguments in another way."""

    def __init__(self, layer, how):
        super().__init__(name=layer.name)
        self.inner, self.how = layer, how

    def __call__(self, *args, **kwargs):
        args, kwargs = self.how(args, kwargs)
        return self.inner(*args, **kwargs)


def at(structure, place, change):
    """A structure with the part at a place changed.

    >>> at({"a": [1, 2]}, ("a", 1), lambda x: x * 10)
    {'a': [1, 20]}
    """
    if not place:
        return change(structure)
    first, *rest = place
    if isinstance(structure, dict):
        return structure | {first: at(structure[first], rest, change)}
    parts = [at(part, rest, change) if i == first else part for i, part in enumerate(structure)]
    return type(structure)(parts) if type(structure) in (list, tuple) else tuple(parts)


def _kind(layer):
    return "layer" if isinstance(layer, Layer) else "op"
