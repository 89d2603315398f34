"""Cones, maps and grids against brute force over all triangles: no limit later than the truth.

Every line is one query, every vertex of a map too: its limit must hold for any direction of its
cone. `make test-long` asks more than 300,000.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import MappingProxyType

import numpy as np
import pytest
from brute import first_reach, is_inside
from campaign import MARGIN, SEARCHED, Arena, made, reference, scene_of, zones_of
from tally import compared

from meshes.index.body_index import body_index
from zones.cone import safe_cone
from zones.danger import danger_zones
from zones.depth_map import depth_map
from zones.grid import zone_grid
from zones.uncertainty_draws import turned_about

LATE_MM = 1e-6
RADIUS = 0.15


def truth(here, entry, lines):
    """Latest allowed limit and earliest credible one of each line, from all triangles."""
    reach = MARGIN + RADIUS
    boxes = here.scene.bounds
    held = ((boxes[:, 0] <= entry) & (entry <= boxes[:, 1])).all(axis=1)
    closed = np.array(here.scene.closed)
    inside = any(is_inside(entry, here.scene.corners(k)) for k in np.flatnonzero(held & closed))
    if inside:
        return np.zeros(len(lines)), np.zeros(len(lines))
    found = np.full((len(lines), 2), np.inf)
    for i, line in enumerate(lines):
        near = here.scene.near_line(entry, line, SEARCHED, reach + 2e-7)
        if not near:
            continue
        corners = np.concatenate(list(near.values()))
        for j, slack in enumerate((-1e-9, 1e-7)):
            depth = first_reach(entry, line, SEARCHED, corners, reach + slack)
            found[i, j] = np.inf if depth is None else depth
    return found[:, 0], found[:, 1]


@cache
def grid_of(here, step):
    """A grid of 300 mm about the middle; what lies metres away is beyond it, on purpose."""
    index, middle = body_index(here.body), np.median(here.scene.soup.centroids, axis=1)
    box = np.concatenate([middle - 150.0, middle + 150.0])
    return index, zone_grid(here.body, here.zones, step_mm=step, box=box, index=index)


def entries(here, rng, count):
    """Anywhere, on surfaces, a hair off them, and far away."""
    corners = here.scene.soup.corners
    picked = corners[rng.integers(len(corners), size=count)]
    on = np.einsum("nk,nkc->nc", rng.dirichlet(np.ones(3), size=count), picked)
    spread = rng.choice([0.0, 1e-9, 1e-3, 3.0, 8.0, 40.0], size=(count, 1))
    return on + rng.normal(size=(count, 3)) * spread


def directions(here, rng, entry, count):
    """Random, along axes, and at corners of triangles grazed within the reach."""
    lines = rng.normal(size=(count, 3))
    aims = here.scene.soup.corners.reshape(-1, 3)
    aims = aims[rng.integers(len(aims), size=count // 2)] - entry
    aims += rng.normal(size=aims.shape) * rng.choice([0.0, 1e-6, 3.0, 5.15], size=(len(aims), 1))
    lines[: len(aims)] = aims
    lines[-3:] = np.eye(3) * rng.choice([-1, 1], size=(3, 1))
    sizes = np.linalg.norm(lines, axis=1)
    return lines[sizes > 1e-9]


def queries(here, seed, n_entries, n_lines, step):
    """Violations among exact limits and those of a grid, and how many lines were asked."""
    rng = np.random.default_rng(seed)
    index, grid = grid_of(here, step)
    wrong, asked, limited = [], 0, 0
    some = {"zones": here.zones, "radius": RADIUS, "index": index, "max_depth": SEARCHED,
            "normal": (0, 0, 1), "leaving": False}  # fmt: skip
    for entry in entries(here, rng, n_entries):
        lines = directions(here, rng, entry, n_lines)
        exact = safe_cone(here.body, entry, directions=lines, **some)
        quick = safe_cone(here.body, entry, directions=lines, grid=grid, **some)
        latest, earliest = truth(here, entry, exact.directions)
        limited += int((latest < np.inf).sum())
        for name, cone in (("exact", exact), ("grid", quick)):
            asked += len(lines)
            compared(f"limit depth of a cone, {name}", len(lines))
            late = cone.limit_depth > latest + LATE_MM
            wrong += [
                f"{name}: {entry.tolist()} {cone.directions[k].tolist()} limit "
                f"{cone.limit_depth[k]!r} is later than {latest[k]!r}"
                for k in np.flatnonzero(late)
            ]
        maybe = exact.limit_depth == 0.0  # what may be inside an open surface is early on purpose
        early = (exact.limit_depth < earliest - LATE_MM) & ~maybe
        wrong += [
            f"exact: {entry.tolist()} {exact.directions[k].tolist()} limit "
            f"{exact.limit_depth[k]!r} is before {earliest[k]!r}"
            for k in np.flatnonzero(early)
        ]
    return wrong, asked, limited


@cache
def under_the_skin() -> Arena:
    """The danger structures of the reference body: what a map of its skin is about."""
    here = reference()
    ids = sorted({i for zone in danger_zones(here.body) for i in zone.structures})
    inner = {i: here.body.structures[i] for i in ids}
    return Arena(
        here.body, zones_of(ids), scene_of(replace(here.body, structures=MappingProxyType(inner)))
    )


def map_queries(here, seed, count, spread):
    """Violations among a map's limits, exact and of a grid, and how many were limited."""
    rng = np.random.default_rng(seed)
    index, grid = grid_of(here, 4.0)
    vertices = rng.choice(len(here.body.skin.surface.points), count, replace=False)
    some = {
        "vertices": vertices, "tilt_deg": float(rng.uniform(0, 60)),
        "azimuth_deg": float(rng.uniform(0, 360)), "spread_deg": spread, "radius": RADIUS,
        "zones": here.zones, "index": index, "max_depth": SEARCHED, "leaving": False,
    }  # fmt: skip
    exact, quick = depth_map(here.body, **some), depth_map(here.body, grid=grid, **some)
    wrong, limited = [], 0
    for k in range(count):
        turns = np.radians(spread) * rng.uniform(-1, 1, (3, 2)) / np.sqrt(2)
        turns[0] = 0.0
        lines = turned_about(exact.directions[k], turns if spread else turns[:1])
        latest, earliest = (part.min() for part in truth(here, exact.points[k], lines))
        limited += int(latest < np.inf)
        for name, limit in (("exact", exact.limit_depth[k]), ("grid", quick.limit_depth[k])):
            compared(f"limit depth of a map, {name}", 1)
            if limit > latest + LATE_MM:
                wrong.append(f"{name}: vertex {vertices[k]} of {some} limit {limit!r} is later "
                             f"than {latest!r}")  # fmt: skip
        if spread == 0.0 and exact.limit_depth[k] < earliest - LATE_MM:
            wrong.append(f"vertex {vertices[k]} of {some} limit {exact.limit_depth[k]!r} is before "
                         f"{earliest!r}")  # fmt: skip
    return wrong, limited


@pytest.mark.parametrize(("spread", "count"), [(0.0, 12), (10.0, 6)])
def test_a_slice_of_the_map(spread, count):
    wrong, limited = map_queries(under_the_skin(), 12, count, spread)
    assert wrong == []
    assert limited >= count // 3


@pytest.mark.long
@pytest.mark.parametrize("seed", range(8))
def test_maps_of_the_reference_body(seed):
    spread = (0.0, 5.0, 15.0, 30.0)[seed % 4]
    wrong, limited = map_queries(under_the_skin(), 300 + seed, 250, spread)
    assert wrong == []
    assert limited > 80


def test_a_slice_of_the_campaign():
    wrong, asked, limited = queries(made(), 11, 10, 24, 4.0)
    assert wrong == []
    assert asked > 400
    assert limited > 60


@pytest.mark.long
@pytest.mark.parametrize("seed", range(24))
def test_lines_among_boxes_balls_and_damage(seed):
    wrong, asked, _ = queries(made(), 100 + seed, 60, 110, (2.0, 4.0, 8.0)[seed % 3])
    assert wrong == []
    assert asked > 13_000


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_lines_in_the_reference_body(seed):
    wrong, asked, _ = queries(reference(), 200 + seed, 12, 110, 4.0)
    assert wrong == []
    assert asked > 2_500
