"""What the kernels say about a structure, as numbers that anyone may import without numba."""

from __future__ import annotations

UNSIGNED, CLOSED, SHEET = 0, 1, 2
"""What an index knows of a structure: no sign to be had, a volume, a membrane."""

BEYOND = 1
"""State bit: farther than the interest radius; no distance was measured."""
INSIDE = 2
"""State bit: the entry point lies inside the closed surface."""
MEETS = 4
"""State bit: the axis touches or crosses the surface."""
MAYBE_INSIDE = 8
"""State bit: the surface is not closed, and some direction says that the entry lies inside."""
NO_SIGN = 16
"""State bit: not closed and no sheet: near or far can be told, inside or outside cannot."""
