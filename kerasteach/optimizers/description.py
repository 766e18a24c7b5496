"""What an optimizer says of itself: its settings as plain data."""

from . import settings


class Description:
    """Mixin: an optimizer as plain data."""

    def _keep(self, arguments):
        """Store a constructor's own settings as attributes of the same names, and return them from `get_config`.

        Args:
            arguments: `locals()` of the constructor.
        """
        own = {k: v for k, v in arguments.items() if k not in settings.NOT_KEPT}
        vars(self).update(own, _own=(*self._own, *own))

    def get_config(self):
        """Return the constructor's arguments."""
        from ..saving.serialize import serialize_keras_object

        rate = self._learning_rate
        rate = serialize_keras_object(rate) if callable(rate) else float(rate)
        kept = {key: getattr(self, key) for key in (*settings.DEFAULTS, *self._own)}
        return {"name": self.name, "learning_rate": rate} | kept

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Make one from its config."""
        from ..saving.serialize import deserialize_keras_object

        rate = config.get("learning_rate")
        if isinstance(rate, dict):
            config = config | {"learning_rate": deserialize_keras_object(rate, custom_objects)}
        return cls(**config)

    def __repr__(self):
        return f"<{type(self).__name__} name={self.name}>"
