"""kerasteach on its Torch backend: the program as it stands."""

PACKAGES = ["numpy", "torch"]


def setup():
    """Return `train(epochs)`."""
    import kerasteach

    from .program import program

    kerasteach.config.set_backend("torch")
    return program(kerasteach)
