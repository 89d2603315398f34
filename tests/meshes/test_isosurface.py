"""Fields become closed outward surfaces, always; voxels know inside and distance."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import ball_arrays

from meshes.errors import EmptySurfaceError
from meshes.isosurface import isosurface
from meshes.surface import Surface
from meshes.topology import topology
from meshes.voxels import Grid, inside, signed_distance, surface_samples

EGG = Surface.of(*ball_arrays(30.0, (1, 2, 3), (1.0, 1.2, 0.8), 40))


def facts(points, triangles):
    return topology(points, np.asarray(triangles))


@pytest.mark.parametrize("seed", range(4))
def test_any_field_gives_a_closed_outward_surface(seed):
    """White noise is the worst there is: chequered faces and hollows everywhere."""
    field = np.random.default_rng(seed).normal(size=(18, 17, 16))
    found = facts(*isosurface(field, (0, 0, 0), 2.0))
    assert found.is_watertight
    assert (found.n_opposed, found.n_inverted) == (0, 0)


def test_a_ball_has_its_radius():
    axis = np.arange(-30.0, 31.0, 2.0)
    x, y, z = np.meshgrid(axis, axis, axis, indexing="ij")
    points, triangles = isosurface(np.sqrt(x**2 + y**2 + z**2) - 20.0, (-30, -30, -30), 2.0, 4)
    away = np.linalg.norm(points, axis=1)
    assert abs(away - 20.0).max() < 0.15
    found = facts(points, triangles)
    assert found.volumes_mm3.sum() == pytest.approx(4 / 3 * np.pi * 20**3, rel=0.01)


def test_what_reaches_the_border_is_closed_there():
    found = facts(*isosurface(-np.ones((4, 5, 6)), (0, 0, 0), 1.0))
    assert found.is_watertight
    assert found.volumes_mm3.sum() > 3 * 4 * 5


def test_an_empty_field_is_refused():
    with pytest.raises(EmptySurfaceError):
        isosurface(np.ones((4, 4, 4)), (0, 0, 0), 1.0)


def _grid():
    return Grid.around((-40, -45, -30), (42, 48, 36), 2.0)


def _level(points):
    return np.linalg.norm((points - (1, 2, 3)) / (30.0, 36.0, 24.0), axis=-1)


def test_inside_is_what_the_equation_says():
    grid = _grid()
    found = inside(grid, EGG)
    level = _level(np.stack(np.broadcast_arrays(*grid.axes()), -1))
    assert found[level < 0.99].all()
    assert not found[level > 1.0].any()


def test_a_small_hole_leaks_nowhere():
    torn = Surface.of(EGG.points, EGG.triangles[3:])
    assert (inside(_grid(), torn) != inside(_grid(), EGG)).mean() < 1e-4


def test_a_surface_turned_inside_out_has_the_same_inside():
    turned = Surface.of(EGG.points, EGG.triangles[:, ::-1])
    np.testing.assert_array_equal(inside(_grid(), turned), inside(_grid(), EGG))


def test_distance_is_that_of_a_ball():
    ball = Surface.of(*ball_arrays(20.0, (0.3, 0.1, -0.2), (1, 1, 1), 60))
    grid = Grid.around((-30, -30, -30), (30, 30, 30), 2.0)
    points = np.stack(np.broadcast_arrays(*grid.axes()), -1)
    truth = np.linalg.norm(points - (0.3, 0.1, -0.2), axis=-1) - 20.0
    found = signed_distance(grid, [ball])
    near = abs(truth) < 2.0
    assert abs(found - truth)[near].max() < 0.5  # half the spacing of the samples
    assert abs(found - truth).max() < 2.5
    assert (signed_distance(grid, []) > 60.0).all()


def test_samples_leave_no_gap():
    big = Surface.of([(0, 0, 0), (90, 0, 0), (0, 70, 0)], [(0, 1, 2)])
    cloud = surface_samples(big, 3.0)
    rng = np.random.default_rng(1)
    a, b = rng.random((2, 200))
    a, b = np.where(a + b > 1, 1 - a, a), np.where(a + b > 1, 1 - b, b)
    asked = np.stack([90 * a, 70 * b, 0 * a], 1)
    assert np.linalg.norm(asked[:, None] - cloud[None], axis=2).min(axis=1).max() < 3.0
