"""Drums: each holds its triangles, and no bound of the eight lanes exceeds the true distance."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from shapes import ball_arrays
from solids import index_of, pipe_arrays, structure

from meshes.index.lanes import drums_within, lowest_bit
from meshes.index.packed import pack
from meshes.index.triangle import axis_triangle

RNG = np.random.default_rng(5)
SOUP = RNG.normal(size=(40, 1, 3)) * 30 + RNG.normal(size=(40, 3, 3)) * 10.0 ** RNG.uniform(
    -6, 1.5, (40, 1, 1)
)
FLAT = [[0.1, 0.2, 0.3], [4.1, 0.2, 0.3], [2.0, 0.2, 0.3]]
SHAPES = {
    "ball": ball_arrays(20, (500, -1, 1300), rings=30),
    "pipe": pipe_arrays(rings=40),
    "soup": (SOUP.reshape(-1, 3), np.arange(120).reshape(-1, 3)),
    "flat": (np.array(FLAT * 30), np.arange(90).reshape(-1, 3)),
    "dots": (np.full((90, 3), 7.7), np.arange(90).reshape(-1, 3)),
}


@numba.njit(error_model="numpy")
def eight(line, length, reach, wide, node):
    keys = np.zeros(11)
    mask = drums_within(
        line[0], line[1], line[2], line[3], line[4], line[5], length, reach, wide, node, keys, 3
    )
    return mask, keys[3:]


@numba.njit
def lowest(mask):
    return lowest_bit(mask)


def lines(count, tri):
    """Axes near and far, some through the corners; the length 0 included."""
    for i in range(count):
        target = tri[RNG.integers(len(tri))].reshape(3, 3)[i % 3]
        direction = RNG.normal(size=3)
        direction /= np.linalg.norm(direction)
        start = (
            target
            - direction * RNG.choice([0.0, 1e-6, 5.0, 60.0])
            + RNG.normal(size=3) * RNG.choice([0.0, 1e-3, 1.0, 300.0])
        )
        yield np.concatenate([start, direction]), float(RNG.choice([0.0, 1e-9, 5.0, 90.0]))


def branches(made, node, depth=0):
    """Every (wide node, lane, rows of triangles) below a wide node."""
    below = []
    for lane in range(8):
        way = int(made.ways[node, 7, lane])
        if way >= 0:
            rows = branches(made, way, depth + 1)
            held = sorted({r for _, _, some in rows for r in some})
            below += [*rows, (node, lane, held)]
        elif made.wide[node, 0, lane] < 1e17:  # not an empty lane
            below.append((node, lane, [-1 - way]))
    return below


@pytest.mark.parametrize("shape", SHAPES)
def test_every_drum_holds_its_triangles_and_none_is_lost(shape):
    made = pack([structure("other", ball_arrays(5)), structure("it", SHAPES[shape])], None)
    found = branches(made, int(made.wide_roots[1]))
    leaves = [r for node, lane, rows in found if made.ways[node, 7, lane] < 0 for r in rows]
    assert sorted(leaves) == list(range(int(made.starts[1]), int(made.starts[2])))
    for node, lane, rows in found:
        if not rows:
            continue
        drum = made.wide[node, :7, lane].astype(float)
        offset = made.tri[rows].reshape(-1, 3) - drum[:3]
        half = np.linalg.norm(drum[3:6])
        along = offset @ (drum[3:6] / half)
        beside = np.linalg.norm(offset - along[:, None] * (drum[3:6] / half), axis=1)
        assert np.abs(along).max() <= half
        assert beside.max() <= drum[6]


@pytest.mark.parametrize("shape", SHAPES)
def test_no_bound_exceeds_the_distance(shape):
    made = index_of(structure("it", SHAPES[shape])).packed
    found = [(node, lane, rows) for node, lane, rows in branches(made, 0) if rows]
    for line, length in lines(12, made.tri):
        d2 = np.array([axis_triangle(*line, length, made.tri, i)[0] for i in range(len(made.tri))])
        for node, lane, rows in found:
            reach = np.sqrt(d2[rows].min() + 1e-18)
            mask, keys = eight(line, length, reach, made.wide, node)
            assert keys[lane] <= reach
            assert mask >> lane & 1


def test_a_bound_is_worth_having():
    """Far from a ball nearly all is ruled out: a bound of 0 would pass the tests above."""
    made = index_of(structure("it", SHAPES["ball"])).packed
    line = np.array([600.0, 0, 1300, 0, 0, 1])
    mask, keys = eight(line, 10.0, 80.0, made.wide, 0)
    assert mask.bit_count() <= 5
    assert keys.min() > 70.0


def test_the_lowest_bit_is_found():
    assert [lowest(1 << k | 1 << 62) for k in (0, 5, 61)] == [0, 5, 61]


@pytest.mark.parametrize("shape", ["ball", "pipe", "soup"])
def test_where_a_search_begins_does_not_show(shape):
    """A drag, its poses asked anew, and brute force give one answer."""
    still = structure("it", SHAPES[shape])
    warm = index_of(still)
    tri = warm.packed.tri
    for line, length in lines(12, tri):
        for step in np.linspace(0, 4, 5):
            entry = line[:3] + step
            a = warm.closest(entry, line[3:], length)
            b = index_cold(warm).closest(entry, line[3:], length)
            np.testing.assert_array_equal(a.table, b.table)
            d2 = min(axis_triangle(*entry, *line[3:], length, tri, i)[0] for i in range(len(tri)))
            if a.distance[0] > 0:
                assert a.distance[0] <= np.sqrt(d2) + 1e-12


def index_cold(index):
    """The same trees without a memory of earlier questions."""
    return type(index)(index.ids, index.packed, "cold")
