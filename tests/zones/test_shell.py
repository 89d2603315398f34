"""`zones.shell`: closed forms, every point at the offset, outside only, unknown has none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from solids import ball_arrays, body_of, index_of, pipe_arrays, slab_arrays, structure, zone

from meshes.body import load_body
from viewer.bench.truth import Soup, nearest
from zones.contributions import COVER, zone_uncertainty
from zones.danger import danger_zones
from zones.errors import BadNeedleError
from zones.progress import CancelledError
from zones.shell import STEP_MM, TOLERANCE_MM, box_around, danger_shell, shell_offset

BALL = structure("ball", ball_arrays(12.0, (0, 0, 0), rings=40))
SLAB = structure("slab", slab_arrays((-80, -80, -10), (80, 80, 0)))
BOX = structure("box", slab_arrays((-10, -8, -6), (10, 8, 6)))
FACETS_MM = 0.06
"""How far the facets of the ball lie within the sphere they stand for, at most."""


def made(part, offset, **more):
    return danger_shell(body_of(part), zone(part.id, part.id), offset, index=index_of(part), **more)


def to_box(points, half):
    """Exact signed distance of points to a box about the origin."""
    q = np.abs(points) - np.asarray(half)
    return np.linalg.norm(np.maximum(q, 0), axis=1) + np.minimum(q.max(axis=1), 0.0)


def brute(parts, points):
    """Distances by brute force over every triangle: another engine."""
    soup, up = Soup.of([part.surface for part in parts]), np.array([0.0, 0.0, 1.0])
    return np.array([np.min(nearest(soup, point, up, 0.0)[0]) for point in points])


def rim(triangles):
    """The edges (n, 2) that have one triangle only."""
    edges = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    found, count = np.unique(edges, axis=0, return_counts=True)
    return found[count == 1]


def edges_with_one_triangle(triangles):
    return len(rim(triangles))


@pytest.mark.parametrize("offset", [0.5, 1.0, 4.0, 11.0, 25.0])
def test_the_shell_of_a_ball_is_a_ball(offset):
    found = made(BALL, offset)
    radii = np.linalg.norm(found.points, axis=1)
    assert len(found.points) > 100
    assert radii.min() >= 12.0 + offset - FACETS_MM - found.within_mm
    assert radii.max() <= 12.0 + offset + found.within_mm
    assert edges_with_one_triangle(found.triangles) == 0
    corners = found.points[found.triangles]
    volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    assert volume == pytest.approx(4 / 3 * np.pi * (12.0 + offset) ** 3, rel=0.03)  # wound outwards


@pytest.mark.parametrize("offset", [0.7, 3.0, 9.0])
def test_the_shell_of_a_box_is_a_rounded_box_and_nothing_within(offset):
    found = made(BOX, offset)
    assert to_box(found.points, (10, 8, 6)) == pytest.approx(offset, abs=found.within_mm + 1e-9)
    assert found.within_mm <= TOLERANCE_MM
    assert edges_with_one_triangle(found.triangles) == 0


@pytest.mark.parametrize("place", [(0, 0, 0), (0, 0, -5), (3, 5, 40), (70, 70, 0)])
def test_a_cut_wall_has_no_surface_within_and_no_lid_where_it_is_cut(place):
    """The first shell moved the lids of the cut onto the offset, within the zone."""
    wall = structure("wall", slab_arrays((-80, -80, -60), (80, 80, 0)))
    found = made(wall, 6.0, box=box_around(place, 6.0))
    assert len(found.points) > 100
    away = to_box(found.points + [0, 0, 30], (80, 80, 30))
    assert away == pytest.approx(6.0, abs=found.within_mm + 1e-9)
    low, high = found.box
    assert (found.points > low - 2 * STEP_MM).all()
    assert (found.points < high + 2 * STEP_MM).all()


def test_the_shell_of_a_thin_wall_is_a_plane_on_either_side():
    found = made(SLAB, 6.0, box=box_around((0, 0, 0), 6.0))
    heights = np.unique(np.round(found.points[:, 2], 1))
    assert set(heights) == {6.0, -16.0}


def test_an_open_surface_has_no_inside_and_a_shell_on_both_sides():
    pipe = structure("pipe", pipe_arrays(radius=9.0, length=60.0), closed=False)
    found = made(pipe, 3.0, box=box_around((0, 0, 30), 3.0))
    away = np.linalg.norm(found.points[:, :2], axis=1)
    assert (away < 9.0).any()
    assert (away > 9.0).any()


def test_a_gap_between_two_parts_is_closed_where_they_are_near():
    """Two places are nearest in the crease: no hole, no point off the offset."""
    two = [
        structure(f"b{k}", ball_arrays(10.0, (x, 0, 0), rings=24)) for k, x in ((0, -13), (1, 13))
    ]
    body, index = body_of(*two), index_of(*two)
    found = danger_shell(body, zone("b0", "b1"), 5.0, index=index)
    assert edges_with_one_triangle(found.triangles) == 0
    sample = found.points[:: len(found.points) // 60]
    assert brute(two, sample) == pytest.approx(5.0, abs=found.within_mm + 1e-6)
    parted = danger_shell(body, zone("b0", "b1"), 2.0, index=index)
    assert edges_with_one_triangle(parted.triangles) == 0
    assert (np.abs(parted.points[:, 0]) > 0.9).all()  # 6 mm between them, 2 from each


def test_among_many_parts_every_crease_is_found_and_none_is_left_open():
    """On a wide grid the way from the nearest place leaps to and fro here."""
    at = np.random.default_rng(3).uniform(-25, 25, (14, 3))
    parts = [structure(f"c{k}", ball_arrays(4.0, place, rings=10)) for k, place in enumerate(at)]
    every = zone(*[part.id for part in parts])
    found = danger_shell(body_of(*parts), every, 5.0, index=index_of(*parts), step_mm=6.0)
    assert edges_with_one_triangle(found.triangles) == 0
    assert brute(parts, found.points) == pytest.approx(5.0, abs=0.02)


@pytest.mark.parametrize(
    ("zone_id", "place"),
    [
        ("parietal_pleura_left", (60.0, 70.0, -120.0)),
        ("parietal_pleura_left", (60.0, 85.0, 0.0)),
        ("kidney_left", (40.0, 60.0, -200.0)),
        ("intercostal_bundle_left", (60.0, 100.0, -150.0)),
        ("spinal_canal", (0.0, 70.0, -200.0)),
    ],
)
def test_on_the_reference_body_every_point_is_at_its_offset_and_outside(zone_id, place):
    body = load_body("reference")
    (one,) = [z for z in danger_zones(body) if z.id == zone_id]
    known = zone_uncertainty(body, one)
    offset = shell_offset(known)
    assert offset == pytest.approx(COVER * known.sd_mm + known.breath_mm)
    found = danger_shell(body, one, offset, box=box_around(place, offset))
    assert len(found.triangles) > 300
    assert found.within_mm <= TOLERANCE_MM
    sample = found.points[:: max(1, len(found.points) // 25)]
    away = brute([body[name] for name in one.structures], sample)
    assert away == pytest.approx(offset, abs=found.within_mm + 1e-6)
    from meshes.index.body_index import body_index

    index = body_index(body)
    assert not any((index.inside(p, one.structures) == 1).any() for p in found.points)
    # Open where the box cuts and nowhere else: a hole would look like a way through.
    ends = found.points[rim(found.triangles)].reshape(-1, 3)
    low, high = found.box
    assert (np.minimum(ends - low, high - ends).min(axis=1) < 2.0 * STEP_MM).all()
    corners = found.points[found.triangles]
    longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max()
    assert longest < 3.0 * STEP_MM  # none spans from one part to another


def test_far_from_the_place_and_of_nothing_there_is_none():
    assert len(made(BALL, 3.0, box=box_around((300, 0, 0), 3.0)).points) == 0
    empty = danger_shell(body_of(BALL), zone(), 3.0)
    assert len(empty.points) == len(empty.triangles) == 0
    assert empty.within_mm == 0.0


def test_what_has_no_known_size_has_no_shell():
    body = load_body("reference")
    known = zone_uncertainty(body, danger_zones(body)[0])
    assert shell_offset(replace(known, unknown=("population",))) is None
    assert shell_offset(replace(known, breath_mm=None)) is None


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), float("inf")])
def test_bad_offsets_and_steps_are_refused(bad):
    with pytest.raises(BadNeedleError, match="offset"):
        made(BALL, bad)
    with pytest.raises(BadNeedleError, match="step"):
        made(BALL, 3.0, step_mm=bad)


@pytest.mark.parametrize("looks", [0, 1, 2, 3])
def test_it_stops_when_told_to(looks):
    left = iter(range(looks))
    with pytest.raises(CancelledError):
        made(BALL, 3.0, cancelled=lambda: next(left, None) is None)
