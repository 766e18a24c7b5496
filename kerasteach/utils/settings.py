"""A dict of settings that can be read with a dot, and frozen."""

import difflib
import json


class Config:
    """Named values, like a dict; `config.rate` is `config["rate"]`.

    Args:
        **kwargs: the first values.

    Raises:
        ValueError: if something changes after `freeze()`.
        AttributeError: if there is no such value.

    >>> config = Config(rate=0.1)
    >>> config.seed = 7
    >>> config, config.seed, list(config)
    (<Config {'rate': 0.1, 'seed': 7}>, 7, ['rate', 'seed'])
    """

    def __init__(self, **kwargs):
        vars(self).update(_config=kwargs, _frozen=False)

    @property
    def frozen(self):
        """Whether nothing may change any more."""
        return self._frozen

    def freeze(self):
        """Let nothing change from now on."""
        vars(self)["_frozen"] = True

    def unfreeze(self):
        """Let values change again."""
        vars(self)["_frozen"] = False

    def _open(self):
        if self._frozen:
            raise ValueError("Cannot mutate attribute(s) because the config is frozen. Fix: config.unfreeze().")
        return self._config

    def as_dict(self):
        """Return the values as a dict of their own."""
        return dict(self._config)

    def to_json(self):
        """Return the values as JSON."""
        return json.dumps(self._config)

    def keys(self):
        """Names."""
        return self._config.keys()

    def values(self):
        """Values."""
        return self._config.values()

    def items(self):
        """Pairs (name, value)."""
        return self._config.items()

    def pop(self, *args):
        """Take a value out."""
        return self._open().pop(*args)

    def update(self, *args, **kwargs):
        """Set several values."""
        return self._open().update(*args, **kwargs)

    def get(self, keyname, value=None):
        """Return a value, or another if there is none."""
        return self._config.get(keyname, value)

    def __getattr__(self, name):
        if name.startswith("__") or name not in self._config:
            close = difflib.get_close_matches(name, vars(self).get("_config", {}), n=1, cutoff=0.7)
            raise AttributeError(f"Unknown attribute: '{name}'." + (f" Did you mean '{close[0]}'?" if close else ""))
        return self._config[name]

    def __setattr__(self, name, value):
        self._open()[name] = value

    __setitem__ = __setattr__

    def __getitem__(self, key):
        return self._config[key]

    def __delitem__(self, key):
        del self._open()[key]

    def __contains__(self, item):
        return item in self._config

    def __iter__(self):
        return iter(sorted(self._config))

    def __len__(self):
        return len(self._config)

    def __repr__(self):
        return f"<Config {self._config}>"
