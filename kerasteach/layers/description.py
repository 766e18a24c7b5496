"""What a layer says of itself: dtype, config, size, what it puts into a file."""

import inspect
import math

from .. import activations, constraints, dtype_policies, initializers, regularizers


def _is_plain(value):
    """Whether a value can be written to JSON as it is."""
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(k, str) and _is_plain(v) for k, v in value.items())
    return value is None or isinstance(value, (bool, int, float, str))


# An argument whose name ends so names an object that its room looks up and describes.
_LOOKED_UP = {
    "_initializer": initializers, "_regularizer": regularizers, "_constraint": constraints, "activation": activations,
}  # fmt: skip
# Arguments Keras has that only None is accepted for; no config holds them.
_REFUSED = {
    "lora_rank": "low-rank adaptation is not there",
    "lora_alpha": "low-rank adaptation is not there",
    "quantization_config": "there is no quantization",
    "gptq_unpacked_column_size": "there is no quantization",
}
# Arguments that every layer's config holds already, or none does.
_NOT_KEPT = {"self", "kwargs", "__class__", "name", "dtype", "trainable", "activity_regularizer"}


def _room_of(argument):
    """The room that an argument's value is looked up in; None if it is kept as it is."""
    return next((room for ending, room in _LOOKED_UP.items() if argument.endswith(ending)), None)


class Description:
    """Mixin: a layer as plain data."""

    @property
    def path(self):
        """Name, with the scopes it was built in; None before."""
        return self._path

    @property
    def dtype_policy(self):
        """The policy that says in which dtypes the layer keeps its weights and computes; it may be set."""
        return self._dtype_policy

    @dtype_policy.setter
    def dtype_policy(self, value):
        policy = dtype_policies.get(value)
        if isinstance(self._dtype_policy, dtype_policies.DTypePolicyMap) and self.path:
            if self.path in self._dtype_policy:
                del self._dtype_policy[self.path]
            self._dtype_policy[self.path] = policy
        else:
            self._dtype_policy = policy

    def _own_policy(self):
        """The policy of this very layer, where many are given in a map."""
        policy = self._dtype_policy
        if type(policy) is dtype_policies.DTypePolicy or not self.path:  # asked at every call
            return policy
        return policy[self.path] if isinstance(policy, dtype_policies.DTypePolicyMap) else policy

    @property
    def variable_dtype(self):
        """dtype name of the weights."""
        return self._own_policy().variable_dtype

    dtype = variable_dtype

    @property
    def compute_dtype(self):
        """dtype name of what the layer computes with, and returns."""
        return self._own_policy().compute_dtype

    input_dtype = compute_dtype

    @property
    def quantization_mode(self):
        """None: there is no quantization."""
        return None

    _kept_arguments = ()  # names of the constructor's arguments that `_keep` stored

    def _keep(self, arguments):
        """Store a constructor's arguments as attributes of the same names, and return them from `get_config`.

        `"relu"` becomes the function, `"zeros"` the initializer, and so on, by the end of the argument's name.

        Args:
            arguments: `locals()` of the constructor.

        Raises:
            ValueError: for an argument of Keras that kerasteach does not know what to do with.
        """
        for name in _REFUSED.keys() & arguments.keys():
            if arguments[name] is not None:
                raise ValueError(
                    f"{type(self).__name__} cannot take `{name}`: {_REFUSED[name]}. Expected None. Received: "
                    f"{name}={arguments[name]}. Fix: leave `{name}` out."
                )
        names = tuple(name for name in arguments if name not in _NOT_KEPT and name not in _REFUSED)
        for name in names:
            room = _room_of(name)
            setattr(self, name, room.get(arguments[name]) if room else arguments[name])
        self._kept_arguments = (*self._kept_arguments, *names)

    def _kept_config(self):
        """The kept arguments, as plain data."""
        rooms = {name: _room_of(name) for name in self._kept_arguments}
        return {n: room.serialize(getattr(self, n)) if room else getattr(self, n) for n, room in rooms.items()}

    def get_config(self):
        """Return the constructor's arguments; subclasses add theirs."""
        config = {"name": self.name, "trainable": self.trainable, "dtype": dtype_policies.serialize(self.dtype_policy)}
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        if self._kept_arguments:
            config |= self._kept_config()
        elif type(self).get_config is Description.get_config:
            config |= self._given_arguments()
        return config

    def _given_arguments(self):
        """The constructor's own arguments as they were given: the config of a class that defines none.

        Raises:
            NotImplementedError: if one of them is not plain data.
        """
        known = {"self", "name", "trainable", "dtype", "activity_regularizer", "autocast"}
        parameters = [*inspect.signature(type(self).__init__).parameters][1:]  # without self
        if not set(parameters) - known - {"args", "kwargs"}:
            return {}
        args, kwargs = self._given
        bound = inspect.signature(type(self).__init__).bind(self, *args, **kwargs).arguments
        given = {k: v for k, v in bound.items() if k in parameters and k not in known | {"args", "kwargs"}}
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
        config = dict(config)
        if isinstance(config.get("dtype"), dict):  # a saved policy: constructors get its name
            policy = dtype_policies.deserialize(config["dtype"])
            config["dtype"] = policy if isinstance(policy, dtype_policies.DTypePolicyMap) else policy.name
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
