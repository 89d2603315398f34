"""One triangle: distances never below a sampled truth nor above it, first reach never late."""

from __future__ import annotations

import numpy as np
import pytest

from meshes.index.triangle import axis_triangle, point_triangle, reach_depth

UNIT = np.array([[0, 0, 0, 1, 0, 0, 0, 1, 0]], float)


def random_rows(rng, count):
    rows = rng.normal(size=(count, 9)) * 10
    rows[: count // 8, 6:] = rows[: count // 8, 3:6]  # an edge twice
    rows[count // 8 : count // 6, 6:] = rows[count // 8 : count // 6, :6].reshape(-1, 2, 3).mean(1)
    rows[count // 6 : count // 5] = np.tile(rows[count // 6 : count // 5, :3], 3)  # a point
    thin = slice(count // 5, count // 4)
    rows[thin, 6:] = rows[thin, :3] * 0.3 + rows[thin, 3:6] * 0.7 + rng.normal(size=3) * 1e-7
    return rows


def samples(row, n=40):
    u, v = np.meshgrid(np.linspace(0, 1, n), np.linspace(0, 1, n))
    keep = u + v <= 1 + 1e-12
    u, v = u[keep][:, None], v[keep][:, None]
    a, b, c = row.reshape(3, 3)
    return a + u * (b - a) + v * (c - a)


@pytest.mark.parametrize(
    ("point", "distance", "nearest"),
    [
        ((0.2, 0.3, 2.0), 2.0, (0.2, 0.3, 0)),
        ((0.2, -3.0, 4.0), 5.0, (0.2, 0, 0)),
        ((-3.0, 0.0, 4.0), 5.0, (0, 0, 0)),
        ((1.0, 1.0, 0.0), np.sqrt(0.5), (0.5, 0.5, 0)),
        ((1.0, 0.0, 0.0), 0.0, (1, 0, 0)),
    ],
)
def test_point_to_face_edge_and_corner_is_closed_form(point, distance, nearest):
    d2, *q = point_triangle(*point, UNIT, 0)
    assert np.sqrt(d2) == pytest.approx(distance, abs=1e-15)
    np.testing.assert_allclose(q, nearest, atol=1e-15)


@pytest.mark.parametrize(
    ("entry", "direction", "length", "distance", "depth"),
    [
        ((0.2, 0.3, 5.0), (0, 0, -1), 3.0, 2.0, 3.0),
        ((0.2, 0.3, 5.0), (0, 0, -1), 9.0, 0.0, 5.0),
        ((0.0, 0.0, 5.0), (0, 0, -1), 9.0, 0.0, 5.0),
        ((0.5, -1.0, 5.0), (0, 0, -1), 9.0, 1.0, 5.0),
        ((-2.0, 2.0, 0.0), (1, 0, 0), 9.0, 1.0, 2.0),
        ((5.0, 5.0, 5.0), (1, 0, 0), 0.0, np.sqrt(65.5), 0.0),
    ],
)
def test_axis_to_triangle_is_closed_form(entry, direction, length, distance, depth):
    d2, t, *_ = axis_triangle(*entry, *map(float, direction), length, UNIT, 0)
    assert np.sqrt(d2) == pytest.approx(distance, abs=1e-12)
    assert t == pytest.approx(depth, abs=1e-12)


def test_axis_distance_lies_between_two_samplings_of_the_truth():
    rng = np.random.default_rng(3)
    rows = random_rows(rng, 400)
    for i, row in enumerate(rows):
        p, u = rng.normal(size=3) * 15, rng.normal(size=3)
        u /= np.linalg.norm(u)
        length = rng.choice([0.0, 1e-9, 4.0, 60.0])
        d2, t, *q = axis_triangle(*p, *u, length, rows, i)
        at = p + t * u
        assert np.linalg.norm(at - q) == pytest.approx(np.sqrt(d2), abs=1e-12)  # a real pair
        assert 0.0 <= t <= length
        spots = samples(row)
        along = np.clip((spots - p) @ u, 0, length)
        sampled = np.linalg.norm(p + along[:, None] * u - spots, axis=1).min()
        assert np.sqrt(d2) <= sampled + 1e-12


def test_a_needle_thin_triangle_is_not_farther_than_its_edges():
    """Where a face's own coordinates are noise, its edges hold the distance down."""
    rng = np.random.default_rng(4)
    for _ in range(300):
        a, along = rng.normal(size=3) * 50, rng.normal(size=3)
        b = a + 400 * along / np.linalg.norm(along)
        c = a + 0.4 * (b - a) + rng.normal(size=3) * 1e-12
        rows = np.concatenate([a, b, c])[None]
        s = rng.uniform()
        d2 = point_triangle(*(a + s * (b - a)), rows, 0)[0]
        assert np.sqrt(d2) <= 1e-9


def test_first_reach_is_on_the_radius_and_never_late():
    rng = np.random.default_rng(5)
    rows = random_rows(rng, 300)
    reached = 0
    for i in range(len(rows)):
        p = rng.normal(size=3) * 30
        u = samples(rows[i], 9)[rng.integers(9)] + rng.normal(size=3) * 0.1 - p
        u /= np.linalg.norm(u)
        radius = rng.choice([0.0, 0.15, 5.0])
        t = reach_depth(*p, *u, 0.0, 200.0, radius + 1e-9, 1e-12, rows, i)
        before = min(t, 200.0) * (1 - 1e-12)
        nearest = np.sqrt(axis_triangle(*p, *u, before, rows, i)[0])
        assert nearest >= radius - 1e-12  # nothing was stepped over
        if np.isfinite(t) and t > 0:
            reached += 1
            d = np.sqrt(point_triangle(*(p + t * u), rows, i)[0])
            assert d <= radius + 2e-9
    assert reached > 30


def test_a_coplanar_line_reaches_the_near_edge_first():
    t = reach_depth(-2.0, 0.25, 0.0, 1.0, 0.0, 0.0, 0.0, 9.0, 1e-9, 1e-12, UNIT, 0)
    assert t == pytest.approx(2.0, abs=2e-9)
    assert t <= 2.0
    t = reach_depth(-2.0, 0.25, 0.5, 1.0, 0.0, 0.0, 0.0, 9.0, 0.5 + 1e-9, 1e-12, UNIT, 0)
    assert 1.9 < t <= 2.0  # grazing the rounded edge
