"""The brute force itself, against closed forms: a wrong truth would pass any engine."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from brute import (
    Scene,
    deepest,
    exact_contact,
    facts,
    first_reach,
    is_closed,
    is_inside,
    winding_number,
)
from nasty import box, dirty, merged, moved, nasty_needles
from scipy.spatial.transform import Rotation
from shapes import ball_arrays

from meshes.surface import Surface
from viewer.bench.truth import segment_triangles
from zones.needle import Needle

CUBE = box()


def fact(needle, surface=CUBE, searched=100.0):
    return facts(Scene.of({"it": surface}), needle, searched)["it"]


def test_distances_carry_a_certificate_of_optimality():
    """A plane between needle and triangle proves that no nearer pair exists."""
    rng = np.random.default_rng(1)
    corners = rng.normal(size=(3000, 3, 3)) * 10
    corners[:100, 2] = corners[:100, 1]
    corners[100:200, 2] = corners[100:200, :2].mean(axis=1)
    corners[200:250] = corners[200:250, :1]
    for _ in range(20):
        p, d = rng.normal(size=3) * 10, rng.normal(size=3)
        d /= np.linalg.norm(d)
        depth = rng.choice([0.0, 1e-9, 5.0, 60.0])
        distance, t, near = segment_triangles(p, d, depth, corners)
        gap = p + t[:, None] * d - near
        np.testing.assert_allclose(np.linalg.norm(gap, axis=1), distance, atol=1e-12)
        off = distance > 1e-6
        w = gap[off] / distance[off, None]
        lower = np.minimum(w @ p, w @ (p + depth * d))
        lower -= np.einsum("ij,ikj->ik", w, corners[off]).max(axis=1)
        assert (distance[off] - lower).max() < 1e-8


def test_past_into_and_through_a_cube_is_closed_form():
    past = fact(Needle([30, 0, -40], [0, 0, 1], 80, 0.25))
    assert past.clearance == pytest.approx(19.75, abs=1e-12)
    assert not past.is_breach
    assert past.contact is None
    into = fact(Needle([-40, 1, 2], [1, 0, 0], 33, 0.25))
    assert (into.contact, into.is_breach) == (30.0, True)
    assert into.clearance == pytest.approx(-3.25, abs=1e-8)
    through = fact(Needle([-40, 1, 2], [1, 0, 0], 80, 0.25))
    assert through.clearance == pytest.approx(-8.25, abs=1e-8)  # nearest wall is at z = 10
    within = fact(Needle([-3, 0, 0], [1, 0, 0], 6, 0.25))
    assert within.inside
    assert within.is_breach
    assert within.clearance == pytest.approx(-10.25, abs=1e-8)


def test_along_a_face_within_rounding_and_in_beyond_it_is_in():
    # A block whose top is flat up to x = 1 and rises by 1e-5 beyond; turned, so that no coordinate
    # is round, and the needle runs on the flat part.
    ring = np.array([[-5, -10], [5, -10], [5, 4e-5], [1, 0], [-5, 0]], float)
    points = np.array([[x, y, z] for y in (-5.0, 5.0) for x, z in ring])
    front = np.array([[0, 1, 2], [0, 2, 3], [0, 3, 4]])
    i, j = np.arange(5), (np.arange(5) + 1) % 5
    sides = np.concatenate([np.stack([i, i + 5, j], 1), np.stack([j, i + 5, j + 5], 1)])
    faces = np.concatenate([front, front[:, ::-1] + 5, sides])
    assert is_closed(faces)
    turn = Rotation.from_rotvec([0.3, -1.1, 0.7]).as_matrix()
    corners = (points @ turn.T + [81.366, 48.015, -186.376])[faces]
    entry = turn @ [-4.5, 0.3, 2e-14] + [81.366, 48.015, -186.376]
    assert deepest(entry, turn[:, 0], 8.5, corners, []) == pytest.approx(3e-5, rel=1e-4)
    assert deepest(entry, turn[:, 0], 5.0, corners, []) < 1e-9


def test_touching_counts_in_every_bit():
    """Tip on a face, an edge, a corner; along a face, along an edge; entry on the surface."""
    on = [
        Needle([-40, 1, 2], [1, 0, 0], 30, 0),
        Needle([-40, 10, 2], [1, 0, 0], 30, 0),
        Needle([-40, 10, 10], [1, 0, 0], 30, 0),
        Needle([-40, 10, 2], [1, 0, 0], 90, 0),
        Needle([-40, 10, 10], [1, 0, 0], 90, 0),
        Needle([-10, 3, 3], [-1, 0, 0], 30, 0),
        Needle([-10, 10, 10], [0, 0, 1], 0, 0),
    ]
    assert all(fact(n).is_breach and fact(n).distance == 0 for n in on)
    off = Needle([-40, np.nextafter(10, 11), 2], [1, 0, 0], 90, 0)
    assert not fact(off).is_breach
    assert fact(off).contact is None


def test_exact_contact_on_degenerate_triangles():
    segment = np.array([[0, 0, 0], [4, 0, 0], [1, 0, 0]], float)
    point = np.array([[2, 0, 0]] * 3, float)
    down = ([2.0, 0.0, 5.0], [0.0, 0.0, -1.0])
    assert exact_contact(*down, 9.0, segment) == 5
    assert exact_contact(*down, 9.0, point) == 5
    assert exact_contact(*down, 4.9, segment) is None
    assert exact_contact([-1.0, 0, 0], [1.0, 0, 0], 9.0, segment) == 1
    assert exact_contact([2.0, 1.0, 5.0], [0, 0, -1.0], 9.0, segment) is None
    flat = np.array([[0, 0, 0], [4, 0, 0], [0, 4, 0]], float)
    assert exact_contact([-1.0, 1, 0], [1.0, 0, 0], 9.0, flat) == Fraction(1)
    assert exact_contact([-1.0, 5, 0], [1.0, 0, 0], 9.0, flat) is None


def test_limit_depth_before_a_wall_is_closed_form():
    corners = CUBE.points[CUBE.triangles]
    needle = Needle([-40, 1, 2], [1, 0, 0], 5)
    assert first_reach(needle.entry, needle.direction, 100, corners, 5.0) == pytest.approx(25)
    assert first_reach(needle.entry, needle.direction, 24, corners, 5.0) is None
    slant = Needle([-40, 0, 0], [1, 0.2, 0], 5)
    sine = 0.2 / np.hypot(1, 0.2)
    assert first_reach(slant.entry, slant.direction, 100, corners, 1.0) == pytest.approx(
        29 / np.sqrt(1 - sine**2), abs=1e-9
    )


def test_inside_counts_turns_and_not_crossings():
    """Two overlapping balls are one solid: a point in both is inside, though parity says out."""
    both = merged(Surface.of(*ball_arrays(10)), Surface.of(*ball_arrays(10, (5, 0, 0))))
    corners = both.points[both.triangles]
    assert winding_number(np.array([2.0, 0, 0]), corners) == pytest.approx(2)
    assert is_inside(np.array([2.0, 0, 0]), corners)
    assert not is_inside(np.array([0, 0, 10.5]), corners)
    flipped = corners[:, ::-1]
    assert is_inside(np.array([-5.0, 0, 0]), flipped)


def test_closed_means_every_edge_has_its_opposite():
    assert is_closed(CUBE.triangles)
    assert not is_closed(CUBE.triangles[1:])
    turned = CUBE.triangles.copy()
    turned[0] = turned[0, ::-1]
    assert not is_closed(turned)
    assert not is_closed(dirty(Surface.of(*ball_arrays(10))).triangles)


def test_moving_everything_changes_nothing():
    """Metres away the answers are the same to 1e-9 mm."""
    ball = Surface.of(*ball_arrays(15, rings=12))
    shift = np.array([2048.0, -4096.0, 1024.0])
    far = moved(ball, shift)
    for kind, needle in nasty_needles(3, 45, ball.points[ball.triangles]):
        other = Needle(needle.entry + shift, needle.direction, needle.depth, needle.radius)
        a, b = fact(needle, ball), fact(other, far)
        assert a.clearance == pytest.approx(b.clearance, abs=1e-8), kind
