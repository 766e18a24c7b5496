"""Import statements by other names: what `import keras` becomes."""

import ast

# The longest name that fits wins: `tensorflow.keras.layers` goes by the second line.
NAMES = {
    "keras": "kerasteach",
    "tensorflow.keras": "kerasteach",
    "tensorflow": "kerasteach.compat.tensorflow",
}


def translate(source):
    """Return what a program's text becomes; for readers, comments and layout are lost.

    >>> print(translate("import tensorflow as tf, numpy as np"))
    import kerasteach.compat.tensorflow as tf, numpy as np
    >>> print(translate("from tensorflow.keras import layers, Model"))
    from kerasteach import layers, Model
    >>> print(translate("import keras.layers"))
    import kerasteach.layers as keras, kerasteach as keras
    """
    return ast.unparse(translate_tree(ast.parse(source)))


def translate_tree(tree):
    """Change the import statements of a syntax tree, in functions and classes too, and return it.

    Every other statement stays, and so do all line numbers.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            node.names = [new for alias in node.names for new in _aliases(alias)]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            node.module = other_name(node.module) or node.module
    return tree


def other_name(name):
    """Return the name a module goes by here, or None if it keeps its own.

    >>> other_name("tensorflow.keras.layers"), other_name("keras"), other_name("keras_tuner")
    ('kerasteach.layers', 'kerasteach', None)
    """
    for theirs, ours in sorted(NAMES.items(), key=lambda pair: -len(pair[0])):
        if name == theirs or name.startswith(f"{theirs}."):
            return ours + name[len(theirs) :]
    return None


def _aliases(alias):
    """The parts of an import statement that one part of it becomes."""
    ours = other_name(alias.name)
    if ours is None:
        return [alias]
    top = alias.name.partition(".")[0]
    if alias.asname or alias.name == top:
        return [_alias(alias, ours, alias.asname or top)]
    # `import keras.layers` loads that module and then binds the name `keras`.
    return [_alias(alias, ours, top), _alias(alias, other_name(top), top)]


def _alias(old, name, asname):
    return ast.copy_location(ast.alias(name=name, asname=asname), old)
