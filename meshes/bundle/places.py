"""Kernels: where on the needles of a sheaf a branch or a triangle may be nearest, if anywhere.

Three rules leave a triangle out, all exact. *End*: what lies behind all entries is nearest to the
entries, so that only these points count; the same ahead of the tips. *Ring*: let q be a surface
point and ``far`` the most that any of the needles is away from it; what is farther is not nearest,
and of the axis only the stretch counts from which the triangle may be as near. *Bisector*: a point
y is no nearer than q to a point x if (x - q).(y - q) <= |y - q|^2 / 2; that is linear in x, so that
it holds on a stretch of every axis if it holds on the two balls around the ends of the stretch.
"""

from __future__ import annotations

import numpy as np

from meshes.bundle.compiled import inlined, kernel
from meshes.bundle.order import Floats
from meshes.bundle.sheaf import (
    AHEAD,
    ALONG,
    AT_ENTRY,
    AT_TIP,
    BACK,
    BETWEEN,
    ENTRY,
    ENTRY_AT,
    ENTRY_ROOM,
    FAR,
    LENGTH,
    NOWHERE,
    SPARE_MM,
    TIP,
    TIP_AT,
    TIP_ROOM,
    TURN,
    WAIST,
    WAIST_ROOM,
    WAIST_TURN,
    Q,
)
from meshes.index.bounds import Nodes
from meshes.index.drums import Wide, farthest
from meshes.index.triangle import Floats as Corners
from meshes.index.triangle import point_triangle

CERTAIN = 1e-6
"""By how many mm^2 the bisector rule must hold: rounding cannot decide, and ties stay in."""
FACING_MM = 1e-4
"""By how much a ball must lie beyond an end: rounding cannot bring it beside the axis."""


@inlined
def facing_end(sheaf: Floats, x: float, y: float, z: float, size: float) -> int:
    """Which end of every needle is nearest to all of a ball, or `BETWEEN`.

    A point y lies behind a needle (e, p, unit direction u) if (y - e).u < 0, ahead of it if
    (y - p).u > 0. For the others this differs by no more than |y - e| turn + room, or that of p.
    """
    a, b, c = x - sheaf[ENTRY], y - sheaf[ENTRY + 1], z - sheaf[ENTRY + 2]
    along = a * sheaf[ALONG] + b * sheaf[ALONG + 1] + c * sheaf[ALONG + 2]
    away = np.sqrt(a * a + b * b + c * c) + size
    if -along - size > away * sheaf[TURN] + sheaf[ENTRY_ROOM] + FACING_MM:
        return AT_ENTRY
    if along - size < sheaf[LENGTH]:
        return BETWEEN
    a, b, c = x - sheaf[TIP], y - sheaf[TIP + 1], z - sheaf[TIP + 2]
    along = a * sheaf[ALONG] + b * sheaf[ALONG + 1] + c * sheaf[ALONG + 2]
    away = np.sqrt(a * a + b * b + c * c) + size
    if along - size > away * sheaf[TURN] + sheaf[TIP_ROOM] + FACING_MM:
        return AT_TIP
    return BETWEEN


@inlined
def stretch(sheaf: Floats, x: float, y: float, z: float, size: float) -> tuple[float, float]:
    """From where to where, from the waist, any of a ball may be as near as q; else 1, 0.

    |centre - axis(t)| <= far + size + room + turn |t|: a quadratic inequality before the waist, and
    one beyond.
    """
    a, b, c = x - sheaf[WAIST], y - sheaf[WAIST + 1], z - sheaf[WAIST + 2]
    along = a * sheaf[ALONG] + b * sheaf[ALONG + 1] + c * sheaf[ALONG + 2]
    aside = max(a * a + b * b + c * c - along * along, 0.0)
    turn = sheaf[WAIST_TURN]
    narrow = 1.0 - turn * turn
    least, most = 1.0, 0.0
    reach = sheaf[FAR] + size + sheaf[WAIST_ROOM]
    if sheaf[AHEAD] > 0.0:
        there = reach + turn * along
        inner = there * there - aside * narrow
        if inner >= 0.0:
            root = np.sqrt(inner)
            start = max(along + (there * turn - root) / narrow - SPARE_MM, 0.0)
            stop = min(along + (there * turn + root) / narrow + SPARE_MM, sheaf[AHEAD])
            if start <= stop:
                least, most = start, stop
    if sheaf[BACK] > 0.0:
        there = reach - turn * along
        inner = there * there - aside * narrow
        if inner >= 0.0:
            root = np.sqrt(inner)
            start = max(-along + (there * turn - root) / narrow - SPARE_MM, 0.0)
            stop = min(-along + (there * turn + root) / narrow + SPARE_MM, sheaf[BACK])
            if start <= stop:
                if least > most:
                    most = -start
                least = -stop
    return least, most


@inlined
def is_beyond(sheaf: Floats, place: int, x: float, y: float, z: float, size: float) -> bool:
    """Whether a ball that faces an end is farther from all of these ends than what matters."""
    at = ENTRY if place == AT_ENTRY else TIP
    room = sheaf[ENTRY_ROOM] if place == AT_ENTRY else sheaf[TIP_ROOM]
    a, b, c = x - sheaf[at], y - sheaf[at + 1], z - sheaf[at + 2]
    most = sheaf[FAR] + size + room
    return bool(a * a + b * b + c * c > most * most)


@inlined
def drum_behind(
    sheaf: Floats, ax: float, ay: float, az: float, room: float, wide: Wide, node: int, lane: int
) -> bool:
    """Whether a drum lies behind the bisector for every x within ``room`` of q + a."""
    x = np.float64(wide[node, 0, lane]) - sheaf[Q]
    y = np.float64(wide[node, 1, lane]) - sheaf[Q + 1]
    z = np.float64(wide[node, 2, lane]) - sheaf[Q + 2]
    hx, hy = np.float64(wide[node, 3, lane]), np.float64(wide[node, 4, lane])
    hz, radius = np.float64(wide[node, 5, lane]), np.float64(wide[node, 6, lane])
    hh = hx * hx + hy * hy + hz * hz
    along = ax * hx + ay * hy + az * hz
    beside = np.sqrt(max(ax * ax + ay * ay + az * az - along * along / max(hh, 1e-300), 0.0))
    far = np.sqrt(hh + radius * radius) * (1.0 + 1e-9)
    away = np.sqrt(x * x + y * y + z * z)
    near = max(away - far, 0.0)
    most = ax * x + ay * y + az * z + abs(along) + radius * beside
    return bool(most + room * (away + far) - 0.5 * near * near < -CERTAIN)


@inlined
def triangle_behind(
    sheaf: Floats, ax: float, ay: float, az: float, room: float, near: float, tri: Corners, i: int
) -> bool:
    """Whether a triangle lies behind the bisector for every x within ``room`` of q + a.

    All of it is at least ``near`` away from q.
    """
    most, far = -np.inf, 0.0
    for k in range(3):
        x, y = tri[i, 3 * k] - sheaf[Q], tri[i, 3 * k + 1] - sheaf[Q + 1]
        z = tri[i, 3 * k + 2] - sheaf[Q + 2]
        most = max(most, ax * x + ay * y + az * z)
        far = max(far, x * x + y * y + z * z)
    return bool(most + room * np.sqrt(far) - 0.5 * near * near < -CERTAIN)


@inlined
def seen_from(sheaf: Floats, place: int, t: float) -> tuple[float, float, float, float]:
    """From q to an end of the middle needle, or to ``t`` beyond its waist; and the room there."""
    if place == BETWEEN:
        return (
            sheaf[WAIST] + t * sheaf[ALONG] - sheaf[Q],
            sheaf[WAIST + 1] + t * sheaf[ALONG + 1] - sheaf[Q + 1],
            sheaf[WAIST + 2] + t * sheaf[ALONG + 2] - sheaf[Q + 2],
            sheaf[WAIST_ROOM] + abs(t) * sheaf[WAIST_TURN],
        )
    at = ENTRY if place == AT_ENTRY else TIP
    room = sheaf[ENTRY_ROOM] if place == AT_ENTRY else sheaf[TIP_ROOM]
    return sheaf[at] - sheaf[Q], sheaf[at + 1] - sheaf[Q + 1], sheaf[at + 2] - sheaf[Q + 2], room


@inlined
def drum_size(wide: Wide, node: int, lane: int) -> float:
    """Radius of the ball around a drum."""
    hx, hy = np.float64(wide[node, 3, lane]), np.float64(wide[node, 4, lane])
    hz, radius = np.float64(wide[node, 5, lane]), np.float64(wide[node, 6, lane])
    return float(np.sqrt(hx * hx + hy * hy + hz * hz + radius * radius) * (1.0 + 1e-9))


@kernel
def branch_place(sheaf: Floats, wide: Wide, node: int, lane: int) -> int:
    """Where a branch may be nearest, one bit that stands for others."""
    x, y = np.float64(wide[node, 0, lane]), np.float64(wide[node, 1, lane])
    z = np.float64(wide[node, 2, lane])
    size = drum_size(wide, node, lane)
    place, start, stop = facing_end(sheaf, x, y, z, size), 0.0, 0.0
    if place == BETWEEN:
        start, stop = stretch(sheaf, x, y, z, size)
        if start > stop:
            return NOWHERE
    elif is_beyond(sheaf, place, x, y, z, size):
        return NOWHERE
    ax, ay, az, room = seen_from(sheaf, place, start)
    if not drum_behind(sheaf, ax, ay, az, room, wide, node, lane):
        return place
    ax, ay, az, room = seen_from(sheaf, place, stop)
    return NOWHERE if drum_behind(sheaf, ax, ay, az, room, wide, node, lane) else place


@kernel
def triangle_place(
    sheaf: Floats, x: float, y: float, z: float, size: float, tri: Corners, i: int
) -> int:
    """Where triangle ``i``, in a ball, may be nearest."""
    place, start, stop = facing_end(sheaf, x, y, z, size), 0.0, 0.0
    if place == BETWEEN:
        start, stop = stretch(sheaf, x, y, z, size)
        if start > stop:
            return NOWHERE
    elif is_beyond(sheaf, place, x, y, z, size):
        return NOWHERE
    ax, ay, az = x - sheaf[Q], y - sheaf[Q + 1], z - sheaf[Q + 2]
    near = max(np.sqrt(ax * ax + ay * ay + az * az) - size, 0.0)
    ax, ay, az, room = seen_from(sheaf, place, start)
    bx, by, bz, other = seen_from(sheaf, place, stop)
    for turn in range(2):
        if triangle_behind(sheaf, ax, ay, az, room, near, tri, i) and triangle_behind(
            sheaf, bx, by, bz, other, near, tri, i
        ):
            return NOWHERE
        if turn == 0:  # not by its ball then, but by itself
            near = np.sqrt(point_triangle(sheaf[Q], sheaf[Q + 1], sheaf[Q + 2], tri, i)[0])
            near = max(near - SPARE_MM, 0.0)
    if place != BETWEEN:
        return place
    place += AT_ENTRY if start <= sheaf[ENTRY_AT] else 0
    return place + (AT_TIP if stop >= sheaf[TIP_AT] else 0)


@kernel
def quarters_place(sheaf: Floats, tri: Corners, i: int, pieces: Corners) -> int:
    """The same by the quarters of the triangle: a long one is told apart by them.

    ``pieces`` (4, 9) is worked in.
    """
    for k in range(3):
        a, b, c = tri[i, k], tri[i, 3 + k], tri[i, 6 + k]
        ab, bc, ca = 0.5 * (a + b), 0.5 * (b + c), 0.5 * (c + a)
        pieces[0, k], pieces[0, 3 + k], pieces[0, 6 + k] = a, ab, ca
        pieces[1, k], pieces[1, 3 + k], pieces[1, 6 + k] = ab, b, bc
        pieces[2, k], pieces[2, 3 + k], pieces[2, 6 + k] = ca, bc, c
        pieces[3, k], pieces[3, 3 + k], pieces[3, 6 + k] = ab, bc, ca
    place = NOWHERE
    for p in range(4):
        x = (pieces[p, 0] + pieces[p, 3] + pieces[p, 6]) / 3.0
        y = (pieces[p, 1] + pieces[p, 4] + pieces[p, 7]) / 3.0
        z = (pieces[p, 2] + pieces[p, 5] + pieces[p, 8]) / 3.0
        size = farthest(pieces, p, x, y, z) * (1.0 + 1e-9) + SPARE_MM
        place |= triangle_place(sheaf, x, y, z, size, pieces, p)
    return place


@kernel
def structure_place(sheaf: Floats, nodes: Nodes, root: int) -> int:
    """Which end of every needle is nearest to all of a structure, or `BETWEEN`."""
    hx, hy = np.float64(nodes[root, 3]), np.float64(nodes[root, 4])
    hz = np.float64(nodes[root, 5])
    return facing_end(
        sheaf, np.float64(nodes[root, 0]), np.float64(nodes[root, 1]), np.float64(nodes[root, 2]),
        np.sqrt(hx * hx + hy * hy + hz * hz) * (1.0 + 1e-9),
    )  # fmt: skip
