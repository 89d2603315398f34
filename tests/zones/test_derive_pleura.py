"""A derived pleura reaches the published ribs, lies within them and holds what was there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from torsos import DEEP, THICK, WIDE, narrowing, rib_height, torso

from meshes.checks import check_structures
from meshes.index.body_index import body_index
from zones.acceptance import chest
from zones.acceptance.probe import Probe
from zones.danger import danger_zones
from zones.derive.complete import CHECK, completed
from zones.derive.figures import figures, kind

SIDES = ("left", "right")
GAP = figures("pleura")["wall_gap"]
STEP = figures("pleura")["step"]


@pytest.fixture(scope="module")
def whole():
    """Of lungs and ribs alone."""
    return completed(torso())


@pytest.fixture(scope="module")
def short():
    """Of a pleura that ends with the lungs."""
    body = torso(with_pleura=True)
    return body, completed(body)


def test_it_reaches_the_published_ribs(whole, short):
    for body in (whole, short[1]):
        probe = Probe(body)
        for line, rib in (("mcl", 8), ("mal", 10)):
            assert abs(chest.pleura_edge_rib(probe, line) - rib) < 0.15
        # below rib 12 by 10 mm, yet within half a rib space of its middle: the careful end of both
        assert 12.0 < chest.pleura_edge_rib(probe, "pv") <= 12.5


def test_before_it_was_far_from_them(short):
    probe = Probe(short[0])
    assert chest.pleura_edge_rib(probe, "mal") < 9.0


def test_at_each_rib_it_lies_on_the_inner_face(whole):
    """Closed form: at a rib's height the wall is the ellipse less half a rib and the gap."""
    index = body_index([whole["parietal_pleura_left"]])
    for number in range(4, 8):
        z = rib_height(number)
        for degrees in (50.0, 70.0, 90.0, 110.0, 130.0):
            turn = np.radians(degrees)
            share = narrowing(z)
            on = np.array([np.sin(turn) * WIDE * share, -np.cos(turn) * DEEP * share, z])
            normal = np.array([np.sin(turn) / WIDE, -np.cos(turn) / DEEP, 0.0])
            normal /= np.linalg.norm(normal)
            found = index.pick(on + 50.0 * normal, -normal)
            assert found is not None
            assert THICK <= found.depth - 50.0 <= THICK + GAP + STEP


def test_it_is_closed_outward_and_enters_no_rib(whole):
    for side in SIDES:
        sac = whole[f"parietal_pleura_{side}"]
        assert check_structures([sac])[sac.id].closed
        assert sac.closed
    ribs = [s for s in whole.structures.values() if s.id.startswith("rib_") and s.side == "left"]
    index = body_index(ribs)
    points = whole["parietal_pleura_left"].surface.points[::7]
    assert not any((index.inside(p) == 1).any() for p in points)


def test_it_holds_what_was_there(whole, short):
    for body, own, key in (
        (whole, "lung_left", "parietal_pleura_left"),
        (short[1], "parietal_pleura_left", "parietal_pleura_completed_left"),
    ):
        index = body_index([body[key]])
        assert all(index.inside(p)[0] == 1 for p in body[own].surface.points[::3])


def test_no_line_meets_pleura_later_than_before(short):
    """The model can only become more careful."""
    before, after = short
    own, made = ["parietal_pleura_left"], ["parietal_pleura_completed_left"]
    index = body_index(after)
    rng = np.random.default_rng(4)
    met = 0
    for _ in range(200):
        turn, z = rng.uniform(0.2, 2.9), rng.uniform(-150.0, 120.0)
        entry = np.array([220.0 * np.sin(turn), -220.0 * np.cos(turn), z])
        target = np.array([60.0, 0.0, z]) + rng.uniform(-30.0, 30.0, 3)
        first = index.pick(entry, target - entry, own)
        then = index.pick(entry, target - entry, made)
        if first is not None:
            met += 1
            assert then is not None
            assert then.depth <= first.depth
    assert met > 50


def test_nothing_that_was_there_is_changed(short):
    before, after = short
    assert all(after.structures[key] is s for key, s in before.structures.items())
    assert list(after.structures)[: len(before.structures)] == list(before.structures)
    assert after.content_hash != before.content_hash


def test_it_says_what_it_is_everywhere(short):
    _, after = short
    sac = after["parietal_pleura_completed_left"]
    assert sac.derived
    assert f"± {kind('parietal_pleura').uncertainty_mm:g} mm" in sac.source
    note = next(f for f in after.findings if f.structure == sac.id)
    assert (note.check, note.severity) == (CHECK, "info")
    assert "midclavicular" in note.message
    row = next(z for z in danger_zones(after) if z.id == "parietal_pleura_left")
    assert row.derived
    assert row.complete
    assert sac.id in row.structures
    assert not next(z for z in danger_zones(short[0]) if z.id == "parietal_pleura_left").complete


def test_a_pleura_that_reaches_is_left_alone(short):
    """Completing again finds nothing lacking."""
    again = completed(short[1])
    assert again is short[1]


def test_without_the_ribs_it_is_not_derived_and_says_so():
    body = torso()
    kept = {k: s for k, s in body.structures.items() if not k.startswith("rib_7")}
    made = completed(replace(body, structures=kept))
    assert "parietal_pleura_left" not in made.structures
    said = [f.message for f in made.findings if "parietal pleura on the left" in f.message]
    assert said
    assert "not assessed" in said[0]
