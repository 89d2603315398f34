"""The rows of many lines: all directions from one entry point, and the map of the whole skin.

Margins are 5 mm everywhere, as in the trial that set the goals. A limit is late, a reassuring
error, if it is deeper than the exact one by more than 1e-6 mm; that the exact one is exact the
campaigns show (`make test-long`). Peers that see fewer lines have their time carried forward.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from meshes.body import Body
from viewer.bench.jobs import TOLERANCE_MM, PeerFigure, Row, members
from viewer.bench.line_peers import Floats, Limits, LinePeer
from viewer.bench.sampled import merged
from viewer.bench.synthetic import inward_needles
from zones.cone import SafeCone, safe_cone
from zones.danger import DangerZone
from zones.depth_map import depth_map, spread_lines
from zones.grid import ZoneGrid, zone_grid

MARGIN_MM, RADIUS_MM, DEPTH_MM = 5.0, 0.15, 150.0
SPREAD_DEG = 20.0
FINE_MM = 2.0
GOAL_EXACT_MS, GOAL_PICTURE_MS, GOAL_MAP_MS, GOAL_GRID_MS = 45.0, 1.5, 800.0, 3000.0
N_ENTRIES = 9


def line_rows(
    body: Body, zones: Sequence[DangerZone], peers: Sequence[LinePeer], n_entries: int = N_ENTRIES,
    step_mm: float = FINE_MM,
) -> Iterator[Row]:  # fmt: skip
    """Yield the rows of the grid, of the directions (exact, and from the grid), and of the map."""
    from meshes.index.body_index import body_index

    index, margins = body_index(body), {zone.id: MARGIN_MM for zone in zones}
    asked = {"zones": zones, "margins": margins, "index": index}
    zone_grid(body, step_mm=40.0, **asked)  # compiled before the clock
    started = time.perf_counter()
    grid = zone_grid(body, step_mm=step_mm, **asked)
    taken = (time.perf_counter() - started) * 1e3
    nodes = sum(len(one.square) for one in grid.grids)
    yield Row(f"fill a grid of {step_mm:g} mm, {nodes:,} nodes, {body.id}", taken, {}, GOAL_GRID_MS)
    merged_ = merged([body.structures[i].surface for i in members(zones)])
    ready = [(peer, peer.prepare(merged_)) for peer in peers]
    entries = [needle.entry for needle in inward_needles(body, n_entries)]
    more = {**asked, "radius": RADIUS_MM, "max_depth": DEPTH_MM, "leaving": False}

    exact, times = [], []
    for entry in [entries[0], *entries]:  # the first once more: compiled before the clock
        found, ms = _timed(lambda entry=entry: safe_cone(body, entry, **more))
        exact.append(found)
        times.append(ms)
    exact, product = exact[1:], statistics.median(times[1:])
    lines = len(exact[0].directions)
    some = f"{lines:,} directions from one entry point, margin {MARGIN_MM:g} mm"
    figures = _figures(ready, exact, product)
    yield Row(f"{some}, exact, {body.id}", product, figures, GOAL_EXACT_MS)

    late, early, times = 0, [], []
    safe_cone(body, entries[0], grid=grid, **more)
    for entry, truth in zip(entries, exact, strict=True):
        found, ms = _timed(lambda entry=entry: safe_cone(body, entry, grid=grid, **more))
        times.append(ms)
        late += _late(found.limit_depth, truth.limit_depth)
        both = np.isfinite(truth.limit_depth)
        early.append(truth.limit_depth[both] - found.limit_depth[both])
    median = float(np.median(np.concatenate(early)))
    product = statistics.median(times)
    yield Row(
        f"{some}, certified from the grid, {median:.2g} mm early in the median, {body.id}",
        product, _figures(ready, exact, product), GOAL_PICTURE_MS, late, lines * len(entries),
    )  # fmt: skip
    yield _map_row(body, grid, more, ready)


def _map_row(
    body: Body, grid: ZoneGrid, more: dict[str, Any], ready: list[tuple[LinePeer, Limits]]
) -> Row:
    asked = {**more, "spread_deg": SPREAD_DEG}
    depth_map(body, vertices=[0, 1], grid=grid, **asked)
    found, product = _timed(lambda: depth_map(body, grid=grid, **asked))
    lines, _ = spread_lines(found.directions, SPREAD_DEG, 4)
    each = len(lines) // len(found.points)
    origins = np.repeat(found.points, each, axis=0)
    figures = {}
    for peer, limits in ready[:1]:
        _, ms = _timed(lambda limits=limits: limits(origins, lines, 0.0, DEPTH_MM))
        figures[peer.name] = PeerFigure(ms, ms / product, None)
    return Row(
        f"depth map, {len(found.points):,} points of the skin × {each} directions, margin "
        f"{MARGIN_MM:g} mm, certified from the grid, {body.id}",
        product, figures, GOAL_MAP_MS,
    )  # fmt: skip


def _figures(
    ready: Sequence[tuple[LinePeer, Limits]], exact: Sequence[SafeCone], product: float
) -> dict[str, PeerFigure]:
    figures = {}
    for peer, limits in ready:
        times, late = [], 0
        for cone in exact:
            lines: Floats = cone.directions
            every = max(1, len(lines) // peer.most)
            origins = np.repeat(cone.entry[None], len(lines[::every]), axis=0)
            if not times:
                limits(origins[:5], lines[:5], MARGIN_MM + RADIUS_MM, DEPTH_MM)
            found, ms = _timed(
                lambda lines=lines, every=every, origins=origins, limits=limits: limits(
                    origins, lines[::every], MARGIN_MM + RADIUS_MM, DEPTH_MM
                )
            )
            times.append(ms * len(lines) / len(origins))
            late += _late(found, cone.limit_depth[::every])
            if every > 1 and len(times) == 3:
                break
        figures[peer.name] = PeerFigure(
            statistics.median(times), statistics.median(times) / product, late
        )
    return figures


def _late(found: Floats, exact: Floats) -> int:
    return int(np.count_nonzero(found > exact + TOLERANCE_MM))


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    made = work()
    return made, (time.perf_counter() - started) * 1e3
