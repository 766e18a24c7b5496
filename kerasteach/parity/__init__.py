"""kerasteach beside real Keras, name by name: what is equal, and on which backend.

A table in `tables/` says for each public name how it is made and what it is called on; a check is
written once per kind of name (`layers`, `functions`, `objects`, `optimizers`, `signatures`) and runs every case
on NumPy, on Torch and in real Keras. `python -m kerasteach parity` prints the result; tests/parity/test_matrix.py
holds it.
"""
