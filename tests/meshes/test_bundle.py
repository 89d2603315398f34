"""Bundles of needles: every number is the single needle's, to the last bit, on any surface."""

from __future__ import annotations

import numpy as np
import pytest
from bundles import ball, body_of, scatter, wall
from campaign import arena, made

from meshes.bundle.bundle import as_rows, bundle, least_distances
from meshes.bundle.seat import offsets_to
from meshes.errors import MeshError
from meshes.index.body_index import CancelledError, body_index


def alone(index, needles, i, rows):
    """Signed distances of one needle, by the engine of the single needle."""
    line = needles.lines[i]
    wanted = np.ones(len(rows), np.int8)
    return index.measured(line[:6].copy(), float(line[6]), rows, wanted, np.inf).distance


@pytest.mark.parametrize("n", [1, 7, 300, 1500])
def test_every_zone_and_the_least_are_those_of_the_needle_alone(n):
    here = made()
    index = body_index(here.body)
    groups = [("box", "slab"), ("ball",), ("overlapping", "nested", "inverted"), ("open",),
              ("dirty", "sheet", "far_box"), ("needle_thin", "speck")]  # fmt: skip
    stop, members = as_rows(index, groups)
    for spread in ((0.0, 0.0, 0.0), (0.5, 1.0, 1.0), (20.0, 40.0, 20.0)):
        needles = bundle(*scatter(n, 3, spread))
        offsets = np.linspace(0.0, 6.0, len(members))
        least, which = least_distances(index, needles, stop, members, offsets)
        whole, owner = least_distances(index, needles, stop[-1:], members, offsets)
        for i in range(0, n, max(1, n // 100)):
            values = alone(index, needles, i, members) - offsets
            parts = np.split(values, stop[:-1])
            assert least[:, i].tolist() == [part.min() for part in parts]
            assert values[which[:, i]].tolist() == least[:, i].tolist()
            assert whole[0, i] == values.min() == values[owner[0, i]]


def test_needles_inside_and_through_are_negative_by_their_depth():
    body = body_of(ball=ball(10.0, rings=40))
    index = body_index(body)
    stop, members = as_rows(index, [("ball",)])
    entries = np.array([[0, 0, 30.0], [0, 0, 5.0], [0, 0, 30.0], [3.0, 0, 0]])
    needles = bundle(entries, [[0, 0, -1.0]], [10.0, 1.0, 27.0, 0.0])
    least, _ = least_distances(index, needles, stop, members)
    assert least[0, 0] == pytest.approx(10.0, abs=1e-12)
    assert least[0, 1:] == pytest.approx([-6.0, -7.0, -7.0], abs=0.05)
    assert (least[0, 1:] >= [-6.0, -7.0, -7.0]).all()  # facets lie inside the ball


def test_neither_order_nor_workers_change_a_bit():
    index = body_index(made().body)
    stop, members = as_rows(index, [("box", "ball"), ("overlapping", "open", "slab")])
    entries, directions, lengths = scatter(1200, 5)
    first, owner = least_distances(
        index, bundle(entries, directions, lengths), stop, members, workers=1
    )
    shuffled = np.random.default_rng(0).permutation(1200)
    again, other = least_distances(
        index, bundle(entries[shuffled], directions[shuffled], lengths[shuffled], workers=3),
        stop, members, workers=3,
    )  # fmt: skip
    assert first[:, shuffled].tobytes() == again.tobytes()
    assert np.array_equal(owner[:, shuffled], other)


def test_a_group_without_members_is_infinitely_far_and_owned_by_none():
    index = body_index(body_of(wall=wall()))
    least, which = least_distances(
        index, bundle([[0, 0, 9.0]], [[0, 0, -1.0]], [2.0]), np.array([0, 1]), np.array([0])
    )
    assert least.tolist() == [[np.inf], [7.0]]
    assert which.tolist() == [[-1], [0]]


def test_points_are_put_on_the_nearest_crossing():
    index = body_index(arena({"wall": wall(3.0)}).body)
    points = [[0, 0, 5.0], [10, 7, 1.0], [0, 0, 90.0]]
    offsets = offsets_to(index, "wall", points, [0, 0, -1.0], 20.0)
    assert offsets[:2] == pytest.approx([2.0, -2.0], abs=1e-12)
    assert np.isnan(offsets[2])


def test_it_can_be_stopped_and_tells_how_far_it_is():
    index = body_index(body_of(wall=wall()))
    stop, members = as_rows(index, [("wall",)])
    needles = bundle(*scatter(2000, 1))
    told = []
    least_distances(index, needles, stop, members, progress=told.append, workers=2)
    assert told[-1] == 1.0 == max(told)
    with pytest.raises(CancelledError, match="cancelled"):
        least_distances(index, needles, stop, members, cancelled=lambda: True)


@pytest.mark.parametrize(
    ("entries", "direction", "length"),
    [([[0, 0, np.nan]], [[0, 0, 1.0]], [1]), ([[0, 0, 0]], [[0, 0, 2.0]], [1]),
     ([[0, 0, 0]], [[0, 0, 1.0]], [-1]), (np.zeros((0, 3)), np.zeros((0, 3)), [])],
)  # fmt: skip
def test_what_is_no_needle_is_refused(entries, direction, length):
    with pytest.raises(MeshError, match="expected|unit"):
        bundle(entries, direction, length)
