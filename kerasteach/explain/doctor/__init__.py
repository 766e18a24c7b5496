"""The doctor: what is wrong with a training, in one sentence, with evidence and one fix.

`finding` is what is said, `training` what a fix is applied to, `chart` what is looked at; the checks are in `form` (loss,
activation, labels), `data`, `flow` (gradients and units), `pace` (learning rate) and `curves`.
"""

from .callback import Doctor
from .diagnosis import DISEASES, diagnose
from .finding import Finding, Fix, Report
from .training import Training

__all__ = ["DISEASES", "Doctor", "Finding", "Fix", "Report", "Training", "diagnose"]
