"""Needle paths that others measured in people, on the reference body: what they met, it meets."""

from __future__ import annotations

import numpy as np
import pytest

from meshes import load_body
from zones import points
from zones.acceptance import back, shielding
from zones.acceptance.landmarks import spine_x, spinous_tip
from zones.acceptance.probe import SIDES, Probe, sign
from zones.assess import assess
from zones.assessment import Verdict
from zones.needle import Needle


@pytest.fixture(scope="module")
def probe():
    return Probe(load_body("reference"))


def row(body, needle, zone_id):
    (found,) = [z for z in assess(body, needle).needles[0].zones if z.zone_id == zone_id]
    return found


# ---- the canal (Williams 2023, 2024) -------------------------------------------------------------


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("offset", "medial", "inferior", "length"),
    [(10.0, 22.0, 0.0, 50.0), (19.0, 33.0, 18.0, 40.0)],
)
def test_the_two_needles_that_entered_the_canal_breach_it(
    probe, side, offset, medial, inferior, length
):
    z = float(spinous_tip(probe, "t12")[2])
    point = probe.skin_behind(spine_x(probe) + sign(side) * offset, z)
    m, i = np.radians([medial, inferior])
    way = np.array([-sign(side) * np.sin(m) * np.cos(i), -np.cos(m) * np.cos(i), -np.sin(i)])
    found = row(probe.body, Needle(point, way, length, 0.15), "spinal_canal")
    assert found.verdict is Verdict.BREACH
    assert found.first_contact is not None
    assert 15.0 < found.first_contact < length


# ---- beside C7 (Wanichanon) ----------------------------------------------------------------------


@pytest.mark.parametrize("side", SIDES)
def test_beside_c7_lateral_never_meets_pleura_and_medial_is_the_shortest(probe, side):
    start = back.neck_point(probe, side)
    contact = {}
    for medial in (-30.0, 0.0, 30.0):
        needle = Needle(start, back.coronal(side, medial), 30.0, 0.15)
        contact[medial] = row(probe.body, needle, f"parietal_pleura_{side}").first_contact
    assert contact[-30.0] is None
    assert contact[30.0] is not None
    assert contact[0.0] is None or contact[30.0] < contact[0.0]


# ---- upper trapezius (Kearns 2022) ---------------------------------------------------------------


@pytest.mark.parametrize("side", SIDES)
def test_30_mm_into_upper_trapezius_keeps_off_the_pleura(probe, side):
    for start in (back.gb21(probe, side), *back.trapezius_back(probe, side)):
        needle = Needle(start, back.kyphosis_normal(probe), 30.0, 0.15)
        assert row(probe.body, needle, f"parietal_pleura_{side}").clearance > 0.0


def test_from_the_crest_itself_no_needle_square_to_the_kyphosis_can_reach_the_pleura(probe):
    """It leaves the body in front: why the mid-substance is sought behind the crest."""
    way = back.kyphosis_normal(probe)
    for side in SIDES:
        start = back.gb21(probe, side)
        assert probe.depth(start, way, "trapezius") is not None
        assert probe.depth(start, way, "parietal_pleura") is None


@pytest.mark.long
def test_longer_needles_reach_the_pleura_of_ever_more_variants():
    """0 of 15, 1, 4 and 6 of 15 cadavers at 30, 40, 50 and 60 mm."""
    depths = []
    for name in ("M1", "M2", "M3", "F1", "F2", "F3"):
        other = Probe(load_body(f"reference:{name}"))
        for side in SIDES:
            for point in back.trapezius_back(other, side):
                assert other.depth(point, back.kyphosis_normal(other), "trapezius", side) < 30.0
        depths.append(back.kyphosis_pleura(other))
    reached = [sum(d <= length for d in depths) for length in (30.0, 40.0, 50.0, 60.0)]
    assert reached[0] == 0
    assert reached[1] <= 1
    assert reached == sorted(reached)
    assert 1 < reached[2] < reached[3], reached


# ---- targets that are not recommended (AT-H08) ---------------------------------------------------


def test_no_target_that_is_not_recommended_can_be_planned(probe, monkeypatch):
    assert shielding.unblocked_targets(probe) == 0.0
    real = points.resolve_point

    def slipped(body, point_id, side):
        from dataclasses import replace

        return replace(real(body, point_id, side), reason="")

    monkeypatch.setattr(points, "resolve_point", slipped)
    assert shielding.unblocked_targets(probe) > 0.0
