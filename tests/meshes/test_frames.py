import itertools

import numpy as np
import pytest
from shapes import ball_arrays

from meshes.errors import BadFileError
from meshes.frames import GLTF, WORLD, asset_frame, to_world
from meshes.topology import topology

EGG, FACES = ball_arrays(10.0, (5, 7, 9), (1, 2, 3), rings=8)
VOLUME = topology(EGG, FACES).volumes_mm3[0]


def all_frames():
    for pairs in itertools.permutations(("LR", "PA", "SI")):
        yield from map("".join, itertools.product(*pairs))


def test_there_are_48_frames_and_each_keeps_volume_sign_and_size():
    frames = list(all_frames())
    assert len(frames) == 48
    for axes in frames:
        for unit, mm in (("mm", 1.0), ("cm", 10.0), ("m", 1000.0), ("213.0095696", 213.0095696)):
            matrix = asset_frame(axes, unit).world_from_asset
            points, faces = to_world(EGG, FACES, matrix)
            volume = topology(points, faces).volumes_mm3
            assert volume == pytest.approx([VOLUME * mm**3], rel=1e-9), (axes, unit)


def test_each_letter_says_where_its_axis_points():
    where = {"L": (0, 1), "R": (0, -1), "P": (1, 1), "A": (1, -1), "S": (2, 1), "I": (2, -1)}
    for axes in all_frames():
        matrix = asset_frame(axes, "mm").world_from_asset
        for column, letter in enumerate(axes):
            axis, sign = where[letter]
            unit = np.zeros(3)
            unit[axis] = sign
            assert np.array_equal(matrix[:3, column], unit)


def test_ras_is_lps_with_two_axes_turned_and_keeps_the_winding():
    points, faces = to_world(EGG, FACES, asset_frame("RAS", "mm").world_from_asset)
    assert np.array_equal(points, EGG * [-1, -1, 1])
    assert np.array_equal(faces, FACES)


def test_gltf_is_y_up_facing_z_in_metres():
    points, _ = to_world(np.eye(3), np.array([[0, 1, 2]]), GLTF.world_from_asset)
    assert np.array_equal(points, [[1000, 0, 0], [0, 0, 1000], [0, -1000, 0]])


def test_world_to_world_gives_the_same_bits():
    points, faces = to_world(EGG, FACES.astype(np.int32), WORLD.world_from_asset)
    assert points.tobytes() == EGG.tobytes()
    assert np.array_equal(faces, FACES)


@pytest.mark.parametrize("frame", ["", "LP", "LPSS", "LLP", "XYZ", "LRS", "  "])
def test_a_frame_that_is_none_is_refused(frame):
    with pytest.raises(BadFileError, match="expected"):
        asset_frame(frame, "mm")


@pytest.mark.parametrize("units", ["", "inch", "-1", "0", "nan", "inf", "1e999", "mm mm", 0, -2.0])
def test_units_that_are_none_are_refused(units):
    with pytest.raises(BadFileError, match="expected"):
        asset_frame("LPS", units)


def test_flat_and_bent_matrices_are_refused():
    for spoil in (
        lambda m: m.__setitem__((0, 0), 0.0),
        lambda m: m.__setitem__((3, 0), 1.0),
        lambda m: m.__setitem__((1, 1), np.nan),
    ):
        matrix = np.eye(4)
        spoil(matrix)
        with pytest.raises(BadFileError):
            to_world(EGG, FACES, matrix)
