"""Drawing copies: few enough, near enough, shaded, kept by hash, never a `Surface`."""

import sys

import numpy as np
import pytest
from shapes import ball_arrays

from meshes import simplify
from meshes.surface import Surface


@pytest.fixture
def sphere() -> Surface:
    return Surface.of(*ball_arrays(50.0, (10, 20, 30), rings=80))


@pytest.fixture(params=["quadric", "clustering"])
def engine(request, monkeypatch):
    if request.param == "clustering":
        monkeypatch.setitem(sys.modules, "fast_simplification", None)
    else:
        pytest.importorskip("fast_simplification")
    return request.param


def test_a_copy_keeps_to_its_budget_and_to_the_sphere(engine, sphere):
    copy = simplify.display(sphere, 1500)
    assert 200 < len(copy.triangles) <= 1500
    radius = np.linalg.norm(copy.points - [10, 20, 30], axis=1)
    assert np.abs(radius - 50).max() <= copy.error + 1e-3
    assert copy.error < (12 if engine == "quadric" else 15)  # clustering: a bound, not a measure


def test_clustering_never_moves_a_point_by_more_than_its_bound(sphere):
    points, faces, bound = simplify.clustered(sphere.points, sphere.triangles, 7.0)
    gap = np.linalg.norm(sphere.points[:, None] - points[None], axis=2).min(axis=1)
    assert gap.max() <= bound == pytest.approx(7 * 3**0.5)
    assert len(faces) < len(sphere.triangles)


def test_normals_point_outward_and_have_length_one(engine, sphere):
    copy = simplify.display(sphere, 1500)
    outward = copy.points - [10, 20, 30]
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    assert np.allclose(np.linalg.norm(copy.normals, axis=1), 1, atol=1e-3)
    assert np.einsum("ij,ij->i", copy.normals, outward).min() > 0.5


def test_a_small_surface_is_drawn_as_it_is_and_a_cube_keeps_its_edges():
    corners = np.array([[x, y, z] for x in (0, 9) for y in (0, 9) for z in (0, 9)], float)
    faces = [(0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1),
             (2, 3, 7), (2, 7, 6), (0, 2, 6), (0, 6, 4), (1, 5, 7), (1, 7, 3)]  # fmt: skip
    copy = simplify.display(Surface.of(corners, faces), 500)
    assert copy.error == 0.0
    assert len(copy.triangles) == 12
    flat = copy.points[copy.triangles]
    across = np.cross(flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0])
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    assert np.einsum("fkj,fj->fk", copy.normals[copy.triangles], across).min() > 0.99


def test_unwelded_triangles_are_shaded_smoothly(sphere):
    soup = sphere.points[sphere.triangles].reshape(-1, 3)
    loose = Surface.of(soup, np.arange(len(soup)).reshape(-1, 3))
    copy = simplify.display(loose, 10**6)
    assert len(copy.points) < len(soup) / 2


def test_drawings_are_kept_by_hash_and_a_damaged_file_is_made_anew(sphere, tmp_path):
    surfaces = {"a": sphere, "b": Surface.of(*ball_arrays(5.0, rings=12))}
    first = simplify.drawings(surfaces, 2000, 400, tmp_path)
    (file,) = tmp_path.iterdir()
    again = simplify.drawings(surfaces, 2000, 400, tmp_path)
    for key in surfaces:
        assert np.array_equal(first[key].fine.points, again[key].fine.points)
        assert np.array_equal(first[key].coarse.triangles, again[key].coarse.triangles)
        assert np.allclose(first[key].fine.normals, again[key].fine.normals, atol=1 / 127)
    assert sum(len(d.fine.triangles) for d in first.values()) <= 2100
    assert sum(len(d.coarse.triangles) for d in first.values()) <= 500
    file.write_bytes(file.read_bytes()[:2000])
    third = simplify.drawings(surfaces, 2000, 400, tmp_path)
    assert np.array_equal(third["a"].fine.points, first["a"].fine.points)
    other = {"a": sphere, "b": Surface.of(*ball_arrays(6.0, rings=12))}
    assert simplify.drawings(other, 2000, 400, tmp_path)["b"].fine.points.max() > 5.5


def test_a_cancelled_run_keeps_nothing(sphere, tmp_path):
    assert simplify.drawings({"a": sphere}, 100, 50, tmp_path, cancelled=lambda: True) == {}
    assert list(tmp_path.iterdir()) == []


def test_the_first_look_is_lit_like_the_original_on_both_sides_of_a_thin_sheet():
    points, faces = ball_arrays(50.0, (0, 0, 0), rings=80)
    sheet = Surface.of(points * [1, 1, 0.03], faces)  # 3 mm thick: thinner than a cell
    made = simplify.hasty_drawings({"sheet": sheet}, len(faces) // 8)
    copy = made["sheet"].fine
    assert len(copy.triangles) < len(faces) / 2
    inner = np.linalg.norm(copy.points[:, :2], axis=1) < 35
    up = copy.normals[inner, 2]
    assert (np.abs(up) > 0.95).all()
    assert (up > 0).sum() > 50 < (up < 0).sum()
    radial = simplify.hasty_drawings({"b": Surface.of(points, faces)}, len(faces) // 8)["b"].fine
    toward = radial.points / np.linalg.norm(radial.points, axis=1, keepdims=True)
    assert np.einsum("ij,ij->i", toward, radial.normals).min() > 0.97
