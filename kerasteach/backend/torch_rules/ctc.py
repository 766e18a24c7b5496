"""Torch's kernel for CTC."""

import torch
from torch.nn import functional as F


def _ctc_loss(target, output, target_length, output_length, mask_index=0):
    target, target_length, output_length = (
        torch.as_tensor(x, device=output.device).long() for x in (target, target_length, output_length)
    )
    log_p = torch.log_softmax(output, dim=-1).transpose(0, 1)  # (steps, batch, classes)
    return F.ctc_loss(log_p, target, output_length, target_length, blank=mask_index, reduction="none")


ROWS = {}
FUSED = {"ctc_loss": _ctc_loss}
