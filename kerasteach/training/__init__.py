"""The training loop: data in, callbacks around, better weights out."""
