"""Calling a layer: five things in order.

Sort the arguments, make the weights if there are none yet, check the input, pass
on `training` and masks, run `call`. On symbolic tensors a call also adds a node to
the graph.
"""

import threading

from .. import backend, tree
from ..backend import symbolic
from ..backend.masks import mask_of, set_mask
from ..backend.modes import DRAWING
from ..backend.symbolic import KerasTensor, Node, all_from_somewhere, from_nowhere
from .input_spec import check_input_spec
from .signature import as_shapes, symbolic_from_shape


def only_passes_masks(compute_mask):
    """Decorator of a `compute_mask` that gives no mask where no input has one."""
    compute_mask.only_passes = True
    return compute_mask


class _CallContext(threading.local):
    """What the outermost call passes down to the layers it calls."""

    training = None


CONTEXT = _CallContext()


class Calling:
    """Mixin: how a layer is called, on numbers and on symbols."""

    def __call__(self, *args, **kwargs):
        if not (self.built and len(args) == 1 and self._is_ready(args[0])):
            if symbolic.any_symbolic(args, kwargs):
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
        masks = self._masks(args)
        kwargs = self._with_mask(kwargs, masks)
        CONTEXT.training = training
        try:
            outputs = self.call(*args, **kwargs)
        except Exception as error:
            self._explain(error, args)
            raise
        finally:
            CONTEXT.training = outer
        if self.activity_regularizer is not None:
            self._regularize_activity(outputs)
        if masks or self._makes_masks():
            self._pass_masks(args, outputs, masks)
        return outputs

    def _call_symbolic(self, args, kwargs):
        self._maybe_build(args, kwargs)
        check_input_spec(self.input_spec, args[0] if args else None, self.name)
        if kwargs.get("training") is None or not self._signature.takes_training:
            kwargs.pop("training", None)
        outputs = self._draw(args, kwargs)
        if all_from_somewhere(args, kwargs):
            Node(self, args, kwargs, outputs)
        return outputs

    def _draw(self, args, kwargs):
        """Return symbolic outputs and their masks for symbolic inputs; the graph stays as it is."""
        masks = self._masks(args)
        kwargs = self._with_mask(kwargs, masks)
        try:
            outputs = self.compute_output_spec(*tree.map_structure(from_nowhere, args), **tree.map_structure(from_nowhere, kwargs))
        except Exception as error:
            self._explain(error, args)
            raise
        outputs = tree.map_structure(lambda t: KerasTensor(t.shape, t.dtype), outputs)
        if masks or self._makes_masks():
            self._pass_masks(args, outputs, masks)
        return outputs

    def call(self, *args, **kwargs):
        """Compute the output; what a subclass defines."""
        raise NotImplementedError(f"Layer {type(self).__name__} does not have a `call()` method implemented.")

    def _is_ready(self, x):
        """Whether an argument is a tensor, or a list of tensors, of this layer's backend and dtype."""
        if type(x) is list:
            return bool(x) and all(self._backend.is_ready(t, self._dtype) for t in x)
        return self._backend.is_ready(x, self._dtype)

    def _convert(self, args, kwargs):
        """Arrays and lists of numbers become tensors of this layer's backend and dtype."""
        dtype = self._dtype if self.autocast else None
        convert, is_tensor = self._backend.convert, self._backend.is_tensor

        def tensor(x):
            if is_tensor(x) or hasattr(x, "__array__"):
                return convert(x, dtype)
            return x

        if len(args) == 1 and is_tensor(args[0]):
            return (convert(args[0], dtype),), kwargs
        first = args[0] if args else None
        if isinstance(first, list) and first and isinstance(tree.flatten(first)[0], (int, float)):
            args = (convert(first, dtype), *args[1:])  # a plain nested list of numbers is one tensor
        return tree.map_structure(tensor, args), {k: tree.map_structure(tensor, v) for k, v in kwargs.items()}

    def _maybe_build(self, args, kwargs):
        if self.built:
            return
        shapes = tree.map_structure(lambda x: tuple(x.shape) if hasattr(x, "shape") else None, args)
        shapes = [s for s in map(as_shapes, shapes) if s is not None and s != {}]
        if self._signature.builds_like_call > 1 and len(shapes) > 1:
            with backend.name_scope(self.name):
                self._build_shapes = shapes
                self.build(*shapes[: self._signature.builds_like_call])
            self.built = True
            return
        self._build(shapes[0] if shapes else None)

    def _explain(self, error, args):
        """Say who was called on what; the innermost layer's note comes first."""
        if getattr(error, "_kt_layer", None) is None:
            error._kt_layer = self.name
            shapes = tree.map_structure(lambda x: tuple(x.shape) if hasattr(x, "shape") else x, args)
            shapes = shapes[0] if len(shapes) == 1 else shapes
            error.add_note(f"In layer '{self.name}' ({type(self).__name__}), called on input of shape {shapes}.")
            if hint := self._backend.hint(error):
                error.add_note(hint)

    # Masks

    def compute_mask(self, inputs, previous_mask):
        """Return the mask of the output; by default the input's."""
        return previous_mask

    def _makes_masks(self):
        return type(self).compute_mask is not Calling.compute_mask

    def _makes_masks_itself(self):
        """Whether `compute_mask` can give a mask where the input has none."""
        return self._makes_masks() and not getattr(type(self).compute_mask, "only_passes", False)

    def _masks(self, args):
        leaves = tree.flatten(args[0]) if args else []
        masks = [mask_of(x) for x in leaves]
        return masks if any(m is not None for m in masks) else []

    def _with_mask(self, kwargs, masks):
        """Arguments with the inputs' mask, for a layer that takes one and was given none."""
        if masks and self._signature.takes_mask and kwargs.get("mask") is None:
            return kwargs | {"mask": masks if len(masks) > 1 else masks[0]}
        return kwargs

    def _pass_masks(self, args, outputs, masks):
        if not self.supports_masking and not self._makes_masks():
            return
        previous = masks if len(masks) > 1 else masks[0] if masks else None
        mask = self.compute_mask(args[0], previous)
        for output, m in zip(tree.flatten(outputs), tree.flatten(mask) if mask is not None else []):
            if m is not None:
                set_mask(output, m)

    # Shapes

    def compute_output_shape(self, *args, **kwargs):
        """Return the shape of the output for the shape of an input; nothing is computed."""
        if not self.built:
            self._build(as_shapes(args[0]))
        spec = self.compute_output_spec(*[symbolic_from_shape(a, self._dtype) for a in args], **kwargs)
        return tree.map_structure(lambda t: t.shape, spec)

    def compute_output_spec(self, *args, **kwargs):
        """Return symbolic outputs for symbolic inputs, by running `call` on them."""
        if type(self).compute_output_shape is not Calling.compute_output_shape:
            shapes = [tree.map_structure(lambda t: t.shape if type(t) is KerasTensor else t, a) for a in args]
            shape = self.compute_output_shape(*shapes[: self._signature.shape_arguments])
            return symbolic_from_shape(shape, self._dtype)
        if self._signature.takes_training and "training" not in kwargs:
            kwargs = kwargs | {"training": False}
        with DRAWING.switched(True):
            return self.call(*args, **kwargs)
