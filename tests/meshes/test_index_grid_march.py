"""`meshes.index.grid_march`: what a line claims to be clear is, by closed form; shared-out work."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solids import ball_arrays, index_of, slab_arrays, structure

from meshes.index import grid_march as gm
from meshes.index.distance_grid import CHUNK_LINES, cast_lines, distance_grid
from meshes.index.in_turn import in_turn
from meshes.index.turned import turned, turned_about_each

REACH = 5.15


def first_within(points, offsets, lines, reach, widen):
    """Depth where each line comes within reach + widen t of any of some points: quadratics."""
    best = np.full(len(lines), np.inf)
    for y in points:
        b, c = 2.0 * ((offsets - y) * lines).sum(1), ((offsets - y) ** 2).sum(1)
        a, b, c = 1.0 - widen**2, b - 2.0 * reach * widen, c - reach**2
        inner = b * b - 4.0 * a * c
        with np.errstate(invalid="ignore"):
            t = 2.0 * c / (-b + np.sqrt(inner))
        hit = (inner >= 0.0) & (t >= 0.0)
        best = np.where(hit, np.minimum(best, t), best)
    return best


def to_points(points, places):
    return np.sqrt(((places[:, None] - points[None]) ** 2).sum(-1)).min(axis=1)


def advanced(points, offsets, lines, ways, reach, widen):
    """One decision about lines that stand at depth 0 and look ``ways`` ahead, from exact bounds."""
    n = len(lines)
    places, bounds = np.zeros(gm.PLACES * gm.ROOM), np.zeros(gm.BOUNDS * gm.ROOM, np.float32)
    rows = {gm.WAY: ways, gm.WIDEN: np.full(n, widen)}
    start = to_points(points, offsets)
    rows[gm.SQUARE], rows[gm.FREE] = below(start**2), below(start - reach)
    rows[gm.BOUND] = below(to_points(points, offsets + bounds_of(ways)[:, None] * lines))
    for row, values in rows.items():
        bounds[row : row + n] = values
    places[gm.END : gm.END + n] = 1e6
    gm.decide(n, places, bounds, reach, 0.0)
    return places[gm.TIME : gm.TIME + n], bounds[gm.WAY : gm.WAY + n].astype(float)


def below(values):
    """The next float32 below."""
    return np.nextafter(values.astype(np.float32), np.float32(-np.inf))


def bounds_of(ways):
    """The ways as the kernel has them."""
    return ways.astype(np.float32).astype(float)


@settings(max_examples=120, deadline=None)
@given(
    st.integers(0, 2**31), st.integers(1, 6), st.sampled_from([0.0, 0.02, 0.3]),
    st.sampled_from([0.5, 5.0, 20.0]),
)  # fmt: skip
def test_what_two_bounds_clear_is_clear(seed, n_points, widen, reach):
    rng = np.random.default_rng(seed)
    points = rng.normal(0.0, 30.0, (n_points, 3))
    offsets = rng.normal(0.0, 30.0, (400, 3))
    lines = rng.normal(size=(400, 3))
    lines /= np.linalg.norm(lines, axis=1, keepdims=True)
    out = to_points(points, offsets) > reach + 0.01
    offsets, lines = offsets[out], lines[out]
    ways = bounds_of(rng.uniform(0.01, 90.0, len(lines)))
    gone, following = advanced(points, offsets, lines, ways, reach, widen)
    truth = first_within(points, offsets, lines, reach, widen)
    went = gone > 0.0
    assert (gone[went] == ways[went]).all()
    assert (gone <= truth).all()  # nothing lies on the way of those that went all of it
    assert (following[~went] <= truth[~went]).all()  # nor on what is left of the others'
    assert (following[~went] < ways[~went]).all()


def test_of_a_single_point_two_bounds_tell_the_very_depth():
    rng = np.random.default_rng(5)
    lines = rng.normal(size=(500, 3)) * 0.15 + np.array([0.0, 0.0, 1.0])
    lines /= np.linalg.norm(lines, axis=1, keepdims=True)
    point = np.array([[0.0, 0.0, 40.0]])
    offsets, ways = np.zeros((500, 3)), bounds_of(rng.uniform(38.0, 60.0, 500))
    truth = first_within(point, offsets, lines, REACH, 0.0)
    gone, following = advanced(point, offsets, lines, ways, REACH, 0.0)
    met = np.isfinite(truth) & (gone == 0.0)
    assert met.sum() > 100
    steep = met & (truth < 36.0)  # where a grazing line meets it, a hair decides
    assert (truth - following)[steep].max() < 0.02
    assert (following <= truth)[met].all()


@pytest.mark.parametrize("gap", [1e-7, 1e-6, 1e-5, 1e-4, 1e-3])
def test_rounding_hides_no_line_that_only_grazes_the_reach(gap):
    rng = np.random.default_rng(6)
    along = rng.uniform(5.0, 80.0, 1000)
    aside = REACH - gap
    offsets = np.stack([aside * np.ones(1000), 0 * along, -along], axis=1)
    lines = np.tile([0.0, 0.0, 1.0], (1000, 1))
    ways = bounds_of(along * rng.uniform(1.0, 2.0, 1000) + 1.0)
    point = np.zeros((1, 3))
    truth = first_within(point, offsets, lines, REACH, 0.0)
    assert np.isfinite(truth).all()
    gone, following = advanced(point, offsets, lines, ways, REACH, 0.0)
    assert (gone == 0.0).all()
    assert (following <= truth).all()


def ball_and_grid(step=2.0):
    index = index_of(
        structure("ball", ball_arrays(15.0, (0, 0, 0), rings=12)),
        structure("slab", slab_arrays((-40, -40, 30), (40, 40, 31))),
    )
    return index, distance_grid(index, index.every_row, step, 5.0, 5.5)


def test_beyond_the_grid_a_structure_that_it_does_not_cover_is_not_forgotten():
    index = index_of(
        structure("ball", ball_arrays(15.0, (0, 0, 0), rings=12)),
        structure("far", ball_arrays(8.0, (0, 300, 0), rings=8)),
    )
    box = np.array([-30.0, -30, -30, 30, 30, 30])
    grid = distance_grid(index, index.every_row, 2.0, 5.0, 5.5, box=box)
    rng = np.random.default_rng(2)
    around = np.array([0.0, 300, 0]) + rng.normal(0.0, 20.0, (500, 3))
    points = np.concatenate([around, rng.uniform(-400, 400, (500, 3))])
    truth = np.array([index.nearest(p)[0].min() for p in points])
    assert (grid.bounds(points) <= truth).all()


def cast(index, grid, origins, stops, lines, depth=150.0, **more):
    limit, owner = np.full(len(lines), np.inf), np.full(len(lines), -1, np.int64)
    cast_lines([grid], index.every_row, [REACH], origins, stops, lines, depth, limit, owner, **more)
    return limit, owner


def some_lines(n, seed=3):
    lines = np.random.default_rng(seed).normal(size=(n, 3))
    return lines / np.linalg.norm(lines, axis=1, keepdims=True)


@pytest.mark.parametrize("size", [1, 2, 7, 64, 900])
def test_however_lines_are_bundled_none_is_late(size):
    index, grid = ball_and_grid()
    n = 900
    lines, origin = some_lines(n), np.array([25.0, -10.0, 5.0])
    lines[1] = -lines[0]  # a beam without a middle
    stops = np.append(np.arange(size, n, size), n)
    limit, owner = cast(index, grid, np.repeat(origin[None], len(stops), 0), stops, lines)
    truth = np.array([index.first_reach(origin, u, 150.0, REACH).min() for u in lines])
    assert (limit <= truth + 1e-9).all()
    assert (np.isfinite(limit) == (owner >= 0)).all()
    assert np.median(truth[np.isfinite(truth)] - limit[np.isfinite(truth)]) < 0.5


def test_a_bundle_larger_than_the_working_memory_is_followed_in_pieces():
    index, grid = ball_and_grid()
    n = 2 * CHUNK_LINES + 77
    lines, origin = some_lines(n + 5), np.array([[25.0, -10.0, 5.0]])
    stops = np.array([n, n + 5])
    alone, _ = cast(index, grid, np.repeat(origin, n + 5, 0), np.arange(1, n + 6), lines)
    limit, owner = cast(index, grid, origin[[0, 0]], stops, lines, shared=True)
    assert (limit[:n] == limit[0]).all()
    assert (owner[:n] == owner[0]).all()
    assert limit[0] == pytest.approx(alone[:n].min(), abs=0.05)
    assert limit[-1] == pytest.approx(alone[n:].min(), abs=0.05)


def test_a_reach_met_at_the_very_end_is_not_missed_and_none_beyond_is_told():
    index, grid = ball_and_grid()
    origin, lines = np.array([[0.0, 0.0, -80.0]]), np.array([[0.0, 0.0, 1.0]])
    one = np.array([1])
    exact = float(index.first_reach(origin[0], lines[0], 150.0, REACH).min())
    limit, _ = cast(index, grid, origin, one, lines, depth=exact)
    assert limit[0] <= exact
    for depth in np.linspace(exact - 2.0, exact + 2.0, 41):
        limit, _ = cast(index, grid, origin, one, lines, depth=float(depth))
        assert limit[0] <= depth or limit[0] == np.inf
        assert limit[0] < np.inf or depth < exact


def test_turned_directions_are_unit_and_those_of_their_frame():
    rng = np.random.default_rng(1)
    offsets = some_lines(61)
    frames = np.array([np.linalg.qr(rng.normal(size=(3, 3)))[0] for _ in range(40)])
    made = np.empty((40 * 61, 3))
    zero, quarter, middle = (np.ascontiguousarray(frames[:, i]) for i in range(3))
    turned_about_each(offsets, zero, quarter, middle, made)
    assert np.abs(np.linalg.norm(made, axis=1) - 1.0).max() <= 3e-16
    wanted = np.einsum("kj,njc->nkc", offsets, frames).reshape(-1, 3)
    assert np.abs(made - wanted).max() < 1e-15
    alone = np.empty((61, 3))
    turned(offsets, frames[7], alone)
    assert (alone == made[7 * 61 : 8 * 61]).all()


def test_every_item_is_done_once_and_the_share_only_rises():
    done, shares = [], []

    def work(item):
        time.sleep(0.001)
        done.append(item)

    in_turn(work, range(40), 4, shares.append)
    assert sorted(done) == list(range(40))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    in_turn(work, [], 4, shares.append)


def test_a_failure_in_any_thread_is_raised_once_the_others_have_ended():
    busy, begun, lock = [0], [0], threading.Lock()

    def work(item):
        with lock:
            busy[0] += 1
            begun[0] += 1
        time.sleep(0.002)
        with lock:
            busy[0] -= 1
        if item == 11:
            raise ValueError("eleven")

    for threads in (1, 3):
        with pytest.raises(ValueError, match="eleven"):
            in_turn(work, range(1000), threads)
        assert busy[0] == 0
    assert begun[0] < 40
