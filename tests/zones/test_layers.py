"""Layers along a line: enter and exit by depth, on closed and on open surfaces."""

from __future__ import annotations

import numpy as np
import pytest
from solids import ball_arrays, body_of, pipe_arrays, slab_arrays, structure

from meshes.surface import SurfaceKind
from zones.assess import assess
from zones.layers import closed_spans, merged, open_spans
from zones.needle import Needle

SKIN = structure("skin", slab_arrays((-100, -100, -100), (100, 100, 100)), system="skin")
RIB = structure("rib", slab_arrays((-100, 60, -5), (100, 70, 5)), system="bone")
LUNG = structure("lung", ball_arrays(30, rings=40))


def spans(needle, *structures, **more):
    found = assess(body_of(*structures), needle, [], **more).needles[0].layers
    return [(s.structure, round(s.enter, 6), s.exit and round(s.exit, 6)) for s in found]


def test_a_line_through_a_torso_in_order():
    found = spans(Needle([1, 120, 2], [0, -1, 0], 10), SKIN, RIB, LUNG)
    assert found[0] == ("skin", 20.0, 220.0)
    assert found[1] == ("rib", 50.0, 60.0)
    name, enter, leave = found[2]
    assert name == "lung"
    assert enter == pytest.approx(120 - np.sqrt(900 - 5), abs=0.2)
    assert leave - enter == pytest.approx(2 * np.sqrt(900 - 5), abs=0.3)


def test_bone_is_marked_and_the_rest_is_not():
    layers = assess(body_of(SKIN, RIB), Needle([1, 120, 2], [0, -1, 0], 10), []).needles[0].layers
    assert [s.bone for s in layers] == [False, True]


@pytest.mark.parametrize("y", [100.0, 99.999999999, 60.0, -40.0])
def test_an_entry_on_or_in_the_skin_enters_at_once(y):
    (name, enter, leave), *_ = spans(Needle([1, y, 2], [0, -1, 0], 10), SKIN)
    assert (name, enter, leave) == ("skin", 0.0, pytest.approx(y + 100))


def test_a_line_that_ends_inside_and_one_that_never_gets_there():
    needle = Needle([1, 120, 2], [0, -1, 0], 10)
    assert spans(needle, SKIN, RIB, searched_length_mm=55) == [
        ("skin", 20.0, None), ("rib", 50.0, None)
    ]  # fmt: skip
    assert spans(needle, SKIN, RIB, searched_length_mm=40) == [("skin", 20.0, None)]
    assert spans(Needle([1, 120, 2], [0, 1, 0], 10), SKIN) == []


def test_through_every_vertex_of_a_ball_there_is_one_span():
    points, _ = ball_arrays(30, rings=12)
    ball = structure("ball", ball_arrays(30, rings=12))
    for p in points:
        found = spans(Needle(p * 2, -p, 5), ball)
        assert len(found) == 1
        assert found[0][1] == pytest.approx(30, abs=1e-5)


def test_a_graze_is_no_layer():
    assert spans(Needle([-200, 100, 3], [1, 0, 0], 5), SKIN) in ([], [("skin", 100.0, 300.0)])
    assert spans(Needle([-200, 100.0001, 3], [1, 0, 0], 5), SKIN) == []


def test_overlapping_parts_are_one_layer():
    a, faces = ball_arrays(10)
    both = structure("both", (np.concatenate([a, a + [8, 0, 0]]), [*faces, *(faces + len(a))]))
    found = spans(Needle([-50, 1, 2], [1, 0, 0], 5), both)
    assert len(found) == 1
    assert found[0][2] - found[0][1] == pytest.approx(8 + 2 * np.sqrt(95), abs=0.3)


def test_open_surfaces_count_by_their_crossings():
    points, faces = ball_arrays(30, rings=12)
    needle = Needle([1, 120, 2], [0, -1, 0], 10)
    holed = structure("holed", (points, faces[4:]), closed=False)
    layer = assess(body_of(holed), needle, []).needles[0].layers[0]
    assert layer.open
    assert layer.exit - layer.enter > 55
    sheet = structure("sheet", (points, faces[faces.max(axis=1) < 200]), SurfaceKind.SHEET)
    assert all(s.open for s in assess(body_of(sheet), needle, []).needles[0].layers)
    pipe = structure("pipe", pipe_arrays(), SurfaceKind.TUBE, closed=False)
    assert spans(Needle([0.2, 0.1, -20], [0, 0, 1], 5), pipe) == [("pipe", 20.0, 80.0)]


def test_spans_of_crossings():
    assert list(closed_spans([1, 4], [-1, 1])) == [(1, 4)]
    assert list(closed_spans([4], [1])) == [(0.0, 4)]
    assert list(merged(closed_spans([1, 2, 3, 5], [-1, -1, 1, 1]))) == [(1, 5)]
    assert list(merged(iter([(1.0, 2.0), (2.0, 3.0), (4.0, 4.0), (5.0, 6.0)]))) == [
        (1.0, 3.0), (5.0, 6.0)
    ]  # fmt: skip
    assert list(open_spans([1, 4], [-1, 1])) == [(1, 4)]
    assert list(open_spans([1, 4, 6], [-1, 1, -1])) == [(1, 1), (4, 4), (6, 6)]
    assert list(open_spans([1, 4], [1, 1])) == [(1, 1), (4, 4)]
