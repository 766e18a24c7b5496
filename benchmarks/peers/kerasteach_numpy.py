"""kerasteach on its Numpy backend: the program as it stands."""

PACKAGES = ["numpy"]


def setup():
    """Return `train(epochs)`."""
    import kerasteach

    from .program import program

    kerasteach.config.set_backend("numpy")
    return program(kerasteach)
