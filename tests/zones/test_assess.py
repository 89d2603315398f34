"""`assess`: verdicts, what is never clear, and the answers of the engine in its records."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from shapes import egg_body
from solids import ball_arrays, body_of, pipe_arrays, slab_arrays, structure, zone

from meshes.errors import UnknownStructureError
from meshes.surface import SurfaceKind
from zones.assess import assess, assess_needles
from zones.assessment import Verdict
from zones.danger import danger_zones
from zones.needle import Needle
from zones.progress import CancelledError

CUBE = structure("cube", slab_arrays((-10, -10, -10), (10, 10, 10)))
BODY = body_of(CUBE)


def result(needle, *zones, body=BODY, **more):
    return assess(body, needle, list(zones) or [zone("cube")], **more).needles[0]


@pytest.mark.parametrize(
    ("depth", "verdict"),
    [(20, "clear"), (24.8499, "clear"), (24.86, "within_margin"), (29, "within_margin"),
     (29.85, "breach"), (35, "breach")],
)  # fmt: skip
def test_verdicts_by_depth_before_a_wall(depth, verdict):
    assert result(Needle([-40, 1, 2], [1, 0, 0], depth, 0.15)).verdict.value == verdict


def test_a_record_says_where_and_how_deep():
    needle = Needle([-40, 1, 2], [1, 0, 0], 20, 0.15)
    found = result(needle)
    (row,) = found.zones
    assert row.clearance == row.clearance_worst == 9.85
    assert row.at_depth == 20.0
    np.testing.assert_array_equal(row.nearest, [-10, 1, 2])
    np.testing.assert_array_equal(row.on_axis, [-20, 1, 2])
    assert row.first_contact == pytest.approx(30, abs=1e-8)
    assert row.limit_depth == found.limit_depth == pytest.approx(24.85, abs=1e-8)
    assert (row.nearest_structure, row.structures, row.note) == ("cube", ("cube",), "")
    assert found.searched_length == 300.0


def test_nearest_points_are_as_far_apart_as_the_clearance_says():
    body = egg_body()
    rng = np.random.default_rng(0)
    for _ in range(40):
        needle = Needle(rng.normal(size=3) * 120, rng.normal(size=3), 30, 0.1)
        for row in assess(body, needle).needles[0].zones:
            if row.clearance is not None:
                apart = np.linalg.norm(row.nearest - row.on_axis)
                assert apart == pytest.approx(abs(row.clearance + 0.1), abs=2e-8)


def test_what_the_body_lacks_is_not_assessed_and_never_clear():
    found = result(Needle([-400, 1, 2], [-1, 0, 0], 1), zone("cube"), zone())
    absent = found.zones[1]
    assert found.zones[0].verdict is Verdict.CLEAR
    assert absent.verdict is found.verdict is Verdict.NOT_ASSESSED
    assert absent.note == "zone.missing"
    assert (absent.clearance, absent.limit_depth, absent.first_contact) == (None, None, None)
    assert assess(BODY, Needle([0, 0, 40], [0, 0, 1], 1), []).verdict is Verdict.NOT_ASSESSED


def test_an_incomplete_zone_can_be_breached_but_never_clear():
    part = zone("cube", complete=False, note="zone.incomplete")
    far, near, hit = (
        result(Needle([-40, 1, 2], [1, 0, 0], depth), part).zones[0] for depth in (5, 27, 35)
    )
    assert [r.verdict.value for r in (far, near, hit)] == [
        "not_assessed", "within_margin", "breach"
    ]  # fmt: skip
    assert far.note == "zone.incomplete"


def test_an_open_solid_is_sign_unavailable_wherever_it_is_not_near():
    points, faces = ball_arrays(20)
    body = body_of(structure("ball", (points, faces[2:]), closed=False))
    outside, inside, near, hit = (
        result(needle, zone("ball"), body=body).zones[0]
        for needle in (
            Needle([60, 0, 0], [0, 1, 0], 5), Needle([0, 0, 0], [0, 1, 0], 5),
            Needle([-40, 1, 2], [1, 0, 0], 17), Needle([-40, 1, 2], [1, 0, 0], 60),
        )
    )  # fmt: skip
    assert outside.verdict is inside.verdict is Verdict.NOT_ASSESSED
    assert outside.note == "zone.sign_unavailable"
    assert inside.note == "zone.maybe_inside"
    assert inside.limit_depth == 0.0
    assert near.verdict is Verdict.WITHIN_MARGIN
    assert hit.verdict is Verdict.BREACH


def test_declared_sheets_and_capped_tubes_may_be_clear():
    sheet = structure("sheet", ball_arrays(20), SurfaceKind.SHEET, closed=False)
    tube = structure("tube", pipe_arrays(), SurfaceKind.TUBE, closed=False, system="vessel")
    body = body_of(sheet, tube)
    found = result(Needle([90, 0, 30], [0, 1, 0], 5), zone("sheet"), zone("tube"), body=body)
    assert [r.verdict for r in found.zones] == [Verdict.CLEAR] * 2
    through = result(Needle([0.2, 0.1, 90], [0, 0, -1], 60), zone("tube"), body=body)
    assert through.verdict is Verdict.BREACH
    assert through.zones[0].first_contact == pytest.approx(30)


def test_a_needle_is_as_bad_as_its_worst_zone():
    ball = structure("ball", ball_arrays(5, (-36, 0, 0)))
    found = result(
        Needle([-60, 0, 0], [1, 0, 0], 35), zone("cube"), zone("ball"), zone(),
        body=body_of(CUBE, ball),
    )  # fmt: skip
    assert [r.verdict.value for r in found.zones] == ["clear", "breach", "not_assessed"]
    assert found.verdict is Verdict.BREACH
    assert found.limit_depth == found.zones[1].limit_depth


def test_a_larger_margin_never_improves_anything():
    rng = np.random.default_rng(1)
    order = list(Verdict)
    for _ in range(40):
        needle = Needle(rng.normal(size=3) * 30, rng.normal(size=3), 10)
        found = [result(needle, zone("cube", margin=m)) for m in (1.0, 3.0, 9.0)]
        ranks = [order.index(f.verdict) for f in found]
        assert ranks == sorted(ranks, reverse=True)
        limits = [np.inf if f.limit_depth is None else f.limit_depth for f in found]
        assert limits == sorted(limits, reverse=True)


def test_beyond_the_interest_radius_there_is_no_number():
    row = result(Needle([-400, 1, 2], [0, 1, 0], 5), within_mm=40.0).zones[0]
    assert (row.clearance, row.at_depth, row.nearest) == (None, None, None)
    assert row.note == "zone.beyond"
    assert row.verdict is Verdict.CLEAR
    near = result(Needle([-40, 1, 2], [0, 1, 0], 5), within_mm=40.0).zones[0]
    assert near.clearance == pytest.approx(29.85)


def test_a_small_interest_radius_cannot_hide_a_margin():
    row = result(Needle([-16, 0, 0], [0, 0, 1], 5), zone("cube", margin=8), within_mm=1.0)
    assert row.verdict is Verdict.WITHIN_MARGIN


def test_the_catalogue_decides_the_rows():
    body = egg_body()
    found = assess(body, Needle([70, 110, 20], [0, -1, 0], 60, 0.15))
    assert [z.zone_id for z in found.needles[0].zones] == [z.id for z in danger_zones(body)]
    assert found.verdict is Verdict.BREACH
    assert {m.split(":")[1] for m in found.not_modelled if ":" in m} == {
        z.id for z in danger_zones(body) if not z.structures
    }
    assert (found.body_id, found.body_hash, found.phase) == ("egg", "egg-1", "end-expiration")


def test_many_needles_keep_their_order_and_can_be_cancelled():
    needles = [Needle([-40, 1, 2], [1, 0, 0], depth) for depth in (35, 5, 27)]
    found = assess_needles(BODY, needles, [zone("cube")])
    assert [n.verdict.value for n in found.needles] == ["breach", "clear", "within_margin"]
    asked = iter([False, True])
    with pytest.raises(CancelledError):
        assess_needles(BODY, needles, [zone("cube")], cancelled=lambda: next(asked))


def test_an_unknown_structure_is_an_error_and_not_a_clear_zone():
    with pytest.raises(UnknownStructureError, match="gall"):
        assess(BODY, Needle([0, 0, 0], [1, 0, 0], 1), [zone("gall")])


def test_a_quick_record_has_every_field_of_its_kind():
    for row in result(Needle([-40, 1, 2], [1, 0, 0], 20), zone("cube"), zone()).zones:
        assert set(vars(row)) == {f.name for f in fields(row)}
