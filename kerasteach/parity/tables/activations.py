"""Activations: as functions, and as the ops they are."""

import numpy as np

from ..case import case, on

MATRIX, CUBE, WIDE = on((5, 4)), on((2, 3, 6)), on(np.linspace(-8, 8, 34).astype("float32").reshape(2, 17) + 0.01)
HUGE = on(np.array([[-100.0, -30.0, 30.0, 100.0]], "float32"))
ONE_BY_ONE = (
    "elu exponential hard_sigmoid hard_silu hard_swish hard_tanh linear log_sigmoid mish relu relu6 selu sigmoid silu "
    "softplus softsign sparse_plus sparse_sigmoid swish tanh tanh_shrink celu gelu hard_shrink leaky_relu soft_shrink squareplus"
).split()
ALONG = ("softmax", "log_softmax", "sparsemax")
SETTINGS = {
    "celu": [{"alpha": 0.5}], "elu": [{"alpha": 0.5}], "gelu": [{"approximate": True}, {"approximate": False}],
    "hard_shrink": [{"threshold": 1.5}], "soft_shrink": [{"threshold": 1.5}], "leaky_relu": [{"negative_slope": 0.5}],
    "squareplus": [{"b": 1.0}],
    "relu": [
        {"negative_slope": 0.1}, {"max_value": 1.0}, {"threshold": 0.5}, {"max_value": 6}, {"threshold": -0.5, "max_value": 1.0},
        {"negative_slope": 0.1, "max_value": 1.0, "threshold": 0.3}, {"negative_slope": 0.2, "threshold": -0.4},
    ],
}  # fmt: skip


def _cases(name, settings):
    plain = [case(MATRIX), case(CUBE), case(WIDE)] + ([] if name == "exponential" else [case(HUGE)])
    return plain + [case(WIDE, **kwargs) for kwargs in settings]


CASES = {f"activations.{name}": _cases(name, SETTINGS.get(name, [])) for name in ONE_BY_ONE}
CASES |= {f"activations.{name}": [case(MATRIX), case(CUBE, axis=1), case(HUGE)] for name in ALONG}
CASES["activations.softmax"] += [case(CUBE, axis=(1, 2))]
CASES |= {
    "activations.glu": [case(MATRIX), case(CUBE), case(on((4, 3)), axis=0)],
    "activations.threshold": [case(MATRIX, 0.3, -1.0), case(CUBE, threshold=0.0, default_value=0.0)],
}
# keras.ops has them all but two; there ReLU has no settings.
CASES |= {
    f"ops.{name.rpartition('.')[2]}": [c for c in cases if name != "activations.relu" or not c.kwargs]
    for name, cases in list(CASES.items())
    if name not in ("activations.linear", "activations.mish", "activations.exponential")
}
