"""The danger summary of a point is the engine's own answer for its stored approach."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from marked_bodies import back_body

from zones.assess import assess
from zones.assessment import Verdict
from zones.point_check import MOST_NEAREST, PointCheck, check_point, check_points, point_row


@pytest.fixture(scope="module")
def body():
    return back_body()


def test_the_summary_is_recomputed_and_equal(body):
    check = check_point(body, "RMA", "left")
    (result,) = assess(body, check.resolved.needle).needles
    assert check.limit_depth == result.limit_depth
    clearances = {z.zone_id: z.clearance for z in result.zones}
    for zone in check.nearest:
        assert zone.clearance == clearances[zone.zone_id]
    known = sorted(c for c in clearances.values() if c is not None)
    assert [z.clearance for z in check.nearest] == known[:MOST_NEAREST]


def test_the_pleura_is_named_whatever_lies_nearer(body):
    """A row that is near, a row that is unknown, and never one that is known to be far."""
    check = check_point(body, "RMA", "left")
    (mine,) = [z for z in check.result.zones if z.zone_id == "parietal_pleura_left"]
    assert mine.clearance is not None
    assert check.pleura is mine
    crowd = [replace(mine, zone_id=f"other_{i}", clearance=0.1 * i) for i in range(9)]
    crowded = PointCheck(check.resolved, replace(check.result, zones=(*crowd, mine)))
    assert mine not in crowded.nearest
    assert crowded.told(2) == (*crowd[:2], mine)
    assert point_row(crowded)["pleura"]["clearance"] == mine.clearance
    far = replace(mine, clearance=200.0, first_contact=None)
    other = replace(mine, zone_id="parietal_pleura_right", side="right", clearance=None)
    assert PointCheck(check.resolved, replace(check.result, zones=(far, other))).pleura is None
    unknown = replace(far, clearance=None, verdict=Verdict.NOT_ASSESSED)
    missing = PointCheck(check.resolved, replace(check.result, zones=(unknown, other)))
    assert missing.told(3) == (unknown,)
    ahead = replace(far, first_contact=180.0)
    assert PointCheck(check.resolved, replace(check.result, zones=(ahead,))).pleura is ahead


def test_a_point_without_an_approach_has_no_number(body):
    for check in check_points(body, ["BIC", "ICO"]):
        assert check.result is None
        assert (check.limit_depth, check.nearest) == (None, ())


def test_the_row_is_the_contracts_and_json(body):
    rows = [point_row(check) for check in check_points(body)]
    assert len(rows) == 207
    for row in rows:
        assert {"id", "side", "muscle", "on_body", "over_muscle", "limit_depth", "nearest",
                "reason"} <= set(row)  # fmt: skip
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    (mine,) = [row for row in rows if (row["id"], row["side"]) == ("RMA", "left")]
    assert mine["on_body"]
    assert mine["over_muscle"]
    assert mine["nearest"][0].keys() == {"zone", "clearance"}
    assert np.isfinite(mine["limit_depth"])
