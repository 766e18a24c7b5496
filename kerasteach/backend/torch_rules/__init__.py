"""Torch's answer to every row of the op table, by name; and its fused kernels for composites.

Each module beside this one holds the answers for one family: `ROWS` and `FUSED`.
`python -m kerasteach verify` proves each line against the NumPy rule and its VJPs.
"""

from . import attention, conv, ctc, image, linalg, math, nn, normalization, numpy, rare_activations, recurrent, replicas

TORCH, FUSED = {}, {}
for family in (numpy, math, linalg, nn, rare_activations, normalization, attention, recurrent, conv, ctc, image, replicas):
    TORCH |= family.ROWS
    FUSED |= family.FUSED
