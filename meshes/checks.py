"""What can be wrong with a structure's surface, as a public list of validators.

A check returns findings and repairs nothing. `Check.closed` is the one verdict other code relies
on, and it errs on the doubtful side: it is True only for a surface that parity, winding number and
signed volume all read the same way, so that an inside test can decide nothing wrongly.

Whole-body tests (heart left, liver right, …) live in `meshes.orientation` and are offered here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from meshes.body import Finding
from meshes.catalogue import Structure, fold
from meshes.orientation import check_whole_body, midline_x
from meshes.surface import SurfaceKind
from meshes.topology import Topology, duplicate_triangles, flat_triangles, surface_topology

__all__ = ["CHECKS", "Check", "Shape", "check_structure", "check_structures", "check_whole_body"]

LARGEST_STRUCTURE_MM = 2600.0
"""No part of a body is longer: 2.6 m with raised arms. Convention."""

SMALLEST_STRUCTURE_MM = 0.5
"""A named structure smaller than this is a unit mistake (metres read as mm). Convention."""

SIDE_DOUBT_MM = 5.0
"""A centroid this far on the other side of the midline contradicts its label. Convention."""

_PLACEHOLDERS = {"", "-", "--", ".", "_", "?", "/", "none", "null", "nan", "unnamed", "untitled",
                 "object", "mesh", "default"}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """Verdict on one structure.

    ``closed`` is True exactly if every edge has two triangles that run opposite ways and every
    component that encloses a volume faces outwards (signed volume > 0). An open, badly wound or
    inverted surface is False whatever the file claims: it can be hit, it can never be clear.
    Components may overlap or nest (a muscle in three bellies): count windings there, not parity.
    """

    closed: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True, eq=False)
class Shape:
    """What the validators look at: the structure, how its triangles hang together, the midline."""

    structure: Structure
    topology: Topology
    midline_x: float


def check_structures(structures: Iterable[Structure]) -> dict[str, Check]:
    """Run every check of `CHECKS` on every structure; world mm, nothing changed.

    Returns
    -------
    dict
        One `Check` per structure id, in the order given. No finding means nothing was found.
    """
    listed = list(structures)
    middle = midline_x({s.id: s for s in listed}) or 0.0
    return {s.id: check_structure(s, middle) for s in listed}


def check_structure(structure: Structure, midline: float = 0.0) -> Check:
    """Run every check of `CHECKS` on one structure.

    Parameters
    ----------
    structure
        World frame (LPS), mm.
    midline
        x of the body's midline, mm; a left structure is expected beyond it.
    """
    blocking = _unusable(structure)
    if blocking:
        return Check(False, (blocking,))
    said = (getattr(structure, name) for name in _SAID)
    key = (structure.surface.content_hash, midline, *said)
    known = _checked.get(key)
    if known is None:
        if len(_checked) >= _MOST_KEPT:
            _checked.clear()
        known = _checked[key] = _looked_at(structure, midline)
    return known


_SAID = tuple(f.name for f in fields(Structure) if f.name not in ("surface", "closed"))
_MOST_KEPT = 8192
_checked: dict[tuple[object, ...], Check] = {}
"""By content: an import checks what it made, stores it, and reads the same surfaces again."""


def _looked_at(structure: Structure, midline: float) -> Check:
    shape = Shape(structure, surface_topology(structure.surface), midline)
    findings = [
        Finding(structure.id, name, message, severity)
        for name, severity, check in CHECKS
        for message in [check(shape)]
        if message
    ]
    return Check(is_closed(shape.topology), tuple(findings))


def is_closed(facts: Topology) -> bool:
    """Tell whether inside and outside can be told apart; see `Check`."""
    return (
        facts.is_watertight
        and not facts.n_opposed
        and not facts.n_inverted
        and not bool(facts.is_flat.all())
    )


def _unusable(structure: Structure) -> Finding | None:
    """Return the finding that leaves nothing to check: no triangle, or not numbers."""
    surface = structure.surface
    if not len(surface.triangles):
        return Finding(
            structure.id, "empty", f"{structure.id} has no triangle; expected a surface", "block"
        )
    bad = int(np.count_nonzero(~np.isfinite(surface.points).all(axis=1)))
    if bad:
        return Finding(
            structure.id,
            "finite",
            f"{structure.id}: {bad} of {len(surface.points)} points are not finite numbers",
            "block",
        )
    return None


def _name(shape: Shape) -> str:
    if fold(shape.structure.name) in _PLACEHOLDERS or not any(
        map(str.isalpha, shape.structure.name)
    ):
        return (
            f"{shape.structure.id} has the placeholder name {shape.structure.name!r}; "
            "expected an anatomical name"
        )
    return ""


def _open(shape: Shape) -> str:
    facts, kind = shape.topology, shape.structure.surface.kind
    if kind is SurfaceKind.SHEET or facts.is_watertight:
        return ""
    parts = [
        f"{count} edges {what}"
        for count, what in ((facts.n_boundary, "on a border"),
                            (facts.n_shared, "shared by more than two triangles"))
        if count
    ]  # fmt: skip
    expected = "capped ends" if kind is SurfaceKind.TUBE else "a closed surface"
    return (
        f"{shape.structure.id} has {' and '.join(parts)}; expected {expected}: it can be hit but "
        "never reported as clear"
    )


def _winding(shape: Shape) -> str:
    n_opposed = shape.topology.n_opposed
    return (
        f"{shape.structure.id} has {n_opposed} edges whose two triangles face opposite sides; "
        "expected one side: its inside cannot be told"
        if n_opposed
        else ""
    )


def _inverted(shape: Shape) -> str:
    facts = shape.topology
    if not facts.n_inverted:
        return ""
    n = len(facts.volumes_mm3)
    which = "faces inwards" if n == 1 else f"has {facts.n_inverted} of {n} parts facing inwards"
    return f"{shape.structure.id} {which} (negative volume); expected outwards"


def _flat(shape: Shape) -> str:
    n = int(np.count_nonzero(shape.topology.is_sound & shape.topology.is_flat))
    return f"{shape.structure.id} has {n} parts that enclose no volume" if n else ""


def _duplicates(shape: Shape) -> str:
    facts = shape.topology
    if facts.is_watertight and not facts.n_opposed and not facts.is_flat.any():
        return ""  # a repeated triangle always leaves one of these traces
    n = int(np.count_nonzero(duplicate_triangles(shape.structure.surface.triangles)))
    return f"{shape.structure.id} has {n} triangles twice" if n else ""


def _degenerate(shape: Shape) -> str:
    surface = shape.structure.surface
    n = int(np.count_nonzero(flat_triangles(surface.points, surface.triangles)))
    return f"{shape.structure.id} has {n} triangles without area" if n else ""


def _components(shape: Shape) -> str:
    n = len(shape.topology.volumes_mm3)
    return f"{shape.structure.id} consists of {n} separate parts" if n > 1 else ""


def _units(shape: Shape) -> str:
    size = float(np.ptp(shape.structure.surface.bounds, axis=0).max())
    if SMALLEST_STRUCTURE_MM <= size <= LARGEST_STRUCTURE_MM:
        return ""
    return (
        f"{shape.structure.id} is {size:.3g} mm long; expected {SMALLEST_STRUCTURE_MM} to "
        f"{LARGEST_STRUCTURE_MM:.0f} mm: check the units"
    )


def _side(shape: Shape) -> str:
    structure = shape.structure
    x = float(centroid(structure)[0]) - shape.midline_x
    low, high = structure.surface.bounds[:, 0] - shape.midline_x
    if structure.side == "left" and x < -SIDE_DOUBT_MM:
        return f"{structure.id} is listed as left; its centre is {-x:.0f} mm right of the midline"
    if structure.side == "right" and x > SIDE_DOUBT_MM:
        return f"{structure.id} is listed as right; its centre is {x:.0f} mm left of the midline"
    if structure.side in ("mid", "both") and (low > SIDE_DOUBT_MM or high < -SIDE_DOUBT_MM):
        where = "left" if low > 0 else "right"
        return f"{structure.id} is listed as {structure.side}; all of it lies on the {where}"
    return ""


def centroid(structure: Structure) -> NDArray[np.float64]:
    """Return the area-weighted centre of a surface, (3,) world mm."""
    surface = structure.surface
    a, b, c = (surface.points[surface.triangles[:, i]] for i in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    total = float(area.sum())
    if total == 0.0:
        mean: NDArray[np.float64] = surface.bounds.mean(axis=0)
        return mean
    weighted: NDArray[np.float64] = (area[:, None] * (a + b + c)).sum(axis=0) / (3.0 * total)
    return weighted


CHECKS: tuple[tuple[str, str, Callable[[Shape], str]], ...] = (
    ("name", "block", _name),
    ("units", "warning", _units),
    ("closed", "warning", _open),
    ("winding", "warning", _winding),
    ("orientation", "warning", _inverted),
    ("volume", "info", _flat),
    ("duplicates", "warning", _duplicates),
    ("degenerate", "info", _degenerate),
    ("components", "info", _components),
    ("side", "warning", _side),
)
"""Name, severity and function of every check; a function returns "" or one sentence."""


def by_structure(findings: Iterable[Finding]) -> Mapping[str, list[Finding]]:
    """Group findings by structure id, order kept; "" holds those of the body as a whole."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.structure, []).append(finding)
    return grouped
