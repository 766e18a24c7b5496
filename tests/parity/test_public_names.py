"""Every public name of Keras 3.15 is there, or listed as left out with the reason; and no list is out of date."""

import pytest

pytest.importorskip("torch")
pytest.importorskip("keras")

from kerasteach import left_out  # noqa: E402
from kerasteach.parity import matrix, names, report  # noqa: E402

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
