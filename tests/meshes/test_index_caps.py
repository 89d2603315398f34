"""Caps close tubes and nothing else, and say when the result has no inside."""

from __future__ import annotations

import numpy as np
from solids import pipe_arrays, slab_arrays

from meshes.index.caps import capped
from meshes.surface import Surface, SurfaceKind
from meshes.topology import topology

PIPE = Surface.of(*pipe_arrays(), SurfaceKind.TUBE)


def volume(surface):
    a, b, c = (surface.points[surface.triangles[:, k]] for k in range(3))
    return np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6


def test_both_ends_are_closed_by_planar_fans():
    made = capped(PIPE)
    assert (made.n_caps, made.is_sound) == (2, True)
    facts = topology(made.surface.points, made.surface.triangles)
    assert facts.is_watertight
    assert not facts.n_opposed
    sides, area = 24, 24 * 0.5 * 25 * np.sin(2 * np.pi / 24)
    assert abs(volume(made.surface) - area * 60) < 1e-6
    new = made.surface.points[len(PIPE.points) :]
    np.testing.assert_allclose(new[np.argsort(new[:, 2])], [[0, 0, 0], [0, 0, 60]], atol=1e-12)
    assert len(made.surface.triangles) == len(PIPE.triangles) + 2 * sides
    np.testing.assert_array_equal(made.surface.triangles[: len(PIPE.triangles)], PIPE.triangles)


def test_capping_again_changes_nothing():
    once = capped(PIPE).surface
    again = capped(once)
    assert again.surface is once
    assert again.is_sound


def test_other_kinds_are_left_alone():
    for kind in (SurfaceKind.SOLID, SurfaceKind.SHEET):
        surface = Surface.of(*pipe_arrays(), kind)
        assert capped(surface).surface is surface
        assert not capped(surface).is_sound


def test_seams_of_doubled_points_are_no_boundary():
    """Every triangle with its own three points, as some writers do: still two caps."""
    points, faces = pipe_arrays()
    loose = Surface.of(points[faces].reshape(-1, 3), np.arange(faces.size).reshape(-1, 3),
                       SurfaceKind.TUBE)  # fmt: skip
    made = capped(loose)
    assert (made.n_caps, made.is_sound) == (2, True)
    assert abs(volume(made.surface) - volume(capped(PIPE).surface)) < 1e-9


def test_a_turned_triangle_or_a_fin_leaves_no_inside():
    points, faces = pipe_arrays()
    turned = faces.copy()
    turned[100] = turned[100, ::-1]
    assert not capped(Surface.of(points, turned, SurfaceKind.TUBE)).is_sound
    fin = np.concatenate([faces, [[faces[100, 0], faces[100, 1], 0]]])
    assert not capped(Surface.of(points, fin, SurfaceKind.TUBE)).is_sound


def test_a_closed_tube_needs_no_cap():
    surface = Surface.of(*slab_arrays((0, 0, 0), (1, 1, 9)), SurfaceKind.TUBE)
    made = capped(surface)
    assert (made.surface, made.n_caps, made.is_sound) == (surface, 0, True)


def test_a_border_that_is_no_ring_stays_open_and_costs_nothing_again():
    """A hole that touches the rim in one point: a fan over both would leave crowded edges."""
    points, faces = pipe_arrays()
    rim = np.flatnonzero(points[:, 2] == 0.0)
    of_rim = np.isin(faces, rim).sum(axis=1)
    touching = np.flatnonzero(of_rim == 1)[0]
    torn = Surface.of(points, np.delete(faces, touching, axis=0), SurfaceKind.TUBE)
    made = capped(torn)
    assert (made.n_caps, made.n_left, made.is_sound) == (1, 1, False)
    again = capped(made.surface)
    assert again.surface is made.surface
    assert (again.n_caps, again.n_left, again.is_sound) == (0, 1, False)
