"""The slice along the needle, as arrays: plane, tissue bands back to front, places for names.

Pure: body, needle and frame in, frozen arrays out, so that it can run off the main thread. The
needle's axis lies in the plane; *down* is the way into the body. What is hidden in the scene is in
the slice all the same: the slice shows what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from meshes.section import Plane, Section, cuts
from zones.needle import Needle

Vector = NDArray[np.float64]
ABOVE_MM = 14.0
"""How much air above the entry point is shown."""
SKIN_SHOWN_MM = 5.0
"""As far below its surface the skin is drawn and named as skin: more than any is thick. What lies
deeper and in no structure is tissue that the body does not model. A choice of drawing."""
_CELLS = 220
_LETTERS = (("L", "R"), ("P", "A"), ("S", "I"))
_BACK = {"skin": 0, "fat": 1, "other": 2, "muscle": 3}


@dataclass(frozen=True)
class Frame:
    """What part of the plane is wanted: ``tall`` mm from top to bottom, ``wide`` mm across, its
    middle ``shift`` mm beside the entry point."""

    wide: float = 120.0
    tall: float = 80.0
    shift: float = 0.0

    def window(self) -> Vector:
        """(2, 2) lowest and highest plane coordinates; the entry point is (0, 0)."""
        low, high = self.shift - self.wide / 2, self.shift + self.wide / 2
        return np.array([[low, -ABOVE_MM], [high, self.tall - ABOVE_MM]])


@dataclass(frozen=True, eq=False)
class Piece:
    """One structure in the slice. ``spot`` (2,) is the best place for its name, mm; ``room`` is
    the radius free around it, 0 where the structure is covered or outside the frame."""

    structure_id: str
    section: Section
    spot: Vector
    room: float
    is_skin: bool = False


@dataclass(frozen=True, eq=False)
class Slice:
    """Pieces in drawing order. ``needle`` is the one it was cut along.

    ``grid`` (rows, columns) says which piece is on top in each cell of ``cell`` mm, −1 for none:
    air, or tissue that is in no structure.
    """

    plane: Plane
    needle: Needle
    frame: Frame
    pieces: tuple[Piece, ...]
    grid: NDArray[np.int32]
    cell: float

    def piece_at(self, spot: Vector) -> Piece | None:
        """The piece on top at plane coordinates (2,); ``None`` in the air or outside the frame."""
        column, row = np.floor((spot - self.frame.window()[0]) / self.cell).astype(int)
        if not (0 <= row < self.grid.shape[0] and 0 <= column < self.grid.shape[1]):
            return None
        number = int(self.grid[row, column])
        return self.pieces[number] if number >= 0 else None

    def room_for(self, number: int, wide: float, tall: float) -> Vector:
        """Middles (n, 2) where a box of this size shows nothing but this piece, best first."""
        across, down = (int(np.ceil(v / self.cell)) + 1 for v in (wide, tall))
        rows, columns = np.nonzero(self.grid == number)
        if not len(rows):
            return np.empty((0, 2))
        top, left = rows.min(), columns.min()
        here = self.grid[top : rows.max() + 1, left : columns.max() + 1] == number
        if across > here.shape[1] or down > here.shape[0]:
            return np.empty((0, 2))
        sums = np.zeros((here.shape[0] + 1, here.shape[1] + 1), np.int32)
        sums[1:, 1:] = here.cumsum(0, dtype=np.int32).cumsum(1, dtype=np.int32)
        full = sums[down:, across:] - sums[:-down, across:] - sums[down:, :-across]
        full = full + sums[:-down, :-across] == across * down
        rows, columns = np.nonzero(full)
        middles = self.frame.window()[0] + self.cell * np.stack(
            [left + columns + across / 2, top + rows + down / 2], axis=1
        )
        away = np.linalg.norm(middles - self.pieces[number].spot, axis=1)
        return middles[np.argsort(away, kind="stable")]

    @property
    def edges(self) -> tuple[str, str]:
        """Letters of the body directions at the left and the right edge."""
        return _letter(-self.plane.across), _letter(self.plane.across)

    def at(self, point: object) -> Vector:
        """Plane coordinates (2,) of a world point (3,)."""
        return self.plane.flat(np.asarray(point, dtype=np.float64))[0]


def slice_plane(needle: Needle, inward: Vector | None, turn_deg: float) -> Plane:
    """The plane that holds the needle: 0° runs along the body, 90° across it.

    ``inward`` (3,) is the skin's inward normal; its share in the plane points down. Without one,
    the needle does. At 0° the head is on the left, as with a probe held along the body.
    """
    axis = needle.direction
    side, other = _sides(needle)
    angle = np.radians(turn_deg)
    second = np.cos(angle) * side + np.sin(angle) * other
    down = axis
    if inward is not None:
        leaning = (inward @ axis) * axis + (inward @ second) * second
        if np.linalg.norm(leaning) > 0.2:
            down = leaning / np.linalg.norm(leaning)
    across = np.cross(down, np.cross(axis, second))
    across *= -1.0 if across @ second > 0 else 1.0
    return Plane.of(needle.entry, np.cross(across, down), down)


def _sides(needle: Needle) -> tuple[Vector, Vector]:
    """Unit vectors square to the needle: the one towards the head, and the one across it."""
    axis = needle.direction
    up = np.array([0.0, 0.0, 1.0])
    side = up - (up @ axis) * axis
    if np.linalg.norm(side) < 1e-3:
        side = np.array([0.0, 1.0, 0.0]) - axis[1] * axis
    side /= np.linalg.norm(side)
    return side, np.cross(axis, side)


def turn_to(needle: Needle, point: Vector) -> float:
    """The turn, degrees 0–180, at which the plane holds a world point (3,)."""
    side, across = _sides(needle)
    away = np.asarray(point, dtype=np.float64) - needle.entry
    return float(np.degrees(np.arctan2(away @ across, away @ side)) % 180.0)


def make_slice(
    body: Body,
    needle: Needle,
    inward: Vector | None,
    turn_deg: float,
    frame: Frame,
    cancelled: Callable[[], bool] = lambda: False,
) -> Slice:
    """Cut every structure near the frame and find places for the names."""
    plane = slice_plane(needle, inward, turn_deg)
    from meshes.section_fill import painted  # compiles: not at import

    surfaces = {key: s.surface for key, s in body.structures.items()}
    found = cuts(surfaces, plane, frame.window(), cancelled)
    order = back_to_front(body, found.items())
    cell = max(frame.wide, frame.tall) / _CELLS
    grid = painted([section for _, section in order], frame.window(), cell)
    skins = [n for n, (key, _) in enumerate(order) if body.structures[key].system == "skin"]
    for number in skins:
        _keep_shallow(grid, number, cell)
    return Slice(plane, needle, frame, _placed(order, skins, frame, grid, cell), grid, cell)


def _keep_shallow(grid: NDArray[np.int32], number: int, cell: float) -> None:
    """Leave of the skin what is near the air: below it, nobody says what there is."""
    if (grid >= 0).all():
        grid[grid == number] = -1
        return
    from scipy.ndimage import distance_transform_edt  # slow to import

    deep = np.asarray(distance_transform_edt(grid >= 0)) * cell > SKIN_SHOWN_MM
    grid[(grid == number) & deep] = -1


def back_to_front(body: Body, found: Iterable[tuple[str, Section]]) -> list[tuple[str, Section]]:
    """Drawing order: skin, fat, fasciae, muscles, then by size, so that the small lie on top."""

    def rank(item: tuple[str, Section]) -> tuple[int, float]:
        system = body.structures[item[0]].system
        return _BACK.get(system, 4), -abs(item[1].area())

    return sorted(found, key=rank)


def _placed(
    order: list[tuple[str, Section]], skins: list[int], frame: Frame, grid: NDArray[np.int32],
    cell: float,
) -> tuple[Piece, ...]:  # fmt: skip
    from scipy.ndimage import distance_transform_edt, maximum, maximum_position  # slow to import

    window = frame.window()
    edge = np.zeros(grid.shape, dtype=bool)
    edge[1:] |= grid[1:] != grid[:-1]
    edge[:, 1:] |= grid[:, 1:] != grid[:, :-1]
    edge[[0, -1]] = True
    edge[:, [0, -1]] = True
    far = np.asarray(distance_transform_edt(~edge)) * cell
    seen = np.unique(grid[grid >= 0])
    rooms = np.atleast_1d(maximum(far, grid, seen)) if len(seen) else ()
    places = maximum_position(far, grid, seen) if len(seen) else ()
    known = {
        int(k): (window[0] + (np.array([at[1], at[0]]) + 0.5) * cell, float(room))
        for k, at, room in zip(seen, places, rooms, strict=True)
    }
    nowhere = (np.zeros(2), 0.0)
    return tuple(
        Piece(key, section, *known.get(number, nowhere), number in skins)
        for number, (key, section) in enumerate(order)
    )


def _letter(way: Vector) -> str:
    axis = int(np.argmax(np.abs(way)))
    return _LETTERS[axis][0 if way[axis] > 0 else 1]
