"""Examples in docstrings may say `np`, as every notebook does."""

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def np_in_docstrings(doctest_namespace):
    doctest_namespace["np"] = np
