"""`keras.Function`: a graph of operations as a function, without weights of its own."""

from .. import backend, tree
from ..backend.symbolic import KerasTensor, Operation, any_symbolic
from .graph import trace
from .plan import Plan


class Function(Operation):
    """The computation between symbolic tensors, to be done again on others.

    Args:
        inputs: symbolic tensor, or a structure of them, made by `keras.Input` or a layer.
        outputs: symbolic tensors computed from them.
        name: name.

    Raises:
        ValueError: if outputs do not lead back to inputs, or there are none.

    Source: https://keras.io/api/ops/core/

    >>> import numpy as np
    >>> from kerasteach import Input, ops
    >>> x = Input((2,))
    >>> double = Function(x, ops.multiply(x, 2.0))
    >>> double(np.ones((1, 2), "float32"))
    array([[2., 2.]], dtype=float32)
    """

    def __init__(self, inputs, outputs, name=None):
        super().__init__(name)
        self._inputs_struct, self._outputs_struct = inputs, outputs
        self.inputs, self.outputs = tree.flatten(inputs), tree.flatten(outputs)
        for what, tensors in (("inputs", self.inputs), ("outputs", self.outputs)):
            if not tensors:
                raise ValueError(f"`{what}` argument cannot be empty. Received: inputs={inputs}, outputs={outputs}")
        self._nodes, self._operations = trace(self.inputs, self.outputs)
        self._plan = Plan(self._nodes, self.inputs, self.outputs)

    @property
    def operations(self):
        """Layers and bare ops between inputs and outputs."""
        return list(self._operations)

    def __call__(self, inputs):
        if any_symbolic(inputs):
            return self.symbolic_call(inputs)
        return self.call(inputs)

    def call(self, inputs):
        """Compute the outputs for tensors in the structure of the inputs."""
        values = [backend.get().convert(x) for x in self._checked(inputs)]
        return tree.pack_sequence_as(self._outputs_struct, self._plan.run(values, None))

    def compute_output_shape(self, input_shape):
        """Return shapes of the outputs for shapes in the structure of the inputs."""
        shapes = []
        tree.map_shape_structure(shapes.append, input_shape)
        symbols = [KerasTensor(shape, x.dtype) for shape, x in zip(shapes, self.inputs)]
        return tree.map_structure(lambda t: t.shape, tree.pack_sequence_as(self._outputs_struct, self._plan.run(symbols, None)))

    def compute_output_spec(self, inputs):
        """Return symbolic outputs for symbolic inputs."""
        aside = [KerasTensor(x.shape, x.dtype) for x in self._checked(inputs)]
        return tree.pack_sequence_as(self._outputs_struct, self._plan.run(aside, None))

    def _checked(self, inputs):
        leaves = tree.flatten(inputs)
        if len(leaves) != len(self.inputs):
            raise ValueError(f"Function {self.name} takes {len(self.inputs)} tensor(s). Received {len(leaves)}: {inputs}")
        return leaves
