"""Trainings that are sick in a known way, and healthy ones: how good the doctor is, in numbers.

`case` is one training; `healthy`, `sick_form`, `sick_data` and `sick_flow` hold them; `judge` runs, diagnoses and cures
them; `report` counts.
"""
