"""`zones.shell`: closed forms, every point at the offset, outside only, unknown has none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from shapes import ball_arrays as fine_ball
from solids import ball_arrays, body_of, index_of, slab_arrays, structure, zone

from meshes.body import load_body
from zones.contributions import COVER, zone_uncertainty
from zones.danger import danger_zones
from zones.errors import BadNeedleError
from zones.progress import CancelledError
from zones.shell import TOLERANCE_MM, danger_shell, shell_offset

BALL = structure("ball", ball_arrays(12.0, (0, 0, 0), rings=40))
SLAB = structure("slab", slab_arrays((-80, -80, -10), (80, 80, 0)))


def made(part, offset, centre=(0, 0, 0)):
    return danger_shell(body_of(part), zone(part.id, part.id), offset, centre, index=index_of(part))


@pytest.mark.parametrize("offset", [1.0, 4.0, 11.0])
def test_the_shell_of_a_ball_is_a_ball(offset):
    found = made(BALL, offset)
    radii = np.linalg.norm(found.points, axis=1)
    assert len(found.points) > 100
    assert radii.min() > 12.0 + offset - TOLERANCE_MM - 0.1  # 0.1: the ball is made of facets
    assert radii.max() < 12.0 + offset + TOLERANCE_MM
    assert len(fine_ball(1)[0])


def test_the_shell_of_a_wall_is_a_plane_on_its_outer_side_alone():
    found = made(SLAB, 6.0)
    flat = found.points[(np.abs(found.points[:, :2]) < 40).all(axis=1)]
    top, bottom = flat[flat[:, 2] > -5], flat[flat[:, 2] < -5]
    assert top[:, 2] == pytest.approx(6.0, abs=TOLERANCE_MM)
    assert bottom[:, 2] == pytest.approx(-16.0, abs=TOLERANCE_MM)
    inside = (found.points[:, 2] < 0) & (found.points[:, 2] > -10)
    assert not inside.any()


def test_every_point_of_the_pleuras_shell_is_at_its_offset():
    """Against brute force over the vertices and faces near it: another engine."""
    from viewer.bench.truth import Soup, nearest

    body = load_body("reference")
    (pleura,) = [z for z in danger_zones(body) if z.id == "parietal_pleura_left"]
    known = replace(zone_uncertainty(body, pleura), unknown=())
    offset = shell_offset(known)
    assert offset == pytest.approx(COVER * known.sd_mm + known.breath_mm)
    found = danger_shell(body, pleura, offset, (60.0, 85.0, 0.0))
    assert len(found.triangles) > 300
    soup = Soup.of([body["parietal_pleura_left"].surface])
    for point in found.points[:: len(found.points) // 12]:
        apart = nearest(soup, point, np.array([0.0, 0.0, 1.0]), 0.0)[0][0]
        assert apart == pytest.approx(offset, abs=TOLERANCE_MM)


def test_far_from_the_place_there_is_none():
    assert len(made(BALL, 3.0, (300, 0, 0)).points) == 0


def test_what_has_no_known_size_has_no_shell():
    body = load_body("reference")
    known = zone_uncertainty(body, danger_zones(body)[0])
    assert shell_offset(replace(known, unknown=("population",))) is None
    assert shell_offset(replace(known, breath_mm=None)) is None


def test_bad_offsets_and_a_stop():
    with pytest.raises(BadNeedleError):
        made(BALL, 0.0)
    with pytest.raises(BadNeedleError):
        made(BALL, float("nan"))
    with pytest.raises(CancelledError):
        danger_shell(
            body_of(BALL), zone("ball", "ball"), 3.0, (0, 0, 0), index=index_of(BALL),
            cancelled=lambda: True,
        )  # fmt: skip
