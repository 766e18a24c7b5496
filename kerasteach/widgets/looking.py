"""The base of panels that look into a model: what was worked out is kept until the weights change."""

import zlib

import numpy as np

from kerasteach.widgets.following import Following

_MOST = 24  # results that are kept


class Looking(Following):
    """A panel on a model and data; what it shows was worked out with the weights as they are now.

    A subclass reads what it shows with `remembered`, and says in `_moved` which settings have to move with others.
    """

    def __init__(self, **state):
        self._memory, self._taken_at = {}, None
        super().__init__(**state)

    def models(self):
        """The models whose weights decide what is shown."""
        return [self.model]

    def remembered(self, key, make):
        """What `make()` gave for a key, as long as no weight has changed since."""
        now = [fingerprint(model) for model in self.models()]
        if now != self._taken_at:
            self._memory, self._taken_at = {}, now
        if key not in self._memory:
            while len(self._memory) >= _MOST:
                self._memory.pop(next(iter(self._memory)))
            self._memory[key] = make()
        return self._memory[key]

    def _change(self, changes):
        known = {k: v for k, v in changes.items() if k in self.options}
        moved = self._moved({**self._state, **known}, known) if len(known) == len(changes) else {}
        super()._change({**changes, **moved})

    def _moved(self, state, changes):
        """What else changes with some changes: a dict of setting -> value; nothing by default.

        Args:
            state: The state after the changes.
            changes: What the user asked for.
        """
        return {}


def fingerprint(model):
    """A number that changes with the model's weights.

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> before = fingerprint(model)
    >>> model.set_weights([[[7.0]], [0.0]])
    >>> fingerprint(model) == before
    False
    """
    total = 0
    for variable in getattr(model, "variables", ()):
        total = zlib.crc32(np.ascontiguousarray(variable.numpy()), total)
    return total
