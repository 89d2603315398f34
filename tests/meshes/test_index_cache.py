"""Trees: every triangle boxed; on disk a cache may be lost or damaged, the answer may not."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import ball_arrays
from solids import structure

from meshes.errors import BadFileError
from meshes.index import cache, packed
from meshes.index.build import build_tree, corners
from meshes.surface import Surface

SURFACE = Surface.of(*ball_arrays(20, (5, 1, -3), rings=30))
ROWS = corners(SURFACE)


def test_a_tree_boxes_all_its_triangles():
    tree = build_tree(ROWS)
    assert cache.is_tree_of(tree, ROWS)
    assert sorted(tree.order) == list(range(len(ROWS)))
    moved = ROWS.copy()
    moved[17] += 0.01
    assert not cache.is_tree_of(tree, moved)


@pytest.mark.parametrize("many", ["same", "line"])
def test_degenerate_soups_get_a_sound_tree(many):
    rows = np.tile(ROWS[0], (500, 1)) if many == "same" else np.zeros((500, 9))
    if many == "line":
        rows += np.arange(500)[:, None] ** 3 * 1e-4
    assert cache.is_tree_of(build_tree(rows), rows)


def test_a_tree_is_read_back_as_it_was(tmp_path):
    made = cache.cached_tree("ab" * 32, ROWS, tmp_path)
    again = cache.cached_tree("ab" * 32, ROWS, tmp_path)
    np.testing.assert_array_equal(made.nodes, again.nodes)
    np.testing.assert_array_equal(made.order, again.order)
    assert [p.suffix for p in tmp_path.iterdir()] == [".npy"]


@pytest.mark.parametrize("damage", ["truncated", "garbage", "box", "link", "order", "other"])
def test_damage_on_disk_never_reaches_an_answer(tmp_path, damage):
    path = cache.tree_path("ab" * 32, tmp_path)
    tree = cache.cached_tree("ab" * 32, ROWS, tmp_path)
    nodes, order = tree.nodes.copy(), tree.order.copy()
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:1000])
    elif damage == "garbage":
        path.write_bytes(b"\x00" * 5000)
    else:
        if damage == "box":
            nodes[9, 3] *= 0.5
        elif damage == "link":
            nodes.view(np.int32)[0, 6] = 0
        elif damage == "order":
            order[5] = order[6]
        else:
            nodes[:, 0] += 1.0
        cache.write_tree(type(tree)(nodes, order), path)
        assert not cache.is_tree_of(cache.read_tree(path), ROWS)
    assert cache.is_tree_of(cache.cached_tree("ab" * 32, ROWS, tmp_path), ROWS)


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert cache.is_tree_of(cache.cached_tree("ab" * 32, ROWS, blocked), ROWS)


def test_small_trees_are_not_kept(tmp_path):
    packed.pack([structure("small", ball_arrays(5, rings=6))], tmp_path)
    assert not list(tmp_path.iterdir())


def test_spheres_hold_their_triangles():
    made = packed.pack([structure("ball", (SURFACE.points, SURFACE.triangles))], None)
    reach = np.linalg.norm(
        made.tri.reshape(-1, 3, 3) - made.spheres[:, None, :3].astype(float), axis=2
    )
    assert (reach.max(axis=1) <= made.spheres[:, 3]).all()
    np.testing.assert_array_equal(ROWS[made.faces], made.tri)


def test_kilometres_are_refused():
    with pytest.raises(BadFileError, match="check the unit"):
        corners(Surface.of(SURFACE.points * 1e8, SURFACE.triangles))
