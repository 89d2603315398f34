import numpy as np
import pytest
from atlases import atlas
from shapes import ball_arrays

from meshes import repair
from meshes.errors import BadFileError
from meshes.io.ply import read_ply
from meshes.outer_layer import outer_layer
from meshes.surface import Surface, SurfaceKind
from meshes.topology import topology

BALL, FACES = ball_arrays(20.0, (60, 0, 0), rings=8)
VOLUME = topology(BALL, FACES).volumes_mm3[0]
STEPS = (
    repair.weld,
    repair.drop_degenerate,
    repair.drop_specks,
    repair.orient,
    repair.drop_inner_membranes,
    repair.cap,
)


def surface(points=BALL, faces=FACES, kind=SurfaceKind.SOLID):
    return Surface.of(points, faces, kind)


def facts(result):
    return topology(result.surface.points, result.surface.triangles)


def is_whole(result):
    found = facts(result)
    return (
        found.is_watertight
        and not found.n_opposed
        and found.volumes_mm3 == pytest.approx([VOLUME], rel=0.02)
    )


@pytest.mark.parametrize("step", STEPS)
def test_a_sound_surface_comes_back_itself_and_nothing_is_said(step):
    given = surface()
    result = step(given)
    assert result.surface is given
    assert result.did == ""


def test_loose_triangles_are_welded_to_a_closed_surface_without_moving_a_point():
    loose = surface(BALL[FACES].reshape(-1, 3), np.arange(3 * len(FACES)).reshape(-1, 3))
    assert facts(repair.Repair(loose)).n_boundary == 3 * len(FACES)
    result = repair.weld(loose)
    assert is_whole(result)
    assert {tuple(p) for p in result.surface.points} == {tuple(p) for p in BALL}
    assert str(3 * len(FACES) - len(BALL)) in result.did


def test_points_a_hair_apart_are_welded_only_if_asked():
    rng = np.random.default_rng(2)
    loose = BALL[FACES].reshape(-1, 3) + rng.uniform(-1e-7, 1e-7, (3 * len(FACES), 3))
    given = surface(loose, np.arange(3 * len(FACES)).reshape(-1, 3))
    assert repair.weld(given).did == ""
    assert facts(repair.weld(given, 1e-3)).n_boundary < len(FACES)  # a grid may part some


def test_collapsed_and_repeated_triangles_go_and_nothing_else():
    faces = np.vstack([FACES, FACES[3:5], [[1, 1, 2], [4, 5, 4]]])
    result = repair.drop_degenerate(surface(faces=faces))
    assert np.array_equal(result.surface.triangles, FACES)
    assert "4" in result.did


def test_specks_go():
    points = np.vstack([BALL, [[0, 0, 0]]])
    faces = np.vstack([FACES, [[len(BALL), len(BALL), 0]]])
    result = repair.drop_specks(surface(points, faces))
    assert np.array_equal(result.surface.triangles, FACES)


@pytest.mark.parametrize("seed", range(8))
def test_any_mixture_of_turned_triangles_is_oriented_outwards(seed):
    rng = np.random.default_rng(seed)
    turned = rng.random(len(FACES)) < rng.choice([0.05, 0.5, 0.95, 1.0])
    faces = np.where(turned[:, None], FACES[:, ::-1], FACES)
    result = repair.orient(surface(faces=faces))
    assert is_whole(result)
    assert "turned" in result.did


def test_open_surfaces_are_oriented_too_and_nested_parts_face_outwards():
    result = repair.orient(surface(faces=FACES[7:, ::-1]))
    assert facts(result).volumes_mm3[0] > 0.9 * VOLUME
    inner = (BALL - [60, 0, 0]) * 0.5 + [60, 0, 0]
    nested = surface(np.vstack([BALL, inner]), np.vstack([FACES, FACES[:, ::-1] + len(BALL)]))
    assert (facts(repair.orient(nested)).volumes_mm3 > 0).all()


def test_a_moebius_band_is_left_alone():
    t = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    rows = [
        [np.cos(a) * (3 + w * np.cos(a / 2)), np.sin(a) * (3 + w * np.cos(a / 2)),
         w * np.sin(a / 2)]
        for a in t for w in (-1, 1)
    ]  # fmt: skip
    faces = []
    for i in range(24):
        a, b = 2 * i, 2 * i + 1
        c, d = (2 * i + 2, 2 * i + 3) if i < 23 else (1, 0)
        faces += [[a, c, b], [b, c, d]]
    given = surface(rows, faces)
    result = repair.orient(given)
    assert result.surface is given


def cylinder(n=12, length=40.0, radius=3.0):
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    ring = np.stack([radius * np.cos(angle), radius * np.sin(angle), 0 * angle], 1)
    points = np.vstack([ring, ring + [0, 0, length]])
    faces = []
    for i in range(n):
        j = (i + 1) % n
        faces += [[i, j, n + i], [j, n + j, n + i]]
    return points, np.array(faces)


def test_planar_ends_are_closed_to_the_exact_volume_of_the_prism():
    points, faces = cylinder()
    result = repair.cap(surface(points, faces, SurfaceKind.TUBE))
    base = 0.5 * 12 * 3.0**2 * np.sin(2 * np.pi / 12)
    found = facts(result)
    assert found.is_watertight
    assert not found.n_opposed
    assert found.volumes_mm3 == pytest.approx([base * 40.0], rel=1e-12)
    assert np.array_equal(result.surface.points[: len(points)], points)
    assert "2 planar loops" in result.did


def test_a_loop_that_is_not_planar_stays_open_and_is_counted():
    points, faces = cylinder()
    points[12::2, 2] += 6.0  # a crown
    result = repair.cap(surface(points, faces))
    assert facts(result).n_boundary == 12
    assert "1 that are not planar stay open" in result.did


def with_membrane(scale):
    """The ball with a fan from its equator to a point: inside it for scale < 1, outside above."""
    ring = np.flatnonzero(np.abs(BALL[:, 2]) < 1e-9)
    ring = ring[np.argsort(np.arctan2(BALL[ring, 1], BALL[ring, 0] - 60))][:5]
    tip = np.array([60, 0, 0]) + scale * (BALL[ring[2]] - [60, 0, 0])
    fan = [[a, b, len(BALL)] for a, b in zip(ring, ring[1:], strict=False)]
    return surface(np.vstack([BALL, [tip]]), np.vstack([FACES, fan]))


def test_a_membrane_inside_goes_and_one_outside_stays():
    inner = with_membrane(0.5)
    assert not facts(repair.Repair(inner)).is_watertight
    result = repair.drop_inner_membranes(inner)
    assert is_whole(result)
    assert np.array_equal(result.surface.points, BALL)
    assert "4 triangles" in result.did
    outer = with_membrane(1.5)
    assert repair.drop_inner_membranes(outer).surface is outer


def test_both_sides_are_split_and_one_organ_is_not():
    right = BALL * [-1, 1, 1]
    both = surface(np.vstack([BALL, right]), np.vstack([FACES, FACES[:, ::-1] + len(BALL)]))
    left_half, right_half = repair.split_sides(both)
    assert np.array_equal(left_half.points, BALL)
    assert np.array_equal(right_half.points, right)
    assert repair.split_sides(surface()) is None
    smaller = surface(np.vstack([BALL, right * 0.7]), np.vstack([FACES, FACES + len(BALL)]))
    assert repair.split_sides(smaller) is None
    bridged = surface(np.vstack([BALL, right, BALL * 0.5 - [30, 0, 0]]),
                      np.vstack([FACES + k * len(BALL) for k in range(3)]))  # fmt: skip
    assert repair.split_sides(bridged) is None


def test_halves_that_touch_in_the_midline_are_split_all_the_same():
    points = BALL.copy()
    points[:, 0] -= points[:, 0].min()
    mirror = points * [-1, 1, 1]
    both = repair.weld(
        surface(np.vstack([points, mirror]), np.vstack([FACES, FACES[:, ::-1] + len(BALL)]))
    )
    assert "joined" in both.did
    halves = repair.split_sides(both.surface)
    assert halves is not None
    assert all(topology(h.points, h.triangles).is_watertight for h in halves)


def wall(thickness=2.7):
    """A ball-shaped wall: outer face outwards, inner face inwards, the right half mis-wound."""
    outer, faces = ball_arrays(150.0, (0, 0, 0), rings=30)
    inner, _ = ball_arrays(150.0 - thickness, (0, 0, 0), rings=30)
    both = np.vstack([faces, faces[:, ::-1] + len(outer)])
    points = np.vstack([outer, inner])
    mirrored = points[both].mean(axis=1)[:, 0] < 0
    return outer, faces, points, np.where(mirrored[:, None], both[:, ::-1], both)


def test_the_outer_layer_of_a_wall_is_found_whole_and_turned_outwards():
    outer, faces, points, both = wall()
    result = outer_layer(surface(points, both))
    assert topology(result.surface.points, result.surface.triangles).volumes_mm3 == pytest.approx(
        topology(outer, faces).volumes_mm3, rel=1e-12
    )
    assert f"{len(faces)} of {2 * len(faces)} triangles" in result.did


def test_a_shell_in_metres_is_refused():
    _, _, points, both = wall()
    with pytest.raises(BadFileError, match="millimetres"):
        outer_layer(surface(points * 1e-3, both))


def test_given_arrays_are_never_written_to():
    points, faces = cylinder()
    given = surface(points, np.where(np.arange(len(faces))[:, None] % 2, faces, faces[:, ::-1]))
    before = given.content_hash
    for step in STEPS:
        step(given)
    del given.__dict__["content_hash"]
    assert given.content_hash == before


def test_the_mirrored_muscles_of_a_real_atlas_come_out_closed_on_both_sides():
    folder = atlas("z-anatomy") / "surfaces"
    for name in ("rhomboid_major", "splenius_capitis", "serratus_anterior", "levator_scapulae"):
        mesh = read_ply(folder / f"{name}.ply")
        halves = repair.split_sides(Surface.of(mesh.points, mesh.triangles))
        assert halves is not None, name
        volumes = [facts(repair.orient(half)).volumes_mm3.sum() for half in halves]
        assert min(volumes) > 0
        assert volumes[0] == pytest.approx(volumes[1], rel=1e-3)
