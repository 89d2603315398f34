"""The variants against the built body, at the sites where reading too deep is dangerous.

A row's upper limit falls or rises from variant to variant; the family may rise no faster. So a body
built within its own limits stays within them in every variant.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from meshes.body import load_body
from zones.acceptance import back, chest
from zones.acceptance.probe import Probe
from zones.acceptance.rows import VARIANTS, acceptance_rows

BUILT = "M1"
MEASURES = {
    "gb21_pleura": back.gb21_pleura,
    "rhomboid_muscle_depth": back.rhomboid_muscle_depth,
    "rhomboid_rib_depth": back.rhomboid_rib_depth,
    "second_space_pleura": chest.second_space_pleura,
}
SLACK_MM = 1.5
"""Lines follow the skin's own normal, which turns a little from body to body."""


def limit(measure, variant):
    """Upper limit of the required row for a variant; ``None`` where there is none."""
    rows = [r for r in acceptance_rows() if r.measure == measure and variant in r.variants]
    return next((r.accept[1] for r in rows if r.gate == "R" and r.accept), None)


def probe_of(variant):
    """A probe of skin, bones, pleura and the rhomboids alone: quick to index."""
    body = load_body(f"reference:{variant}")
    kept = {
        k: s
        for k, s in body.structures.items()
        if s.system in ("skin", "bone", "cartilage", "pleura") or "rhomboid" in k
    }
    return Probe(replace(body, structures=MappingProxyType(kept)))


def check(built, variant, measures=tuple(MEASURES)):
    probe = probe_of(variant)
    compared = 0
    for name in measures:
        here, there = limit(name, variant), limit(name, BUILT)
        if here is None or there is None:
            continue
        rise = MEASURES[name](probe) - MEASURES[name](built)
        assert rise <= here - there + SLACK_MM, (name, rise)
        compared += 1
    assert compared


@pytest.fixture(scope="module")
def built():
    return probe_of(BUILT)


def test_the_heaviest_man_stays_within_the_limits_that_rise_with_him(built):
    check(built, "M3")


@pytest.mark.long
@pytest.mark.parametrize("variant", [v for v in VARIANTS if v not in (BUILT, "M3")])
def test_every_variant_stays_within_the_limits_of_its_own_rows(built, variant):
    check(built, variant)
