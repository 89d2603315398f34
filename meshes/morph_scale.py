"""The unit in which a family file keeps lengths: what writes it and what reads it share this."""

SCALE = 100.0
"""Stored layer sums are hundredths of a millimetre."""
