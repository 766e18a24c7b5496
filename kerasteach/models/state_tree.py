"""All variables of a model as nested dicts, by their paths; and back."""

KINDS = ("trainable_variables", "non_trainable_variables", "optimizer_variables", "metrics_variables")


def _variables(model, kind):
    if kind == "optimizer_variables":
        return model.optimizer.variables if model.optimizer is not None else []
    return getattr(model, kind)


def get_state_tree(model, value_format="backend_tensor"):
    """Return {kind of variable: {part of a path: ... value}}.

    Raises:
        ValueError: for another format, or two variables of one path.
    """
    formats = {"backend_tensor": lambda v: v.value, "numpy_array": lambda v: v.numpy()}
    if value_format not in formats:
        raise ValueError(
            f"Invalid `value_format` argument. Expected one of {set(formats)}. Received: value_format={value_format}"
        )
    return {kind: _nested(_variables(model, kind), formats[value_format]) for kind in KINDS}


def _nested(variables, read):
    nested = {}
    for variable in variables:
        *folders, last = variable.path.split("/")
        place = nested
        for folder in folders:
            place = place.setdefault(folder, {})
        if last in place:
            raise ValueError(
                f"The following variable path is found twice in the model: '{variable.path}'. `get_state_tree()` can only be "
                "called when all variable paths are unique. Make sure to give unique names to your layers (and other objects)."
            )
        place[last] = read(variable)
    return nested


def set_state_tree(model, state_tree):
    """Set all variables whose paths the tree holds.

    Raises:
        ValueError: for an unknown kind, or a path that no variable has; nothing is changed then.
    """
    todo = []
    for kind, nested in state_tree.items():
        if kind not in KINDS:
            raise ValueError(f"Unknown variable name: {kind}. Expected one of {KINDS}.")
        # An optimizer's own name, `adam` or `adam_1`, says only how many came before it.
        short = (lambda path: path.partition("/")[2] or path) if kind == "optimizer_variables" else str
        by_path = {short(v.path): v for v in _variables(model, kind)}
        for path, value in ((short(path), value) for path, value in _flat(nested)):
            if path not in by_path:
                raise ValueError(f"The model has no variable '{path}' among its {kind}. It has: {list(by_path)}.")
            todo.append((by_path[path], value))
    for variable, value in todo:
        variable.assign(value)


def _flat(nested, prefix=""):
    for key, value in nested.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}/")
        else:
            yield prefix + key, value
