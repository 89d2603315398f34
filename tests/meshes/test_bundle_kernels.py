"""What leaves triangles out of a bundle's search, and what measures the rest, several at a time."""

from __future__ import annotations

import numpy as np
import pytest

from meshes.bundle import places, sheaf, spots
from meshes.bundle.bundle import bundle
from meshes.index.triangle import axis_triangle
from viewer.bench.truth import segment_triangles

N = 60


def triangles(rng, n, kind):
    """Rows (n, 9): near and far, long, without area, on whole numbers."""
    size = {"small": 1.0, "long": (0.1, 12.0, 0.3), "whole": 4.0, "flat": 3.0}[kind]
    rows = np.tile(rng.uniform(-70, 70, (n, 3)), 3) + rng.normal(0, np.tile(size, 9)[:9], (n, 9))
    if kind == "flat":
        rows[::2, 6:] = rows[::2, 3:6] + 0.3 * (rows[::2, :3] - rows[::2, 3:6])
        rows[1::2, 6:] = rows[1::2, 3:6]
    return np.round(rows) if kind == "whole" else rows


def drawn(rng, kind, spread=(1.0, 0.03, 2.0)):
    """Lines (n, 7) about one, and the working rows that hold them."""
    u = np.array([0.3, 0.4, 0.8]) + rng.normal(0, spread[1], (N, 3))
    entries = rng.normal(0, spread[0], (N, 3))
    if kind == "whole":
        u, entries = np.tile([0.0, 0.0, 1.0], (N, 1)), np.round(entries)
    for _ in range(2):
        u /= np.linalg.norm(u, axis=1)[:, None]
    lengths = 40.0 + rng.normal(0, spread[2], N)
    return bundle(entries, u, np.round(lengths) if kind == "whole" else lengths)


def working_rows(needles):
    work = np.zeros(spots.ROWS * spots.ROOM)
    for c in range(6):
        work[c * spots.ROOM :][:N] = needles.ends[:, c]
    for c in range(3):
        work[spots.ALONG + c * spots.ROOM :][:N] = needles.lines[:, 3 + c]
    work[spots.LENGTHS :][:N] = needles.lines[:, 6]
    return work


@pytest.mark.parametrize("kind", ["small", "long", "whole", "flat"])
def test_several_needles_at_a_time_give_the_bits_of_one(kind):
    rng = np.random.default_rng(3)
    needles = drawn(rng, kind)
    work = working_rows(needles)
    for row in triangles(rng, 400, kind):
        tri = row[None]
        work[spots.LEAST :][:N] = np.inf
        spots.nearer_axes(N, work, tri, 0)
        spots.cross_plane(N, work, tri, 0)
        for at in (spots.CROSSING, spots.ENTRIES, spots.TIPS):
            spots.nearer_of(N, work, at, tri, 0)
        alone = [axis_triangle(*line, tri, 0)[0] for line in needles.lines]
        assert work[spots.LEAST :][:N].tolist() == alone


@pytest.mark.parametrize("kind", ["small", "long", "whole", "flat"])
def test_a_triangle_called_farther_is_farther_than_what_was_found(kind):
    rng, left_out = np.random.default_rng(4), 0
    for row in triangles(rng, 60, kind):
        needles = drawn(rng, kind, (0.3, 0.01, 2.0))
        work = working_rows(needles)
        q = row[:3]
        gaps = distances(needles, np.tile(q, 3)[None])
        work[spots.REACHED :][:N] = gaps
        spots.set_facing(N, work, *q)
        others = row + np.repeat(rng.normal(0, 6, (20, 3)), 3, axis=0).reshape(20, 9)
        for i in range(20):
            if not spots.may_be_nearer(N, work, *q, others, i):
                left_out += 1
                assert (distances(needles, others[i][None]) > gaps).all()
    assert left_out > 50


@pytest.mark.parametrize("waist", [0.0, 15.0, 40.0])
@pytest.mark.parametrize("spread", [(0.2, 0.03, 2.0), (2.0, 0.004, 0.3), (9.0, 0.5, 9.0)])
def test_a_triangle_left_out_is_nearest_to_no_needle_of_a_sheaf(spread, waist):
    rng, left_out, ends = np.random.default_rng(5), 0, 0
    pieces = np.zeros((4, 9))
    for kind in ("small", "long", "flat"):
        for row in triangles(rng, 25, kind):
            needles = drawn(rng, kind, spread)
            if spread[1] < 0.1 and waist:  # neighbours that are closest there
                needles.lines[:, :3] -= waist * needles.lines[:, 3:6]
                needles.ends[:] = np.hstack([
                    needles.lines[:, :3],
                    needles.lines[:, :3] + needles.lines[:, 6:] * needles.lines[:, 3:6],
                ])  # fmt: skip
            held = np.zeros(sheaf.NUMBERS)
            order = np.arange(N, dtype=np.int64)
            sheaf.gathered(needles.lines, needles.ends, order, 0, N, waist, held)
            q = row[3:6]
            d2, depth, *_ = axis_triangle(*needles.lines[N // 2], np.tile(q, 3)[None], 0)
            sheaf.near_to(held, np.array([np.sqrt(d2), depth, *q]), np.inf)
            gaps = distances(needles, np.tile(q, 3)[None])
            assert (gaps <= held[sheaf.FAR]).all()
            others = row + np.tile(rng.normal(0, 8, (12, 3)), 3)
            for i, other in enumerate(others):
                corners = other.reshape(3, 3)
                middle = corners.mean(axis=0)
                size = np.linalg.norm(corners - middle, axis=1).max() + 1e-9
                place = places.triangle_place(held, *middle, size, others, i)
                true = distances(needles, other[None])
                assert (
                    place & places.quarters_place(held, others, i, pieces)
                    or (true >= gaps - 1e-9).all()
                )
                if place == sheaf.NOWHERE:
                    left_out += 1
                    assert (true >= gaps - 1e-9).all()
                for end, at in ((sheaf.AT_ENTRY, slice(3)), (sheaf.AT_TIP, slice(3, 6))):
                    if place == end:
                        ends += 1
                        points = needles.ends[:, at]
                        near = [
                            segment_triangles(p, [0, 0, 1.0], 0.0, corners[None])[0][0]
                            for p in points[:10]
                        ]
                        assert near == pytest.approx(true[:10], abs=1e-9)
    assert left_out > 100 or spread[1] > 0.1
    assert ends > 20 or spread[1] > 0.1


def distances(needles, corners):
    """Of every needle to one triangle, by brute force that shares nothing with the engine."""
    shaped = corners.reshape(1, 3, 3)
    return np.array([
        segment_triangles(line[:3], line[3:6], line[6], shaped)[0][0] for line in needles.lines
    ])  # fmt: skip
