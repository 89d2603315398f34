"""Draped sheets, sweeping distances, slabs, and the muscle tables."""

from __future__ import annotations

import numpy as np
import pytest

from meshes.reference.drape import Sheet, drape, ruled, stamped
from meshes.reference.grid import Grid
from meshes.reference.meshing import is_sound, volume
from meshes.reference.muscles.intercostals import slab_mesh
from meshes.reference.muscles.kinds import joined, node_mesh
from meshes.reference.muscles.scene import FAR
from meshes.reference.redistance import redistanced
from meshes.reference.tables import read_table

RADIUS = 40.0


@pytest.fixture(scope="module")
def ball():
    grid = Grid.around((-70, -70, -70), (70, 70, 70), 2.0)
    x, y, z = grid.axes()
    return grid, (np.sqrt(x * x + y * y + z * z) - RADIUS).astype(np.float32)


def sheet_rows():
    """A strip whose straight chord runs through the ball, 50 mm wide."""
    return [
        [[-25, 36, 20], [0, 40, 20], [25, 36, 20]],
        [[-25, 36, -20], [0, 40, -20], [25, 36, -20]],
    ]


def test_sheet_rests_on_a_ball_at_half_its_thickness(ball):
    grid, field = ball
    sheet = drape(sheet_rows(), 6.0, field, grid)
    height = np.linalg.norm(sheet.nodes, axis=2) - RADIUS
    assert height.min() > 3.0 - 0.25
    inner = height[8:-8, 8:-8]
    assert np.abs(inner - 3.0).max() < 0.9, "the sheet should lie tight, not float"


def test_second_layer_lies_wholly_outside_the_first(ball):
    grid, field = ball
    first = drape(sheet_rows(), 6.0, field, grid)
    taken = np.minimum(field, stamped(grid, first, 12.0)[0])
    second = drape(sheet_rows(), 4.0, taken, grid)
    under = grid.sample(taken, second.nodes.reshape(-1, 3))
    assert under.min() > 2.0 - 0.4
    assert np.linalg.norm(second.nodes, axis=2).min() > RADIUS + 6.0


def test_stamped_thickness_is_the_authored_one(ball):
    grid, _ = ball
    flat = ruled([[[-30, 0, -30], [30, 0, -30]], [[-30, 0, 30], [30, 0, 30]]])
    sheet = Sheet(flat, np.full(flat.shape[:2], 3.0)).refined(1.0)
    field = stamped(grid, sheet, 8.0)[0]
    for y in (-6.0, -4.0, 4.0, 6.0):
        assert grid.sample(field, [[1.0, y, 1.0]])[0] == pytest.approx(abs(y) - 3.0, abs=0.15)


def test_sheet_may_sink_where_it_is_given_slack(ball):
    grid, field = ball
    rows = [[[-10, 0, 0], [10, 0, 0]], [[-10, 0, 30], [10, 0, 30]]]
    free = drape(rows, 6.0, field, grid, slack=[[0.0, 200.0], [1.0, 200.0]], rounds=10)
    held = drape(rows, 6.0, field, grid, rise=60.0)
    assert np.linalg.norm(free.nodes, axis=2).max() < 34.0
    assert np.linalg.norm(held.nodes[:, 4:-4], axis=2).min() > RADIUS


def test_sweeping_gives_the_distance_of_a_ball_from_any_monotone_field(ball):
    grid, field = ball
    x, y, z = grid.axes()
    truth = np.sqrt(x * x + y * y + z * z) - RADIUS
    bent = (2.5 * field + field**3 / 200).astype(np.float32)
    got = redistanced(bent, grid.step)
    assert np.abs(got - truth)[np.abs(truth) < 20].max() < 1.2
    assert np.abs(got - truth)[np.abs(truth) < 2].max() < 0.6


def test_slab_between_two_node_grids_is_closed_outward_and_has_its_volume():
    flat = ruled([[[0, 0, 0], [30, 0, 0]], [[0, 0, 40], [30, 0, 40]]])
    points, faces = slab_mesh(flat - (0, 1, 0), flat + (0, 1, 0))
    assert is_sound(points, faces)
    assert volume(points, faces) == pytest.approx(30 * 40 * 2, rel=1e-3)
    again, other = slab_mesh(flat + (0, 1, 0), flat - (0, 1, 0))
    assert volume(again, other) == pytest.approx(30 * 40 * 2, rel=1e-3)


def test_thin_sheet_meshed_from_its_nodes_is_closed():
    flat = ruled([[[0, 0, 0], [30, 4, 0]], [[0, 0, 40], [30, 0, 40]]])
    assert is_sound(*node_mesh(Sheet(flat, np.full(flat.shape[:2], 0.8))))


def test_joining_bellies_keeps_the_far_field_far():
    far = np.full(8, FAR, np.float32)
    assert (joined(far, far, 6.0) == FAR).all()
    near = np.array([0.0, 1.0], np.float32)
    assert (joined(near, near, 6.0) < near).all()


@pytest.mark.parametrize("name", ["back", "front", "neck", "shoulder"])
def test_every_block_of_a_muscle_table_is_marked(name):
    table = read_table(f"muscles_{name}")
    assert table["mark"]
    for key, block in table.items():
        if isinstance(block, dict) and ("rows" in block or "paths" in block or "columns" in block):
            assert block.get("mark"), f"{key} says nothing of its source"


def test_rows_of_a_sheet_correspond_point_by_point():
    for name in ("back", "front", "shoulder"):
        for key, block in read_table(f"muscles_{name}").items():
            if isinstance(block, dict) and block.get("kind") in ("sheet", "slab"):
                assert len({len(row) for row in block["rows"]}) == 1, key


def test_published_thicknesses_are_those_of_the_table():
    shoulder, back = read_table("muscles_shoulder"), read_table("muscles_back")
    assert shoulder["rhomboid_major"]["thickness"] == 6.3
    assert back["serratus_posterior_superior"]["thickness"] == 3.5
    lower = [row[1] for row in shoulder["trapezius"]["across"] if 0.55 < row[0] < 0.7]
    assert lower == [4.9]
