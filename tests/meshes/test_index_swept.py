"""Triangles on their way past an axis: closed forms, and every moment in between looked at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshes.index.swept import swept_distance, swept_reach
from meshes.index.triangle import axis_triangle, reach_depth

UP = np.array([0.0, 0.0, 1.0])
UP.flags.writeable = False
STILL = np.zeros((2, 3))
ONE = np.array([[0, 1, 2]], np.int32)
ONE.flags.writeable = False


def frozen(rows):
    """As the points of a surface are: the kernels are compiled for these."""
    array = np.array(rows)
    array.flags.writeable = False
    return array


def point(x, y, z):
    """A triangle that is one point."""
    return frozen([[x, y, z]] * 3)


def test_a_point_that_passes_between_two_looks_is_seen():
    """It is 40 mm away before and after, and 3 mm half-way: only the way between tells."""
    start, stop = point(-40.0, 3.0, 5.0), point(40.0, 3.0, 5.0)
    found = swept_distance(start, stop, ONE, np.zeros(3), STILL, UP, 10.0, np.inf, 0.01)
    assert 3.0 - 0.011 <= found <= 3.0
    reached = swept_reach(start, stop, ONE, np.zeros(3), STILL, UP, 10.0, 5.0, np.inf, 0.01)
    assert 1.0 - 0.03 <= reached <= 1.0  # 5 mm from it: 3 mm aside, 4 mm before z = 5
    assert swept_reach(start, stop, ONE, np.zeros(3), STILL, UP, 10.0, 2.9, np.inf, 0.01) == np.inf


def test_a_wall_that_slides_along_itself_comes_no_nearer():
    """What the longest way alone would call 8 mm nearer."""
    xy = np.stack(np.meshgrid(np.arange(-60.0, 61, 5), np.arange(-60.0, 61, 5)), -1).reshape(-1, 2)
    wall = np.column_stack([xy, np.full(len(xy), 30.0)])
    n, rows = 25, []
    for i in range(n - 1):
        for j in range(n - 1):
            a = i * n + j
            rows += [[a, a + 1, a + n], [a + 1, a + n + 1, a + n]]
    triangles = frozen(np.array(rows, np.int32))
    wall, slid = frozen(wall), frozen(wall + [16.0, 0, 0])
    found = swept_distance(
        wall, slid, triangles, np.zeros(len(wall)), STILL, UP, 20.0, np.inf, 0.05
    )
    assert 10.0 - 0.051 <= found <= 10.0
    reached = swept_reach(
        wall,
        wall + [16.0, 0, 0],
        triangles,
        np.zeros(len(wall)),
        STILL,
        UP,
        60.0,
        10.0,
        np.inf,
        0.05,
    )
    assert 20.0 - 0.11 <= reached <= 20.0


def test_what_strays_is_taken_off():
    start = point(7.0, 0.0, 5.0)
    stray = np.array([0.0, 1.5, 0.0])
    assert swept_distance(start, start, ONE, stray, STILL, UP, 10.0, np.inf, 0.01) == pytest.approx(
        5.5
    )
    assert swept_reach(start, start, ONE, stray, STILL, UP, 10.0, 5.4, np.inf, 0.01) == np.inf
    assert swept_reach(start, start, ONE, stray, STILL, UP, 10.0, 5.6, np.inf, 0.01) < 5.0


coordinate = st.floats(-30, 30, allow_nan=False)
shape = st.lists(st.tuples(coordinate, coordinate, coordinate), min_size=3, max_size=3)


@settings(max_examples=150, deadline=None)
@given(shape, shape, st.floats(0, 25), st.floats(0.1, 12), st.integers(0, 2**31))
def test_no_moment_is_nearer_or_earlier_than_told_and_what_is_told_is_near(
    before, after, length, radius, seed
):
    start, stop = frozen(before), frozen(after)
    axis = np.random.default_rng(seed).normal(size=3)
    axis = frozen(axis / np.linalg.norm(axis))
    tolerance = 0.05
    told = swept_distance(start, stop, ONE, np.zeros(3), STILL, axis, length, np.inf, tolerance)
    early = swept_reach(
        start, stop, ONE, np.zeros(3), STILL, axis, length, radius, np.inf, tolerance
    )
    shares = np.linspace(0, 1, 201)
    tri = np.array([(start + s * (stop - start)).ravel() for s in shares])
    true = [np.sqrt(axis_triangle(0, 0, 0, *axis, length, tri, i)[0]) for i in range(len(tri))]
    step = np.linalg.norm(stop - start, axis=1).max() / 400  # between two looks
    assert told <= min(true) + 1e-9
    assert told >= min(true) - tolerance - step - 1e-6
    depths = [reach_depth(0, 0, 0, *axis, 0.0, length, radius + 1e-9, 1e-12, tri, i)
              for i in range(len(tri))]  # fmt: skip
    assert early <= min(depths) + 1e-6
    wider = [reach_depth(0, 0, 0, *axis, 0.0, length, radius + 2 * tolerance + step + 1e-6, 1e-12,
                         tri, i) for i in range(len(tri))]  # fmt: skip
    assert early >= min(wider) - 1e-6


@settings(max_examples=50, deadline=None)
@given(shape, shape, st.floats(0, 10), st.floats(0, 20))
def test_what_is_known_already_is_never_told_farther(before, after, known, depth):
    start, stop = frozen(before), frozen(after)
    free = swept_distance(start, stop, ONE, np.zeros(3), STILL, UP, 20.0, np.inf, 0.05)
    bound = swept_distance(start, stop, ONE, np.zeros(3), STILL, UP, 20.0, known, 0.05)
    assert bound <= known
    assert bound == pytest.approx(min(free, known), abs=0.051)
    assert swept_reach(start, stop, ONE, np.zeros(3), STILL, UP, 20.0, 3.0, depth, 0.05) <= depth


@settings(max_examples=50, deadline=None)
@given(shape, shape, st.tuples(coordinate, coordinate, coordinate), coordinate)
def test_only_what_moves_against_the_needle_counts(before, after, ride, along):
    """A needle that rides along measures what it would with everything else moving back."""
    start, stop = frozen(before), frozen(after)
    origins = np.array([(1.0, along, 2.0), np.array((1.0, along, 2.0)) + ride])
    riding = swept_distance(start, stop, ONE, np.zeros(3), origins, UP, 20.0, np.inf, 0.01)
    moved = frozen(start - origins[0]), frozen(stop - origins[1])
    seen = swept_distance(*moved, ONE, np.zeros(3), STILL, UP, 20.0, np.inf, 0.01)
    assert riding == pytest.approx(seen, abs=1e-9)
