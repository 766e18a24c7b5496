"""Whether inputs are nested, and named, as a model's own are."""

from .. import tree


def check_keys(given, wanted, name):
    """Raise unless a dict has exactly the keys it should.

    Raises:
        ValueError: with both sets of keys.
    """
    missing, unknown = [k for k in wanted if k not in given], [k for k in given if k not in wanted]
    if missing or unknown:
        what = [f"Missing data for input(s) {missing}."] * bool(missing) + [f"No input is called {unknown}."] * bool(unknown)
        fix = f"add {missing[0]!r} to the dictionary" if missing else f"leave {unknown[0]!r} out of the dictionary"
        raise ValueError(
            f"{' '.join(what)} You passed a data dictionary with keys {sorted(map(str, given))} to model '{name}'. "
            f"Expected the following keys: {sorted(map(str, wanted))}\n"
            f"Fix: {fix}; the keys are the names given to keras.Input."
        )


def check_nesting(given, wanted, name):
    """Raise unless inputs are nested as the model's were; a list and a tuple are alike."""
    if isinstance(wanted, dict) and isinstance(given, dict):
        check_keys(given, wanted, name)
        pairs = [(given[key], wanted[key]) for key in wanted]
    elif isinstance(wanted, (list, tuple)) and isinstance(given, (list, tuple)) and len(given) == len(wanted):
        pairs = list(zip(given, wanted))
    elif tree.is_nested(wanted) and len(tree.flatten(wanted)) != len(tree.flatten(given)):
        shapes = tree.map_structure(lambda x: getattr(x, "shape", x), given)
        raise ValueError(
            f"The structure of `inputs` doesn't match the expected structure of model '{name}'.\n"
            f"Expected: {tree.map_structure(lambda t: t.name, wanted)}. Received: inputs={shapes}"
        )
    else:
        return
    for part, expected in pairs:
        check_nesting(part, expected, name)
