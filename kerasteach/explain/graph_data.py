"""The words a model's graph is told in: nodes with calls, edges with named axes.

A layer that is called twice is one node with two *calls*, because it is one set of weights.
Each edge says which call it belongs to.
"""

from dataclasses import dataclass, field

_AXES = {
    0: (),
    1: ("batch",),
    2: ("batch", "features"),
    3: ("batch", "steps", "features"),
    4: ("batch", "height", "width", "channels"),
    5: ("batch", "depth", "height", "width", "channels"),
}


@dataclass(frozen=True)
class Call:
    """One use of a layer: what went in and what came out. Numbers start at 1."""

    number: int
    input_shapes: tuple = ()
    output_shapes: tuple = ()


@dataclass(frozen=True)
class Weight:
    """One array of a layer: `kernel (32, 64)`."""

    name: str
    shape: tuple
    trainable: bool = True


@dataclass(frozen=True)
class Node:
    """One box: a layer, an operator, a nested model, or a model's input or output.

    Attributes:
        id: Unique in its graph, the same on each run.
        kind: `"input"`, `"layer"`, `"op"`, `"model"` or `"output"`.
        parameters: Numbers in its weights; `None` while the layer is unbuilt.
        highlights: The settings worth a place in the box, e.g. `("units=64", "relu")`.
        inner: The nested model's own graph, where the reader was asked to expand it.
    """

    id: str
    name: str
    class_name: str
    kind: str = "layer"
    parameters: int | None = 0
    trainable: bool = True
    dtype: str = ""
    config: dict = field(default_factory=dict)
    highlights: tuple = ()
    weights: tuple = ()
    calls: tuple = ()
    nested: bool = False
    inner: "Graph | None" = None

    @property
    def shared(self):
        """Whether several calls use this one set of weights."""
        return len(self.calls) > 1


@dataclass(frozen=True)
class Edge:
    """One tensor on its way from `source` to `target`.

    Attributes:
        call: The call of the shared layer this edge belongs to, 0 when neither end is shared.
        shape: The tensor's shape, `None` where the size is not known; the whole is `None`
            when the model has not been built.
        axes: One name per axis: `("batch", "features")`.
    """

    source: str
    target: str
    source_call: int = 1
    target_call: int = 1
    call: int = 0
    shape: tuple | None = None
    axes: tuple = ()

    @property
    def label(self):
        """The shape as a student reads it: `(batch, 32)`."""
        return shape_label(self.shape, self.axes)


@dataclass(frozen=True)
class Graph:
    """A model as boxes and edges. `note` says why edges are missing, when they are."""

    name: str
    class_name: str
    nodes: tuple
    edges: tuple
    inputs: tuple = ()
    outputs: tuple = ()
    layer_count: int = 0  # as long as `model.layers`: no operators, no outputs
    parameters: int | None = 0
    trainable_parameters: int | None = 0
    note: str = ""

    @property
    def operations(self):
        """The operator nodes, such as the addition in `x + 1`."""
        return tuple(n for n in self.nodes if n.kind == "op")

    @property
    def shared(self):
        """The nodes that are called more than once."""
        return tuple(n for n in self.nodes if n.shared)

    def node(self, name):
        """Finds a node by id or name, in this graph or one inside it."""
        for node in self.walk():
            if name in (node.id, node.name):
                return node
        known = ", ".join(repr(n.name) for n in self.walk() if n.kind != "output")
        raise ValueError(f"No such layer: {name!r}. Existing layers are: {known}.")

    def walk(self):
        """Yields each node, the insides of expanded models included."""
        for node in self.nodes:
            yield node
            if node.inner is not None:
                yield from node.inner.walk()


def shape_label(shape, axes):
    """Spells a shape with the axis name in place of each unknown size.

    >>> shape_label((None, 28, 28, 1), ("batch", "height", "width", "channels"))
    '(batch, 28, 28, 1)'
    """
    if shape is None:
        return ""
    sizes = [str(n) if n is not None else name for n, name in zip(shape, axes, strict=True)]
    return "(" + ", ".join(sizes) + ("," if len(sizes) == 1 else "") + ")"


def axis_names(shape, channels_first=False, tokens=False):
    """Names the axes of a tensor by its rank.

    >>> axis_names((None, 32))
    ('batch', 'features')
    """
    many = ("batch", *(f"axis {i}" for i in range(1, len(shape))))
    names = _AXES.get(len(shape), many)
    if tokens and len(shape) == 2:
        return ("batch", "steps")
    if channels_first and len(shape) > 2:
        return (names[0], names[-1].replace("features", "channels"), *names[1:-1])
    return names
