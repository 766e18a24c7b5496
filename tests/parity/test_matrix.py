"""Every line of kerasteach/parity/tables: signature, forward, gradient, config and file equal real Keras's."""

import pytest

pytest.importorskip("torch")
pytest.importorskip("keras")

from kerasteach.parity import matrix  # noqa: E402
from kerasteach.parity.signatures import signature  # noqa: E402

CASES = matrix.all_cases()
LINES = [pytest.param(name, case, id=f"{name}-{i}") for name, cases in CASES.items() for i, case in enumerate(cases)]


@pytest.mark.parametrize("backend_name", matrix.BACKENDS)
@pytest.mark.parametrize("name, case", LINES)
def test_equal(name, case, backend_name):
    differ = {column: said for column, said in matrix.run(name, [case], backend_name).items() if said}
    assert not differ, "\n".join(f"{column}: {said}" for column, said in differ.items())


@pytest.mark.parametrize("name", CASES)
def test_signature(name):
    signature(name)
