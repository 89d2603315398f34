"""Building blocks of the reference body against closed forms."""

import numpy as np
import pytest

from meshes.reference.bones.joints import carved, parted
from meshes.reference.bones.local import Block
from meshes.reference.grid import Grid, opened
from meshes.reference.meshing import is_sound, mesh_of, volume
from meshes.reference.shapes import ellipsoid
from meshes.reference.solid import Solid, union
from meshes.reference.spine import column
from meshes.reference.tubes import Tube, bundles, root, transverse_hole, tube, tube_mesh


def ball(centre, radius, step=0.8):
    c = np.asarray(centre, float)
    grid = Grid.around(c - radius - 4, c + radius + 4, step)
    return Solid(grid, ellipsoid(grid.axes(), c, [radius] * 3))


def test_a_meshed_ball_has_the_balls_volume():
    pytest.importorskip("skimage", reason="needs the body extra to mesh fields")
    solid = ball((3, -2, 5), 12)
    points, faces = mesh_of(solid.field, solid.grid, 20000, 2)
    assert is_sound(points, faces)
    assert volume(points, faces) == pytest.approx(4 / 3 * np.pi * 12**3, rel=0.01)


def test_neighbours_part_in_the_middle_of_what_they_share():
    a, b = parted(ball((0, 0, 0), 10), ball((14, 0, 0), 10), gap=0.6)
    at = np.array([[6.5, 0.0, 0.0], [7.0, 0.0, 0.0], [7.5, 0.0, 0.0]])
    on_a, on_b = a.grid.sample(a.field, at), b.grid.sample(b.field, at)
    assert on_a[0] < 0 < on_a[2]
    assert on_b[2] < 0 < on_b[0]
    assert on_a[1] > 0.1
    assert on_b[1] > 0.1


def test_carving_leaves_the_gap_and_never_adds():
    one, other = ball((0, 0, 0), 10), ball((12, 0, 0), 6)
    cut = carved(one, [other], gap=1.0)
    assert (cut.field >= one.field - 1e-6).all()
    inside = cut.field < 0
    axes = np.broadcast_arrays(*cut.grid.axes())
    away = np.sqrt((axes[0] - 12) ** 2 + axes[1] ** 2 + axes[2] ** 2)
    assert away[inside].min() > 6.9


def test_union_of_both_sides_is_mirror_symmetric():
    left = Solid(*vars(ball((20, 0, 0), 8)).values())
    left = Solid(left.grid, left.field, "left")
    grid = Grid.around((-40, -12, -12), (40, 12, 12), 1.0)
    field = union([left, left.mirrored()], grid)
    assert np.abs(field - field[::-1]).max() < 1e-4
    assert grid.sample(field, [[20, 0, 0]])[0] == pytest.approx(-8, abs=0.6)
    assert grid.sample(field, [[0, 0, 0]])[0] == pytest.approx(12, abs=0.6)


def test_opening_drops_slivers_keeps_bodies_and_never_grows():
    grid = Grid.around((-30, -20, -20), (30, 20, 20), 1.0)
    x, y, z = grid.axes()
    body = ellipsoid(grid.axes(), (-12, 0, 0), (12, 12, 12))
    sheet = np.maximum(np.abs(y) - 0.8, np.abs(x - 12) - 14) + 0 * z
    field = np.minimum(body, np.maximum(sheet, np.abs(z) - 15)).astype(np.float32)
    out = opened(field, 1.0, 2.0)
    assert (out >= field - 1e-6).all()
    assert grid.sample(out, [[20, 0, 0]])[0] > 0
    assert grid.sample(out, [[-12, 0, 0]])[0] < -5


def test_limbs_and_blobs_measure_what_they_are_given():
    grid = Grid.around((-2, -20, -20), (30, 20, 30), 0.5)
    p = Block(*np.broadcast_arrays(*grid.axes()))
    limb = p.limb((0, 0, 0), (0, 0, 20), 3.0, 5.0, stretch=2.0, along=(1, 0, 0))
    assert grid.sample(limb, [[0, 5, 20]])[0] == pytest.approx(0, abs=0.05)
    assert grid.sample(limb, [[10, 0, 20]])[0] == pytest.approx(0, abs=0.05)
    blob = p.blob((10, 0, 0), (0, 1, 0), (0, 0, 1), (4, 2, 8))
    for at in ([14, 0, 0], [10, 2, 0], [10, 0, 8]):
        assert grid.sample(blob, [at])[0] == pytest.approx(0, abs=0.05)


def test_a_tube_is_closed_outward_and_holds_its_volume():
    made = tube([[0, 0, 0], [0, 0, 60], [0, 0, 120]], 3.0)
    points, faces = tube_mesh(made, sides=24, step=2.0)
    assert is_sound(points, faces)
    bar, balls = np.pi * 9 * 120, 4 / 3 * np.pi * 27
    assert volume(points, faces) == pytest.approx(bar + balls, rel=0.03)
    other = tube_mesh(Tube(made.points * (-1, 1, 1), made.radius), 24, 2.0)
    assert volume(*other) == pytest.approx(volume(points, faces), rel=1e-3)


def test_the_column_stands_where_the_published_heights_put_it():
    found = column()
    assert found["c7"].spinous_tip[2] == pytest.approx(89.0, abs=1e-6)
    order = [found[level].z for level in found]
    assert order == sorted(order, reverse=True)
    # the fourth lumbar vertebra at the height of the iliac crest, ANSUR at 173 cm, within 35 mm
    assert found["l4"].spinous_tip[2] == pytest.approx(1045.8 - 1400, abs=35)


def test_the_vertebral_artery_passes_through_holes_left_in_the_bone():
    from meshes.reference.bones.cervical import cervical
    from meshes.reference.bones.vertebra import block
    from meshes.reference.spine import vertebra_grid

    found = column()
    for level in ("c4", "c6"):
        grid = vertebra_grid(found[level], 1.0)
        field = cervical(found[level], block(found[level], grid))
        assert grid.sample(field, [transverse_hole(found, level)])[0] > 1.5


def test_roots_leave_between_their_vertebrae():
    found = column()
    for nerve, above, below in (("c5", "c4", "c5"), ("c8", "c7", "t1"), ("t4", "t4", "t5")):
        assert found[above].z > root(found, nerve)[2] > found[below].z - 4
        assert root(found, nerve)[0] > 10


def test_the_intercostal_artery_runs_where_it_was_measured():
    from meshes.measurements.figures import value
    from meshes.reference.ribs import rib

    bar = rib(6, column())
    line = bundles({6: bar})["posterior_intercostal_artery_6"].points
    down = np.where(bar.path.binormal[:, 2:] > 0, -1.0, 1.0) * bar.path.binormal
    edge = bar.path.points + down * bar.half_height[:, None]
    gaps = []
    for share in (0.11, 0.26):
        i = int(np.argmin(np.abs(bar.path.u - share)))
        near = line[np.argmin(np.abs((line - edge[i]) @ bar.path.tangent[i])
                              + 0.2 * np.linalg.norm(line - edge[i], axis=1))]  # fmt: skip
        gaps.append(float((near - edge[i]) @ down[i]))
    assert gaps[0] == pytest.approx(value("intercostal-artery-at-spine"), abs=2)
    assert gaps[1] == pytest.approx(value("intercostal-artery-at-angle"), abs=2)
