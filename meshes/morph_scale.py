"""The unit in which a family file keeps lengths: what writes it and what reads it share this."""

SCALE = 100.0
"""Stored layer sums are hundredths of a millimetre."""

SHARE_SCALE = 60.0
"""Stored shares of the kidneys' way are so many parts of all of it."""
