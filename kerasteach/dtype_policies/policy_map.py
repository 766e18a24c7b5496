"""Many policies: one for each layer of a model, by its path."""

import re
from collections.abc import MutableMapping

from .. import config
from ..config import HANDED_DOWN
from .policy import DTypePolicy


class DTypePolicyMap(DTypePolicy, MutableMapping):
    """A dict of layer path, or pattern of paths -> policy, to pass as a layer's `dtype`.

    Args:
        default_policy: policy of layers that no key fits; by default the one that new layers get.
        policy_map: dict to start with.

    Raises:
        ValueError: if the default is a map itself; or when a path is looked up that several patterns fit.
        TypeError: if `policy_map` is no dict.

    >>> policies = DTypePolicyMap("float32", {"encoder/.*": DTypePolicy("float16")})
    >>> policies["encoder/dense"], policies["decoder/dense"]
    (<DTypePolicy "float16">, <DTypePolicy "float32">)
    """

    def __init__(self, default_policy=None, policy_map=None):
        if isinstance(default_policy, DTypePolicyMap):
            raise ValueError("`default_policy` cannot be a `DTypePolicyMap`. Fix: pass one policy, or its name.")
        if policy_map is not None and not isinstance(policy_map, dict):
            raise TypeError(f"If specified, `policy_map` must be a dict. Received: policy_map={policy_map} of type {type(policy_map)}")
        self._given = default_policy
        self._map = policy_map or {}
        self.default_policy  # noqa: B018 - raises now if it is none

    @property
    def default_policy(self):
        """The policy of layers that no key fits."""
        return config.dtype_policy() if self._given is None else HANDED_DOWN["policy"](self._given)

    @property
    def name(self):
        """Name: that of the default policy, marked as a map's."""
        return f"map_{self.default_policy.name}"

    @property
    def compute_dtype(self):
        """The default policy's."""
        return self.default_policy.compute_dtype

    @property
    def variable_dtype(self):
        """The default policy's."""
        return self.default_policy.variable_dtype

    def __getitem__(self, key):
        if key in self._map:
            return self._map[key]
        fitting = [pattern for pattern in self._map if re.fullmatch(pattern, key)]
        if len(fitting) > 1:
            raise ValueError(
                f"Path '{key}' matches multiple dtype policy specification keys: {fitting}. Please make sure each path "
                "only matches at most one dtype policy specification key in the DTypePolicyMap."
            )
        return self._map[fitting[0]] if fitting else self.default_policy

    def __setitem__(self, key, policy):
        if key in self._map:
            raise ValueError(
                f"{key} already exist in the DTypePolicyMap with value {self._map[key]}. Please make sure to not use "
                "duplicated keys. Fix: `del` it first."
            )
        try:
            self._map[key] = HANDED_DOWN["policy"](policy)
        except (TypeError, ValueError) as error:
            raise ValueError(
                "Cannot interpret the assigned value by `keras.dtype_policies.get`. "
                f"Received: {policy} of type {type(policy)}"
            ) from error

    def __delitem__(self, key):
        del self._map[key]

    def __contains__(self, key):
        return key in self._map

    def __len__(self):
        return len(self._map)

    def __iter__(self):
        return iter(self._map)

    def get_config(self):
        """Return the constructor's arguments."""
        from ..saving.serialize import serialize_keras_object

        return {"default_policy": self._given, "policy_map": serialize_keras_object(self._map)}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Make one from its config."""
        policies = {key: HANDED_DOWN["policy"](policy) for key, policy in config["policy_map"].items()}
        return cls(config["default_policy"], policies)

    __hash__ = object.__hash__

    def __eq__(self, other):
        return type(other) is DTypePolicyMap and (self._given, self._map) == (other._given, other._map)

    def __repr__(self):
        mapping = [(key, policy.name) for key, policy in self._map.items()]
        return f"<DTypePolicyMap at {hex(id(self))} default_policy={self.default_policy.name}, mapping={mapping}>"
