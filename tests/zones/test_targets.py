"""Paths to a target: closed forms, every path assessed again, every refusal for its own reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bundles import ball, zone
from nasty import box
from shapes import egg_body

from meshes.body import Body, Subject
from meshes.catalogue import Structure
from zones.assess import assess
from zones.assessment import Verdict
from zones.danger import danger_zones
from zones.errors import BadTargetError, NoSkinError
from zones.needle import Needle
from zones.progress import CancelledError
from zones.skin import nearest_on_skin, skin_normal
from zones.targets import BONE, SKIN, TILT, ZONE, paths_to


def body_of(**surfaces) -> Body:
    """A body of surfaces whose system is the first word of their ids."""
    parts = {k: Structure(k, k, "mid", k.partition("_")[0], s) for k, s in surfaces.items()}
    name = "-".join(surfaces)
    return Body(name, name, "1", "CC0", "", "standing", "none", Subject(), parts, name)


SKIN_BALL = {"skin": ball(50.0, rings=80)}


def test_in_a_ball_of_skin_the_entries_are_a_cap_of_known_size():
    body = body_of(**SKIN_BALL, muscle=box((10, 10, 10), (0, 0, 35)))
    target, length = np.array([0.0, 0.0, 35.0]), 22.0
    found = paths_to(body, target, [], max_length_mm=length, max_tilt_deg=30.0)
    away = np.linalg.norm(found.entries - target, axis=1)
    assert (away <= length).all()
    ways = (target - found.entries) / away[:, None]
    tilt = np.degrees(np.arccos((-found.entries / np.linalg.norm(found.entries, axis=1)[:, None]
                                 * ways).sum(axis=1)))  # fmt: skip
    sure = np.abs(tilt - 30.0) > 1.0
    assert ((tilt < 30.0) == (found.reason < 0))[sure].all()
    assert found.refused == {TILT: int((found.reason == 0).sum())}
    assert found.tried == found.admissible + sum(found.refused.values()) == len(found.entries)
    assert found.muscles == ("muscle",)
    assert found.paths[0].length == pytest.approx(15.0, abs=0.05)
    for one, path in enumerate(found.paths):
        assert path.tilt_deg <= 30.0
        assert np.linalg.norm(path.needle.tip - target) < 1e-9
        for other in found.paths[:one]:
            assert np.linalg.norm(other.needle.entry - path.needle.entry) >= 8.0


def test_every_path_keeps_every_margin_and_the_ranking_holds():
    body = egg_body()
    zones = [replace(z, margin_mm=4.0) for z in danger_zones(body)]
    start = nearest_on_skin(body, [100.0, 80.0, -40.0])
    target = start + 12.0 * skin_normal(body, start)
    found = paths_to(body, target, zones, max_length_mm=60.0, most=8)
    assert found.admissible > 0
    assert found.refused
    assert "kidney_left" in found.unknown
    tenths = [np.floor(10 * p.spare) for p in found.paths]
    assert tenths == sorted(tenths, reverse=True)
    for path in found.paths:
        again = assess(body, path.needle, zones).needles[0]
        known = [z for z in again.zones if z.clearance is not None]
        assert min(z.clearance - z.margin for z in known) == pytest.approx(path.spare, abs=1e-9)
        assert path.spare >= 0.0
        assert path.verdict is Verdict.NOT_ASSESSED  # zones that the eggs lack


def test_a_refusal_names_the_zone_whose_margin_is_lost():
    body = egg_body()
    zones = [replace(z, margin_mm=4.0) for z in danger_zones(body)]
    start = nearest_on_skin(body, [100.0, 80.0, -40.0])
    found = paths_to(body, start + 12.0 * skin_normal(body, start), zones, max_length_mm=60.0)
    rng = np.random.default_rng(2)
    for name, count in found.refused.items():
        chosen = np.flatnonzero(found.reason == found.reasons.index(name))
        assert len(chosen) == count
        if not name.startswith(ZONE):
            continue
        for i in rng.choice(chosen, 10):
            gap = found.target - found.entries[i]
            needle = Needle(found.entries[i], gap, np.linalg.norm(gap))
            rows = {z.zone_id: z for z in assess(body, needle, zones).needles[0].zones}
            lost = {k: z.clearance - z.margin for k, z in rows.items() if z.clearance is not None}
            assert lost[name.removeprefix(ZONE)] == min(lost.values()) < 0.0


def test_bone_in_the_way_and_skin_crossed_twice_are_refused():
    bone = {"bone": box((8, 8, 2), (0, 0, 42))}
    found = paths_to(body_of(**SKIN_BALL, **bone), [0, 0, 35.0], [], max_length_mm=30.0)
    through = np.abs(found.entries[:, :2]).max(axis=1) < 4.0
    assert through.any()
    assert (found.reason[through] == found.reasons.index(BONE)).all()
    two = np.concatenate([ball(30.0, rings=30).points, ball(30.0, (0, 0, 70), rings=30).points])
    faces = ball(30.0, rings=30).triangles
    from meshes.surface import Surface

    skin = Surface.of(two, np.concatenate([faces, faces + len(two) // 2]))
    found = paths_to(body_of(skin=skin), [0, 0, 20.0], [], max_length_mm=90.0)
    above = found.entries[:, 2] > 60.0
    refused = found.reason[above]
    assert (refused >= 0).all()
    assert (refused == found.reasons.index(SKIN)).any()


def test_wider_limits_admit_more_and_wider_margins_fewer():
    body = body_of(**SKIN_BALL, organ=ball(6.0, (12, 0, 30)))
    counts = [
        paths_to(body, [0, 0, 35.0], [zone("organ", margin)], max_length_mm=length,
                 max_tilt_deg=tilt).admissible
        for margin, length, tilt in ((3, 20, 30), (3, 25, 30), (3, 25, 50), (1, 25, 50))
    ]  # fmt: skip
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


@pytest.mark.parametrize(
    ("target", "limits", "part"),
    [([0, 0, 90.0], {}, "outside the skin"), ([0, 0], {}, "three"),
     ([0, 0, np.nan], {}, "three"), ([0, 0, 9.0], {"max_length_mm": 0.0}, "length"),
     ([0, 0, 9.0], {"max_tilt_deg": 95.0}, "tilt")],
)  # fmt: skip
def test_what_is_no_target_is_refused(target, limits, part):
    with pytest.raises(BadTargetError, match=part):
        paths_to(body_of(**SKIN_BALL), target, [], **limits)


def test_without_a_skin_there_is_no_entry_and_work_can_be_stopped():
    with pytest.raises(NoSkinError):
        paths_to(body_of(organ=ball()), [0, 0, 0], [])
    with pytest.raises(CancelledError):
        paths_to(body_of(**SKIN_BALL), [0, 0, 35.0], [], cancelled=lambda: True)
    told = []
    found = paths_to(body_of(**SKIN_BALL), [0, 0, 0.0], [], max_length_mm=9.0,
                     progress=told.append)  # fmt: skip
    assert (found.tried, found.paths) == (0, ())
    assert told == sorted(told)
