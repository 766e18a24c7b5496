"""Groups of neighbours in a traced program, replaced by one op that does the work of all.

Layers and losses are written in small ops, for students to read. Before a program is written out, some groups of them
become one op. Each pattern looks at the last node of its group and walks back; it applies only if nobody else needs
what lies between.
"""

from collections import defaultdict

from .op_call import OpCall


class Patterns:
    """Patterns of groups, by the name of their last op."""

    def __init__(self):
        self.by_name = defaultdict(list)  # name -> functions(graph, node) -> nodes or None

    def ending_with(self, name):
        """Decorator: look for a group that ends with an op of this name."""

        def add(function):
            self.by_name[name].append(function)
            return function

        return add

    def apply(self, traced):
        """Return what was traced with groups replaced."""
        graph = Graph(traced)
        for i, node in enumerate(traced.nodes):
            for pattern in self.by_name[name_of(node)] if isinstance(node.operation, OpCall) else ():
                if (found := pattern(graph, node)) is not None:
                    graph.replace(i, found)
                    break
        return traced._replace(nodes=[part for group in graph.groups for part in group])


class Graph:
    """Who makes each tensor of a trace, and who needs it."""

    def __init__(self, traced):
        self.groups = [[node] for node in traced.nodes]
        self.index = {id(node): i for i, node in enumerate(traced.nodes)}
        self.maker = {id(t): node for node in traced.nodes for t in node.outputs}
        self.users = defaultdict(list)
        for node in traced.nodes:
            for tensor in node.input_tensors:
                self.users[id(tensor)].append(node)
        self.kept = {id(t) for t in [*traced.outputs, *[value for _, value in traced.updates]]}

    def made_by(self, tensor, name, alone=True):
        """The node that made a tensor, if it is of that op, and made it for one user only; else None."""
        node = self.maker.get(id(tensor))
        if node is None or not isinstance(node.operation, OpCall) or name_of(node) != name:
            return None
        return None if alone and (id(tensor) in self.kept or len(self.users[id(tensor)]) > 1) else node

    def replace(self, i, nodes):
        """Put nodes where another stood; the last gives its output."""
        self.groups[i] = nodes
        self.maker |= {id(t): node for node in nodes for t in node.outputs}


def name_of(node):
    """The name of a node's op."""
    return node.operation.op.name
