"""`zones.own_points`: files read back to the last bit, locks hold, mirrors come back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import egg_body

from zones import own_points as own
from zones.errors import BadOwnPointError, LockedPointError
from zones.own_points import OwnPoint, OwnPoints
from zones.skin import nearest_on_skin

PLACE = st.floats(-1e4, 1e4, allow_nan=False)
TEXT = st.text(
    st.characters(exclude_characters="\0\r", exclude_categories=("Cs",)), max_size=40
)  # fmt: skip


@st.composite
def points(draw):
    way = np.array(draw(st.tuples(*[st.floats(-1, 1)] * 3)))
    size = float(np.linalg.norm(way))
    unit = tuple((way / size).tolist()) if size > 1e-3 else None
    return OwnPoint(
        "", draw(TEXT), draw(st.sampled_from(own.SIDES)), draw(st.tuples(PLACE, PLACE, PLACE)),
        draw(TEXT.filter(bool)), draw(TEXT), draw(TEXT), draw(st.booleans()), unit,
        draw(st.none() | st.floats(0, 300)),
    )  # fmt: skip


@st.composite
def collections(draw):
    kept = OwnPoints()
    for point in draw(st.lists(points(), max_size=5)):
        kept = own.added(kept, point)
    return kept


@settings(max_examples=150, deadline=None)
@given(collections())
def test_json_and_csv_read_back_to_the_last_bit(kept):
    assert own.from_json(own.to_json(kept)) == kept
    assert own.from_csv(own.to_csv(kept)) == kept
    assert own.from_csv("\ufeff" + own.to_csv(kept)) == kept


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["=1+1", "+A1", "-2", "@SUM(A1)", "'=1", "\tx"]))
def test_no_cell_is_a_formula(text):
    point = OwnPoint("P1", text, "mid", (0.0, 0.0, 0.0), "reference", "h", text)
    table = own.to_csv(OwnPoints((point,)))
    assert not [c for c in table.splitlines()[1].split(",") if c.startswith(("=", "+", "@"))]
    assert own.from_csv(table).points == (point,)


@pytest.fixture
def kept():
    point = OwnPoint("P1", "Sore", "left", (70.0, 95.0, 20.0), "egg", "h", "after lifting",
                     direction=(0.0, -1.0, 0.0), depth=12.5)  # fmt: skip
    return own.added(OwnPoints(), point)


def test_a_locked_point_is_neither_moved_nor_changed_nor_removed(kept):
    locked = own.edited(kept, "P1", locked=True)
    for change in ({"position": (1, 2, 3)}, {"name": "x"}, {"locked": False, "notes": "x"}):
        with pytest.raises(LockedPointError, match="unlock"):
            own.edited(locked, "P1", **change)
    with pytest.raises(LockedPointError):
        own.removed(locked, "P1")
    assert own.edited(locked, "P1", locked=False) == kept


def test_a_copy_has_an_id_and_a_name_of_its_own(kept):
    twice = own.duplicated(own.duplicated(kept, "P1"), "P1")
    assert [p.name for p in twice.points] == ["Sore", "Sore 2", "Sore 3"]
    assert len({p.id for p in twice.points}) == 3
    assert own.removed(twice, twice.points[1].id).points == (twice.points[0], twice.points[2])


def test_the_mirror_of_the_mirror_is_the_point(kept):
    body = egg_body()
    spot = tuple(nearest_on_skin(body, np.array([70.0, 95.0, 20.0])).tolist())
    kept = own.edited(kept, "P1", position=spot, body_id=body.id)
    twin = own.mirrored(kept, "P1", body)
    there = twin.points[1]
    assert there.side == "right"
    assert there.direction == (-0.0, -1.0, 0.0)
    back = own.mirrored(twin, there.id, body).points[2]
    assert back.side == "left"
    assert np.linalg.norm(np.subtract(back.position, spot)) < 2.0
    with pytest.raises(BadOwnPointError, match="open that body"):
        own.mirrored(own.edited(kept, "P1", body_id="another"), "P1", body)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"side": "up"}, "expected left, right, mid"), ({"body_id": ""}, "no body"),
        ({"position": (1, 2)}, "three numbers"), ({"position": (1, 2, float("nan"))}, "three"),
        ({"direction": (0, 0, 2)}, "length 1"), ({"depth": -1}, "0 or more"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(kept, change, says):
    with pytest.raises(BadOwnPointError, match=says):
        own.edited(kept, "P1", **change)
    with pytest.raises(BadOwnPointError, match=says):
        own.added(kept, replace(kept.points[0], **change))


@pytest.mark.parametrize(
    ("read", "text", "says"),
    [
        (own.from_json, "{", "no JSON"), (own.from_json, "[]", "expected"),
        (own.from_json, '{"schema": "needlewise/own-points/2"}', "newer"),
        (own.from_json, '{"schema": "needlewise/own-points/1"}', "no list"),
        (own.from_json, '{"schema": "needlewise/own-points/1", "points": [1]}', "fields"),
        (own.from_csv, "", "columns"), (own.from_csv, "a,b\n", "columns"),
        (own.from_csv, ",".join(own.COLUMNS) + "\nP1,x\n", "line 2"),
        (own.from_csv, ",".join(own.COLUMNS) + "\nP1,x,left,a,0,0,b,h,no,,,,,\n", "numbers"),
        (own.from_csv, ",".join(own.COLUMNS) + "\nP1,x,left,0,0,0,b,h,?,,,,,\n", "yes or no"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_in_one_sentence(read, text, says):
    with pytest.raises(BadOwnPointError, match=says) as told:
        read(text)
    assert "\n" not in str(told.value)
