"""Points of one's own: places on the skin with notes, for one body; pure functions and two files.

A collection is frozen; every function returns another one. JSON and CSV read back to the last bit.
World frame (LPS), mm.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from meshes.body import Body
from meshes.orientation import midline_x
from zones.errors import BadOwnPointError, LockedPointError
from zones.skin import nearest_on_skin

SCHEMA = "needlewise/own-points/1"
COLUMNS = ("id", "name", "side", "x", "y", "z", "body", "body_hash", "locked", "notes",
           "dir_x", "dir_y", "dir_z", "depth")  # fmt: skip
SIDES = ("left", "right", "mid")
_FORMULA = ("=", "+", "-", "@", "\t", "'")
_MOST_TEXT = 10_000
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class OwnPoint:
    """A place with a name. ``direction`` (unit) and ``depth`` mm are a needle's, or ``None``."""

    id: str
    name: str
    side: str
    position: Triple
    body_id: str
    body_hash: str
    notes: str = ""
    locked: bool = False
    direction: Triple | None = None
    depth: float | None = None


@dataclass(frozen=True)
class OwnPoints:
    """All points, in the order they were made; ids differ."""

    points: tuple[OwnPoint, ...] = ()

    def find(self, point_id: str) -> OwnPoint:
        """Return a point.

        Raises
        ------
        BadOwnPointError
            There is none of this id.
        """
        for point in self.points:
            if point.id == point_id:
                return point
        raise BadOwnPointError(f"there is no point {point_id!r} among your points")


def added(kept: OwnPoints, point: OwnPoint) -> OwnPoints:
    """Return the points with another; its id is made free if it is taken."""
    taken = {one.id for one in kept.points}
    number, made = 1, checked(point)
    while made.id in taken or not made.id:
        made = replace(made, id=f"P{number}")
        number += 1
    return OwnPoints((*kept.points, made))


def edited(kept: OwnPoints, point_id: str, **changes: Any) -> OwnPoints:
    """Return the points with one changed; a locked one only unlocks.

    Raises
    ------
    LockedPointError
        The point is locked and more than its lock was to change.
    BadOwnPointError
        A value that cannot be, or no such point.
    """
    point = kept.find(point_id)
    if point.locked and set(changes) - {"locked"}:
        raise LockedPointError(f"{point.name or point.id} is locked; unlock it to change it")
    made = checked(replace(point, **changes))
    return OwnPoints(tuple(made if one is point else one for one in kept.points))


def duplicated(kept: OwnPoints, point_id: str) -> OwnPoints:
    """Return the points with a copy of one, unlocked, after all others."""
    point = kept.find(point_id)
    return added(kept, replace(point, id="", name=_next_name(kept, point.name), locked=False))


def removed(kept: OwnPoints, point_id: str) -> OwnPoints:
    """Return the points without one; a locked one stays, with an error."""
    point = kept.find(point_id)
    if point.locked:
        raise LockedPointError(f"{point.name or point.id} is locked; unlock it to remove it")
    return OwnPoints(tuple(one for one in kept.points if one is not point))


def mirrored(kept: OwnPoints, point_id: str, body: Body) -> OwnPoints:
    """Return the points with the twin of one on the other side, on the skin of its body.

    Raises
    ------
    BadOwnPointError
        The point belongs to another body.
    """
    point = kept.find(point_id)
    if point.body_id != body.id:
        raise BadOwnPointError(
            f"{point.name or point.id} belongs to body {point.body_id}; open that body to mirror it"
        )
    middle = midline_x(body.structures) or 0.0
    x, y, z = point.position
    there = np.array([2.0 * middle - x, y, z])
    on_skin = nearest_on_skin(body, there) if body.skin is not None else there
    way = None if point.direction is None else (-point.direction[0], *point.direction[1:])
    side = {"left": "right", "right": "left"}.get(point.side, point.side)
    twin = replace(point, id="", name=_next_name(kept, point.name), side=side, locked=False,
                   position=_triple(on_skin), direction=way)  # fmt: skip
    return added(kept, twin)


def _next_name(kept: OwnPoints, name: str) -> str:
    names = {one.name for one in kept.points}
    number = 2
    while f"{name} {number}" in names:
        number += 1
    return f"{name} {number}"


def checked(point: OwnPoint) -> OwnPoint:
    """Return the point with its numbers as floats.

    Raises
    ------
    BadOwnPointError
        What cannot be, in one sentence: expected, got.
    """
    who = point.name or point.id or "a point"
    if point.side not in SIDES:
        raise BadOwnPointError(f"{who}: side is {point.side!r}; expected {', '.join(SIDES)}")
    if not point.body_id:
        raise BadOwnPointError(f"{who}: it names no body")
    position = _numbers(point.position, f"{who}: the position")
    way = None if point.direction is None else _numbers(point.direction, f"{who}: the direction")
    if way is not None and not abs(float(np.linalg.norm(way)) - 1.0) < 1e-6:
        raise BadOwnPointError(f"{who}: the direction {way} has not the length 1")
    depth = None if point.depth is None else float(point.depth)
    if depth is not None and not (np.isfinite(depth) and depth >= 0.0):
        raise BadOwnPointError(f"{who}: the depth is {depth}; expected mm, 0 or more")
    if max(len(point.name), len(point.notes)) > _MOST_TEXT or "\0" in point.name + point.notes:
        raise BadOwnPointError(f"{who}: name or notes are too long or hold no text")
    return replace(point, position=position, direction=way, depth=depth)


def _numbers(value: Any, what: str) -> Triple:
    try:
        numbers = tuple(float(v) for v in value)
    except (TypeError, ValueError):
        numbers = ()
    if len(numbers) != 3 or not np.isfinite(numbers).all():
        raise BadOwnPointError(f"{what} is {value!r}; expected three numbers")
    return _triple(numbers)


def _triple(value: Any) -> Triple:
    x, y, z = (float(v) for v in value)
    return x, y, z


# ---- files ---------------------------------------------------------------------------------------


def to_json(kept: OwnPoints) -> str:
    """Return the points as a JSON document."""
    rows = [{**vars(p), "position": list(p.position),
             "direction": None if p.direction is None else list(p.direction)}
            for p in kept.points]  # fmt: skip
    return json.dumps({"schema": SCHEMA, "points": rows}, indent=1, ensure_ascii=False)


def from_json(text: str) -> OwnPoints:
    """Read what `to_json` wrote.

    Raises
    ------
    BadOwnPointError
        No such document, a newer one, or a point that cannot be.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise BadOwnPointError(f"the file is no JSON: {error}") from error
    if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
        got = data.get("schema") if isinstance(data, Mapping) else type(data).__name__
        raise BadOwnPointError(f"the schema is {got!r}; expected {SCHEMA!r}: is it a newer file?")
    return _gathered(_of_row(row) for row in _rows(data.get("points")))


def _rows(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BadOwnPointError("the file has no list of points")
    return value


def _of_row(row: Any) -> OwnPoint:
    if not isinstance(row, Mapping):
        raise BadOwnPointError(f"a point is {row!r}; expected its fields")
    known = set(OwnPoint.__dataclass_fields__)
    if set(row) - known or {"id", "name", "side", "position", "body_id", "body_hash"} - set(row):
        raise BadOwnPointError(f"a point has the fields {sorted(row)}; expected {sorted(known)}")
    text = {k: str(row.get(k) or "") for k in ("id", "name", "side", "body_id", "body_hash",
                                               "notes")}  # fmt: skip
    return checked(
        OwnPoint(**text, position=row["position"], locked=row.get("locked") is True,
                 direction=row.get("direction"), depth=row.get("depth"))
    )  # fmt: skip


def _gathered(points: Any) -> OwnPoints:
    kept = tuple(points)
    ids = [p.id for p in kept]
    if len(set(ids)) < len(ids) or "" in ids:
        raise BadOwnPointError("two points have one id, or one has none")
    return OwnPoints(kept)


def to_csv(kept: OwnPoints) -> str:
    """Return the points as a table; a text that a spreadsheet would compute is quoted with '."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    table.writerow(COLUMNS)
    for p in kept.points:
        way = ("", "", "") if p.direction is None else tuple(repr(v) for v in p.direction)
        table.writerow([
            _told(p.id), _told(p.name), p.side, *(repr(v) for v in p.position), _told(p.body_id),
            _told(p.body_hash), "yes" if p.locked else "no", _told(p.notes), *way,
            "" if p.depth is None else repr(p.depth),
        ])  # fmt: skip
    return out.getvalue()


def from_csv(text: str) -> OwnPoints:
    """Read what `to_csv` wrote.

    Raises
    ------
    BadOwnPointError
        Other columns, or a row that cannot be.
    """
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    if not rows or tuple(rows[0]) != COLUMNS:
        raise BadOwnPointError(
            f"the table has the columns {','.join(rows[0]) if rows else ''}; expected "
            f"{','.join(COLUMNS)}"
        )
    return _gathered(_of_line(number, row) for number, row in enumerate(rows[1:], 2) if row)


def _of_line(number: int, row: list[str]) -> OwnPoint:
    if len(row) != len(COLUMNS):
        raise BadOwnPointError(f"line {number} has {len(row)} fields; expected {len(COLUMNS)}")
    cell = dict(zip(COLUMNS, row, strict=True))
    if cell["locked"] not in ("yes", "no"):
        raise BadOwnPointError(f"line {number}: locked is {cell['locked']!r}; expected yes or no")
    try:
        spot = tuple(float(cell[k]) for k in "xyz")
        way = tuple(float(cell[k]) for k in ("dir_x", "dir_y", "dir_z")) if cell["dir_x"] else None
        depth = float(cell["depth"]) if cell["depth"] else None
    except ValueError as error:
        raise BadOwnPointError(f"line {number}: {error}; expected numbers") from error
    return checked(
        OwnPoint(_read(cell["id"]), _read(cell["name"]), cell["side"], _triple(spot),
                 _read(cell["body"]), _read(cell["body_hash"]), _read(cell["notes"]),
                 cell["locked"] == "yes", None if way is None else _triple(way), depth)
    )  # fmt: skip


def _told(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _read(text: str) -> str:
    return text[1:] if text.startswith("'") else text
