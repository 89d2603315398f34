"""`zones.grid`: never later than exact, never earlier than stated, anywhere, by any route."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import egg_body
from solids import ball_arrays, body_of, index_of, pipe_arrays, slab_arrays, structure, zone

from meshes.index.body_index import body_index
from meshes.index.distance_grid import distance_grid
from zones.cone import safe_cone
from zones.depth_map import depth_map
from zones.grid import MOST_GRIDS, GridError, zone_grid
from zones.progress import CancelledError

ZONES = (
    zone("parietal_pleura_left", "lung_left", margin=10.0),
    zone("parietal_pleura_right", "lung_right", margin=10.0),
    zone("heart", margin=5.0),
    zone("rib_5_left", margin=0.0),
)
LATE_MM = 1e-9


@cache
def eggs(step=4.0):
    body = egg_body()
    index = body_index(body)
    return body, index, zone_grid(body, ZONES, step_mm=step, index=index)


@cache
def mixed():
    """Surfaces a grid has trouble with: thin, tiny, near each other, and far beyond its box."""
    ball = structure("ball", ball_arrays(15.0, (0, 0, 0), rings=12))
    slab = structure("slab", slab_arrays((-40, -40, 30), (40, 40, 30.2)))
    speck = structure("speck", slab_arrays((20, 20, 20), (20.01, 20.01, 20.01)))
    pipe = structure("pipe", pipe_arrays(1.5, 60.0), closed=False)
    far = structure("far", ball_arrays(8.0, (0, 400, 0), rings=8))
    parts = (ball, slab, speck, pipe, far)
    return body_of(*parts), index_of(*parts)


@pytest.mark.parametrize("step", [1.5, 3.0, 6.0])
@pytest.mark.parametrize("band", [(0.0, 0.5), (5.0, 5.5), (12.0, 30.0)])
def test_no_bound_exceeds_the_distance_inside_or_outside_the_box(step, band):
    _, index = mixed()
    rows = index.every_row
    grid = distance_grid(index, rows, step, *band)
    rng = np.random.default_rng(7)
    inside = rng.uniform(-60, 60, (1500, 3))
    outside = rng.uniform(-900, 900, (500, 3))
    nodes = grid.origin + rng.integers(0, grid.shape, (200, 3)) * grid.step
    points = np.concatenate([inside, outside, nodes, nodes + 1e-13, nodes - 0.5 * step])
    truth = np.array([index.nearest(p)[0].min() for p in points])
    bounds = grid.bounds(points)
    assert (bounds <= truth).all()
    fine = (truth > band[0]) & (truth < band[1])
    assert (truth - bounds)[fine].max(initial=0.0) <= grid.early_mm


@pytest.mark.parametrize("box", [(-20, -20, -20, 30, 25, 40), (-5, -5, -5, 5, 5, 5)])
def test_a_grid_smaller_than_the_structures_is_valid_beyond_it(box):
    _, index = mixed()
    grid = distance_grid(index, index.every_row, 2.0, 5.0, 5.5, box=np.array(box, float))
    points = np.random.default_rng(8).uniform(-450, 450, (3000, 3))
    truth = np.array([index.nearest(p)[0].min() for p in points])
    assert (grid.bounds(points) <= truth).all()


@pytest.mark.parametrize("step", [3.0, 4.0, 8.0])
def test_a_cone_from_a_grid_is_never_late_and_as_early_as_stated(step):
    body, index, grid = eggs(step)
    rng = np.random.default_rng(3)
    points = body.skin.surface.points
    early = []
    for entry in points[rng.permutation(len(points))[:6]]:
        some = {"zones": ZONES, "index": index, "side": 31}
        exact = safe_cone(body, entry, **some)
        quick = safe_cone(body, entry, grid=grid, **some)
        assert not quick.exact
        assert quick.early_margin == grid.early_margin
        assert (quick.limit_depth <= exact.limit_depth + LATE_MM).all()
        wider = {z.id: z.margin_mm + grid.early_margin for z in ZONES}
        earliest = safe_cone(body, entry, margins=wider, **some)
        assert (quick.limit_depth >= earliest.limit_depth - LATE_MM).all()
        both = np.isfinite(exact.limit_depth)
        early += (exact.limit_depth[both] - quick.limit_depth[both]).tolist()
    assert np.median(early) < 0.25 * step**2 / 2.0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.floats(0.0, 0.4), st.floats(0.0, 0.2), st.booleans())
def test_lines_anywhere_are_never_late(seed, radius, widen, shared):
    body, index, grid = eggs()
    from zones.grid import stopped_by_grid
    from zones.progress import ignore, never
    from zones.zone_reach import stopped, zone_reach

    rng = np.random.default_rng(seed)
    origins = rng.uniform(-260, 260, (12, 3))
    origins[:4] = body.skin.surface.points[rng.integers(0, 3000, 4)]
    lines = rng.normal(size=(96, 3))
    lines[::7] = np.eye(3)[rng.integers(0, 3, len(lines[::7]))]
    lines /= np.linalg.norm(lines, axis=1, keepdims=True)
    stops = np.arange(8, 97, 8)
    prepared = zone_reach(index, ZONES, radius)
    more = {"widen": widen, "shared": shared, "cancelled": never, "progress": ignore}
    exact, _ = stopped(prepared, origins, stops, lines, 250.0, **more)
    quick, owner = stopped_by_grid(prepared, grid, origins, stops, lines, 250.0, **more)
    assert (quick <= exact + LATE_MM).all()
    assert ((owner >= 0) == np.isfinite(quick)).all()


def test_a_map_from_a_grid_is_never_late():
    body, index, grid = eggs()
    for more in ({}, {"tilt_deg": 40.0, "azimuth_deg": 20.0}, {"spread_deg": 10.0}):
        exact = depth_map(body, zones=ZONES, index=index, **more)
        quick = depth_map(body, zones=ZONES, index=index, grid=grid, leaving=False, **more)
        assert (quick.limit_depth <= exact.limit_depth + LATE_MM).all()
        assert np.isnan(quick.leaves_at).all()
        assert not quick.exact
        same = quick.limiting_zone == exact.limiting_zone
        assert same[np.isfinite(exact.limit_depth)].mean() > 0.9


def test_an_entry_inside_stays_nought():
    body, index, grid = eggs()
    quick = safe_cone(body, (70, 0, 20), zones=ZONES, index=index, grid=grid, side=9)
    assert (quick.limit_depth == 0.0).all()


def test_more_margins_than_grids_only_make_it_earlier():
    rng = np.random.default_rng(1)
    balls = [structure(f"b{i}", ball_arrays(4.0, c, rings=6))
             for i, c in enumerate(rng.uniform(-40, 40, (12, 3)))]  # fmt: skip
    body, index = body_of(*balls), index_of(*balls)
    zones = [zone(b.id, margin=2.0 + 0.3 * i) for i, b in enumerate(balls)]
    grid = zone_grid(body, zones, step_mm=3.0, index=index)
    assert len(grid.grids) == MOST_GRIDS
    assert 0.0 < grid.shared_mm < 1.3
    some = {"zones": zones, "index": index, "side": 25, "normal": (0, 0, -1.0)}
    exact = safe_cone(body, (0, 0, 80), **some)
    quick = safe_cone(body, (0, 0, 80), grid=grid, **some)
    assert (quick.limit_depth <= exact.limit_depth + LATE_MM).all()
    wider = {z.id: z.margin_mm + grid.early_margin for z in zones}
    earliest = safe_cone(body, (0, 0, 80), margins=wider, **some)
    assert (quick.limit_depth >= earliest.limit_depth - LATE_MM).all()


def test_a_grid_of_something_else_is_refused():
    body, index, grid = eggs()
    some = {"index": index, "grid": grid, "side": 5}
    with pytest.raises(GridError):
        safe_cone(body, (30, 99, 20), zones=ZONES, margins={"heart": 6.0}, **some)
    with pytest.raises(GridError):
        safe_cone(body, (30, 99, 20), zones=ZONES[:2], **some)
    with pytest.raises(GridError):
        zone_grid(body, ZONES, step_mm=0.0, index=index)


def test_without_structures_there_is_nothing_to_fill():
    body, index, _ = eggs()
    grid = zone_grid(body, [zone()], index=index)
    quick = safe_cone(body, (30, 99, 20), zones=[zone()], index=index, grid=grid, side=5)
    assert quick.not_assessed == ("absent",)
    assert (quick.state == 3).all()


def test_filling_can_be_stopped_and_says_how_far_it_is():
    body, index, _ = eggs()
    shares: list[float] = []
    zone_grid(body, ZONES, step_mm=8.0, index=index, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    with pytest.raises(CancelledError):
        zone_grid(body, ZONES, step_mm=8.0, index=index, cancelled=lambda: True)
