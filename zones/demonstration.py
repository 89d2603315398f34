"""The plan shown to someone who has none: authored as a rule, so that it fits any body.

Read from `data/demonstration.toml`; a body that lacks what the rule needs gets a plan without the
needle, never an error, because a demonstration must not keep anybody out.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files
from typing import Any

import numpy as np

from meshes.body import Body
from zones.angles import direction_from_angles, skin_normal
from zones.needle import Needle, Vector
from zones.plan import Plan, PlannedNeedle, empty_plan
from zones.skin import nearest_on_skin, skin_hits

_LEVEL_MM = 8.0
"""How far above and below the level the scapula's border is looked for."""


def demonstration_plan(body: Body) -> Plan:
    """Return the demonstration on a body; without needles where its landmarks are missing."""
    text = files("zones").joinpath("data/demonstration.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    plan = replace(empty_plan(body), title=data["title"])
    placed = []
    for number, rule in enumerate(data["needle"], 1):
        needle = _needle(body, rule)
        if needle is not None:
            placed.append(
                PlannedNeedle(f"n{number}", rule["name"], needle, length=rule["length_mm"])
            )
    return replace(plan, needles=tuple(placed))


def _needle(body: Body, rule: dict[str, Any]) -> Needle | None:
    start = body.landmarks.get(rule["level"])
    border = _medial_border(body, rule["side"], None if start is None else float(start.point[2]))
    if body.skin is None or start is None or border is None:
        return None
    inside = start.point + rule["fraction"] * (border - start.point)
    behind = skin_hits(body, inside, np.array([0.0, 1.0, 0.0]))
    entry = inside + np.array([0.0, behind[-1], 0.0]) if len(behind) else None
    entry = nearest_on_skin(body, inside if entry is None else entry)
    direction = direction_from_angles(
        skin_normal(body, entry), rule["tilt_deg"], rule["azimuth_deg"]
    )
    return Needle(entry, direction, rule["depth_mm"], rule["radius_mm"])


def _medial_border(body: Body, side: str, z: float | None) -> Vector | None:
    """The scapular point nearest the midplane at a level, or ``None``."""
    scapula = body.structures.get(f"scapula_{side}")
    if scapula is None or z is None:
        return None
    points = scapula.surface.points
    level = points[np.abs(points[:, 2] - z) < _LEVEL_MM]
    if not len(level):
        return None
    nearest: Vector = level[np.argmin(np.abs(level[:, 0]))]
    return nearest
