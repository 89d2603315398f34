"""Drawing copies that follow: exact for shifts and turns of the whole, near the truth else."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree
from shapes import ball_arrays

from meshes.follow import followed, followers
from meshes.simplify import display, drawings
from meshes.surface import Surface

BALL = Surface.of(*ball_arrays(40, (5, 1, -3), rings=60))
COPIES = drawings({"ball": BALL}, 1500, 300)


def after(points):
    return {"ball": Surface(np.asarray(points), BALL.triangles, BALL.kind)}


def test_nothing_moved_is_the_very_copy():
    made = followed(followers(COPIES, {"ball": BALL}), {"ball": BALL})
    assert made["ball"].fine is COPIES["ball"].fine


def test_a_shift_of_the_whole_shifts_every_copy():
    made = followed(followers(COPIES, {"ball": BALL}), after(BALL.points + (3, -4, 5)))
    for was, now in ((COPIES["ball"].fine, made["ball"].fine),
                     (COPIES["ball"].coarse, made["ball"].coarse)):  # fmt: skip
        assert now.triangles is was.triangles
        assert np.abs(now.points - was.points - (3, -4, 5)).max() < 1e-4
        assert abs(now.error - was.error) < 1e-4
        assert np.einsum("ij,ij->i", now.normals, was.normals).min() > 0.95


def test_a_copy_of_a_wave_stays_within_its_bound_of_the_moved_surface():
    points = BALL.points + 4.0 * np.sin(BALL.points[:, [1, 2, 0]] / 15.0)
    made = followed(followers(COPIES, {"ball": BALL}), after(points))
    for copy in (made["ball"].fine, made["ball"].coarse):
        gap = cKDTree(points).query(copy.points)[0].max()
        assert gap <= copy.error + 2.5  # points lie up to half a triangle from the nearest
        assert np.abs(np.linalg.norm(copy.normals, axis=1) - 1.0).max() < 1e-4
    # and it is shaded as a copy made anew is: outwards
    anew = display(after(points)["ball"], 1500)
    near = cKDTree(anew.points).query(made["ball"].fine.points)[1]
    facing = np.einsum("ij,ij->i", anew.normals[near], made["ball"].fine.normals)
    assert np.median(facing) > 0.97


def test_another_surface_is_refused():
    hung = followers(COPIES, {"ball": BALL})
    with pytest.raises(ValueError, match="points"):
        followed(hung, {"ball": Surface.of(*ball_arrays(40, rings=20))})
