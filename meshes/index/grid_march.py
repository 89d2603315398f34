"""Kernels that follow many lines through a grid of distances at once, all of them step by step.

What a line knows is a place up to which it is clear and a lower bound of the squared distance
there. It looks ahead, and the certificate of docs/adr (corollary 3) says how much of the way
between the two places is clear as well: mostly all of it, and then it goes on from there; else it
is brought as far as that. No line can step over the place where it is stopped.

The loops over the lines are plain arithmetic on rows of numbers, without a branch, so that the
compiler computes several lines at a time. Places are float64; bounds are float32, of which `LESS`
and `SPARE` take off more than rounding can have added.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.compiled import kernel
from meshes.index.grid_fill import Squares
from meshes.index.triangle import Floats

Counts = NDArray[np.int64]
Cells = NDArray[np.uint32]
Singles = NDArray[np.float32]

STOP_MM = 0.005
"""A line this near its reach is stopped there."""

MOST_TURNS = 1_000_000
"""A step is at least `STOP_MM`: no line within a body takes so many. What does is stopped there."""

ROOM = 2568
"""Lines that fit in a row of what `march` works in: an odd number of cache lines, known to the
compiler, which then sees that rows do not overlap."""
X, Y, Z, UX, UY, UZ, TIME, END = (row * ROOM for row in range(8))
"""Where rows of float64 begin, and below those of float32."""
WAY, SQUARE, FREE, WIDEN, SURE, RUN, AT_U, AT_V, AT_W, ACROSS, BESIDE, BOUND, STATUS, CORNERS = (
    row * ROOM for row in range(14)
)
PLACES, BOUNDS, KEPT = 8, 21, 6
"""How many rows there are of each, and how many float32 last from turn to turn."""

LESS = np.float32(1.0 - 1e-6)
MORE = np.float32(1.0 + 1e-6)
"""Sixteen times what one operation in float32 can change, as a share."""
SPARE = np.float32(4e-6)
"""The same for a parabola: the root found is that of one whose coefficients are off by less."""
AHEAD = np.float32(1.0)
"""How far to look ahead, as a share of what half of two equal bounds could clear between them.

Farther and more looks are in vain, nearer and more of them are needed; measured."""
NONE, HALF, ONE, TWO, THREE, FOUR = (np.float32(v) for v in (0, 0.5, 1, 2, 3, 4))
FAR = np.float32(np.inf)
TINY = np.float32(1e-6)


@kernel
def locate(
    n: int, places: Floats, bounds: Singles, cells: Cells, shape: Counts, origin: Floats,
    step: float, box: Floats,
) -> None:  # fmt: skip
    """Find the cells of the places ahead of ``n`` lines: for those outside, of the nearest place.

    ``ACROSS`` gets the square of the way there, in steps, ``BESIDE`` that to the structures' box.
    """
    inverse = 1.0 / step
    ox, oy, oz = origin[0], origin[1], origin[2]
    ax, ay, az, bx, by, bz = box[0], box[1], box[2], box[3], box[4], box[5]
    mx, my, mz = float(shape[0] - 1), float(shape[1] - 1), float(shape[2] - 1)
    hx, hy, hz = np.int32(shape[0] - 2), np.int32(shape[1] - 2), np.int32(shape[2] - 2)
    ny, nz = np.uint32(shape[1]), np.uint32(shape[2])
    for i in range(n):
        t = places[TIME + i] + bounds[WAY + i]
        x, y = places[X + i] + t * places[UX + i], places[Y + i] + t * places[UY + i]
        z = places[Z + i] + t * places[UZ + i]
        gx, gy, gz = (x - ox) * inverse, (y - oy) * inverse, (z - oz) * inverse
        cx, cy, cz = min(max(gx, 0.0), mx), min(max(gy, 0.0), my), min(max(gz, 0.0), mz)
        i0, j0, k0 = min(np.int32(cx), hx), min(np.int32(cy), hy), min(np.int32(cz), hz)
        bounds[AT_U + i], bounds[AT_V + i], bounds[AT_W + i] = cx - i0, cy - j0, cz - k0
        dx, dy, dz = gx - cx, gy - cy, gz - cz
        bounds[ACROSS + i] = dx * dx + dy * dy + dz * dz
        ex, ey, ez = max(ax - x, x - bx), max(ay - y, y - by), max(az - z, z - bz)
        ex, ey, ez = max(ex, 0.0), max(ey, 0.0), max(ez, 0.0)
        bounds[BESIDE + i] = ex * ex + ey * ey + ez * ez
        cells[i] = np.uint32(np.uint32(np.uint32(i0) * ny + np.uint32(j0)) * nz + np.uint32(k0))


@kernel
def look(
    n: int, places: Floats, bounds: Singles, cells: Cells, square: Squares, shape: Counts,
    origin: Floats, step: float, box: Floats,
) -> None:  # fmt: skip
    """Fill in lower bounds of the distance, ``BOUND``, at the places ahead of ``n`` lines.

    In a cell with edge h, at the place (p, q, r) of it, the squared distance is at least the
    trilinear mean of the corners' less h² (p (1 - p) + q (1 - q) + r (1 - r)): corollary 1. Close
    to a surface the nearest corner's distance less the way to it says more. Outside the grid the
    bound is the larger of the distance to the box around all structures and what the nearest place
    of the grid leaves.
    """
    locate(n, places, bounds, cells, shape, origin, step, box)
    one, line, plane = np.uint32(1), np.uint32(shape[2]), np.uint32(shape[1] * shape[2])
    for i in range(n):  # by itself: looking up is no arithmetic
        at, up = cells[i], np.uint32(cells[i] + plane)
        bounds[CORNERS + i] = square[at]
        bounds[CORNERS + ROOM + i] = square[at + one]
        bounds[CORNERS + 2 * ROOM + i] = square[at + line]
        bounds[CORNERS + 3 * ROOM + i] = square[at + line + one]
        bounds[CORNERS + 4 * ROOM + i] = square[up]
        bounds[CORNERS + 5 * ROOM + i] = square[up + one]
        bounds[CORNERS + 6 * ROOM + i] = square[up + line]
        bounds[CORNERS + 7 * ROOM + i] = square[up + line + one]
    edge, h2 = np.float32(step) * MORE, np.float32(step * step)
    for i in range(n):
        p, q, r = bounds[AT_U + i], bounds[AT_V + i], bounds[AT_W + i]
        s000, s001 = bounds[CORNERS + i], bounds[CORNERS + ROOM + i]
        s010, s011 = bounds[CORNERS + 2 * ROOM + i], bounds[CORNERS + 3 * ROOM + i]
        s100, s101 = bounds[CORNERS + 4 * ROOM + i], bounds[CORNERS + 5 * ROOM + i]
        s110, s111 = bounds[CORNERS + 6 * ROOM + i], bounds[CORNERS + 7 * ROOM + i]
        a0, a1 = s000 + r * (s001 - s000), s010 + r * (s011 - s010)
        b0, b1 = s100 + r * (s101 - s100), s110 + r * (s111 - s110)
        a, b = a0 + q * (a1 - a0), b0 + q * (b1 - b0)
        every = s000 + s001 + s010 + s011 + s100 + s101 + s110 + s111
        bend = p * (ONE - p) + q * (ONE - q) + r * (ONE - r)
        least = a + p * (b - a) - (every + h2) * TINY - h2 * bend
        n00, n01 = s001 if r > HALF else s000, s011 if r > HALF else s010
        n10, n11 = s101 if r > HALF else s100, s111 if r > HALF else s110
        n0, n1 = n01 if q > HALF else n00, n11 if q > HALF else n10
        nearest = n1 if p > HALF else n0
        du, dv, dw = min(p, ONE - p), min(q, ONE - q), min(r, ONE - r)
        side = (np.sqrt(du * du + dv * dv + dw * dw) + TINY) * edge
        inner = max(np.sqrt(max(least, NONE)), np.sqrt(nearest) - side) * LESS
        inner -= np.sqrt(bounds[ACROSS + i]) * (edge * MORE)
        bounds[BOUND + i] = max(inner, np.sqrt(bounds[BESIDE + i])) * LESS


@kernel
def decide(n: int, places: Floats, bounds: Singles, reach: float, stop_mm: float) -> None:
    """Advance ``n`` lines as far as the bound ahead of them allows, and choose the next look.

    ``STATUS`` is 1 for a line that is stopped, with at most ``stop_mm`` left over its reach, -1 for
    one that is clear to its end, else 0. Corollary 3: between two places the squared distance is at
    least the parabola through both bounds that opens like s²; the line is clear until that meets
    the square of the reach, which grows by ``WIDEN``.
    """
    for i in range(n):
        bounds[AT_U + i] = (reach + bounds[WIDEN + i] * places[TIME + i]) * (1.0 + 1e-6)
        bounds[AT_V + i] = (places[END + i] - places[TIME + i]) * (1.0 + 1e-6) + 1e-6
    last, aside = np.float32(stop_mm), np.float32(0.5 * STOP_MM)
    for i in range(n):
        s, bound, grow, near = (
            bounds[WAY + i],
            bounds[BOUND + i],
            bounds[WIDEN + i],
            bounds[AT_U + i],
        )
        here, there, left = bounds[SQUARE + i], bound * bound * LESS, bounds[AT_V + i]
        a = ONE - grow * grow
        slope = (there - here) / s
        b = slope - s - TWO * near * grow
        c = here - SPARE * (here + there + s * s) - near * near
        inner = b * b - FOUR * a * c
        root = np.sqrt(max(inner, NONE))
        clear = TWO * c / (root - b) * LESS if inner >= NONE and root - b > NONE else FAR
        goes = bounds[SURE + i] > NONE or s <= NONE or clear > s
        least = (ONE - grow) * LESS  # less than 1 / (1 + grow): what a growing reach leaves
        # Those that go all the way look ahead anew.
        after = (near + grow * s) * MORE
        over = bound * LESS - after
        rise = slope + s if s > NONE else bounds[RUN + i]
        far = AHEAD * np.sqrt(max(there - after * after, NONE))
        goal = after + aside
        aim, b = there - goal * goal, rise - TWO * after * grow
        inner = b * b - FOUR * a * aim
        root = np.sqrt(max(inner, NONE))
        ahead = TWO * aim / (root - b) if inner >= NONE and root - b > NONE else FAR
        following = min(max(min(far, ahead), over * least), left - s * LESS)
        # The others are brought to where they are clear.
        shorter = max(clear, bounds[FREE + i] * least)
        beyond = (s if goes else shorter) > left
        stops = goes and over <= last
        bounds[STATUS + i] = -ONE if beyond else (ONE if stops else NONE)
        bounds[AT_W + i] = s if goes else NONE
        bounds[SURE + i] = NONE if goes else ONE
        bounds[WAY + i] = max(following, TINY) if goes else shorter
        bounds[SQUARE + i] = there if goes else here
        bounds[FREE + i] = over if goes else bounds[FREE + i]
        bounds[RUN + i] = rise if goes else bounds[RUN + i]
    for i in range(n):
        places[TIME + i] += bounds[AT_W + i]


@kernel
def put(
    n: int, places: Floats, bounds: Singles, names: Counts, bundles: Counts, origins: Floats,
    lines: Floats, starts: Floats, runs: Floats, widens: Floats, ends: Floats,
) -> None:  # fmt: skip
    """Make ``n`` lines ready to be followed.

    ``names`` choose them of ``lines`` and ``ends``, ``bundles`` say where they start in the other
    arrays: the place, the depth known to be clear, the slope there, how the reach grows.
    """
    for row in range(3):
        for j in range(n):
            places[X + row * ROOM + j] = origins[bundles[j], row]
        for j in range(n):
            places[UX + row * ROOM + j] = lines[names[j], row]
    for j in range(n):
        b = bundles[j]
        places[TIME + j], places[END + j] = starts[b], ends[names[j]]
        bounds[WIDEN + j], bounds[RUN + j] = widens[b] * (1.0 + 1e-6), runs[b]
    for row in (WAY, SQUARE, FREE, SURE):
        bounds[row : row + n] = NONE


@kernel
def march(
    n: int, names: Counts, bundles: Counts, places: Floats, bounds: Singles, cells: Cells,
    reach: float, stop_mm: float, shared: bool, worst: Floats, square: Squares, shape: Counts,
    origin: Floats, step: float, box: Floats, found: Floats, runs: Floats,
) -> None:  # fmt: skip
    """Follow the first ``n`` lines that were `put` until each is stopped or clear to its end.

    ``found`` gets, under a line's name, the depth at which at most ``stop_mm`` is left over its
    reach; it comes in infinite. ``runs`` gets the slope there. With ``shared`` no line need be
    followed beyond ``worst`` of its bundle, the least depth that any of them has found.
    """
    alive = n
    status, time, end = bounds[STATUS : STATUS + ROOM], places[TIME : TIME + ROOM], places[END:]
    for turn in range(MOST_TURNS):
        look(n, places, bounds, cells, square, shape, origin, step, box)
        decide(n, places, bounds, reach, stop_mm)
        if turn == MOST_TURNS - 1:
            status[:n] = ONE
        for i in range(n):
            if status[i] == NONE or names[i] < 0:
                continue
            if status[i] > NONE:
                found[names[i]], runs[names[i]] = time[i], bounds[RUN + i]
                worst[bundles[i]] = min(worst[bundles[i]], time[i])
            names[i], bounds[WAY + i] = -1, NONE
            alive -= 1
        if alive == 0:
            return
        if 4 * alive <= 3 * n:
            n = gathered(n, names, bundles, places, bounds, cells)
        if shared:
            for i in range(n):
                end[i] = min(end[i], worst[bundles[i]])


@kernel
def gathered(
    n: int, names: Counts, bundles: Counts, places: Floats, bounds: Singles, cells: Cells
) -> int:
    """Close the gaps of lines that need not be followed on; return how many are left."""
    kept = 0
    for i in range(n):
        if names[i] >= 0:
            names[kept], bundles[kept], cells[kept] = names[i], bundles[i], i
            kept += 1
    for row in range(PLACES):
        place = places[row * ROOM :]
        for j in range(kept):
            place[j] = place[cells[j]]
    for row in range(KEPT):
        bound = bounds[row * ROOM :]
        for j in range(kept):
            bound[j] = bound[cells[j]]
    return kept
