"""Clearance: closed forms, invariances, the sign trio, and what is never clear."""

from __future__ import annotations

import numpy as np
import pytest
from nasty import dirty
from solids import (
    ball_arrays,
    index_of,
    motions,
    moved_needle,
    pipe_arrays,
    reversed_needle,
    slab_arrays,
    structure,
    zone,
)

from meshes.surface import SurfaceKind
from zones.assessment import Verdict
from zones.clearance import measure_zones, verdict_of, zone_rows
from zones.needle import Needle

CUBE = slab_arrays((-10, -10, -10), (10, 10, 10))


def clearance(needle, *structures, margin=5.0):
    index = index_of(*structures)
    rows = zone_rows(index, [zone(*index.ids, margin=margin)])
    return float(measure_zones(index, rows, needle, 300.0).clearance[0])


def of_arrays(needle, arrays, **more):
    return clearance(needle, structure("it", arrays, **more))


def test_past_a_sphere_is_closed_form_and_rigid():
    points, faces = ball_arrays(20, rings=40)
    sagitta = 20 * (1 - np.cos(np.pi / 40) ** 2)  # facets lie inside the sphere
    needle = Needle([30, 0, -40], [0, 0, 1], 80, 0.15)
    at_rest = of_arrays(needle, (points, faces))
    assert 0 <= at_rest - 9.85 <= sagitta
    for move in motions(20):
        moved = of_arrays(moved_needle(needle, move), (move(points), faces))
        assert moved == pytest.approx(at_rest, abs=1e-11)


@pytest.mark.parametrize(
    ("entry", "direction", "depth", "expected"),
    [
        ((30, 0, -40), (0, 0, 1), 80, 20),  # past a wall
        ((-40, 1, 2), (1, 0, 0), 20, 10),  # before it
        ((-40, 1, 2), (1, 0, 0), 33, -3),  # into it
        ((-40, 1, 2), (1, 0, 0), 90, -8),  # through: deepest where the side wall is nearest
        ((-3, 0, 0), (1, 0, 0), 6, -10),  # wholly inside
        ((13, 14, -40), (0, 0, 1), 80, 5),  # past an edge
        ((14, 14, 12), (0, 0, 1), 9, 6),  # past a corner
        ((30, 0, 0), (1, 0, 0), 0, 20),  # no depth at all
        ((0, 0, 3), (1, 0, 0), 0, -7),
    ],
)
@pytest.mark.parametrize("radius", [0.0, 0.15, 1.0])
def test_capsule_and_cube_are_closed_form_both_ways(entry, direction, depth, expected, radius):
    needle = Needle(entry, direction, depth, radius)
    for way in (needle, reversed_needle(needle)):
        value = of_arrays(way, CUBE)
        assert value == pytest.approx(expected - radius, abs=2e-8)
        assert value <= expected - radius + 1e-12


def test_the_sign_trio():
    for gap, sign in ((1.0, 1), (1e-6, 1), (0.0, 0), (-1e-6, -1), (-1.0, -1)):
        value = of_arrays(Needle([10.15 + gap, 0, -40], [0, 0, 1], 80, 0.15), CUBE)
        assert np.sign(value) == sign
        assert value == pytest.approx(gap, abs=1e-12)
        value = of_arrays(Needle([-40, 1, 2], [1, 0, 0], 30 - gap, 0.0), CUBE)
        assert np.sign(value) == sign


def test_a_surface_turned_inside_out_still_has_its_inside():
    points, faces = CUBE
    for needle in (Needle([-3, 0, 0], [1, 0, 0], 6), Needle([-40, 1, 2], [1, 0, 0], 33)):
        turned = of_arrays(needle, (points, faces[:, ::-1]))
        assert turned == of_arrays(needle, CUBE)


def test_mirroring_body_and_needle_changes_nothing():
    points, faces = ball_arrays(20, (3, 5, 7), (1, 2, 0.5))
    rng, flip = np.random.default_rng(2), np.array([-1.0, 1, 1])
    for _ in range(40):
        needle = Needle(rng.normal(size=3) * 30, rng.normal(size=3), rng.uniform(0, 60))
        mirrored = Needle(needle.entry * flip, needle.direction * flip, needle.depth)
        assert of_arrays(mirrored, (points * flip, faces[:, ::-1])) == pytest.approx(
            of_arrays(needle, (points, faces)), abs=2e-8
        )


def test_a_thicker_or_deeper_needle_is_never_farther():
    rng = np.random.default_rng(3)
    ball = structure("ball", ball_arrays(20))
    for _ in range(30):
        entry, direction = rng.normal(size=3) * 30, rng.normal(size=3)
        depths = [clearance(Needle(entry, direction, d, 0.1), ball) for d in (0, 5, 20, 60)]
        assert all(b <= a + 1e-7 for a, b in zip(depths, depths[1:], strict=False))
        radii = [clearance(Needle(entry, direction, 20, r), ball) for r in (0.0, 0.1, 1.0)]
        assert radii[0] - radii[2] == pytest.approx(1.0, abs=1e-9)
        assert radii[1] < radii[0]


def test_a_surface_moved_by_epsilon_moves_the_clearance_by_no_more():
    rng = np.random.default_rng(4)
    points, faces = ball_arrays(20)
    for epsilon in (1e-6, 0.01, 0.5):
        shift = rng.normal(size=points.shape)
        shift *= epsilon / np.linalg.norm(shift, axis=1, keepdims=True)
        for depth in (5.0, 25.0, 70.0):
            needle = Needle([-40, 3, 2], [1, 0.1, 0], depth)
            change = of_arrays(needle, (points + shift, faces)) - of_arrays(needle, (points, faces))
            assert abs(change) <= epsilon + 2e-8


def test_nearest_structure_of_a_zone_decides():
    near, far = structure("near", CUBE), structure("far", ball_arrays(5, (200, 0, 0)))
    index = index_of(far, near)
    found = measure_zones(
        index, zone_rows(index, [zone("far", "near")]), Needle([30, 0, 0], [0, 0, 1], 5, 0), 300
    )
    assert index.ids[found.row[0]] == "near"
    assert found.clearance[0] == 20.0


def test_open_solid_is_hit_but_has_no_inside():
    points, faces = ball_arrays(20)
    holed = {"arrays": (points, faces[2:]), "closed": False}
    assert of_arrays(Needle([-40, 1, 2], [1, 0, 0], 60, 0.15), **holed) == -0.15
    assert of_arrays(Needle([-3, 0, 0], [1, 0, 0], 6, 0.15), **holed) > 10.0  # sign unknown


def test_a_dirty_surface_is_never_farther_than_its_clean_neighbourhood():
    clean = structure("clean", ball_arrays(20))
    rough = dirty(clean.surface, 1)
    rng = np.random.default_rng(6)
    for _ in range(50):
        needle = Needle(rng.normal(size=3) * 40, rng.normal(size=3), 10)
        spread = abs(
            of_arrays(needle, (rough.points, rough.triangles), closed=False)
            - of_arrays(needle, (clean.surface.points, clean.surface.triangles), closed=False)
        )
        assert spread < 6.0  # one missing facet at most


def test_through_the_open_end_of_a_vessel():
    vessel = structure("vessel", pipe_arrays(), SurfaceKind.TUBE, closed=False, system="vessel")
    assert clearance(Needle([0.2, 0.1, -20], [0, 0, 1], 40, 0.15), vessel) < -4.5
    assert clearance(Needle([0.2, 0.1, -20], [0, 0, 1], 15, 0.15), vessel) == 4.85


@pytest.mark.parametrize(
    ("clearance", "complete", "has_sign", "expected"),
    [
        (-1e-12, True, True, Verdict.BREACH),
        (0.0, False, False, Verdict.BREACH),
        (4.999, False, False, Verdict.WITHIN_MARGIN),
        (5.0, True, True, Verdict.CLEAR),
        (5.0, False, True, Verdict.NOT_ASSESSED),
        (5.0, True, False, Verdict.NOT_ASSESSED),
        (np.inf, True, True, Verdict.CLEAR),
        (np.inf, True, False, Verdict.NOT_ASSESSED),
    ],
)
def test_verdicts_are_asymmetric(clearance, complete, has_sign, expected):
    assert verdict_of(clearance, 5.0, complete, has_sign) is expected
