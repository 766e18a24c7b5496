"""Every public name of Keras 3.15 is there, or listed as left out with the reason; and no list is out of date."""

import pytest

pytest.importorskip("torch")
pytest.importorskip("keras")

from kerasteach import left_out
from kerasteach.parity import matrix, names, report

NAMES = names.public_names()


def test_no_name_is_forgotten():
    assert names.unaccounted() == []


def test_what_is_left_out_is_not_there():
    listed = [name for name in NAMES if left_out.reason(name)]
    assert len(listed) > 100 and [name for name in listed if names.is_there(name)] == []


def test_only_names_of_keras_are_listed():
    rooms = {name[: i] for name in NAMES for i in range(len(name)) if name[i] == "."}
    assert [name for name in left_out.LEFT_OUT if name not in {*NAMES, *rooms} and not name.startswith("Layer.")] == []


@pytest.mark.parametrize("room", sorted({name.rpartition(".")[0] for name in NAMES}))
def test_signatures_are_keras(room):
    """Names of this room that stand in no table; the others are compared in test_matrix."""
    mine = [n for n in NAMES if n.rpartition(".")[0] == room and not left_out.reason(n) and n not in matrix.all_cases()]
    assert report.signature_only(mine)[1] == []


# Classes whose public members are compared one by one; those that a Torch module brings along are Torch's.
CLASSES = (
    "Model Sequential Layer Function Operation InputSpec Initializer Regularizer Loss Metric Optimizer callbacks.Callback "
    "callbacks.CallbackList callbacks.History optimizers.schedules.LearningRateSchedule random.SeedGenerator DTypePolicy "
    "utils.PyDataset utils.Progbar saving.KerasFileEditor constraints.Constraint metrics.Mean "
    "losses.MeanSquaredError layers.TextVectorization layers.StringLookup layers.Wrapper"
).split()
# Members that objects have and the class has not, and one that differs on purpose.
ON_OBJECTS = {"input_spec", "supports_masking", "inputs", "outputs", "torch_params"}
FREER = {"add_variable": "shape and initializer may be left out, as in add_weight", "build": "input_shape may be left out"}


@pytest.mark.parametrize("name", CLASSES)
def test_members_are_keras(name):
    import keras
    import torch

    import kerasteach
    from kerasteach.parity.case import found
    from kerasteach.parity.signatures import arguments

    ours, theirs = found(kerasteach, name), found(keras, name)
    members = [m for m in dir(theirs) if not m.startswith("_") and m not in dir(torch.nn.Module) and m not in ON_OBJECTS]
    members = [m for m in members if not left_out.reason(f"Layer.{m}")]
    assert [m for m in members if not hasattr(ours, m)] == []
    for m in members:
        pair = getattr(ours, m), getattr(theirs, m)
        if m not in FREER and all(map(callable, pair)) and not any(isinstance(f, type) for f in pair):
            wanted = arguments(pair[1])
            assert not wanted or arguments(pair[0]) == wanted, m
