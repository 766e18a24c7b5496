"""Calling a layer: five things in order.

Sort the arguments, make the weights if there are none yet, check the input, pass
on `training` and masks, run `call`. On symbolic tensors a call also adds a node to
the graph.
"""

import threading
import weakref

from .. import backend, errors, ops, tree
from ..backend import symbolic
from ..backend.masks import keep_mask
from ..backend.modes import DRAWING, SCOPES, TRACE
from ..backend.names import scope_of
from ..backend.scopes import AutocastScope
from ..backend.symbolic import KerasTensor, Node, all_from_somewhere, from_nowhere
from ..backend.text import as_text
from .input_spec import check_input_spec
from .mask_flow import MaskFlow
from .signature import ShapesByName, as_shapes, symbolic_from_shape


class _CallContext(threading.local):
    """What the outermost call passes down to the layers it calls."""

    training = None
    is_open = False
    observer = None  # function(layer, outputs) -> outputs, asked after every call of a layer


CONTEXT = _CallContext()
WITH_LOSSES = weakref.WeakSet()  # layers that `add_loss` was called on and nobody has cleared since


class Calling(MaskFlow):
    """Mixin: how a layer is called, on numbers and on symbols."""

    casts_inputs = True  # whether inputs get the dtype that the layer computes in; a graph casts to that of its inputs

    @errors.door
    def __call__(self, *args, **kwargs):
        try:
            masks = self._masks(args)  # first of all: converting an array drops its mask
            if not (self.built and len(args) == 1 and self._is_ready(args[0])):
                if TRACE.nodes is None and symbolic.any_symbolic(args, kwargs):
                    return self._call_symbolic(args, kwargs)
                args, kwargs = self._convert(args, kwargs)
                self._maybe_build(args, kwargs)
            check_input_spec(self.input_spec, args[0] if args else None, self.name)
            outer = CONTEXT.training
            training = kwargs.get("training")
            if training is None:
                training = outer if outer is not None else self._signature.default_training
            if self._signature.takes_training:
                kwargs["training"] = training
            else:
                kwargs.pop("training", None)
            kwargs = self._with_mask(args, kwargs, masks)
            before = CONTEXT.is_open, SCOPES.autocast, SCOPES.home
            if not CONTEXT.is_open and WITH_LOSSES and SCOPES.stateless is None:
                self._clear_losses()
            CONTEXT.training, CONTEXT.is_open = training, True
            SCOPES.autocast, SCOPES.home = self._autocast_to(), self._backend
            try:
                with scope_of(self.name, self):  # layers inside may be built only now
                    outputs = self.call(*args, **kwargs)
                if CONTEXT.observer is not None:
                    outputs = CONTEXT.observer(self, outputs)
            except Exception as error:
                self._explain(error, args)
                raise
            finally:
                CONTEXT.training = outer
                CONTEXT.is_open, SCOPES.autocast, SCOPES.home = before
            if self.activity_regularizer is not None:
                self._regularize_activity(outputs)
            if masks is not None or self._makes_masks() or (self._signature.takes_mask and kwargs.get("mask") is not None):
                return self._pass_masks(args, kwargs, outputs, masks)
            return outputs
        except errors.KINDS as error:
            errors.teach(error)
            raise

    def _call_symbolic(self, args, kwargs):
        self._maybe_build(args, kwargs)
        check_input_spec(self.input_spec, args[0] if args else None, self.name)
        if kwargs.get("training") is None or not self._signature.takes_training:
            kwargs.pop("training", None)
        masks = self._masks(args)
        if type(masks) is KerasTensor and len(args) == 1 and args[0].dtype == self.input_dtype and all_from_somewhere(masks):
            kwargs = self._with_mask(args, kwargs, masks)  # as in Keras, the mask of an only tensor is an input of the node
        outputs = self._draw(args, kwargs)
        if all_from_somewhere(args, kwargs):
            Node(self, args, kwargs, outputs)
        return outputs

    def _draw(self, args, kwargs):
        """Return symbolic outputs and their masks for symbolic inputs; the graph stays as it is."""
        masks = self._masks(args)
        kwargs = self._with_mask(args, kwargs, masks)
        try:
            with AutocastScope(self._autocast_to()), scope_of(self.name, self):
                outputs = self.compute_output_spec(*tree.map_structure(self._seen, args), **tree.map_structure(self._seen, kwargs))
        except Exception as error:
            self._explain(error, args)
            raise
        outputs = tree.map_structure(lambda t: keep_mask(t, KerasTensor(t.shape, t.dtype)), outputs)
        if masks is not None or self._makes_masks():
            return self._pass_masks(args, kwargs, outputs, masks)
        return outputs

    def _autocast_to(self):
        """The dtype that variables are read in during `call`; None for their own."""
        compute = self.compute_dtype
        if SCOPES.autocast is not None:  # a layer above computes in another dtype than its weights have
            return compute if self.autocast and backend.is_float_dtype(compute) else None
        return compute if compute != self.variable_dtype else None

    def _clear_losses(self):
        """Forget what `add_loss` got in the call before."""
        for layer in self._flatten_layers():
            if layer in WITH_LOSSES:
                layer._losses.clear()
                WITH_LOSSES.discard(layer)

    def call(self, *args, **kwargs):
        """Compute the output; what a subclass defines."""
        raise NotImplementedError(f"Layer {type(self).__name__} does not have a `call()` method implemented.")

    def _seen(self, leaf):
        """A symbolic tensor as `call` sees it: without its origin, floats in the dtype that the layer computes in."""
        seen = from_nowhere(leaf)
        if seen is not leaf and self.autocast and self.casts_inputs and backend.is_float_dtype(seen.dtype):
            seen.dtype = self.input_dtype
        return seen

    def _is_ready(self, x):
        """Whether an argument is a tensor, or a list of tensors, of this layer's backend and dtype."""
        dtype = self.input_dtype
        if not self.casts_inputs:
            return self._backend.is_tensor(x)
        if type(x) is list:
            return bool(x) and all(self._backend.is_ready(t, dtype) for t in x)
        return self._backend.is_ready(x, dtype)

    def _convert(self, args, kwargs):
        """Arrays and lists of numbers become tensors of this layer's backend and dtype."""
        dtype = self.input_dtype if self.autocast and self.casts_inputs else None
        convert, is_tensor = self._backend.convert, self._backend.is_tensor

        def tensor(x):
            if type(x) is KerasTensor:  # a program is being written: layers run on its symbols
                return ops.cast(x, dtype) if dtype and "float" in x.dtype and x.dtype != dtype else x
            if (text := as_text(x)) is not None:
                return text  # for a layer inside that reads strings
            if is_tensor(x) or hasattr(x, "__array__"):
                return keep_mask(x, convert(x, dtype))  # layers inside shall see it too
            return x

        if len(args) == 1 and is_tensor(args[0]):
            return (tensor(args[0]),), kwargs
        first = args[0] if args else None
        if isinstance(first, list) and first and isinstance(tree.flatten(first)[0], (int, float)):
            args = (convert(first, dtype), *args[1:])  # a plain nested list of numbers is one tensor
        return tree.map_structure(tensor, args), {k: tree.map_structure(tensor, v) for k, v in kwargs.items()}

    def _maybe_build(self, args, kwargs):
        if self.built:
            return
        shapes = ShapesByName()
        for name, i, argument in self._signature.build_arguments:
            given = args[i] if i < len(args) else kwargs.get(argument)
            shape = as_shapes(tree.map_structure(lambda x: tuple(x.shape) if hasattr(x, "shape") else None, given))
            if shape is not None and shape != {}:
                shapes[name] = shape
        self._build(shapes if len(shapes) > 1 else next(iter(shapes.values()), None))

    def _explain(self, error, args):
        """Say who was called on what; the innermost layer's note comes first."""
        if getattr(error, "_kt_layer", None) is None:
            error._kt_layer = self.name
            shapes = tree.map_structure(lambda x: tuple(x.shape) if hasattr(x, "shape") else x, args)
            shapes = shapes[0] if len(shapes) == 1 else shapes
            error.add_note(f"In layer '{self.name}' ({type(self).__name__}), called on input of shape {shapes}.")
            if hint := self._backend.hint(error):
                error.add_note(hint)

    # Shapes

    def compute_output_shape(self, *args, **kwargs):
        """Return the shape of the output for the shape of an input; nothing is computed."""
        if not self.built:
            self._build(as_shapes(args[0]))
        spec = self.compute_output_spec(*[symbolic_from_shape(a, self.compute_dtype) for a in args], **kwargs)
        return tree.map_structure(lambda t: t.shape, spec)

    def compute_output_spec(self, *args, **kwargs):
        """Return symbolic outputs for symbolic inputs, by running `call` on them."""
        if type(self).compute_output_shape is not Calling.compute_output_shape:
            shapes = [tree.map_structure(lambda t: tuple(t.shape) if hasattr(t, "shape") else t, a) for a in args]
            shape = self.compute_output_shape(*shapes[: self._signature.shape_arguments])
            return symbolic_from_shape(shape, self.compute_dtype)
        if self._signature.takes_training and "training" not in kwargs:
            kwargs = kwargs | {"training": False}
        with DRAWING.switched(True):
            try:
                return self.call(*args, **kwargs)
            except (TypeError, AttributeError, NotImplementedError) as error:  # perhaps it calls Torch itself
                return self._backend.spec_by_trial(error, self.call, args, kwargs)
