"""From what a user wrote (a name, a config, a class, an object) to the object meant."""


def identify(identifier, known, kind, deserialize=None):
    """Return what `identifier` means.

    Args:
        identifier: `None`, a name, a config dict, a class, or the thing itself.
        known: dict of name -> class or function.
        kind: the word for it in messages, as `"optimizer"`.
        deserialize: function for config dicts.

    Raises:
        ValueError: if nothing is meant; the message lists near names.

    >>> identify("Mean", {"mean": dict}, "metric")
    Traceback (most recent call last):
    ...
    ValueError: Could not interpret metric identifier: 'Mean'. Did you mean 'mean'? Known: mean.
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict) and deserialize is not None:
        return deserialize(identifier)
    if isinstance(identifier, str):
        from .registry import get_registered_object

        found = known.get(identifier) or get_registered_object(identifier)
        if found is None:
            raise ValueError(f"Could not interpret {kind} identifier: {identifier!r}.{suggest(identifier, known)} {_listed(known)}")
    else:
        found = identifier
    if isinstance(found, type):
        return found()
    if callable(found) or hasattr(found, "get_config"):
        return found
    raise ValueError(
        f"Could not interpret {kind} identifier: {identifier!r}. Expected a name, a config, a function or an object; "
        f"received {type(identifier).__name__}."
    )


def suggest(name, known):
    """Return a question with the nearest known name, or nothing if none is near.

    >>> suggest("rellu", ["relu", "tanh"])
    " Did you mean 'relu'?"
    """
    import difflib  # only an error needs it

    near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
    return f" Did you mean {near[0]!r}?" if near else ""


def _listed(known):
    return f"Known: {', '.join(sorted(k for k in known if k.islower()))}."
