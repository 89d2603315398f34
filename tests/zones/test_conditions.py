"""Conditions lead to points that exist, with their source, and claim nothing."""

from __future__ import annotations

import copy
import tomllib
from importlib.resources import files

import pytest

from zones.conditions import conditions, conditions_of, parse_conditions
from zones.errors import BadCatalogueError

TEXT = files("zones").joinpath("data/conditions.toml").read_text(encoding="utf-8")


def test_the_guides_conditions_lead_to_points_and_muscles():
    assert len(conditions()) >= 10
    for condition in conditions().values():
        assert condition.points
        assert condition.source
        assert len(set(condition.points)) == len(condition.points)
    assert "Gluteus medius" in conditions()["sciatica_hip"].muscles
    assert len(conditions()["sciatica_hip"].muscles) < len(conditions()["sciatica_hip"].points)


def test_the_way_back_from_a_point():
    for condition in conditions().values():
        for point in condition.points:
            assert condition in conditions_of(point.id)
    assert conditions_of("ICO") == []


def test_no_blocked_point_is_offered_and_no_effect_claimed():
    for condition in conditions().values():
        assert not any(point.not_recommended for point in condition.points)
    assert not any(word in TEXT.lower() for word in ("cure", "heals", "effective", "recommended"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["condition"][0].update(points=["XX9"]),
        lambda d: d["condition"][0].update(points=[]),
        lambda d: d["condition"][0].update(source="nobody"),
        lambda d: d.update(points_origin=""),
    ],
)
def test_a_spoilt_row_is_refused(spoil):
    data = copy.deepcopy(tomllib.loads(TEXT))
    spoil(data)
    with pytest.raises(BadCatalogueError):
        parse_conditions(data)
