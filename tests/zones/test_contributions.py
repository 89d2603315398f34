"""Uncertainty of a zone: each part named and sourced, squares added, the breath to the bad side."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from marked_bodies import back_body

from meshes import load_body
from zones.contributions import COVER, zone_uncertainty
from zones.danger import danger_zones, find_zone
from zones.derive.figures import kind
from zones.uncertainty import contributions, with_sizes


@pytest.fixture(scope="module")
def body():
    return back_body()


def test_squares_add_and_every_part_says_who(body):
    for zone in danger_zones(body):
        made = zone_uncertainty(body, zone)
        assert made.sd_mm == pytest.approx(math.hypot(*(p.sd_mm for p in made.parts)))
        assert all(p.source and p.evidence and p.about for p in made.parts)
        assert [p.id for p in made.parts][:3] == ["population", "posture", "mesh"]


def test_a_derived_zone_has_the_error_of_its_own_derivation(body):
    zone = find_zone(body, "parietal_pleura_left")
    plain, derived = (zone_uncertainty(body, replace(zone, derived=flag)) for flag in (False, True))
    own = kind("parietal_pleura").uncertainty_mm
    assert derived.sd_mm == pytest.approx(math.hypot(plain.sd_mm, own))
    nerve = replace(find_zone(body, "accessory_nerve_left"), derived=True)
    general = next(row for row in contributions() if row.id == "derivation")
    assert zone_uncertainty(body, nerve).parts[-1].sd_mm == general.size


def test_a_level_found_by_counting_adds_half_a_level(body):
    zone = find_zone(body, "spinal_canal")
    counted, exact = (zone_uncertainty(body, zone, at_level=flag) for flag in (True, False))
    assert counted.sd_mm == pytest.approx(math.hypot(exact.sd_mm, 0.5 * 25.0))


def test_the_breath_is_taken_off_the_bad_side_alone(body):
    made = zone_uncertainty(body, find_zone(body, "parietal_pleura_left"))
    low, high = made.range_of(20.0)
    assert high == pytest.approx(20.0 + COVER * made.sd_mm)
    assert low == pytest.approx(20.0 - COVER * made.sd_mm - 4.5)
    assert zone_uncertainty(body, find_zone(body, "kidney_left")).unknown == ("breathing",)
    breathing = load_body("reference")
    family = zone_uncertainty(breathing, find_zone(breathing, "kidney_left"))
    assert (family.breath_mm, family.unknown) == (0.0, ())  # its phases are measured


def test_given_sizes_take_the_place_of_the_catalogue(body):
    zone = find_zone(body, "parietal_pleura_left")
    rows = with_sizes(contributions(), {"population": 0.0, "posture": 0.0, "mesh": 3.0})
    assert zone_uncertainty(body, zone, rows=rows).sd_mm == 3.0
