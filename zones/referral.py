"""Referral patterns as regions of the skin: where the words of a point's pattern lie on a body.

A convention for drawing, read from the catalogue's words around landmarks; no outline is published
and no distance, limit or verdict uses one. What has no outline is named and not drawn.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from zones.errors import BadCatalogueError, NoSkinError
from zones.landmarks import LandmarkFix, landmark_catalogue, landmarks
from zones.point_catalogue import TriggerPoint
from zones.skin import nearest_on_skin

Floats = NDArray[np.float64]
SCHEMA = "needlewise/referral-areas/1"
FACINGS: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {"any": (0.0, 0.0, 0.0), "back": (0.0, 1.0, 0.0), "front": (0.0, -1.0, 0.0),
     "side": (1.0, 0.0, 0.0)}
)  # fmt: skip
"""The direction, on the left of the body, that an area's skin must not look away from."""

EDGE_MM = 9.0
"""Over this much beyond its radius an area fades: no sharp edge is claimed."""

_STEP_MM = 8.0
AT_POINT, _BELOW = "@point", "@below"


@dataclass(frozen=True)
class Area:
    """One area: a line over landmarks, dropped onto the skin, and a radius around it, mm.

    ``line`` holds ids of landmarks without their side, ``@point``, (a, b, share) between two, or
    (a, ``@below``, mm) below one.
    """

    id: str
    name: str
    line: tuple[str | tuple[str, str, float], ...]
    radius_mm: float
    facing: str


@dataclass(frozen=True, eq=False)
class ReferralAreas:
    """The catalogue: areas by id, areas by phrase, phrases without an outline and why."""

    areas: Mapping[str, Area]
    phrases: Mapping[str, tuple[str, ...]]
    not_drawn: frozenset[str]
    reason: str
    origin: str


@dataclass(frozen=True, eq=False)
class Referral:
    """A referral pattern on a body.

    Attributes
    ----------
    share
        (n,) of each point of the skin surface: 1 in the pattern, falling to 0 over `EDGE_MM`.
    drawn
        Phrases that ``share`` holds.
    missing
        The other phrases, each with the reason.
    origin
        On what the outlines rest.
    """

    share: Floats
    drawn: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]
    origin: str


@cache
def referral_areas() -> ReferralAreas:
    """Return the catalogue.

    Raises
    ------
    BadCatalogueError
        Every defect of the data file in one sentence.
    """
    text = files("zones").joinpath("data/referral_areas.toml").read_text(encoding="utf-8")
    return parse_areas(tomllib.loads(text))


def parse_areas(data: Mapping[str, Any]) -> ReferralAreas:
    """Validate a document and return the catalogue."""
    problems = []
    if data.get("schema") != SCHEMA:
        problems.append(f"schema is {data.get('schema')!r}, expected {SCHEMA!r}")
    if not str(data.get("origin", "")).startswith("convention"):
        problems.append("it does not say on what its outlines rest")
    areas = {}
    for key, row in data.get("areas", {}).items():
        line = tuple(tuple(p) if isinstance(p, list) else str(p) for p in row.get("line", ()))
        areas[key] = Area(
            key, str(row.get("name", "")), line, float(row.get("radius_mm", 0)),
            str(row.get("facing", "")),
        )  # fmt: skip
        problems += [f"{key}: {problem}" for problem in _problems(areas[key])]
    phrases = {str(k): tuple(v) for k, v in data.get("phrases", {}).items()}
    unknown = sorted({a for ids in phrases.values() for a in ids} - areas.keys())
    problems += [f"phrases name the unknown area {a}" for a in unknown]
    rest = data.get("not_drawn", {})
    both = sorted(phrases.keys() & set(rest.get("phrases", ())))
    problems += [f"{phrase!r} is drawn and not drawn" for phrase in both]
    if problems:
        raise BadCatalogueError("the referral areas are not usable: " + "; ".join(problems))
    return ReferralAreas(
        MappingProxyType(areas), MappingProxyType(phrases), frozenset(rest.get("phrases", ())),
        str(rest.get("reason", "")), str(data["origin"]),
    )  # fmt: skip


def _problems(area: Area) -> list[str]:
    found = []
    if not area.name or not area.line:
        found.append("lacks a name or a line")
    if not area.radius_mm > 0:
        found.append("its radius is not above 0 mm")
    if area.facing not in FACINGS:
        found.append(f"facing is {area.facing!r}; expected one of {', '.join(FACINGS)}")
    bases = {rule.base for rule in landmark_catalogue().values()} | {AT_POINT, _BELOW}
    named = {n for part in area.line for n in ((part,) if isinstance(part, str) else part[:2])}
    found += [f"there is no landmark {n}" for n in sorted(named - bases)]
    return found


def phrases_of(point: TriggerPoint) -> tuple[str, ...]:
    """Return the words of a point's pattern, one place each, in the catalogue's order."""
    parts = re.split(r",(?![^(]*\))", point.referral)
    return tuple(part.strip().casefold() for part in parts if part.strip())


def referral_region(
    body: Body, point: TriggerPoint, side: str, entry: Floats | None = None
) -> Referral:
    """Lay a point's referral pattern onto the skin of a body.

    Parameters
    ----------
    side
        ``left`` or ``right``: the point's.
    entry
        (3,) the point on the skin, world mm; without it what lies around the point is not drawn.

    Raises
    ------
    NoSkinError
        The body has no skin to draw on.
    """
    catalogue, skin = referral_areas(), body.skin
    if skin is None:
        raise NoSkinError(f"body {body.id} has no skin; a pattern is drawn on the skin")
    fixes = landmarks(body)
    points, outward = skin.surface.points, _outward(skin.surface.points, skin.surface.triangles)
    share = np.zeros(len(points))
    drawn, missing = [], []
    for phrase in phrases_of(point):
        if phrase not in catalogue.phrases:
            missing.append((phrase, catalogue.reason))
            continue
        why = ""
        for key in catalogue.phrases[phrase]:
            area = catalogue.areas[key]
            line, why = area_line(body, area, side, fixes, entry)
            if line is None:
                missing.append((phrase, why))
                break
            share = np.maximum(share, area_share(points, outward, line, area, side))
        if not why:
            drawn.append(phrase)
    return Referral(share, tuple(drawn), tuple(missing), catalogue.origin)


def area_line(
    body: Body, area: Area, side: str, fixes: Mapping[str, LandmarkFix], entry: Floats | None
) -> tuple[Floats | None, str]:
    """Return the area's line on the skin, (k, 3) at most `_STEP_MM` apart, or why there is none."""
    corners = []
    for part in area.line:
        first, second, amount = (part, part, 0.0) if isinstance(part, str) else part
        ends = []
        for name in (first, second) if second != _BELOW else (first,):
            spot, why = _spot(name, side, fixes, entry)
            if spot is None:
                return None, why
            ends.append(np.asarray(spot, float))
        way = (0.0, 0.0, -1.0) if second == _BELOW else ends[-1] - ends[0]
        corners.append(ends[0] + float(amount) * np.asarray(way))
    made = [corners[0]]
    for a, b in zip(corners, corners[1:], strict=False):
        steps = max(1, int(np.ceil(float(np.linalg.norm(b - a)) / _STEP_MM)))
        made += [a + (b - a) * k / steps for k in range(1, steps + 1)]
    return np.array([nearest_on_skin(body, spot) for spot in made]), ""


def _spot(
    name: str, side: str, fixes: Mapping[str, LandmarkFix], entry: Floats | None
) -> tuple[Floats | None, str]:
    """Return a place by its name in the file, or why it is not there."""
    if name == AT_POINT:
        return entry, "the point has no place on this body"
    fix = fixes.get(f"{name}_{side}") or fixes.get(name)
    why = f"landmark {name.replace('_', ' ')} is not known on this body"
    return (None if fix is None else fix.point), why


def area_share(points: Floats, outward: Floats, line: Floats, area: Area, side: str) -> Floats:
    """Return how far (n, 3) points of the skin lie in an area, (n,) in [0, 1]; given normals."""
    from scipy.spatial import cKDTree  # slow to import: not before it is used

    gap, _ = cKDTree(line).query(points, distance_upper_bound=area.radius_mm + EDGE_MM + 1.0)
    found = np.clip((area.radius_mm + EDGE_MM - gap) / EDGE_MM, 0.0, 1.0)
    toward = np.array(FACINGS[area.facing])
    if side == "right":
        toward[0] = -toward[0]
    if toward.any():  # fades where the skin turns away, over as much as a third of a right angle
        found *= np.clip((outward @ toward + 0.15) / 0.3, 0.0, 1.0)
    result: Floats = found
    return result


def _outward(points: Floats, triangles: NDArray[np.int32]) -> Floats:
    """(n, 3) unit normals of a surface at its points, outward by its winding."""
    corners = points[triangles]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    flat, weight = triangles.ravel(), np.repeat(across, 3, axis=0)
    sums = [np.bincount(flat, weight[:, k], len(points)) for k in range(3)]
    normals = np.stack(sums, axis=1)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    result: Floats = normals / np.where(length > 0, length, 1.0)
    return result
