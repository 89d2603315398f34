"""Vessels and nerves find room: out of solids and of each other, against closed forms."""

import numpy as np
import pytest

from meshes.reference import ribs
from meshes.reference.between_ribs import filled
from meshes.reference.grid import Grid
from meshes.reference.settle import GAP, Room, beside, in_order, settled
from meshes.reference.shapes import ellipsoid
from meshes.reference.solid import Solid
from meshes.reference.spine import column
from meshes.reference.tubes import Tube


def ball(centre, radius, step=0.8):
    c = np.asarray(centre, float)
    grid = Grid.around(c - radius - 8, c + radius + 8, step)
    return Solid(grid, ellipsoid(grid.axes(), c, [radius] * 3))


def straight(y=0.0, z=0.0, radius=1.0, half=40.0):
    x = np.arange(-half, half + 0.5)
    return Tube(np.stack([x, np.full(len(x), y), np.full(len(x), z)], 1), np.full(len(x), radius))


def test_a_tube_goes_round_a_ball_and_no_farther():
    made = Room([ball((0, 0, 0), 8)]).settle(straight(y=3.0))
    away = np.linalg.norm(made.points, axis=1)
    assert away.min() > 8 + 1.0 - 0.05
    assert away.min() < 8 + 1.0 + 2 * GAP
    assert np.abs(made.points[[0, -1]] - [[-40, 3, 0], [40, 3, 0]]).max() < 0.5


def test_a_free_tube_stays_where_it_was_authored():
    tube = straight(y=20.0)
    made = Room([ball((0, 0, 0), 8)]).settle(tube)
    assert np.abs(made.points - tube.points).max() < 1e-9


def test_between_two_walls_a_tube_lies_in_the_middle():
    """Balls 3.2 mm apart: a tube of 1 mm radius fits between them, however it was authored."""
    room = Room([ball((0, 9.6, 0), 8), ball((0, -9.6, 0), 8)])
    made = room.settle(straight(y=1.0))
    middle = made.points[np.abs(made.points[:, 0]).argmin()]
    assert abs(middle[1]) < 0.5


def test_settled_tubes_keep_clear_of_each_other_the_artery_first():
    wanted = {"nerve": straight(y=0.4, z=0.6), "a_vein": straight(y=0.2), "artery": straight()}
    assert in_order(wanted) == ["artery", "a_vein", "nerve"]
    made = settled(wanted, Room([]))
    assert np.abs(made["artery"].points - wanted["artery"].points).max() < 1e-9
    for a, b in (("artery", "a_vein"), ("artery", "nerve"), ("a_vein", "nerve")):
        apart = np.linalg.norm(made[a].points[:, None] - made[b].points[None], axis=2).min()
        assert apart > 2.0, (a, b)


def test_what_goes_beside_an_artery_turns_about_it_where_there_is_no_room():
    artery, wanted = straight(), straight(z=3.0)
    free = beside(artery, artery, wanted, Room([]))
    assert np.abs(free.points - (0, 0, 2 + GAP))[:, 1:].max() < 1e-6
    room = Room([ball((0, 0, 5.5), 4)])
    made = beside(artery, artery, wanted, room)
    assert np.linalg.norm(made.points - (0, 0, 5.5), axis=1).min() > 4 + 1.0 - 0.3
    assert np.linalg.norm(made.points[:, 1:], axis=1) == pytest.approx(2 + GAP)
    assert made.points[0] == pytest.approx(free.points[0], abs=0.1)


def test_the_filled_spaces_lie_between_the_ribs():
    levels = column()
    bars = {n: ribs.rib(n, levels) for n in range(1, 13)}
    made = filled(bars, {n: ribs.cartilage(n, bars) for n in range(1, 11)})
    assert len(made) == 11
    upper, lower = bars[5].path.points, bars[6].path.points
    middle = upper[len(upper) // 2]
    between = (middle + lower[np.linalg.norm(lower - middle, axis=1).argmin()]) / 2
    assert made[4].grid.sample(made[4].field, between[None])[0] < 0
