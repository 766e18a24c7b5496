"""What a stand-in says about what it does not have."""


def getattr_of(prefix, instead=None):
    """Return a module's `__getattr__` that says what is missing and what to use.

    Args:
        prefix: the name the module goes by in programs, as `"tf"`.
        instead: dict of missing name -> what to use, in words.

    >>> getattr_of("tf", {"Variable": "`keras.Variable(value)`"})("Variable")
    Traceback (most recent call last):
    AttributeError: kerasteach's stand-in for TensorFlow has no `tf.Variable`. Use `keras.Variable(value)`.
    """

    def missing(name):
        use = (instead or {}).get(name, "`keras.ops` or NumPy, or run this with TensorFlow itself")
        raise AttributeError(f"kerasteach's stand-in for TensorFlow has no `{prefix}.{name}`. Use {use}.")

    return missing
