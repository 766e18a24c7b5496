"""Layers that read sequences: a cell is one step, a layer calls it for every step."""
