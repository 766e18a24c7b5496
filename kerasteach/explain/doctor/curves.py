"""What the curves of training and validation say."""

import numpy as np

from ...callbacks import EarlyStopping
from .finding import Finding, Fix

LOSS_OF_GENERALIZATION = 0.1  # Prechelt's GL: validation loss / its smallest value - 1
EPOCHS = 3  # that have gone by since


def overfitting(chart):
    """The model learns the training data by heart: its own loss falls, that of validation has risen again.

    Source: Prechelt, 1998, "Early stopping - but when?" (generalization loss).
    """
    loss, held_out = (np.array(chart.history.get(name, []), "float64") for name in ("loss", "val_loss"))
    if len(held_out) < 2 * EPOCHS or len(loss) != len(held_out) or not (np.isfinite(loss).all() and np.isfinite(held_out).all()):
        return
    smooth = np.convolve(held_out, np.ones(EPOCHS) / EPOCHS, "valid")  # one epoch may be chance
    best = int(smooth.argmin())
    risen = smooth[-1] / max(smooth[best], 1e-9) - 1
    matters = smooth[-1] - smooth[best] > 0.05 * held_out[0]  # a rise from nearly nothing to nearly nothing does not
    fell = loss[-EPOCHS:].mean() < 0.95 * loss[best : best + EPOCHS].mean()
    if len(smooth) - 1 - best < EPOCHS or risen < LOSS_OF_GENERALIZATION or not (fell and matters) or smooth[-1] < 1.2 * loss[-1]:
        return
    epoch = int(held_out.argmin())
    yield Finding(
        "overfitting", f"Since epoch {epoch + 1} the validation loss rises while the training loss falls.",
        {"smallest validation loss": float(held_out.min()), "validation loss at the end": float(held_out[-1]), "training loss at the end": float(loss[-1])},
        Fix("Stop early, and keep the best weights.", 'keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)',
            lambda t: t.with_fit(callbacks=[*t.settings.get("callbacks", ()), EarlyStopping(patience=EPOCHS, restore_best_weights=True)])),
    )  # fmt: skip
