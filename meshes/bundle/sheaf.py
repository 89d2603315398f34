"""Kernels: what can be nearest to any of some needles that are much alike, a *sheaf*.

The needles of a sheaf are seen from the one in its middle. Their entries and tips lie within rooms
of its own, their directions differ by at most ``turn``; and there is a *waist*, where they are
closest together: t beyond it, or before, each axis is within room + turn |t| of the middle one. The
waist may be the entries, the tips, or a depth between; or turn is 0 and room the larger of both.
"""

from __future__ import annotations

import numpy as np

from meshes.bundle.compiled import inlined, kernel
from meshes.bundle.order import Floats, Longs

SPARE_MM = 1e-6
"""Taken from every bound between two needles: more than rounding could have added."""
MOST_TURN = 0.5
"""Wider sheaves have no waist."""

NOWHERE, AT_ENTRY, AT_TIP, BETWEEN = 0, 1, 2, 4
"""Where on the needles of a sheaf something may be nearest, bit by bit; else something else is."""

ENTRY, TIP, Q, ALONG, WAIST = 0, 3, 6, 9, 12
LENGTH, ENTRY_ROOM, TIP_ROOM, TURN, FAR, SHORTEST, REACH = 15, 16, 17, 18, 19, 20, 21
BACK, AHEAD, WAIST_ROOM, WAIST_TURN, ENTRY_AT, TIP_AT = 22, 23, 24, 25, 26, 27
NUMBERS = 28
"""Where the numbers of a sheaf stand, and how many there are: points and directions in threes."""


@kernel
def gathered(
    lines: Floats, ends: Floats, order: Longs, first: int, stop: int, depth: float, sheaf: Floats
) -> None:
    """Fill in all of a sheaf that does not depend on what it is near to.

    ``depth`` is where the needles are closest together, if that is neither their entries nor tips.
    """
    middle = order[(first + stop) // 2]
    entry, tip, turn, waist, shortest, longest = 0.0, 0.0, 0.0, 0.0, np.inf, 0.0
    for i in range(first, stop):
        j = order[i]
        a = b = c = d = 0.0
        for k in range(3):
            x, y = ends[j, k] - ends[middle, k], ends[j, 3 + k] - ends[middle, 3 + k]
            z = lines[j, 3 + k] - lines[middle, 3 + k]
            w = x + depth * z
            a, b, c, d = a + x * x, b + y * y, c + z * z, d + w * w
        entry, tip, turn, waist = max(entry, a), max(tip, b), max(turn, c), max(waist, d)
        shortest, longest = min(shortest, lines[j, 6]), max(longest, lines[j, 6])
    entry, tip = np.sqrt(entry) + SPARE_MM, np.sqrt(tip) + SPARE_MM
    waist = np.sqrt(waist) + SPARE_MM
    turn = np.sqrt(turn) * (1.0 + 1e-9) + 1e-9
    for k in range(3):
        sheaf[ENTRY + k], sheaf[TIP + k] = ends[middle, k], ends[middle, 3 + k]
        sheaf[ALONG + k] = lines[middle, 3 + k]
    length = lines[middle, 6]
    sheaf[LENGTH], sheaf[SHORTEST], sheaf[REACH] = length, shortest, max(entry, tip)
    sheaf[ENTRY_ROOM], sheaf[TIP_ROOM], sheaf[TURN] = entry, tip, turn
    # Where they are closest together over their whole length.
    most = max(entry, tip)
    if turn <= MOST_TURN:
        most = min(most, entry + 0.5 * turn * longest, tip + 0.5 * turn * longest)
        most = min(most, waist + 0.25 * turn * longest)
    set_waist(sheaf, 0.0, 0.0, length, max(entry, tip), 0.0, 0.0, length)
    if most < max(entry, tip):
        if most == waist + 0.25 * turn * longest:
            set_waist(
                sheaf, depth, depth, longest - depth, waist, turn, -depth, shortest - depth
            )  # fmt: skip
        elif most == entry + 0.5 * turn * longest:
            set_waist(sheaf, 0.0, 0.0, longest, entry, turn, 0.0, shortest)
        else:
            set_waist(sheaf, length, longest, 0.0, tip, turn, -shortest, 0.0)


@kernel
def set_waist(
    sheaf: Floats, depth: float, back: float, ahead: float, room: float, turn: float,
    entry_at: float, tip_at: float,
) -> None:  # fmt: skip
    """Fill in the waist: its depth on the middle needle, how far axes run before it and beyond.

    All entries lie at or before ``entry_at`` from there, all tips at or beyond ``tip_at``.
    """
    for k in range(3):
        sheaf[WAIST + k] = sheaf[ENTRY + k] + depth * sheaf[ALONG + k]
    sheaf[BACK], sheaf[AHEAD], sheaf[WAIST_ROOM], sheaf[WAIST_TURN] = back, ahead, room, turn
    sheaf[ENTRY_AT], sheaf[TIP_AT] = entry_at, tip_at


@kernel
def near_to(sheaf: Floats, spot: Floats, limit: float) -> None:
    """Fill in q and how far it can be: ``spot`` is distance and depth on the middle needle, and q.

    What is farther than ``limit`` from a needle does not matter to it.
    """
    distance, depth = spot[0], spot[1]
    sheaf[Q], sheaf[Q + 1], sheaf[Q + 2] = spot[2], spot[3], spot[4]
    a = b = from_waist = 0.0
    for k in range(3):
        x, y = sheaf[ENTRY + k] - sheaf[Q + k], sheaf[TIP + k] - sheaf[Q + k]
        from_waist += sheaf[ALONG + k] * (sheaf[WAIST + k] - sheaf[ENTRY + k])
        a, b = a + x * x, b + y * y
    from_waist = depth - from_waist
    far = min(
        distance + sheaf[REACH],
        np.sqrt(a) + sheaf[ENTRY_ROOM],
        np.sqrt(b) + sheaf[TIP_ROOM],
    )
    if sheaf[ENTRY_AT] <= from_waist <= sheaf[TIP_AT]:  # every needle is there
        far = min(far, distance + sheaf[WAIST_ROOM] + abs(from_waist) * sheaf[WAIST_TURN])
    sheaf[FAR] = min(far, max(limit, 0.0)) * (1.0 + 1e-9) + SPARE_MM


@inlined
def room_of(sheaf: Floats, place: int) -> float:
    """By how much any needle's distance to what is nearest there differs from the middle's."""
    if place == AT_ENTRY:
        return float(sheaf[ENTRY_ROOM])
    return float(sheaf[TIP_ROOM] if place == AT_TIP else sheaf[REACH])
