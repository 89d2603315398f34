"""Where it hurts → points: the patterns that hold the place, ranked; nothing that does not."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pytest
from shapes import egg_body

from meshes.body import load_body
from zones.errors import NoSkinError
from zones.pain_first import points_that_hurt
from zones.point_catalogue import point_catalogue, trigger_point
from zones.referral import phrases_of, referral_areas, referral_region
from zones.skin import nearest_on_skin


@pytest.fixture(scope="module")
def body():
    return load_body("reference")


def test_the_rhomboids_come_first_where_their_pain_is(body):
    found = points_that_hurt(body, (60.0, 95.0, 0.0))
    assert {"RMA", "RMI"} <= {one.point_id for one in found[:4]}
    assert {one.side for one in found} == {"left"}


def test_the_other_side_is_the_mirror_image(body):
    left, right = (points_that_hurt(body, (x, 95.0, 0.0)) for x in (60.0, -60.0))
    assert [one.point_id for one in left] == [one.point_id for one in right]
    assert {one.side for one in right} == {"right"}


@pytest.fixture(scope="module")
def drawn(body):
    """Every left pattern as it is drawn, without what lies around its point."""
    return {
        key: referral_region(body, point, "left").share
        for key, point in point_catalogue().points.items()
        if "left" in point.sides
    }


@pytest.mark.parametrize("spot", [(60, 95, 0), (35, 60, 160), (80, -80, 40), (110, 60, -150)])
def test_they_are_those_whose_drawn_pattern_lies_there_and_no_others(body, drawn, spot):
    """Against the region as it is drawn, at the nearest point of the skin."""
    at = nearest_on_skin(body, np.array(spot, float))
    vertex = int(((body.skin.surface.points - at) ** 2).sum(axis=1).argmin())
    found = {one.point_id: one.share for one in points_that_hurt(body, at)}
    for key, shares in drawn.items():
        if shares[vertex] > 0.3:
            assert key in found, key
        if shares[vertex] == 0.0:
            assert found.get(key, 0.0) < 0.3, key


def test_the_rank_is_by_share_then_by_how_few_places_a_pattern_names(body):
    found = points_that_hurt(body, (60.0, 95.0, 0.0))
    keys = [(-round(one.share, 2), one.areas, one.point_id) for one in found]
    assert keys == sorted(keys)
    for one in found:
        assert 0.0 < one.share <= 1.0
        assert one.phrase in phrases_of(trigger_point(one.point_id))
        assert one.areas == len(phrases_of(trigger_point(one.point_id)))


def test_around_the_point_needs_the_point(body):
    around = [
        key for key, point in point_catalogue().points.items()
        for phrase in phrases_of(point)
        for area in referral_areas().phrases.get(phrase, ())
        if "@point" in referral_areas().areas[area].line and "left" in point.sides
    ]  # fmt: skip
    assert around
    spot = nearest_on_skin(body, np.array([60.0, 95.0, 0.0]))
    with_it = points_that_hurt(body, spot, {(around[0], "left"): spot})
    assert around[0] in {one.point_id for one in with_it}


def test_a_body_without_skin_is_refused():
    body = egg_body()
    from dataclasses import replace

    bare = replace(body, structures=MappingProxyType(
        {k: s for k, s in body.structures.items() if s.system != "skin"}))  # fmt: skip
    with pytest.raises(NoSkinError):
        points_that_hurt(bare, (0, 0, 0))
