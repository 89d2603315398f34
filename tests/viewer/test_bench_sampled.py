"""The benchmark's rows of drawn needles: what they count; not the times."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.bench import sampled
from viewer.bench.peers import Peer
from viewer.bench.sampled import merged, near_needle, perturbed, sampled_rows
from viewer.bench.synthetic import synthetic_body, synthetic_zones
from viewer.bench.truth import Soup, nearest


@pytest.fixture(scope="module")
def torso():
    body = synthetic_body(0.12)
    return body, synthetic_zones(body)


def right(surfaces):
    soup = Soup.of(surfaces)
    return lambda needle: nearest(soup, needle.entry, needle.direction, needle.depth)[0]


def kinder(surfaces):
    answer = right(surfaces)
    return lambda needle: answer(needle) + 0.5


def test_rows_are_right_and_count_a_peer_that_is_too_kind(torso, monkeypatch):
    body, zones = torso
    monkeypatch.setattr(sampled, "CHECKED", 6)
    peers = [Peer("right", "", right), Peer("kind", "", kinder, is_slow=True)]
    nearest_zone, every = sampled_rows(body, zones, near_needle(body, zones), peers, n=1500)
    for row, groups in ((nearest_zone, 1), (every, len(zones))):
        assert (row.reassuring_errors, row.pairs, row.goal) == (0, 6 * groups, None)
        assert row.peers["right"].reassuring_errors == 0
        assert row.peers["right"].ratio == pytest.approx(row.peers["right"].ms / row.product_ms)
    assert nearest_zone.peers["kind"].reassuring_errors == 4
    assert every.peers["kind"].reassuring_errors > 4 * len(zones) - 1
    assert "1,500 drawn needles, every zone" in every.job


def test_the_needles_are_about_one_near_the_goal(torso):
    body, zones = torso
    entries, directions, depths = perturbed(near_needle(body, zones), 4000)
    assert np.allclose(np.linalg.norm(directions, axis=1), 1.0)
    assert entries.std(axis=0).max() == pytest.approx(1.0, rel=0.1)
    assert depths.std() == pytest.approx(2.0, rel=0.1)
    surfaces = [s.surface for s in body.structures.values()]
    assert len(merged(surfaces).triangles) == sum(len(s.triangles) for s in surfaces)
