"""`kerasteach.GradientTape`: gradients of a computation of your own, on either backend."""

import contextlib

from .. import tree
from . import api
from .tape import OPEN, Tape
from .variable import Variable


class _Watching(Tape):
    """A tape that follows each trainable variable as soon as it is read."""

    def __init__(self, everything):
        super().__init__()
        self.everything, self.variables, self.shared = everything, {}, False

    def share(self, outer):
        """Write into the record of a tape that is open already: both see all that is computed in both blocks."""
        self.records, self.leaves, self.shared, outer.shared = outer.records, outer.leaves, True, True
        self.watched, self.everything = outer.watched, self.everything or outer.everything

    def watches(self, variable):
        followed = (self.everything and variable.trainable) or id(variable) in self.watched
        if followed:
            self.variables[id(variable)] = variable
        return followed


class GradientTape:
    """Records what is computed inside a `with` block, and gives gradients of it afterwards.

    All trainable variables are followed. The same code runs on NumPy, where the record is
    `kerasteach.backend.Tape`, and on Torch, where autograd makes it.

    Args:
        persistent: whether `gradient` may be called more than once.
        watch_accessed_variables: whether trainable variables are followed by themselves.

    Source: https://www.tensorflow.org/guide/autodiff, whose tape this one is like

    >>> import kerasteach as keras
    >>> w = keras.Variable([1.0, 2.0])
    >>> with keras.GradientTape() as tape:
    ...     loss = keras.ops.sum(w * w)
    >>> tape.gradient(loss, w)
    array([2., 4.], dtype=float32)
    """

    sums_targets = False  # whether a target of many numbers stands for their sum

    def __init__(self, persistent=False, watch_accessed_variables=True):
        self.persistent = persistent
        self._tape, self._open, self._used = _Watching(watch_accessed_variables), None, False
        self._lent = []  # variables given to `watch`
        self._watched = {}  # id of what was given to `watch` -> (it, the tensor that is followed)

    def __enter__(self):
        if self._open is not None:
            raise ValueError("Tape is already recording. Fix: one `with` block a tape.")
        with contextlib.ExitStack() as stack:
            if isinstance(OPEN.tape, _Watching):
                self._tape.share(OPEN.tape)
            for home in api.loaded():
                stack.enter_context(home.recording())
            stack.enter_context(self._tape)
            self._open = stack.pop_all()
        return self

    def __exit__(self, *exc):
        if self._open is not None:
            self._open.close()
            self._open = None

    def watch(self, tensor):
        """Follow tensors that are no trainable variables, such as the input.

        Args:
            tensor: array, tensor, variable, or a structure of them.

        Returns:
            The same as tensors that are followed. Compute with these: NumPy arrays take no notes.

        Raises:
            ValueError: outside of the `with` block, or for whole numbers, which have no gradient.

        >>> with GradientTape() as tape:
        ...     x = tape.watch(np.array([3.0]))
        ...     y = x[0] ** 2
        >>> tape.gradient(y, x)
        array([6.])
        """
        if self._open is None:
            raise ValueError("tape.watch() outside of the tape's `with` block. Fix: call it inside, before x is used.")
        return tree.map_structure(self._watch, tensor)

    def _watch(self, x):
        if isinstance(x, Variable):
            self._tape.watched.add(id(x))
            self._lent.append(x)
            return x._backend.lend(x)
        followed = api.owner(x).follow(x)
        self._watched[id(x)] = self._watched[id(followed)] = x, followed
        return followed

    def watched_variables(self):
        """Return the variables that were followed, in the order they were first read."""
        return tuple(self._tape.variables.values())

    def gradient(self, target, sources, output_gradients=None):
        """Return the gradient of `target` with respect to each source.

        Args:
            target: one number, computed inside the `with` block.
            sources: variables, or tensors from `watch`; one, or a structure of them.
            output_gradients: gradient to start with, of the target's shape; then the target may hold many numbers.

        Returns:
            Gradients in the structure of `sources`; `None` where the target does not depend on the source.

        Raises:
            RuntimeError: for the second call, unless the tape is persistent.
            ValueError: for a target of many numbers or computed outside, or a source that is not followed.
            NotImplementedError: for a gradient of a gradient on NumPy.
        """
        if self._used and not self.persistent:
            raise RuntimeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians).\n"
                "Fix: ask for all at once, tape.gradient(loss, [a, b]); or GradientTape(persistent=True)."
            )
        home = api.owner(target)
        target = target.value if isinstance(target, Variable) else target
        if not home.is_followed(target):
            raise ValueError(
                f"The target {target!r} was computed outside of the tape's `with` block, or depends on nothing the tape "
                "follows.\nFix: compute the loss inside the block, with keras.ops, from trainable variables or from what "
                "tape.watch(x) returned."
            )
        shape = tuple(target.shape)
        if shape and output_gradients is None and not self.sums_targets:
            raise ValueError(
                f"The target must be one number. Received: a target of shape {shape}.\nFix: reduce it inside the block with "
                "keras.ops.mean or keras.ops.sum; or pass output_gradients, of the same shape."
            )
        leaves = [self._leaf(s, home) for s in tree.flatten(sources)]
        if not self.persistent:
            self.__exit__()
        self._used = True
        nested = isinstance(OPEN.tape, _Watching) and OPEN.tape is not self._tape
        found = home.pull(self._tape, target, leaves, output_gradients, self.persistent or self._tape.shared, nested)
        if not self.persistent:
            for variable in self._lent:
                variable.trainable = variable.trainable  # followed no more, if it is frozen
        return tree.pack_sequence_as(sources, found) if tree.is_nested(sources) else found[0]

    def _leaf(self, source, home):
        """The tensor that was followed for a source; None if the target does not depend on it."""
        if isinstance(source, Variable):
            return home.leaf_of(source, self._tape) if source._backend is home else None
        if id(source) in self._watched:
            return self._watched[id(source)][1]
        if home.is_followed(source):
            return source
        raise ValueError(
            f"The tape does not follow this source: {source!r}. Expected a variable, or what tape.watch(x) returned.\n"
            "Fix: x = tape.watch(x) inside the `with` block, before x is used."
        )
