"""The plan shown to someone who has none: catalogue points, so that it fits any body.

Read from `data/demonstration.toml`; a body that cannot place a point gets a plan without that
needle, never an error, because a demonstration must not keep anybody out.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files

from meshes.body import Body
from zones.angles import pushed
from zones.plan import Plan, PlannedNeedle, empty_plan
from zones.points import resolve_point


def demonstration_plan(body: Body) -> Plan:
    """Return the demonstration on a body; without needles where their points cannot be placed."""
    text = files("zones").joinpath("data/demonstration.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    placed = []
    for number, rule in enumerate(data["needle"], 1):
        found = resolve_point(body, rule["point"], rule["side"])
        if found.needle is None:
            continue
        placed.append(
            PlannedNeedle(
                f"n{number}",
                rule["name"],
                pushed(found.needle, rule["depth_mm"]),
                anchor=found.plan_anchor,
                length=found.length,
            )
        )
    return replace(empty_plan(body), title=data["title"], needles=tuple(placed))
