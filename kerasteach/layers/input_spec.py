"""What a layer demands of its inputs, and the errors that teach when it gets something else."""

from .. import tree


class InputSpec:
    """Rank, dtype and shape a layer expects.

    Args:
        dtype: dtype name.
        shape: tuple; `None` matches any length.
        ndim: exact rank.
        max_ndim, min_ndim: bounds on the rank.
        axes: dict of axis -> length.
        allow_last_axis_squeeze: whether `(batch,)` and `(batch, 1)` both pass.
        name: name of the input, for dict inputs.

    >>> InputSpec(min_ndim=2, axes={-1: 32})
    InputSpec(min_ndim=2, axes={-1: 32})
    """

    def __init__(
        self,
        dtype=None,
        shape=None,
        ndim=None,
        max_ndim=None,
        min_ndim=None,
        axes=None,
        allow_last_axis_squeeze=False,
        name=None,
        optional=False,
    ):
        self.dtype, self.shape = dtype, None if shape is None else tuple(shape)
        self.ndim = len(shape) if shape is not None else ndim
        self.max_ndim, self.min_ndim, self.axes = max_ndim, min_ndim, {int(k): v for k, v in (axes or {}).items()}
        self.allow_last_axis_squeeze, self.name, self.optional = allow_last_axis_squeeze, name, optional

    def __repr__(self):
        told = {"shape": self.shape, "ndim": None if self.shape else self.ndim, "max_ndim": self.max_ndim,
                "min_ndim": self.min_ndim, "axes": self.axes or None}  # fmt: skip
        return f"InputSpec({', '.join(f'{k}={v}' for k, v in told.items() if v is not None)})"

    @classmethod
    def from_config(cls, config):
        """Make one from its config."""
        return cls(**config)

    def get_config(self):
        """Return the constructor's arguments."""
        return {"dtype": self.dtype, "shape": self.shape, "ndim": self.ndim, "max_ndim": self.max_ndim,
                "min_ndim": self.min_ndim, "axes": self.axes}  # fmt: skip


def check_input_spec(spec, inputs, name):
    """Raise if inputs are not what a layer expects.

    Raises:
        ValueError: saying which layer, what was expected, what came, and how to mend it.
    """
    if not spec:
        return
    specs = tree.flatten(spec)
    tensors = tree.flatten(inputs)
    if len(specs) != len(tensors):
        shapes = [tuple(t.shape) for t in tensors if hasattr(t, "shape")]
        names = [spec.name or f"x{i}" for i, spec in enumerate(specs) if spec is not None]
        expected = ", ".join(f"'{spec.name or i}' {spec.shape}" for i, spec in enumerate(specs) if spec is not None)
        raise ValueError(
            f"Layer '{name}' expects {len(specs)} input(s), but it received {len(tensors)} input tensors. "
            f"Inputs received: shapes {shapes}\nExpected: {expected}.\n"
            f"Fix: pass one array per input, in this order: [{', '.join(names)}]."
        )
    for i, (wanted, tensor) in enumerate(zip(specs, tensors)):
        if wanted is not None and tensor is not None:
            _check_one(wanted, tuple(tensor.shape), name, i)


def _check_one(spec, shape, name, index):
    named = f" with name '{spec.name}'" if spec.name else ""
    start = f"Input {index}{named} of layer '{name}' is incompatible with the layer: "
    rank = len(shape)
    if spec.allow_last_axis_squeeze and spec.shape and abs(rank - len(spec.shape)) == 1:
        if rank > len(spec.shape) and shape[-1] == 1:
            shape = shape[:-1]
        elif spec.shape[-1] == 1:
            shape = (*shape, 1)
        rank = len(shape)
    if spec.ndim is not None and rank != spec.ndim:
        raise ValueError(f"{start}expected ndim={spec.ndim}, found ndim={rank}. Full shape received: {shape}\n{_fix(spec, shape)}")
    if spec.max_ndim is not None and rank > spec.max_ndim:
        raise ValueError(f"{start}expected max_ndim={spec.max_ndim}, found ndim={rank}. Full shape received: {shape}\n{_fix(spec, shape)}")
    if spec.min_ndim is not None and rank < spec.min_ndim:
        raise ValueError(
            f"{start}expected min_ndim={spec.min_ndim}, found ndim={rank}. Full shape received: {shape}\n{_fix(spec, shape)}"
        )
    for axis, length in spec.axes.items():
        if length is not None and shape[axis] not in (length, None):
            raise ValueError(
                f"{start}expected axis {axis} of input shape to have value {length}, but received input with shape "
                f"{shape}\nExpected: {_axes(shape, axis, length)}. Received: {_axes(shape, axis, shape[axis])}.\n"
                f"Fix: give it {length} features, or make a new layer: this one's weights were built for {length}."
            )
    for axis, (wanted, got) in enumerate(zip(spec.shape or (), shape)):
        if None not in (wanted, got) and wanted != got:
            fix = f"change the data, or the shape given to keras.Input, so that both say {spec.shape[1:]} after the batch."
            if spec.shape[1:] == shape[:1] and shape[1:] in ((), (1,)):
                fix = f"one sample still needs a batch axis: x[None, ...] has shape {(1, *spec.shape[1:])}."
            raise ValueError(
                f"{start}expected shape={spec.shape}, found shape={shape}\nAxis {axis}: expected {wanted}, received {got}.\n"
                f"Fix: {fix}"
            )


def _axes(shape, axis, length):
    names = ["batch", *[f"axis {i}" for i in range(1, len(shape))]]
    names[axis] = f"features={length}" if axis in (-1, len(shape) - 1) else f"axis {axis}={length}"
    return f"({', '.join(names)})"


def _fix(spec, shape):
    wanted = spec.ndim or spec.min_ndim or spec.max_ndim
    if len(shape) == wanted - 1:
        return "Fix: one sample still needs a batch axis: x[None, ...] has shape (1, ...); a column is x[:, None]."
    return f"Fix: reshape the input to {wanted} axes, the first of them the batch; keras.layers.Flatten() makes 2."
