"""The skin's normal, nearest point and line hits, against closed forms on a ball."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from shapes import ball_arrays, egg_body

from meshes.catalogue import Structure
from meshes.surface import Surface
from zones.errors import NoSkinError
from zones.skin import closest_on_triangles, nearest_on_skin, skin_hits, skin_normal


def ball_body(rings=40):
    skin = Structure("skin", "Skin", "mid", "skin", Surface.of(*ball_arrays(100.0, rings=rings)))
    return replace(egg_body(), structures={"skin": skin})


BALL = ball_body()


def random_units(n, seed=1):
    v = np.random.default_rng(seed).normal(size=(n, 3))
    return v / np.linalg.norm(v, axis=1, keepdims=True)


def test_normal_of_a_ball_points_at_its_centre():
    for unit in random_units(100):
        normal = skin_normal(BALL, 100.0 * unit)
        assert np.rad2deg(np.arccos(np.clip(normal @ -unit, -1, 1))) < 1.0
        assert abs(normal @ normal - 1) < 1e-12


def test_normal_turns_smoothly_and_works_far_from_vertices_and_off_the_skin():
    coarse = ball_body(rings=4)
    assert skin_normal(coarse, (0, 95, 0)) @ (0, -1, 0) > 0.9
    assert skin_normal(BALL, (0, 160, 0)) @ (0, -1, 0) > 0.99
    step = [skin_normal(BALL, 100 * np.array([np.sin(a), np.cos(a), 0]))
            for a in np.linspace(0, 0.1, 50)]  # fmt: skip
    turns = np.linalg.norm(np.diff(step, axis=0), axis=1)
    assert turns.max() < 5 * 0.1 / 49


def test_the_other_side_of_a_thin_fold_is_left_out():
    points, faces = ball_arrays(1.0, scale=(60, 2, 60), rings=40)
    points = points + np.where(points[:, [1]] < 0, 0.25 * points[:, [0]], 0.0) * [0, 1, 0]
    skin = Structure("skin", "Skin", "mid", "skin", Surface.of(points, faces))
    body = replace(BALL, structures={"skin": skin})
    y = 2 * np.sqrt(1 - (10 / 60) ** 2)
    exact = np.array([10 / 60**2, y / 2**2, 0.0])
    exact /= np.linalg.norm(exact)
    assert skin_normal(body, (10, y, 0)) @ -exact > 0.9999


def test_nearest_point_agrees_with_every_triangle():
    surface = BALL.skin.surface
    corners = surface.points[surface.triangles]
    for point in 100 * random_units(20) + np.random.default_rng(3).normal(0, 40, (20, 3)):
        everywhere = closest_on_triangles(corners, point)
        best = np.linalg.norm(everywhere - point, axis=1).min()
        assert np.linalg.norm(nearest_on_skin(BALL, point) - point) == pytest.approx(best, abs=1e-9)


def test_a_line_through_the_ball_meets_it_twice_at_closed_form():
    for unit, aside in zip(random_units(30, 5), random_units(30, 6), strict=True):
        offset = aside - (aside @ unit) * unit
        offset *= 60.0 / np.linalg.norm(offset)
        hits = skin_hits(BALL, offset, unit)
        assert len(hits) == 2
        assert hits == pytest.approx([-80.0, 80.0], abs=0.5)
    assert len(skin_hits(BALL, (0, 0, 120), (1, 0, 0))) == 0


def test_without_skin_the_error_says_so():
    body = replace(BALL, structures={})
    for call in (lambda: skin_normal(body, (0, 0, 0)), lambda: nearest_on_skin(body, (0, 0, 0)),
                 lambda: skin_hits(body, (0, 0, 0), (0, 0, 1))):  # fmt: skip
        with pytest.raises(NoSkinError, match="has no skin"):
            call()
