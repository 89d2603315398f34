"""A needle carried to another member of the family keeps its place on the skin, and comes back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from meshes.body import load_body
from zones.carry import carried_needle, carried_plan, compared, is_carriable
from zones.edits import add_needle
from zones.errors import BadPlanError
from zones.needle import Needle
from zones.plan import empty_plan
from zones.refit import REFITTED
from zones.session import Session
from zones.skin import nearest_on_skin


@pytest.fixture(scope="module")
def man():
    return load_body("reference")


@pytest.fixture(scope="module")
def woman():
    return load_body("reference:F1")


def on_the_back(body):
    entry = nearest_on_skin(body, (44.0, 106.0, -22.0))
    return Needle(entry, np.array([0.1, -0.9, -0.2]), 25.0, 0.15)


def test_the_entry_lies_on_the_other_skin_and_the_way_back_is_exact(man, woman):
    needle = on_the_back(man)
    there = carried_needle(needle, man, woman)
    assert np.linalg.norm(there.entry - needle.entry) > 1.0  # F1 is smaller
    np.testing.assert_allclose(nearest_on_skin(woman, there.entry), there.entry, atol=1e-9)
    assert (there.depth, there.radius) == (needle.depth, needle.radius)
    np.testing.assert_array_equal(there.direction, needle.direction)
    back = carried_needle(there, woman, man)
    np.testing.assert_allclose(back.entry, needle.entry, atol=1e-6)


def test_a_carried_plan_is_flagged_and_not_yet_saved(man, woman):
    session = Session(man)
    session.apply(add_needle(on_the_back(man)))
    session.mark_saved()
    plan = carried_plan(session.plan, man, woman)
    assert plan.body_hash == woman.content_hash
    assert [n.flag for n in plan.needles] == [REFITTED]
    session.open(woman, plan, is_saved=False)
    assert session.plan is plan
    assert session.is_modified
    session.open(man, empty_plan(man), is_saved=False)
    assert not session.is_modified  # nothing could be lost


def test_another_body_is_refused(man, small_other):
    assert not is_carriable(man, small_other)
    with pytest.raises(BadPlanError, match="not two states"):
        carried_needle(on_the_back(man), man, small_other)


@pytest.fixture
def small_other():
    from shapes import egg_body

    return egg_body()


def test_the_comparison_tells_each_member_apart(man):
    rows = list(compared(on_the_back(man), man, ["reference", "reference:M3"], load_body))
    assert [row.body_id for row in rows] == ["reference", "reference:M3"]
    slim, heavy = (row.result.limit_depth for row in rows)
    assert slim is not None
    assert heavy is not None
    assert heavy > slim + 3.0  # more tissue before the same ribs
    assert rows[1].needle.entry[1] > rows[0].needle.entry[1]


def test_a_needle_off_the_skin_keeps_its_offset(man, woman):
    needle = on_the_back(man)
    off = replace(needle, entry=needle.entry + np.array([0.0, 4.0, 0.0]))
    there = carried_needle(off, man, woman)
    gap = np.linalg.norm(nearest_on_skin(woman, there.entry) - there.entry)
    assert gap == pytest.approx(
        np.linalg.norm(nearest_on_skin(man, off.entry) - off.entry), abs=1.0
    )
