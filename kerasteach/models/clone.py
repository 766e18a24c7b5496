"""`clone_model`: the same architecture again, with new layers and new weights."""

from .. import saving, tree
from ..backend.op_call import OpCall
from ..backend.symbolic import KerasTensor
from ..layers import Input, InputLayer
from .functional import Functional, _is_plain
from .sequential import Sequential


def clone_model(model, input_tensors=None, clone_function=None, call_function=None, recursive=False, **kwargs):
    """Make a model like another one, with new layers and freshly drawn weights.

    Args:
        model: a Functional or Sequential model; or a subclass with `get_config`, without the other arguments.
        input_tensors: symbolic tensors to build on, in the structure of `model.input`; new inputs by default.
        clone_function: function(layer) -> layer for the copy; by default the layer made again from its config.
        call_function: function(layer, *args, **kwargs) -> outputs, instead of calling the layer.
        recursive: whether models inside are cloned layer by layer too.

    Returns:
        The model; compiled in the same way if `model` is.

    Raises:
        ValueError: for an argument that this kind of model cannot take.

    Source: https://keras.io/api/models/model_saving_apis/model_saving_and_loading/

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> clone_model(model).count_params()
    3
    """
    cache = kwargs.pop("cache", None)
    if kwargs:
        raise ValueError(f"Unexpected keyword argument(s): {tuple(kwargs)}")
    is_graph = isinstance(model, (Sequential, Functional))
    if not is_graph or (isinstance(model, Functional) and not _is_plain(type(model)) and not clone_function and not input_tensors):
        return _clone_by_config(model, input_tensors, clone_function, call_function)
    cloned = _Cloning(clone_function, call_function, recursive, {} if cache is None else cache)
    new = _clone_chain(model, cloned, input_tensors) if isinstance(model, Sequential) else _clone_graph(model, cloned, input_tensors)
    if model.compiled:
        new.compile_from_config(model.get_compile_config())
    return new


class _Cloning:
    """What to make of a layer; each layer is cloned once, so that shared layers stay shared."""

    def __init__(self, clone_function, call_function, recursive, done):
        self.function, self.call_function = clone_function or _again, call_function
        self.recursive, self.done = recursive, done
        for name, function in (("clone_function", self.function), ("call_function", call_function)):
            if function is not None and not callable(function):
                raise ValueError(f"Expected `{name}` argument to be a callable. Received: {name}={function}")

    def __call__(self, layer):
        if id(layer) not in self.done:
            self.done[id(layer)] = type(layer)(name=layer.name) if isinstance(layer, OpCall) else self._new(layer)
        return self.done[id(layer)]

    def _new(self, layer):
        if not self.recursive or not isinstance(layer, (Sequential, Functional)):
            return self.function(layer)
        call_function = self.call_function if isinstance(layer, Functional) else None
        return clone_model(layer, None, self.function, call_function, True, cache=self.done)


def _again(layer):
    return layer.__class__.from_config(layer.get_config())


def _clone_by_config(model, input_tensors, clone_function, call_function):
    """A model whose parts only its own class knows."""
    given = {"input_tensors": input_tensors, "clone_function": clone_function, "call_function": call_function}
    given = {name: value for name, value in given.items() if value is not None}
    if given:
        raise ValueError(
            "Arguments `clone_function`, `input_tensors` and `call_function` are only supported for Sequential models or "
            f"Functional models. Received model of type '{type(model).__name__}', with {given}.\n"
            "Fix: leave them out; the model is then made again from its get_config()."
        )
    return saving.deserialize_keras_object(saving.serialize_keras_object(model), {type(model).__name__: type(model)})


def _clone_chain(model, cloned, input_tensors):
    if cloned.call_function is not None:
        raise ValueError(
            "`call_function` argument is not supported with Sequential models. In a Sequential model, layers aren't called at "
            "model-construction time (they're merely listed). Use `call_function` with Functional models only. "
            f"Received model of type '{type(model).__name__}'."
        )
    layers = [cloned(layer) for layer in model.layers]
    first = model._chain[0] if model._chain and isinstance(model._chain[0], InputLayer) else None
    if input_tensors is not None:
        layers.insert(0, Input(tensor=_only(input_tensors), name=first and first.name))
    elif first is not None:
        layers.insert(0, Input(batch_shape=first.batch_shape, dtype=first.dtype, name=first.name))
    return Sequential(layers, name=model.name, trainable=model.trainable)


def _only(tensors):
    tensors = list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]
    if len(tensors) != 1:
        raise ValueError(f"Argument `input_tensors` must contain a single tensor. Received {len(tensors)}.")
    if type(tensors[0]) is not KerasTensor:
        raise ValueError(f"Argument `input_tensors` must be a KerasTensor. Received invalid value: input_tensors={tensors[0]}")
    return tensors[0]


def _clone_graph(model, cloned, input_tensors):
    inputs = tree.map_structure(_new_input, model.input) if input_tensors is None else _checked(input_tensors, model)
    call = cloned.call_function or _call
    known = {id(old): new for old, new in zip(model.inputs, tree.flatten(inputs))}
    for node in model._nodes:
        if node.is_input or all(id(t) in known for t in node.outputs):
            continue
        args, kwargs = node.fill(known)
        operation = cloned(node.operation)
        known.update({id(old): new for old, new in zip(node.outputs, tree.flatten(call(operation, *args, **kwargs)))})
    outputs = tree.map_structure(lambda t: known[id(t)], model.output)
    kind = model.__class__ if _is_plain(model.__class__) else Functional
    return kind(inputs, outputs, name=model.name)


def _call(operation, *args, **kwargs):
    """What a layer or op of the graph makes of symbolic tensors."""
    return operation.symbolic_call(*args, **kwargs) if isinstance(operation, OpCall) else operation(*args, **kwargs)


def _new_input(tensor):
    return Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=tensor.name)


def _checked(input_tensors, model):
    wrong = [x for x in tree.flatten(input_tensors) if type(x) is not KerasTensor]
    if wrong:
        raise ValueError(f"All entries in `input_tensors` must be KerasTensors. Received invalid values: inputs_tensors={wrong}")
    if tree.map_structure(lambda _: 0, input_tensors) != tree.map_structure(lambda _: 0, model.input):
        raise ValueError(
            "`input_tensors` must have the same structure as model.input\n"
            f"Reference structure: {model.input}\nReceived structure: {input_tensors}"
        )
    return input_tensors
