"""Points named by the skeleton: spinous tips, transverse tips, places on ribs.

In the tables a point is ``[x, y, z]`` (left side, mm) or a name with an offset:
``["sp:t4", dx, dy, dz]``, ``["tp:t4", dx, dy, dz]``, ``["rib:5", angle, out, up]`` (degrees around
the trunk, 0 in front, 180 behind; mm out of the rib's outer face; mm up).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from meshes.reference.cage import angle_of
from meshes.reference.context import BuildContext
from meshes.reference.curves import Points


def point(context: BuildContext, spec: list[Any]) -> Points:
    """World point (3,) of one entry of a table."""
    if not isinstance(spec[0], str):
        return np.asarray(spec, float)
    kind, name = spec[0].split(":")
    if kind == "rib":
        return on_rib(context, int(name), float(spec[1]), *(float(v) for v in spec[2:]))
    v = context.column[name]
    base = {"sp": v.spinous_tip, "tp": v.transverse_tip, "body": np.array([0.0, v.y, v.z])}[kind]
    return np.asarray(base + np.asarray(spec[1:4], float))


def on_rib(
    context: BuildContext, number: int, angle: float, out: float = 0.0, up: float = 0.0
) -> Points:
    """Point on the outer face of a left rib at an angle around the trunk; ends are held."""
    bar = context.ribs[number]
    p = bar.path.points
    phi = angle_of(p[:, 0], p[:, 1], p[:, 2])
    phi[: int(0.08 * len(p))] = 400.0  # the neck turns back behind the tubercle
    i = int(np.argmin(np.abs(phi - angle)))
    found = p[i] + bar.path.normal[i] * (bar.half_thickness[i] + out)
    return np.asarray(found + np.array([0.0, 0.0, up]))


def rows(context: BuildContext, table: list[list[list[Any]]]) -> Points:
    """Polylines (r, k, 3) of a table of rows of points."""
    return np.array([[point(context, spec) for spec in row] for row in table])
