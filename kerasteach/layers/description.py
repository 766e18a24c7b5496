"""What a layer says of itself: dtype, config, size, what it puts into a file."""

import inspect
import math

from .. import backend, config, regularizers


def _is_plain(value):
    """Whether a value can be written to JSON as it is."""
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(k, str) and _is_plain(v) for k, v in value.items())
    return value is None or isinstance(value, (bool, int, float, str))


class DTypePolicy:
    """A dtype with the names Keras's policies have."""

    def __init__(self, name):
        self.name = self.compute_dtype = self.variable_dtype = name

    def __repr__(self):
        return f'<DTypePolicy "{self.name}">'


def dtype_name_of(dtype):
    if dtype is None:
        return config.floatx()
    if isinstance(dtype, dict):  # a saved policy
        dtype = dtype["config"]["name"]
    return dtype if isinstance(dtype, str) else getattr(dtype, "name", None) or backend.dtype_name(dtype)


class Description:
    """Mixin: a layer as plain data."""

    @property
    def path(self):
        """Name, with the scopes it was made in."""
        return self.name

    @property
    def dtype(self):
        """dtype name of the weights."""
        return self._dtype

    variable_dtype = compute_dtype = input_dtype = dtype

    @property
    def dtype_policy(self):
        """The dtype, as an object with a `name`."""
        return DTypePolicy(self._dtype)

    def get_config(self):
        """Return the constructor's arguments; subclasses add theirs."""
        config = {"name": self.name, "trainable": self.trainable, "dtype": self._dtype}
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        if type(self).get_config is Description.get_config:
            config |= self._given_arguments()
        return config

    def _given_arguments(self):
        """The constructor's own arguments as they were given: the config of a class that defines none.

        Raises:
            NotImplementedError: if one of them is not plain data.
        """
        known = {"self", "name", "trainable", "dtype", "activity_regularizer", "autocast"}
        parameters = inspect.signature(type(self).__init__).parameters
        if not set(parameters) - known - {"args", "kwargs"}:
            return {}
        args, kwargs = self._given
        bound = inspect.signature(type(self).__init__).bind(self, *args, **kwargs).arguments
        given = {**{k: v for k, v in bound.items() if k not in known | {"args", "kwargs"}}}
        odd = [k for k, v in given.items() if not _is_plain(v)]
        if odd:
            raise NotImplementedError(
                f"Object {type(self).__name__} was created by passing non-serializable argument values in `__init__()`, "
                f"and therefore the object must override `get_config()` in order to be serializable. Not plain data: {odd}."
            )
        return given

    @classmethod
    def from_config(cls, config):
        """Make a layer from its config.

        Raises:
            TypeError: if the constructor does not take what the config holds.
        """
        try:
            return cls(**config)
        except TypeError as error:
            error.add_note(
                f"{cls.__name__}.__init__ was given the saved config {config}.\n"
                "Fix: define get_config() so that it returns exactly the constructor's arguments."
            )
            raise

    def count_params(self):
        """Return the number of elements of all weights.

        Raises:
            ValueError: if the weights do not exist yet.
        """
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on layer '{self.name}', but the layer isn't built. "
                "You can build it manually via: `layer.build(input_shape)`."
            )
        return sum(math.prod(v.shape) for v in self.weights)

    def save_own_variables(self, store):
        """Put this layer's own weights into a mapping of number to array."""
        for i, variable in enumerate(self._own_variables()):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store):
        """Take this layer's own weights from a mapping of number to array.

        Raises:
            ValueError: if the counts differ.
        """
        own = self._own_variables()
        if len(store.keys()) != len(own):
            raise ValueError(
                f"Layer '{self.name}' expected {len(own)} variables, but received {len(store.keys())} variables during "
                f"loading. Expected: {[v.name for v in own]}"
            )
        for i, variable in enumerate(own):
            variable.assign(store[str(i)])

    def __repr__(self):
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"

    def __str__(self):
        return repr(self)
