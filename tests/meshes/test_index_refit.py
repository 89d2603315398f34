"""Trees that follow moved points answer as trees built for those points."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from shapes import ball_arrays

from meshes.catalogue import Structure
from meshes.index import cache, packed, refit
from meshes.index.body_index import BodyIndex
from meshes.index.build import build_tree, corners
from meshes.surface import Surface

BALL = Surface.of(*ball_arrays(20, (5, 1, -3), rings=40))


def moved(seed, size=3.0):
    """The ball with a smooth wave in it, on the same array of triangles."""
    rng = np.random.default_rng(seed)
    waves = rng.normal(0, 0.12, (3, 3))
    points = BALL.points + size * np.sin(BALL.points @ waves + rng.uniform(0, 6, 3))
    return Surface(points, BALL.triangles, BALL.kind)


def index_of(surfaces, cache_dir=None):
    listed = [Structure(f"s{i}", f"s{i}", "mid", "organ", s) for i, s in enumerate(surfaces)]
    return BodyIndex([m.id for m in listed], packed.pack(listed, cache_dir), "")


@pytest.fixture(autouse=True)
def nothing_remembered():
    refit._KNOWN.clear()
    yield
    refit._KNOWN.clear()


def test_refitting_to_the_same_points_changes_no_box():
    rows = corners(BALL)
    tree = build_tree(rows)
    again = refit.refitted(tree, rows)
    np.testing.assert_array_equal(tree.nodes, again.nodes)


@pytest.mark.parametrize("seed", range(6))
def test_a_refitted_tree_boxes_all_its_triangles(seed):
    rows = corners(moved(seed))
    tree = refit.refitted(build_tree(corners(BALL)), rows)
    assert cache.is_tree_of(tree, rows)
    # and tightly: no box is larger than that of the whole
    whole = rows.reshape(-1, 3)
    assert np.allclose(tree.nodes[0, :3] - tree.nodes[0, 3:6], whole.min(axis=0), atol=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_answers_are_those_of_trees_built_for_the_points(seed):
    surfaces = [moved(seed), moved(seed + 50)]
    fresh = index_of([Surface.of(s.points, s.triangles) for s in surfaces])
    refit._KNOWN.clear()
    index_of([BALL])
    assert refit.remembered(BALL.triangles) is not None
    after = index_of(surfaces)
    rng = np.random.default_rng(seed)
    for _ in range(200):
        entry, direction = rng.normal(0, 25, 3), rng.normal(0, 1, 3)
        length = rng.uniform(1, 60)
        a, b = (i.closest(entry, direction, length) for i in (fresh, after))
        np.testing.assert_allclose(a.distance, b.distance, rtol=0, atol=1e-12)
        assert [list(x[0]) for x in fresh.crossings(entry, direction).values()] == [
            list(x[0]) for x in after.crossings(entry, direction).values()
        ]
        np.testing.assert_array_equal(fresh.inside(entry), after.inside(entry))
        p, q = fresh.pick(entry, direction), after.pick(entry, direction)
        assert (p is None) == (q is None)
        assert p is None or abs(p.depth - q.depth) < 1e-12


def test_one_file_serves_every_place_of_the_points(tmp_path):
    first, second = moved(1), moved(2)
    index_of([first], tmp_path)
    (file,) = tmp_path.iterdir()
    before = file.read_bytes()
    refit._KNOWN.clear()
    found = cache.cached_tree(refit.shape_hash(BALL.triangles), corners(second), tmp_path)
    assert cache.is_tree_of(found, corners(second))
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [before]


def test_a_tree_is_forgotten_with_its_triangles():
    surface = Surface.of(*ball_arrays(20, rings=40))
    index_of([surface])
    assert len(refit._KNOWN) == 1
    del surface
    gc.collect()
    assert refit._KNOWN == {}


def test_a_like_array_is_not_the_same_array():
    index_of([BALL])
    assert refit.remembered(BALL.triangles.copy()) is None
