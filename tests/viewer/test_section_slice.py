"""The slice along the needle: it holds the needle, its bands are true, names have their room."""

import numpy as np
import pytest
from shapes import ball_arrays, egg_body
from solids import body_of, slab_arrays, structure

from viewer.section_slice import Frame, back_to_front, make_slice, slice_plane, turn_to
from zones.needle import Needle

OBLIQUE = Needle((70.0, 95.0, 20.0), (-0.3, -0.8, 0.4), 30.0)
INWARD = np.array([0.0, -1.0, 0.0])


@pytest.mark.parametrize("turn", [0, 17, 90, 179])
def test_the_plane_holds_the_needle_and_down_is_into_the_body(turn):
    plane = slice_plane(OBLIQUE, INWARD, turn)
    ends = [OBLIQUE.entry, OBLIQUE.point_at(30.0), OBLIQUE.point_at(300.0)]
    assert np.abs(plane.height(ends)).max() < 1e-9
    assert plane.down @ INWARD > 0.5
    assert plane.flat([OBLIQUE.entry])[0] == pytest.approx((0, 0))


def test_along_the_body_the_head_is_left_and_letters_say_so():
    straight = Needle((70.0, 95.0, 20.0), (0, -1, 0), 30.0)
    made = make_slice(egg_body(), straight, INWARD, 0.0, Frame())
    assert made.edges == ("S", "I")
    assert set(make_slice(egg_body(), straight, INWARD, 90.0, Frame()).edges) == {"L", "R"}


def test_turned_to_a_point_the_plane_holds_it():
    point = np.array([40.0, 60.0, -31.0])
    plane = slice_plane(OBLIQUE, INWARD, turn_to(OBLIQUE, point))
    assert abs(plane.height([point])[0]) < 1e-9


def test_a_needle_along_the_body_axis_still_has_a_plane():
    upright = Needle((0, 0, 0), (0, 0, 1), 30.0)
    plane = slice_plane(upright, None, 0.0)
    assert np.isfinite(plane.normal).all()
    assert plane.down == pytest.approx((0, 0, 1))


def test_bands_lie_at_their_depths_and_the_small_lie_on_the_large():
    """Slabs from y = 100 inwards: the depth of every border is exact."""
    skin = structure("skin", slab_arrays((-90, -100, -90), (90, 100, 90)), system="skin")
    muscle = structure("muscle", slab_arrays((-60, 60, -60), (60, 92, 60)), system="muscle")
    rib = structure("rib", slab_arrays((-30, 66, -30), (30, 78, 30)), system="bone")
    body = body_of(rib, muscle, skin)
    needle = Needle((0, 100, 0), (0, -1, 0), 20.0)
    made = make_slice(body, needle, INWARD, 0.0, Frame(100.0, 100.0))
    assert [piece.structure_id for piece in made.pieces] == ["skin", "muscle", "rib"]
    for depth, name in (
        (-5, None),
        (4, "skin"),
        (10, "muscle"),
        (30, "rib"),
        (36, "muscle"),
        (62, None),
    ):
        found = made.piece_at(np.array([0.0, float(depth)]))
        assert (found.structure_id if found else None) == name, depth
    borders = [piece.section.points[:, 1].min() for piece in made.pieces]
    assert borders == pytest.approx([0.0, 8.0, 22.0])
    assert made.piece_at(np.array([999.0, 0.0])) is None


def test_a_box_for_a_name_lies_in_its_own_band_only():
    body = egg_body()
    needle = Needle((70.0, 95.0, 20.0), (0, -1, 0), 15.0)
    made = make_slice(body, needle, INWARD, 0.0, Frame(120.0, 90.0))
    tried = 0
    for number, piece in enumerate(made.pieces):
        for spot in made.room_for(number, 20.0, 4.0)[:25]:
            for corner in ((-10, -2), (10, -2), (-10, 2), (10, 2), (0, 0)):
                assert made.piece_at(spot + corner) is piece
            tried += 1
    assert tried
    assert len(made.room_for(0, 4000.0, 4.0)) == 0


def test_order_is_by_tissue_then_by_size():
    ball = ball_arrays(10.0)
    body = body_of(structure("heart", ball), structure("nerve", ball_arrays(2.0), system="nerve"),
                   structure("muscle", ball_arrays(1.0), system="muscle"))  # fmt: skip
    needle = Needle((0, 0, 0.1), (0, -1, 0), 5.0)
    pieces = make_slice(body, needle, None, 90.0, Frame()).pieces
    assert [p.structure_id for p in pieces] == ["muscle", "heart", "nerve"]
    assert back_to_front(body, []) == []
