"""Types of numbers: what comes out of whole numbers, truth values, float16 and plain numbers is what comes out of Keras.

On NumPy, on Torch and on symbols alike. Keras's answer is what its Torch gives, or its shape-and-type rule says, where the
two differ; pairs that its Torch refuses are left out.
"""

import itertools

import keras
import numpy as np
import pytest

import kerasteach as kt

TYPES = ["bool", "int8", "uint8", "int16", "int32", "float16", "float32"]
WITH_NUMBERS = [("float16", 2), ("float16", 2.5), ("int32", 2), ("int32", 2.5), ("int8", 2), ("float32", 2)]
ONE = """abs negative square sqrt exp expm1 exp2 log log1p log2 log10 sin cos tan tanh sinh cosh arcsin arccos arctan arcsinh
    arccosh arctanh floor ceil round trunc cbrt deg2rad rad2deg rsqrt reciprocal erf erfc erfinv i0 sinc isnan isinf isfinite
    signbit logical_not fabs sum prod mean max min std var argmax argmin cumsum cumprod sort argsort median all any
    count_nonzero ptp diff nansum nanmean nanmax nanvar nanprod nancumsum nan_to_num logsumexp diag flip norm conj real angle
    average trapezoid copy ones_like zeros_like bitwise_invert nanmedian corrcoef relu sigmoid unstack stop_gradient ravel
    tril outer_self""".split()
TWO = """add subtract multiply divide power maximum minimum mod floor_divide arctan2 hypot logaddexp logaddexp2 fmax fmin fmod
    heaviside equal less logical_and logical_xor matmul dot outer inner vdot cross kron where concatenate stack append isclose
    bitwise_and bitwise_or gcd lcm divide_no_nan nextafter isin digitize searchsorted""".split()
KERAS_IS_ODD = {
    ("arctan2", "float16", 2.5), ("hypot", "float16", 2.5), ("heaviside", "float16", 2.5), ("nextafter", "float16", 2.5),
    ("divide_no_nan", "float16", 2.5),  # a plain number counts as float32 in some, and not in others
    ("hypot", "bool", "bool"), ("heaviside", "bool", "bool"), ("sign", "bool"),  # no float comes out
    ("dot", "int8", "int8"), ("inner", "int8", "int8"), ("vdot", "int8", "int8"),  # overflow, unlike matmul
}  # fmt: skip


def call(ops, name, xs):
    if name == "where":
        return ops.where(np.array([True, False, True]), *xs)
    if name in ("concatenate", "stack"):
        return getattr(ops, name)(list(xs))
    if name == "tril":
        return ops.tril(ops.reshape(xs[0], (1, 3)))
    if name == "outer_self":
        return ops.outer(xs[0], xs[0])
    out = getattr(ops, name)(*xs)
    return out[0] if isinstance(out, (list, tuple)) else out


def type_of(make, name, types, package):
    try:
        xs = [make(t) if isinstance(t, str) else t for t in types]
        return str(call(package.ops, name, xs).dtype).rpartition(".")[2]
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def array(kind):
    return np.array([1, 2, 1]).astype(kind)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [*ONE, *TWO])
def test_types_are_those_of_keras(name):
    pairs = [(t,) for t in TYPES] if name in ONE else [*itertools.product(TYPES, TYPES), *WITH_NUMBERS]
    torch = kt.backend.get("torch")
    wrong = []
    for types in pairs:
        theirs = type_of(lambda t: keras.ops.convert_to_tensor(array(t)), name, types, keras)
        if ":" in theirs or (name, *types) in KERAS_IS_ODD:
            continue
        said = type_of(lambda t: keras.KerasTensor((3,), t), name, types, keras)
        ours = {
            "numpy": type_of(array, name, types, kt),
            "torch": type_of(lambda t: torch.convert(array(t)), name, types, kt),
            "symbols": type_of(lambda t: kt.KerasTensor((3,), t), name, types, kt),
        }
        if len(set(ours.values())) > 1 or ours["numpy"] not in (theirs, said):
            wrong.append((types, ours, theirs, said))
    assert not wrong


@pytest.mark.parametrize("dtypes", list(itertools.product(TYPES, [*TYPES, "uint16", "uint32", int, float])), ids=str)
def test_promotion_is_keras_s(dtypes):
    names = [d if isinstance(d, str) else d.__name__ for d in dtypes]
    assert kt.ops.spec.promote(*names) == keras.backend.result_type(*dtypes)
