"""The loop over time, for any cell; and the rules for steps that a mask leaves out."""

from ... import backend, ops, tree
from ...backend import KerasTensor


def loop(step, inputs, states, mask=None, zero_output_for_mask=False, return_sequences=True):
    """Call `step(inputs at t, states) -> (output, new states)` for every step t.

    Where the mask is false the states stay, and the output is that of the step before: zeros, if there is none.

    Args:
        step: function of one step.
        inputs: `(batch, time, ...)`.
        states: list of the states before the first step; may be nested.
        mask: `(batch, time)`, or None.
        zero_output_for_mask: whether the output is zeros wherever the mask is false.
        return_sequences: whether the outputs of all steps are wanted.

    Returns:
        (outputs of all steps `(batch, time, ...)`, or None; last output; last states).
    """
    outputs = []
    for t, x in enumerate(ops.unstack(inputs, axis=1)):
        output, new = step(x, states)
        new = tree.flatten(new)
        if mask is not None:
            keep = mask[:, t]
            fresh = not outputs or zero_output_for_mask
            output = _where(keep, output, ops.zeros_like(output) if fresh else outputs[-1])
            new = [_where(keep, n, old) for n, old in zip(new, tree.flatten(states))]
        outputs.append(output)
        states = tree.pack_sequence_as(states, new)
    return ops.stack(outputs, axis=1) if return_sequences else None, outputs[-1], states


def _where(keep, new, old):
    """`new` for the samples to keep, else `old`."""
    for _ in range(len(new.shape) - 1):
        keep = ops.expand_dims(keep, axis=-1)
    return ops.where(keep, new, old)


def hide_masked(outputs, mask, zero_output_for_mask):
    """The states of all steps as `loop` gives outputs: zeros before the first step that counts, or wherever none does."""
    if not zero_output_for_mask:
        mask = ops.greater(ops.cumsum(ops.cast(mask, "int32"), axis=1), 0)
    return ops.where(ops.expand_dims(mask, axis=-1), outputs, 0.0)


def as_mask(mask):
    """A mask as `(batch, time)` truth values; None stays."""
    if isinstance(mask, (list, tuple)):
        mask = mask[0]
    if mask is None:
        return None
    if len(mask.shape) == 3:
        mask = ops.squeeze(mask, axis=-1)
    return mask if backend.dtype_name(mask.dtype) == "bool" else ops.cast(mask, "bool")


def zero_state(batch_size, size, dtype):
    """Zeros `(batch, size)`, `size` a number or several; a symbol while the batch is not known."""
    shape = (batch_size, *([size] if isinstance(size, int) else size))
    if batch_size is None:
        return KerasTensor(shape, dtype)
    return ops.zeros(shape, dtype="float32" if dtype == "bfloat16" else dtype)  # NumPy has no bfloat16
