"""What a call does with masks: takes them from its inputs, hands them to `call`, puts them on its outputs."""

import warnings

from .. import tree
from ..backend.masks import mask_of, with_mask


class MaskFlow:
    """Mixin: masks on their way through a layer."""

    def compute_mask(self, inputs, previous_mask):
        """Return the mask of the output; by default the input's."""
        return previous_mask

    def _makes_masks(self):
        return type(self).compute_mask is not MaskFlow.compute_mask

    def _masks(self, args):
        """The masks of the first argument, in its structure; None if it has none."""
        if not args:
            return None
        if not isinstance(args[0], (list, tuple, dict)):
            return mask_of(args[0])
        masks = tree.map_structure(mask_of, args[0])
        return masks if any(m is not None for m in tree.flatten(masks)) else None

    def _with_mask(self, args, kwargs, masks):
        """Arguments with the masks of tensors, where `call` takes one and was given none.

        As in Keras, `mask` is that of the only tensor; of several, `query` has `query_mask`, and so on.
        """
        takes = self._signature
        if not (takes.with_own_masks or (takes.takes_mask and masks is not None)):
            return kwargs
        if takes.takes_mask and sum(map(_holds_tensors, [*args, *kwargs.values()])) == 1:
            return kwargs if kwargs.get("mask") is not None else kwargs | {"mask": masks}
        for i, name in takes.with_own_masks:
            mask = mask_of(args[i] if i < len(args) else kwargs.get(name))
            if mask is not None and kwargs.get(f"{name}_mask") is None:
                kwargs = kwargs | {f"{name}_mask": mask}
        return kwargs

    def _pass_masks(self, args, kwargs, outputs, masks):
        """Return the outputs with the masks that `compute_mask` gives, unless layers inside have set some."""
        if not self.supports_masking:
            if masks is not None and all(mask_of(x) is None for x in tree.flatten(outputs)):
                warnings.warn(
                    f"Layer '{self.name}' (of type {type(self).__name__}) was passed an input with a mask attached to it. "
                    "However, this layer does not support masking and will therefore destroy the mask information. "
                    "Downstream layers will not see the mask.\nFix: set self.supports_masking = True in its constructor if "
                    "the mask holds for the output too, or define compute_mask(inputs, previous_mask).",
                    stacklevel=4,
                )
            return outputs
        given = kwargs.get("mask") if self._signature.takes_mask else None
        made = self.compute_mask(args[0], masks if given is None else given)
        new = tree.flatten(made) if made is not None else []

        def masked(output, mask):
            return output if mask is None or mask_of(output) is not None else with_mask(output, mask)

        if not isinstance(outputs, (list, tuple, dict)):
            return masked(outputs, new[0]) if new else outputs
        leaves = tree.flatten(outputs)
        return tree.pack_sequence_as(outputs, [*map(masked, leaves, new), *leaves[len(new) :]])


def _holds_tensors(argument):
    """Whether a call's argument is a tensor, or a structure of nothing else."""
    leaves = tree.flatten(argument) if isinstance(argument, (list, tuple, dict)) else [argument]
    return any(hasattr(x, "shape") for x in leaves)
