"""Every point on every variant through the breath: what an instructor can print.

For each point the stored approach to the deep end of its band is measured on every variant at every
sampled phase, exactly; a case is one variant at one phase. Between phases nothing is claimed here:
`zones.breathing.with_breath` bounds that for a single needle.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from meshes.body import Body
from meshes.io.whole_file import whole_file
from zones.breath_phases import Breath, breath_of, carried
from zones.breathing_table import breath_table
from zones.clearance import ZoneMeasures, measure_zones, zone_rows
from zones.danger import danger_zones
from zones.limits import SEARCHED_LENGTH_MM
from zones.needle import Needle
from zones.point_catalogue import point_catalogue
from zones.points import NOT_RECOMMENDED
from zones.points_kept import FoundPoint, found_points, rules_hash
from zones.progress import Cancelled, never, stop_if

FORMAT = 1
"""Raise it when a column changes its meaning: kept tables are then made again."""
SCHEMA = "needlewise/points-variants/1"
MOST_NEAREST = 3

Report = Callable[[str], None]


@dataclass(frozen=True)
class Near:
    """A zone at its least clearance over the cases, mm, and where that was."""

    zone: str
    clearance: float
    variant: str
    phase: float | None


@dataclass(frozen=True)
class PointOnVariants:
    """One point on one side over all cases.

    ``variants`` it could be placed on, ``over_muscle`` those on which it lies over its muscle,
    ``missing`` the reasons of the others by variant. ``band`` is the widest over the variants,
    ``limit_least`` the least limit depth over the cases (``None``: beyond the searched length
    everywhere). ``breaches`` and ``within`` count the cases in which the band's deep end breaches a
    zone, or keeps no margin; ``unassessed`` are zones not assessed on some variant. ``pleura`` is
    the nearest row of the pleura, whichever zones lie nearer.
    """

    id: str
    side: str
    variants: tuple[str, ...]
    over_muscle: tuple[str, ...]
    missing: Mapping[str, str]
    band: tuple[float, float] | None
    limit_least: float | None
    cases: int
    breaches: int
    within: int
    nearest: tuple[Near, ...]
    pleura: Near | None
    unassessed: tuple[str, ...]

    @property
    def breach_share(self) -> float | None:
        """Share of the cases in which the band's deep end breaches; ``None`` without a case."""
        return self.breaches / self.cases if self.cases else None


@dataclass(frozen=True)
class VariantTable:
    """The rows, with the bodies and phases they were measured on."""

    bodies: tuple[tuple[str, str, str], ...]
    """(variant, body id, content hash)."""
    phases: tuple[float, ...]
    rows: tuple[PointOnVariants, ...]

    def document(self) -> dict[str, Any]:
        """Return the table as JSON values; mm, shares as fractions."""
        return {
            "schema": SCHEMA,
            "bodies": [{"variant": v, "id": i, "hash": h} for v, i, h in self.bodies],
            "phases": list(self.phases),
            "points": [{**asdict(row), "breach_share": row.breach_share} for row in self.rows],
        }


def variant_table(
    bodies: Mapping[str, Callable[[], Body]],
    cache_dir: Path | None = None,
    *,
    report: Report = lambda _: None,
    cancelled: Cancelled = never,
) -> VariantTable:
    """Measure every point on every body given.

    Parameters
    ----------
    bodies
        By variant: a function that opens it, so that one body at a time is held.
    cache_dir
        Where each variant's part is kept; default ``point_tables`` in the user's cache folder.
    report
        Told each variant as it begins.
    """
    parts: dict[str, dict[str, Any]] = {}
    for variant, opened in bodies.items():
        stop_if(cancelled)
        report(variant)
        body = opened()
        parts[variant] = _kept_part(body, cache_dir, cancelled)
    about = tuple((v, str(part["id"]), str(part["hash"])) for v, part in parts.items())
    rows = []
    for key, point in point_catalogue().points.items():
        for side in point.sides:
            cells = {v: part["points"][f"{key} {side}"] for v, part in parts.items()}
            rows.append(_row(key, side, cells))
    return VariantTable(about, breath_table().phases, tuple(rows))


# ---- one variant ---------------------------------------------------------------------------------


def _kept_part(body: Body, cache_dir: Path | None, cancelled: Cancelled) -> dict[str, Any]:
    if cache_dir is None:
        from meshes.packs.store import cache_dir as user_cache  # the store reads bodies

        cache_dir = user_cache() / "point_tables"
    path = cache_dir / f"{_part_hash(body)[:40]}.json"
    with contextlib.suppress(OSError, ValueError):
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return kept
    part = {
        "id": body.id,
        "hash": body.content_hash,
        "points": {f"{k} {s}": cell for (k, s), cell in _cells(body, cancelled)},
    }
    with contextlib.suppress(OSError):  # a disk that refuses costs time, not the answer
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as stream:
            json.dump(part, stream)
    return part


def _part_hash(body: Body) -> str:
    digest = hashlib.sha256(f"{FORMAT}\n{body.id}\n{body.content_hash}\n".encode())
    digest.update(f"{body.posture}\n{rules_hash()}".encode())
    for name in ("danger_zones.toml", "breathing.toml"):
        digest.update(files("zones").joinpath(f"data/{name}").read_bytes())
    return digest.hexdigest()


def _cells(body: Body, cancelled: Cancelled) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    breath = breath_of(body, cancelled)
    for key, found in found_points(body).items():
        stop_if(cancelled)
        yield key, _cell(body, breath, found)


def _cell(body: Body, breath: Breath | None, found: FoundPoint) -> dict[str, Any]:
    one = found.resolved
    cell: dict[str, Any] = {
        "reason": one.reason, "on_body": one.on_body, "over_muscle": one.over_muscle,
        "band": one.depth_band, "cases": [],
    }  # fmt: skip
    if one.needle is not None and one.reason != NOT_RECOMMENDED:
        zones = danger_zones(body)
        cell["unassessed"] = [z.id for z in zones if not z.structures or not z.complete]
        cell["cases"] = [
            _case(phase, measured, [zones[i].id for i in present], rows_margins)
            for phase, measured, present, rows_margins in _measured(body, breath, one.needle)
        ]
    return cell


def _measured(
    body: Body, breath: Breath | None, needle: Needle
) -> Iterator[tuple[float | None, ZoneMeasures, Sequence[int], Any]]:
    """The needle at every phase of the breath; on a body that stands still as it is."""
    from meshes.index.body_index import body_index  # compiles: not at import

    zones = danger_zones(body)
    if breath is None:
        index = body_index(body)
        rows = zone_rows(index, zones)
        yield (
            None,
            measure_zones(index, rows, needle, SEARCHED_LENGTH_MM),
            rows.present,
            rows.margins,
        )
        return
    for phase in breath.phases:
        rows = zone_rows(phase.index, zones)
        riding = carried(breath, needle, phase)
        found = measure_zones(phase.index, rows, riding, SEARCHED_LENGTH_MM)
        yield phase.phase, found, rows.present, rows.margins


def _case(
    phase: float | None, found: ZoneMeasures, ids: Sequence[str], margins: Any
) -> dict[str, Any]:
    order = np.argsort(found.clearance)
    named = [int(i) for i in order[:MOST_NEAREST]]
    pleura = [int(i) for i in order if ids[int(i)].startswith(point_catalogue().always_named)]
    limit = float(found.limit.min(initial=np.inf))
    return {
        "phase": phase,
        "limit": limit if np.isfinite(limit) else None,
        "breach": bool((found.clearance <= 0.0).any()),
        "within": bool((found.clearance < margins).any()),
        "nearest": [[ids[i], float(found.clearance[i])] for i in named],
        "pleura": [[ids[i], float(found.clearance[i])] for i in pleura[:1]],
    }


# ---- over the variants ---------------------------------------------------------------------------


def _row(key: str, side: str, cells: Mapping[str, dict[str, Any]]) -> PointOnVariants:
    cases = [(v, case) for v, cell in cells.items() for case in cell["cases"]]
    bands = [cell["band"] for cell in cells.values() if cell["band"]]
    limits = [case["limit"] for _, case in cases if case["limit"] is not None]
    unassessed = {z for cell in cells.values() for z in cell.get("unassessed", ())}
    return PointOnVariants(
        id=key,
        side=side,
        variants=tuple(v for v, cell in cells.items() if cell["on_body"]),
        over_muscle=tuple(v for v, cell in cells.items() if cell["over_muscle"]),
        missing={v: cell["reason"] for v, cell in cells.items() if cell["reason"]},
        band=(min(b[0] for b in bands), max(b[1] for b in bands)) if bands else None,
        limit_least=min(limits, default=None),
        cases=len(cases),
        breaches=sum(case["breach"] for _, case in cases),
        within=sum(case["within"] for _, case in cases),
        nearest=_least(cases, "nearest")[:MOST_NEAREST],
        pleura=next(iter(_least(cases, "pleura")), None),
        unassessed=tuple(sorted(unassessed)),
    )


def _least(cases: Sequence[tuple[str, dict[str, Any]]], group: str) -> tuple[Near, ...]:
    """Each zone of a group at its least clearance, nearest first."""
    least: dict[str, Near] = {}
    for variant, case in cases:
        for zone, clearance in case[group]:
            if zone not in least or clearance < least[zone].clearance:
                least[zone] = Near(zone, clearance, variant, case["phase"])
    return tuple(sorted(least.values(), key=lambda near: near.clearance))
