"""Every line of kerasteach/parity/tables: signature, forward, gradient, config and file equal real Keras's."""

import pytest

pytest.importorskip("torch")
pytest.importorskip("keras")

from kerasteach.parity import matrix
from kerasteach.parity.signatures import signature


def compared(cases):
    """The tests of one table, as a class: several workers can then share the tables among them."""
    lines = [pytest.param(name, case, id=f"{name}-{i}") for name, listed in cases.items() for i, case in enumerate(listed)]

    class Table:
        @pytest.mark.parametrize("backend_name", matrix.BACKENDS)
        @pytest.mark.parametrize("name, case", lines)
        def test_equal(self, name, case, backend_name):
            differ = {column: said for column, said in matrix.run(name, [case], backend_name).items() if said}
            assert not differ, "\n".join(f"{column}: {said}" for column, said in differ.items())

        @pytest.mark.parametrize("name", list(cases))
        def test_signature(self, name):
            signature(name)

    return Table


for _table, _cases in matrix.cases_by_table().items():
    globals()[f"Test_{_table}"] = compared(_cases)


def test_no_name_stands_in_two_tables():
    assert len(matrix.all_cases()) == sum(map(len, matrix.cases_by_table().values()))
